"""A recipe back into the file that says it."""

from __future__ import annotations

from kalimag.errors import UsageProblem
from kalimag.solutions.recipe import Recipe
from kalimag.solutions.recipe_file import SCHEMA


def recipe_text(recipe: Recipe, comment: str = "") -> str:
    """Write a recipe as TOML.

    Parameters
    ----------
    recipe : without ligands or constants of its own.
    comment : for the top; each line of it becomes one there.

    Returns
    -------
    str; `read_recipe` makes the same recipe of it.

    Raises
    ------
    UsageProblem : the recipe brings ligands or constants of its own, which stay in their file.
    """
    if recipe.ligands or recipe.constants:
        raise UsageProblem(
            f"writing {recipe.name}", "it defines ligands or constants itself", "a recipe of library salts"
        )
    lines = [f"# {line}" for line in comment.splitlines()]
    lines += [f'schema = "{SCHEMA}"', f"name = {_quoted(recipe.name)}"]
    lines += [f'temperature = "{recipe.temperature_degC:.10g} degC"', f'constants = "{recipe.convention}"']
    if recipe.pH is not None and recipe.titrant is not None:
        lines += [f"pH = {recipe.pH:.10g}", f"titrant = {_quoted(recipe.titrant.name)}"]
    if recipe.pH_temperature_degC is not None:
        lines.append(f'pH_temperature = "{recipe.pH_temperature_degC:.10g} degC"')
    if recipe.gas is not None:
        gas = recipe.gas
        share = f"{100 * gas.fraction:.10g} %" if gas.fraction else f"{gas.pressure_atm:.10g} atm"
        lines += ["", "[gas]", f'{gas.name} = "{share}"']
        lines += [f'pressure = "{gas.pressure_atm:.10g} atm"'] if gas.fraction else []
        lines += [] if gas.humidified else ["humidified = false"]
    if recipe.use:
        lines += ["", "[use]", *(f"{key} = {_quoted(text)}" for key, text in recipe.use.items())]
    lines += [
        "",
        "[uncertainty]",
        f'weighing = "{100 * recipe.weighing_sd:.10g} %"',
        f"pH = {recipe.pH_sd:.10g}",
    ]
    lines += ["", "[salts]"]
    return (
        "\n".join([*lines, *(_ingredient(recipe, place) for place in range(len(recipe.ingredients)))]) + "\n"
    )


def _ingredient(recipe: Recipe, place: int) -> str:
    item = recipe.ingredients[place]
    amount = f'"{item.amount_mM:.10g} mM"'
    varies = item.salt.varies
    if varies is None:
        return f"{_quoted(item.written)} = {{ amount = {amount}, unusual = true }}"
    count = f"{varies.component} = {item.salt.parts[varies.component]:.10g}, sd = {varies.sd:.10g}"
    return f"{_quoted(item.written)} = {{ amount = {amount}, unusual = true, {count} }}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
