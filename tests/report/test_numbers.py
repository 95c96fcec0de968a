"""One rounding rule: what it prints, and what it refuses."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalimag.errors import KalimagError
from kalimag.report.numbers import brief, digits, fixed, in_words, rounded, size_of, typeset


@pytest.mark.parametrize(
    ("value", "low", "high", "shown"),
    [
        (4.8712, 4.2133, 5.6321, ("4.87", "4.21", "5.63")),
        (0.60312, 0.58, 0.62, ("0.603", "0.580", "0.620")),
        (-64.812, -65.4, -64.1, ("−64.81", "−65.40", "−64.10")),
        (433.3, 401.2, 470.9, ("433", "401", "471")),
        (12345.6, 11000.0, 14000.0, ("12\u202f346", "11\u202f000", "14\u202f000")),
        (
            1.0,
            0.9004,
            1.0996,
            ("1.00", "0.90", "1.10"),
        ),  # half a width of 0.0996 rounds to 0.10, not to 0.099
        (3.14159, None, None, ("3.14", "–", "–")),
        (None, None, None, ("–", "–", "–")),
        (5.0, 4.0, None, ("5.00", "4.00", "–")),
        (-0.0001, -0.5, 0.5, ("0.00", "−0.50", "0.50")),
    ],
)
def test_value_and_interval_share_their_decimals(
    value: float | None, low: float | None, high: float | None, shown: tuple[str, str, str]
) -> None:
    assert rounded(value, low, high) == shown


@given(st.floats(1e-6, 1e6), st.floats(0.01, 0.9))
def test_two_digits_of_the_half_width_survive(value: float, part: float) -> None:
    low, high = value * (1 - part), value * (1 + part)
    shown = [float(text.replace("\u202f", "").replace("−", "-")) for text in rounded(value, low, high)]
    for text, number in zip(shown, (value, low, high), strict=True):
        assert abs(text - number) <= max(0.051 * (high - low) / 2, 0.5 + 1e-9)
        if (high - low) / 2 < 10:
            assert abs(text - number) <= 0.051 * (high - low) / 2


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (110.0, "110"),
        (0.5, "0.5"),
        (25.4213, "25.4"),
        (-0.0346, "−0.0346"),
        (96485.33212, "96\u202f485"),
        (1.38e-23, "1.38·10⁻²³"),
    ],
)
def test_numbers_without_interval(value: float, shown: str) -> None:
    assert digits(value) == shown


def test_a_sentence_says_what_is_missing() -> None:
    assert in_words(4.87, 4.21, 5.63, "mM", 0.95) == "4.87\u00a0mM (95\u00a0%\u00a0CI 4.21 to 5.63)"
    assert in_words(0.6, None, None, "1", 0.95) == "0.600 (no interval)"
    assert in_words(5.0, 4.0, None, "mM", 0.9).endswith("(90\u00a0%\u00a0CI at least 4.00)")
    assert in_words(None, 4.0, None, "mM", 0.95) == "not determined"


def test_a_table_entry_is_shorter_and_says_as_much() -> None:
    assert brief(4.87, 4.21, 5.63, "mM") == "4.87\u00a0mM (4.21 to 5.63)"
    assert brief(5.0, 4.0, None, "mM") == "5.00\u00a0mM (4.00 to no limit)"
    assert brief(0.6, None, None, "1") == "0.600"
    assert brief(None, None, 9.0, "mM") == "not determined"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("between -110 and -50 mV", "between −110 and −50\u00a0mV"),
        ("file 14o-16.abf, p-value, 2-3", "file 14o-16.abf, p-value, 2-3"),
        ("a 95 % interval of 3 s", "a 95\u00a0% interval of 3\u00a0s"),
        ("5 sweeps", "5 sweeps"),
    ],
)
def test_prose_is_set_with_real_minus_signs(typed: str, shown: str) -> None:
    assert typeset(typed) == shown


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_no_number_that_is_none_is_printed(number: float) -> None:
    for say in (digits, lambda value: fixed(value, 2), lambda value: rounded(value, 0.0, 1.0)):
        with pytest.raises(KalimagError, match="finite"):
            say(number)


def test_sizes() -> None:
    assert [size_of(size) for size in (812, 32_768, 2_080_768)] == ["812 bytes", "32.8 kB", "2.08 MB"]
