"""What a model must face: something measured in somebody, and how an output is held against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kalimag.errors import EvidenceProblem, KalimagError
from kalimag.evidence.claim import Claim, find_claim
from kalimag.evidence.claim_file import claims_on_demand
from kalimag.evidence.claim_text import spread_record
from kalimag.evidence.comparison import ComparisonRule, between_units, read_rule
from kalimag.evidence.document import Table, read_document, tables
from kalimag.evidence.measured import COMBINED, Measured, measured
from kalimag.evidence.source import Source
from kalimag.registry import LIBRARY, choices, entries

FLAGS = {
    "abstract": "ABS", "opening": "OPEN", "secondary": "2ND", "memory": "MEM", "calculated": "CALC",
    "file": "FILE", "printed": "GUIDE", "full": "FULL",
}  # fmt: skip
ClaimsOf = Callable[[str], Mapping[str, Claim]]


@dataclass(frozen=True)
class Observation:
    """Something that was measured, and that a model must give.

    Parameters
    ----------
    id : such as "H1b".
    topic : the file it is in.
    measured, whom : what, and in whom.
    claims : where the numbers are that are compared; for an inequality, what it rests on.
    beside : claims that belong to it and are not compared.
    scenario : name of the protocol that would run it; empty where there is none to run.
    output : what of a model is compared, in words a scenario can use.
    unit : of that output; equivalents and moles meet by the valence.
    compare : how; None where nothing can be compared.
    target : the numbers the output is held against; None for an inequality, which states its own.
    gap : why nobody has measured it, or nobody could read it; empty where there are claims.
    valence : of the ion, where the numbers are in equivalents; None elsewhere.
    note : anything else a reader must know.
    """

    id: str
    topic: str
    measured: str
    whom: str
    claims: tuple[Claim, ...] = ()
    beside: tuple[Claim, ...] = ()
    scenario: str = ""
    output: str = ""
    unit: str = ""
    compare: ComparisonRule | None = None
    target: Measured | None = None
    gap: str = ""
    valence: int | None = None
    note: str = ""

    @property
    def flag(self) -> str:
        """How the numbers were read, the worst of its claims: ABS, OPEN, 2ND, MEM, …; "gap" without any."""
        order = ("memory", "printed", "secondary", "calculated", "opening", "abstract", "file", "full")
        read = {claim.access for claim in self.claims}
        return next((FLAGS[access] for access in order if access in read), "gap")

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where its claims were read, each once."""
        return tuple({claim.source.key: claim.source for claim in (*self.claims, *self.beside)}.values())

    @property
    def typed(self) -> str:
        """How its claims were typed, the worst of it as in `Claim.typed`; "" without any."""
        ways = {claim.typed for claim in self.claims}
        return next((way for way in ("readers disagree", "once", "twice") if way in ways), "")

    @property
    def seen(self) -> bool:
        """Whether somebody has seen every claim where it was published."""
        return bool(self.claims) and all(claim.verified for claim in self.claims)

    @property
    def runnable(self) -> bool:
        """Whether the library has the scenario that would run it."""
        return self.scenario in entries("scenarios", ".toml")

    def as_json(self) -> dict[str, object]:
        """The record, for the JSON envelope."""
        return {
            "id": self.id,
            "topic": self.topic,
            "measured": self.measured,
            "whom": self.whom,
            "values": [_value_record(claim) for claim in self.claims],
            "beside": [_value_record(claim) for claim in self.beside],
            "scenario": {"name": self.scenario, "exists": self.runnable},
            "output": self.output,
            "unit": self.unit,
            "target": None if self.target is None else list(self.target.numbers),
            "target_unit": "" if self.target is None else self.target.unit,
            "compare": None
            if self.compare is None
            else vars(self.compare) | {"text": self.compare.as_text()},
            "flag": self.flag,
            "gap": self.gap,
            "valence": self.valence,
            "typed": self.typed,
            "seen": self.seen,
            "sources": [source.key for source in self.sources],
            "note": self.note,
        }


