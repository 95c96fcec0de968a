"""Holding what a model gives against what was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kalimag.errors import UnitMismatch, UsageProblem
from kalimag.evidence.claim import Claim
from kalimag.evidence.observation import ComparisonRule, Observation
from kalimag.units import convert, factor

PAIR = 2


@dataclass(frozen=True)
class Judgement:
    """Whether a model gives what was measured.

    Parameters
    ----------
    passes : whether the output lies within the stated margin.
    distance : how far off it is, in units of the margin; for a ratio, in logarithms of it.
    sentence : both numbers and the rule, in words.
    """

    passes: bool
    distance: float
    sentence: str


def judge(observation: Observation, model: Sequence[float], unit: str) -> Judgement:
    """Hold an output of a model against an observation, by the rule the observation states.

    Parameters
    ----------
    observation : one that has a comparison rule.
    model : what the model gives: one number; or as many as the series that was measured.
    unit : of those numbers.

    Returns
    -------
    Judgement

    Raises
    ------
    UsageProblem : nothing can be compared, the count is another, or a number is not finite.
    UnitMismatch : the model gives something else than what was measured.
    """
    rule, claim = observation.compare, observation.claims[0] if observation.claims else None
    doing = f"comparing with {observation.id}"
    if rule is None or claim is None:
        raise UsageProblem(doing, observation.gap or observation.note, "an observation that can be compared")
    if not model or not all(math.isfinite(number) for number in model):
        raise UsageProblem(doing, f"the model gives {list(model)}", "finite numbers")
    if rule.rule == "inequality":
        return _inequality(rule, _one(model, doing), unit, observation.valence)
    if claim.recalled is not None:
        raise UsageProblem(doing, f"{claim.id} is from memory", "a number somebody has read")
    measured = _measured(claim, doing)
    given = [between_units(number, unit, claim.unit, observation.valence) for number in model]
    if len(given) != len(measured):
        raise UsageProblem(
            doing, f"the model gives {len(given)} numbers", f"{len(measured)}, as were measured"
        )
    if rule.rule == "trajectory":
        return _trajectory(rule, measured, given, claim, observation.valence)
    if rule.rule == "ratio":
        return _ratio(rule, measured, given)
    return _difference(rule, measured, given, claim, observation.valence)


def between_units(value: float, unit: str, to: str, valence: int | None) -> float:
    """Convert a number, through the valence of its ion where one unit counts equivalents and the other moles.

    Parameters
    ----------
    value : in `unit`.
    unit, to : such as "mEq/L" and "mM".
    valence : of the ion; None where it has none.

    Returns
    -------
    float, in `to`.

    Raises
    ------
    UnitMismatch : the two measure different things.
    """
    if ("Eq" in unit) == ("Eq" in to):
        return convert(value, unit, to)
    if valence is None:
        raise UnitMismatch(
            f"converting {value:g} {unit} to {to}", "equivalents become moles only by the valence of an ion"
        )
    if "Eq" in unit:
        return convert(value / valence, unit.replace("Eq", "mol"), to)
    return convert(value * valence, unit, to.replace("Eq", "mol"))


def _measured(claim: Claim, doing: str) -> tuple[float, ...]:
    if claim.values:
        return claim.values
    if claim.value is None:
        raise UsageProblem(doing, f"{claim.id} says {claim.as_text()}", "a number or a series")
    return (claim.value,)


def _one(model: Sequence[float], doing: str) -> float:
    if len(model) != 1:
        raise UsageProblem(doing, f"the model gives {len(model)} numbers", "one for an inequality")
    return float(model[0])


def _margin(rule: ComparisonRule, unit: str, valence: int | None) -> float:
    if rule.unit == unit:
        return rule.margin
    if ("Eq" in rule.unit) != ("Eq" in unit):
        return between_units(rule.margin, rule.unit, unit, valence)
    return rule.margin * abs(factor(rule.unit, unit))


def _inequality(rule: ComparisonRule, given: float, unit: str, valence: int | None) -> Judgement:
    number, than = between_units(given, unit, rule.unit, valence), rule.than or 0.0
    short = {
        "above": than + rule.margin - number,
        "below": number - (than - rule.margin),
        "within": abs(number - than) - rule.margin,
    }[rule.relation]
    scale = rule.margin or abs(than) or 1.0
    return Judgement(
        short <= 0,
        max(0.0, short) / scale,
        f"the model gives {number:.4g} {rule.unit}; wanted: {rule.as_text()}",
    )


def _difference(
    rule: ComparisonRule, measured: Sequence[float], given: Sequence[float], claim: Claim, valence: int | None
) -> Judgement:
    change = len(measured) == PAIR
    pairs = (
        [(measured[1] - measured[0], given[1] - given[0])]
        if change
        else list(zip(measured, given, strict=True))
    )
    margin = _margin(rule, claim.unit, valence)
    off = max(abs(theirs - ours) for theirs, ours in pairs)
    what = "change" if change else "number" if len(pairs) == 1 else "largest difference"
    said = f"{off:.4g}" if len(pairs) > 1 else f"{pairs[0][1]:.4g} against {pairs[0][0]:.4g}"
    return Judgement(
        off <= margin, off / margin if margin else math.inf, f"{what}: {said} {claim.unit}; {rule.as_text()}"
    )


def _ratio(rule: ComparisonRule, measured: Sequence[float], given: Sequence[float]) -> Judgement:
    if len(measured) > 1:
        measured, given = [m / measured[0] for m in measured[1:]], [g / given[0] for g in given[1:]]
    ratios = [ours / theirs for theirs, ours in zip(measured, given, strict=True)]
    if any(ratio <= 0 for ratio in ratios):
        return Judgement(False, math.inf, f"the signs differ; {rule.as_text()}")
    off = max(abs(math.log(ratio)) for ratio in ratios)
    reach = math.log(rule.margin)
    return Judgement(
        off <= reach,
        off / reach if reach else math.inf,
        f"off by a factor of {math.exp(off):.3g}; {rule.as_text()}",
    )


def _trajectory(
    rule: ComparisonRule, measured: Sequence[float], given: Sequence[float], claim: Claim, valence: int | None
) -> Judgement:
    square = sum((ours - theirs) ** 2 for theirs, ours in zip(measured, given, strict=True)) / len(measured)
    margin, error = _margin(rule, claim.unit, valence), math.sqrt(square)
    said = f"root mean square error {error:.4g} {claim.unit} over {len(measured)} points; {rule.as_text()}"
    return Judgement(error <= margin, error / margin, said)
