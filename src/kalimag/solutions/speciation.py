"""What is really in a solution: free and bound of everything, each number with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kalimag.solutions.constants import Step
from kalimag.solutions.findings import Finding
from kalimag.solutions.recipe import Recipe
from kalimag.solutions.uncertain import Uncertain


@dataclass(frozen=True)
class Speciation:
    """A solution, solved.

    Parameters
    ----------
    recipe : what was mixed.
    pH : activity scale.
    p_H : −log10 of the concentration of free protons.
    free_mM : bare ions; of a ligand, all of it that holds no divalent metal.
    species_mM : every species by name.
    bound_mM : of a divalent metal by ligand, such as "Mg-ATP".
    total_mM : of every component, titrant included.
    activity_mM : of the bare ions, on the scale of mM.
    activity_coefficient : of the bare ions.
    charges : of the species.
    ionic_strength_mM, osmolality_mOsm, osmolality_ideal_mOsm : the second with the osmotic coefficient that
        belongs to the activity model, the third the plain sum of solutes.
    buffering_mM : strong base for one pH unit.
    titrant_mM : how much was needed; None where nothing was titrated.
    findings : what a reader must know.
    steps : the constants used.
    draws, failed_draws : how many were drawn, and how many of them had no solution.
    """

    recipe: Recipe
    pH: Uncertain
    p_H: Uncertain
    free_mM: Mapping[str, Uncertain]
    species_mM: Mapping[str, Uncertain]
    bound_mM: Mapping[str, Uncertain]
    total_mM: Mapping[str, Uncertain]
    activity_mM: Mapping[str, Uncertain]
    activity_coefficient: Mapping[str, float]
    charges: Mapping[str, int]
    ionic_strength_mM: Uncertain
    osmolality_mOsm: Uncertain
    osmolality_ideal_mOsm: Uncertain
    buffering_mM: Uncertain
    titrant_mM: Uncertain | None
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...]
    draws: int
    failed_draws: int = 0

    def as_json(self) -> dict[str, object]:
        """One entry of "solutions" in the `result` of the envelope."""
        several = {
            key: {name: number.as_json() for name, number in getattr(self, key).items()}
            for key in ("free_mM", "activity_mM", "species_mM", "bound_mM", "total_mM")
        }
        single = (
            "pH",
            "p_H",
            "ionic_strength_mM",
            "osmolality_mOsm",
            "osmolality_ideal_mOsm",
            "buffering_mM",
        )
        titrant = self.recipe.titrant
        added = (
            {} if titrant is None or self.titrant_mM is None else {titrant.name: self.titrant_mM.as_json()}
        )
        return {
            "name": self.recipe.name,
            "T_degC": self.recipe.temperature_degC,
            "constants": self.recipe.convention,
            **{key: getattr(self, key).value for key in single},
            **several,
            "activity_coefficient": dict(self.activity_coefficient),
            "titrant_mM": added,
            "intervals": {key: getattr(self, key).as_json() for key in single},
            "draws": self.draws,
            "unchecked_constants": sum(not claim.checked for step in self.steps for claim in step.claims),
            "assumed_constants": [step.species for step in self.steps if step.assumed],
        }
