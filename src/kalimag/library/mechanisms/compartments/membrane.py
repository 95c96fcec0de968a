"""A membrane: thermal voltage, Nernst potential and the net current through all that sits in it.

Leaves out: capacitance, surface charge, activity coefficients (concentrations stand for activities).
Sources: codata-2018.
"""

from kalimag.ops import log
from kalimag.units import C_per_mol, J_per_mol_K, K, V, mM, mV, pA

PARAMS = {
    "R": ("positive", "molar gas constant"),
    "F": ("positive", "Faraday constant"),
}


def V_T(T: K, *, R: J_per_mol_K, F: C_per_mol) -> V:
    """Thermal voltage RT/F."""
    return R * T / F


def E_K(K_i: mM, K_o: mM, V_T: mV) -> mV:
    """Nernst potential of K+, inside minus outside."""
    return V_T * log(K_o / K_i)


def I_K(sum_I_K: pA) -> pA:
    """Net K+ current of everything in this membrane, positive out of the cell."""
    return sum_I_K
