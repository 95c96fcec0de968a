"""Setting what is concluded about a number: a value with its interval, or an interval alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kalimag.cli.layout import amount, interval

if TYPE_CHECKING:
    from kalimag.evidence import Claim, Estimate


def value_and_interval(estimate: Estimate, unit: str | None = None) -> tuple[str, str]:
    """Write an estimate; of one that rests on an interval alone the middle is not written.

    Parameters
    ----------
    estimate : any.
    unit : to show it in; its own when None.

    Returns
    -------
    tuple of str: the value or a dash, and the 95 % interval.

    Raises
    ------
    UnitMismatch : the unit measures something else.
    """
    from kalimag.evidence.interval import INTERVAL_RULES, outward
    from kalimag.units import convert

    shown = unit or estimate.unit
    low, high = sorted(convert(end, estimate.unit, shown) for end in estimate.interval)
    if estimate.rule in INTERVAL_RULES:
        low, high = outward(low, high)
        return "–", amount_of(interval(low, high), shown)
    digits = 10 if estimate.uncertainty.exact else 4
    return amount(convert(estimate.value, estimate.unit, shown), shown, digits), interval(low, high)


def measures_alike(unit: str, other: str) -> bool:
    """Whether two units measure the same; UnitMismatch where there is no such unit as the second."""
    from kalimag.units import quantity

    return bool(quantity(1.0, other).is_compatible_with(quantity(1.0, unit)))


def amount_of(text: str, unit: str) -> str:
    """A text with its unit; a pure number has none."""
    return text if unit == "1" else f"{text} {unit}"


def typed(ways: set[str]) -> str:
    """How several claims were typed: the worst of it; a dash without any."""
    return next((way for way in ("readers disagree", "once", "twice") if way in ways), "–")


def typed_and_seen(claims: tuple[Claim, ...]) -> tuple[str, str]:
    """Two columns: how the claims were typed, and whether they were seen where they were published."""
    if not claims:
        return "–", "–"
    return typed({claim.typed for claim in claims}), "yes" if all(c.verified for c in claims) else "no"
