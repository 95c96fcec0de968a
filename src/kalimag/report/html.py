"""One self-contained page: nothing is fetched, nothing is run, and the same study gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kalimag.errors import KalimagError
from kalimag.report.content import Cell, Column, Figure, Input, Section, Table
from kalimag.report.numbers import typeset
from kalimag.report.origin import Origin
from kalimag.report.provenance import audit_table, inputs_table, ledger_table, merged, sources, standing
from kalimag.report.study_file import Study

if TYPE_CHECKING:
    from markupsafe import Markup

    from kalimag.evidence import Ledger

_TEMPLATES = Path(__file__).parent / "templates"
_INDEX = re.compile(r"(?<![\w./-])(V|I|R|E|g|K|n)_(m|LJ|s|K|command|amplifier|comp|half|ref|max)\b")


@dataclass(frozen=True)
class Colophon:
    """What is needed to repeat a run."""

    id: str
    code: str
    seed: int
    command: str
    versions: Mapping[str, str]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Parts:
    """Figures and tables of one section with their numbers in the report."""

    figures: tuple[tuple[int, Figure], ...]
    tables: tuple[tuple[int, Table], ...]


def page(
    study: Study, sections: Sequence[Section], inputs: Sequence[Input], colophon: Colophon, origin: Origin
) -> str:
    """Write the report of a study.

    Parameters
    ----------
    study : what was asked.
    sections : what was found, in the order of the study.
    inputs : every file that was read.
    colophon : what is needed to repeat it.
    origin : who says that the data are synthetic.

    Returns
    -------
    str, a whole HTML document.

    Raises
    ------
    KalimagError : a value that is missing or not finite would have been printed.
    """
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_printable,
        keep_trailing_newline=True,
    )
    environment.filters["beside"] = beside
    environment.filters["prose"], environment.filters["plain"] = prose, typeset
    environment.filters["words"] = words
    style = Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8").strip())
    return environment.get_template("report.html.jinja").render(
        page=_content(study, sections, inputs, colophon, origin), style=style
    )


def prose(text: str) -> Markup:
    """A sentence as it is printed: ions, minus signs, and indices of symbols below the line."""
    from markupsafe import Markup, escape

    return Markup(_INDEX.sub(r"\1<sub>\2</sub>", str(escape(typeset(text)))))


def words(line: str) -> Markup:
    """A command line that breaks between its words and nowhere else."""
    from markupsafe import Markup

    return Markup(" ").join(Markup('<span class="word">{}</span>').format(word) for word in line.split(" "))


def beside(row: Sequence[Cell], table: Table) -> Iterator[tuple[Cell, Column, str]]:
    """Each cell of a row with its column and the unseen digits that bring decimal points below each other.

    Parameters
    ----------
    row : of `table`.
    table : where it stands.

    Returns
    -------
    iterator of cell, column, and digits to be set invisibly after it.
    """
    for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
        longest = max(_after_point(other[place].text) for other in table.rows)
        missing = longest - _after_point(cell.text)
        is_number = column.kind == "number" and cell.text[-1:].isdigit()
        pad = ("." if missing == longest else "") + "0" * (missing - (missing == longest))
        yield cell, column, pad if is_number and missing > 0 else ""


def _after_point(text: str) -> int:
    """Characters from the decimal point on; 0 where there is none."""
    return len(text) - text.index(".") if "." in text and text[-1].isdigit() else 0


def _printable(value: Any) -> Any:
    if value is None or isinstance(value, float):
        raise KalimagError(
            "writing the report", f"{value!r} stands where words should", "text that was rounded"
        )
    return value


def _content(
    study: Study, sections: Sequence[Section], inputs: Sequence[Input], colophon: Colophon, origin: Origin
) -> dict[str, Any]:
    figure, table = count(1), count(1)
    results = [
        (
            section,
            Parts(
                tuple((next(figure), drawn) for drawn in section.figures),
                tuple((next(table), shortened(rows)) for rows in _tables(section)),
            ),
        )
        for section in sections
    ]
    ledger, audit = merged(sections), audit_table(sections)
    shown = {
        "ledger": ledger is not None and ledger_table(ledger),
        "audit": audit,
        "inputs": inputs_table(inputs),
    }
    return {
        **{key: getattr(study, key) for key in ("title", "question", "note")},
        "banner": origin.banner,
        **vars(colophon),
        **{key: rows or "" for key, rows in shown.items()},
        "number_of": {key: next(table) for key, rows in shown.items() if rows},
        "count": standing(ledger) if ledger else "",
        "sections": sections,
        "overview": overview(sections),
        "results": results,
        "assumptions": list(dict.fromkeys(text for section in sections for text in section.assumptions)),
        "warnings": [*origin.warnings, *warnings(sections)],
        "bibliography": _bibliography(ledger, sections),
    }


def shortened(table: Table) -> Table:
    """The rows of a long table that are shown, with a word on the others."""
    if len(table.rows) <= table.most:
        return table
    rest = f"The first {table.most} of {len(table.rows)} rows; all are in {table.name}.csv."
    return replace(table, rows=table.rows[: table.most], note=f"{rest} {table.note}".strip())


def _bibliography(ledger: Ledger | None, sections: Sequence[Section]) -> list[tuple[str, str, str, str]]:
    """Of every source its key, its reference up to the DOI, the DOI, and what follows."""
    told = []
    for one in sources(ledger, sections):
        before, doi, after = one.reference().partition(f"doi:{one.doi}" if one.doi else "\n")
        told.append((one.key, before, doi, after))
    return told


def overview(sections: Sequence[Section]) -> Table | str:
    """The answers of several analyses that ask the same as one table; nothing where they do not."""
    labels = [tuple(label for label, _ in section.summary) for section in sections]
    if len(sections) < 2 or len(set(labels)) > 1 or not labels[0]:
        return ""
    refers = dict.fromkeys(s.refers_to for s in sections)
    each = ("Refers to",) if len(refers) > 1 else ()
    columns = tuple(Column(label, label, kind="text") for label in ("Analysis", *labels[0], *each))
    rows = tuple(
        tuple(
            Cell(words) for words in (s.title, *(w for _, w in s.summary), *((s.refers_to,) if each else ()))
        )
        for s in sections
    )
    (first, *_) = refers
    return Table("", columns, rows, note=f"All values refer to {first}." if first and not each else "")


def warnings(sections: Sequence[Section]) -> list[str]:
    """What a reader should know, once each, with the analysis it belongs to where there are several."""
    several = len(sections) > 1
    told = [f"{s.title}: {text}" if several else text for s in sections for text in s.warnings]
    return list(dict.fromkeys(told))


def _tables(section: Section) -> tuple[Table, ...]:
    tables = (section.parameters, *section.tables) if section.parameters else section.tables
    return tuple(_page_columns(table) for table in tables if table.most and table.rows)


def _page_columns(table: Table) -> Table:
    shown = [place for place, column in enumerate(table.columns) if column.shown]
    rows = tuple(tuple(row[place] for place in shown) for row in table.rows)
    return replace(table, columns=tuple(table.columns[place] for place in shown), rows=rows)
