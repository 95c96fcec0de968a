"""Calibration of a ratiometric Mg2+ dye."""

from __future__ import annotations

from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

CLEAN_mM, DYE_Kd_mM, RATIO_Kd_mM, FOLD, Kd_T_degC = 1e-3, 1.9, 22.0, 12.0, 22.0
Ca_PER_Mg = DYE_Kd_mM / 0.025  # Mag-Fura-2 binds Ca2+ with some 25 uM


def find(pair: Pair) -> Finding | None:
    """An Rmin that is not at zero, a K_e that may be two things, a Kd of another temperature."""
    if not (pair.says("dye", "mag-fura", "magfura") or pair.says("calibration")):
        return None
    side = pair.pipette
    as_Mg = side.free_mM("Mg") + side.free_mM("Ca") * Ca_PER_Mg
    if pair.says("calibration", "rmin") and as_Mg > CLEAN_mM:
        return Finding(
            "dye-calibration",
            "fault",
            f"Rmin needs no Mg2+ and no Ca2+, and the dye reads this solution as {as_Mg:.2g} mM Mg2+: "
            "add EDTA.",
            as_Mg,
        )
    if pair.says("calibration", "k_e"):
        return Finding(
            "dye-calibration",
            "fault",
            f"'K_e' can mean Kd ({DYE_Kd_mM:g} mM) or Kd times Sf2/Sb2 ({RATIO_Kd_mM:g} mM), "
            f"{FOLD:g}-fold apart: "
            "write both down under their own names.",
            FOLD,
        )
    if abs(side.T_degC - Kd_T_degC) > 5:
        return Finding(
            "dye-calibration",
            "warning",
            f"The Kd of {DYE_Kd_mM:g} mM is one of {Kd_T_degC:g} degC, and this solution is at "
            f"{side.T_degC:g} degC.",
            side.T_degC,
        )
    return None
