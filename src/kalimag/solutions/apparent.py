"""Apparent dissociation constants: what a chelator looks like at one pH, to somebody who counts all of it."""

from __future__ import annotations

import numpy as np

from kalimag.solutions.activity import davies
from kalimag.solutions.chemistry import LN10, chemistry
from kalimag.solutions.constants import load_ligand
from kalimag.solutions.conventions import CONVENTIONS
from kalimag.solutions.mixture import WATER
from kalimag.solutions.salts import load_shelf
from kalimag.solutions.water import debye_hueckel_slope


def apparent_kd(
    ligand: str,
    metal: str,
    pH: float,
    *,
    temperature_degC: float = 25.0,
    ionic_strength_mM: float = 100.0,
    convention: str = CONVENTIONS[0],
) -> float:
    """Apparent dissociation constant of a 1:1 complex.

    Parameters
    ----------
    ligand, metal : such as "EGTA" and "Ca".
    pH : activity scale.
    temperature_degC, ionic_strength_mM : conditions.
    convention : of the constants; under R4N no K or Na is there to compete.

    Returns
    -------
    float, mM: free metal × ligand without metal / ligand with one metal, all forms with any protons.

    Raises
    ------
    EvidenceProblem : there are no constants for that ligand.
    """
    found = load_ligand(ligand, convention)
    charges = {metal: load_shelf().charges[metal], ligand: found.charge}
    system = chemistry(charges, [load_ligand(WATER, convention), found])
    T = np.array([temperature_degC])
    g = LN10 * debye_hueckel_slope(T) * davies(np.array([ionic_strength_mM / 1000]))
    nu = system.stoichiometry
    ln_c = system.ln_beta(system.log_K(T))[0] - LN10 * pH * nu[:, 0] + g * system.charges**2
    m, x = system.index(metal), system.index(ligand)
    free = (nu[:, x] == 1) & (nu[:, m] == 0)
    bound = (nu[:, x] == 1) & (nu[:, m] == 1)
    metal_alone = ln_c[system.species.index(metal)]
    return float(1000 * np.exp(metal_alone) * np.exp(ln_c[free]).sum() / np.exp(ln_c[bound]).sum())
