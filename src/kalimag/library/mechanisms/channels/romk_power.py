"""ROMK with another law for external K+: the Mg2+ dissociation constant grows as a power of external K+.

Everything but `Ki_0mV` is romk's. Leaves out what romk leaves out; with no external K+ the block is complete.
Sources: guide.
"""

from kalimag.library.mechanisms.channels.romk import I_K, Ki, saturation, unblocked
from kalimag.library.mechanisms.channels.romk import PARAMS as ROMK
from kalimag.ops import power
from kalimag.units import mM, one

PARAMS = {name: ROMK[name] for name in ("g_max", "K_half", "Ki0", "K_ref", "z_delta")} | {
    "n_K": ("positive", "exponent of external K+ in the Mg2+ dissociation constant"),
}


def Ki_0mV(K_o: mM, *, Ki0: mM, K_ref: mM, n_K: one) -> mM:
    """Mg2+ dissociation constant at 0 mV as a power of external K+."""
    return Ki0 * power(K_o / K_ref, n_K)
