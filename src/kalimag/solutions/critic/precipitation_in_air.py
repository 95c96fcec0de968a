"""Bicarbonate and Ca2+ left standing in air."""

from __future__ import annotations

from kalimag.solutions.critic.precipitation import TOLERATED, named, prompt
from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair


def find(pair: Pair) -> Finding | None:
    """A solution that would precipitate once its CO2 has gone."""
    for key, side in (("bath", pair.bath), ("pipette", pair.pipette)):
        if side is None or not side.gas or not (side.total_mM("CO3") > 0 or side.free_mM("HCO3") > 0):
            continue
        alone = pair.changed(key, gas="air")
        solids = [] if alone is None else prompt(alone)
        if alone is None or not solids:
            continue
        worst = max(solids, key=lambda solid: alone.saturation[solid])
        index = alone.saturation[worst]
        if index > side.saturation.get(worst, 0.0) + TOLERATED:
            return Finding(
                "precipitation-in-air",
                "warning",
                f"Without {side.gas} {named(worst)} comes to {10**index:.0f}-fold above saturation in "
                f"'{side.name}' (index {index:+.2f}), so do not store it mixed.",
                index,
            )
    return None
