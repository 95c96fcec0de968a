"""Reading the claims of one topic, from the library and from a user's own folder beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kalimag.errors import EvidenceProblem, KalimagError
from kalimag.evidence.claim import ACCESS, VERDICTS, Claim, Finding, find_claim
from kalimag.evidence.document import Table, read_document, tables
from kalimag.evidence.entry import Entry
from kalimag.evidence.own_folder import shelves
from kalimag.evidence.second_entry import disagreements, second_entries
from kalimag.evidence.source import Source, load_source
from kalimag.registry import LIBRARY, choices

SourceOf = Callable[[str], Source]


@dataclass(frozen=True)
class ClaimFile:
    """The claims of one topic that could be read, and what was wrong with the others.

    Parameters
    ----------
    claims : by id, in the order of the file.
    problems : one for each claim that could not be read.
    """

    claims: Mapping[str, Claim]
    problems: tuple[KalimagError, ...]


def topics(library: Path = LIBRARY) -> tuple[str, ...]:
    """Every topic there is evidence on, in the library or in the user's own folder, by name."""
    return tuple(sorted({path.stem for shelf in shelves(library) for path in shelf.glob("evidence/*.toml")}))


def load_claims(topic: str, library: Path = LIBRARY) -> Mapping[str, Claim]:
    """Load what sources say on one topic, and mark what a second reader confirms.

    Parameters
    ----------
    topic : such as "romk"; the file is evidence/romk.toml, the blind second entry second/romk.toml.
    library : the folder that holds evidence/, second/ and sources/.

    Returns
    -------
    Mapping from claim id to Claim, in the order of the file.

    Raises
    ------
    EvidenceProblem : something is missing, unknown, said twice or contradicts itself.
    CheckFailed : the second entry is a copy of the first.
    """
    found = read_claims(topic, library)
    if found.problems:
        first, *others = found.problems
        if others:
            more = " ".join(str(other) for other in others)
            first = EvidenceProblem(
                first.doing, first.found, first.expected, f"{first.remedy} And {more}".strip()
            )
        raise first
    return found.claims


def read_claims(topic: str, library: Path = LIBRARY) -> ClaimFile:
    """Read the claims of one topic; one that cannot be read costs no other.

    Parameters
    ----------
    topic : such as "romk".
    library : the folder that holds evidence/, second/ and sources/.

    Returns
    -------
    ClaimFile

    Raises
    ------
    EvidenceProblem : there is no such topic, or the file is not TOML or holds no claim at all.
    CheckFailed : the second entry is a copy of the first.
    """
    there = topics(library)
    if topic not in there:
        raise EvidenceProblem(
            f"reading evidence/{topic}.toml", "there is no such file", *choices(topic, there)
        )
    reading = _Reading({}, [], library)
    for shelf in shelves(library):
        if (shelf / "evidence" / f"{topic}.toml").is_file():
            reading.add(shelf, topic)
    return ClaimFile(MappingProxyType(reading.claims), tuple(reading.problems))


@dataclass
class _Reading:
    claims: dict[str, Claim]
    problems: list[KalimagError]
    library: Path

    def add(self, shelf: Path, topic: str) -> None:
        path = shelf / "evidence" / f"{topic}.toml"
        document = read_document(path)
        document.refuse_unknown(("claim",))
        rows = tables(document, "claim")
        if not rows:
            raise document.problem("it holds no claim", "at least one [[claim]]")
        seconds = second_entries(path, shelf / "second" / f"{topic}.toml")
        source_of, here = cache(lambda key: load_source(key, self.library)), set[str]()
        for table in rows:
            try:
                claim = _checked(table, seconds, source_of, self.claims)
                _require_new(claim.id, here, topic, table)
                before = self.claims.get(claim.id)
                self.claims[claim.id] = _placed(claim, before, table, built_in=shelf == self.library)
                here.add(claim.id)
            except KalimagError as error:
                self.problems.append(error)


def _require_new(claim_id: str, here: set[str], topic: str, table: Table) -> None:
    if claim_id in here:
        raise table.problem("the id is given twice", "one claim of each id", key="id")
    if claim_id.partition(".")[0] != topic:
        found = f"the id '{claim_id}' is of another topic"
        raise table.problem(found, f"one that begins with '{topic}.'", key="id")


def _placed(claim: Claim, before: Claim | None, table: Table, *, built_in: bool) -> Claim:
    if before is not None and not claim.overrides_because:
        raise table.problem(
            f"the library has a claim of this id, {before.as_text()}",
            "'overrides_because' with your reason",
            "Or give it an id of its own.",
            "id",
        )
    if claim.overrides_because and (before is None or built_in):
        raise table.problem(
            "it overrides a claim that does not exist", "the id of a claim of the library", key="id"
        )
    return replace(claim, replaces=before)


def _checked(
    table: Table, seconds: Mapping[str, Entry], source_of: SourceOf, before: Mapping[str, Claim]
) -> Claim:
    entry = Entry.read(table)
    source = source_of(table.text("source"))
    claim = _claim(table, entry, source, before)
    if claim.finding is not None and claim.finding.primary:
        source_of(claim.finding.primary)
    second = seconds.get(claim.id)
    agreed = second is not None and not disagreements(entry, second)
    return replace(claim, checked_by=second.read_by if second and agreed else "")


_TEXTS = ("title", "statement", "as_printed", "system", "method", "note", "overrides_because")
_FINDING = tuple(item.name for item in fields(Finding))
_KEYS = {item.name for item in fields(Claim)} - {"checked_by", "finding", "replaces"} | set(_FINDING)


def _claim(table: Table, entry: Entry, source: Source, before: Mapping[str, Claim]) -> Claim:
    table.refuse_unknown(_KEYS)
    if not all(entry.id.partition("/")):
        raise table.problem("the id has no slash", "an id such as 'romk.Ki0/gray-2005'", key="id")
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
        values=entry.values,
        at=entry.at,
        at_unit=entry.at_unit,
        unit=entry.unit,
        spread=entry.spread,
        conditions=table.named_texts("conditions"),
        finding=_finding(table, entry, source),
        follows_from=parents,
        replaces=None,
        **{name: table.text(name, "") for name in _TEXTS},
    )


def _finding(table: Table, entry: Entry, source: Source) -> Finding | None:
    if source.kind != "guide":
        given = [name for name in _FINDING if name in table.content]
        if given:
            found = f"'{given[0]}' is given, but the source is a {source.kind}"
            raise table.problem(found, "it for a guide only", key=given[0])
        return None
    return Finding(
        printed_citation=entry.printed_citation,
        verdict=table.word("verdict", VERDICTS),
        reason=table.text("reason"),
        primary=table.text("primary", ""),
        compare=table.texts("compare"),
    )
