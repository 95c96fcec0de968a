"""`kalimag evidence export`: all evidence as tables."""

from __future__ import annotations

from pathlib import Path

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.options import answers, writes_folder


@click.command()
@writes_folder(required=True, what="the tables")
@answers
def command(out: Path, force: bool) -> Answer:
    """Write all evidence as tables.

    CSV files of claims, sources, observations and disputes, with identifiers as columns; datapackage.json
    that describes them (Frictionless); and sources.bib.
    """
    files = verbs.evidence_export(out)
    left_out = tuple(str(problem) for problem in verbs.evidence_claims().problems)
    names = [str(path) for path in files]
    return Answer({"files": names}, "\n".join(names), warnings=left_out)
