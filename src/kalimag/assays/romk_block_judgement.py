"""How the fit of one patch ended, and what to measure next when the data cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kalimag.assays.romk_block_advice import (
    RUN_DOWN,
    less_magnesium,
    more_magnesium,
    more_voltages,
    next_step,
)
from kalimag.assays.romk_block_fit import PatchSearch
from kalimag.assays.romk_block_law import PART, conditions_of
from kalimag.assays.romk_block_result import PatchObservations
from kalimag.stats.outcome import Outcome
from kalimag.stats.profile import Profile

FEWEST_E_FOLDS = 2.0
BRACKET = 1.0 / 3.0
_FEWEST_POINTS = 8
_NEEDED = ("Ki0", "z_delta")
_WHY = {
    "z_delta": ": the currents do not show a block that grows with depolarisation. Check the configuration "
    "and the Mg2+ of each file",
    RUN_DOWN: ": the controls differ by more than run-down explains",
}


@dataclass(frozen=True)
class Reach:
    """How far the protocol goes.

    `e_folds` of block are spanned by the voltages with Mg2+; `most` and `least` are the extremes of Mg2+
    over Ki.
    """

    e_folds: float
    most: float
    least: float
    Ki_at_highest_V: float


def reason_not_to_fit(seen: PatchObservations) -> str:
    """Why a patch cannot be fitted at all; empty when it can."""
    if seen.excluded:
        return seen.excluded
    if not (seen.Mg_mM > 0).any():
        return "it has no recording with Mg2+"
    if len(np.unique(seen.Mg_mM)) < 2:
        return "it has one Mg2+ concentration; block needs a control and at least one more"
    if len(seen) < _FEWEST_POINTS:
        return f"it has {len(seen)} points; a fit needs {_FEWEST_POINTS}"
    return ""


def judge(found: PatchSearch, profiles: Sequence[Profile], rise: float) -> Outcome:
    """How the fit ended, most severe finding first.

    Parameters
    ----------
    found : the fitted patch.
    profiles : of every searched parameter, in the order of the model's names.
    rise : of the cost, at which the profiles end.

    Returns
    -------
    Outcome
    """
    best = found.best
    if not best.converged:
        return Outcome("failed", "the search did not settle. Exclude the file that is not steady.")
    if found.problem.coefficients(best.u)[0] <= 0:
        return Outcome("failed", _negative(found))
    if best.at_bound:
        return _at_limit(found)
    reach = _reach(found)
    if found.search.rivals(rise) or any(profile.better for profile in profiles):
        next_step = f"Add Mg2+ levels around {reach.Ki_at_highest_V:.2g} mM and a repeated control."
        return Outcome("multimodal", f"more than one set of values fits equally well. {next_step}")
    flat = _flat(found.model.seen, reach) or _open(found, profiles)
    return Outcome("flat_direction", flat) if flat else Outcome("converged", "")


def _negative(found: PatchSearch) -> str:
    """Why the channel came out with a negative conductance."""
    seen = found.model.seen
    driving = seen.V_mV - found.model.law.evaluate(conditions_of(seen), {})["patch.E_K"]
    if float(driving @ seen.I_pA) < 0:
        return (
            "the current has the wrong sign for its K+ gradient. Check the configuration, and that K_in and "
            "K_out are not exchanged."
        )
    return (
        f"all current is taken for leak: either no block is seen up to {seen.Mg_mM.max():g} mM Mg2+, or K_in "
        "and K_out are not what they were. Check the solutions, and add Mg2+."
    )


def _at_limit(found: PatchSearch) -> Outcome:
    """A search that ended at the edge of what is searched."""
    seen, best, names, law = found.model.seen, found.best, found.model.names, found.model.law
    if 0 in best.at_bound:
        highest, lowest = float(seen.Mg_mM.max()), float(seen.Mg_mM[seen.Mg_mM > 0].min())
        if best.u[0] >= found.model.limits()[1][0]:
            text = f"no block is seen up to {highest:g} mM Mg2+. {more_magnesium(10 * highest)}"
        else:
            text = f"block is complete already with {lowest:g} mM Mg2+. {less_magnesium(lowest / 10)}"
        return Outcome("flat_direction", text)
    stuck = [names[k] for k in best.at_bound]
    told = f"{' and '.join(stuck)} ran to the limit of the search{_WHY.get(stuck[0], '')}."
    steps = dict.fromkeys(next_step(law, seen, name) for name in stuck)
    optional = any(name not in (*_NEEDED, RUN_DOWN) for name in stuck)
    other = " Or choose a law without it." if optional else ""
    return Outcome("at_bound", f"{told} {' '.join(steps)}{other}")


def _reach(found: PatchSearch) -> Reach:
    seen, model = found.model.seen, found.model
    numbers = dict(zip(model.law.shape, model.numbers(found.best.u)[0].tolist(), strict=True))
    outputs = model.law.evaluate(conditions_of(seen), numbers | {"K_ref": seen.K_out_mM})
    Ki = outputs[f"{PART}.Ki"]
    occupied = seen.Mg_mM / Ki
    return Reach(
        e_folds=float(np.ptp(np.log(Ki[seen.Mg_mM > 0]))),
        most=float(occupied.max()),
        least=float(occupied.min()),
        Ki_at_highest_V=float(Ki[np.argmax(seen.V_mV)]),
    )


def _flat(seen: PatchObservations, reach: Reach) -> str:
    """What the protocol does not reach, and what to add; empty when it reaches far enough."""
    highest, lowest = float(seen.Mg_mM.max()), float(seen.Mg_mM.min())
    if reach.most < BRACKET:
        wanted = more_magnesium(min(max(reach.Ki_at_highest_V, 3 * highest), 30 * highest))
        return (
            f"the highest Mg2+ ({highest:g} mM) is below a third of Ki at every voltage, so Ki0 is "
            f"extrapolated. {wanted}"
        )
    if reach.least > 1.0 / BRACKET:
        return (
            f"even the lowest Mg2+ ({lowest:g} mM) is above three times Ki at every voltage. "
            "Add a control without Mg2+."
        )
    if reach.e_folds < FEWEST_E_FOLDS:
        return (
            f"the voltages span {reach.e_folds:.1f} e-folds of block; {FEWEST_E_FOLDS:g} are needed to tell "
            f"z_delta from Ki0. {more_voltages(seen)}"
        )
    return ""


def _open(found: PatchSearch, profiles: Sequence[Profile]) -> str:
    """Which parameter the data leave open, and what to add; empty when none."""
    seen = found.model.seen
    highest = float(seen.Mg_mM.max())
    for k, (name, profile) in enumerate(zip(found.model.names, profiles, strict=True)):
        if profile.closed:
            continue
        own = "Ki0" if k == 0 else name
        if k == 0 and profile.high is None and profile.low is not None:
            least = float(np.exp(profile.low))
            wanted = more_magnesium(max(least, 3 * highest))
            return f"Ki0 is above {least:.2g} mM, and may be anything. {wanted}"
        if k == 0 and profile.low is None and profile.high is not None:
            wanted = less_magnesium(float(seen.Mg_mM[seen.Mg_mM > 0].min()) / 10)
            return f"Ki0 is below {np.exp(profile.high):.2g} mM, and may be anything. {wanted}"
        side = "above" if profile.high is None else "below"
        return f"nothing in the data limits {own} from {side}. {next_step(found.model.law, seen, own)}"
    return ""
