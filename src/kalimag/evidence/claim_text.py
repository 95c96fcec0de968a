"""How a claim is written: for people as the source prints it, for programs field by field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from kalimag.errors import UnitMismatch
from kalimag.evidence.claim import MEMORY_DIGITS, Claim
from kalimag.evidence.comparison import between_units
from kalimag.evidence.entry import Spread
from kalimag.evidence.interval import outward
from kalimag.units import quantity

LONG_SERIES = 4
Shown = Callable[[float], float]


def claim_text(claim: Claim, unit: str | None = None, valence: int | None = None) -> str:
    """What a claim says, in a few words.

    Parameters
    ----------
    claim : any.
    unit : to show its numbers in; as printed when None. What is stored stays as it is.
    valence : of the ion, between equivalents and moles; None where the two do not meet.

    Returns
    -------
    str

    Raises
    ------
    UnitMismatch : the unit measures something else.
    """
    if claim.statement:
        return f"{claim.statement} [from memory]" if claim.access == "memory" else claim.statement
    if unit is None and claim.as_printed and claim.recalled is None:
        return claim.as_printed
    shown = claim.unit if unit is None else unit
    says = _numbers(claim, lambda number: between_units(number, claim.unit, shown, valence))
    return f"{says}{'' if shown == '1' else f' {shown}'}{_doubt(claim)}"


def measures(claim: Claim, unit: str, valence: int | None = None) -> bool:
    """Whether the number of a claim can be shown in a unit; UnitMismatch where there is no such unit."""
    quantity(1.0, unit)
    try:
        between_units(1.0, claim.unit or "", unit, valence)
    except UnitMismatch:
        return False
    return not claim.statement


def claim_record(claim: Claim) -> dict[str, object]:
    """The fields of a claim as plain values; a number from memory is given as its interval only."""
    record: dict[str, object] = {item.name: getattr(claim, item.name) for item in fields(claim)}
    if claim.recalled is not None:
        record |= {"value": None, "low": claim.recalled[0], "high": claim.recalled[1], "as_printed": ""}
    return record | {
        "source": claim.source.key,
        "spread": spread_record(claim.spread),
        "values": list(claim.values),
        "at": list(claim.at),
        "conditions": dict(claim.conditions),
        "finding": None
        if claim.finding is None
        else vars(claim.finding) | {"compare": list(claim.finding.compare)},
        "follows_from": [parent.id for parent in claim.follows_from],
        "replaces": None if claim.replaces is None else claim.replaces.as_text(),
        "typed": claim.typed,
        "checked": claim.checked,
        "verified": claim.verified,
    }


def spread_record(spread: Spread) -> dict[str, object]:
    """A spread as plain values; what it does not have is left out."""
    record: dict[str, object] = {"kind": spread.kind, "value": spread.value, "n": spread.n}
    if spread.low is not None:
        record |= {"low": spread.low, "high": spread.high}
    return record | ({"values": list(spread.values)} if spread.values else {})


def _numbers(claim: Claim, shown: Shown) -> str:
    if claim.recalled is not None:
        ends = outward(shown(claim.recalled[0]), shown(claim.recalled[1]), MEMORY_DIGITS)
        return "–".join(f"{number:.6g}" for number in ends)
    if claim.values:
        return _series(claim, shown)
    if claim.value is not None:
        return _in(shown(claim.value)) + _plus_minus(claim, shown)
    low, high = (None if x is None else _in(shown(x)) for x in (claim.low, claim.high))
    if low is not None and high is not None:
        return f"{low}–{high}"
    return f"≤ {high}" if high is not None else f"≥ {low}"


def _series(claim: Claim, shown: Shown) -> str:
    numbers = [_in(shown(value)) for value in claim.values]
    if len(numbers) > LONG_SERIES:
        ends = sorted(claim.values)
        return f"{len(numbers)} points, {_in(shown(ends[0]))} to {_in(shown(ends[-1]))}"
    spreads = claim.spread.values or (None,) * len(numbers)
    parts = [
        number if spread is None else f"{number} ± {_width(spread, shown)}"
        for number, spread in zip(numbers, spreads, strict=True)
    ]
    return " → ".join(parts)


def _plus_minus(claim: Claim, shown: Shown) -> str:
    spread = claim.spread
    if spread.low is not None and spread.high is not None:
        return f" ({_in(shown(spread.low))} to {_in(shown(spread.high))})"
    return "" if spread.value is None else f" ± {_width(spread.value, shown)}"


def _doubt(claim: Claim) -> str:
    return "" if claim.recalled is None else " [from memory]"


def _in(value: float) -> str:
    return f"{value:.6g}"


def _width(value: float, shown: Shown) -> str:
    return _in(shown(value) - shown(0.0))  # a difference of temperatures has no zero
