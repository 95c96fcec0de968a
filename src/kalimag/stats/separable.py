"""Separable least squares: the linear coefficients are solved for inside, only the others are searched.

The Jacobian of the projected residuals is the full one of Golub and Pereyra, from exact derivatives.
the basis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kalimag.stats.least_squares import Floats

Basis = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Separable:
    """A model that is a sum of coefficients times basis functions, and the data it is to describe.

    `basis(u)` gives the basis, shape (points, coefficients), and its derivatives, shape (parameters, points,
    coefficients). `y` and `root_weights` (one over the standard deviation) have shape (points,).
    """

    basis: Basis
    y: Floats
    root_weights: Floats

    def residuals(self, u: Floats) -> tuple[Floats, Floats]:
        """Residuals left by the best coefficients (points,) and their Jacobian (points, parameters)."""
        columns, slopes = self._weighted(u)
        q, triangle, coefficients, rest = self._solve(columns)
        along = slopes @ coefficients
        across = np.linalg.solve(triangle.T, (rest @ slopes).T)
        jacobian = along.T - q @ (q.T @ along.T - across)
        return -rest, jacobian

    def coefficients(self, u: Floats) -> Floats:
        """The best coefficients at `u`, shape (coefficients,)."""
        return self._solve(self._weighted(u)[0])[2]

    def predicted(self, u: Floats) -> Floats:
        """The model at `u` with its best coefficients, shape (points,)."""
        return np.asarray(self.basis(u)[0] @ self.coefficients(u))

    def joint_jacobian(self, u: Floats) -> Floats:
        """Weighted Jacobian for searched parameters and then coefficients, shape (points, all)."""
        columns, slopes = self._weighted(u)
        return np.column_stack([(slopes @ self._solve(columns)[2]).T, columns])

    def _weighted(self, u: Floats) -> tuple[Floats, Floats]:
        columns, slopes = self.basis(u)
        weights = self.root_weights[:, None]
        return columns * weights, slopes * weights

    def _solve(self, columns: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        y = self.y * self.root_weights
        q, triangle = np.linalg.qr(columns)
        diagonal = np.abs(np.diag(triangle))
        # A column that the others already make (no current, say) must not stop the search.
        if diagonal.min() <= 1e-13 * diagonal.max():
            triangle = triangle + np.eye(len(diagonal)) * max(diagonal.max() * 1e-12, 1e-300)
        explained = q.T @ y
        return q, triangle, np.linalg.solve(triangle, explained), y - q @ explained
