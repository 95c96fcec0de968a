"""`kalimag new channel`: the files of a channel that is not there yet."""

from __future__ import annotations

from pathlib import Path

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.options import answers


@click.command()
@click.argument("name")
@click.option(
    "--into",
    "checkout",
    default=".",
    show_default="this folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="A checkout of kalimag.",
)
@answers
def command(name: str, checkout: Path) -> Answer:
    """Begin the files of a new channel.

    Writes the mechanism, its claims, the second entry and its estimates into a checkout. The tests find them
    at once and fail until everything is filled in.
    """
    made = [str(path) for path in verbs.new_channel(name, checkout)]
    return Answer({"files": made}, "\n".join(made))
