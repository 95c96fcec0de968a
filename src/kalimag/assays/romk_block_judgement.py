"""How the fit of one patch ended, and what to measure next when the data cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kalimag.assays.romk_block_fit import PatchSearch
from kalimag.assays.romk_block_law import PART, conditions_of
from kalimag.assays.romk_block_result import PatchObservations
from kalimag.stats.outcome import Outcome
from kalimag.stats.profile import Profile

FEWEST_E_FOLDS = 2.0
BRACKET = 1.0 / 3.0
_FEWEST_POINTS = 8
_FAR_STEP_MV = 80.0


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
    seen, best, names = found.model.seen, found.best, found.model.names
    if not best.converged or found.problem.coefficients(best.u)[0] <= 0:
        return Outcome("failed", _failure(seen, best.converged))
    reach = _reach(found)
    if best.at_bound:
        stuck = " and ".join(_plain(names[k]) for k in best.at_bound)
        return Outcome("at_bound", f"{seen.id}: {stuck} ran to the limit of the search. {_CHECK}")
    if found.search.rivals(rise) or any(profile.better for profile in profiles):
        told = f"{seen.id}: more than one set of values fits equally well."
        next_step = f"Add Mg2+ levels around {reach.Ki_at_highest_V:.2g} mM and a repeated control."
        return Outcome("multimodal", f"{told} {next_step}")
    flat = _flat(seen, profiles, names, reach)
    return Outcome("flat_direction", f"{seen.id}: {flat}") if flat else Outcome("converged", "")


_CHECK = (
    "The currents do not show a block that grows with depolarisation; check the configuration and the "
    "Mg2+ of each file, and add steps further from 0 mV."
)


def _failure(seen: PatchObservations, converged: bool) -> str:
    if not converged:
        return f"{seen.id}: the search did not settle. Exclude the file that is not steady."
    return (
        f"{seen.id}: the current has the wrong sign for its K+ gradient. Check the configuration, and that "
        "K_in and K_out are not exchanged."
    )


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


def _flat(seen: PatchObservations, profiles: Sequence[Profile], names: Sequence[str], reach: Reach) -> str:
    """What the protocol does not reach, and what to add; empty when it reaches everything."""
    highest, lowest = float(seen.Mg_mM.max()), float(seen.Mg_mM.min())
    if reach.most < BRACKET:
        wanted = _round_up(min(max(reach.Ki_at_highest_V, 3 * highest), 30 * highest))
        return (
            f"the highest Mg2+ ({highest:g} mM) is below a third of Ki at every voltage, so Ki0 is "
            f"extrapolated. Add Mg2+ of {wanted:g} mM or more."
        )
    if reach.least > 1.0 / BRACKET:
        return (
            f"even the lowest Mg2+ ({lowest:g} mM) is above three times Ki at every voltage. "
            "Add a control without Mg2+."
        )
    if reach.e_folds < FEWEST_E_FOLDS:
        return (
            f"the voltages span {reach.e_folds:.1f} e-folds of block; {FEWEST_E_FOLDS:g} are needed to tell "
            f"z_delta from Ki0. {_more_voltages(seen)}"
        )
    for name, profile in zip(names, profiles, strict=True):
        if not profile.closed:
            side = "above" if profile.high is None else "below"
            wanted = _round_up(3 * highest)
            return (
                f"nothing in the data limits {_plain(name)} from {side}. {_more_voltages(seen)[:-1]}, and "
                f"Mg2+ of {wanted:g} mM."
            )
    return ""


def _plain(name: str) -> str:
    """The parameter a reader knows, for one that was searched."""
    return "Ki0" if name.startswith("ln_Ki") else name


def _more_voltages(seen: PatchObservations) -> str:
    highest, lowest = float(seen.V_mV.max()), float(seen.V_mV.min())
    if highest <= _FAR_STEP_MV:
        return f"Add steps above {highest:+.0f} mV."
    return f"Add steps below {lowest:+.0f} mV."


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, ..."""
    decade = float(10.0 ** np.floor(np.log10(value)))
    return next(decade * step for step in (1.0, 2.0, 5.0, 10.0) if decade * step >= value * (1 - 1e-9))
