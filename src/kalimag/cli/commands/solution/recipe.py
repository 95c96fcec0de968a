"""`kalimag solution recipe`: how much to weigh in for the free concentration that is wanted."""

from __future__ import annotations

from pathlib import Path

import click

from kalimag.cli.commands.solution._page import page, ranged
from kalimag.cli.envelope import Answer
from kalimag.cli.options import Quantity, answers, seed_option


@click.command()
@click.argument("recipe", metavar="RECIPE")
@click.option("--free-mg", type=Quantity("mM"), metavar="MM", help="Free Mg2+ wanted, such as 0.5mM.")
@click.option("--free-ca", type=Quantity("mM"), metavar="MM", help="Free Ca2+ wanted, such as 100nM.")
@click.option("--mg-salt", default="MgCl2", show_default=True, help="By which Mg2+ is added.")
@click.option("--ca-salt", default="CaCl2", show_default=True, help="By which Ca2+ is added.")
@click.option(
    "--draws", type=click.IntRange(100, 100_000), default=2000, show_default=True, help="For intervals."
)
@seed_option
@answers
def command(
    recipe: str, free_mg: float | None, free_ca: float | None, mg_salt: str, ca_salt: str, **drawing: int
) -> Answer:
    """Find how much metal salt gives a free concentration.

    What the recipe holds of that salt does not count: it is what is looked for. The interval of the amount is
    what it might have to be; the interval of the free concentration is what one gets with the amount printed.
    """
    from kalimag.solutions import free_to_total, read_recipe, recipe_path

    wanted = {metal: value for metal, value in (("Mg", free_mg), ("Ca", free_ca)) if value is not None}
    if not wanted:
        raise click.UsageError("Say what is wanted: --free-mg, --free-ca, or both.")
    found = free_to_total(read_recipe(recipe), wanted, {"Mg": mg_salt, "Ca": ca_salt}, **drawing)
    weighed = [f"{name}: {ranged(amount)} mM" for name, amount in found.salts_mM.items()]
    return Answer(
        found.as_json(),
        "\n".join([*weighed, "", *page(found.speciation)]),
        (Path(recipe_path(recipe)),),
        tuple(f.sentence for f in found.speciation.findings if f.severity != "note"),
    )
