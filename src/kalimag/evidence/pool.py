"""Rules that turn claims into one distribution; a rule is a function here, found by the name given to it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from kalimag.errors import EvidenceProblem
from kalimag.evidence.claim import Claim
from kalimag.evidence.distribution import Z_95, Distribution, require_inside
from kalimag.evidence.random_effects import pool
from kalimag.registry import choices
from kalimag.units import convert, factor


@dataclass(frozen=True)
class Question:
    """What a rule is asked.

    Parameters
    ----------
    key : the estimate, such as "romk.Ki0".
    unit, domain : of the answer.
    claims : the claims to use.
    value, low, high : numbers stated in the estimate itself, in its unit.
    """

    key: str
    unit: str
    domain: str
    claims: tuple[Claim, ...]
    value: float | None = None
    low: float | None = None
    high: float | None = None

    def problem(self, found: str, expected: str = "", remedy: str = "") -> EvidenceProblem:
        """An error about this estimate, ready to raise."""
        return EvidenceProblem(f"estimating {self.key}", found, expected, remedy)


@dataclass(frozen=True)
class Rule:
    """A named way from claims to a distribution.

    Parameters
    ----------
    name : as written in an estimate.
    pool : the function.
    carries_doubt : whether it may rest on numbers nobody has verified.
    """

    name: str
    pool: Callable[[Question], Distribution]
    carries_doubt: bool


_RULES: dict[str, Rule] = {}


def _rule(
    name: str, *, carries_doubt: bool = False
) -> Callable[[Callable[[Question], Distribution]], Callable[[Question], Distribution]]:
    def register(pool: Callable[[Question], Distribution]) -> Callable[[Question], Distribution]:
        _RULES[name] = Rule(name, pool, carries_doubt)
        return pool

    return register


def find_rule(name: str, wanted_by: str) -> Rule:
    """A rule by name; EvidenceProblem names the rules that exist."""
    if name not in _RULES:
        raise EvidenceProblem(f"estimating {wanted_by}", f"there is no rule '{name}'", *choices(name, _RULES))
    return _RULES[name]


@_rule("exact")
def exact(question: Question) -> Distribution:
    """One claim that is exact by its definition."""
    claim = _only_claim(question)
    if claim.spread.kind != "exact":
        raise question.problem(f"{claim.id} is of spread '{claim.spread.kind}'", "a claim that is exact")
    return Distribution(question.domain, _value(claim, question), 0.0)


@_rule("by definition")
def by_definition(question: Question) -> Distribution:
    """A number we choose as a point of reference; nothing in nature can contradict it."""
    if question.value is None or question.claims:
        raise question.problem("it has no 'value', or uses claims", "a value and no claims")
    require_inside(question.domain, question.value)
    return Distribution(question.domain, question.value, 0.0)


@_rule("single measurement")
def single_measurement(question: Question) -> Distribution:
    """One claim with its own standard error; a ± of unstated kind is taken for one, the wider reading."""
    claim = _only_claim(question)
    value, error = _value(claim, question), _standard_error(claim, question)
    return Distribution.from_standard_error(question.domain, value, error)


@_rule("log-mean, random effects")
def log_mean_random_effects(question: Question) -> Distribution:
    """Mean of logarithms over studies that differ (DerSimonian-Laird, interval by Hartung-Knapp with t)."""
    if question.domain != "positive" or len(question.claims) < 2:
        raise question.problem(
            f"the domain is '{question.domain}' and there are {len(question.claims)} claims",
            "a positive number and at least two claims",
        )
    values = [_value(claim, question) for claim in question.claims]
    logs = [math.log(value) for value in values]
    within = [
        (_standard_error(claim, question) / value) ** 2
        for claim, value in zip(question.claims, values, strict=True)
    ]
    pooled = pool(logs, within)
    return Distribution("positive", math.exp(pooled.mean), pooled.error_95 / Z_95)


@_rule("interval prior", carries_doubt=True)
def interval_prior(question: Question) -> Distribution:
    """An interval we state so that it covers every claim used; the middle is nobody's measurement."""
    if not question.claims:
        raise question.problem("it uses no claim", "at least one", "Without any claim the rule is 'assumed'.")
    distribution = _stated_interval(question)
    low, high = distribution.interval()
    for claim in question.claims:
        if claim.parameter.split(".")[-1] != question.key.split(".")[-1]:
            continue
        for number in (claim.value, claim.low, claim.high):
            if number is not None and not low * (1 - 1e-9) <= convert(
                number, claim.unit, question.unit
            ) <= high * (1 + 1e-9):
                raise question.problem(
                    f"{claim.id} says {claim.as_text()}, outside {low:g} to {high:g} {question.unit}",
                    "an interval that covers every claim used",
                    "Widen it, or reject the claim with a reason.",
                )
    return distribution


@_rule("assumed", carries_doubt=True)
def assumed(question: Question) -> Distribution:
    """An interval nobody has measured; counted and shown wherever it is used."""
    return _stated_interval(question)


def _only_claim(question: Question) -> Claim:
    if len(question.claims) != 1:
        raise question.problem(f"{len(question.claims)} claims are used", "exactly one for this rule")
    return question.claims[0]


def _value(claim: Claim, question: Question) -> float:
    if claim.value is None or claim.parameter != question.key:
        raise question.problem(
            f"{claim.id} gives {claim.as_text()} for {claim.parameter}", f"a single number for {question.key}"
        )
    value = convert(claim.value, claim.unit, question.unit)
    require_inside(question.domain, value)
    return value


def _standard_error(claim: Claim, question: Question) -> float:
    spread = claim.spread
    if spread.low is not None and spread.high is not None:
        return (spread.high - spread.low) / 2 / Z_95 * abs(factor(claim.unit, question.unit))
    if spread.value is None or (spread.kind == "sd" and spread.n is None):
        raise question.problem(
            f"{claim.id} has a spread of kind '{spread.kind}' with n = {spread.n}",
            "a standard error, a standard deviation with n, a 95 % interval or a ± of unstated kind",
            "A number whose spread is not known is used by the rule 'interval prior'.",
        )
    divisor = {"sd": math.sqrt(spread.n or 1), "ci95": Z_95}.get(spread.kind, 1.0)
    small_sample = (
        _t_95(spread.n - 1) / Z_95 if spread.kind in ("sd", "sem") and spread.n and spread.n > 1 else 1.0
    )
    return spread.value / divisor * small_sample * abs(factor(claim.unit, question.unit))


def _stated_interval(question: Question) -> Distribution:
    if question.low is None or question.high is None:
        raise question.problem("'low' or 'high' is missing", "both ends of the 95 % interval")
    return Distribution.from_interval(question.domain, question.low, question.high)


def _t_95(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))
