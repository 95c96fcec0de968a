"""From solved rows to the numbers a person asks for, still one value per row."""

from __future__ import annotations

import numpy as np

from kalimag.solutions.activity import davies, osmotic_deficit
from kalimag.solutions.balance import scheme_of
from kalimag.solutions.buffering import buffering_power_M
from kalimag.solutions.chemistry import LN10
from kalimag.solutions.equilibrium import Equilibrium
from kalimag.solutions.water import Array

Outputs = dict[tuple[str, str], Array]


def outputs_of(found: Equilibrium) -> Outputs:
    """Every number of a `Speciation`, shape (rows,), by kind and name; concentrations in mM."""
    problem = found.problem
    system, c = problem.chemistry, 1000 * found.species_M
    own = scheme_of(problem).own
    nu, charges = system.stoichiometry, system.charges[own]
    g = LN10 * problem.slope * davies(found.I_M)
    out: Outputs = {("species", name): c[:, k] for k, name in enumerate(system.species)}
    metal = np.array([charge > 1 for charge in charges])
    holds_metal = (nu[:, metal] > 0).any(axis=1)
    for k, name in enumerate(system.components):
        ligand = charges[k] <= 0 and (nu[:, k] != 0).sum() > 1
        out["free", name] = (c * ~holds_metal) @ nu[:, k] if ligand else c[:, own[k]]
        if k:
            out["total", name] = c @ nu[:, k]
        if charges[k] and not ligand:
            out["activity", name] = c[:, own[k]] * np.exp(-g * charges[k] ** 2)
        for j in np.flatnonzero(metal) if ligand else ():
            both = (nu[:, j] > 0) & (nu[:, k] > 0)
            if both.any():
                out["bound", f"{system.components[j]}-{name}"] = (c * both) @ nu[:, j]
    ideal = c.sum(axis=1)
    out["", "pH"] = -found.ln_activity[:, 0] / LN10
    out["", "p_H"] = -np.log10(found.species_M[:, own[0]])
    out["", "ionic_strength_mM"] = 1000 * found.I_M
    out["", "osmolality_ideal_mOsm"] = ideal
    out["", "osmolality_mOsm"] = ideal - 1000 * osmotic_deficit(found.I_M, problem.slope)
    out["", "buffering_mM"] = 1000 * buffering_power_M(found)
    return out
