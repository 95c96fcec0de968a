"""Closed vesicles, in which ouabain and ATP sit on different sides."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

RESISTANT_mM = 1.0


def find(pair: Pair) -> Finding | None:
    """An ATPase assay on membranes that nobody opened, or on a pump that ouabain hardly reaches."""
    if pair.says("preparation", "vesicle", "membrane", "microsome") and not pair.says("detergent"):
        return Finding(
            "sealed-vesicles",
            "fault",
            "Sealed vesicles hide either the ouabain or the ATP side, so up to 100 % of the pumps are "
            "counted out: "
            "open them with SDS or deoxycholate and report activity with and without.",
            100.0,
        )
    if pair.says("species", "rat", "mouse", "rodent") and pair.says("inhibitor", "ouabain"):
        return Finding(
            "sealed-vesicles",
            "warning",
            f"The alpha-1 pump of rodents resists ouabain: {RESISTANT_mM:g} mM is needed where 0.1 mM is "
            "enough for "
            "other mammals.",
            RESISTANT_mM,
        )
    return None
