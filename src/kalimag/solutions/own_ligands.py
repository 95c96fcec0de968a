"""Ligands and constants that a recipe brings along itself."""

from __future__ import annotations

from difflib import get_close_matches
from math import log10

from kalimag.evidence.document import Table, tables
from kalimag.solutions.constants import Ligand, Step, ligand_names, load_ligand, reagents_of
from kalimag.solutions.conventions import (
    BACKGROUND,
    WHY,
    needs_medium,
    refuse_double_counting,
    refuse_medium_of,
)
from kalimag.solutions.salts import Salt, load_shelf
from kalimag.units import parse

ASSUMED_SD, ASSUMED_ENTHALPY_SD_kJ = 0.2, 15.0
MOST_mM = 500.0  # of a ligand: aspartate or glutamate as the main anion comes to 250 mM
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
# Constants reach from weak pairs to desferrioxamine with iron; heats to that of several protons at once.
_BOUNDS = {
    "charge": (-12.0, 12.0, ""),
    "log_K": (-20.0, 40.0, ""),
    "temperature": (0.0, 100.0, " degC"),
    "ionic_strength": (0.0, 5.0, " M"),
    "sd": (0.0, 5.0, ""),
    "enthalpy": (-500.0, 500.0, " kJ/mol"),
    "enthalpy_sd": (0.0, 500.0, " kJ/mol"),
}


def own_ligand(
    table: Table, convention: str, before: tuple[Ligand, ...] = ()
) -> tuple[Ligand, tuple[Salt, float, str] | None]:
    """A [[ligand]] of a recipe: the ligand, and what of it was weighed in.

    Parameters
    ----------
    table : name, charge, amount and salt_of, and its [[ligand.species]].
    convention : of the recipe.
    before : ligands that the recipe has defined before this one.

    Returns
    -------
    Ligand, and (salt, amount in mM, name as written) or None where no amount is given.

    Raises
    ------
    InvalidInput : something is missing, names what is not known, or belongs to another convention.
    """
    table.refuse_unknown(("name", "charge", "amount", "salt_of", "species"))
    name, charge = table.text("name"), _bounded(table, "charge", table.number("charge"))
    if charge is None or charge != int(charge):
        raise table.problem(f"the charge of {name} is {charge}", "a whole number, all protons lost")
    _refuse_name(table, name, int(charge))
    listed = tables(table, "species")
    read = [(inner, inner.text("name"), reagents_of(inner.text("from"), inner)) for inner in listed]
    binds = any(bound in BACKGROUND for _, _, reagents in read for bound, _ in reagents)
    known, mine, steps = _known(convention, name, before), {name}, list[Step]()
    for inner, species, reagents in read:
        _refuse_reaction(inner, species, reagents, known | mine, mine)
        mine.add(species)
        steps.append(_step(inner, species, reagents, convention, must_say=binds))
    ligand = Ligand(name, int(charge), f"{name}, as the recipe defines it", tuple(steps))
    return ligand, _weighed(table, name, int(charge)) if "amount" in table.content else None


def _weighed(table: Table, name: str, charge: int) -> tuple[Salt, float, str]:
    """What was weighed in of a ligand: salt, amount in mM, name as written."""
    parts = {name: 1.0}
    if charge:
        shelf = load_shelf()
        counter = table.text("salt_of", "K" if charge < 0 else "Cl")
        if counter not in shelf.charges or shelf.charges[counter] * charge >= 0:
            raise table.problem(
                f"'{counter}' is no counter-ion for {name}", "such as K, Na or H; Cl for a cation"
            )
        parts[counter] = abs(charge / shelf.charges[counter])
    amount = parse(table.text("amount"), "mM", name)
    if not 0 <= amount <= MOST_mM:
        slip = f"Was '{amount / 1000:g} mM' meant?" if 0 < amount / 1000 <= MOST_mM else ""
        raise table.problem(f"the amount is {amount:g} mM", f"0 to {MOST_mM:g} mM", slip, key="amount")
    return Salt(name, parts), amount, name


def _refuse_name(table: Table, name: str, charge: int) -> None:
    """Refuse a ligand that is a metal, a proton or water already, or a library one with another charge."""
    shelf = load_shelf()
    taken = {ion.component for ion in shelf.cations.values() if ion.component not in ligand_names()}
    if name in taken | {"H", "OH"}:
        raise table.problem(f"'{name}' is an ion that the library knows", "a name of its own", key="name")
    if shelf.charges.get(name, charge) != charge:
        raise table.problem(
            f"the charge of {name} is {charge}", f"{shelf.charges[name]}, as in library/salts",
            "Give it another name where something else is meant.", key="charge",
        )  # fmt: skip


def _known(convention: str, name: str, before: tuple[Ligand, ...]) -> set[str]:
    """Everything a species can be made of, besides its own ligand."""
    own = {ligand.name for ligand in before}
    library = [load_ligand(other, convention) for other in ligand_names() if other not in own | {name}]
    species = {step.species for ligand in (*library, *before) for step in ligand.steps}
    return {"H", *load_shelf().charges, *own, *species}


