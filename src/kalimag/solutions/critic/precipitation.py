"""Solutions that may fall out."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair
from kalimag.solutions.saturation import load_solids
from kalimag.solutions.side import Side

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
        f"In '{side.name}' {solid} is {10**index:.1f}-fold above saturation (index {index:+.2f}); "
        "add CaCl2 last, after gassing, and look for haze.",
        index,
    )


def prompt(side: Side) -> list[str]:
    """Solids above saturation that form readily."""
    slow = {solid.name for solid in load_solids() if solid.slow}
    return [solid for solid, index in side.saturation.items() if index > TOLERATED and solid not in slow]
