"""How much strong base a solution takes up for one pH unit."""

from __future__ import annotations

import numpy as np

from kalimag.solutions.activity import davies_with_slope
from kalimag.solutions.chemistry import LN10
from kalimag.solutions.equilibrium import Equilibrium
from kalimag.solutions.water import Array


def buffering_power_M(found: Equilibrium) -> Array:
    """Buffering power, from the derivatives of all balances at the solution.

    Parameters
    ----------
    found : solved rows; a component held by a gas stays held, everything else keeps its total.

    Returns
    -------
    Array, M of strong base per pH unit, shape (rows,).
    """
    problem = found.problem
    system, c, strength = problem.chemistry, found.species_M, found.I_M
    bound = [k for k, name in enumerate(system.components) if name == "H" or name not in problem.held]
    nu, squares = system.stoichiometry[:, bound], system.charges**2
    dg = LN10 * problem.slope * davies_with_slope(strength)[1]
    size = len(bound) + 1
    each = np.concatenate([nu, squares[:, None]], axis=1)
    weight = np.concatenate([nu, squares[:, None] / 2], axis=1)
    slopes = (c @ (weight[:, :, None] * each[:, None, :]).reshape(len(nu), -1)).reshape(-1, size, size)
    slopes[:, :, -1] *= dg[:, None]
    slopes[:, -1, -1] -= strength
    empty = c @ np.abs(nu) == 0
    for column in range(size - 1):
        slopes[:, column, column] += np.where(empty[:, column], 1.0, 0.0)
    base = np.zeros(size)
    base[0], base[-1] = -1.0, -0.5  # a proton less and a cation more
    move = np.linalg.solve(slopes, np.broadcast_to(base[:, None], (len(c), size, 1)))[:, 0, 0]
    return -LN10 / move
