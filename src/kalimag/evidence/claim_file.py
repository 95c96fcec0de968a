"""Reading the claims of one topic, from the library and from a user's own folder beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kalimag.errors import EvidenceProblem, KalimagError
from kalimag.evidence.claim import ACCESS, VERDICTS, Claim, Finding, find_claim
from kalimag.evidence.claim_place import require_own_number, require_place
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
    problems : one for each claim, second entry or file that could not be read.
    refused : those of a single claim, by its id; the library's claim of that id stays among `claims`.
    lost : those that cost a whole file.
    """

    claims: Mapping[str, Claim]
    problems: tuple[KalimagError, ...]
    refused: Mapping[str, KalimagError] = field(default_factory=dict, hash=False)
    lost: tuple[KalimagError, ...] = ()


@dataclass(frozen=True, eq=False)
class _OnDemand(Mapping[str, Claim]):
    file: ClaimFile
    strict: bool

    def __getitem__(self, claim_id: str) -> Claim:
        there = claim_id in self.file.claims
        if claim_id in self.file.refused and (self.strict or not there):
            raise self.file.refused[claim_id]
        if self.file.lost and not there:
            raise self.file.lost[0]
        return self.file.claims[claim_id]

    def __contains__(self, claim_id: object) -> bool:
        return bool(self.file.lost) or claim_id in self.file.claims or claim_id in self.file.refused

    def __iter__(self) -> Iterator[str]:
        return iter({**self.file.claims, **self.file.refused})

    def __len__(self) -> int:
        return len({**self.file.claims, **self.file.refused})


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


def claims_on_demand(topic: str, library: Path = LIBRARY, *, strict: bool = False) -> Mapping[str, Claim]:
    """The claims of one topic by id; one that could not be read raises when it is asked for, and no sooner.

    Parameters
    ----------
    topic : such as "romk".
    library : the folder that holds evidence/, second/ and sources/.
    strict : for the numbers of a run: a claim or a file of the user's that cannot be read, and might have
        overridden the library's, is an error; otherwise the library's claim stands.

    Returns
    -------
    Mapping from claim id to Claim, for looking up single ones.

    Raises
    ------
    EvidenceProblem : there is no such topic; with `strict`, a file on it could not be read.
    """
    found = read_claims(topic, library)
    if strict and found.lost:
        raise found.lost[0]
    return _OnDemand(found, strict)


def read_claims(topic: str, library: Path = LIBRARY) -> ClaimFile:
    """Read the claims of one topic; a claim or a file that cannot be read costs no other.

    Parameters
    ----------
    topic : such as "romk".
    library : the folder that holds evidence/, second/ and sources/.

    Returns
    -------
    ClaimFile

    Raises
    ------
    EvidenceProblem : there is no such topic.
    """
    there = topics(library)
    if topic not in there:
        raise EvidenceProblem(
            f"reading evidence/{topic}.toml", "there is no such file", *choices(topic, there)
        )
    reading = _Reading(library)
    for shelf in shelves(library):
        if (shelf / "evidence" / f"{topic}.toml").is_file():
            reading.add(shelf, topic)
    claims, refused = MappingProxyType(reading.claims), MappingProxyType(reading.refused)
    return ClaimFile(claims, tuple(reading.problems), refused, tuple(reading.lost))


@dataclass
class _Reading:
    library: Path
    claims: dict[str, Claim] = field(default_factory=dict)
    problems: list[KalimagError] = field(default_factory=list)
    refused: dict[str, KalimagError] = field(default_factory=dict)
    lost: list[KalimagError] = field(default_factory=list)

    def add(self, shelf: Path, topic: str) -> None:
        path = shelf / "evidence" / f"{topic}.toml"
        try:
            document = read_document(path)
            rows = tables(document, "claim")
            if not rows:
                raise document.problem("it holds no claim", "at least one [[claim]]")
        except KalimagError as error:
            self.lost.append(error)
            self.problems.append(error)
            return
        with self._told():
            document.refuse_unknown(("claim",))
        seconds: Mapping[str, Entry] = {}
        with self._told():
            seconds = second_entries(path, shelf / "second" / path.name, self.problems)
        self._add_rows(rows, topic, seconds, built_in=shelf == self.library)

    def _add_rows(
        self, rows: Iterable[Table], topic: str, seconds: Mapping[str, Entry], *, built_in: bool
    ) -> None:
        source_of, here = cache(lambda key: load_source(key, self.library)), set[str]()
        for table in rows:
            try:
                claim = _checked(table, seconds, source_of, self.claims)
                _require_new(claim.id, here, topic, table)
                before = self.claims.get(claim.id)
                require_place(claim, before, table, self.library, built_in=built_in)
                require_own_number(claim, table, self.claims.values(), self.library)
                self.claims[claim.id] = replace(claim, replaces=before)
                here.add(claim.id)
            except KalimagError as error:
                self.problems.append(error)
                if isinstance(claim_id := table.content.get("id"), str):
                    self.refused[claim_id.strip()] = error

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except KalimagError as error:
            self.problems.append(error)


def _require_new(claim_id: str, here: set[str], topic: str, table: Table) -> None:
    if claim_id in here:
        raise table.problem("the id is given twice", "one claim of each id", key="id")
    if claim_id.partition(".")[0] != topic:
        found = f"the id '{claim_id}' is of another topic"
        raise table.problem(found, f"one that begins with '{topic}.'", key="id")


def _checked(
    table: Table, seconds: Mapping[str, Entry], source_of: SourceOf, before: Mapping[str, Claim]
) -> Claim:
    entry = Entry.read(table)
    claim = _claim(table, entry, _source(table, "source", source_of), before)
    if claim.finding is not None and claim.finding.primary:
        _source(table, "primary", source_of)
    second = seconds.get(claim.id)
    if second is None:
        return claim
    differing = disagreements(entry, second)
    if differing:
        return replace(claim, disagreement=f"{second.read_by} has {'; '.join(differing)}")
    return replace(claim, checked_by=second.read_by)


def _source(table: Table, key: str, source_of: SourceOf) -> Source:
    name = table.text(key)
    try:
        return source_of(name)
    except KalimagError as error:
        found = f"'{key}' is '{name}', and {error.doing} it was found that {error.found}"
        raise table.problem(found, error.expected, error.remedy, key) from error


_TEXTS = ("title", "statement", "as_printed", "system", "method", "note", "overrides_because")
_FINDING = tuple(item.name for item in fields(Finding))
_KEYS = {item.name for item in fields(Claim)} - {"checked_by", "disagreement", "finding", "replaces"} | set(
    _FINDING
)


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
