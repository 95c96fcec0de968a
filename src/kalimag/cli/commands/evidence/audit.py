"""`kalimag evidence audit`: the guide's numbers beside the primary literature."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.layout import amount, paragraph, table
from kalimag.cli.options import answers

if TYPE_CHECKING:
    from kalimag.audit import Consequence
    from kalimag.evidence import AuditRow, AuditTable


@click.command()
@click.argument("topic", required=False)
@click.option(
    "--html",
    metavar="PAGE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the whole as a page.",
)
@click.option("--force", is_flag=True, help="Replace an older page.")
@answers
def command(topic: str | None, html: Path | None, force: bool) -> Answer:
    """Hold the guide's numbers against their sources.

    Row by row: what the guide prints, what others say, the verdict and its reason; then what follows from the
    errors that matter, computed. TOPIC is one of the library's, such as romk; the whole guide without it.
    """
    page = None if html is None else verbs.evidence_audit_page(html, force=force)
    audited = verbs.evidence_audit_table(topic)
    findings = verbs.evidence_findings() if topic is None else ()
    summary = (
        ", ".join(f"{n} {verdict}" for verdict, n in audited.verdicts.items()) or "the guide says nothing"
    )
    blocks = [
        *("\n".join(_row(row)) for row in audited.rows),
        *("\n".join(_finding(one)) for one in findings),
    ]
    blocks.append(f"{len(audited.rows)} rows: {summary}. {_doubts(audited)}")
    if page is not None:
        blocks.append(f"The page: {page}")
    result = {
        "topic": topic,
        "rows": [row.as_json() for row in audited.rows],
        "verdicts": audited.verdicts,
        "unchecked": [row.claim.id for row in audited.unchecked],
        "findings": [one.as_json() for one in findings],
        "page": None if page is None else str(page),
    }
    return Answer(result, "\n\n".join(blocks), warnings=tuple(str(problem) for problem in audited.problems))


def _doubts(audited: AuditTable) -> str:
    disagreed = sum(bool(row.claim.disagreement) for row in audited.rows)
    once = len(audited.unchecked) - disagreed
    return f"Typed only once: {once}; typed twice, and the readers disagree: {disagreed}."


def _row(row: AuditRow) -> Iterator[str]:
    doubt = {"twice": "", "once": "  [typed once]"}.get(row.claim.typed, "  [readers disagree]")
    yield f"{row.claim.name}: {row.claim.as_text()}{doubt}   → {row.verdict.upper()}"
    yield paragraph(f"{row.claim.id}; the guide cites {row.printed_citation or 'nothing'}", "claim")
    yield paragraph(row.reason, "because")
    if row.claim.disagreement:
        yield paragraph(row.claim.disagreement, "readers")
    yield from (paragraph(comparison.as_text(), "beside") for comparison in row.comparisons)


def _finding(one: Consequence) -> Iterator[str]:
    yield f"FINDING {one.order}. {one.title}"
    yield paragraph(one.sentence)
    cells = ((row.what, amount(row.guide, row.unit, 3), amount(row.ours, row.unit, 3)) for row in one.rows)
    yield indent(table(("", *one.heads), cells), "    ")
