"""What we conclude about one parameter from the claims there are, with its rule and its interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from kalimag.errors import EvidenceProblem
from kalimag.evidence.claim import Claim, find_claim
from kalimag.evidence.claim_file import claims_on_demand
from kalimag.evidence.distribution import DOMAINS, Z_95, Distribution
from kalimag.evidence.document import Table, read_document, tables
from kalimag.evidence.pool import Question, find_rule
from kalimag.registry import LIBRARY, choices

LEAST_WIDTH = 3.0  # an interval that rests on unverified numbers spans at least this factor
_KEYS = (
    "unit",
    "domain",
    "rule",
    "value",
    "low",
    "high",
    "use",
    "reject",
    "because",
    "transfer",
    "variability",
)
ClaimsOf = Callable[[str], Mapping[str, Claim]]


@dataclass(frozen=True)
class Rejection:
    """A claim that was looked at and not used, and why."""

    claim: Claim
    reason: str


@dataclass(frozen=True)
class Transfer:
    """A step from the conditions of the claims to ours.

    Parameters
    ----------
    source, target : from what to what ("whole oocyte", "excised patch").
    multiply : what the median is multiplied with.
    widen : factor by which the step may be wrong either way, 95 of 100 times.
    because : why.
    """

    source: str
    target: str
    multiply: float
    widen: float
    because: str


@dataclass(frozen=True)
class Estimate:
    """A parameter in the unit of its mechanism.

    Parameters
    ----------
    key : mechanism and parameter, such as "romk.Ki0".
    value : the median.
    unit, domain : as the mechanism declares them.
    uncertainty : what we do not know of the typical value.
    variability : how patches or people differ from the typical; None where nothing is known. Never merged.
    claims, rejected : what it rests on, and what it does not.
    rule : name of the rule in `kalimag.evidence.pool`.
    because : why this rule and these numbers.
    transfers : steps from the conditions of the claims to ours.
    replaced : the estimate that stood here before a preset or an override; None where none did.
    """

    key: str
    value: float
    unit: str
    domain: str
    uncertainty: Distribution
    rule: str
    because: str
    claims: tuple[Claim, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    variability: Distribution | None = None
    transfers: tuple[Transfer, ...] = ()
    replaced: Estimate | None = None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the typical value, in its unit."""
        return self.uncertainty.interval()

    @property
    def assumed(self) -> bool:
        """Whether no measurement stands behind it."""
        return not self.claims and self.rule != "by definition"

    @property
    def checked(self) -> bool:
        """Whether every claim behind it was typed twice and seen where it was published."""
        return not self.assumed and all(claim.checked and claim.verified for claim in self.claims)


def load_estimate(key: str, library: Path = LIBRARY) -> Estimate:
    """Load one estimate.

    Parameters
    ----------
    key : mechanism and parameter, such as "romk.Ki0".
    library : the folder that holds estimates/, evidence/ and sources/.

    Returns
    -------
    Estimate, in the unit of the mechanism.

    Raises
    ------
    EvidenceProblem : it does not exist, is incomplete, or claims to know more than its claims allow.
    """
    mechanism, _, parameter = key.partition(".")
    known = estimate_tables(mechanism, library)
    if parameter not in known:
        raise EvidenceProblem(
            f"looking for the estimate '{key}'",
            "there is none of that name",
            *choices(key, (f"{mechanism}.{name}" for name in known)),
        )
    return build_estimate(key, known[parameter], claims_of(library))


def estimate_keys(mechanism: str, library: Path = LIBRARY) -> tuple[str, ...]:
    """Keys of all estimates of one mechanism; empty where it names none of its own."""
    if not (library / "estimates" / f"{mechanism}.toml").exists():
        return ()
    return tuple(f"{mechanism}.{parameter}" for parameter in estimate_tables(mechanism, library))


def estimate_key(parameter: str, mechanisms: tuple[str, ...], library: Path = LIBRARY) -> str:
    """The estimate of a parameter: of the first mechanism in the line of descent that has one.

    Parameters
    ----------
    parameter : such as "Ki0".
    mechanisms : the mechanism and those it takes functions from, nearest first ("romk_power", "romk").
    library : the folder that holds estimates/.

    Returns
    -------
    str, such as "romk.Ki0".

    Raises
    ------
    EvidenceProblem : none of them has an estimate of it.
    """
    known = [key for mechanism in mechanisms for key in estimate_keys(mechanism, library)]
    for mechanism in mechanisms:
        if f"{mechanism}.{parameter}" in known:
            return f"{mechanism}.{parameter}"
    raise EvidenceProblem(
        f"looking for an estimate of '{parameter}' of {' or '.join(mechanisms)}",
        "there is none",
        *choices(f"{mechanisms[-1]}.{parameter}" if mechanisms else parameter, known),
    )


def claims_of(library: Path) -> ClaimsOf:
    """A function from mechanism to its claims that reads each file once and refuses what cannot be read."""
    return cache(lambda mechanism: claims_on_demand(mechanism, library, strict=True))


