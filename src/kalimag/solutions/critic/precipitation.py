"""Solutions that may fall out."""

from __future__ import annotations

import numpy as np

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair
from kalimag.solutions.saturation import load_solids
from kalimag.solutions.side import Side

HOPELESS = 2.0  # a hundredfold
TOLERATED = 0.3  # log10 of supersaturation; constants are not better than this


def find(pair: Pair) -> Finding | None:
    """A solid that forms readily and is more than two-fold above saturation."""
    over = [(side.saturation[solid], solid, side) for side in pair.sides for solid in prompt(side)]
    if not over:
        return None
    index, solid, side = max(over, key=lambda row: row[0])
    return Finding(
        "precipitation",
        "warning",
        f"In '{side.name}' {named(solid)} is {times(index)}-fold above saturation (index {index:+.2f}); "
        f"{advice(solid, index)}.",
        index,
    )


def prompt(side: Side) -> list[str]:
    """Solids above saturation that form readily."""
    return [
        solid.name
        for solid in load_solids()
        if not solid.slow and side.saturation.get(solid.name, -np.inf) > max(TOLERATED, solid.sd)
    ]


def named(name: str) -> str:
    """A solid with its formula, and whether its solubility product is only remembered."""
    solid = next(solid for solid in load_solids() if solid.name == name)
    formula = "" if solid.formula.replace(" ", "") == name.replace(" ", "") else f" ({solid.formula})"
    return f"{name}{formula}{', whose solubility product is remembered,' if solid.assumed else ''}"


def times(index: float) -> str:
    """How many times above saturation, in two digits and no power of ten."""
    return f"{float(f'{10**index:.2g}'):.10g}"


def advice(name: str, index: float) -> str:
    """What to do about a solid."""
    ions = next(solid.ions for solid in load_solids() if solid.name == name)
    metal = "Ca" if "Ca" in ions else "Mg"
    if index > HOPELESS:
        return f"no order of mixing helps, so take less {metal}2+ or another anion"
    return f"add {metal}Cl2 last, {'after gassing' if 'CO3' in ions else 'well diluted'}, and look for haze"
