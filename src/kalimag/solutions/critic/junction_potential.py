"""A junction potential too large to leave out."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair
from kalimag.solutions.side import Ranged

TOLERATED_mV = 2.0
# As assays/membrane_frame.py does it; of two electrodes the one that reads the voltage passes no current.
MEMBRANE = {
    "whole-cell": "V_command - V_LJ",
    "outside-out": "V_command - V_LJ",
    "inside-out": "-(V_command - V_LJ)",
    "cell-attached": "V_rest - (V_command - V_LJ)",
}


def find(pair: Pair) -> Finding | None:
    """A junction potential that has to be taken off the command."""
    if pair.junction is None or pair.configuration not in MEMBRANE:
        return None
    reach = Ranged.of(pair.junction.nernst_planck_mV)
    if abs(reach.value) < TOLERATED_mV:
        return None
    return Finding(
        "junction-potential",
        "warning",
        f"The junction potential is {reach.value:.1f} mV ({reach.low:.1f} to {reach.high:.1f}), bath minus "
        f"pipette, so the membrane is at V_m = {MEMBRANE[pair.configuration]} and not at the command.",
        reach.value,
    )
