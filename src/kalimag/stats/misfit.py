"""How much larger residuals are than the errors known beforehand, as an absolute and a relative part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kalimag.stats.least_squares import Floats

_GRID = 13
_DECADES = 2.5
_SURPRISING = 0.01


@dataclass(frozen=True)
class Misfit:
    """An extra error: `absolute` in the unit of the data, `relative` as a fraction of the fitted value."""

    absolute: float = 0.0
    relative: float = 0.0

    def errors(self, known: Floats, size: Floats) -> Floats:
        """Known errors with this one added, for fitted values of this size; shape (points,)."""
        return np.asarray(np.sqrt(known**2 + self.absolute**2 + (self.relative * size) ** 2))


def misfit_of(residuals: Floats, known: Floats, size: Floats, df: int) -> Misfit:
    """Estimate the extra error from residuals.

    The ratio of the two parts is the most likely one (on a grid); their size is such that the weighted sum of
    squares equals its degrees of freedom.

    Parameters
    ----------
    residuals : data less fit, shape (points,).
    known : errors known beforehand, shape (points,).
    size : absolute fitted values, shape (points,).
    df : degrees of freedom of the fit.

    Returns
    -------
    Misfit, zero when the residuals are no surprise.
    """
    from scipy.optimize import brentq
    from scipy.special import chdtrc

    if chdtrc(df, float(np.sum((residuals / known) ** 2))) > _SURPRISING:
        return Misfit()
    squares = residuals**2
    scale = float(np.mean(squares))
    parts = scale * np.concatenate([[0.0], 10.0 ** np.linspace(-2 * _DECADES, 0.5, _GRID)])
    a, f = (grid.ravel()[:, None] for grid in np.meshgrid(parts, parts / float(np.mean(size**2))))
    variance = known**2 + a + f * size**2
    likely = int(np.argmin(np.sum(np.log(variance) + squares / variance, axis=1)))
    added = a[likely] + f[likely] * size**2

    def excess(factor: float) -> float:
        return float(np.sum(squares / (known**2 + factor * added))) - df

    if not added.any():
        added, a, f = np.full_like(size, scale), np.full_like(a, scale), np.zeros_like(f)
    most = 1.0
    while excess(most) > 0:
        most *= 4.0
    factor = float(brentq(excess, 0.0, most, xtol=1e-9))
    return Misfit(float(np.sqrt(factor * a[likely, 0])), float(np.sqrt(factor * f[likely, 0])))