def load_observations(library: Path = LIBRARY) -> Mapping[str, Observation]:
    """Load every observation.

    Parameters
    ----------
    library : the folder that holds observations/ and evidence/.

    Returns
    -------
    Mapping from id to Observation, by file and in the order of each.

    Raises
    ------
    EvidenceProblem : a record is incomplete, given twice, or names a claim that does not exist.
    """
    known = cache(lambda topic: claims_on_demand(topic, library))
    found: dict[str, Observation] = {}
    for path in sorted((library / "observations").glob("*.toml")):
        document = read_document(path)
        document.refuse_unknown(("observation",))
        for table in tables(document, "observation"):
            observation = _observation(table, path.stem, known)
            if observation.id in found:
                raise table.problem("the id is given twice", "one observation of each id", key="id")
            found[observation.id] = observation
    return MappingProxyType(found)


def find_observation(name: str, known: Mapping[str, Observation]) -> Observation:
    """One observation by id; EvidenceProblem names the nearest one."""
    if name not in known:
        raise EvidenceProblem(
            f"looking up the observation '{name}'", "there is none of this name", *choices(name, known)
        )
    return known[name]


_KEYS = (
    "id", "measured", "whom", "claims", "beside", "combined", "scenario", "output", "unit", "compare", "gap",
    "valence", "note",
)  # fmt: skip


def _observation(table: Table, topic: str, known: ClaimsOf) -> Observation:
    table.refuse_unknown(_KEYS)
    claims, beside = _claims(table, "claims", known), _claims(table, "beside", known)
    gap, valence = table.text("gap", ""), table.number("valence")
    if bool(gap) == bool(claims):
        raise table.problem("it gives claims and a gap, or neither", "'claims', or 'gap' with the reason")
    compare = read_rule(table)
    if compare is None and claims and not table.text("note", ""):
        raise table.problem("'compare' is missing", "a rule, or a 'note' that says why there is none")
    target = _target(table, claims, compare)
    found = Observation(
        id=table.text("id"),
        topic=topic,
        measured=table.text("measured"),
        whom=table.text("whom"),
        claims=claims,
        beside=beside,
        scenario=table.text("scenario", ""),
        output=table.text("output", "" if compare is None else None),
        unit=table.text("unit", _natural_unit(compare, target)),
        compare=compare,
        target=target,
        gap=gap,
        valence=None if valence is None else int(valence),
        note=table.text("note", ""),
    )
    _require_one_measure(table, found)
    return found


def _claims(table: Table, key: str, known: ClaimsOf) -> tuple[Claim, ...]:
    return tuple(find_claim(name, known(name.partition(".")[0]), table) for name in table.texts(key))


def _natural_unit(rule: ComparisonRule | None, target: Measured | None) -> str:
    return target.unit if target is not None else "" if rule is None else rule.unit


def _target(table: Table, claims: tuple[Claim, ...], rule: ComparisonRule | None) -> Measured | None:
    combined = table.word("combined", COMBINED, "")
    if rule is None or rule.rule == "inequality":
        if combined:
            raise table.problem("'combined' is given, and nothing is compared by it", key="combined")
        return None
    try:
        target = measured(claims, combined)
    except KalimagError as error:
        raise table.problem(error.found, error.expected, key="claims") from error
    if (rule.of != "levels" or rule.rule == "trajectory") and (combined or len(target.numbers) < 2):
        found = f"'{rule.rule}' of '{rule.of}' compares a series, and {len(target.numbers)} numbers are there"
        raise table.problem(found, "a claim with 'values'", key="compare")
    return target


def _require_one_measure(table: Table, found: Observation) -> None:
    if found.compare is None or found.compare.of == "over the start":
        return  # each over its start has no unit
    if found.compare.rule != "ratio":
        _require_between(table, found, found.compare.unit, "the margin")
    if found.target is not None:
        _require_between(table, found, found.target.unit, "what was measured")


def _require_between(table: Table, found: Observation, unit: str, what: str) -> None:
    try:
        between_units(1.0, found.unit, unit, found.valence)
    except KalimagError as error:
        said = f"the output is in {found.unit} and {what} in {unit}"
        raise table.problem(said, f"units of one measure ({error.found})", key="unit") from error


def _value_record(claim: Claim) -> dict[str, object]:
    low, high = claim.recalled or (claim.low, claim.high)
    return {
        "claim": claim.id,
        "value": None if claim.recalled else claim.value,
        "low": low,
        "high": high,
        "values": list(claim.values),
        "at": list(claim.at),
        "at_unit": claim.at_unit,
        "unit": claim.unit,
        "statement": claim.statement,
        "spread": spread_record(claim.spread),
        "source": claim.source.key,
        "typed": claim.typed,
        "seen": claim.verified,
    }
