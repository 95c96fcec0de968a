"""Divalents of the bath that are not free."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair
from kalimag.solutions.side import Side

TOLERATED = 0.1
NAMED, TRACE_mM = 2, 1e-3
METALS = {"Mg": "Mg2+", "Ca": "Ca2+"}
WORDS = {"CO3": "bicarbonate", "SO4": "sulfate", "PO4": "phosphate", "F": "fluoride", "PPi": "diphosphate"}


def _held(side: Side, metal: str) -> str:
    """What holds most of a metal, as the end of a sentence."""
    all_of_it = {name: mM for name, mM in side.bound_mM.items() if name.startswith(f"{metal}-")}
    most = sorted(all_of_it, key=lambda name: -all_of_it[name])[:NAMED]
    said = [f"{all_of_it[name]:.2g} mM by {_word(name)}" for name in most if all_of_it[name] > TRACE_mM]
    return f" and the rest is held, {' and '.join(said)}" if said else ""


def _word(name: str) -> str:
    ligand = name.split("-", 1)[1]
    return WORDS.get(ligand, ligand)


def find(pair: Pair) -> Finding | None:
    """More than a tenth of the extracellular Mg2+ or Ca2+ bound."""
    side = pair.outside
    if side is None:
        return None
    share = {m: 1 - side.free_mM(m) / side.total_mM(m) for m in METALS if side.total_mM(m) > 0}
    if not share or max(share.values()) <= TOLERATED:
        return None
    metal = max(share, key=lambda name: share[name])
    return Finding(
        "bound-divalents",
        "note",
        f"Of {side.total_mM(metal):.3g} mM {METALS[metal]} in '{side.name}', {side.free_mM(metal):.2f} mM is "
        f"free{_held(side, metal)}.",
        side.free_mM(metal),
    )
