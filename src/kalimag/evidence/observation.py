"""What a model must face: something measured in somebody, and how an output is held against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kalimag.errors import EvidenceProblem
from kalimag.evidence.claim import Claim, find_claim
from kalimag.evidence.claim_file import load_claims
from kalimag.evidence.claim_text import spread_record
from kalimag.evidence.document import Table, read_document, tables
from kalimag.evidence.source import Source
from kalimag.registry import LIBRARY, choices, entries

RULES = ("mean difference", "ratio", "trajectory", "inequality")
RELATIONS = ("above", "below", "within")
FLAGS = {
    "abstract": "ABS", "opening": "OPEN", "secondary": "2ND", "memory": "MEM", "calculated": "CALC",
    "file": "FILE", "printed": "GUIDE", "full": "FULL",
}  # fmt: skip
ClaimsOf = Callable[[str], Mapping[str, Claim]]


@dataclass(frozen=True)
class ComparisonRule:
    """How an output of a model is held against what was measured.

    Parameters
    ----------
    rule : one of `RULES`; of a series of two, "mean difference" and "ratio" compare the change.
    margin : how far off is still agreement; for "ratio" a factor of 1 or more.
    unit : of margin and than; "1" for a ratio.
    relation : for an inequality, one of `RELATIONS`.
    than : for an inequality, what the output must lie above, below or near.
    because : why this margin.
    """

    rule: str
    margin: float
    unit: str
    because: str
    relation: str = ""
    than: float | None = None

    def as_text(self) -> str:
        """The rule in a few words."""
        unit = "" if self.unit == "1" else f" {self.unit}"
        if self.rule == "ratio":
            return f"ratio, within a factor of {self.margin:g}"
        if self.rule != "inequality":
            return f"{self.rule}, within {self.margin:g}{unit}"
        if self.relation == "within":
            return f"within {self.margin:g}{unit} of {self.than:g}{unit}"
        return f"{self.relation} {self.than:g}{unit} by {self.margin:g}{unit} or more"


@dataclass(frozen=True)
class Observation:
    """Something that was measured, and that a model must give.

    Parameters
    ----------
    id : such as "H1b".
    topic : the file it is in.
    measured, whom : what, and in whom.
    claims : where the numbers are; the first is compared, the others belong to it.
    scenario : name of the protocol that would run it; empty where there is none to run.
    output : what of a model is compared, in words a scenario can use.
    compare : how; None where nothing can be compared.
    gap : why nobody has measured it, or nobody could read it; empty where there are claims.
    valence : of the ion, where the numbers are in equivalents; None elsewhere.
    note : anything else a reader must know.
    """

    id: str
    topic: str
    measured: str
    whom: str
    claims: tuple[Claim, ...] = ()
    scenario: str = ""
    output: str = ""
    compare: ComparisonRule | None = None
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
        return tuple({claim.source.key: claim.source for claim in self.claims}.values())

    @property
    def checked(self) -> bool:
        """Whether every claim was typed a second time, blind."""
        return bool(self.claims) and all(claim.checked for claim in self.claims)

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
            "scenario": {"name": self.scenario, "exists": self.runnable},
            "output": self.output,
            "compare": None
            if self.compare is None
            else vars(self.compare) | {"text": self.compare.as_text()},
            "flag": self.flag,
            "gap": self.gap,
            "valence": self.valence,
            "checked": self.checked,
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
    known = cache(lambda topic: load_claims(topic, library))
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


_KEYS = ("id", "measured", "whom", "claims", "scenario", "output", "compare", "gap", "valence", "note")


def _observation(table: Table, topic: str, known: ClaimsOf) -> Observation:
    table.refuse_unknown(_KEYS)
    claims = tuple(find_claim(name, known(name.partition(".")[0]), table) for name in table.texts("claims"))
    gap, valence = table.text("gap", ""), table.number("valence")
    if bool(gap) == bool(claims):
        raise table.problem("it gives claims and a gap, or neither", "'claims', or 'gap' with the reason")
    compare = _comparison(table)
    if compare is None and claims and not table.text("note", ""):
        raise table.problem("'compare' is missing", "a rule, or a 'note' that says why there is none")
    return Observation(
        id=table.text("id"),
        topic=topic,
        measured=table.text("measured"),
        whom=table.text("whom"),
        claims=claims,
        scenario=table.text("scenario", ""),
        output=table.text("output", ""),
        compare=compare,
        gap=gap,
        valence=None if valence is None else int(valence),
        note=table.text("note", ""),
    )


def _comparison(table: Table) -> ComparisonRule | None:
    inner = table.table("compare")
    if inner is None:
        return None
    inner.refuse_unknown(("rule", "margin", "unit", "because", "relation", "than"))
    rule, margin, than = inner.word("rule", RULES), inner.number("margin"), inner.number("than")
    if margin is None or margin < (1 if rule == "ratio" else 0):
        raise inner.problem(f"'margin' is {margin}", "zero or more; for a ratio, a factor of 1 or more")
    relation = inner.word("relation", RELATIONS, "")
    if (rule == "inequality") != bool(relation) or (rule == "inequality") != (than is not None):
        raise inner.problem(
            f"the rule is '{rule}', relation '{relation}', than {than}",
            "both for an inequality, else neither",
        )
    unit = inner.text("unit", "1" if rule == "ratio" else None)
    return ComparisonRule(rule, margin, unit, inner.text("because"), relation, than)


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
        "checked": claim.checked,
    }
