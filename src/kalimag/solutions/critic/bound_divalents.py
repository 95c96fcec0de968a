"""Divalents of the bath that are not free."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

TOLERATED = 0.1
METALS = {"Mg": "Mg2+", "Ca": "Ca2+"}


def find(pair: Pair) -> Finding | None:
    """More than a tenth of the extracellular Mg2+ or Ca2+ bound."""
    side = pair.outside
    if side is None:
        return None
    share = {m: 1 - side.free_mM(m) / side.total_mM(m) for m in METALS if side.total_mM(m) > 0}
    if not share or max(share.values()) <= TOLERATED:
        return None
    metal = max(share, key=lambda name: share[name])
    return Finding(
        "bound-divalents",
        "note",
        f"Of {side.total_mM(metal):.3g} mM {METALS[metal]} in the {side.name}, {side.free_mM(metal):.2f} "
        "mM is free; "
        "bicarbonate, sulfate and phosphate hold the rest.",
        side.free_mM(metal),
    )
