"""`kalimag run`: a whole study."""

from __future__ import annotations

from pathlib import Path

import click

from kalimag import verbs
from kalimag.cli.envelope import NOT_TO_BE_RELIED_ON, Answer
from kalimag.cli.options import answers, writes_folder
from kalimag.cli.progress import told


@click.command()
@click.argument("study", required=False, type=click.Path(path_type=Path))
@click.option("--seed", metavar="N", type=click.IntRange(min=0), help="In place of the study's own.")
@writes_folder(what="report and results; one under kalimag-runs if not given")
@answers
def command(study: Path | None, out: Path | None, force: bool, seed: int | None) -> Answer:
    """Run a study from raw files to its report.

    STUDY is a TOML file that names recordings, solutions and questions; without it the bundled study is run,
    which is synthetic and says so. Prints the path of the report; ends with 4 where an analysis did not come
    to numbers that may be relied on.
    """
    done = verbs.run(study, out=out, force=force, seed=seed, progress=told)
    code = 0 if done.converged else NOT_TO_BE_RELIED_ON
    return Answer(done.as_json(), str(done.report), done.inputs, done.warnings, code)
