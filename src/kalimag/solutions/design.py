"""The other direction: how much of a metal salt gives the free concentration that is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kalimag.errors import InvalidInput
from kalimag.solutions.balance import Addition
from kalimag.solutions.check import DRAWS, check
from kalimag.solutions.mixture import draw, mixture_of
from kalimag.solutions.recipe import Recipe
from kalimag.solutions.salts import Salt, find_salt
from kalimag.solutions.solved import solved
from kalimag.solutions.speciation import Speciation
from kalimag.solutions.uncertain import Uncertain, summarised

SALTS = {"Mg": "MgCl2", "Ca": "CaCl2"}
_MOST_mM = 500.0


@dataclass(frozen=True)
class Design:
    """A recipe that has the free concentrations that were asked for.

    Parameters
    ----------
    free_mM : asked for, by metal.
    salts_mM : to be weighed in, by salt; the interval is what it might have to be if the constants, weights
        and counts of salts were known.
    recipe : with the nominal amounts in it.
    speciation : of that recipe; its interval of the free metal is what one gets.
    """

    free_mM: Mapping[str, float]
    salts_mM: Mapping[str, Uncertain]
    recipe: Recipe
    speciation: Speciation

    def as_json(self) -> dict[str, object]:
        """The `result` of the envelope."""
        return {
            "asked_mM": dict(self.free_mM),
            "add_mM": {name: number.as_json() for name, number in self.salts_mM.items()},
            "solutions": [self.speciation.as_json()],
            "findings": [finding.as_json() for finding in self.speciation.findings],
        }


def free_to_total(
    recipe: Recipe,
    free_mM: Mapping[str, float],
    salts: Mapping[str, str] | None = None,
    draws: int = DRAWS,
    seed: int = 1,
) -> Design:
    """Find the amounts of metal salts that give free concentrations.

    Parameters
    ----------
    recipe : what else is in it; an amount of the salt that is looked for does not count.
    free_mM : free concentration by metal, such as {"Mg": 0.5}.
    salts : by which salt a metal is added; `SALTS` where it is not said.
    draws, seed : as for `check`.

    Returns
    -------
    Design

    Raises
    ------
    InvalidInput : less than what is free already is asked for, or more than can be had.
    """
    doing = f"looking for free {' and '.join(free_mM)} in {recipe.name}"
    by_metal = {metal: _salt_of(metal, {**SALTS, **(salts or {})}, doing) for metal in free_mM}
    for salt in by_metal.values():
        recipe = recipe.without(salt.name)
    for metal, wanted in free_mM.items():
        if not 0 < wanted <= _MOST_mM:
            raise InvalidInput(doing, f"{wanted:g} mM of free {metal} is asked for", f"0 to {_MOST_mM:g} mM")
    mixture = mixture_of(recipe, tuple(by_metal.values()))
    drawn = draw(mixture, draws, seed)
    wishes = tuple(
        Addition(salt.name, salt.parts, metal, np.full(draws + 1, free_mM[metal] / 1000))
        for metal, salt in by_metal.items()
    )
    found, added_M = solved(mixture, drawn, wishes)
    last = 1000 * added_M[:, added_M.shape[1] - len(wishes) :]
    amounts, good = {}, found.converged & np.isfinite(last).all(axis=1)
    for number, (metal, salt) in enumerate(by_metal.items()):
        if last[0, number] < 0:
            _refuse(recipe, metal, free_mM[metal], doing)
        rows = {("", ""): np.maximum(last[good, number], 0.0)}
        amounts[salt.name] = summarised(rows, drawn.inputs[good], drawn.names)["", ""]
        recipe = recipe.with_amount(salt.name, float(last[0, number]))
    return Design(dict(free_mM), amounts, recipe, check(recipe, draws, seed))


def _salt_of(metal: str, salts: Mapping[str, str], doing: str) -> Salt:
    if metal not in salts:
        raise InvalidInput(
            doing, f"no salt is known to add {metal} with", f"one of {', '.join(SALTS)}, or a salt"
        )
    salt = find_salt(salts[metal], doing)
    if salt.parts.get(metal) != 1:
        raise InvalidInput(
            doing, f"{salt.name} does not bring one {metal}", f"such as {SALTS.get(metal, 'a chloride')}"
        )
    return salt


def _refuse(recipe: Recipe, metal: str, wanted_mM: float, doing: str) -> None:
    there = check(recipe, draws=0).free_mM[metal].value
    raise InvalidInput(
        doing,
        f"{there:.3g} mM of {metal} is free before anything is added",
        f"more than that, not {wanted_mM:g} mM",
        f"Take less of what brings {metal}, or add a chelator.",
    )
