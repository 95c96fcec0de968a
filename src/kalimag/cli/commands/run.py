"""`kalimag run`: a whole study."""

from __future__ import annotations

from pathlib import Path

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.options import answers, writes_folder
from kalimag.cli.progress import told


@click.command()
@click.argument("study", required=False, type=click.Path(path_type=Path))
@writes_folder(what="report and results; a new one under kalimag-runs if not given")
@answers
def command(study: Path | None, out: Path | None, force: bool) -> Answer:
    """Run a study from raw files to its report.

    STUDY is a TOML file that names recordings, solutions and questions; without it the bundled study is run,
    which is synthetic and says so. Prints the path of the report.
    """
    done = verbs.run(study, out=out, force=force, progress=told)
    return Answer(done.as_json(), str(done.report), done.inputs, done.warnings)
