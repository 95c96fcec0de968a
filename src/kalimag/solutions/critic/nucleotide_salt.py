"""Nucleotide salts that are not what their name says."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair
from kalimag.solutions.side import Lot

WITHIN, TOLERATED = (
    2.0,
    0.05,
)  # standard deviations of the count either way, and what they may do to free Mg2+


def find(pair: Pair) -> Finding | None:
    """A Mg salt of a nucleotide whose real Mg content decides the free Mg2+."""
    side = pair.inside
    if side is None or side.free_mM("Mg") <= 0:
        return None
    free, ends = side.free_mM("Mg"), {}
    for salt, lot in side.lots.items():
        made = [
            pair.changed(pair.inside_key, salt_ratio={salt: lot.ratio + way * WITHIN * lot.sd})
            for way in (-1, 1)
        ]
        found = [one.free_mM("Mg") for one in made if one is not None]
        if lot.component == "Mg" and len(found) == len(made):
            ends[salt] = (found[0], found[1])
    reach = {salt: max(abs(end / free - 1) for end in both) for salt, both in ends.items()}
    salt = max(reach, key=lambda name: reach[name], default="")
    if not salt or reach[salt] < TOLERATED:
        return None
    lot, (low, high) = side.lots[salt], ends[salt]
    return Finding(
        "nucleotide-salt",
        "note" if lot.stated else "warning",
        f"{salt} {_content(lot)} puts free Mg2+ at {low:.2g} to {high:.2g} mM instead of {free:.2g} "
        f"({reach[salt]:.0%}){'' if lot.stated else ': write the value of the lot into the recipe'}.",
        100 * reach[salt],
    )


def _content(lot: Lot) -> str:
    low, high = lot.ratio - WITHIN * lot.sd, lot.ratio + WITHIN * lot.sd
    why = "the interval that the recipe states" if lot.stated else "as lots differ"
    return f"with {low:.3g} to {high:.3g} {lot.component} per {lot.per}, {why},"
