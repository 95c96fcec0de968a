"""What a report is made of: sections with answers, figures and tables; not what they look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from kalimag.evidence import AuditRow, Ledger
    from kalimag.io.recording import Recording

Number = int | float


@dataclass(frozen=True)
class Cell:
    """One entry of a table: what a person reads, and what a program reads (the same text where None)."""

    text: str
    raw: Number | str | None = None
    note: str = ""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    `key` heads the column in CSV, together with `unit`; `kind` says how it is set on the page, and a
    column that is not `shown` is in the CSV file only.
    """

    key: str
    title: str
    unit: str = ""
    kind: Literal["text", "number", "code"] = "number"
    shown: bool = True

    @property
    def heading(self) -> str:
        """Name and unit for the CSV file ("I_pA", "Ki0_mM"); a pure number has none."""
        plain = self.unit.replace("/", "_per_").replace("°", "deg").replace("%", "percent").replace(" ", "_")
        return f"{self.key}_{plain}" if plain not in ("", "1") else self.key


@dataclass(frozen=True)
class Table:
    """Rows under named columns; `name` is the CSV file it also becomes (without it, none is written).

    A page shows the first `most` rows and says where the others are; it leaves out a table with `most` 0.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    name: str = ""
    note: str = ""
    most: int = 40

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title}: {len(row)} cells under {len(self.columns)} columns")


PARAMETER_COLUMNS = (
    Column("parameter", "Parameter", kind="text"),
    Column("value", "Value"),
    Column("low", "95 % CI from"),
    Column("high", "to"),
    Column("unit", "Unit", kind="text"),
    Column("n", "n"),
    Column("method", "Method", kind="text"),
)


@dataclass(frozen=True)
class Figure:
    """A drawing with all that a reader needs beside it.

    Parameters
    ----------
    name : file name without ending.
    title : a few words.
    caption : what is shown, with symbols explained.
    description : what somebody hears who cannot see it.
    command : what gives the same numbers, on the command line or in Python.
    svg : the drawing, a whole SVG document.
    """

    name: str
    title: str
    caption: str
    description: str
    command: str
    svg: str


@dataclass(frozen=True)
class Input:
    """A file that was read.

    `shown` is its path as a report may print it; `command` tells where the voltage command came from and
    whether it was found in the current.
    """

    shown: str
    path: Path
    sha256: str
    size_bytes: int
    reader: str = ""
    command: str = ""


@dataclass(frozen=True)
class Contrast:
    """What counting every point as independent would have said, beside what is said here, in words.

    `truth` is what a synthetic recording was made with; empty where nobody knows it. `nominal` is true where
    the pooled numbers also take all Mg2+ that was weighed in for free.
    """

    what: str
    pooled: str
    ours: str
    why: str = ""
    truth: str = ""
    nominal: bool = False


@dataclass(frozen=True)
class Section:
    """What one analysis of a study contributes to its report.

    Parameters
    ----------
    title : a few words.
    answer : sentences, the most important first.
    result : for `result.json`; finite numbers, text, lists and dicts.
    converged : False where the numbers are not to be relied on; the command then ends with 4.
    contrasts : what counting every point as independent would have said.
    figures, tables : in the order of reading.
    summary : label and words for the table of answers of a study with several analyses.
    refers_to : what the numbers of the summary refer to, such as which potential; said once under that table.
    parameters : fitted numbers, under `PARAMETER_COLUMNS`; parameters.csv holds those of all sections.
    assumptions : what was taken as given, one sentence each.
    warnings : what a reader should know, one sentence each.
    recordings : what was read, by path.
    channels : which channel of each recording was used, by path; those are the commands the report speaks of.
    ledger : the numbers from the library that were used; None where none were.
    audit : the guide's rows on what was fitted here, and what we found.
    found : our own value for a parameter of the audit, in words.
    """

    title: str
    answer: tuple[str, ...]
    result: Mapping[str, Any]
    converged: bool = True
    summary: tuple[tuple[str, str], ...] = ()
    refers_to: str = ""
    contrasts: tuple[Contrast, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    parameters: Table | None = None
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    recordings: Mapping[Path, Recording] = field(default_factory=dict)
    channels: Mapping[Path, int] = field(default_factory=dict)
    ledger: Ledger | None = None
    audit: tuple[AuditRow, ...] = ()
    found: Mapping[str, str] = field(default_factory=dict)
