"""`kalimag rig romk-block`: a virtual block experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.layout import amount
from kalimag.cli.options import Quantities, Quantity, Setting, answers, seed_option, writes_folder


@click.command()
@writes_folder(required=True, what="the virtual experiment")
@click.option(
    "--patches", metavar="N", type=click.IntRange(min=1), default=9, show_default=True, help="How many."
)
@click.option(
    "--mg", type=Quantities("mM"), help="Free cytosolic Mg2+, such as 0.2,0.5,1mM; controls are added."
)
@click.option("--k-out", type=Quantities("mM"), help="External K+, such as 5,110mM, patch by patch.")
@click.option("--k-in", type=Quantity("mM"), help="Cytosolic K+, such as 110mM.")
@click.option("--temperature", "temperature_degC", type=Quantity("degC"), help="Of the bath, such as 22degC.")
@click.option("--spread", type=Quantity("1"), help="Of Ki0 from patch to patch, such as 15%.")
@click.option("--law", help="Mechanism of the channel: romk, or a variant of it such as romk_power.")
@click.option("--preset", help="True values of one author instead of the library's, such as nichols-1994.")
@click.option(
    "--set", "settings", type=Setting(), multiple=True, help="A true value, such as romk.Ki0=4mM; repeatable."
)
@seed_option
@answers
def command(out: Path, settings: tuple[tuple[str, str], ...], **choices: Any) -> Answer:
    """Make files of a virtual ROMK block experiment.

    Writes real ABF files, what was in the solutions, a study to run, and the truth. Every patch is measured
    in each Mg2+, with controls first and last.
    """
    said = {name: value for name, value in choices.items() if value is not None}
    made = verbs.rig_romk_block(out, settings=dict(settings), **said)
    true = (f"  {name} = {amount(value, unit)}" for name, (value, unit) in made.true_values.items())
    lines = (
        f"{len(made.files)} recordings of a virtual experiment in {made.folder}",
        f"true values, also in {made.truth}:",
        *true,
        f"next: kalimag run {made.study}",
    )
    return Answer(made.as_json(), "\n".join(lines))
