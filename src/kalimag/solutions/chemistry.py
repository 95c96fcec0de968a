"""Which species a set of components can form, and their formation constants at any temperature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from kalimag.errors import EvidenceProblem
from kalimag.solutions.activity import davies
from kalimag.solutions.constants import Ligand, Step
from kalimag.solutions.water import ZERO_CELSIUS_K, Array, GAS_CONSTANT_kJ, debye_hueckel_slope

LN10 = float(np.log(10))


@dataclass(frozen=True, eq=False)
class Chemistry:
    """Components, the species they form, and the steps whose constants say how firmly.

    Parameters
    ----------
    components : "H" first, then whatever is dissolved.
    species : the components themselves, then what they form.
    stoichiometry : components in each species, shape (species, components); −1 for a proton that has left.
    charges : of the species, shape (species,).
    steps : the reactions used.
    chain : shape (species, steps); log10 of a formation constant is this times log K of the steps.
    """

    components: tuple[str, ...]
    species: tuple[str, ...]
    stoichiometry: Array
    charges: Array
    steps: tuple[Step, ...]
    chain: Array

    def index(self, component: str) -> int:
        """The column of a component."""
        return self.components.index(component)

    @cached_property
    def step_constants(self) -> Array:
        """log10 K of each step at I = 0 and its own temperature, by the one activity model."""
        T = np.array([step.T_degC for step in self.steps])
        log_K = np.array([step.log_K for step in self.steps])
        F = davies(np.array([step.I_M for step in self.steps]))
        constants: Array = log_K - debye_hueckel_slope(T) * F * self._charge_squares
        return constants

    @cached_property
    def _charge_squares(self) -> Array:
        """Change of Σz² in each step."""
        z = dict(zip(self.species, self.charges, strict=True))
        return np.array([
            z[step.species] ** 2 - sum(count * z[name] ** 2 for name, count in step.reagents)
            for step in self.steps
        ])  # fmt: skip

    def log_K(self, T_degC: Array) -> Array:
        """log10 K of every step at I = 0, carried to other temperatures with its enthalpy (van 't Hoff).

        Parameters
        ----------
        T_degC : temperatures, shape (rows,).

        Returns
        -------
        Array, shape (rows, steps).
        """
        enthalpy_kJ = np.array([step.enthalpy_kJ for step in self.steps])
        carried: Array = self.step_constants + self.per_enthalpy(T_degC) * enthalpy_kJ
        return carried

    def per_enthalpy(self, T_degC: Array) -> Array:
        """What one kJ/mol of enthalpy adds to log10 K on the way to these temperatures, (rows, steps)."""
        measured = np.array([step.T_degC for step in self.steps]) + ZERO_CELSIUS_K
        return (1 / measured - 1 / (T_degC[:, None] + ZERO_CELSIUS_K)) / (GAS_CONSTANT_kJ * LN10)

    def ln_beta(self, log_K: Array) -> Array:
        """ln of the formation constants of all species from those of the steps, (rows, species)."""
        return LN10 * log_K @ self.chain.T


def chemistry(charges: Mapping[str, int], ligands: Sequence[Ligand]) -> Chemistry:
    """Find what a set of components can form.

    Parameters
    ----------
    charges : charge of each component that is there; ligands among them, protons need not be.
    ligands : the ligands whose constants count; "OH" among them where water is to take part.

    Returns
    -------
    Chemistry

    Raises
    ------
    EvidenceProblem : two species of one name, or a ligand's charge that differs from its file.
    """
    charges = {"H": 1, **charges}
    components = tuple(charges)
    made = {name: {name: 1} for name in components}
    chains: dict[str, dict[int, int]] = {name: {} for name in components}
    steps: list[Step] = []
    for ligand in ligands:
        if charges.get(ligand.name, ligand.charge) != ligand.charge:
            raise EvidenceProblem(
                f"looking at the constants of {ligand.name}", f"its charge is {ligand.charge} there",
                f"{charges[ligand.name]}, as in the salts",
            )  # fmt: skip
        for step in ligand.steps:
            if all(name in made for name, _ in step.reagents):
                _form(step, len(steps), made, chains)
                steps.append(step)
    stoichiometry = np.array([[parts.get(c, 0) for c in components] for parts in made.values()], dtype=float)
    chain = np.array([[row.get(k, 0) for k in range(len(steps))] for row in chains.values()], dtype=float)
    return Chemistry(
        components=components,
        species=tuple(made),
        stoichiometry=stoichiometry,
        charges=stoichiometry @ np.array([charges[c] for c in components], dtype=float),
        steps=tuple(steps),
        chain=chain.reshape(len(made), len(steps)),
    )


def _form(step: Step, place: int, made: dict[str, dict[str, int]], chains: dict[str, dict[int, int]]) -> None:
    """Add one species, made of species already there."""
    if step.species in made:
        raise EvidenceProblem(
            "putting species together from their steps", f"'{step.species}' is made twice", "one species"
        )
    parts: dict[str, int] = {}
    chain: dict[int, int] = {place: 1}
    for name, count in step.reagents:
        for component, inner in made[name].items():
            parts[component] = parts.get(component, 0) + count * inner
        for earlier, inner in chains[name].items():
            chain[earlier] = chain.get(earlier, 0) + count * inner
    made[step.species], chains[step.species] = parts, chain


def counted_from(system: Chemistry, component: str, species: str, protons: int) -> Chemistry:
    """The same chemistry with one component standing for a protonated form of itself.

    Parameters
    ----------
    system : as it was.
    component : such as "CO3".
    species : what it stands for from now on, such as "H2CO3", made of one `component` and `protons` protons.
    protons : how many.

    Returns
    -------
    Chemistry, with formation constants and protons counted from that species.
    """
    column, hydrogen, row = system.index(component), system.index("H"), system.species.index(species)
    stoichiometry, chain = system.stoichiometry.copy(), system.chain.copy()
    held = stoichiometry[:, column]
    stoichiometry[:, hydrogen] -= protons * held
    chain -= held[:, None] * system.chain[row]
    return replace(system, stoichiometry=stoichiometry, chain=chain)
