"""Ligands and constants that a recipe brings along itself."""

from __future__ import annotations

from math import log10

from kalimag.evidence.document import Table, tables
from kalimag.solutions.constants import Ligand, Step, load_ligand, reagents_of
from kalimag.solutions.conventions import refuse_double_counting, refuse_medium_of
from kalimag.solutions.salts import Salt, load_shelf
from kalimag.units import parse

ASSUMED_SD, ASSUMED_ENTHALPY_SD_kJ = 0.2, 15.0
_NUMBERS = (
    "log_K",
    "Kd",
    "temperature",
    "ionic_strength",
    "medium",
    "sd",
    "enthalpy",
    "enthalpy_sd",
    "source",
)


def own_ligand(table: Table, convention: str) -> tuple[Ligand, tuple[Salt, float, str] | None]:
    """A [[ligand]] of a recipe: the ligand, and what of it was weighed in.

    Parameters
    ----------
    table : name, charge, amount and salt_of, and its [[ligand.species]].
    convention : of the recipe.

    Returns
    -------
    Ligand, and (salt, amount in mM, name as written) or None where no amount is given.

    Raises
    ------
    InvalidInput : something is missing, or its constants belong to another convention.
    """
    table.refuse_unknown(("name", "charge", "amount", "salt_of", "species"))
    name, charge = table.text("name"), table.number("charge")
    if charge is None or charge != int(charge):
        raise table.problem(f"the charge of {name} is {charge}", "a whole number, all protons lost")
    steps = tuple(_step(inner, inner.text("name"), convention) for inner in tables(table, "species"))
    ligand = Ligand(name, int(charge), f"{name}, as the recipe defines it", steps)
    if "amount" not in table.content:
        return ligand, None
    parts = {name: 1.0}
    if charge:
        shelf = load_shelf()
        counter = table.text("salt_of", "K" if charge < 0 else "Cl")
        if counter not in shelf.charges or shelf.charges[counter] * charge >= 0:
            raise table.problem(
                f"'{counter}' is no counter-ion for {name}", "such as K, Na or H; Cl for a cation"
            )
        parts[counter] = abs(charge / shelf.charges[counter])
    return ligand, (Salt(name, parts), parse(table.text("amount"), "mM", name), name)


def own_constant(table: Table, convention: str) -> Step:
    """A [[constant]] of a recipe, which takes the place of the library's for that species."""
    table.refuse_unknown(("species", "ligand", *_NUMBERS))
    ligand, species = load_ligand(table.text("ligand"), convention), table.text("species")
    old = next((step for step in ligand.steps if step.species == species), None)
    if old is None:
        raise table.problem(
            f"{ligand.name} forms no '{species}' under {convention}",
            f"one of {', '.join(step.species for step in ligand.steps)}",
        )
    return _step(table, species, convention, old)


def _step(table: Table, species: str, convention: str, old: Step | None = None) -> Step:
    if old is None:
        table.refuse_unknown(("name", "from", *_NUMBERS))
    reagents = reagents_of(table.text("from"), table) if old is None else old.reagents
    refuse_double_counting(reagents, convention, table)
    refuse_medium_of(species, table.text("medium", "unstated"), convention, table)
    log_K = table.number("log_K")
    if (log_K is None) == ("Kd" not in table.content):
        raise table.problem(f"'{species}' has no constant, or two", "either log_K or Kd")
    if log_K is None:
        log_K = -log10(parse(table.text("Kd"), "M", f"Kd of {species}"))
    sd, enthalpy_sd = table.number("sd"), table.number("enthalpy_sd")
    enthalpy = parse(table.text("enthalpy"), "kJ/mol", "an enthalpy") if "enthalpy" in table.content else None
    said = bool(table.text("source", ""))
    assumed = () if said else (f"log K {log_K:g}. The recipe does not say where it is from.",)
    if enthalpy is None:
        enthalpy = old.enthalpy_kJ if old else 0.0
    return Step(
        species=species,
        reagents=reagents,
        log_K=log_K,
        T_degC=parse(table.text("temperature", "25 degC"), "degC", "a temperature"),
        I_M=parse(table.text("ionic_strength", "0.1 M"), "M", "an ionic strength"),
        sd=ASSUMED_SD if sd is None else sd,
        enthalpy_kJ=enthalpy,
        enthalpy_sd_kJ=ASSUMED_ENTHALPY_SD_kJ if enthalpy_sd is None else enthalpy_sd,
        assumed=assumed,
    )
