"""What was mixed: salts and amounts, pH and what set it, temperature, gas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from kalimag.evidence.document import Table
from kalimag.solutions.constants import Ligand, Step
from kalimag.solutions.conventions import CONVENTIONS, refuse_double_counting, refuse_medium_of
from kalimag.solutions.salts import Salt, find_salt
from kalimag.solutions.water import vapour_pressure_atm

WEIGHING_SD, PH_SD = 0.01, 0.02  # assumed where a recipe does not say


@dataclass(frozen=True)
class Ingredient:
    """So much of one salt.

    Parameters
    ----------
    salt : what it is.
    amount_mM : how much, per litre of solution.
    written : the name in the recipe.
    """

    salt: Salt
    amount_mM: float
    written: str


@dataclass(frozen=True)
class Gas:
    """The gas a solution is in equilibrium with.

    Parameters
    ----------
    name : "CO2".
    fraction : of the dry gas; 0 where a partial pressure is given.
    pressure_atm : of the gas mixture, or the partial pressure itself where `fraction` is 0.
    humidified : whether water vapour takes its share.
    """

    name: str
    fraction: float
    pressure_atm: float = 1.0
    humidified: bool = True

    def partial_pressure_atm(self, T_degC: float) -> float:
        """What of it reaches the solution at a temperature."""
        if not self.fraction:
            return self.pressure_atm
        vapour = float(vapour_pressure_atm(np.array(T_degC))) if self.humidified else 0.0
        return self.fraction * (self.pressure_atm - vapour)


@dataclass(frozen=True)
class Recipe:
    """A solution on paper.

    Parameters
    ----------
    name : what it is called.
    ingredients : in the order written.
    temperature_degC : at which it is used.
    pH : to which it was brought, activity scale; None where it follows from the rest.
    titrant : with what.
    pH_temperature_degC : at which the pH was set.
    gas : what it is in equilibrium with; None for a closed bottle.
    convention : of the constants, one of `conventions.CONVENTIONS`.
    ligands : defined in the recipe itself.
    constants : steps of the library that the recipe replaces.
    weighing_sd : relative standard deviation of every amount.
    pH_sd : standard deviation of the pH.
    use : what the solution is for, by keyword ("configuration", "question", "cell", "assay"), for the critic.
    """

    name: str
    ingredients: tuple[Ingredient, ...]
    temperature_degC: float
    pH: float | None = None
    titrant: Salt | None = None
    pH_temperature_degC: float | None = None
    gas: Gas | None = None
    convention: str = CONVENTIONS[0]
    ligands: tuple[Ligand, ...] = ()
    constants: tuple[Step, ...] = ()
    weighing_sd: float = WEIGHING_SD
    pH_sd: float = PH_SD
    use: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Constants that the recipe brings along belong to its convention, however it was chosen."""
        place = Table({}, f"the constants that {self.name} brings along")
        for step in (*self.constants, *(step for ligand in self.ligands for step in ligand.steps)):
            refuse_double_counting(step.reagents, self.convention, place)
            refuse_medium_of(step.species, step.medium, self.convention, place)

    def with_amount(self, name: str, amount_mM: float) -> Recipe:
        """The same with another amount of one salt, or with that salt besides."""
        salt = find_salt(name, f"changing {self.name}")
        others = tuple(item for item in self.ingredients if item.salt.name != salt.name)
        return replace(self, ingredients=(*others, Ingredient(salt, amount_mM, name)))

    def without(self, name: str) -> Recipe:
        """The same with nothing of one salt."""
        salt = find_salt(name, f"changing {self.name}")
        return replace(self, ingredients=tuple(i for i in self.ingredients if i.salt.name != salt.name))
