"""`kalimag recording show`: what a file holds, and what was asked of the amplifier."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.options import answers

if TYPE_CHECKING:
    from kalimag.io.recording import Command, Recording, Segment

LINES, WIDE = 12, 6


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
    for channel, asked in zip(result["channels"], result["commands"], strict=True):
        lines += ["", f"command of {channel['name']}: ", *_command_lines(asked)]
    return "\n".join(line.rstrip() for line in lines)


def _lengths(sweeps: list[dict[str, Any]]) -> str:
    runs = [(length, len(list(same))) for length, same in groupby(sweep["samples"] for sweep in sweeps)]
    lengths = {length: f"{length:,} samples" for length, _ in runs}
    if len(lengths) == 1:
        return f"{len(sweeps)} of {lengths[runs[0][0]]} ({sweeps[0]['length_s']:g} s)"
    return f"{len(sweeps)} of different length, {min(lengths):,} to {max(lengths):,} samples,"


def _command_lines(asked: dict[str, Any]) -> Iterator[str]:
    if "missing" in asked:
        yield f"  none: {asked['missing']}"
        return
    yield f"  {asked['name']}, {asked['source']}; check: {asked['check']}. {asked['check_text']}"
    told = [_sweep(sweep, asked["unit"]) for sweep in asked["sweeps"]]
    first = 0
    for count, (text, same) in enumerate(groupby(told)):
        last = first + len(list(same)) - 1
        if count == LINES:
            yield f"  … {len(told) - first} more sweeps; --json has them all"
            return
        yield f"  {f'sweep {first}' if first == last else f'sweeps {first}–{last}':<13} {text}"
        first = last + 1


def _sweep(segments: list[dict[str, Any]], unit: str) -> str:
    told = [_told(segment, unit) for segment in segments[:WIDE]]
    more = [f"… {len(segments) - WIDE} more"] if len(segments) > WIDE else []
    return " → ".join(told + more)


def _told(segment: dict[str, Any], unit: str) -> str:
    lasts = f"{(segment['to_s'] - segment['from_s']) * 1000:.4g} ms"
    if segment["kind"] in ("cosine", "samples"):
        return f"{segment['kind']} ({lasts})"
    level = f"{segment['level']:.4g}"
    if segment["level_end"] != segment["level"]:
        level += f" to {segment['level_end']:.4g}"
    return f"{level} {unit} ({lasts})"
