"""Standard errors that rest on few values each, steadied by their neighbours.

A standard error from ten block means is itself uncertain by a quarter, and weights made of it are worse. The
empirical Bayes estimate (Smyth 2004) draws each towards a trend with size, by as much as the data show to be
noise.
"""

from __future__ import annotations

import numpy as np

from kalimag.stats.least_squares import Floats

_SMALLEST = 1e-3
_FLOOR = 0.05


def moderated_sd(sd: Floats, size: Floats, df: int) -> Floats:
    """Steady standard errors.

    Parameters
    ----------
    sd : standard errors, shape (points,).
    size : what their trend follows, such as the absolute current, shape (points,).
    df : degrees of freedom behind each.

    Returns
    -------
    Standard errors, shape (points,), all above 0 unless `size` is 0 throughout.
    """
    from scipy.special import digamma, polygamma

    least = max(_SMALLEST * float(np.median(sd)), 1e-9 * float(size.max()), 1e-300)
    variance = np.maximum(sd, least) ** 2
    e = np.log(variance) - digamma(df / 2) + np.log(df / 2)
    design = np.column_stack([np.ones(len(e)), np.log(size + _FLOOR * size.max() + least)])
    trend = design @ np.linalg.lstsq(design, e, rcond=None)[0]
    excess = float(np.sum((e - trend) ** 2) / max(len(e) - 2, 1) - polygamma(1, df / 2))
    if excess <= 0:
        return np.asarray(np.exp(0.5 * trend))
    prior_df = 2.0 * _inverse_trigamma(excess)
    prior = np.exp(trend + digamma(prior_df / 2) - np.log(prior_df / 2))
    return np.asarray(np.sqrt((prior_df * prior + df * variance) / (prior_df + df)))


def _inverse_trigamma(value: float) -> float:
    """The x at which the trigamma function is `value`, by Newton on its reciprocal."""
    from scipy.special import polygamma

    x = 0.5 + 1.0 / value
    for _ in range(50):
        trigamma = float(polygamma(1, x))
        step = trigamma * (1.0 - trigamma / value) / float(polygamma(2, x))
        x += step
        if abs(step) < 1e-10 * x:
            break
    return x
