"""Check one recipe or a pair: everything in each, what the two do together, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kalimag.solutions.check import check
from kalimag.solutions.critique import SEVERITIES, criticise
from kalimag.solutions.findings import NOTE, Finding
from kalimag.solutions.pair import Pair
from kalimag.solutions.pairing import DRAWS, pair_of
from kalimag.solutions.recipe import Recipe
from kalimag.solutions.reversal import osmolality_difference
from kalimag.solutions.side import Side
from kalimag.solutions.speciation import Speciation
from kalimag.solutions.uncertain import Uncertain, summarised


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

    def numbers(self) -> dict[tuple[str, str], Uncertain]:
        """What the two do together, each with its interval and the two inputs that matter most.

        Keys are ("junction", way), ("E_rev", ion) and ("", "osmolality"); empty for one solution alone.
        """
        pair, junction = self.pair, self.pair.junction
        if pair.bath is None or junction is None:
            return {}
        rows = {
            ("junction", "nernst_planck"): junction.nernst_planck_mV,
            ("junction", "henderson"): junction.henderson_mV,
            ("", "osmolality"): osmolality_difference(pair.pipette, pair.bath),
            **{("E_rev", ion): potential for ion, potential in pair.E_rev_mV.items()},
        }
        return summarised(rows, junction.inputs, junction.input_names)

    def as_json(self) -> dict[str, object]:
        """The `result` of the envelope."""
        shown = []
        for solution, side in zip(self.solutions, self.pair.sides, strict=True):
            intervals = {solid: index.as_json() for solid, index in saturation_of(side).items()}
            shown.append(
                solution.as_json()
                | {"saturation_index": dict(side.saturation), "saturation_interval": intervals}
                | {"use": dict(side.use)}
            )
        found: dict[str, object] = {"solutions": shown}
        junction = self.pair.junction
        if self.pair.bath is not None and junction is not None:
            numbers = self.numbers()
            reversals = {ion: numbers["E_rev", ion] for ion in self.pair.E_rev_mV}
            ways = {way: numbers["junction", way] for way in ("nernst_planck", "henderson")}
            found |= {
                "configuration": self.pair.configuration,
                "junction_mV": {way: number.value for way, number in ways.items()},
                "junction_interval_mV": {way: number.as_json() for way, number in ways.items()},
                "junction_assumed_mobilities": [mobility.as_json() for mobility in junction.assumed],
                "E_rev_mV": {ion: number.value for ion, number in reversals.items()},
                "E_rev_interval_mV": {ion: number.as_json() for ion, number in reversals.items()},
                "osmolality_difference_mOsm": numbers["", "osmolality"].as_json(),
            }

        return found | {"findings": [finding.as_json() for finding in self.findings]}


def _two_conventions(recipes: Sequence[Recipe]) -> list[Finding]:
    """Say so where the two are solved with different sets of constants."""
    if len({recipe.convention for recipe in recipes}) < 2:
        return []
    said = " and ".join(f"'{recipe.name}' with the set {recipe.convention}" for recipe in recipes)
    sentence = (
        f"The 2 solutions are solved with different sets of constants, {said}; each set is whole in itself, "
        "and --constants takes one for both."
    )
    return [Finding("two-conventions", NOTE, sentence, 2.0)]


def saturation_of(side: Side) -> dict[str, Uncertain]:
    """The saturation index of each solid, with its interval and the two inputs that matter most.

    Parameters
    ----------
    side : with draws.

    Returns
    -------
    dict from solid to Uncertain.
    """
    rows = {("", solid): index for solid, index in side.saturation_rows.items()}
    good = side.solved
    kept = {key: index[good] for key, index in rows.items()}
    found = summarised(kept, side.inputs[good], side.input_names) if kept else {}
    return {solid: value for (_, solid), value in found.items()}


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
    findings += [*_two_conventions(recipes), *criticise(pair)]
    order = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    return Together(solutions, pair, tuple(order))
