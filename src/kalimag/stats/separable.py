"""Separable least squares: the linear coefficients are solved for inside, only the others are searched.

The Jacobian of the projected residuals is the full one of Golub and Pereyra, from exact derivatives.
the basis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from kalimag.stats.least_squares import Floats

Basis = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True, eq=False)
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
        q, inverse, coefficients, rest = self._solve(columns)
        along = slopes @ coefficients
        across = inverse.T @ (rest @ slopes).T
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

    @cached_property
    def _weighted_y(self) -> Floats:
        return self.y * self.root_weights

    def _weighted(self, u: Floats) -> tuple[Floats, Floats]:
        columns, slopes = self.basis(u)
        weights = self.root_weights[:, None]
        return columns * weights, slopes * weights

    def _solve(self, columns: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Orthogonal columns, inverse of the triangle, coefficients and what they leave of y."""
        from scipy.linalg.lapack import dgeqrf, dorgqr, dtrtri

        packed, tau, _, _ = dgeqrf(columns)
        q = dorgqr(packed, tau)[0]
        triangle = packed[: len(tau)]
        diagonal = np.abs(triangle.diagonal())
        # A column that the others already make (no current, say) must not stop the search.
        if diagonal.min() <= 1e-13 * diagonal.max():
            triangle = triangle + np.eye(len(tau)) * max(float(diagonal.max()) * 1e-12, 1e-300)
        inverse = dtrtri(triangle)[0] * _upper(len(tau))
        explained = q.T @ self._weighted_y
        return q, inverse, inverse @ explained, self._weighted_y - q @ explained


@cache
def _upper(size: int) -> Floats:
    """Ones on and above the diagonal."""
    return np.triu(np.ones((size, size)))
