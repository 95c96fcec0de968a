"""The numbers that a model's output is held against: of one claim, or of several put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kalimag.errors import EvidenceProblem
from kalimag.evidence.claim import Claim
from kalimag.units import convert, factor

COMBINED = ("each", "over", "total")


@dataclass(frozen=True)
class Measured:
    """Numbers in one unit, as many as a model must give."""

    numbers: tuple[float, ...]
    unit: str


def measured(claims: Sequence[Claim], combined: str) -> Measured:
    """The numbers a model's output is compared with.

    Parameters
    ----------
    claims : each with a number or a series that somebody has read.
    combined : how several become one: "each" gives one number for each claim, "over" the first over the
        second, "total" the sum of a series of rates, each over the time since the one before; empty for the
        number or the series of a single claim.

    Returns
    -------
    Measured

    Raises
    ------
    EvidenceProblem : a claim has no such number, is from memory, or they cannot be put together so.
    UnitMismatch : their units measure different things.
    """
    for claim in claims:
        if claim.access == "memory":
            raise _problem(f"{claim.id} is from memory", "a number that somebody has read, or an inequality")
        if claim.value is None and not claim.values:
            raise _problem(f"{claim.id} says {claim.as_text()}", "a number or a series, or an inequality")
    if combined == "total":
        return _total(claims)
    first = claims[0]
    if not combined:
        if len(claims) > 1:
            raise _problem(
                f"{len(claims)} claims are given and not how they are put together",
                "one, the others under 'beside'; or 'combined' with 'each' or 'over'",
            )
        return Measured(first.values or _single(claims), first.unit)
    numbers = _single(claims)
    if combined == "over":
        if len(numbers) != 2 or not numbers[1]:
            raise _problem(f"'over' of the {len(numbers)} numbers {numbers}", "two, the second not zero")
        return Measured((numbers[0] / numbers[1],), "1")
    return Measured(numbers, first.unit)


def _single(claims: Sequence[Claim]) -> tuple[float, ...]:
    found = []
    for claim in claims:
        if claim.value is None:
            raise _problem(f"{claim.id} is a series", "single numbers to put together")
        found.append(convert(claim.value, claim.unit, claims[0].unit))
    return tuple(found)


def _total(claims: Sequence[Claim]) -> Measured:
    if len(claims) != 1 or not claims[0].at:
        raise _problem("'total' of something else than one series along time", "one series with 'at'")
    claim = claims[0]
    steps = zip(claim.values[1:], claim.at[1:], claim.at, strict=False)
    unit = claim.unit.partition("/")[0]
    scale = factor(f"{claim.unit} * {claim.at_unit}", unit)
    return Measured((sum(rate * (end - start) for rate, end, start in steps) * scale,), unit)


def _problem(found: str, expected: str) -> EvidenceProblem:
    return EvidenceProblem("comparing", found, expected)
