"""A bath made for another animal."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

OOCYTE_mOsm, TOLERATED_mOsm = 200.0, 40.0  # ND96 and its relatives, from memory


def find(pair: Pair) -> Finding | None:
    """A bath for oocytes that is far from the 200 mOsm/kg they live in."""
    if pair.bath is None or not pair.says("cell", "oocyte", "xenopus"):
        return None
    osmolality = float(pair.bath.osmolality_mOsm[0])
    if abs(osmolality - OOCYTE_mOsm) <= TOLERATED_mOsm:
        return None
    return Finding(
        "osmolality-of-the-cell",
        "fault",
        f"The bath has {osmolality:.0f} mOsm/kg, but Xenopus oocytes are kept in about {OOCYTE_mOsm:.0f} "
        "(ND96); this is a solution for mammalian tissue.",
        osmolality,
    )
