"""One file per assay: from a row of a study to a section of its report; found by folder.

``romk_block.py`` serves ``assay = "romk-block"``. It offers KEYS, the keys of the row it knows; files(row),
what it will read; and section(row, seed), what it found.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from kalimag.registry import choices
from kalimag.report.content import Section
from kalimag.report.study_file import Row


class Maker(Protocol):
    """What every file of this folder offers."""

    KEYS: tuple[str, ...]

    def files(self, row: Row) -> Sequence[Path]:
        """Every file this analysis reads, each of which exists."""

    def section(self, row: Row, seed: int) -> Section:
        """Analyse, and say what was found."""


def maker(row: Row) -> Maker:
    """The file that serves the assay of a row.

    Parameters
    ----------
    row : of a study.

    Returns
    -------
    Maker, after it has been made sure that it knows every key of the row.

    Raises
    ------
    InvalidInput : there is no such assay, or it does not know a key.
    """
    known = {module.name.replace("_", "-"): module.name for module in pkgutil.iter_modules(__path__)}
    if row.assay not in known:
        raise row.problem(f"there is no assay '{row.assay}'", *choices(row.assay, known))
    found = cast(Maker, importlib.import_module(f"{__name__}.{known[row.assay]}"))
    row.refuse_unknown(found.KEYS)
    return found
