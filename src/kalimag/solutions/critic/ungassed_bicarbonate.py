"""Bicarbonate that loses its CO2."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

LEAST_mM, AIR = 1.0, "air"
INORGANIC = ("H2CO3", "HCO3", "CO3")


def find(pair: Pair) -> Finding | None:
    """A bicarbonate solution whose pH depends on being bubbled."""
    for key, side in (("bath", pair.bath), ("pipette", pair.pipette)):
        if side is None or sum(side.free_mM(species) for species in INORGANIC) < LEAST_mM:
            continue
        left_alone = pair.changed(key, gas=AIR)
        if left_alone is None or abs(left_alone.pH - side.pH) < 0.1:
            continue
        gassed = bool(side.gas) and side.gas != AIR
        now = f"of pH {side.pH:.2f} under {side.gas}" if gassed else f"meant to have pH {side.pH:.2f}"
        return Finding(
            "ungassed-bicarbonate",
            "warning" if gassed else "fault",
            f"The solution '{side.name}', {now}, goes to pH {left_alone.pH:.1f} when it stands in air: "
            "bubble the reservoir and keep the path to the chamber short.",
            left_alone.pH,
        )
    return None
