"""Recordings as comma-, semicolon- or tab-separated text, as people export them by hand.

The first column is time with its unit, the others are signals with theirs: ``time (ms),I (pA),V (mV)`` or
``time_s<tab>I_pA``. A column called ``sweep`` numbers the sweeps. A voltage beside a current is the recorded
command. Lines that begin with ``#`` above the titles are kept as notes. A file without units is refused.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from kalimag.errors import UnreadableFile
from kalimag.io.recorded_command import recorded_commands
from kalimag.io.recording import Channel, Recording, Samples
from kalimag.io.text_table import (
    Table,
    TimeAxis,
    decode,
    measures,
    numbers,
    printed_resolution,
    split_unit,
    time_axis,
)
from kalimag.units import factor

EXTENSIONS: tuple[str, ...] = (".csv", ".tsv", ".txt")
_TIME = re.compile(r'^\s*"?\s*(t|time|zeit|temps|tiempo)\b', re.IGNORECASE)
_SWEEP = ("sweep", "episode", "trace")
_NO_VOLTAGE = "the table has no voltage column; add one, such as 'V (mV)'"
_UNIT_REMEDY = "Write the unit into the title, such as 'I (pA)', 'V (mV)' or 'time_s'."


@dataclass(frozen=True)
class _Layout:
    """Where the table begins and what its columns are; `sweep` is the column of sweep numbers or None."""

    delimiter: str
    first_row: int
    titles: tuple[str, ...]
    time: int
    sweep: int | None
    notes: tuple[str, ...]


def sniff(head: bytes, path: Path) -> bool:
    """Whether this is text whose first title is a time, or text that calls itself CSV or TSV."""
    if head.startswith(b"ATF") or (b"\0" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff")):
        return False
    if path.suffix.lower() in (".csv", ".tsv"):
        return True
    text = head.decode("utf-8-sig", errors="replace")
    titles = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return bool(titles) and bool(_TIME.match(titles[0].replace("_", " ")))


def read(path: Path) -> Recording:
    """Read a table of time and signals as a recording.

    Parameters
    ----------
    path : the file; comma, semicolon or tab between columns, found from the titles and the first row.

    Returns
    -------
    Recording with float64 sweeps in the units of the titles. The rate comes from the time column.

    Raises
    ------
    UnreadableFile : no units, blank or non-numeric cells, ragged rows, uneven time; the line is named.
    """
    doing = f"reading {path.name} as CSV"
    raw = path.read_bytes()
    lines = decode(raw, doing).split("\n")
    layout = _layout(lines, doing)
    rows = lines[layout.first_row - 1 :]
    table = numbers(rows, layout.delimiter, len(layout.titles), layout.first_row, doing)
    channels, columns = _signals(layout, doing)
    bounds = _bounds(table, layout, doing)
    axes = _axes(table, rows, layout, bounds, doing)
    rate_Hz, warnings = _rate(axes, bounds, layout, doing)
    sweeps = tuple(_block(table[start:stop], columns) for start, stop in bounds)
    if not raw.endswith((b"\n", b"\r")):
        warnings += ("the file does not end with a newline; its last number may have been cut off",)
    commands, no_command = recorded_commands(channels, sweeps, rate_Hz, _NO_VOLTAGE)
    return Recording(
        path=path,
        sha256=hashlib.sha256(raw).hexdigest(),
        size_bytes=len(raw),
        format={",": "CSV", ";": "CSV (semicolons)", "\t": "TSV"}[layout.delimiter],
        reader="kalimag.io.csv",
        rate_Hz=rate_Hz,
        channels=channels,
        sweeps=sweeps,
        sweep_starts_s=tuple(axis.start_s for axis in axes),
        commands=commands,
        no_command=no_command,
        notes=layout.notes,
        warnings=warnings,
    )


def _layout(lines: list[str], doing: str) -> _Layout:
    """Find notes, titles and delimiter; say what is wrong with a table that has no titles."""
    header = 0
    while header < len(lines) and (not lines[header].strip() or lines[header].startswith("#")):
        header += 1
    notes = tuple(line.lstrip("# ").rstrip() for line in lines[:header] if line.strip("# \t"))
    following = next((line for line in lines[header + 1 :] if line.strip()), "")
    if header == len(lines) or not following:
        raise UnreadableFile(
            doing, "there are no rows of numbers under the titles", "a line of titles, then rows"
        )
    for delimiter in "\t;,":
        titles = tuple(cell.strip() for cell in next(csv.reader([lines[header]], delimiter=delimiter)))
        if len(titles) > 1:
            break
    else:
        found = f"line {header + 1} is one column: '{lines[header][:60]}'"
        raise UnreadableFile(doing, found, "columns separated by comma, semicolon or tab", _UNIT_REMEDY)
    if all(_is_number(title) for title in titles):
        found = f"line {header + 1} is already numbers; there are no titles"
        raise UnreadableFile(doing, found, "titles with units, time first", _UNIT_REMEDY)
    repeated = sorted({title for title in titles if title and titles.count(title) > 1})
    if repeated or "" in titles:
        fault = f"'{repeated[0]}' twice" if repeated else "a column with no title"
        found = f"line {header + 1} has {fault}"
        raise UnreadableFile(doing, found, "a different title over each column")
    sweep = next((i for i, title in enumerate(titles) if title.lower() in _SWEEP), None)
    time = 1 if sweep == 0 else 0
    return _Layout(delimiter, header + 2, titles, time, sweep, notes)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _signals(layout: _Layout, doing: str) -> tuple[tuple[Channel, ...], list[int]]:
    """Names and units of the signal columns, and where they are."""
    name, unit = split_unit(layout.titles[layout.time])
    line = layout.first_row - 1
    if not unit or not measures(unit, "s"):
        found = f"the first column, '{layout.titles[layout.time]}' (line {line}), is not a time with its unit"
        raise UnreadableFile(doing, found, "a title such as 'time (ms)' or 'time_s'", _UNIT_REMEDY)
    columns = [index for index in range(len(layout.titles)) if index not in (layout.time, layout.sweep)]
    if not columns:
        raise UnreadableFile(doing, f"line {line} names no signal beside '{name}'", "at least one signal")
    channels = []
    for index in columns:
        name, unit = split_unit(layout.titles[index])
        if not unit:
            found = f"the title '{layout.titles[index]}' (line {line}) has no unit that is known"
            raise UnreadableFile(doing, found, "a unit for every signal", _UNIT_REMEDY)
        channels.append(Channel(name or f"signal {index}", unit))
    return tuple(channels), columns


def _bounds(table: Table, layout: _Layout, doing: str) -> list[tuple[int, int]]:
    """First and one-past-last row of each sweep; numbers must be whole and go up, each in one stretch."""
    if layout.sweep is None:
        return [(0, len(table))]
    labels = table[:, layout.sweep]
    steps = np.diff(labels)
    wrong = np.flatnonzero((labels != np.round(labels)) | np.concatenate([[False], steps < 0]))
    if len(wrong):
        line = layout.first_row + int(wrong[0])
        found = f"line {line} has sweep number {labels[wrong[0]]:g} where it cannot be"
        raise UnreadableFile(doing, found, "whole sweep numbers that go up, each sweep in one stretch")
    edges = [0, *(int(edge) + 1 for edge in np.flatnonzero(steps)), len(table)]
    return list(pairwise(edges))


def _axes(
    table: Table, rows: list[str], layout: _Layout, bounds: list[tuple[int, int]], doing: str
) -> list[TimeAxis]:
    """The even time axis of every sweep, in seconds."""
    scale = factor(split_unit(layout.titles[layout.time])[1], "s")
    axes = []
    for start, stop in bounds:
        printed = [row.split(layout.delimiter)[layout.time] for row in rows[max(start, stop - 100) : stop]]
        times = table[start:stop, layout.time] * scale
        axes.append(time_axis(times, printed_resolution(printed) * scale, layout.first_row + start, doing))
    return axes


def _rate(
    axes: list[TimeAxis], bounds: list[tuple[int, int]], layout: _Layout, doing: str
) -> tuple[float, tuple[str, ...]]:
    """Samples per second, from the longest sweep; the others must agree with it."""
    longest = max(range(len(axes)), key=lambda index: bounds[index][1] - bounds[index][0])
    interval = axes[longest].interval_s
    for axis, (start, stop) in zip(axes, bounds, strict=True):
        if abs(axis.interval_s - interval) * (stop - start) > interval:
            line = layout.first_row + start
            found = f"from line {line} samples are {axis.interval_s:g} s apart, elsewhere {interval:g} s"
            raise UnreadableFile(
                doing, found, "one sampling rate for the whole file", "Make one file for each rate."
            )
    coarse = ("the time column is printed too coarsely to show a missing sample",)
    warnings: tuple[str, ...] = () if all(axis.provable for axis in axes) else coarse
    if len(axes) > 1 and len({axis.start_s for axis in axes}) == 1:
        warnings += ("time starts again in every sweep: when each began is not known",)
    return 1.0 / interval, warnings


def _block(rows: Table, columns: list[int]) -> Samples:
    block = np.ascontiguousarray(rows[:, columns].T)
    block.setflags(write=False)
    return block
