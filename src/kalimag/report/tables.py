"""Tables as CSV: full numbers for programs, with units in the header."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from kalimag.report.content import PARAMETER_COLUMNS, Cell, Table
from kalimag.report.numbers import digits, rounded

Estimated = tuple[float | None, float | None, float | None]  # value, and the ends of its interval


def parameter_row(
    name: str, estimate: Estimated, unit: str, *, n: int | None, method: str
) -> tuple[Cell, ...]:
    """A fitted number under `PARAMETER_COLUMNS`, printed by the one rule and kept in full for CSV."""
    shown = rounded(*estimate)
    numbers = [Cell(text, "" if raw is None else raw) for text, raw in zip(shown, estimate, strict=True)]
    count = Cell("–" if n is None else str(n), "" if n is None else n)
    return (Cell(name), *numbers, Cell("" if unit == "1" else unit, unit), count, Cell(method))


def number_cell(value: float | None, text: str | None = None) -> Cell:
    """A number in a table; three digits unless another text is given, an en dash where there is none."""
    if value is None:
        return Cell("–", "")
    return Cell(digits(value) if text is None else text, value)


def as_csv(table: Table) -> str:
    """A table for programs.

    Parameters
    ----------
    table : its columns become the header ("I_pA"), its raw values the rows.

    Returns
    -------
    str, comma-separated, lines end with a line feed; numbers with nine digits and an ASCII minus.
    """
    return _csv([column.heading for column in table.columns], table.rows)


def parameters_csv(tables: Iterable[tuple[str, Table]]) -> str:
    """The fitted numbers of all analyses in one CSV file, the analysis in the first column."""
    header = ["analysis", *(column.key for column in PARAMETER_COLUMNS)]
    return _csv(header, [(Cell(name), *row) for name, table in tables for row in table.rows])


def _csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_raw(cell) for cell in row] for row in rows)
    return text.getvalue()


def _raw(cell: Cell) -> str:
    value = cell.text if cell.raw is None else cell.raw
    return f"{value:.9g}" if isinstance(value, float) else str(value)
