"""An interval is rounded away from its middle, and never narrower."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kalimag.evidence.interval import outward


def test_by_hand() -> None:
    assert outward(8.35, 33.4, 1) == (8, 40)
    assert outward(0.3, 0.6) == (0.3, 0.6)
    assert outward(-3.01, -1.04) == (-3.1, -1.0)
    assert outward(0.0, 1.0) == (0.0, 1.0)


@given(st.floats(1e-9, 1e9), st.floats(1, 1e6), st.integers(1, 3))
def test_nothing_is_lost(low: float, width: float, digits: int) -> None:
    high = low * width
    below, above = outward(low, high, digits)
    assert below <= low * (1 + 1e-11)
    assert above >= high * (1 - 1e-11)
    assert below > low * (1 - 10 ** (1 - digits))
    assert above < high * (1 + 10 ** (1 - digits)) * (1 + 1e-11)
