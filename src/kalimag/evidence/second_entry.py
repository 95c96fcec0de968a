"""The blind second entry: every number is typed twice, by two people, and the two are compared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from kalimag.errors import CheckFailed, KalimagError, UnitMismatch
from kalimag.evidence.document import read_document, tables
from kalimag.evidence.entry import Entry
from kalimag.evidence.printed import printed_numbers
from kalimag.units import convert


def disagreements(first: Entry, second: Entry) -> tuple[str, ...]:
    """Compare two entries of one claim, after bringing them to one unit.

    Parameters
    ----------
    first, second : the two entries.

    Returns
    -------
    tuple of str, one sentence for each difference; empty where they agree.
    """
    found = []
    for name in ("id", "statement", "memory", "printed_citation", "verdict"):
        here, there = getattr(first, name), getattr(second, name)
        if here != there:
            found.append(f"{name}: {here} and {there}")
    for name in ("value", "low", "high"):
        found += _differ(name, getattr(first, name), getattr(second, name), first.unit, second.unit)
    found += _series("values", first.values, second.values, first.unit, second.unit)
    found += _series("at", first.at, second.at, first.at_unit, second.at_unit)
    for name in ("value", "low", "high"):
        label = "spread" if name == "value" else f"spread {name}"
        found += _differ(
            label, getattr(first.spread, name), getattr(second.spread, name), first.unit, second.unit
        )
    found += _series("spread", first.spread.values, second.spread.values, first.unit, second.unit)
    if first.spread.kind != second.spread.kind:
        found.append(f"spread kind: {first.spread.kind} and {second.spread.kind}")
    if first.spread.n != second.spread.n:
        found.append(f"n: {first.spread.n} and {second.spread.n}")
    found += _read_otherwise(first, second)
    if first.read_by == second.read_by:
        found.append(f"reader: both were typed by {first.read_by}")
    return tuple(found)


def _read_otherwise(first: Entry, second: Entry) -> list[str]:
    found = []
    for name in ("source", "access", "as_printed"):
        here, there = getattr(first, name), getattr(second, name)
        defined = (here, there, first.spread.kind) == ("file", "exact", "exact")
        if there and here != there and not defined:
            found.append(f"{name}: {here or 'none'} and {there}")
    for name, text in first.conditions.items():
        other = second.conditions.get(name, text)
        if not _one_holds_the_other(text, other):
            found.append(f"conditions, {name}: {text} and {other}")
    return found


def _one_holds_the_other(here: str, there: str) -> bool:
    numbers = [set(printed_numbers(text)) for text in (here, there)]
    if any(numbers):
        return numbers[0] <= numbers[1] or numbers[1] <= numbers[0]
    words = [set(text.casefold().split()) for text in (here, there)]
    return words[0] <= words[1] or words[1] <= words[0]


def compare_entries(first: Path, second: Path) -> Mapping[str, tuple[str, ...]]:
    """Compare every claim of two files.

    Parameters
    ----------
    first, second : two TOML files of [[claim]] tables.

    Returns
    -------
    Mapping from claim id to the differences found; ids on one side only are among them.

    Raises
    ------
    CheckFailed : the two are one file, a copy, or empty, so the comparison would prove nothing.
    EvidenceProblem : a file cannot be read.
    """
    here, there = _entries(first), second_entries(first, second)
    doing = f"comparing {first.name} with its second entry"
    if not here or not there:
        raise CheckFailed(
            doing, f"{len(here)} and {len(there)} claims were found", "at least one on each side"
        )
    missing = {key: ("no second entry",) for key in here if key not in there}
    missing |= {key: ("only in the second entry",) for key in there if key not in here}
    differing = {key: disagreements(here[key], there[key]) for key in here if key in there}
    return missing | {key: found for key, found in differing.items() if found}


def second_entries(
    first: Path, second: Path, problems: list[KalimagError] | None = None
) -> Mapping[str, Entry]:
    """The entries of the second reader.

    Parameters
    ----------
    first, second : two TOML files of [[claim]] tables.
    problems : where an entry that cannot be read is told, so that it costs no other; it is raised where None.

    Returns
    -------
    Mapping from claim id to Entry; empty where there is no second file yet.

    Raises
    ------
    CheckFailed : the second is a copy of the first.
    EvidenceProblem : a file cannot be read; without `problems`, an entry.
    """
    if not second.exists():
        return {}
    doing = f"reading the second entry of {first.name}"
    if first.resolve() == second.resolve():
        raise CheckFailed(doing, "it is the first entry itself", "a file of its own")
    if first.read_bytes() == second.read_bytes():
        raise CheckFailed(
            doing, "it is a byte-for-byte copy of the first", "numbers typed again from the source"
        )
    here, there = (
        [{**table.content, "read_by": ""} for table in tables(read_document(path), "claim")]
        for path in (first, second)
    )
    if here and here == there:
        raise CheckFailed(doing, "it is the first with other initials", "numbers typed again from the source")
    return _entries(second, problems)


def _entries(path: Path, problems: list[KalimagError] | None = None) -> dict[str, Entry]:
    document = read_document(path)
    entries: dict[str, Entry] = {}
    for table in tables(document, "claim"):
        try:
            entry = Entry.read(table)
            if entry.id in entries:
                raise table.problem(f"the id '{entry.id}' is given twice", "one entry of each id")
        except KalimagError as error:
            if problems is None:
                raise
            problems.append(error)
        else:
            entries[entry.id] = entry
    return entries


def _series(
    name: str, here: Sequence[float | None], there: Sequence[float | None], unit: str, other: str
) -> list[str]:
    if len(here) != len(there):
        return [f"{name}: {len(here)} numbers and {len(there)}"]
    pairs = enumerate(zip(here, there, strict=True), 1)
    return [line for k, (a, b) in pairs for line in _differ(f"{name} {k}", a, b, unit, other)]


def _differ(name: str, here: float | None, there: float | None, unit: str, other: str) -> list[str]:
    if here is None or there is None:
        return [] if here is there else [f"{name}: {here} and {there}"]
    try:
        there = convert(there, other, unit)
    except UnitMismatch as error:
        return [f"{name}: {error.found}"]
    return [] if math.isclose(here, there, rel_tol=1e-9) else [f"{name}: {here:g} and {there:g} {unit}"]
