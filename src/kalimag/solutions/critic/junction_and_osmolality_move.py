"""A Mg2+ series in which the command voltage and the volume of the cell move too."""

from __future__ import annotations

from kalimag.solutions.critic.magnesium_moves_chloride import CHLORIDE, STEP_mM, adds_chloride
from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair
from kalimag.solutions.reversal import junction_between

TOLERATED_mV, TOLERATED_mOsm = 0.5, 5.0


def find(pair: Pair) -> Finding | None:
    """Junction potential and osmolality that both change when MgCl2 is added."""
    side = pair.inside
    if side is None or pair.bath is None or pair.junction is None or not adds_chloride(pair):
        return None
    key = pair.inside_key
    more = pair.changed(key, add_mM={"MgCl2": STEP_mM})
    if more is None:
        return None
    pipette, bath = (more, pair.bath) if key == "pipette" else (pair.pipette, more)
    before = float(pair.junction.nernst_planck_mV[0])
    after = float(junction_between(pipette, bath).nernst_planck_mV[0])
    rise = float(more.osmolality_mOsm[0] - side.osmolality_mOsm[0])
    if abs(after - before) < TOLERATED_mV or abs(rise) < TOLERATED_mOsm:
        return None
    return Finding(
        "junction-and-osmolality-move",
        "fault" if pair.says("series", *CHLORIDE) else "note",
        f"Adding {STEP_mM:g} mM MgCl2 moves the junction potential from {before:.1f} to {after:.1f} mV "
        f"and the osmolality of '{side.name}' by {rise:+.0f} mOsm/kg at once, both mistaken for block.",
        after - before,
    )
