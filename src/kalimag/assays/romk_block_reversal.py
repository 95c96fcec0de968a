"""Is the membrane potential what it is said to be? The reversal of the current against K+ and leak."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kalimag.assays.romk_block_departures import SHIFT, Departures
from kalimag.assays.romk_block_law import BlockLaw
from kalimag.assays.romk_block_result import PatchFit, PatchObservations
from kalimag.stats.outcome import Outcome

# An electrode drifts by a millivolt or two in an experiment; 5 mV is a junction potential that was forgotten.
DOUBTFUL_MV, WRONG_MV = 2.0, 5.0
_SURE = 0.999
_SAME_MV = 1.0


def reversal_fault(law: BlockLaw, seen: PatchObservations, known: Departures | None) -> Outcome | None:
    """The outcome of a patch whose voltages cannot be right; None where they can."""
    if known is None or not known.trusted or not _off_by(known, WRONG_MV):
        return None
    return Outcome("failed", _sentence(law, seen, known))


def reversal_warnings(law: BlockLaw, fits: Sequence[PatchFit]) -> tuple[str, ...]:
    """A sentence for every patch whose reversal potential is doubtful, or wrong."""
    return tuple(
        f"{fit.observations.id}: {_sentence(law, fit.observations, known)}"
        for fit in fits
        if (known := fit.departures) is not None and known.trusted and _off_by(known, DOUBTFUL_MV)
    )


def _off_by(known: Departures, least_mV: float) -> bool:
    shift = known.found[SHIFT]
    return abs(shift.value) > least_mV and shift.significant(known.df, _SURE)


def _sentence(law: BlockLaw, seen: PatchObservations, known: Departures) -> str:
    shift = known.found[SHIFT]
    K_out = seen.K_out_mM * float(np.exp(-shift.value / law.thermal_mV(seen)))
    return (
        f"the current without Mg2+ reverses at {known.reverses_mV:+.0f} mV, but E_K and the leak say "
        f"{known.expected_mV:+.0f} mV: all voltages are off by {-shift.value:+.1f} mV "
        f"(standard error {shift.sd:.1g}). Check the junction potential{_sign(seen, shift.value)} and K+ "
        f"(K_out of {K_out:.3g} mM instead of {seen.K_out_mM:g} mM would do it)."
    )


def _sign(seen: PatchObservations, shift_mV: float) -> str:
    """Whether what was added to the command, with its sign turned, explains the shift."""
    sign = np.sign(float(np.sum((seen.V_mV - seen.V_mV.mean()) * seen.command_mV)))
    added = float(np.mean(seen.V_mV + seen.series_error_mV - sign * seen.command_mV))
    if abs(added) > _SAME_MV and abs(shift_mV + 2.0 * added) < _SAME_MV:
        return ", which fits with the opposite sign,"
    return ", its sign,"
