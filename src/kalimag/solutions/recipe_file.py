"""Recipes as people write them: a TOML file, or the same in Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kalimag.errors import InvalidInput
from kalimag.evidence.document import Table, read_document, tables
from kalimag.registry import choices, entries
from kalimag.solutions.constants import Ligand
from kalimag.solutions.conventions import CONVENTIONS, convention_named
from kalimag.solutions.own_ligands import own_constant, own_ligand
from kalimag.solutions.recipe import PH_SD, WEIGHING_SD, Gas, Ingredient, Recipe
from kalimag.solutions.salts import Salt, find_salt, load_shelf
from kalimag.units import parse

SCHEMA = "kalimag/recipe/1"
FOLDER = "recipes"
_KEYS = (
    "schema", "name", "temperature", "pH", "pH_temperature", "titrant", "constants", "salts", "gas",
    "uncertainty", "ligand", "constant", "use",
)  # fmt: skip
_SLIP = 5.0
_RATIO, _RATIO_SD = (0.5, 1.5), 0.25  # what a certificate can give, of the count in the formula


def written_recipe(salts: Mapping[str, str], temperature: str = "22 degC", **conditions: object) -> Recipe:
    """A recipe written in Python.

    Parameters
    ----------
    salts : amounts by name, such as {"K-gluconate": "115 mM"}.
    temperature : such as "22 degC".
    conditions : the other keys of a recipe file: name, pH, titrant, gas, constants, …

    Returns
    -------
    Recipe

    Raises
    ------
    InvalidInput : something in it cannot be meant.

    Examples
    --------
    >>> written_recipe({"KCl": "140 mM", "HEPES": "10 mM"}, pH=7.2, titrant="KOH").titrant.name
    'KOH'
    """
    content = {"salts": dict(salts), "temperature": temperature, "name": "solution", **conditions}
    return recipe_from(Table(content, "the recipe"))


def read_recipe(path: str | Path) -> Recipe:
    """Read a recipe file, or one that ships with kalimag, by its name.

    Parameters
    ----------
    path : a TOML file, or a name such as "guide-pipette".

    Returns
    -------
    Recipe

    Raises
    ------
    InvalidInput : the file is missing, is not TOML, or something in it cannot be meant.
    """
    path = recipe_path(path)
    return recipe_from(read_document(path), path.stem)


def recipe_path(path: str | Path) -> Path:
    """The file of a recipe: itself, or the shipped one of that name where there is no such file."""
    path, shipped = Path(path), entries(FOLDER, ".toml")
    if path.exists():
        return path
    if path.parent == Path() and path.stem in shipped:
        return shipped[path.stem]
    raise InvalidInput(
        f"looking for the recipe '{path}'",
        "there is no such file",
        f"a TOML file, or one of {', '.join(shipped)}",
        choices(path.stem, shipped)[1],
    )


def recipe_from(document: Table, default_name: str = "solution") -> Recipe:
    """Make a recipe of a TOML table; see `read_recipe`."""
    document.refuse_unknown(_KEYS)
    if document.text("schema", SCHEMA) != SCHEMA:
        raise document.problem(f"its schema is '{document.text('schema')}'", f"'{SCHEMA}'", key="schema")
    doing = f"reading {document.place}"
    convention = convention_named(document.content.get("constants", CONVENTIONS[0]), doing)
    own: list[tuple[Ligand, tuple[Salt, float, str] | None]] = []
    for table in tables(document, "ligand"):
        own.append(own_ligand(table, convention, tuple(ligand for ligand, _ in own)))
    ingredients = (*_ingredients(document), *(Ingredient(*item) for _, item in own if item is not None))
    pH, titrant = _acidity(document)
    weighing_sd, pH_sd = _uncertainty(document)
    return Recipe(
        name=document.text("name", default_name),
        ingredients=ingredients,
        temperature_degC=_temperature(document, "temperature", "22 degC"),
        pH=pH,
        titrant=titrant,
        pH_temperature_degC=_temperature(document, "pH_temperature")
        if "pH_temperature" in document.content
        else None,
        gas=_gas(document),
        convention=convention,
        ligands=tuple(ligand for ligand, _ in own),
        constants=tuple(own_constant(table, convention) for table in tables(document, "constant")),
        weighing_sd=weighing_sd,
        pH_sd=pH_sd,
        use=document.named_texts("use"),
    )


def _ingredients(document: Table) -> tuple[Ingredient, ...]:
    salts = document.table("salts")
    if salts is None or not salts.content:
        raise document.problem("it names no salts", "[salts] with amounts, such as KCl = '140 mM'")
    return tuple(_ingredient(salts, name) for name in salts.content)


def _ingredient(salts: Table, name: str) -> Ingredient:
    salt = find_salt(name, f"reading {salts.place}")
    detail = Table({"amount": salts.content[name]}, f"'{name}' in {salts.place}")
    if isinstance(salts.content[name], dict):
        inner = salts.table(name)
        assert inner is not None
        detail, salt = inner, _own_ratio(salt, inner)
    amount = parse(_with_unit(detail, "amount", "mM"), "mM", name)
    if amount < 0:
        raise detail.problem(f"the amount is {amount:g} mM", "an amount that is not negative")
    if detail.content.get("unusual") is not True:
        _refuse_slip(salt, amount, name, detail)
    return Ingredient(salt, amount, name)


def _with_unit(table: Table, key: str, unit: str, default: str | None = None) -> str:
    """A quantity as text; a bare number is refused with the text that was probably meant."""
    value = table.content.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise table.problem(
            f"'{key}' is {value:g} without a unit", "a text that holds a number and its unit",
            f"Write '{value:g} {unit}' if that is meant.", key,
        )  # fmt: skip
    return table.text(key, default)


def _own_ratio(salt: Salt, detail: Table) -> Salt:
    """The salt with the count that the certificate of this bottle gives."""
    known = ["amount", "unusual"]
    if salt.varies is not None:
        known += [salt.varies.component, "sd"]
    detail.refuse_unknown(known)
    if salt.varies is None or (salt.varies.component not in detail.content and "sd" not in detail.content):
        return salt
    old = salt.parts[salt.varies.component]
    value, sd = detail.number(salt.varies.component), detail.number("sd")
    value = old if value is None else value
    sd = salt.varies.sd if sd is None else sd
    if not _RATIO[0] * old <= value <= _RATIO[1] * old or not 0 <= sd <= _RATIO_SD * old:
        raise detail.problem(
            f"{salt.varies.component} is {value:g} with sd {sd:g}",
            f"{_RATIO[0] * old:g} to {_RATIO[1] * old:g} for each {salt.varies.per}, and sd up to "
            f"{_RATIO_SD * old:g}, as certificates of {salt.name} give",
        )
    charge = load_shelf().charges[salt.varies.component]
    parts = {**salt.parts, salt.varies.component: value, "H": salt.parts.get("H", 0) - charge * (value - old)}
    said = replace(salt.varies, sd=sd, because="As the recipe says.")
    return replace(salt, parts=parts, varies=said)


def _refuse_slip(salt: Salt, amount_mM: float, name: str, detail: Table) -> None:
    if salt.usual_mM is None or amount_mM == 0:
        return
    low, high = salt.usual_mM
    for factor in (1e-3, 1e3):
        meant = amount_mM * factor
        outside = amount_mM > _SLIP * high if factor < 1 else amount_mM < low / _SLIP
        if outside and low <= meant <= high:
            raise detail.problem(
                f"{amount_mM:g} mM of {name} looks like a slip of a thousand",
                f"{low:g} to {high:g} mM",
                f"Write '{meant:g} mM' if that is meant; if not, write "
                f'{{ amount = "{amount_mM:g} mM", unusual = true }}.',
            )
    if amount_mM > 10 * high:
        raise detail.problem(f"it is {amount_mM:g} mM of {name}", f"{low:g} to {high:g} mM")


def _acidity(document: Table) -> tuple[float | None, Salt | None]:
    pH, name = document.number("pH"), document.text("titrant", "")
    if pH is None and not name:
        return None, None
    if pH is None or not name:
        found = "it names a titrant and no pH" if pH is None else f"it has the pH {pH:g} and no titrant"
        raise document.problem(found, "both, or neither where the pH follows", "Such as titrant = 'KOH'.")
    if not 0 < pH < 14:
        meant = next((pH / ten for ten in (10, 100, 1000) if 2 <= pH / ten <= 12), None)
        raise document.problem(
            f"the pH is {pH:g}",
            "a pH between 0 and 14",
            f"Did you mean {meant:g}?" if meant else "",
            key="pH",
        )
    titrant = find_salt(name, f"reading the titrant in {document.place}")
    others = [part for part in titrant.parts if part != "H"]
    acts = titrant.parts.get("H", 0) or not load_shelf().charges.get(others[0], 0)
    if len(others) != 1 or not acts or titrant.name in ("glucose", "sucrose", "mannitol"):
        raise document.problem(
            f"'{name}' does not set a pH", "a strong acid or base, such as KOH, NaOH, CsOH, NMDG or HCl",
            key="titrant",
        )  # fmt: skip
    return pH, titrant


def _temperature(document: Table, key: str, default: str | None = None) -> float:
    T_degC = parse(_with_unit(document, key, "degC", default), "degC", key.replace("_", " "))
    if not 0 <= T_degC <= 50:
        raise document.problem(f"the {key.replace('_', ' ')} is {T_degC:g} degC", "0 to 50 degC", key=key)
    return T_degC


def _gas(document: Table) -> Gas | None:
    table = document.table("gas")
    if table is None:
        return None
    table.refuse_unknown(("CO2", "pressure", "humidified"))
    pressure = parse(table.text("pressure", "1 atm"), "atm", "the pressure of the gas")
    humidified = table.content.get("humidified") is not False
    text = table.text("CO2")
    percent = re.fullmatch(r"\s*([\d.]+)\s*%\s*", text)
    share = float(percent[1]) / 100 if percent else parse(text, "atm", "the pressure of CO2")
    if not 0 < share <= 1:
        raise table.problem(f"CO2 is {text}", "more than 0 and at most 100 %", key="CO2")
    return Gas("CO2", share, pressure, humidified) if percent else Gas("CO2", 0.0, share, humidified)


def _uncertainty(document: Table) -> tuple[float, float]:
    table = document.table("uncertainty")
    if table is None:
        return WEIGHING_SD, PH_SD
    table.refuse_unknown(("weighing", "pH"))
    weighing = table.text("weighing", f"{100 * WEIGHING_SD} %")
    if (percent := re.fullmatch(r"\s*([\d.]+)\s*%\s*", weighing)) is None:
        raise table.problem(f"'weighing' is '{weighing}'", "a percentage, such as '1 %'", key="weighing")
    pH_sd = table.number("pH")
    return float(percent[1]) / 100, PH_SD if pH_sd is None else abs(pH_sd)
