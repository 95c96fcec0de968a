"""Weighted polynomials through points that scatter more than their errors say, and where they cross zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fitted:
    """A polynomial in (x - centre), lowest power first, with covariance and degrees of freedom behind it.

    `scatter` is the standard deviation added to every point's own error so that the residuals agree with it.
    """

    centre: float
    coefficients: Floats
    covariance: Floats
    dof: float
    scatter: float

    def at(self, x: float) -> tuple[float, float]:
        """Value and its standard error."""
        powers = (x - self.centre) ** np.arange(len(self.coefficients))
        return float(powers @ self.coefficients), float(np.sqrt(powers @ self.covariance @ powers))

    def coefficient(self, power: int, level: float = 0.95) -> tuple[float, float, float]:
        """One coefficient with its t-interval: value, low, high."""
        value, error = float(self.coefficients[power]), float(np.sqrt(self.covariance[power, power]))
        reach = quantile(level, self.dof) * error
        return value, value - reach, value + reach


def quantile(level: float, dof: float) -> float:
    """How many standard errors an interval of this level reaches to either side."""
    from scipy.special import stdtrit

    return float(stdtrit(dof, 0.5 + level / 2))


def fit_polynomial(x: Floats, y: Floats, sd: Floats, degree: int, dof_sd: float) -> Fitted:
    """Fit a polynomial, weighted by each point's error and by a common scatter found from the fit.

    When the residuals are larger than `sd` explains, a scatter common to all points is added until they agree
    (Paule and Mandel), and the interval rests on the residuals alone; else it rests on `sd`.

    Parameters
    ----------
    x, y : arrays (points,), more than `degree` of them, x not all equal.
    sd : array (points,), standard errors of y; may be zero.
    degree : 1 for a line.
    dof_sd : degrees of freedom behind each of `sd`.

    Returns
    -------
    Fitted
    """
    residual_dof = len(x) - degree - 1
    first, chi2 = _solve(x, y, sd, degree, dof_sd * len(x))
    if residual_dof < 1 or chi2 <= residual_dof:
        return first

    def too_large(scatter: float) -> float:
        return _solve(x, y, np.hypot(sd, scatter), degree, 1.0)[1] - residual_dof

    scatter = _decreasing_root(too_large, float(np.ptp(y)))
    fitted, _ = _solve(x, y, np.hypot(sd, scatter), degree, float(residual_dof))
    return replace(fitted, scatter=scatter)


def fit_with_scatter(x: Floats, y: Floats, sd: Floats, degree: int, from_fit: Fitted) -> Fitted:
    """Fit fewer points, with the scatter and degrees of freedom that another fit, through more, has found."""
    fitted, _ = _solve(x, y, np.hypot(sd, from_fit.scatter), degree, from_fit.dof)
    return replace(fitted, scatter=from_fit.scatter)


def bend_p(x: Floats, y: Floats, sd: Floats) -> float:
    """Test whether points bend: F test of a weighted parabola against the straight line.

    Parameters
    ----------
    x, y, sd : arrays (points,), at least 4 of them, as for `fit_polynomial`.

    Returns
    -------
    float, the probability of so much bend where there is none. Points that scatter about the parabola more
    than their errors say count by their scatter.
    """
    from scipy.special import fdtrc

    (_, straight), (_, bent) = (_solve(x, y, sd, degree, 1.0) for degree in (1, 2))
    dof = len(x) - 3
    return float(fdtrc(1, dof, (straight - bent) / max(1.0, bent / dof)))


def _solve(x: Floats, y: Floats, sd: Floats, degree: int, dof: float) -> tuple[Fitted, float]:
    """Weighted least squares and its chi-squared; no point counts a million times more than another."""
    centre = float(x.mean())
    reach = float(np.abs(x - centre).max())
    least = max(1e-3 * float(sd.max()), 1e-12 * (float(np.abs(y).max()) or 1.0))
    weight = 1.0 / np.maximum(sd, least) ** 2
    weight = np.asarray(weight, dtype=np.float64)
    design = ((x - centre) / reach)[:, None] ** np.arange(degree + 1)
    covariance = np.linalg.inv(design.T @ (weight[:, None] * design))
    found = covariance @ (design.T @ (weight * y))
    chi2 = float(weight @ (y - design @ found) ** 2)
    unscale = reach ** -np.arange(degree + 1, dtype=np.float64)
    whole = np.asarray(covariance * np.outer(unscale, unscale), dtype=np.float64)
    return Fitted(centre, found * unscale, whole, dof, 0.0), chi2


def _decreasing_root(function: Callable[[float], float], high: float) -> float:
    """Where a decreasing function of a positive number crosses zero, on a logarithmic scale."""
    low, high = 1e-12 * high, 2.0 * high
    for _ in range(45):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return float(np.sqrt(low * high))


def crossing(
    fitted: Fitted, bracket: tuple[float, float], limits: tuple[float, float], level: float = 0.95
) -> tuple[float, float | None, float | None] | None:
    """Where a fitted polynomial crosses zero, with the interval of all x at which it could be zero (Fieller).

    Parameters
    ----------
    fitted : the polynomial.
    bracket : between which x the crossing must lie.
    limits : how far the interval may reach; a side that reaches further is None.
    level : of the interval.

    Returns
    -------
    value, low, high; None when the polynomial does not cross zero within the bracket.
    """
    if fitted.at(bracket[0])[0] * fitted.at(bracket[1])[0] > 0:
        return None
    value = _bisect(lambda x: fitted.at(x)[0], *bracket)
    reach = quantile(level, fitted.dof)

    def surely_not_zero(x: float) -> float:
        height, error = fitted.at(x)
        return abs(height) - reach * error

    sides = [_edge(surely_not_zero, value, limit) for limit in limits]
    return value, sides[0], sides[1]


def _edge(surely_not_zero: Callable[[float], float], start: float, limit: float) -> float | None:
    """First x from start towards limit at which the function turns positive."""
    before = start
    for x in np.linspace(start, limit, 257)[1:]:
        if surely_not_zero(float(x)) > 0:
            return _bisect(surely_not_zero, before, float(x))
        before = float(x)
    return None


def _bisect(function: Callable[[float], float], low: float, high: float) -> float:
    positive_at_high = function(high) > 0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if (function(middle) > 0) == positive_at_high else (middle, high)
    return 0.5 * (low + high)
