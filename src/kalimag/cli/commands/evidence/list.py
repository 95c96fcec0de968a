"""`kalimag evidence list`: every number there is."""

from __future__ import annotations

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.layout import amount, interval, table
from kalimag.cli.options import answers


@click.command()
@click.argument("mechanism", required=False)
@answers
def command(mechanism: str | None) -> Answer:
    """List the numbers of one mechanism, or of all.

    Each with its 95 % interval, the rule that made it from the claims, and whether every claim behind it was
    typed twice and seen where it was published.
    """
    rows = verbs.evidence_list(mechanism)
    head = ("name", "value", "95 %", "rule", "checked")
    cells = (
        (
            row.name,
            amount(row.value, row.unit, 10 if row.estimate.uncertainty.exact else 4),
            interval(*row.interval),
            row.rule,
            "yes" if row.checked else "no",
        )
        for row in rows
    )
    return Answer({"rows": [row.as_json() for row in rows]}, table(head, cells))
