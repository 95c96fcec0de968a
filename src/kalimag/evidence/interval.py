"""Rounding an interval so that it loses nothing and its middle gives no number away."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

INTERVAL_RULES = ("interval prior", "assumed")  # their middle is nobody's measurement


def outward(low: float, high: float, digits: int = 2) -> tuple[float, float]:
    """Round both ends of an interval away from its middle.

    Parameters
    ----------
    low, high : the ends, finite.
    digits : significant digits that are kept of each.

    Returns
    -------
    tuple of float, which holds the interval.
    """
    return _rounded(low, digits, ROUND_FLOOR), _rounded(high, digits, ROUND_CEILING)


def _rounded(number: float, digits: int, way: str) -> float:
    if not number or not math.isfinite(number):
        return number
    exact = Decimal(f"{number:.12g}")  # 0.6 / 2 is 0.3, and not a little less
    return float(exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1), rounding=way))
