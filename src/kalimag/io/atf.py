"""Axon Text Format: the tab-separated export of pCLAMP, one column per signal and sweep."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kalimag.errors import UnreadableFile
from kalimag.io.recorded_command import recorded_commands
from kalimag.io.recording import Channel, Recording, Samples
from kalimag.io.text_table import Table, decode, measures, numbers, printed_resolution, split_unit, time_axis
from kalimag.units import factor

EXTENSIONS: tuple[str, ...] = (".atf",)
_TRACE = re.compile(r"^Trace #(\d+)\b")
_AGAIN = "Export it again from the original recording, or read that."
_NO_PROTOCOL = (
    "an ATF file carries no stimulus protocol and this one has no recorded voltage; "
    "read the ABF file it was exported from, where there is one"
)


@dataclass(frozen=True)
class _Header:
    """Everything above the numbers: optional records by key, and one title per column."""

    version: str
    records: dict[str, str]
    signals: tuple[str, ...]
    titles: tuple[str, ...]
    delimiter: str
    first_row: int


def sniff(head: bytes, path: Path) -> bool:  # noqa: ARG001 (every reader takes both)
    """Whether the file begins with the ATF mark."""
    return head.lstrip(b"\xef\xbb\xbf").startswith(b"ATF")


def read(path: Path) -> Recording:
    """Read an ATF file: every sweep a group of columns beside one time column.

    Parameters
    ----------
    path : the file.

    Returns
    -------
    Recording in the units of the column titles. A recorded voltage is the command; else there is none:
    ATF has no place for a protocol.

    Raises
    ------
    UnreadableFile : damaged, truncated, ragged, or without units; the line is named.
    """
    doing = f"reading {path.name} as ATF"
    raw = path.read_bytes()
    lines = decode(raw, doing).split("\n")
    header = _header(lines, doing)
    rows = lines[header.first_row - 1 :]
    table = numbers(rows, header.delimiter, len(header.titles), header.first_row, doing)
    axis_start, rate_Hz, warnings = _rate(table, rows, header, doing)
    groups = _sweeps(header.titles, doing)
    channels = _channels(header, groups, doing)
    sweeps = tuple(_block(table, columns) for columns in groups)
    starts, start_warnings = _starts(header, len(sweeps), axis_start)
    if not raw.endswith((b"\n", b"\r")):
        warnings += ("the file does not end with a newline; its last number may have been cut off",)
    commands, no_command = recorded_commands(channels, sweeps, rate_Hz, _NO_PROTOCOL)
    return Recording(
        path=path,
        sha256=hashlib.sha256(raw).hexdigest(),
        size_bytes=len(raw),
        format=f"ATF {header.version}",
        reader="kalimag.io.atf",
        rate_Hz=rate_Hz,
        channels=channels,
        sweeps=sweeps,
        sweep_starts_s=starts,
        commands=commands,
        no_command=no_command,
        protocol=header.records.get("Protocol", ""),
        notes=tuple(f"{key}={value}" for key, value in header.records.items() if value),
        warnings=warnings + start_warnings,
    )


def _header(lines: list[str], doing: str) -> _Header:
    """Read the two counted lines, the optional records they announce, and the column titles."""
    mark = lines[0].split()
    if len(mark) < 2 or mark[0] != "ATF":
        raise UnreadableFile(doing, f"line 1 says '{lines[0][:40]}'", "'ATF' and a version", _AGAIN)
    counts = lines[1].split() if len(lines) > 1 else []
    if len(counts) < 2 or not all(re.fullmatch("[0-9]{1,6}", count) for count in counts[:2]):
        found = f"line 2 says '{lines[1][:40]}'" if counts else "line 2 is blank"
        raise UnreadableFile(doing, found, "the number of header records and of columns", _AGAIN)
    records, columns = int(counts[0]), int(counts[1])
    title_line = records + 3
    if len(lines) < title_line or not lines[title_line - 1].strip():
        found = f"line 2 announces {records} header records, but there is nothing on line {title_line}"
        raise UnreadableFile(doing, found, "the records, then one line of column titles", _AGAIN)
    text = lines[title_line - 1].rstrip("\t ")
    delimiter = "\t" if "\t" in text or '","' not in text else ","
    titles = tuple(cell.strip().strip('"').strip() for cell in text.split(delimiter))
    if len(titles) != columns or columns < 2:
        found = f"line {title_line} has {len(titles)} column titles where line 2 announces {columns} columns"
        raise UnreadableFile(doing, found, "one title per column, time first", _AGAIN)
    fields: dict[str, str] = {}
    signals: tuple[str, ...] = ()
    for line in lines[2 : title_line - 1]:
        first, *rest = (cell.strip().strip('"') for cell in line.split(delimiter))
        key, _, value = first.partition("=")
        if key.strip().lower() == "signals":
            signals = tuple(rest)
        else:
            fields[key.strip()] = value.strip()
    return _Header(mark[1], fields, signals, titles, delimiter, title_line + 1)


def _rate(table: Table, rows: list[str], header: _Header, doing: str) -> tuple[float, float, tuple[str, ...]]:
    """First time in seconds, samples per second, and a warning when the times are too coarse to check."""
    name, unit = split_unit(header.titles[0])
    if not unit or not measures(unit, "s"):
        found = f"the first column is called '{header.titles[0]}'"
        raise UnreadableFile(doing, found, "a time column with its unit, such as 'Time (s)'", _AGAIN)
    scale = factor(unit, "s")
    printed = [row.split(header.delimiter, 1)[0] for row in rows[max(0, len(table) - 100) : len(table)]]
    resolution = printed_resolution(printed) * scale
    axis = time_axis(table[:, 0] * scale, resolution, header.first_row, doing)
    coarse = f"the {name.lower()} column is printed too coarsely to show a missing sample"
    return axis.start_s, 1.0 / axis.interval_s, () if axis.provable else (coarse,)


def _sweeps(titles: tuple[str, ...], doing: str) -> list[list[int]]:
    """Columns of each sweep; titles that say no trace number all belong to one sweep."""
    groups: dict[str, list[int]] = {}
    for column, title in enumerate(titles[1:], start=1):
        found = _TRACE.match(title)
        groups.setdefault(found[1] if found else "", []).append(column)
    sizes = {len(columns) for columns in groups.values()}
    if len(sizes) > 1:
        found_text = f"the traces have {', '.join(str(size) for size in sorted(sizes))} signals"
        raise UnreadableFile(doing, found_text, "the same signals in every trace", _AGAIN)
    return list(groups.values())


def _channels(header: _Header, groups: list[list[int]], doing: str) -> tuple[Channel, ...]:
    """Name and unit of each signal, the same in every sweep."""
    for title in header.titles[1:]:
        if not split_unit(title)[1]:
            found = f"the title '{title}' has no unit that is known"
            raise UnreadableFile(
                doing, found, "a title such as 'Trace #1 (pA)'", "Write the unit into the title."
            )
    units = [tuple(split_unit(header.titles[column])[1] for column in columns) for columns in groups]
    if len(set(units)) > 1:
        raise UnreadableFile(doing, "units differ between traces", "the same signals in each", _AGAIN)
    names = [_name(header, column, number) for number, column in enumerate(groups[0])]
    return tuple(Channel(name, unit) for name, unit in zip(names, units[0], strict=True))


def _name(header: _Header, column: int, number: int) -> str:
    if len(header.signals) == len(header.titles) - 1 and header.signals[column - 1]:
        return header.signals[column - 1]
    exported = [name.strip() for name in header.records.get("SignalsExported", "").split(",") if name.strip()]
    if number < len(exported):
        return exported[number]
    name = split_unit(header.titles[column])[0]
    return f"signal {number}" if _TRACE.match(name) else name


def _block(table: Table, columns: list[int]) -> Samples:
    # Six digits are printed; single precision holds them, as it holds the same recording read from ABF.
    block = np.ascontiguousarray(table[:, columns].T, dtype=np.float32)
    block.setflags(write=False)
    return block


def _starts(header: _Header, sweeps: int, first_s: float) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Start of each sweep in seconds, and a warning when the file does not say them."""
    cells = [cell for cell in header.records.get("SweepStartTimesMS", "").split(",") if cell.strip()]
    try:
        starts = tuple(float(cell) / 1000.0 for cell in cells)
    except ValueError:
        starts = ()
    if len(starts) == sweeps:
        return starts, ()
    if sweeps == 1:
        return (first_s,), ()
    return (first_s,) * sweeps, ("the file does not say when each sweep began; all are given the same start",)
