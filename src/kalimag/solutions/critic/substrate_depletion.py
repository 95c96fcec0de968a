"""An ATPase that runs out of substrate."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

MOST = 0.1


def find(pair: Pair) -> Finding | None:
    """How much Pi may be made before ATP falls and ADP and Pi inhibit."""
    if not pair.says("assay", "atpase", "fiske"):
        return None
    side = max(pair.sides, key=lambda side: side.total_mM("ATP"))
    ATP = side.total_mM("ATP")
    if ATP <= 0:
        return None
    return Finding(
        "substrate-depletion",
        "note",
        f"Stop before {MOST * ATP:.2g} mM Pi are made, a tenth of the {ATP:.3g} mM ATP: beyond that ADP "
        "and Pi "
        "inhibit and the rate is not the initial one.",
        MOST * ATP,
    )
