"""Stationary Nernst–Planck flow between two electroneutral solutions, solved for the potential alone.

With flow J of an ion, c' = −J/u − z c φ'. Its solution for a given φ(x), φ(0) = 0, is
c(x) = e^(−zφ) [c(0) − (J/u) ∫₀ˣ e^(zφ)], and c(1) fixes J/u. So φ at a few Chebyshev points is all that
is unknown: charges add to nothing at every inner point, flows of charge add to nothing at the end. Ions of
one valence enter through their sums, so the work does not grow with their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kalimag.errors import KalimagError
from kalimag.solutions.water import Array

POINTS = (12, 20, 32, 48, 72, 108, 162)
TOLERANCE = 4e-10  # of RT/F: 1e-8 mV
_NEWTON, _LONGEST = 60, 1.0


@dataclass(frozen=True, eq=False)
class _Classes:
    """Sums over the ions of each valence, shape (rows, valences): amounts, and amounts times mobility."""

    z: Array
    start: Array
    end: Array
    flow_start: Array
    flow_end: Array

    @classmethod
    def of(cls, z: Array, mobility: Array, start: Array, end: Array) -> _Classes:
        valences = np.unique(z)
        member = (z[:, None] == valences).astype(float)
        total = start.sum(axis=1, keepdims=True)
        pace = (mobility * start).sum(axis=1, keepdims=True) / total
        u = mobility / pace
        return cls(
            valences, start @ member / total, end @ member / total,
            (u * start) @ member / total, (u * end) @ member / total,
        )  # fmt: skip

    def rows(self, keep: NDArray[np.intp]) -> _Classes:
        """Some of the rows."""
        return _Classes(self.z, self.start[keep], self.end[keep], self.flow_start[keep], self.flow_end[keep])


def planck_drop(z: Array, mobility: Array, start: Array, end: Array) -> Array:
    """φ(end) − φ(start) in units of RT/F.

    Parameters
    ----------
    z : charge numbers, shape (ions,).
    mobility, start, end : mobilities and electroneutral concentrations in any unit, shape (rows, ions).

    Returns
    -------
    Array, shape (rows,); the same on two grids to `TOLERANCE`.

    Raises
    ------
    KalimagError : a row did not settle on the finest grid.
    """
    whole = _Classes.of(z, mobility, start, end)
    drop = np.full(len(start), np.nan)
    left = np.arange(len(start))
    for points in POINTS:
        now = _solve(whole.rows(left), points)
        settled = np.abs(now - drop[left]) <= TOLERANCE * np.maximum(1.0, np.abs(now))
        drop[left] = now
        left = left[~settled]
        if not len(left):
            return drop
    raise KalimagError(
        "computing a junction potential by Nernst–Planck",
        f"{len(left)} of {len(start)} profiles do not settle",
        "two solutions whose ions differ by less than some 10 000 times",
    )  # fmt: skip


def _solve(classes: _Classes, points: int) -> Array:
    """Newton on the profile of all rows together; NaN where it did not arrive."""
    nodes, integral = _chebyshev(points)
    x, stretch = _grid(classes, nodes)
    phi = _linear_mixing(classes, x)
    for _ in range(_NEWTON):
        residual, slope = _equations(classes, phi, stretch, integral)
        step = np.linalg.solve(slope, residual[..., None])[..., 0]
        longest = np.abs(step).max(axis=1, keepdims=True)
        phi[:, 1:] -= step * np.minimum(1.0, _LONGEST / np.maximum(longest, 1e-300))
        if longest.max() < 1e-11:
            break
    phi[longest[:, 0] > 1e-8] = np.nan
    return phi[:, -1]


def _equations(classes: _Classes, phi: Array, stretch: Array, integral: Array) -> tuple[Array, Array]:
    """What must vanish, and its derivative by φ at every node but the first."""
    z = classes.z[None, :, None]
    boltzmann = np.exp(z * phi[:, None, :])
    weights = integral[None, None] * (boltzmann * stretch[:, None, :])[:, :, None, :]
    area = weights.sum(axis=3)
    whole, end = area[:, :, -1], boltzmann[:, :, -1]
    flow = (classes.start - classes.end * end) / whole
    amount = (classes.start[..., None] - flow[..., None] * area) / boltzmann
    d_area = z[..., None] * weights
    d_flow = -flow[..., None] * d_area[:, :, -1] / whole[..., None]
    d_flow[:, :, -1] -= classes.z * classes.end * end / whole
    d_amount = (
        -(d_flow[:, :, None, :] * area[..., None] + flow[..., None, None] * d_area) / boltzmann[..., None]
    )
    diagonal = np.arange(phi.shape[1])
    d_amount[:, :, diagonal, diagonal] -= z * amount
    residual = (z * amount).sum(axis=1)
    slope = (z[..., None] * d_amount).sum(axis=1)
    scale = (z**2 * np.abs(amount)).sum(axis=1)
    current, d_current = _current(classes, whole, end, d_area[:, :, -1])
    size = (classes.z**2 * (classes.flow_start + classes.flow_end * end) / whole).sum(axis=1)
    residual[:, -1], slope[:, -1], scale[:, -1] = current, d_current, size
    return (residual / scale)[:, 1:], (slope / scale[..., None])[:, 1:, 1:]


def _current(classes: _Classes, whole: Array, end: Array, d_whole: Array) -> tuple[Array, Array]:
    """The flow of charge, and its derivative by φ at every node."""
    part = classes.z * (classes.flow_start - classes.flow_end * end) / whole
    slope = -(part / whole)[..., None] * d_whole
    slope[:, :, -1] -= classes.z**2 * classes.flow_end * end / whole
    return part.sum(axis=1), slope.sum(axis=1)


def _grid(classes: _Classes, nodes: Array) -> tuple[Array, Array]:
    """Places x(s) and dx/ds. The sum of all concentrations is linear in x; it is made exponential in s."""
    k = np.log(classes.end.sum(axis=1) / classes.start.sum(axis=1))[:, None]
    k = np.where(np.abs(k) < 1e-4, 1e-4, k)
    return np.expm1(k * nodes) / np.expm1(k), k * np.exp(k * nodes) / np.expm1(k)


def _linear_mixing(classes: _Classes, x: Array) -> Array:
    """The profile after Henderson, to begin with."""
    first, last = (
        (classes.z**2 * classes.flow_start).sum(axis=1),
        (classes.z**2 * classes.flow_end).sum(axis=1),
    )
    driven = (classes.z * (classes.flow_end - classes.flow_start)).sum(axis=1)
    change = ((last - first) / first)[:, None] * x
    mean = np.where(
        np.abs(change) < 1e-6, 1 - change / 2, np.log1p(change) / np.where(change == 0, 1, change)
    )
    found: Array = -(driven / first)[:, None] * x * mean
    return found


@cache
def _chebyshev(points: int) -> tuple[Array, Array]:
    """Chebyshev–Lobatto nodes on 0…1, and the matrix that integrates from 0 to each node."""
    from numpy.polynomial import chebyshev

    nodes = (1 - np.cos(np.pi * np.arange(points) / (points - 1))) / 2
    values = chebyshev.chebvander(2 * nodes - 1, points - 1)
    primitive = np.zeros((points, points))
    for order in range(points):
        unit = np.zeros(points)
        unit[order] = 1.0
        raised = chebyshev.chebint(unit, lbnd=-1)
        primitive[:, order] = chebyshev.chebval(2 * nodes - 1, raised) / 2
    integral: Array = np.linalg.solve(values.T, primitive.T).T.astype(float)
    return nodes, integral
