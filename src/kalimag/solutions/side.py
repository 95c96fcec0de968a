"""One of two solutions as its partner meets it: species with draws, and what the recipe says of its use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from kalimag.solutions.water import Array, Mask


@dataclass(frozen=True)
class Ranged:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, rows: Array) -> Ranged:
        """The first row is the best estimate, the rest are draws; without draws the interval is the value."""
        best = float(rows[0])
        if len(rows) < 2:
            return cls(best, best, best)
        low, high = np.percentile(rows[1:], [2.5, 97.5])
        return cls(best, float(min(low, best)), float(max(high, best)))

    def as_json(self) -> dict[str, float]:
        """Plain values."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Lot:
    """A count that differs from bottle to bottle, such as Mg per ATP.

    Parameters
    ----------
    component, per : of what, and for each what.
    ratio, sd : the count and its standard deviation.
    stated : whether the recipe says so, and not the library.
    """

    component: str
    per: str
    ratio: float
    sd: float
    stated: bool = False


@dataclass(frozen=True, eq=False)
class Side:
    """A speciated solution.

    Parameters
    ----------
    name : for messages, such as "pipette".
    T_degC, pH : temperature, and pH as activity.
    species : names, as in the constants.
    charges : shape (species,).
    species_mM : free concentration of each, shape (rows, species); row 0 is the best estimate, the others
        are draws, NaN where one has no solution. Equal rows of two sides come from equal constants.
    ligand_of : the anion a species is made of, by species; free ions are not in it.
    totals_mM : what was put in, by component, titrant included.
    osmolality_mOsm, ionic_strength_mM : shape (rows,).
    saturation : saturation index of each solid, log10.
    saturation_rows : the same with draws, shape (rows,).
    bound_mM : divalent metals by what holds them, such as "Mg-ATP".
    ingredients_mM : the salts as they were weighed, by name.
    lots : of those whose count varies, by the same name.
    gas : the gas it stands in, such as "5% CO2"; empty for none.
    input_names, inputs : what the rows were made with, in standard deviations, shape (rows, inputs).
    use : what the experiment is, by keyword; empty where the recipe does not say.
    """

    name: str
    T_degC: float
    pH: float
    species: tuple[str, ...]
    charges: Array
    species_mM: Array
    ligand_of: Mapping[str, str] = field(default_factory=dict)
    totals_mM: Mapping[str, float] = field(default_factory=dict)
    osmolality_mOsm: Array = field(default_factory=lambda: np.zeros(1))
    ionic_strength_mM: Array = field(default_factory=lambda: np.zeros(1))
    saturation: Mapping[str, float] = field(default_factory=dict)
    saturation_rows: Mapping[str, Array] = field(default_factory=dict)
    bound_mM: Mapping[str, float] = field(default_factory=dict)
    ingredients_mM: Mapping[str, float] = field(default_factory=dict)
    lots: Mapping[str, Lot] = field(default_factory=dict)
    gas: str = ""
    use: Mapping[str, str] = field(default_factory=dict)
    input_names: tuple[str, ...] = ()
    inputs: Array = field(default_factory=lambda: np.zeros((1, 0)))

    def rows_of(self, species: str) -> Array:
        """One species in mM, shape (rows,); zeros where it is not there."""
        if species not in self.species:
            return np.zeros(len(self.species_mM))
        found: Array = self.species_mM[:, self.species.index(species)]
        return found

    @property
    def solved(self) -> Mask:
        """Which draws have a solution, shape (rows,); the first row always has."""
        found: Mask = np.isfinite(self.species_mM.sum(axis=1))
        return found

    def kept(self, rows: Mask) -> Side:
        """The same with some of the draws."""
        return replace(
            self,
            species_mM=self.species_mM[rows],
            osmolality_mOsm=self.osmolality_mOsm[rows],
            ionic_strength_mM=self.ionic_strength_mM[rows],
            saturation_rows={solid: index[rows] for solid, index in self.saturation_rows.items()},
            inputs=self.inputs[rows],
        )

    def free_mM(self, species: str) -> float:
        """The best estimate of one species; 0 where it is not there."""
        return float(self.rows_of(species)[0])

    def total_mM(self, component: str) -> float:
        """What was put in; 0 where nothing was."""
        return self.totals_mM.get(component, 0.0)
