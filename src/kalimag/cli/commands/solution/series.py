"""`kalimag solution series`: solutions in which free Mg2+ moves and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kalimag.cli.envelope import Answer, save
from kalimag.cli.layout import number, paragraph, table
from kalimag.cli.options import Quantities, answers, writes_folder

if TYPE_CHECKING:
    from kalimag.solutions.series import Series


@click.command()
@click.argument("recipe", metavar="RECIPE")
@click.option(
    "--free-mg", "levels", type=Quantities("mM"), required=True, help="Levels, such as 0,0.2,0.5,1,2,5mM."
)
@writes_folder(what="one recipe for each level")
@answers
def command(recipe: str, levels: tuple[float, ...], out: Path | None, force: bool) -> Answer:
    """Design solutions that differ in free Mg2+ alone.

    Holds Cl-, K+ with the titrant, ionic strength, osmolality and pH, and says which of them it cannot hold.
    """
    from kalimag.solutions import read_recipe, recipe_path
    from kalimag.solutions.recipe_text import recipe_text
    from kalimag.solutions.series import series

    found = series(read_recipe(recipe), levels)
    if out is not None:
        said = {f"free-mg-{level.asked_mM:g}mM.toml": level for level in found.levels}
        save(
            out,
            {
                name: recipe_text(
                    level.recipe,
                    f"{level.free_Mg_mM:.4g} mM free Mg2+, designed as one of a series.\n{found.held_at}",
                )
                for name, level in said.items()
            },
        )
    return Answer(
        found.as_json(), "\n".join(_page(found)), (Path(recipe_path(recipe)),), tuple(found.not_held)
    )


def _page(found: Series) -> Iterator[str]:
    salts = dict.fromkeys(item.written for level in found.levels for item in level.recipe.ingredients)
    head = ("mM", *(f"{level.asked_mM:g}" for level in found.levels))
    amounts = [{item.written: item.amount_mM for item in level.recipe.ingredients} for level in found.levels]
    yield f"{found.levels[0].recipe.name}: what to weigh in for each level of free Mg2+"
    yield table(head, ((salt, *(number(one.get(salt, 0.0)) for one in amounts)) for salt in salts))
    titrant = found.levels[0].recipe.titrant
    if titrant is not None:
        told = ", ".join(f"{level.titrant_mM:.4g}" for level in found.levels)
        yield f"{titrant.name} to the pH, about {told} mM"
    yield ""
    rows = [("free Mg2+ mM", *(number(level.free_Mg_mM) for level in found.levels))]
    for name, words in (("Cl", "Cl- mM"), ("K", "K+ mM"), ("I", "ionic strength mM"),
                        ("osmolality", "osmolality mOsm"), ("pH", "pH")):  # fmt: skip
        rows.append((words, *(number(level.values[name], 5) for level in found.levels)))
    yield table(("gives", *(f"{level.asked_mM:g}" for level in found.levels)), rows)
    yield paragraph(found.held_at)
    yield from (paragraph(note, "note") for note in found.notes)
    yield from (paragraph(sentence, "not held") for sentence in found.not_held)
