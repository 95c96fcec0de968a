"""Holding what a model gives against what was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kalimag.errors import UsageProblem
from kalimag.evidence.comparison import ComparisonRule, between_units
from kalimag.evidence.observation import Observation
from kalimag.units import factor, quantity


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
    rule, target, valence = observation.compare, observation.target, observation.valence
    doing = f"comparing with {observation.id}"
    if rule is None:
        raise UsageProblem(doing, observation.gap or observation.note, "an observation that can be compared")
    if not model or not all(math.isfinite(number) for number in model):
        raise UsageProblem(doing, f"the model gives {list(model)}", "finite numbers")
    if target is None:
        return _inequality(rule, _one(model, doing), unit, valence)
    if len(target.numbers) != len(model):
        raise UsageProblem(
            doing, f"the model gives {len(model)} numbers", f"{len(target.numbers)}, as were measured"
        )
    if rule.of == "over the start":
        quantity(1.0, unit)  # each over its start: any unit will do, but it must be one
        return _ratio(rule, _over_start(target.numbers, doing), _over_start(model, doing))
    theirs: Sequence[float] = target.numbers
    ours: Sequence[float] = [between_units(number, unit, target.unit, valence) for number in model]
    if rule.of == "change":
        theirs, ours = ([one - series[0] for one in series[1:]] for series in (theirs, ours))
    if rule.rule == "ratio":
        return _ratio(rule, theirs, ours)
    margin = _margin(rule, target.unit, valence)
    if rule.rule == "trajectory":
        return _trajectory(rule, margin, theirs, ours, target.unit)
    return _difference(rule, margin, theirs, ours, target.unit)


def _over_start(series: Sequence[float], doing: str) -> list[float]:
    if not series[0]:
        raise UsageProblem(doing, "the first number is zero", "a start that others can be held against")
    return [one / series[0] for one in series[1:]]


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
        "at least": than - rule.margin - number,
        "at most": number - than - rule.margin,
        "within": abs(number - than) - rule.margin,
    }[rule.relation]
    return Judgement(
        short <= 0,
        max(0.0, short) / rule.margin,
        f"the model gives {number:.4g} {rule.unit}; wanted: {rule.as_text()}",
    )


def _difference(
    rule: ComparisonRule, margin: float, theirs: Sequence[float], ours: Sequence[float], unit: str
) -> Judgement:
    off = max(abs(a - b) for a, b in zip(theirs, ours, strict=True))
    what = "change" if rule.of == "change" else "number" if len(theirs) == 1 else "largest difference"
    said = f"{off:.4g}" if len(theirs) > 1 else f"{ours[0]:.4g} against {theirs[0]:.4g}"
    return Judgement(off <= margin, off / margin, f"{what}: {said} {unit}; {rule.as_text()}")


def _ratio(rule: ComparisonRule, theirs: Sequence[float], ours: Sequence[float]) -> Judgement:
    ratios = [b / a for a, b in zip(theirs, ours, strict=True)]
    if any(ratio <= 0 for ratio in ratios):
        return Judgement(False, math.inf, f"the signs differ; {rule.as_text()}")
    off, reach = max(abs(math.log(ratio)) for ratio in ratios), math.log(rule.margin)
    return Judgement(off <= reach, off / reach, f"off by a factor of {math.exp(off):.3g}; {rule.as_text()}")


def _trajectory(
    rule: ComparisonRule, margin: float, theirs: Sequence[float], ours: Sequence[float], unit: str
) -> Judgement:
    error = math.sqrt(sum((b - a) ** 2 for a, b in zip(theirs, ours, strict=True)) / len(theirs))
    said = f"root mean square error {error:.4g} {unit} over {len(theirs)} points; {rule.as_text()}"
    return Judgement(error <= margin, error / margin, said)
