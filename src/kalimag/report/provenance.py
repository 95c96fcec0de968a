"""Where every number and every file of a report comes from, as tables."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import kalimag
from kalimag.report.content import Cell, Column, Input, Section, Table
from kalimag.report.numbers import NONE, digits, rounded, size_of

if TYPE_CHECKING:
    from kalimag.evidence import Ledger, Source
    from kalimag.io.recording import Recording

_CODE = (".py", ".toml", ".jinja", ".css")
_LIBRARIES = ("numpy", "scipy", "matplotlib", "pyabf", "pint")


@cache
def code_digest() -> str:
    """One hash over every equation, number and program line of this package; 64 hexadecimal digits."""
    root, whole = Path(kalimag.__file__).parent, hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.suffix in _CODE):
        inside = path.relative_to(root).as_posix()
        if not inside.startswith("library/studies/"):
            whole.update(f"{inside}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def versions() -> dict[str, str]:
    """The versions that can change a number or a figure, by name; kalimag's own first."""
    python = ".".join(map(str, sys.version_info[:3]))
    return {"kalimag": kalimag.__version__, "python": python, **{name: version(name) for name in _LIBRARIES}}


def read_input(path: Path, folder: Path) -> Input:
    """A file as the report lists it: with its hash and size, and a path that says nothing about this machine.

    Parameters
    ----------
    path : the file.
    folder : of the study; a file below it is shown by its path from there, any other by its name alone.

    Returns
    -------
    Input
    """
    content = path.read_bytes()
    whole, root = path.resolve(), folder.resolve()
    shown = whole.relative_to(root).as_posix() if whole.is_relative_to(root) else path.name
    return Input(shown, path, hashlib.sha256(content).hexdigest(), len(content))


def with_recordings(inputs: Iterable[Input], sections: Sequence[Section]) -> tuple[Input, ...]:
    """The same inputs, with reader and command where they were read as recordings."""
    return tuple(_told(one, sections) for one in inputs)


def _told(one: Input, sections: Sequence[Section]) -> Input:
    for section in sections:
        recording = section.recordings.get(one.path)
        if recording is None:
            continue
        channels = [s.channels[one.path] for s in sections if one.path in s.channels] or [0]
        told = dict.fromkeys(_command(recording, channel) for channel in channels)
        return Input(one.shown, one.path, one.sha256, one.size_bytes, recording.format, "; ".join(told))
    return one


def _command(recording: Recording, channel: int) -> str:
    command = recording.commands[channel]
    if command is None:
        return f"none ({recording.no_command[channel]})"
    verdict = {"ok": "agrees with the transients", "mismatch": "DOES NOT AGREE with the transients"}
    return f"{command.source}, {verdict.get(command.check.verdict, command.check.verdict)}"


def inputs_table(inputs: Sequence[Input]) -> Table:
    """Every file with size, reader, command and SHA-256."""
    columns = (
        Column("file", "File", kind="text"),
        Column("size", "Size"),
        Column("reader", "Read as", kind="text"),
        Column("command", "Command voltage", kind="text"),
        Column("sha256", "SHA-256", kind="code"),
    )
    rows = [
        (
            Cell(one.shown),
            Cell(size_of(one.size_bytes), one.size_bytes),
            Cell(one.reader or one.path.suffix.lstrip(".").upper()),
            Cell(one.command or NONE),
            Cell(one.sha256),
        )
        for one in inputs
    ]
    return Table("Inputs, never modified.", columns, tuple(rows))


def merged(sections: Sequence[Section]) -> Ledger | None:
    """One ledger of everything all sections used; None where no number of the library was."""
    from kalimag.evidence import Ledger

    rows = {(row.name, row.value): row for s in sections if s.ledger is not None for row in s.ledger.rows}
    return Ledger(tuple(rows.values())) if rows else None


