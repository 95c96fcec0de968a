"""Weights that keep single wild points from pulling a fit."""

from __future__ import annotations

import numpy as np

from kalimag.stats.least_squares import Floats

HUBER = 1.345
_MAD_TO_SD = 1.4826


def huber_weights(residuals: Floats) -> Floats:
    """Huber's weights: 1 for ordinary residuals, falling with distance for wild ones.

    Parameters
    ----------
    residuals : in standard deviations that are alike for all points, shape (points,).

    Returns
    -------
    Weights between 0 and 1, shape (points,); an ordinary size is judged from the median.
    """
    scale = _MAD_TO_SD * float(np.median(np.abs(residuals)))
    if scale == 0:
        return np.ones(len(residuals))
    return np.asarray(np.minimum(1.0, HUBER * scale / np.maximum(np.abs(residuals), 1e-300)))
