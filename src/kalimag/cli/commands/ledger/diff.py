"""`kalimag ledger diff`: in which numbers two runs differ."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.layout import amount, interval, table
from kalimag.cli.options import answers


@click.command()
@click.argument("here", type=click.Path(path_type=Path))
@click.argument("there", type=click.Path(path_type=Path))
@answers
def command(here: Path, there: Path) -> Answer:
    """Show in which numbers two runs differ.

    HERE and THERE are the folders of two runs, or files in them: what one used and the other did not, or with
    another value, interval, rule, claim, source or reason.
    """
    found = verbs.ledger_diff(here, there)
    cells = ((one.name, _said(one.here), _said(one.there), ", ".join(one.fields)) for one in found)
    text = table(("name", "here", "there", "differs in"), cells) if found else "Both used the same numbers."
    inputs = (verbs.evidence_used(here).path, verbs.evidence_used(there).path)
    return Answer({"differences": [one.as_json() for one in found]}, text, inputs)


def _said(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "not used"
    said = f"{amount(row['value'], row['unit'])} ({interval(row['low'], row['high'])}; {row['rule']})"
    return f"{said}, because {row['reason']}" if row.get("reason") else said
