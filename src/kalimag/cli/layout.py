"""Setting answers as plain text: columns that line up, numbers with the digits they deserve."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import fill, indent


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


def interval(low: float | None, high: float | None) -> str:
    """Write an interval; an end that the data leave open is said to be so."""
    if low is None and high is None:
        return "not bounded"
    if low is None or high is None:
        return f"at most {number(high)}" if low is None else f"at least {number(low)}"
    return f"{number(low)} to {number(high)}"


def paragraph(text: str, prefix: str = "") -> str:
    """Fold a text to the width of a page, each line behind a prefix."""
    return indent(fill(text, 100 - len(prefix)), prefix)


def _numeric(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell == "–"
    return True
