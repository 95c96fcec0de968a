"""Acid quench over Mg2+ and phosphate."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

RISKY_mM = 5.0


def find(pair: Pair) -> Finding | None:
    """A quench with trichloroacetic acid at high Mg2+, where salts of Mg2+ and phosphate may fall."""
    if not pair.says("quench", "tca", "trichloro"):
        return None
    side = max(pair.sides, key=lambda side: side.total_mM("Mg"))
    Mg = side.total_mM("Mg")
    if Mg < RISKY_mM:
        return None
    return Finding(
        "acid-quench",
        "note",
        f"With {Mg:.3g} mM Mg2+ the quench may drop MgHPO4 or MgNH4PO4 once ammonium molybdate is in; "
        "centrifuge, "
        "and run the standards at the same Mg2+.",
        Mg,
    )
