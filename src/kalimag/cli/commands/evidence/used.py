"""`kalimag evidence used`: the numbers a run has used."""

from __future__ import annotations

from pathlib import Path

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.layout import amount, interval, table
from kalimag.cli.options import answers


@click.command()
@click.argument("result", type=click.Path(path_type=Path))
@answers
def command(result: Path) -> Answer:
    """Show the numbers a run has used.

    RESULT is the folder of a run, or a file in it. Exactly the numbers of the library that entered the run,
    with their sources, and how many of them are assumed or unchecked.
    """
    used = verbs.evidence_used(result)
    cells = (
        (
            str(row["name"]),
            amount(row["value"], row["unit"]),
            interval(row["low"], row["high"]),
            str(row["rule"]),
            ", ".join(row["sources"]) or "–",
            "assumed"
            if row["assumed"]
            else "yes"
            if row["checked"]
            else "unchecked"
            if row["claims"]
            else "–",
        )
        for row in used.rows
    )
    text = table(("name", "value", "95 %", "rule", "sources", "checked"), cells)
    reasons = "".join(f"\n{row['name']}: {row['reason']}" for row in used.rows if row.get("reason"))
    text = f"{text}\n\nNot the numbers of the library:{reasons}" if reasons else text
    count = f"{len(used.rows)} numbers: {len(used.assumed)} assumed, {len(used.unchecked)} unchecked."
    return Answer(used.as_json(), f"{text}\n\n{count}", (used.path,))