def standing(ledger: Ledger) -> str:
    """How many of the numbers used were assumed or are unchecked, in one sentence."""
    assumed, unchecked, count = len(ledger.assumptions()), len(ledger.unchecked()), len(ledger.rows)
    numbers = "1 number" if count == 1 else f"{count} numbers"
    return (
        f"{numbers} from kalimag's library entered this analysis: {assumed} assumed, {unchecked} unchecked. "
        "Each is listed below with its source."
    )


def ledger_table(ledger: Ledger) -> Table:
    """Every number used: value, interval, rule, whether it was checked, and its sources."""
    columns = (
        Column("name", "Number", kind="text"),
        Column("value", "Value"),
        Column("low", "95 % from"),
        Column("high", "to"),
        Column("unit", "Unit", kind="text"),
        Column("rule", "Rule", kind="text"),
        Column("sources", "Source", kind="text"),
    )
    rows = []
    for row in ledger.rows:
        low, high = row.interval
        exact = not high > low
        shown = (digits(row.value, 10), NONE, NONE) if exact else rounded(row.value, low, high)
        raw = (row.value, "" if exact else low, "" if exact else high)
        badge = "assumed" if row.estimate.assumed else "checked" if row.checked else "unchecked"
        rows.append(
            (
                Cell(row.name),
                *(Cell(text, number) for text, number in zip(shown, raw, strict=True)),
                Cell("" if row.unit == "1" else row.unit, row.unit),
                Cell(row.rule, note="" if row.rule == "by definition" else badge),
                Cell(", ".join(row.sources) or NONE),
            )
        )
    reasons = [f"{row.name} is not the library's: {row.reason}" for row in ledger.rows if row.reason]
    note = " ".join(
        (
            *reasons,
            "Checked: typed twice by different readers who agree, and seen where it was published. "
            "Unchecked: at least one of the two is missing. Assumed: no measurement stands behind it.",
        )
    )
    return Table("Numbers from the library that entered this analysis.", columns, tuple(rows), "", note)


def sources(ledger: Ledger | None, sections: Sequence[Section]) -> tuple[Source, ...]:
    """Everything that is cited on the page, each once, by key.

    Parameters
    ----------
    ledger : of the numbers that were used.
    sections : whose rows of the guide are shown.

    Returns
    -------
    tuple of Source.
    """
    from kalimag.evidence import load_source

    cited = list(ledger.bibliography()) if ledger is not None else []
    for row in (row for section in sections for row in section.audit):
        cited += [row.claim.source, *(other.claim.source for other in row.comparisons)]
        cited += [load_source(row.primary)] if row.primary else []
    found = {source.key: source for source in cited}
    return tuple(found[key] for key in sorted(found))


def audit_table(sections: Sequence[Section]) -> Table | None:
    """The guide's rows on what was fitted, beside the primary sources and what was found here."""
    columns = (
        Column("quantity", "Quantity", kind="text"),
        Column("guide", "The guide says", kind="text"),
        Column("others", "Others say", kind="text"),
        Column("verdict", "Verdict on the guide", kind="text"),
        Column("here", "This study", kind="text"),
    )
    rows = []
    found: Mapping[str, str] = {key: text for s in sections for key, text in s.found.items()}
    for row in {row.claim.id: row for s in sections for row in s.audit}.values():
        conditions = ", ".join(
            f"{name.replace('_', ' ')} {text}" for name, text in row.claim.conditions.items()
        )
        others = "; ".join(other.as_text() for other in row.comparisons)
        if row.primary:
            others = f"{others}; primary source {row.primary}".lstrip("; ")
        cells = (
            row.claim.parameter,
            row.claim.as_text() + (f" ({conditions})" if conditions else ""),
            others or NONE,
        )
        verdict = Cell(f"{row.verdict}: {row.reason}")
        rows.append(
            (
                *map(Cell, cells),
                verdict,
                Cell(found.get(row.claim.id) or found.get(row.claim.parameter, NONE)),
            )
        )
    if not rows:
        return None
    note = "Access tells how much of a source was read: memory and secondary numbers are not evidence."
    return Table(
        "The guide's numbers held against the literature and against this study.",
        columns,
        tuple(rows),
        "",
        note,
    )
