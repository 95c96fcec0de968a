"""ROMK blocked by an Mg2+ that can also leave to the outside (punch-through): relief far above E_K.

Everything but `Ki` is romk's. K2 cannot be told from zero unless the voltages span the minimum of I/I_0.
Leaves out what romk leaves out, except that Mg2+ permeates. Sources: woodhull-1973, choe-1998.
"""

from kalimag.library.mechanisms.channels.romk import I_K, Ki_0mV, saturation, unblocked
from kalimag.library.mechanisms.channels.romk import PARAMS as ROMK
from kalimag.ops import exp
from kalimag.units import mM, mV, one

PARAMS = ROMK | {
    "K2": ("positive", "part of the dissociation constant that is due to exit to the outside, at 0 mV"),
    "z_delta_out": ("positive", "valence of Mg2+ times the electrical distance from its site outwards"),
}


def Ki(V: mV, V_T: mV, Ki_0mV: mM, *, z_delta: one, K2: mM, z_delta_out: one) -> mM:
    """Mg2+ dissociation constant at this voltage: exit to the cytosol plus exit to the outside."""
    return Ki_0mV * exp(-z_delta * V / V_T) + K2 * exp(z_delta_out * V / V_T)
