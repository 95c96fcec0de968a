"""ROMK (Kir1.1): K+ current with voltage-dependent block by cytosolic Mg2+ (one site in the field, Woodhull).

Block strengthens with depolarisation: Mg2+ enters from the cytosol, so Ki falls as V rises.
Leaves out: gating by pH, PIP2 and ATP; slow block and permeation of Mg2+ (see romk_permeant); polyamines;
external Mg2+ and Na+; curvature of the open-channel I-V. Without external K+ it gives no conductance at all.
Sources: woodhull-1973, loffler-hunter-1997, yang-2010, guide.
"""

from kalimag.ops import exp
from kalimag.units import mM, mV, nS, one, pA

PARAMS = {
    "g_max": ("positive", "conductance at saturating external K+ with no Mg2+ present"),
    "K_half": ("positive", "external K+ that gives half of g_max"),
    "Ki0": ("positive", "Mg2+ dissociation constant at 0 mV when external K+ equals K_ref"),
    "K_ref": ("positive", "external K+ at which Ki0 is stated"),
    "K_comp": ("positive", "external K+ that doubles the Mg2+ dissociation constant found without it"),
    "z_delta": ("positive", "valence of Mg2+ times the electrical distance of its site from the cytosol"),
}


def saturation(K_o: mM, *, K_half: mM) -> one:
    """Fraction of g_max that external K+ allows (one site, hyperbolic)."""
    return K_o / (K_o + K_half)


def Ki_0mV(K_o: mM, *, Ki0: mM, K_ref: mM, K_comp: mM) -> mM:
    """Mg2+ dissociation constant at 0 mV: external K+ competes with Mg2+ for the pore."""
    return Ki0 * (K_comp + K_o) / (K_comp + K_ref)


def Ki(V: mV, V_T: mV, Ki_0mV: mM, *, z_delta: one) -> mM:
    """Mg2+ dissociation constant at this voltage."""
    return Ki_0mV * exp(-z_delta * V / V_T)


def unblocked(Mg_i: mM, Ki: mM) -> one:
    """Fraction of open channels free of Mg2+."""
    return 1 / (1 + Mg_i / Ki)


def I_K(V: mV, E_K: mV, saturation: one, unblocked: one, *, g_max: nS) -> pA:
    """K+ current, positive out of the cell."""
    return g_max * saturation * unblocked * (V - E_K)
