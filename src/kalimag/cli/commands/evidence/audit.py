"""`kalimag evidence audit`: the guide's numbers beside the primary literature."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.layout import paragraph
from kalimag.cli.options import answers

if TYPE_CHECKING:
    from kalimag.evidence import AuditRow


@click.command()
@click.argument("mechanism", default="romk")
@answers
def command(mechanism: str) -> Answer:
    """Hold the guide's numbers against their sources.

    Row by row: what the guide prints, what the literature says, and the verdict. MECHANISM is romk unless
    named.
    """
    rows = verbs.evidence_audit(mechanism)
    counted = Counter(row.verdict for row in rows)
    text = "\n\n".join("\n".join(_row(row)) for row in rows)
    summary = ", ".join(f"{n} {verdict}" for verdict, n in counted.most_common()) or "the guide says nothing"
    return Answer(
        {"mechanism": mechanism, "rows": [row.as_json() for row in rows], "verdicts": dict(counted)},
        f"{text}\n\n{len(rows)} rows: {summary}.",
    )


def _row(row: AuditRow) -> Iterator[str]:
    yield f"{row.claim.parameter}: {row.claim.as_text()}   → {row.verdict.upper()}"
    yield paragraph(row.reason)
    yield from (paragraph(comparison.as_text(), "beside") for comparison in row.comparisons)