def _refuse_reaction(
    table: Table,
    species: str,
    reagents: tuple[tuple[str, int], ...],
    known: set[str],
    mine: set[str],
) -> None:
    """Refuse a reaction that could not be written down, and would be missing without a word."""
    if species in known:
        raise table.problem(f"'{species}' is there already", "a name of its own", key="name")
    for name, count in reagents:
        if name not in known:
            by_case = {other.lower(): other for other in known}
            near = get_close_matches(name.lower(), by_case, n=1, cutoff=0.5)
            raise table.problem(
                f"'{species}' is made of '{name}', and nothing is called that",
                "ions, ligands and species of the library, this ligand, or one of its species above",
                f"Did you mean '{by_case[near[0]]}'?" if near else "",
                key="from",
            )
        if count == 0 or abs(count) > 8 or (count < 0 and name != "H"):
            raise table.problem(
                f"'{species}' is made of {count} {name}", "1 to 8 of each; only protons can leave", key="from"
            )
    if not any(name in mine for name, _ in reagents):
        raise table.problem(
            f"'{species}' holds nothing of this ligand", f"one of {', '.join(mine)} in it", key="from"
        )


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
    explicit = load_ligand(ligand.name, "R4N").steps
    binds = any(name in BACKGROUND for step in explicit for name, _ in step.reagents)
    said = needs_medium(claim.conditions.get("medium", "") for claim in old.claims[:1])
    return _step(table, species, old.reagents, convention, old, must_say=binds or said)


def _step(
    table: Table,
    species: str,
    reagents: tuple[tuple[str, int], ...],
    convention: str,
    old: Step | None = None,
    *,
    must_say: bool,
) -> Step:
    if old is None:
        table.refuse_unknown(("name", "from", *_NUMBERS))
    refuse_double_counting(reagents, convention, table)
    sd, enthalpy_sd = (_bounded(table, key, table.number(key)) for key in ("sd", "enthalpy_sd"))
    log_K, enthalpy = _log_K(table, species), _quantity(table, "enthalpy", "kJ/mol")
    said = bool(table.text("source", ""))
    assumed = () if said else (f"log K {log_K:g}. The recipe does not say where it is from.",)
    if enthalpy is None:
        enthalpy = old.enthalpy_kJ if old else 0.0
    return Step(
        species=species,
        reagents=reagents,
        log_K=log_K,
        T_degC=_quantity(table, "temperature", "degC", "25 degC") or 0.0,
        I_M=_quantity(table, "ionic_strength", "M", "0.1 M") or 0.0,
        sd=ASSUMED_SD if sd is None else sd,
        enthalpy_kJ=enthalpy,
        enthalpy_sd_kJ=ASSUMED_ENTHALPY_SD_kJ if enthalpy_sd is None else enthalpy_sd,
        assumed=assumed,
        medium=_medium(table, species, reagents, convention, must_say),
    )


def _medium(
    table: Table, species: str, reagents: tuple[tuple[str, int], ...], convention: str, must_say: bool
) -> str:
    """The medium of a constant, which belongs to the convention and is said where it decides."""
    if "medium" not in table.content and must_say and not any(name in BACKGROUND for name, _ in reagents):
        raise table.problem(
            f"'{species}' does not say in which salt it was measured, and K+ and Na+ bind to that ligand",
            f"medium = '{'K+' if convention == 'K-medium' else 'R4N+'}' under {convention}",
            f"{WHY}. Where nobody knows, write medium = 'unstated'.",
        )
    medium = table.text("medium", "unstated")
    refuse_medium_of(species, medium, convention, table)
    return medium


def _log_K(table: Table, species: str) -> float:
    log_K = table.number("log_K")
    if (log_K is None) == ("Kd" not in table.content):
        raise table.problem(f"'{species}' has no constant, or two", "either log_K or Kd")
    if log_K is None:
        Kd = parse(table.text("Kd"), "M", f"Kd of {species}")
        if Kd <= 0:
            raise table.problem(f"the Kd of {species} is {Kd:g} M", "more than 0", key="Kd")
        log_K = -log10(Kd)
    found = _bounded(table, "log_K", log_K)
    assert found is not None
    return found


def _quantity(table: Table, key: str, unit: str, default: str | None = None) -> float | None:
    """A quantity with its unit, within what can be; None where it is not given and has no default."""
    if key not in table.content and default is None:
        return None
    return _bounded(table, key, parse(table.text(key, default), unit, key.replace("_", " ")))


def _bounded(table: Table, key: str, value: float | None) -> float | None:
    low, high, unit = _BOUNDS[key]
    if value is not None and not low <= value <= high:
        raise table.problem(
            f"the {key.replace('_', ' ')} is {value:g}{unit}", f"{low:g} to {high:g}{unit}", key=key
        )
    return value
