"""Setting answers as plain text: columns that line up, numbers with the digits they deserve."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import fill

WIDTH = 100


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Set rows in columns; columns whose every entry is a number stand to the right.

    Parameters
    ----------
    head : names of the columns.
    rows : as many texts each.

    Returns
    -------
    str, one line for the head and one for each row.
    """
    whole = [list(head), *(list(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*whole, strict=True)]
    right = [all(_numeric(cell) for cell in column[1:]) for column in zip(*whole, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(w) if r else cell.ljust(w) for cell, w, r in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in whole
    )


def number(value: float | None, digits: int = 4) -> str:
    """Write a number with so many significant digits; a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}g}"


def amount(value: float | None, unit: str, digits: int = 4) -> str:
    """Write a number with its unit; a pure number has none."""
    return f"{number(value, digits)} {unit}".removesuffix(" 1").rstrip()


def interval(low: float | None, high: float | None) -> str:
    """Write an interval; an end that the data leave open is said to be so."""
    if low is None and high is None:
        return "not bounded"
    if low is None or high is None:
        return f"at most {number(high)}" if low is None else f"at least {number(low)}"
    return "exact" if low == high else f"{number(low)} to {number(high)}"


def paragraph(text: str, label: str = "", inset: int = 2) -> str:
    """Fold a text to the width of a page, behind a label where it has one.

    Parameters
    ----------
    text : any; runs of white space become one blank.
    label : stands before the first line, in a column of its own.
    inset : blanks before everything.

    Returns
    -------
    str, one or several lines.
    """
    first = " " * inset + (f"{label:<9} " if label else "")
    return fill(text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_long_words=False)


def _numeric(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell == "–"
    return True
