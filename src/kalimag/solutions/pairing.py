"""From two recipes to a pair: both speciated with draws, junction, reversal potentials, and what-ifs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from kalimag.solutions.activity import davies
from kalimag.solutions.chemistry import LN10, Chemistry
from kalimag.solutions.equilibrium import Equilibrium
from kalimag.solutions.mixture import draw, mixture_of
from kalimag.solutions.outputs import outputs_of
from kalimag.solutions.pair import Pair
from kalimag.solutions.recipe import Gas, Ingredient, Recipe
from kalimag.solutions.reversal import junction_between, reversal_potentials
from kalimag.solutions.salts import Salt, find_salt, load_shelf
from kalimag.solutions.saturation import present, saturation_indices
from kalimag.solutions.side import Lot, Side
from kalimag.solutions.solved import solved
from kalimag.solutions.streams import standard_normals
from kalimag.solutions.use import understood
from kalimag.solutions.water import Array

DRAWS = 400
AIR = Gas("CO2", 0.0, 4.2e-4, humidified=False)  # 420 ppm
_ANION_OF_GAS = {"CO2": "CO3"}


def pair_of(pipette: Recipe, bath: Recipe | None, *, draws: int = DRAWS, seed: int = 1) -> Pair:
    """Put two recipes together.

    Parameters
    ----------
    pipette, bath : what was mixed; one alone where there is no partner.
    draws : sets of uncertain inputs; 0 for none.
    seed : of the draws.

    Returns
    -------
    Pair; its use is what either recipe says, the pipette's first.

    Raises
    ------
    InvalidInput : a recipe cannot be solved, its use is unknown, or the two are at different temperatures.
    """
    inside = side_of(pipette, draws=draws, seed=seed)
    changes = Changes(pipette, bath, seed)
    if bath is None:
        return Pair(inside.kept(inside.solved), use=inside.use, changed=changes)
    outside = side_of(bath, draws=draws, seed=seed)
    both = inside.solved & outside.solved
    inside, outside = inside.kept(both), outside.kept(both)
    use = {**outside.use, **inside.use}
    configuration = use.get("configuration", "whole-cell")
    return Pair(
        pipette=inside,
        bath=outside,
        junction=junction_between(inside, outside, seed=seed),
        E_rev_mV=reversal_potentials(inside, outside, configuration),
        use=use,
        changed=changes,
    )


def side_of(recipe: Recipe, *, draws: int = DRAWS, seed: int = 1) -> Side:
    """Speciate one recipe, keeping every draw.

    Parameters
    ----------
    recipe : what was mixed.
    draws, seed : as for `pair_of`.

    Returns
    -------
    Side; rows without a solution are NaN.
    """
    mixture = mixture_of(recipe)
    drawn = draw(mixture, draws, seed)
    found, _ = solved(mixture, drawn)
    numbers = outputs_of(found)
    system, activities = found.problem.chemistry, _activities_M(found)
    solubility = [f"solubility of {solid.name}" for solid in present(activities)]
    normals = np.zeros((len(drawn.inputs), len(solubility)))
    normals[1:] = standard_normals(solubility, "", len(normals) - 1, seed)
    of_solid = {name.removeprefix("solubility of "): normals[:, k] for k, name in enumerate(solubility)}
    indices = saturation_indices(activities, of_solid)
    return Side(
        name=recipe.name,
        T_degC=recipe.temperature_degC,
        pH=float(numbers["", "pH"][0]),
        species=system.species,
        charges=system.charges,
        species_mM=1e3 * found.species_M,
        ligand_of=_ligands(system),
        totals_mM={name: float(rows[0]) for (kind, name), rows in numbers.items() if kind == "total"},
        osmolality_mOsm=numbers["", "osmolality_mOsm"],
        ionic_strength_mM=numbers["", "ionic_strength_mM"],
        saturation={solid: float(rows[0]) for solid, rows in indices.items()},
        saturation_rows=indices,
        bound_mM={name: float(rows[0]) for (kind, name), rows in numbers.items() if kind == "bound"},
        lots=_lots(recipe),
        ingredients_mM={item.written: item.amount_mM for item in recipe.ingredients},
        gas="" if recipe.gas is None else _said(recipe.gas),
        use=understood(recipe.use, recipe.name),
        input_names=(*drawn.names, *solubility),
        inputs=np.hstack([drawn.inputs, normals]),
    )


@dataclass(frozen=True)
class Changes:
    """Makes one of two recipes again with something changed, from nominal inputs."""

    pipette: Recipe
    bath: Recipe | None
    seed: int = 1

    def __call__(
        self,
        side: str,
        *,
        add_mM: Mapping[str, float] | None = None,
        gas: str | None = None,
        salt_ratio: Mapping[str, float] | None = None,
    ) -> Side | None:
        """The side as it would be; None where there is no such side."""
        recipe = self.bath if side == "bath" else self.pipette
        if recipe is None:
            return None
        for salt, amount in (add_mM or {}).items():
            recipe = with_more(recipe, salt, amount)
        for salt, ratio in (salt_ratio or {}).items():
            recipe = with_ratio(recipe, salt, ratio)
        return side_of(titrated(recipe, AIR) if gas == "air" else recipe, draws=0)


def with_more(recipe: Recipe, name: str, amount_mM: float) -> Recipe:
    """The recipe with so much more of a salt."""
    salt = find_salt(name)
    there = sum(item.amount_mM for item in recipe.ingredients if item.salt.name == salt.name)
    return recipe.with_amount(name, there + amount_mM)


def with_ratio(recipe: Recipe, written: str, ratio: float) -> Recipe:
    """The recipe with another count where a salt varies from bottle to bottle."""

    def changed(salt: Salt) -> Salt:
        if salt.varies is None:
            return salt
        component = salt.varies.component
        protons = load_shelf().charges[component] * (ratio - salt.parts[component])
        return replace(salt, parts={**salt.parts, component: ratio, "H": salt.parts.get("H", 0.0) - protons})

    return replace(
        recipe,
        ingredients=tuple(
            replace(item, salt=changed(item.salt)) if item.written == written else item
            for item in recipe.ingredients
        ),
    )


def titrated(recipe: Recipe, gas: Gas | None) -> Recipe:
    """The recipe after titration, as a closed account, standing in another gas; its pH now follows."""
    if recipe.pH is None or recipe.titrant is None:
        return replace(recipe, gas=gas)
    mixture = mixture_of(recipe)
    _, added = solved(mixture, draw(mixture, 0, 1))
    more = Ingredient(recipe.titrant, 1e3 * float(added[0, 0]), recipe.titrant.name)
    return replace(recipe, ingredients=(*recipe.ingredients, more), pH=None, titrant=None, gas=gas)


def _lots(recipe: Recipe) -> dict[str, Lot]:
    """What varies from bottle to bottle, and whether the recipe says how."""
    found = {}
    for item in recipe.ingredients:
        varies = item.salt.varies
        if varies is not None:
            ratio = item.salt.parts[varies.component]
            stated = varies != find_salt(item.salt.name).varies
            found[item.written] = Lot(varies.component, varies.per, ratio, varies.sd, stated)
    return found


def _ligands(system: Chemistry) -> dict[str, str]:
    """The anion in each species that is made of several components."""
    charge = {
        name: system.charges[system.species.index(name)] if name in system.species else 0.0
        for name in system.components
    }
    found = {}
    for species, row in zip(system.species, system.stoichiometry, strict=True):
        parts = [name for name, count in zip(system.components, row, strict=True) if count]
        anions = [name for name in parts if charge[name] <= 0]
        if anions and len(parts) > 1:
            found[species] = _ANION_OF_GAS.get(anions[0], anions[0])
        elif not anions and len(parts) > 1:
            found[species] = "OH"
    return found


def _activities_M(found: Equilibrium) -> dict[str, Array]:
    """Of every species, shape (rows,)."""
    system = found.problem.chemistry
    strength = LN10 * found.problem.slope * davies(found.I_M)
    activities = found.species_M * np.exp(-strength[:, None] * system.charges**2)
    return {name: activities[:, k] for k, name in enumerate(system.species)}


def _said(gas: Gas) -> str:
    return f"{100 * gas.fraction:g}% {gas.name}" if gas.fraction else f"{gas.pressure_atm:g} atm {gas.name}"
