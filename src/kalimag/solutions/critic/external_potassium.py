"""External K+ at which the question cannot be answered."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

SUITABLE_mM = 20.0  # published block of ROMK by Mg2+: 110 mM on both sides
INTENDED = ("external k", "extracellular k", "dependence on k", "k+ dependence", "k dependence", "k_out")


def find(pair: Pair) -> Finding | None:
    """A question about block of an inward rectifier, at low external K+."""
    outside = pair.outside
    asked = pair.says("question", "block", "romk", "kir", "mg") or not pair.says("question")
    if outside is None or not asked or outside.free_mM("K") >= SUITABLE_mM or "K" not in pair.E_rev_mV:
        return None
    K, E_K = outside.free_mM("K"), float(pair.E_rev_mV["K"][0])
    meant = pair.says("question", *INTENDED) or pair.says("series", "kcl", "external k")
    severe = bool(pair.says("question")) and not meant
    return Finding(
        "external-potassium",
        "fault" if severe else "note",
        f"External K+ is {K:.3g} mM (E_K {E_K:.0f} mV): block of ROMK by Mg2+ depends on external K+, and "
        "what is published was measured at 110 mM on both sides"
        + ("; if its dependence on external K+ is the question, say so in [use]." if severe else "."),
        K,
    )
