"""Parameters whose errors hang together, such as two from one fit: they are drawn together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kalimag.errors import EvidenceProblem
from kalimag.evidence.document import Table, numbers, read_document, tables
from kalimag.registry import LIBRARY


@dataclass(frozen=True)
class Together:
    """Estimates that are drawn together.

    Parameters
    ----------
    parameters : keys of the estimates, such as ("romk.Ki0", "romk.z_delta").
    correlation : of what we do not know of them, on the scale of each one's domain; one row for each.
    because : where the correlation comes from.
    """

    parameters: tuple[str, ...]
    correlation: tuple[tuple[float, ...], ...]
    because: str

    def __post_init__(self) -> None:
        """Refuse what is no correlation matrix."""
        self.factor()

    def factor(self) -> NDArray[np.float64]:
        """The lower triangle that turns independent scores into correlated ones; shape (n, n)."""
        names, size = ", ".join(self.parameters), len(self.parameters)
        doing = f"drawing {names} together"
        if size < 2 or len(set(self.parameters)) != size or not self.because.strip():
            raise EvidenceProblem(doing, "a parameter twice, only one, or no reason", "two or more, and why")
        if [len(row) for row in self.correlation] != [size] * size:
            raise EvidenceProblem(doing, "the matrix has another size", f"{size} rows of {size} numbers")
        matrix = np.array(self.correlation, dtype=float)
        if not np.array_equal(matrix, matrix.T) or not np.all(np.diag(matrix) == 1):
            raise EvidenceProblem(
                doing, "the matrix is not symmetric, or its diagonal is not 1", "a correlation"
            )
        try:
            return np.linalg.cholesky(matrix)
        except np.linalg.LinAlgError as error:
            raise EvidenceProblem(
                doing, "the correlations contradict each other", "a positive matrix"
            ) from error

    def mixed(self, scores: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
        """Scores that hang together, from independent ones; shape (n,) each, by key."""
        stacked = np.stack([scores[key] for key in self.parameters])
        return dict(zip(self.parameters, self.factor() @ stacked, strict=True))


def load_together(mechanism: str, library: Path = LIBRARY) -> tuple[Together, ...]:
    """What the estimates of one mechanism say is drawn together.

    Parameters
    ----------
    mechanism : such as "romk".
    library : the folder that holds estimates/.

    Returns
    -------
    tuple of Together, from the [[together]] tables of the file.

    Raises
    ------
    EvidenceProblem : a table is incomplete, or its matrix is no correlation.
    """
    document = read_document(library / "estimates" / f"{mechanism}.toml")
    return tuple(_together(table) for table in tables(document, "together"))


def _together(table: Table) -> Together:
    table.refuse_unknown(("parameters", "correlation", "because"))
    rows = table.content.get("correlation")
    if not isinstance(rows, list):
        raise table.problem("'correlation' is missing", "a list of rows", key="correlation")
    matrix = [numbers(Table({"row": row}, table.place, table.lines, table.start), "row") for row in rows]
    return Together(table.texts("parameters"), tuple(matrix), table.text("because"))
