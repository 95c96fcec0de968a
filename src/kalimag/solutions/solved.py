"""Solving a recipe with draws of everything that is not known exactly: one row per draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kalimag.errors import InvalidInput, NotIdentifiable
from kalimag.solutions.balance import Addition
from kalimag.solutions.chemistry import LN10
from kalimag.solutions.equilibrium import Equilibrium, solve
from kalimag.solutions.mixture import Draws, Mixture, problem_at, titration
from kalimag.solutions.water import Array

_NONE_M, _ROUNDS = 1e-9, 8


def solved(mixture: Mixture, drawn: Draws, additions: tuple[Addition, ...] = ()) -> tuple[Equilibrium, Array]:
    """Solve all rows, titrated at the temperature of the pH meter and used at that of the recipe.

    Parameters
    ----------
    mixture, drawn : what is in it.
    additions : to be found besides the titrant.

    Returns
    -------
    Equilibrium, and M of the titrant, if there is one, and then of each addition, shape (rows, additions).
    A row without a solution is NaN and marked in `Equilibrium.converged`; the first row always has one.

    Raises
    ------
    InvalidInput : the titrant cannot bring the solution to its pH.
    NotIdentifiable : no equilibrium was found.
    """
    recipe = mixture.recipe
    at_meter, at_use = recipe.pH_temperature_degC, recipe.temperature_degC
    if at_meter is None or at_meter == at_use or recipe.titrant is None:
        found = _rows(mixture, drawn, at_use, additions=additions)
        return found, found.added_M
    names = mixture.chemistry.components
    counts = np.array([
        [addition.parts.get(name, 0.0) for name in names]
        for addition in (titration(recipe.titrant), *additions)
    ])  # fmt: skip
    added = np.zeros((len(drawn.inputs), len(counts)))
    for _ in range(_ROUNDS if additions else 1):
        others = drawn.totals_M + added[:, 1:] @ counts[1:]
        added[:, 0] = _rows(mixture, drawn, at_meter, totals_M=others).added_M[:, 0]
        titrated = drawn.totals_M + added[:, :1] @ counts[:1]
        found = _rows(mixture, drawn, at_use, totals_M=titrated, hold_pH=False, additions=additions)
        added[:, 1:] = found.added_M
    return found, added


def _rows(
    mixture: Mixture,
    drawn: Draws,
    T_degC: float,
    *,
    totals_M: Array | None = None,
    hold_pH: bool = True,
    additions: tuple[Addition, ...] = (),
) -> Equilibrium:
    """All rows at one temperature, begun from the nominal one."""
    one = slice(0, 1)
    first = problem_at(
        mixture,
        drawn,
        T_degC,
        one,
        totals_M=None if totals_M is None else totals_M[one],
        hold_pH=hold_pH,
        additions=tuple(replace(a, free_M=None if a.free_M is None else a.free_M[one]) for a in additions),
    )
    nominal = solve(first)
    titrated = hold_pH and mixture.recipe.titrant is not None
    if not nominal.converged[0] or (titrated and nominal.added_M[0, 0] < -_NONE_M):
        _explain(mixture, drawn, T_degC)
    if len(drawn.inputs) == 1:
        return nominal
    every = problem_at(
        mixture, drawn, T_degC, slice(None), totals_M=totals_M, hold_pH=hold_pH, additions=additions
    )
    return solve(every, nominal.unknowns)


def _explain(mixture: Mixture, drawn: Draws, T_degC: float) -> None:
    """Raise what a person can act on: the titrant works the wrong way, or there is no equilibrium."""
    recipe, doing = mixture.recipe, f"solving {mixture.recipe.name}"
    if recipe.titrant is not None and recipe.pH is not None:
        plain = solve(problem_at(mixture, drawn, T_degC, slice(0, 1), hold_pH=False))
        pH = -float(plain.ln_activity[0, 0]) / LN10
        acid = recipe.titrant.parts.get("H", 0) > 0
        if plain.converged[0] and (pH < recipe.pH) == acid:
            raise InvalidInput(
                doing,
                f"{recipe.titrant.name} cannot bring it to pH {recipe.pH:g}, as it is at pH {pH:.2f} before",
                "a base to raise the pH, an acid to lower it",
                f"Titrate with {'KOH or NaOH' if acid else 'HCl'}, or name another salt of the buffer.",
            )
    raise NotIdentifiable(doing, "no equilibrium was found", "amounts and a pH that can exist together")
