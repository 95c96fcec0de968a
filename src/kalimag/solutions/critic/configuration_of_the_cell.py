"""Configurations that a cell does not allow."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

OOCYTE_nF, CELL_pF = 200.0, 20.0  # a millimetre of folded membrane, and a cultured cell: orders of magnitude


def find(pair: Pair) -> Finding | None:
    """Whole-cell recording of an oocyte, where 'the pipette is the cytoplasm' does not hold."""
    if not pair.says("cell", "oocyte") or pair.configuration != "whole-cell":
        return None
    return Finding(
        "configuration-of-the-cell",
        "fault",
        f"Whole-cell recording of an oocyte charges some {OOCYTE_nF:.0f} nF through a patch pipette, "
        "10 000 times a cultured cell, and does not dialyse it: use two electrodes or an excised patch.",
        OOCYTE_nF,
    )
