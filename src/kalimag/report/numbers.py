"""How numbers are printed: one rounding rule for every report.

A value and its interval get the same decimals, as many as show two digits of half the interval's width; of
the shorter half, where the value is not in the middle.
"""

from __future__ import annotations

import re
from math import floor, isfinite, log10

from kalimag.errors import KalimagError

MINUS = "−"
NARROW = "\N{NARROW NO-BREAK SPACE}"
HARD = "\N{NO-BREAK SPACE}"
NONE = "–"
_UNITS = ("mV", "pA", "nA", "nS", "pS", "mM", "s", "ms", "kHz", "pF", "MΩ", "K")


def decimals_for(half_width: float) -> int:
    """Decimals that show two digits of a half-width; 0 where those digits stand before the point.

    Parameters
    ----------
    half_width : half the width of an interval, positive.

    Returns
    -------
    int, at least 0.
    """
    exponent = int(f"{half_width:.1e}".partition("e")[2])
    return max(0, 1 - exponent)


def fixed(value: float, decimals: int) -> str:
    """A number with so many decimals, a real minus sign, and never a negative zero."""
    _refuse(value)
    text = f"{value:.{decimals}f}"
    if float(text) == 0.0:
        text = text.lstrip("-")
    whole, point, rest = text.lstrip("-").partition(".")
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", NARROW)
    return (MINUS if text.startswith("-") else "") + whole + point + rest


def digits(value: float, count: int = 3) -> str:
    """A number without an interval, with so many digits and no trailing zeros after the point."""
    _refuse(value)
    if value == 0.0:
        return "0"
    exponent = int(f"{value:.{count - 1}e}".partition("e")[2])
    if not -5 < exponent < 7:
        mantissa, _, power = f"{value:.{count - 1}e}".partition("e")
        return f"{mantissa.replace('-', MINUS)}·10{_superscript(int(power))}"
    text = fixed(value, max(0, count - 1 - exponent))
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(value: float | None, low: float | None, high: float | None) -> tuple[str, str, str]:
    """Value and ends of an interval as text, by the one rule.

    Parameters
    ----------
    value, low, high : in one unit; None where there is no number. Without both ends, three digits are given.

    Returns
    -------
    three texts; an en dash stands for what is not there.
    """
    numbers = [number for number in (value, low, high) if number is not None]
    if low is not None and high is not None and high > low:
        arms = [high - low] if value is None else [arm for arm in (value - low, high - value) if arm > 0]
        places = decimals_for(min([(high - low) / 2, *arms]))
    else:
        places = max((_places(number) for number in numbers if number), default=0)
    shown = [NONE if number is None else fixed(number, places) for number in (value, low, high)]
    return shown[0], shown[1], shown[2]


def with_unit(text: str, unit: str) -> str:
    """A printed number and its unit; a pure number stays as it is."""
    return text if unit in ("", "1") else f"{text}{HARD}{unit}"


def in_words(value: float | None, low: float | None, high: float | None, unit: str, level: float) -> str:
    """A value with its interval for a sentence: ``4.87 mM (95 % CI 4.2 to 5.6)``.

    Parameters
    ----------
    value, low, high : in `unit`; None where the data give no number.
    unit : "1" for a pure number.
    level : of the interval, such as 0.95.

    Returns
    -------
    str; says so where an end, or the value itself, is missing.
    """
    shown, lower, upper = rounded(value, low, high)
    name = f"{digits(100 * level)}{HARD}%{HARD}CI"
    if value is None:
        return "not determined"
    if low is None and high is None:
        return f"{with_unit(shown, unit)} (no interval)"
    if low is None or high is None:
        end = f"at least {lower}" if high is None else f"at most {upper}"
        return f"{with_unit(shown, unit)} ({name} {end})"
    return f"{with_unit(shown, unit)} ({name} {lower} to {upper})"


def brief(value: float | None, low: float | None, high: float | None, unit: str) -> str:
    """A value with its interval for a table whose head says which one it is: ``4.87 mM (4.21 to 5.63)``."""
    shown, lower, upper = rounded(value, low, high)
    if value is None:
        return "not determined"
    if low is None and high is None:
        return with_unit(shown, unit)
    ends = ("no limit" if low is None else lower, "no limit" if high is None else upper)
    return f"{with_unit(shown, unit)} ({ends[0]} to {ends[1]})"


def size_of(size_bytes: int) -> str:
    """The size of a file as people say it."""
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    kB = size_bytes / 1000
    return f"{digits(kB)} kB" if kB < 1000 else f"{digits(kB / 1000)} MB"


def typeset(text: str) -> str:
    """A sentence with ions and minus signs as they are printed, and units that stay with their number."""
    if not isinstance(text, str):
        raise KalimagError("writing the report", f"{text!r} stands where words should", "a text")
    text = re.sub(r"\b(Mg|Ca|Ba)2\+", "\\1²⁺", re.sub(r"\b(K|Na)\+", "\\1⁺", text))
    text = text.replace("I-V", "I–V").replace("MOhm", "MΩ").replace("e-fold", "e\N{NON-BREAKING HYPHEN}fold")
    text = re.sub(r"(?<= )-(?= )|(?<== )-(?=\w)", MINUS, text)
    text = re.sub(r"(?<![\w.)\]])-(?=\.?\d)", MINUS, text)
    return re.sub(rf"(?<=\d) (?=(?:{'|'.join(_UNITS)})\b|%)", HARD, text)


def _places(value: float) -> int:
    return max(0, 2 - floor(log10(abs(value))))


def _superscript(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _refuse(value: float) -> None:
    if not isfinite(value):
        raise KalimagError("printing a number", f"it is {value}", "a finite number, or nothing at all")
