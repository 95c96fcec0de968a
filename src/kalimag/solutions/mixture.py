"""A recipe turned into equations: its components, their species, and amounts, once or in many draws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from kalimag.errors import InvalidInput
from kalimag.solutions.balance import Addition, Problem
from kalimag.solutions.chemistry import LN10, Chemistry, chemistry, counted_from
from kalimag.solutions.constants import Ligand, Step, ligand_names, load_ligand
from kalimag.solutions.recipe import Recipe
from kalimag.solutions.salts import Salt, load_shelf
from kalimag.solutions.streams import standard_normals
from kalimag.solutions.water import ZERO_CELSIUS_K, Array, GAS_CONSTANT_kJ, debye_hueckel_slope

WATER = "OH"


@dataclass(frozen=True, eq=False)
class Mixture:
    """A recipe and the chemistry of what is in it.

    Parameters
    ----------
    recipe : what was mixed.
    chemistry : all species it can form.
    parts : components in each ingredient, shape (ingredients, components).
    open_to : the component that stands for what dissolves of a gas and is held by it; empty for none.
    gas : the step from the gas to what dissolves.
    """

    recipe: Recipe
    chemistry: Chemistry
    parts: Array
    open_to: str = ""
    gas: Step | None = None


@dataclass(frozen=True, eq=False)
class Draws:
    """Values of everything that is not exactly known; the first row holds the nominal ones.

    Parameters
    ----------
    names : of the inputs that vary.
    inputs : in standard deviations from nominal, shape (rows, inputs).
    log_K, enthalpy_kJ : what is added to the constants and enthalpies of the steps, (rows, steps).
    totals_M : of the components, (rows, components).
    pH : (rows,); None where it is not set.
    gas : what is added to log K of the gas, (rows,).
    """

    names: tuple[str, ...]
    inputs: Array
    log_K: Array
    enthalpy_kJ: Array
    totals_M: Array
    pH: Array | None
    gas: Array


def mixture_of(recipe: Recipe, extra: tuple[Salt, ...] = ()) -> Mixture:
    """Look up everything a recipe needs.

    Parameters
    ----------
    recipe : what was mixed.
    extra : salts that may be added later, so that their components are there.

    Returns
    -------
    Mixture

    Raises
    ------
    EvidenceProblem : the constants of a ligand cannot be read.
    """
    salts = [item.salt for item in recipe.ingredients] + list(extra)
    salts += [recipe.titrant] if recipe.titrant is not None else []
    charges = {**load_shelf().charges, **{ligand.name: ligand.charge for ligand in recipe.ligands}}
    names = dict.fromkeys(part for salt in salts for part in salt.parts if part != "H")
    open_to = _gas_of(recipe)
    if open_to is not None:
        names[open_to.name] = None
    system = _chemistry(
        tuple((name, charges[name]) for name in names), recipe.convention, recipe.ligands, recipe.constants
    )
    gas = None if open_to is None else open_to.gas
    counts = [item.salt.parts for item in recipe.ingredients]
    parts = np.array([[count.get(name, 0.0) for name in system.components] for count in counts])
    if open_to is not None and gas is not None:
        row = system.stoichiometry[system.species.index(gas.species)]
        protons = int(row[system.index("H")])
        parts[:, 0] -= protons * parts[:, system.index(open_to.name)]
        system = counted_from(system, open_to.name, gas.species, protons)
    return Mixture(recipe, system, parts, "" if open_to is None else open_to.name, gas)


def _gas_of(recipe: Recipe) -> Ligand | None:
    """The ligand that the gas of a recipe becomes when it dissolves."""
    if recipe.gas is None:
        return None
    for name in ligand_names():
        ligand = load_ligand(name, recipe.convention)
        if ligand.gas is not None and ligand.gas.reagents[0][0] == recipe.gas.name:
            return ligand
    raise InvalidInput(f"looking for the gas of {recipe.name}", f"no constants for {recipe.gas.name}")


@lru_cache(maxsize=64)
def _chemistry(
    charges: tuple[tuple[str, int], ...],
    convention: str,
    own: tuple[Ligand, ...],
    constants: tuple[Step, ...],
) -> Chemistry:
    there, known = dict(charges), {ligand.name for ligand in own}
    names = [name for name in (WATER, *ligand_names()) if name not in known]
    names = [name for name in dict.fromkeys(names) if name in there or name == WATER]
    ligands = [*(load_ligand(name, convention) for name in names), *own]
    ligands.sort(key=lambda ligand: ligand.name != WATER)
    changed = {step.species: step for step in constants}
    ligands = [
        replace(ligand, steps=tuple(changed.get(step.species, step) for step in ligand.steps))
        for ligand in ligands
    ]
    return chemistry(there, ligands)


def nominal(mixture: Mixture) -> Draws:
    """One row with nothing varied."""
    return draw(mixture, 0, 1)


def draw(mixture: Mixture, count: int, seed: int) -> Draws:
    """Draw constants, enthalpies, weighed amounts, counts of salts, and the pH.

    Parameters
    ----------
    mixture : what is in it.
    count : of draws; the result has one row more, the nominal one.
    seed : of the random numbers.

    Returns
    -------
    Draws
    """
    recipe, system = mixture.recipe, mixture.chemistry
    varying = [k for k, item in enumerate(recipe.ingredients) if item.salt.varies is not None]
    names = (
        *(f"log K of {step.species}" for step in system.steps),
        *(f"enthalpy of {step.species}" for step in system.steps),
        *(f"amount of {item.written}" for item in recipe.ingredients),
        *(_ratio_name(recipe, k) for k in varying),
        *(("pH",) if recipe.pH is not None else ()),
        *(("solubility of CO2",) if mixture.gas is not None else ()),
    )
    inputs = np.zeros((count + 1, len(names)))
    if count:
        inputs[1:] = standard_normals(names, recipe.name, count, seed)
    at = np.cumsum([0, len(system.steps), len(system.steps), len(recipe.ingredients), len(varying)])
    amounts = np.array([item.amount_mM for item in recipe.ingredients]) / 1000
    amounts = amounts * (1 + recipe.weighing_sd * inputs[:, at[2] : at[3]])
    totals = amounts @ mixture.parts
    charges = load_shelf().charges
    for column, k in enumerate(varying, at[3]):
        varies = recipe.ingredients[k].salt.varies
        assert varies is not None
        more = amounts[:, k] * varies.sd * inputs[:, column]
        totals[:, system.index(varies.component)] += more
        totals[:, 0] -= charges[varies.component] * more
    last = inputs[:, at[4] :]
    return Draws(
        names=names,
        inputs=inputs,
        log_K=inputs[:, : at[1]] * np.array([step.sd for step in system.steps]),
        enthalpy_kJ=inputs[:, at[1] : at[2]] * np.array([step.enthalpy_sd_kJ for step in system.steps]),
        totals_M=totals,
        pH=None if recipe.pH is None else recipe.pH + recipe.pH_sd * last[:, 0],
        gas=np.zeros(len(inputs)) if mixture.gas is None else mixture.gas.sd * last[:, -1],
    )


def _ratio_name(recipe: Recipe, k: int) -> str:
    item = recipe.ingredients[k]
    assert item.salt.varies is not None
    return f"{item.salt.varies.component} per {item.salt.varies.per} in {item.written}"


def problem_at(
    mixture: Mixture,
    draws: Draws,
    T_degC: float,
    rows: slice,
    *,
    totals_M: Array | None = None,
    hold_pH: bool = True,
    additions: tuple[Addition, ...] = (),
) -> Problem:
    """The equations of some rows at a temperature.

    Parameters
    ----------
    mixture, draws : what is in it.
    T_degC : temperature.
    rows : which draws.
    totals_M : in place of those drawn.
    hold_pH : whether the pH is held at what the recipe says, by its titrant; False where it follows.
    additions : besides the titrant.

    Returns
    -------
    Problem
    """
    system, recipe = mixture.chemistry, mixture.recipe
    T = np.array([T_degC])
    log_K = system.log_K(T) + draws.log_K[rows] + system.per_enthalpy(T) * draws.enthalpy_kJ[rows]
    count = len(log_K)
    held: dict[str, Array] = {}
    if hold_pH and recipe.titrant is not None and draws.pH is not None:
        held["H"] = -LN10 * draws.pH[rows]
        additions = (titration(recipe.titrant), *additions)
    if mixture.gas is not None and recipe.gas is not None:
        log_solubility = solubility(mixture.gas, T) + draws.gas[rows]
        held[mixture.open_to] = LN10 * log_solubility + np.log(recipe.gas.partial_pressure_atm(T_degC))
    return Problem(
        chemistry=system,
        ln_beta=system.ln_beta(log_K),
        totals_M=draws.totals_M[rows] if totals_M is None else totals_M,
        slope=np.repeat(debye_hueckel_slope(T), count),
        held=held,
        additions=additions,
    )


def solubility(gas: Step, T_degC: Array) -> Array:
    """log10 of the solubility of a gas, M per atmosphere, at I = 0."""
    inverse = 1 / (gas.T_degC + ZERO_CELSIUS_K) - 1 / (T_degC + ZERO_CELSIUS_K)
    return gas.log_K + gas.enthalpy_kJ * inverse / (GAS_CONSTANT_kJ * LN10)


def titration(titrant: Salt) -> Addition:
    """A titrant as an addition, told by its ion that is not a proton."""
    pivot = next(part for part in titrant.parts if part != "H")
    return Addition(titrant.name, titrant.parts, pivot)
