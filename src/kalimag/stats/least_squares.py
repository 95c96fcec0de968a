"""Nonlinear least squares: Levenberg-Marquardt in a box, on a function giving residuals and Jacobian."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Residuals = Callable[[Floats], tuple[Floats, Floats]]

_SMALLEST = 1e-300
_STUCK = 1e12


@dataclass(frozen=True)
class Minimum:
    """Where a search ended.

    `cost` is the sum of squared residuals; `jacobian` has shape (points, parameters); `at_bound` lists
    parameters that rest on a limit with the cost still falling outwards.
    """

    u: Floats
    cost: float
    residuals: Floats
    jacobian: Floats
    converged: bool = False
    evaluations: int = 1
    at_bound: tuple[int, ...] = ()

    def covariance(self, variance: float = 1.0) -> Floats:
        """Inverse of J'J times `variance`, shape (parameters, parameters); huge along flat directions."""
        size = _not_zero(np.linalg.norm(self.jacobian, axis=0))
        _, s, vt = np.linalg.svd(self.jacobian / size, full_matrices=False)
        s = np.maximum(s, max(float(s.max(initial=0.0)) * 1e-13, _SMALLEST))
        return np.asarray(variance * (vt.T / s**2) @ vt / np.outer(size, size))


def complex_step(predict: Callable[[Complexes], Complexes], u: Floats) -> tuple[Floats, Floats]:
    """Value and exact Jacobian of a function that accepts complex numbers.

    Parameters
    ----------
    predict : maps parameters, shape (parameters,), to values, shape (points,).
    u : where, shape (parameters,).

    Returns
    -------
    values (points,) and derivatives (points, parameters).
    """
    h = 1e-30
    columns = [predict(u + 1j * h * unit) for unit in np.eye(len(u))]
    return columns[0].real.copy(), np.column_stack([column.imag / h for column in columns])


def residuals_of(predict: Callable[[Complexes], Complexes], y: Floats, sd: Floats | float = 1.0) -> Residuals:
    """Residual function (prediction - y)/sd of a prediction that accepts complex numbers."""

    def residuals(u: Floats) -> tuple[Floats, Floats]:
        value, slope = complex_step(predict, u)
        return (value - y) / sd, slope / np.reshape(sd, (-1, 1))

    return residuals


def least_squares(
    residuals: Residuals,
    start: Floats,
    lower: Floats | None = None,
    upper: Floats | None = None,
    *,
    tolerance: float = 1e-7,
    max_evaluations: int = 500,
) -> Minimum:
    """Minimise the sum of squared residuals inside a box.

    Parameters
    ----------
    residuals : u, shape (p,) -> residuals, shape (n,), and Jacobian, shape (n, p).
    start, lower, upper : shape (p,); no limits when left out.
    tolerance : the search ends when the residuals' part that the Jacobian could still explain is smaller
        than this fraction of them, or when no step moves any parameter by more than this fraction squared.
    max_evaluations : calls of `residuals` before giving up (`converged` is then false).

    Returns
    -------
    Minimum.
    """
    low = np.full(len(start), -np.inf) if lower is None else lower
    high = np.full(len(start), np.inf) if upper is None else upper
    u = np.minimum(np.maximum(np.asarray(start, dtype=float), low), high)
    r, J = residuals(u)
    cost, size, damping, evaluations = float(r @ r), np.zeros(len(u)), 1e-4, 1
    held = _held_back(u, r, J, low, high)
    while isfinite(cost) and evaluations < max_evaluations and damping < _STUCK:
        size = np.maximum(size, np.sqrt(np.einsum("ij,ij->j", J, J)))
        scale = ~held / _not_zero(size)
        left, s, vt = _singular_values(J * scale)
        explained = left.T @ r
        if explained @ explained <= tolerance**2 * cost:
            return Minimum(u, cost, r, J, True, evaluations, _indices(held))
        while evaluations < max_evaluations and damping < _STUCK:
            shrunk = s / (s * s + damping)
            trial = np.minimum(np.maximum(u - scale * (vt.T @ (shrunk * explained)), low), high)
            if (abs(trial - u) <= tolerance**2 * (abs(u) + tolerance)).all():
                return Minimum(u, cost, r, J, True, evaluations, _indices(held))
            r_trial, J_trial = residuals(trial)
            evaluations += 1
            cost_trial = float(r_trial @ r_trial)
            predicted = float(np.sum(explained**2 * (1.0 - (1.0 - s * shrunk) ** 2)))
            gain = (cost - cost_trial) / max(predicted, _SMALLEST)
            if gain > 1e-4:
                u, r, J, cost = trial, r_trial, J_trial, cost_trial
                held = _held_back(u, r, J, low, high)
                damping = max(damping * (0.05 if gain > 0.75 else 1.0 if gain > 0.25 else 4.0), 1e-14)
                break
            damping *= 8.0
    return Minimum(u, cost, r, J, False, evaluations)


def _singular_values(matrix: Floats) -> tuple[Floats, Floats, Floats]:
    """Thin singular value decomposition; LAPACK directly, because the matrices are small and many."""
    from scipy.linalg.lapack import dgesdd

    left, s, vt, trouble = dgesdd(matrix, full_matrices=0)
    return (left, s, vt) if trouble == 0 else np.linalg.svd(matrix, full_matrices=False)


def _not_zero(size: Floats) -> Floats:
    return np.where(size > 0, size, 1.0)


def _held_back(u: Floats, r: Floats, J: Floats, low: Floats, high: Floats) -> NDArray[np.bool_]:
    """Which parameters rest on a limit with the cost falling outwards."""
    below, above = u <= low, u >= high
    if not (below | above).any():
        return below
    slope = r @ J
    return np.asarray((below & (slope >= 0)) | (above & (slope <= 0)))


def _indices(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist())