def estimate_tables(mechanism: str, library: Path) -> Mapping[str, Table]:
    """The tables of one estimates file by parameter."""
    document = read_document(library / "estimates" / f"{mechanism}.toml")
    document.refuse_unknown((mechanism, "together"))
    outer = document.table(mechanism)
    if outer is None or not outer.content:
        raise document.problem("it holds no estimate", f"tables such as [{mechanism}.parameter]")
    return tables_by_name(outer, f"{mechanism}.", document.place)


def tables_by_name(outer: Table, prefix: str, place: str) -> Mapping[str, Table]:
    """The tables inside a table, each named for messages."""
    found = {}
    for name in outer.content:
        inner = outer.table(name)
        assert inner is not None
        found[name] = replace(inner, place=f"estimate '{prefix}{name}' in {place}")
    return found


def build_estimate(key: str, table: Table, claims_from: ClaimsOf) -> Estimate:
    """Make an estimate from its table; EvidenceProblem where it claims to know more than its claims allow."""
    table.refuse_unknown(_KEYS)
    domain, unit = table.word("domain", DOMAINS), table.text("unit")
    used = tuple(_find(claim_id, claims_from, table) for claim_id in table.texts("use"))
    rejected = tuple(
        Rejection(_find(claim_id, claims_from, table), reason)
        for claim_id, reason in table.named_texts("reject").items()
    )
    both = [claim.id for claim in used if claim in [rejection.claim for rejection in rejected]]
    if both:
        raise table.problem(f"{', '.join(both)} is both used and rejected", "one of the two")
    rule = find_rule(table.text("rule"), key)
    question = Question(
        key, unit, domain, used, table.number("value"), table.number("low"), table.number("high")
    )
    transfers = tuple(_transfer(step) for step in tables(table, "transfer"))
    uncertainty = _transferred(rule.pool(question), transfers, table)
    estimate = Estimate(
        key, uncertainty.median, unit, domain, uncertainty, rule.name, _because(table, used), used, rejected,
        _variability(table, uncertainty), transfers,
    )  # fmt: skip
    _require_honesty(estimate, rule.carries_doubt, table)
    return estimate


def _because(table: Table, used: tuple[Claim, ...]) -> str:
    changed = [
        f"Instead of {claim.replaces.as_text()}, {claim.as_text()} ({claim.id}): {claim.overrides_because}"
        for claim in used
        if claim.replaces is not None
    ]
    written = table.text("because")
    return f"{' '.join(changed)} Of the number of the library it is said: {written}" if changed else written


def _require_honesty(estimate: Estimate, carries_doubt: bool, table: Table) -> None:
    doubtful = [claim.id for claim in estimate.claims if not claim.verified]
    if doubtful and not carries_doubt:
        raise table.problem(
            f"the rule is '{estimate.rule}' but nobody has seen {', '.join(doubtful)} where it was published",
            "the rule 'interval prior' or 'assumed' for such numbers",
        )
    if carries_doubt and estimate.uncertainty.width() < LEAST_WIDTH * (1 - 1e-9):
        (low, high), width = estimate.interval, estimate.uncertainty.width()
        raise table.problem(
            f"the interval {low:g} to {high:g} {estimate.unit} spans a factor of {width:.2g}",
            f"at least a factor of {LEAST_WIDTH:g} for a number that rests on nothing verified",
        )


def _find(claim_id: str, claims_from: ClaimsOf, table: Table) -> Claim:
    mechanism = claim_id.partition(".")[0]
    return find_claim(claim_id, claims_from(mechanism), table)


def _transfer(table: Table) -> Transfer:
    table.refuse_unknown(("from", "to", "multiply", "widen", "because"))
    multiply, widen = table.number("multiply"), table.number("widen")
    if widen is None or widen < 1 or (multiply is not None and multiply <= 0):
        raise table.problem(
            f"'widen' is {widen} and 'multiply' is {multiply}", "widen of 1 or more, multiply above 0"
        )
    return Transfer(
        table.text("from"),
        table.text("to"),
        1.0 if multiply is None else multiply,
        widen,
        table.text("because"),
    )


def _transferred(distribution: Distribution, transfers: tuple[Transfer, ...], table: Table) -> Distribution:
    for step in transfers:
        if distribution.domain != "positive":
            raise table.problem(
                f"a transfer of a {distribution.domain} number", "a positive number to transfer"
            )
        sd = math.hypot(distribution.sd, math.log(step.widen) / Z_95)
        distribution = replace(distribution, median=distribution.median * step.multiply, sd=sd)
    return distribution


def _variability(table: Table, typical: Distribution) -> Distribution | None:
    inner = table.table("variability")
    if inner is None:
        return None
    inner.refuse_unknown(("factor", "because"))
    inner.text("because")
    factor = inner.number("factor")
    if factor is None or factor <= 1 or typical.domain != "positive":
        raise inner.problem(
            f"'factor' is {factor}", "a factor above 1 that spans 95 of 100 patches, of a positive number"
        )
    return Distribution(typical.domain, typical.median, math.log(factor) / Z_95)
