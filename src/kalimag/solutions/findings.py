"""What a reader of a result must know about it: one sentence and a number each."""

from __future__ import annotations

from dataclasses import dataclass

from kalimag.solutions.activity import LIMIT_M, NAME
from kalimag.solutions.constants import Step
from kalimag.solutions.recipe import Recipe

NOTE, WARNING = "note", "warning"
CELLS_mOsm = (50.0, 1500.0)  # frog oocytes have 220, sea water 1000
MAIN_SALT_mM = (50.0, 300.0)  # of the salt that makes most of a solution
MICROMOLAR_mM = 0.01  # amounts below are weighed rarely, and written by a slip as often


@dataclass(frozen=True)
class Finding:
    """Something found in a solution.

    Parameters
    ----------
    rule : which rule found it.
    severity : "note" or "warning".
    sentence : for a person.
    value : the number in it; None where there is none.
    """

    rule: str
    severity: str
    sentence: str
    value: float | None = None

    def as_json(self) -> dict[str, object]:
        """The fields, for the JSON envelope."""
        return vars(self).copy()


def slip_findings(recipe: Recipe, ideal_mOsm: float) -> tuple[Finding, ...]:
    """Amounts that can be meant and may as well be a slip of a thousand.

    Parameters
    ----------
    recipe : what was mixed.
    ideal_mOsm : osmolality, as the ideal sum.

    Returns
    -------
    tuple of Finding: a warning where no cell would stand the osmolality, a note on an amount of micromoles.
    """
    found, low, high = [], *CELLS_mOsm
    most = max(recipe.ingredients, key=lambda item: item.amount_mM)
    if ideal_mOsm > high:
        sentence = (
            f"{recipe.name}: {ideal_mOsm:.0f} mOsm, more than cells stand ({high:.0f}); the most comes from "
            f"'{most.written}', {most.amount_mM:g} mM: is its unit right?"
        )
        found.append(Finding("unit-slip", WARNING, sentence, ideal_mOsm))
    tiny = [item for item in recipe.ingredients if 0 < item.amount_mM < MICROMOLAR_mM]
    if ideal_mOsm < low:
        meant = [
            item for item in recipe.ingredients if MAIN_SALT_mM[0] <= 1000 * item.amount_mM <= MAIN_SALT_mM[1]
        ]
        names = " or ".join(f"'{item.written}' (now {item.amount_mM:g} mM)" for item in meant)
        asked = f": was a thousand times as much of {names} meant?" if names else "."
        sentence = f"{recipe.name}: {ideal_mOsm:.3g} mOsm, less than cells stand ({low:.0f}){asked}"
        found.append(Finding("unit-slip", WARNING, sentence, ideal_mOsm))
    for item in tiny:
        usual = item.salt.usual_mM
        if usual is not None and usual[0] <= 1000 * item.amount_mM <= usual[1]:
            sentence = (
                f"{recipe.name}: '{item.written}' is {1000 * item.amount_mM:g} uM; "
                f"{1000 * item.amount_mM:g} mM is usual too, so look whether the unit is right."
            )
            found.append(Finding("unit-slip", NOTE, sentence, item.amount_mM))
    return tuple(found)


def model_findings(
    recipe: Recipe, steps: tuple[Step, ...], totals_mM: dict[str, float], I_M: float, failed: int
) -> tuple[Finding, ...]:
    """What the model itself has to say: how names were read, and where it leaves its ground.

    Parameters
    ----------
    recipe : what was mixed.
    steps : constants used.
    totals_mM : of the components.
    I_M : ionic strength.
    failed : draws without a solution.

    Returns
    -------
    tuple of Finding.
    """
    found = [
        Finding("salt-reading", NOTE, f"{recipe.name}: {note}", None)
        for note in dict.fromkeys(note for item in recipe.ingredients for note in item.salt.notes)
    ]
    if I_M > LIMIT_M:
        sentence = (
            f"{recipe.name}: ionic strength is {1000 * I_M:.0f} mM, and {NAME} holds to about "
            f"{1000 * LIMIT_M:.0f}; beyond, activity coefficients are held where they were."
        )
        found.append(Finding("activity-model", WARNING, sentence, 1000 * I_M))
    K, Na = totals_mM.get("K", 0.0), totals_mM.get("Na", 0.0)
    if recipe.convention == "K-medium" and Na > K:
        sentence = (
            f"{recipe.name}: constants measured in K+ are used with {Na:.3g} mM Na and {K:.3g} mM K; "
            "constants = 'R4N' writes the binding of both down."
        )
        found.append(Finding("convention", WARNING, sentence, Na))
    assumed = [step.species for step in steps if any(text.startswith("log K") for text in step.assumed)]
    if assumed:
        sentence = (
            f"{recipe.name}: no source was read for the constants of {', '.join(assumed)}; "
            "they are assumed, with a wide spread."
        )
        found.append(Finding("assumed-constants", WARNING, sentence, float(len(assumed))))
    if failed:
        sentence = f"{recipe.name}: {failed} draws had no solution and are left out of the intervals."
        found.append(Finding("failed-draws", WARNING, sentence, float(failed)))
    return tuple(found)
