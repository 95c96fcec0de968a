"""A question the literature answers in two ways: what speaks for each, and what could decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kalimag.evidence.claim import find_claim
from kalimag.evidence.claim_file import claims_on_demand
from kalimag.evidence.document import Table, read_document, tables
from kalimag.evidence.observation import Observation, load_observations
from kalimag.evidence.source import load_source
from kalimag.registry import LIBRARY, choices

Check = Callable[[str, Table], None]


@dataclass(frozen=True)
class Argument:
    """One thing that speaks for or against.

    Parameters
    ----------
    text : what.
    refs : claims (with a slash), observations and sources it rests on.
    """

    text: str
    refs: tuple[str, ...]


@dataclass(frozen=True)
class Dispute:
    """One hypothesis that a run can switch on or off.

    Parameters
    ----------
    id : name of its file, such as "S1".
    title, claim : what it says, short and long.
    speaks_for, speaks_against : arguments.
    switch : name of the switch in a model; none exists until a model has it.
    discriminating : ids of the observations that could decide.
    test : what in the data would decide, in words.
    """

    id: str
    title: str
    claim: str
    speaks_for: tuple[Argument, ...]
    speaks_against: tuple[Argument, ...]
    switch: str
    discriminating: tuple[str, ...]
    test: str

    def as_json(self) -> dict[str, object]:
        """The record, for the JSON envelope."""
        return {
            "id": self.id,
            "title": self.title,
            "claim": self.claim,
            "for": [{"text": item.text, "refs": list(item.refs)} for item in self.speaks_for],
            "against": [{"text": item.text, "refs": list(item.refs)} for item in self.speaks_against],
            "switch": self.switch,
            "discriminating": list(self.discriminating),
            "test": self.test,
        }


def load_disputes(library: Path = LIBRARY) -> Mapping[str, Dispute]:
    """Load every dispute.

    Parameters
    ----------
    library : the folder that holds disputes/, observations/, evidence/ and sources/.

    Returns
    -------
    Mapping from id to Dispute, S1 first.

    Raises
    ------
    EvidenceProblem : a record is incomplete, or names a claim, observation or source that does not exist.
    """
    check = _reference_check(library)
    paths = sorted((library / "disputes").glob("*.toml"), key=lambda path: _number(path.stem))
    return MappingProxyType({path.stem: _dispute(path, check) for path in paths})


def _number(name: str) -> tuple[int, str]:
    digits = re.sub(r"\D", "", name)
    return int(digits or 0), name


def _dispute(path: Path, check: Check) -> Dispute:
    table = read_document(path)
    table.refuse_unknown(("title", "claim", "switch", "for", "against", "discriminating", "test"))
    discriminating = table.texts("discriminating")
    if not discriminating:
        raise table.problem("'discriminating' is empty", "at least one observation", key="discriminating")
    for name in discriminating:
        check(f"observation {name}", table)
    speaks_for = _side(table, "for", check)
    if not speaks_for:
        raise table.problem("nothing speaks for it", "at least one argument under 'for'", key="for")
    return Dispute(
        id=path.stem,
        title=table.text("title"),
        claim=table.text("claim"),
        speaks_for=speaks_for,
        speaks_against=_side(table, "against", check),
        switch=table.text("switch"),
        discriminating=discriminating,
        test=table.text("test"),
    )


def _side(table: Table, key: str, check: Check) -> tuple[Argument, ...]:
    found = []
    for inner in tables(table, key):
        inner.refuse_unknown(("text", "refs"))
        refs = inner.texts("refs")
        if not refs:
            raise inner.problem("'refs' is missing", "at least one claim, observation or source", key=key)
        for ref in refs:
            check(ref, inner)
        found.append(Argument(inner.text("text"), refs))
    return tuple(found)


def _reference_check(library: Path) -> Check:
    observations: Mapping[str, Observation] = load_observations(library)
    claims = cache(lambda topic: claims_on_demand(topic, library))
    source = cache(lambda key: load_source(key, library))

    def check(ref: str, place: Table) -> None:
        if "/" in ref:
            find_claim(ref, claims(ref.partition(".")[0]), place)
            return
        name = ref.removeprefix("observation ")
        if name in observations:
            return
        if name != ref:
            raise place.problem(f"there is no observation '{name}'", *choices(name, observations))
        source(ref)

    return check
