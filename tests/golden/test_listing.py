"""The printed model of a patch: what a reader sees, and what changes when somebody changes the wiring."""

from kalimag.model import load_assembly

PATCH = """\
patch.V_T       = membrane.V_T(patch.T, R=patch.R, F=patch.F)
patch.E_K       = membrane.E_K(inner.K, outer.K, 1000 * patch.V_T)
romk.saturation = romk.saturation(outer.K, K_half=romk.K_half)
romk.Ki_0mV     = romk.Ki_0mV(outer.K, Ki0=romk.Ki0, K_ref=romk.K_ref, K_comp=romk.K_comp)
romk.Ki         = romk.Ki(patch.V, 1000 * patch.V_T, romk.Ki_0mV, z_delta=romk.z_delta)
romk.unblocked  = romk.unblocked(inner.Mg, romk.Ki)
romk.I_K        = romk.I_K(patch.V, patch.E_K, romk.saturation, romk.unblocked, g_max=romk.g_max)
patch.I_K       = membrane.I_K(romk.I_K)"""


def test_the_listing_of_a_patch() -> None:
    assert load_assembly("patch").system().listing() == PATCH
