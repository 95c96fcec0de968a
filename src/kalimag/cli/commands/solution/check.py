"""`kalimag solution check`: free and bound of everything in a recipe."""

from __future__ import annotations

from pathlib import Path

import click

from kalimag.cli.commands.solution._page import page
from kalimag.cli.commands.solution._pair import criticism, pair_page, saturation_lines
from kalimag.cli.envelope import Answer
from kalimag.cli.options import Setting, answers, seed_option


@click.command()
@click.argument("recipes", metavar="PIPETTE [BATH]", nargs=-1, required=True)
@click.option("--constants", type=click.Choice(["K-medium", "R4N"]), help="In place of what the recipe says.")
@click.option(
    "--draws", type=click.IntRange(100, 100_000), default=2000, show_default=True, help="For intervals."
)
@click.option(
    "--use",
    type=Setting(),
    multiple=True,
    help="What it is for, such as configuration=inside-out; repeatable.",
)
@seed_option
@answers
def command(
    recipes: tuple[str, ...], constants: str | None, draws: int, use: tuple[tuple[str, str], ...], seed: int
) -> Answer:
    """Find what is really in a pipette, and in its bath.

    PIPETTE and BATH are recipes in TOML, or the names of two that come with kalimag: guide-pipette and
    guide-bath. Free and bound concentrations come with 95 % intervals from the constants, the weighing, the
    counts of salts and the pH, and with the inputs that matter most. A pair has a junction potential and
    reversal potentials, and is criticised: what is wrong with it is said in one sentence each.
    """
    from dataclasses import replace

    from kalimag.solutions import read_recipe, recipe_path
    from kalimag.solutions.together import check_together

    if len(recipes) > 2:
        raise click.UsageError("One recipe, or a pipette and its bath.")
    read = [read_recipe(name) for name in recipes]
    if constants is not None:
        read = [replace(recipe, convention=constants) for recipe in read]
    read = [replace(recipe, use={**recipe.use, **dict(use)}) for recipe in read]
    found = check_together(*read, draws=draws, seed=seed)
    pages = ["\n".join(page(one)) for one in found.solutions] + ["\n".join(pair_page(found))]
    pages += ["\n".join(saturation_lines(found))]
    return Answer(
        found.as_json(),
        "\n\n".join(part for part in (*pages, "\n".join(criticism(found))) if part),
        tuple(Path(recipe_path(name)) for name in recipes),
        tuple(finding.sentence for finding in found.findings if finding.severity != "note"),
    )
