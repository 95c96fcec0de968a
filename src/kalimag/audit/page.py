"""The audit as one page for an editor: self-contained, the same bytes for the same library."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import kalimag
from kalimag.audit.consequence import Consequence, Row
from kalimag.evidence import AuditRow, AuditTable, Claim, Source, load_source
from kalimag.evidence.audit import Comparison

if TYPE_CHECKING:
    from markupsafe import Markup

PARTS = {"table": "The table of the guide", "section": "Its text", "protocol": "Its protocols"}
RECIPE = 4  # so many lines of one recipe with one verdict are told as one
_CHARGE = re.compile(r"\b(Mg|Ca|Ba|Sr|Zn|Mn)2\+|\b(K|Na|Cs|H)\+")
_FORMULA = re.compile(r"\b(?:MgCl2|CaCl2|MgSO4|NaHCO3|NaH2PO4)\b")
_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_MINUS = re.compile(r"(?<![\w.)–-])-(?=\d)")
_LEADS = {
    "right": "Source:",
    "right value, wrong citation": "Should cite",
    "wrong": "Held against",
    "misread": "Compare",
    "unverified": "Probably from",
}
_EXPLAINED = {
    "abstract": "read in the abstract",
    "opening": "read in the opening pages",
    "memory": "not read",
    "secondary": "read where another quotes it",
    "calculated": "calculated",
    "file": "read in a data file",
    "printed": "as the guide prints it",
    "full": "read in full",
}


def audit_page(table: AuditTable, consequences: Sequence[Consequence]) -> str:
    """Write the audit as HTML.

    Parameters
    ----------
    table : every row of the guide.
    consequences : what follows from the errors that matter.

    Returns
    -------
    str, one HTML document that asks for nothing outside itself.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"], environment.filters["cell"] = prose, cell
    environment.filters["name"], environment.filters["read"] = name, _read
    environment.filters["lead"] = _LEADS.__getitem__
    return environment.get_template("page.html.jinja").render(
        table=table,
        parts=[(title, rows) for key, title in _parts() if (rows := _rows(table, key))],
        counts=_counts(table),
        once=[row for row in table.rows if row.claim.typed == "once"],
        disagreed=[row for row in table.rows if row.claim.typed == "readers disagree"],
        consequences=consequences,
        sources=_sources(table),
        version=kalimag.__version__,
        style=_style(),
    )


def prose(text: str) -> str:
    """A sentence with ions and formulas as they are printed."""
    text = _CHARGE.sub(lambda m: f"{m[1]}²⁺" if m[1] else f"{m[2]}⁺", text)
    text = _FORMULA.sub(lambda found: found[0].translate(_BELOW), text)
    text = _MINUS.sub("−", text)
    for plain, printed in (
        ("z_delta", "zδ"),
        (" uM", " µM"),
        (" percent", " %"),
        (" degC", " °C"),
        (" degree_C", " °C"),
    ):
        text = text.replace(plain, printed)
    return text


def cell(row: Row, which: str) -> str:
    """One number of a finding, with its unit; a dash where there is none."""
    value = getattr(row, which)
    unit = {"percent": " %", "1": ""}.get(row.unit, f" {row.unit}")
    return "–" if value is None else f"{value:.3g}{unit}".replace("-", "−")


def name(claim: Claim) -> str:
    """What a claim is about."""
    return prose(claim.name)


def _read(comparison: Comparison) -> str:
    return _EXPLAINED.get(comparison.claim.access, comparison.claim.access)


def _counts(table: AuditTable) -> list[tuple[str, int, int]]:
    """Of each verdict: its name, its rows, and how many of them are lines of one recipe."""
    found = []
    for verdict, count in table.verdicts.items():
        rows = [row for row in table.rows if row.verdict == verdict]
        recipe = Counter(row.claim.id.partition(".")[0] for row in rows if "solutions" in row.claim.where)
        together = max(recipe.values(), default=0)
        found.append((verdict, count, together if together >= RECIPE else 0))
    return found


def _parts() -> Iterator[tuple[str, str]]:
    yield from PARTS.items()
    yield "", "Elsewhere in it"


def _rows(table: AuditTable, part: str) -> list[AuditRow]:
    if part:
        return [row for row in table.rows if row.claim.where.startswith(part)]
    return [row for row in table.rows if not row.claim.where.startswith(tuple(PARTS))]


def _sources(table: AuditTable) -> list[Source]:
    keys = {other.claim.source.key for row in table.rows for other in row.comparisons}
    keys |= {row.primary for row in table.rows if row.primary}
    return [load_source(key) for key in sorted(keys)]


def _style() -> Markup:
    from markupsafe import Markup

    return Markup((Path(__file__).parent / "page.css").read_text(encoding="utf-8").strip())
