"""Cytoplasmic solutions with nothing to hold Ca2+."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

BUFFERS, LEAST_mM = ("EGTA", "BAPTA", "EDTA"), 0.1
CONTAMINATION_mM = 0.01  # what salts and water bring along: some 10 uM
RESTING_nM = 100.0


def find(pair: Pair) -> Finding | None:
    """No Ca2+ buffer on the cytoplasmic side."""
    side = pair.inside
    if side is None or side.free_mM("Na") > side.free_mM("K"):
        return None
    if sum(side.total_mM(buffer) for buffer in BUFFERS) >= LEAST_mM:
        return None
    dirty = pair.changed(pair.inside_key, add_mM={"CaCl2": CONTAMINATION_mM})
    free_nM = 1e6 * (side.free_mM("Ca") + CONTAMINATION_mM if dirty is None else dirty.free_mM("Ca"))
    known = pair.bath is not None or bool(pair.use)
    return Finding(
        "no-calcium-buffer",
        "fault" if known else "note",
        f"{'The' if known else 'If it is for the cytoplasmic side, the'} solution '{side.name}' has no Ca2+ "
        f"buffer: the {1e3 * CONTAMINATION_mM:.0f} uM Ca2+ that salts and water "
        f"bring along leave {free_nM:.0f} nM free, where a cell has {RESTING_nM:.0f}.",
        free_nM,
    )
