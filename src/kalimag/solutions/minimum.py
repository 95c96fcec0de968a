"""The slow, sure way to a good beginning: at one ionic strength, equilibrium is the lowest point of a bowl.

The bowl is Σc − Σ T ln a over the activities a of the components; it is convex, and its slope is the error of
the mass balances. Used only where the quick way went round in circles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kalimag.solutions.water import Array, Index

if TYPE_CHECKING:
    from kalimag.solutions.newton import Newton

_STEPS, _ROUNDS, _REACH = 150, 6, 3.0


def minimised(newton: Newton, these: Index, begin: Array) -> Array:
    """Unknowns near the solution.

    Parameters
    ----------
    newton : the equations; nothing is added in them.
    these : the rows.
    begin : where to begin, shape (len(these), n + 1).

    Returns
    -------
    Array, as `begin`.
    """
    u = newton.placed(these, begin)
    for _ in range(_ROUNDS):
        u = _lowest(newton, these, u)
        c, strength, *_ = newton.concentrations(these, u)
        wanted = c @ newton.scheme.weights[-1] - newton.amounts[these, -1]
        u[:, -1] = 0.5 * (np.log(np.maximum(wanted, 1e-12)) + np.log(strength))
    return u


def _lowest(newton: Newton, these: Index, u: Array) -> Array:
    n = newton.nu.shape[1]
    totals = newton.amounts[these][:, :n]
    gone = newton.absent[these][:, :n]
    best, share = np.full(len(these), np.inf), np.ones(len(these))
    tried, move = u.copy(), np.zeros((len(these), n))
    for _ in range(_STEPS):
        c = newton.concentrations(these, tried)[0]
        height = c.sum(axis=1) - np.where(gone, 0.0, totals * tried[:, :n]).sum(axis=1)
        better = height < best
        slope = np.where(gone, 0.0, c @ newton.nu - totals)
        curve = np.einsum("bs,sk,sl->bkl", c, newton.nu, newton.nu)
        curve += np.where(gone, 1.0, 1e-13 * np.maximum(c @ newton.nu**2, 1e-30))[:, :, None] * np.eye(n)
        new = -np.linalg.solve(curve, slope[:, :, None])[:, :, 0]
        size = np.abs(new).max(axis=1)
        u[better], best[better], move[better] = tried[better], height[better], new[better]
        share = np.where(better, np.minimum(1.0, _REACH / np.maximum(size, _REACH)), share / 3)
        tried[:, :n] = u[:, :n] + share[:, None] * move
        if ((size < 1e-6) | (share < 1e-6)).all():
            break
    return u
