"""Check a recipe: solve it, and say what is in it, each number with its interval."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from kalimag.solutions.equilibrium import Equilibrium
from kalimag.solutions.findings import model_findings, slip_findings
from kalimag.solutions.mixture import Draws, Mixture, draw, mixture_of
from kalimag.solutions.outputs import Outputs, outputs_of
from kalimag.solutions.recipe import Recipe
from kalimag.solutions.solved import solved
from kalimag.solutions.speciation import Speciation
from kalimag.solutions.uncertain import summarised
from kalimag.solutions.water import Array

DRAWS = 2000
_KINDS = ("free", "species", "bound", "total", "activity")


def check(recipe: Recipe, draws: int = DRAWS, seed: int = 1) -> Speciation:
    """Find what is really in a solution.

    Parameters
    ----------
    recipe : what was mixed.
    draws : how many sets of inputs to draw for the intervals; 0 for none.
    seed : of the random numbers.

    Returns
    -------
    Speciation

    Raises
    ------
    InvalidInput : the titrant cannot bring the solution to its pH.
    NotIdentifiable : no equilibrium was found.
    """
    mixture = mixture_of(recipe)
    drawn = draw(mixture, draws, seed)
    return described(mixture, drawn, *solved(mixture, drawn))


def described(mixture: Mixture, drawn: Draws, found: Equilibrium, added_M: Array) -> Speciation:
    """Put solved rows into names and intervals.

    Parameters
    ----------
    mixture, drawn : what was solved.
    found, added_M : as `solved` returns them.

    Returns
    -------
    Speciation; draws without a solution are counted and left out.
    """
    good = found.converged & np.isfinite(added_M).all(axis=1)
    outputs: Outputs = outputs_of(found)
    if mixture.recipe.titrant is not None:
        outputs["", "titrant_mM"] = 1000 * added_M[:, 0]
    if not good.all():
        outputs = {key: rows[good] for key, rows in outputs.items()}
    numbers = summarised(outputs, drawn.inputs[good], drawn.names)
    of_kind = {kind: {n: value for (k, n), value in numbers.items() if k == kind} for kind in ("", *_KINDS)}
    single = of_kind.pop("")
    free, system = of_kind["free"], mixture.chemistry
    failed = int((~good).sum())
    totals = {name: number.value for name, number in of_kind["total"].items()}
    told = model_findings(mixture.recipe, system.steps, totals, float(found.I_M[0]), failed)
    coefficients = {
        name: number.value / free[name].value
        for name, number in of_kind["activity"].items()
        if free[name].value > 0
    }
    shown = {kind: MappingProxyType(values) for kind, values in of_kind.items()}
    return Speciation(
        recipe=mixture.recipe,
        pH=single["pH"],
        p_H=single["p_H"],
        free_mM=shown["free"],
        species_mM=shown["species"],
        bound_mM=shown["bound"],
        total_mM=shown["total"],
        activity_mM=shown["activity"],
        activity_coefficient=MappingProxyType(coefficients),
        charges=dict(zip(system.species, (int(z) for z in system.charges), strict=True)),
        ionic_strength_mM=single["ionic_strength_mM"],
        osmolality_mOsm=single["osmolality_mOsm"],
        osmolality_ideal_mOsm=single["osmolality_ideal_mOsm"],
        buffering_mM=single["buffering_mM"],
        titrant_mM=single.get("titrant_mM"),
        findings=told + slip_findings(mixture.recipe, single["osmolality_ideal_mOsm"].value),
        steps=system.steps,
        draws=len(drawn.inputs) - 1,
        failed_draws=failed,
    )
