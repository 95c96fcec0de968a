"""Check one recipe or a pair: everything in each, what the two do together, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass

from kalimag.solutions.check import check
from kalimag.solutions.critique import SEVERITIES, criticise
from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair
from kalimag.solutions.pairing import DRAWS, pair_of
from kalimag.solutions.recipe import Recipe
from kalimag.solutions.reversal import osmolality_difference
from kalimag.solutions.side import Ranged
from kalimag.solutions.speciation import Speciation


@dataclass(frozen=True, eq=False)
class Together:
    """What is known of a pipette and its bath, or of one solution alone.

    Parameters
    ----------
    solutions : each by itself, the pipette first.
    pair : the two, with draws.
    findings : of the model and of the critics, faults first.
    """

    solutions: tuple[Speciation, ...]
    pair: Pair
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, object]:
        """The `result` of the envelope."""
        shown = []
        for solution, side in zip(self.solutions, self.pair.sides, strict=True):
            shown.append(
                solution.as_json() | {"saturation_index": dict(side.saturation), "use": dict(side.use)}
            )
        found: dict[str, object] = {"solutions": shown}
        junction = self.pair.junction
        if self.pair.bath is not None and junction is not None:
            both = {
                "nernst_planck": Ranged.of(junction.nernst_planck_mV),
                "henderson": Ranged.of(junction.henderson_mV),
            }
            E_rev = {ion: Ranged.of(rows) for ion, rows in self.pair.E_rev_mV.items()}
            apart = Ranged.of(osmolality_difference(self.pair.pipette, self.pair.bath))
            found |= {
                "configuration": self.pair.configuration,
                "junction_mV": {way: reach.value for way, reach in both.items()},
                "junction_interval_mV": {way: reach.as_json() for way, reach in both.items()},
                "junction_mostly_from": list(junction.shares)[:2],
                "junction_assumed_mobilities": [mobility.as_json() for mobility in junction.assumed],
                "E_rev_mV": {ion: reach.value for ion, reach in E_rev.items()},
                "E_rev_interval_mV": {ion: reach.as_json() for ion, reach in E_rev.items()},
                "osmolality_difference_mOsm": apart.as_json(),
            }
        return found | {"findings": [finding.as_json() for finding in self.findings]}


def check_together(
    pipette: Recipe, bath: Recipe | None = None, *, draws: int = DRAWS, seed: int = 1
) -> Together:
    """Check a pipette and its bath, or one solution alone.

    Parameters
    ----------
    pipette, bath : what was mixed.
    draws : sets of uncertain inputs; 0 for none.
    seed : of the draws.

    Returns
    -------
    Together

    Raises
    ------
    InvalidInput : a recipe cannot be solved, the two are at different temperatures, or their use is unknown.
    """
    recipes = [recipe for recipe in (pipette, bath) if recipe is not None]
    pair = pair_of(pipette, bath, draws=min(draws, DRAWS), seed=seed)
    solutions = tuple(check(recipe, draws, seed) for recipe in recipes)
    findings = [finding for solution in solutions for finding in solution.findings]
    findings += criticise(pair)
    order = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    return Together(solutions, pair, tuple(order))
