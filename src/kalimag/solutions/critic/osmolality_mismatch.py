"""Pipette and bath that pull water across the membrane."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

TOLERATED_mOsm, SEVERE_mOsm = 10.0, 25.0


def find(pair: Pair) -> Finding | None:
    """A difference of more than 10 mOsm/kg between the two."""
    if pair.bath is None or pair.configuration == "two-electrode":  # electrodes are full of 3 M KCl
        return None
    inside, outside = float(pair.pipette.osmolality_mOsm[0]), float(pair.bath.osmolality_mOsm[0])
    apart = inside - outside
    if abs(apart) <= TOLERATED_mOsm:
        return None
    return Finding(
        "osmolality-mismatch",
        "fault" if abs(apart) > SEVERE_mOsm else "warning",
        f"The pipette is {abs(apart):.0f} mOsm/kg {'below' if apart < 0 else 'above'} the bath "
        f"({inside:.0f} against {outside:.0f}), so water moves across the membrane and patches do not last.",
        apart,
    )
