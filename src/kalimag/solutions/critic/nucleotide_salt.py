"""Nucleotide salts that are not what their name says."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

SHIFT, TOLERATED = 0.1, 0.05
NUCLEOTIDES = ("ATP", "GTP", "ADP")


def find(pair: Pair) -> Finding | None:
    """A Mg salt of a nucleotide whose real Mg content decides the free Mg2+."""
    key, side = pair.inside_key, pair.inside
    salts = [salt for salt in side.ingredients_mM if "mg" in salt.lower() and salt.lower().endswith("atp")]
    salts += [
        s for s in side.ingredients_mM if s.lower().replace("-", "") in ("atpmg", "mgatp") and s not in salts
    ]
    free = side.free_mM("Mg")
    if not salts or free <= 0:
        return None
    ends = [pair.changed(key, salt_ratio={salts[0]: ratio}) for ratio in (1 - SHIFT, 1 + SHIFT)]
    if ends[0] is None or ends[1] is None:
        return None
    low, high = (end.free_mM("Mg") for end in ends if end is not None)
    reach = max(abs(low / free - 1), abs(high / free - 1))
    if reach < TOLERATED:
        return None
    return Finding(
        "nucleotide-salt",
        "warning",
        f"{salts[0]} with 10 % more or less Mg per nucleotide, as lots differ, puts free Mg2+ at "
        f"{low:.2g} to "
        f"{high:.2g} mM instead of {free:.2g} ({reach:.0%}): write the value of the lot into the recipe.",
        100 * reach,
    )
