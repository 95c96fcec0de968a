"""A junction potential too large to leave out."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair
from kalimag.solutions.reversal import INSIDE_IS_BATH
from kalimag.solutions.side import Ranged

TOLERATED_mV = 2.0


def find(pair: Pair) -> Finding | None:
    """A junction potential that has to be taken off the command."""
    if pair.junction is None:
        return None
    reach = Ranged.of(pair.junction.nernst_planck_mV)
    if abs(reach.value) < TOLERATED_mV:
        return None
    how = "-(V_command - V_LJ)" if pair.configuration in INSIDE_IS_BATH else "V_command - V_LJ"
    return Finding(
        "junction-potential",
        "warning",
        f"The junction potential is {reach.value:.1f} mV ({reach.low:.1f} to {reach.high:.1f}), bath minus "
        f"pipette, so the membrane is at V_m = {how} and not at the command.",
        reach.value,
    )
