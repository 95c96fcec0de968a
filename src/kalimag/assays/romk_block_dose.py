"""Is the Mg2+ of one file what it is said to be? A patch fitted with that one concentration free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kalimag.assays.romk_block_departures import DOSE, BentModel, Departures, departures_of
from kalimag.assays.romk_block_fit import PatchSearch
from kalimag.assays.romk_block_result import PatchFit, PatchObservations
from kalimag.stats.least_squares import Floats, least_squares
from kalimag.stats.outcome import Outcome

# A solution half exchanged has half its Mg2+; a tenth is what pipettes and salts leave.
DOUBTFUL_FOLD, WRONG_FOLD = 1.2, 1.5
_WORTH_ASKING = 0.003  # of the largest current
_EXPLAINS = 0.25  # of what the law leaves, and half of what other departures leave
_WIDE = float(np.log(1e5))
_GRID = np.log([1e-4, 1e-3, 1e-2, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0, 1e3, 1e4])
_EVALUATIONS = 100
_FEWEST_DOSES = 3


@dataclass(frozen=True)
class OddDose:
    """One file whose currents fit another Mg2+: which, stated and fitted (mM), and what cost is left."""

    file: int
    stated_mM: float
    fitted_mM: float
    cost: float

    @property
    def fold(self) -> float:
        """How far apart stated and fitted are, above 1."""
        ratio = self.fitted_mM / self.stated_mM
        return max(ratio, 1.0 / ratio)


def explained(found: PatchSearch) -> tuple[Departures | None, OddDose | None]:
    """What a patch departs in: one file's Mg2+ where that explains most, else law and voltages.

    Parameters
    ----------
    found : the patch as the law fits it.

    Returns
    -------
    Departures, not trusted beside an odd dose, and that dose if there is one.
    """
    known = departures_of(found)
    missed = found.misfit.absolute, found.misfit.relative * float(np.abs(found.model.seen.I_pA).max())
    if known is None or max(missed) < _WORTH_ASKING * float(np.abs(found.model.seen.I_pA).max()):
        return known, None
    odd = _odd_dose(found)
    if odd is None or odd.cost > _EXPLAINS * min(found.best.cost, 2.0 * known.cost):
        return known, None
    return replace(known, trusted=False), odd if odd.fold > DOUBTFUL_FOLD else None


def dose_fault(seen: PatchObservations, odd: OddDose | None) -> Outcome | None:
    """The outcome of a patch of which one file cannot have the Mg2+ stated; None where all can."""
    return Outcome("failed", _sentence(seen, odd)) if odd is not None and odd.fold > WRONG_FOLD else None


def dose_warnings(fits: Sequence[PatchFit]) -> tuple[str, ...]:
    """A sentence for every patch of which one file has another Mg2+ than stated."""
    return tuple(
        f"{fit.observations.id}: {_sentence(fit.observations, fit.odd_dose)}"
        for fit in fits
        if fit.odd_dose is not None
    )


def _sentence(seen: PatchObservations, odd: OddDose) -> str:
    name = seen.files[odd.file] if seen.files else f"file {odd.file + 1}"
    return (
        f"the currents of {name} fit {odd.fitted_mM:.2g} mM Mg2+, not the {odd.stated_mM:g} mM stated. Check "
        "the Mg2+ of that file and whether the solution was exchanged, or exclude the file."
    )


def _odd_dose(found: PatchSearch) -> OddDose | None:
    """The file whose free Mg2+ leaves least; None where there are too few to compare."""
    seen = found.model.seen
    files = np.unique(seen.file[seen.Mg_mM > 0])
    if len(np.unique(seen.Mg_mM[seen.Mg_mM > 0])) < _FEWEST_DOSES:
        return None
    return min((_with_free_dose(found, int(file)) for file in files), key=lambda odd: odd.cost)


def _with_free_dose(found: PatchSearch, file: int) -> OddDose:
    seen, (low, high) = found.model.seen, found.model.limits()
    without = replace(found.problem, root_weights=found.problem.root_weights * (seen.file != file))
    begin = least_squares(without.residuals, found.best.u, low, high, max_evaluations=_EVALUATIONS).u
    problem = replace(found.problem, basis=BentModel(found.model, (DOSE,), file).basis)

    def cost(u: Floats) -> float:
        return float(np.sum(problem.residuals(u)[0] ** 2))

    starts = [np.append(begin, fold) for fold in _GRID]
    limits = np.append(low, -_WIDE), np.append(high, _WIDE)
    best = least_squares(problem.residuals, min(starts, key=cost), *limits, max_evaluations=_EVALUATIONS)
    stated = float(np.mean(seen.Mg_mM[seen.file == file]))
    return OddDose(file, stated, stated * float(np.exp(best.u[-1])), best.cost)
