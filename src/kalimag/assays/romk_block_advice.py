"""What to measure next, by what a parameter does: nothing here asks for the name of a law."""

from __future__ import annotations

import numpy as np

from kalimag.assays.romk_block_law import PART, BlockLaw
from kalimag.assays.romk_block_result import PatchObservations

RUN_DOWN = "run_down"
WIDER_K = "Widen the range of external K+ and add patches."
_FAR_MV = 150.0
_ONE_SIDED = 3.0
_FAR_STEP_MV = 80.0
_NEEDS_A_BUFFER_MM = 0.1
_CONTROLS = "Repeat the control without Mg2+ after each solution, or exclude the file that does not fit."


def next_step(law: BlockLaw, seen: PatchObservations, name: str) -> str:
    """What would tell a parameter of which the data say too little.

    Parameters
    ----------
    law : the block law.
    seen : a patch.
    name : a parameter of the law, or "run_down".

    Returns
    -------
    One sentence. Steps go to that side of the voltages where the law lets the parameter act.
    """
    if name == RUN_DOWN:
        return _CONTROLS
    if name in law.external:
        return WIDER_K
    low, high = (abs(law.slope_of_ln_Ki(f"{PART}.{name}", 1.0, V)) for V in (-_FAR_MV, _FAR_MV))
    if high > _ONE_SIDED * low:
        return _steps(seen, above=True, far=", far above E_K")
    if low > _ONE_SIDED * high:
        return _steps(seen, above=False)
    return more_voltages(seen)


def more_voltages(seen: PatchObservations) -> str:
    """Steps on the side where there is more room."""
    return _steps(seen, above=float(seen.V_mV.max()) <= _FAR_STEP_MV)


def _steps(seen: PatchObservations, *, above: bool, far: str = "") -> str:
    """Steps beyond those there are, as membrane potential and, where its sign differs, as command."""
    at = int(np.argmax(seen.V_mV) if above else np.argmin(seen.V_mV))
    word, other = ("above", "below") if above else ("below", "above")
    inverted = float(np.sum((seen.V_mV - seen.V_mV.mean()) * seen.command_mV)) < 0
    command = f"; command {other} {seen.command_mV[at]:+.0f} mV" if inverted else ""
    return f"Add steps {word} {seen.V_mV[at]:+.0f} mV of membrane potential{far}{command}."


def less_magnesium(wanted_mM: float) -> str:
    """Mg2+ below a concentration, and what keeps it there where weighing does not."""
    told = f"Add Mg2+ below {wanted_mM:.2g} mM"
    if wanted_mM < _NEEDS_A_BUFFER_MM:
        told += "; free Mg2+ that low must be buffered (EDTA, for instance) and worked out from the recipe"
    return f"{told}."


def more_magnesium(least_mM: float) -> str:
    """Mg2+ of the next round number or more."""
    return f"Add Mg2+ of {_round_up(least_mM):g} mM or more."


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, ..."""
    decade = float(10.0 ** np.floor(np.log10(value)))
    return next(decade * step for step in (1.0, 2.0, 5.0, 10.0) if decade * step >= value * (1 - 1e-9))
