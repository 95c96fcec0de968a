"""Tables of numbers in text files: decoding, units in column titles, bulk reading, and an even time axis."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from kalimag.errors import UnitMismatch, UnreadableFile
from kalimag.units import factor, quantity

Table = NDArray[np.float64]
_IN_BRACKETS = re.compile(r"^(?P<name>.*?)\s*[(\[]\s*(?P<unit>[^()\[\]]+?)\s*[)\]]$")
_AFTER_UNDERSCORE = re.compile(r"^(?P<name>.+)_(?P<unit>[^_\s]+)$")
# A missing sample moves the times by a whole interval; jitter of a quarter is none.
_JITTER = 0.25
_LARGEST = 1e30
_AGAIN = "Export or copy the recording again."


class _Row(TypedDict):
    delimiter: str
    decimal_comma: bool
    columns: int
    first_line: int
    doing: str


@dataclass(frozen=True)
class TimeAxis:
    """An even time axis: first time and interval in seconds, and whether the printed digits can prove it."""

    start_s: float
    interval_s: float
    provable: bool


def decode(raw: bytes, doing: str) -> str:
    """Turn the bytes of a text file into text with plain newlines.

    Parameters
    ----------
    raw : the whole file; UTF-8, UTF-16 with its mark, or the Western code page of old programs.
    doing : what is being done, for the error message.

    Raises
    ------
    UnreadableFile : the file is empty or is not text.
    """
    if not raw.strip():
        raise UnreadableFile(doing, "the file is empty", "a table of numbers", _AGAIN)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = raw.decode("utf-16", errors="replace")
    elif b"\0" in raw:
        raise UnreadableFile(
            doing, "the file is not text (it contains zero bytes)", "a table of numbers as text"
        )
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def measures(unit: str, what: str) -> bool:
    """Whether a unit measures the same kind of thing as `what` ("pA", "mV", "s")."""
    try:
        factor(unit, what)
    except UnitMismatch:
        return False
    return True


def split_unit(title: str) -> tuple[str, str]:
    """Split a column title into name and unit: "I (pA)", "I [pA]" or "I_pA"; the unit is "" if there is none.

    After an underscore only amperes, volts and seconds count, so that `I_K` is not a current in kelvin.
    """
    title = title.strip()
    if found := _IN_BRACKETS.match(title):
        try:
            quantity(1.0, found["unit"])
        except UnitMismatch:
            return title, ""
        return found["name"], found["unit"]
    found = _AFTER_UNDERSCORE.match(title)
    if found and any(measures(found["unit"], kind) for kind in ("pA", "mV", "s")):
        return found["name"], found["unit"]
    return title, ""


def numbers(lines: Sequence[str], delimiter: str, columns: int, first_line: int, doing: str) -> Table:
    """Read lines of numbers in bulk.

    Parameters
    ----------
    lines : the rows, without newline; empty lines only at the end.
    delimiter : one character; with ";" or a tab a decimal comma is understood where no number has a point.
    columns : how many numbers each row must have.
    first_line : line number of the first row in the file, for error messages (the file begins with line 1).
    doing : what is being done, for the error message.

    Returns
    -------
    array (rows, columns) of float64, all finite.

    Raises
    ------
    UnreadableFile : no rows, a ragged row, a blank cell, a cell that is no finite number; the line is named.
    """
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    lines = lines[:end]
    if not lines:
        raise UnreadableFile(doing, "there are no rows of numbers under the header", "at least two rows")
    decimal_comma = delimiter != "," and any("," in line for line in lines)
    decimal_comma = decimal_comma and not any("." in line for line in lines)
    row: _Row = {
        "delimiter": delimiter,
        "decimal_comma": decimal_comma,
        "columns": columns,
        "first_line": first_line,
        "doing": doing,
    }
    plain = [line.replace(",", ".") for line in lines] if decimal_comma else lines
    try:
        table = np.loadtxt(plain, delimiter=delimiter, comments=None, ndmin=2, quotechar='"')
    except ValueError as error:
        raise _first_fault(lines, **row) from error
    if table.shape != (len(lines), columns) or not (np.abs(table) < _LARGEST).all():
        raise _first_fault(lines, **row)
    return table


def _first_fault(
    lines: Sequence[str], *, delimiter: str, decimal_comma: bool, columns: int, first_line: int, doing: str
) -> UnreadableFile:
    """The sentence for the first row that is wrong, looked for only after the bulk read has refused."""
    last = len(lines) - 1
    for index, line in enumerate(lines):
        where, cells = f"line {first_line + index}", line.split(delimiter)
        if not line.strip():
            return UnreadableFile(doing, f"{where} is blank, between rows of numbers", f"{columns} numbers")
        if len(cells) < columns and index == last:
            found = f"{where}, the last one, has {len(cells)} of {columns} columns: the file was cut off"
            return UnreadableFile(doing, found, "whole rows", _AGAIN)
        if len(cells) != columns:
            return UnreadableFile(
                doing, f"{where} has {len(cells)} columns", f"{columns} columns in every row"
            )
        for column, cell in enumerate(cells, start=1):
            if fault := _cell_fault(cell, decimal_comma):
                remedy = "Leave the row out, or export the recording again; gaps are not filled."
                return UnreadableFile(doing, f"{where}, column {column} {fault}", "a finite number", remedy)
    return UnreadableFile(doing, "the table could not be read as numbers", f"{columns} numbers in every row")


def _cell_fault(cell: str, decimal_comma: bool) -> str:
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        cell = cell[1:-1].strip()
    if not cell:
        return "is blank"
    try:
        value = float(cell.replace(",", ".") if decimal_comma else cell)
    except ValueError:
        return f"says '{cell[:40]}'"
    return "" if abs(value) < _LARGEST and "_" not in cell else f"says '{cell[:40]}'"


def printed_resolution(cells: Sequence[str]) -> float:
    """Half of the last printed digit of the most precisely printed of these numbers."""
    finest = 0
    for cell in cells:
        try:
            exponent = Decimal(cell.strip().strip('"').replace(",", ".")).as_tuple().exponent
        except InvalidOperation:
            continue
        finest = min(finest, exponent) if isinstance(exponent, int) else finest
    return 0.5 * 10.0**finest


def time_axis(times_s: Table, resolution_s: float, first_line: int, doing: str) -> TimeAxis:
    """Find the sampling interval of a time column, or refuse it when the samples are not evenly spaced.

    Parameters
    ----------
    times_s : array (samples,), seconds.
    resolution_s : half of the last printed digit; more than this a time cannot be off by rounding.
    first_line : line number of the first time in the file, for the error message.
    doing : what is being done, for the error message.

    Returns
    -------
    TimeAxis, with the roundest interval that the printed times allow.

    Raises
    ------
    UnreadableFile : fewer than two times, time that does not increase, or uneven spacing; the line is named.
    """
    count = len(times_s)
    span = float(times_s[-1] - times_s[0])
    if count < 2 or span <= 0:
        found = f"the time column from line {first_line} does not increase ({count} samples over {span:g} s)"
        raise UnreadableFile(doing, found, "at least two samples with increasing time")
    interval = span / (count - 1)
    gaps = np.diff(times_s)
    usual = float(np.median(gaps))
    # Times printed with too few digits are uneven all along; a missing sample is uneven once.
    uneven = np.mean(np.abs(gaps - usual) > _JITTER * interval)
    coarse = count >= 100 and resolution_s > 0.1 * interval and uneven > 0.05
    allowed = _JITTER * interval + (2.02 * resolution_s if coarse else min(resolution_s, 0.05 * interval))
    if np.abs(times_s - times_s[0] - interval * np.arange(count)).max() > allowed:
        worst = int(np.argmax(np.abs(gaps - usual)))
        found = (
            f"time goes from {times_s[worst]:.9g} s on line {first_line + worst} "
            f"to {times_s[worst + 1]:.9g} s on the next; usually it goes up by {usual:.6g} s"
        )
        raise UnreadableFile(doing, found, "evenly spaced samples", "Export the recording without gaps.")
    return TimeAxis(float(times_s[0]), _roundest(interval, times_s, resolution_s), not coarse)


def _roundest(interval: float, times_s: Table, resolution_s: float) -> float:
    """The interval with the fewest digits (in itself or in its rate) that predicts every printed time."""
    steps = np.arange(len(times_s), dtype=np.float64)
    off = np.abs(times_s - times_s[0] - interval * steps).max()
    allowed = off + resolution_s + 1e-12 * abs(float(times_s[-1]))
    for digits in range(9):
        for candidate in (
            round(1e6 * interval, digits) * 1e-6,
            1.0 / (round(1.0 / interval, digits) or np.inf),
        ):
            if candidate > 0 and np.abs(times_s - times_s[0] - candidate * steps).max() <= allowed:
                return float(candidate)
    return interval
