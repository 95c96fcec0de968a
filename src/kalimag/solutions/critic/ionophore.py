"""Ionophores that do not carry Mg2+ well."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair


def find(pair: Pair) -> Finding | None:
    """Ionomycin or fluorescent A23187 for setting Mg2+ in cells."""
    if pair.says("ionophore", "ionomycin"):
        free = pair.sides[-1].free_mM("Mg")
        return Finding(
            "ionophore",
            "fault",
            f"Ionomycin prefers Ca2+ and moves Mg2+ poorly, so cells need not come to the {free:.2g} mM "
            "free Mg2+ "
            "outside; 4-Br-A23187 is the usual choice.",
            free,
        )
    if pair.says("ionophore", "a23187") and not pair.says("ionophore", "br"):
        return Finding(
            "ionophore",
            "warning",
            "A23187 itself is excited at 340 to 380 nm, where Mag-Fura-2 is read; 4-Br-A23187 is not.",
            380.0,
        )
    return None
