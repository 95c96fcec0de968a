"""`kalimag recording show`: what a file holds, and what was asked of the amplifier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.layout import paragraph, table
from kalimag.cli.options import answers

if TYPE_CHECKING:
    from kalimag.io.recording import Command, Recording, Segment

LINES, FEW = 16, 6


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@answers
def command(file: Path) -> Answer:
    """Show what a recording holds.

    Channels, sweeps, tags, and the command voltage: whether it was recorded or is rebuilt from the header,
    and whether the current's transients agree with it.
    """
    recording = verbs.read(file)
    result = described(recording)
    return Answer(result, page(result), (file,), recording.warnings)


def described(recording: Recording) -> dict[str, Any]:
    """Tell a recording in plain data, without its samples.

    Parameters
    ----------
    recording : any.

    Returns
    -------
    dict; times in s from the start of the sweep, levels in the command's unit.
    """
    rate = recording.rate_Hz
    return {
        "path": str(recording.path),
        "sha256": recording.sha256,
        "size_bytes": recording.size_bytes,
        "format": recording.format,
        "reader": recording.reader,
        "started": recording.started,
        "protocol": recording.protocol,
        "creator": recording.creator,
        "rate_Hz": rate,
        "channels": [{"name": channel.name, "unit": channel.unit} for channel in recording.channels],
        "sweeps": [
            {"start_s": start, "samples": sweep.shape[1], "length_s": sweep.shape[1] / rate}
            for start, sweep in zip(recording.sweep_starts_s, recording.sweeps, strict=True)
        ],
        "commands": [
            {"missing": why} if asked is None else _command(asked, rate)
            for asked, why in zip(recording.commands, recording.no_command, strict=True)
        ],
        "tags": [{"time_s": tag.time_s, "text": tag.text} for tag in recording.tags],
        "notes": list(recording.notes),
    }


def _command(asked: Command, rate: float) -> dict[str, Any]:
    return {
        "name": asked.name,
        "unit": asked.unit,
        "source": asked.source,
        "check": asked.check.verdict,
        "check_text": asked.check.text,
        "check_sweeps": list(asked.check.sweeps),
        "sweeps": [[_segment(segment, rate) for segment in sweep] for sweep in asked.segments],
    }


def _segment(segment: Segment, rate: float) -> dict[str, Any]:
    return {
        "kind": segment.kind,
        "from_s": segment.start / rate,
        "to_s": segment.stop / rate,
        "level": segment.level,
        "level_end": segment.level_end,
    }


def page(result: dict[str, Any]) -> str:
    """Set what `described` tells for people to read.

    Parameters
    ----------
    result : from `described`.

    Returns
    -------
    str, several lines.
    """
    channels = ", ".join(f"{channel['name']} ({channel['unit']})" for channel in result["channels"])
    by = f", by {result['creator']}" if result["creator"] else ""
    made = ", ".join(
        filter(None, (result["started"], f"protocol {result['protocol']}" if result["protocol"] else ""))
    )
    lines = [
        f"{Path(result['path']).name}: {result['format']}, {result['size_bytes']:,} bytes",
        f"  sha256    {result['sha256']}",
        f"  recorded  {made or 'no date in the file'}{by}",
        f"  channels  {channels}",
        f"  sweeps    {_lengths(result['sweeps'])} at {result['rate_Hz'] / 1000:g} kHz",
        *(f"  tag       {tag['time_s']:.3f} s  {tag['text']}" for tag in result["tags"]),
        *(f"  note      {note}" for note in result["notes"]),
    ]
    before: dict[str, Any] | None = None
    for channel, asked in zip(result["channels"], result["commands"], strict=True):
        lines += ["", f"command of {channel['name']}"]
        lines += ["  the same"] if asked == before else _command_lines(asked)
        before = asked
    return "\n".join(line.rstrip() for line in lines)


def _lengths(sweeps: list[dict[str, Any]]) -> str:
    lengths = {sweep["samples"] for sweep in sweeps}
    if len(lengths) == 1:
        return f"{len(sweeps)} of {sweeps[0]['samples']:,} samples ({sweeps[0]['length_s']:g} s)"
    return f"{len(sweeps)} of different length, {min(lengths):,} to {max(lengths):,} samples,"


def _command_lines(asked: dict[str, Any]) -> Iterator[str]:
    if "missing" in asked:
        yield paragraph(f"none: {asked['missing']}")
        return
    yield f"  {asked['name']}, {asked['source']}; check: {asked['check']}"
    yield paragraph(asked["check_text"], inset=4)
    sweeps = asked["sweeps"]
    shapes = {tuple((part["kind"], part["from_s"], part["to_s"]) for part in sweep) for sweep in sweeps}
    if len(shapes) == 1:
        yield indent(_alike(sweeps, asked["unit"]), "  ")
        return
    for index, sweep in enumerate(sweeps[:LINES]):
        yield f"  sweep {index:<4} {' → '.join(_level([part], asked['unit']) for part in sweep[:LINES])}"
    if len(sweeps) > LINES:
        yield f"  and {len(sweeps) - LINES} more sweeps; --json has them all"


def _alike(sweeps: list[list[dict[str, Any]]], unit: str) -> str:
    """All sweeps in one table, where they differ in nothing but levels."""
    rows = [
        (
            f"{parts[0]['from_s'] * 1000:g}",
            f"{parts[0]['to_s'] * 1000:g}",
            parts[0]["kind"],
            _level(parts, unit),
        )
        for parts in zip(*sweeps, strict=True)
    ]
    more = f"\nand {len(rows) - LINES} more parts; --json has them all" if len(rows) > LINES else ""
    return table(("from ms", "to ms", "", "level, sweep by sweep"), rows[:LINES]) + more


def _level(parts: Sequence[dict[str, Any]], unit: str) -> str:
    """The level of one part of the command in all sweeps."""
    if parts[0]["kind"] in ("cosine", "samples"):
        return str(parts[0]["kind"])
    told = list(dict.fromkeys(_one(part) for part in parts))
    if len(told) > FEW:
        told = [*told[:2], "…", told[-1]]
    return f"{', '.join(told)} {unit}"


def _one(part: dict[str, Any]) -> str:
    level = f"{part['level']:.4g}"
    return level if part["level"] == part["level_end"] else f"{level} → {part['level_end']:.4g}"
