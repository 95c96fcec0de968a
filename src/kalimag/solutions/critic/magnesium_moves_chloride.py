"""A Mg2+ series that is also a Cl- series."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair
from kalimag.solutions.reversal import reversal_potentials
from kalimag.solutions.salts import find_salt

CHLORIDE = ("mgcl2", "magnesium chloride")
BARE = ("", "mg", "mg2+", "free mg", "free mg2+", "magnesium")  # no salt is named
STEP_mM, TOLERATED_mV = 10.0, 3.0


def adds_chloride(pair: Pair) -> bool:
    """Whether Mg2+ is varied as MgCl2: said so, or weighed in and not said otherwise."""
    side = pair.inside
    if side is None:
        return False
    if pair.says("series", *CHLORIDE):
        return True
    bare = pair.use.get("series", "") in BARE
    there = any(
        find_salt(name).name == "MgCl2" and amount > 0 for name, amount in side.ingredients_mM.items()
    )
    return bare and (there or pair.says("series"))


def find(pair: Pair) -> Finding | None:
    """E_Cl that moves when MgCl2 is added to the cytoplasmic solution."""
    if pair.bath is None or "Cl" not in pair.E_rev_mV:
        return None
    if not adds_chloride(pair):
        return None
    key = pair.inside_key
    more = pair.changed(key, add_mM={"MgCl2": STEP_mM})
    if more is None:
        return None
    both = (more, pair.bath) if key == "pipette" else (pair.pipette, more)
    before = float(pair.E_rev_mV["Cl"][0])
    after = float(reversal_potentials(*both, pair.configuration)["Cl"][0])
    if abs(after - before) < TOLERATED_mV:
        return None
    return Finding(
        "magnesium-moves-chloride",
        "fault" if pair.says("series", *CHLORIDE) else "note",
        f"Adding {STEP_mM:g} mM MgCl2 moves E_Cl from {before:.0f} to {after:.0f} mV; exchange a Mg salt "
        "of the "
        "main anion for it, or keep Cl- constant with choline or NMDG chloride.",
        after - before,
    )
