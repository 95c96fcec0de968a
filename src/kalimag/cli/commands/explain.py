"""`kalimag explain`: from the figure in the paper to an output, and how much it matters."""

from __future__ import annotations

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.options import Setting, answers


@click.command()
@click.argument("name")
@click.option("--output", required=True, help="Where the walk ends, such as patch.I_K.")
@click.option("--in", "assembly", default="patch", show_default=True, help="The assembly both are in.")
@click.option("--at", type=Setting(), multiple=True, help="A held wire, such as patch.V=-40mV; repeatable.")
@answers
def command(name: str, output: str, assembly: str, at: tuple[tuple[str, str], ...]) -> Answer:
    """Walk from a number to what it does.

    NAME is a parameter such as romk.Ki0. Prints what sources say, what is concluded, every equation between
    the number and the output, and how much the output changes with it.
    """
    found = verbs.explain(name, output=output, assembly=assembly, at=dict(at))
    return Answer(found.as_json(), found.as_text())
