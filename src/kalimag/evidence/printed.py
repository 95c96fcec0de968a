"""The characters a source prints, read for their numbers, so that what was typed can be held against them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_TIMES_TEN = re.compile(r"\s*[×x·*]\s*10\^?([-+]?\d+|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_NUMBER = re.compile(r"(?<![A-Za-z\d.])(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_SIGN = re.compile(r"(?:(?:^|[\s(\[±~<>≤≥=,;:/→])-|^\s*-\s*)$")  # any other hyphen is that of a range
_WORD = re.compile(r"[A-Za-z]+")
_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def printed_numbers(text: str) -> tuple[float, ...]:
    """The numbers in what a source prints; one behind a minus sign is negative.

    Parameters
    ----------
    text : such as "11.5 ± 1.3 mM", "−60 mV", "3 × 10⁻⁴ M", "three sodium ions" or "stage V-VI".

    Returns
    -------
    tuple of float, in order; words and Roman numerals count only where there is no digit.
    """
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", re.sub("[−–—]", "-", text))
    spans = [(found.start(), found.end()) for found in _TIMES_TEN.finditer(plain)]
    numbers = []
    for found in _NUMBER.finditer(plain):
        if any(start <= found.start() < end for start, end in spans):
            continue
        power = _TIMES_TEN.match(plain, found.end())
        exponent = 0 if power is None else int(power[1].translate(_SUPERSCRIPTS))
        number = float(found[0]) * 10.0**exponent
        numbers.append(-number if _SIGN.search(plain[: found.start()]) else number)
    return tuple(numbers) if numbers else _in_words(plain)


def not_printed(text: str, numbers: Iterable[float]) -> tuple[float, ...]:
    """Those of some numbers that do not occur in what a source prints.

    Parameters
    ----------
    text : the characters in the source.
    numbers : as they were typed; a fall by 30 % may be typed as -30, a printed -30 never as 30.

    Returns
    -------
    tuple of float; empty where all of them occur.
    """
    there = printed_numbers(text)
    return tuple(number for number in numbers if not any(_is(number, other) for other in there))


def _is(typed: float, printed: float) -> bool:
    return math.isclose(typed, printed, rel_tol=1e-9) or (
        typed < 0 and math.isclose(-typed, printed, rel_tol=1e-9)
    )


def _in_words(text: str) -> tuple[float, ...]:
    words = _WORD.findall(text)
    named = [float(_NAMES.index(word.lower())) for word in words if word.lower() in _NAMES]
    return tuple(named + [float(_ROMAN.index(word)) for word in words if word in _ROMAN])
