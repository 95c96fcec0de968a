"""Nonlinear least squares: Levenberg-Marquardt in a box, on a function giving residuals and Jacobian."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

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
    u = np.clip(np.asarray(start, dtype=float), low, high)
    r, J = residuals(u)
    here = Minimum(u, float(r @ r), r, J)
    size, damping = np.zeros(len(u)), 1e-4
    while np.isfinite(here.cost) and here.evaluations < max_evaluations and damping < _STUCK:
        size = np.maximum(size, np.linalg.norm(here.jacobian, axis=0))
        free = ~_held_back(here, low, high)
        left, s, vt = np.linalg.svd(here.jacobian * free / _not_zero(size), full_matrices=False)
        explained = left.T @ here.residuals
        if explained @ explained <= tolerance**2 * here.cost:
            return _ended(here, low, high)
        while here.evaluations < max_evaluations and damping < _STUCK:
            shrunk = s / (s * s + damping)
            trial = np.clip(here.u - free * (vt.T @ (shrunk * explained)) / _not_zero(size), low, high)
            if np.all(np.abs(trial - here.u) <= tolerance**2 * (np.abs(here.u) + tolerance)):
                return _ended(here, low, high)
            r, J = residuals(trial)
            cost = float(r @ r)
            predicted = float(np.sum(explained**2 * (1.0 - (1.0 - s * shrunk) ** 2)))
            gain = (here.cost - cost) / max(predicted, _SMALLEST)
            here = replace(here, evaluations=here.evaluations + 1)
            if gain > 1e-4:
                here = Minimum(trial, cost, r, J, evaluations=here.evaluations)
                damping = max(damping * (0.05 if gain > 0.75 else 1.0 if gain > 0.25 else 4.0), 1e-14)
                break
            damping *= 8.0
    return here


def _not_zero(size: Floats) -> Floats:
    return np.where(size > 0, size, 1.0)


def _held_back(here: Minimum, low: Floats, high: Floats) -> NDArray[np.bool_]:
    """Which parameters rest on a limit with the cost falling outwards."""
    slope = here.residuals @ here.jacobian
    return np.asarray(((here.u <= low) & (slope >= 0)) | ((here.u >= high) & (slope <= 0)))


def _ended(here: Minimum, low: Floats, high: Floats) -> Minimum:
    rests = tuple(int(k) for k in np.flatnonzero(_held_back(here, low, high)))
    return replace(here, converged=True, at_bound=rests)
