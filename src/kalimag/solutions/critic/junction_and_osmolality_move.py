"""A Mg2+ series in which the command voltage and the volume of the cell move too."""

from __future__ import annotations

from kalimag.solutions.critic.magnesium_moves_chloride import STEP_mM
from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair
from kalimag.solutions.reversal import junction_between

TOLERATED_mV, TOLERATED_mOsm = 0.5, 5.0


def find(pair: Pair) -> Finding | None:
    """Junction potential and osmolality that both change when MgCl2 is added."""
    if pair.bath is None or pair.junction is None:
        return None
    if not pair.says("series", "mg") and pair.inside.total_mM("Mg") <= 0:
        return None
    key = pair.inside_key
    more = pair.changed(key, add_mM={"MgCl2": STEP_mM})
    if more is None:
        return None
    pipette, bath = (more, pair.bath) if key == "pipette" else (pair.pipette, more)
    before = float(pair.junction.nernst_planck_mV[0])
    after = float(junction_between(pipette, bath).nernst_planck_mV[0])
    side = pair.inside
    rise = float(more.osmolality_mOsm[0] - side.osmolality_mOsm[0])
    if abs(after - before) < TOLERATED_mV or abs(rise) < TOLERATED_mOsm:
        return None
    return Finding(
        "junction-and-osmolality-move",
        "fault" if pair.says("series", "mgcl2") else "note",
        f"Adding {STEP_mM:g} mM MgCl2 moves the junction potential from {before:.1f} to {after:.1f} mV "
        "and the "
        f"osmolality of the {side.name} by {rise:+.0f} mOsm/kg at once, both mistaken for block.",
        after - before,
    )
