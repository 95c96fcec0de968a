"""Phosphate assays in which the substrate itself reacts."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

HYDROLYSED = 0.01
INTERFERING = ("ATP", "ADP", "AMP", "PPi")


def find(pair: Pair) -> Finding | None:
    """A molybdate assay of Pi in the presence of nucleotides."""
    if not pair.says("assay", "fiske", "molybdate", "malachite", "phosphate"):
        return None
    side = max(pair.sides, key=lambda side: sum(side.total_mM(name) for name in INTERFERING))
    total = sum(side.total_mM(name) for name in INTERFERING)
    if total <= 0:
        return None
    return Finding(
        "phosphate-assay",
        "fault",
        f"Acid molybdate hydrolyses nucleotides: 1 % of the {total:.3g} mM here is "
        f"{1e3 * HYDROLYSED * total:.0f} uM "
        "Pi, so the standard curve needs the same nucleotide and acid, and the blanks the same time.",
        1e3 * HYDROLYSED * total,
    )
