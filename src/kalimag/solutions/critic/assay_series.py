"""An ATPase assay whose Mg2+ is varied with MgCl2."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair


def find(pair: Pair) -> Finding | None:
    """A MgCl2 series that changes substrate, free ATP and free Mg2+ together."""
    if not pair.says("assay", "atpase"):
        return None
    side = max(pair.sides, key=lambda side: side.total_mM("ATP"))
    ATP = side.total_mM("ATP")
    if ATP <= 0:
        return None
    substrate = side.free_mM("MgATP") + side.free_mM("MgHATP")
    return Finding(
        "assay-series",
        "warning",
        f"Varying MgCl2 varies three things: here MgATP is {substrate:.2g} of {ATP:.3g} mM ATP and free Mg2+ "
        f"{side.free_mM('Mg'):.2g} mM, so fit the rate against both and not against MgCl2.",
        substrate,
    )
