"""An inside-out patch whose solutions are the wrong way round."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair


def find(pair: Pair) -> Finding | None:
    """An inside-out patch with an extracellular solution on the cytoplasmic face."""
    if pair.bath is None or pair.configuration != "inside-out":
        return None
    bath, pipette = pair.bath, pair.pipette
    if bath.free_mM("Na") <= bath.free_mM("K") or pipette.free_mM("K") <= pipette.free_mM("Na"):
        return None
    return Finding(
        "inside-out-side",
        "fault",
        "In an inside-out patch the bath is the cytoplasmic side, and this bath holds "
        f"{bath.free_mM('Na'):.0f} mM "
        f"Na+ and {bath.free_mM('K'):.3g} mM K+; the solution whose Mg2+ is varied belongs there.",
        bath.free_mM("Na"),
    )
