"""What a source says: one number, range or statement, as printed, with its spread and its conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kalimag.evidence.document import Table, read_document, tables
from kalimag.evidence.entry import NO_SPREAD, Entry, Spread
from kalimag.evidence.second_entry import disagreements, second_entries
from kalimag.evidence.source import Source, load_source
from kalimag.registry import LIBRARY, choices

ACCESS = ("full", "printed", "file", "abstract", "opening", "secondary", "memory", "calculated")
VERDICTS = ("right", "right value, wrong citation", "wrong", "misread", "unverified")
_DOUBTFUL = ("wrong", "misread", "unverified")


@dataclass(frozen=True)
class Finding:
    """What became of a row of the guide when it was held against the primary literature.

    Parameters
    ----------
    printed_citation : the guide's reference numbers.
    verdict : one of `VERDICTS`.
    reason : why.
    primary : key of the source where the number should come from; empty where unknown.
    compare : ids of the claims it was compared with.
    """

    printed_citation: str
    verdict: str
    reason: str
    primary: str = ""
    compare: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim:
    """One thing one source says; it is not the truth, and its number is never converted.

    Parameters
    ----------
    id : parameter and who said it, such as "romk.Ki0/guide-100K".
    source : the source it was read in.
    where : page, table or figure.
    access : how this number was read, one of `ACCESS`.
    value : the number; None for a range or a statement.
    low, high : ends of a range; one alone is a bound.
    unit : as printed; empty for a statement.
    statement : the sense of what was said, where it is not a number.
    as_printed : the characters in the source.
    spread : what the source prints after its ±.
    system : channel, cell and configuration.
    conditions : by name, as text.
    method : how it was measured.
    read_by : who typed it.
    checked_by : who typed it again, blind, and got the same; empty where nobody did.
    finding : for a row of the guide, what the audit found.
    follows_from : claims this one was calculated from.
    note : anything else a reader must know.
    """

    id: str
    source: Source
    where: str
    access: str
    read_by: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    statement: str = ""
    as_printed: str = ""
    spread: Spread = NO_SPREAD
    system: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict, hash=False)
    method: str = ""
    checked_by: str = ""
    finding: Finding | None = None
    follows_from: tuple[Claim, ...] = ()
    note: str = ""

    @property
    def parameter(self) -> str:
        """What the number is, such as "romk.Ki0": the id up to the slash."""
        return self.id.partition("/")[0]

    @property
    def checked(self) -> bool:
        """Whether a second person typed the same number without having seen this one."""
        return bool(self.checked_by)

    @property
    def verified(self) -> bool:
        """Whether somebody has seen the number where it was published, and all it was calculated from."""
        doubtful = self.finding is not None and self.finding.verdict in _DOUBTFUL
        return self.access != "memory" and not doubtful and all(claim.verified for claim in self.follows_from)

    def as_text(self) -> str:
        """The number as the source prints it, with its unit."""
        if self.as_printed or self.statement:
            return self.as_printed or self.statement
        unit = "" if self.unit == "1" else f" {self.unit}"
        if self.value is not None:
            plus_minus = "" if self.spread.value is None else f" ± {self.spread.value:g}"
            return f"{self.value:g}{plus_minus}{unit}"
        if self.low is not None and self.high is not None:
            return f"{self.low:g}–{self.high:g}{unit}"
        return f"≤ {self.high:g}{unit}" if self.high is not None else f"≥ {self.low:g}{unit}"

    def as_json(self) -> dict[str, object]:
        """The fields, for the JSON envelope."""
        record: dict[str, object] = {item.name: getattr(self, item.name) for item in fields(self)}
        return record | {
            "source": self.source.key,
            "spread": {"kind": self.spread.kind, "value": self.spread.value, "n": self.spread.n},
            "conditions": dict(self.conditions),
            "finding": None
            if self.finding is None
            else vars(self.finding) | {"compare": list(self.finding.compare)},
            "follows_from": [claim.id for claim in self.follows_from],
            "checked": self.checked,
            "verified": self.verified,
        }


def load_claims(mechanism: str, library: Path = LIBRARY) -> Mapping[str, Claim]:
    """Load what sources say about one mechanism, and mark what a second reader confirms.

    Parameters
    ----------
    mechanism : such as "romk"; the file is evidence/romk.toml, the blind second entry second/romk.toml.
    library : the folder that holds evidence/, second/ and sources/.

    Returns
    -------
    Mapping from claim id to Claim, in the order of the file.

    Raises
    ------
    EvidenceProblem : something is missing, unknown, said twice or contradicts itself.
    CheckFailed : the second entry is a copy of the first.
    """
    path = library / "evidence" / f"{mechanism}.toml"
    document = read_document(path)
    document.refuse_unknown(("claim",))
    source_of = cache(lambda key: load_source(key, library))
    seconds = second_entries(path, library / "second" / f"{mechanism}.toml")
    claims: dict[str, Claim] = {}
    for table in tables(document, "claim"):
        entry = Entry.read(table)
        claim = _claim(table, entry, source_of(table.text("source")), claims)
        if claim.finding is not None and claim.finding.primary:
            source_of(claim.finding.primary)
        if claim.id in claims:
            raise table.problem("the id is given twice", "one claim of each id")
        second = seconds.get(claim.id)
        agreed = second is not None and not disagreements(entry, second)
        claims[claim.id] = replace(claim, checked_by=second.read_by if second and agreed else "")
    if not claims:
        raise document.problem("it holds no claim", "at least one [[claim]]")
    return MappingProxyType(claims)


def find_claim(claim_id: str, claims: Mapping[str, Claim], wanted_by: Table) -> Claim:
    """One claim by id; EvidenceProblem names the nearest one."""
    if claim_id not in claims:
        raise wanted_by.problem(f"there is no claim '{claim_id}'", *choices(claim_id, claims))
    return claims[claim_id]


_TEXTS = ("statement", "as_printed", "system", "method", "note")
_FINDING = tuple(item.name for item in fields(Finding))
_KEYS = {item.name for item in fields(Claim)} - {"checked_by", "finding"} | set(_FINDING)


def _claim(table: Table, entry: Entry, source: Source, before: Mapping[str, Claim]) -> Claim:
    table.refuse_unknown(_KEYS)
    if not all(entry.id.partition("/")):
        raise table.problem("the id has no slash", "an id such as 'romk.Ki0/gray-2005'")
    parents = tuple(find_claim(parent, before, table) for parent in table.texts("follows_from"))
    access = table.word("access", ACCESS)
    if parents and access != "calculated":
        raise table.problem(f"access is '{access}' and 'follows_from' names {parents[0].id}", "'calculated'")
    if access == "calculated" and not table.text("method", ""):
        raise table.problem("it is calculated, and 'method' is missing", "how, under 'method'")
    return Claim(
        id=entry.id,
        source=source,
        where=table.text("where"),
        access=access,
        read_by=entry.read_by,
        value=entry.value,
        low=entry.low,
        high=entry.high,
        unit=entry.unit,
        spread=entry.spread,
        conditions=table.named_texts("conditions"),
        finding=_finding(table, entry, source),
        follows_from=parents,
        **{name: table.text(name, "") for name in _TEXTS},
    )


def _finding(table: Table, entry: Entry, source: Source) -> Finding | None:
    if source.kind != "guide":
        given = [name for name in _FINDING if name in table.content]
        if given:
            raise table.problem(
                f"'{given[0]}' is given, but the source is a {source.kind}", "it for a guide only"
            )
        return None
    return Finding(
        printed_citation=entry.printed_citation,
        verdict=table.word("verdict", VERDICTS),
        reason=table.text("reason"),
        primary=table.text("primary", ""),
        compare=table.texts("compare"),
    )
