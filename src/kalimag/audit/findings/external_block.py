"""A block of TRPM6 from outside, read as the feedback of the cell's own Mg2+."""

from __future__ import annotations

from kalimag.audit.consequence import Consequence, Row
from kalimag.audit.guide import claim, number
from kalimag.units import convert

OUTSIDE, INSIDE, LEVEL = "trpm.Mg_block_monovalent/guide", "trpm.Mg_internal_IC50/voets-2004", 0.5  # mM


def finding() -> Consequence:
    """The current that would be left at 0.5 mM if the block from outside were the feedback from inside."""
    block = number(OUTSIDE, "mM")
    taken = 100 * remaining(LEVEL, block)
    recalled = claim(INSIDE)
    low, high = (100 * remaining(LEVEL, convert(end, recalled.unit, "mM")) for end in recalled.recalled or ())
    return Consequence(
        id="external_block",
        order=3,
        title="A block from outside taken for feedback from inside",
        claims=(OUTSIDE, INSIDE),
        heads=("3.4 µM taken for internal", "internal constant, from memory"),
        rows=(
            Row(f"TRPM6 current left at {LEVEL:g} mM free Mg2+, lower end", taken, low, "percent"),
            Row(f"TRPM6 current left at {LEVEL:g} mM free Mg2+, upper end", taken, high, "percent"),
            Row(
                "free Mg2+ at which half the current is left, over the Mg2+ of cells",
                block / LEVEL,
                None,
                "1",
            ),
        ),
        sentence=(
            f"At the {LEVEL:g} mM of a resting cell {taken:.2g} % of TRPM6 would be left: the "
            "channel would all but be shut at rest, and more Mg2+ would hardly matter. The internal "
            f"constant, remembered and not read, leaves some {low:.2g} to {high:.2g} %."
        ),
        assumptions=(
            "One site: the part left is 1 / (1 + Mg / K).",
            "The internal constant is from memory and is used as an interval only.",
        ),
    )


def remaining(mg: float, half: float) -> float:
    """The part of a current that one blocking site leaves; both in the same unit."""
    return 1 / (1 + mg / half)
