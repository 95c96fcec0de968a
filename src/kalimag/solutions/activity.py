"""Activity coefficients after Davies, the same for every ion of one charge, and neutral solutes ideal.

log10 gamma = −A z² F(I) with F = √I / (1 + √I) − 0.3 I. Good to about 0.5 M; beyond `LIMIT_M`, F is held
where it was, so that a number stays a number, and whoever shows it must say that it is outside the model.
"""

from __future__ import annotations

import numpy as np

from kalimag.solutions.water import Array

LIMIT_M = 0.5
NAME = "Davies"
_LINEAR = 0.3


def davies(I: Array) -> Array:  # noqa: E741  # ionic strength is called I
    """The function F of ionic strength (M), of any shape."""
    held = np.minimum(I, LIMIT_M)
    root = np.sqrt(held)
    F: Array = root / (1 + root) - _LINEAR * held
    return F


def davies_with_slope(I: Array) -> tuple[Array, Array]:  # noqa: E741
    """F, and dF/d(ln I), which is 0 beyond the limit."""
    held = np.minimum(I, LIMIT_M)
    root = np.sqrt(held)
    part, linear = root / (1 + root), _LINEAR * held
    return part - linear, (0.5 * part / (1 + root) - linear) * (held == I)


def osmotic_deficit(I: Array, A: Array) -> Array:  # noqa: E741
    """What interaction between ions takes off the ideal sum of solutes, consistent with `davies`.

    Gibbs and Duhem: φ Σc = Σc − 2 A ln10 (I F − ∫F dI), where the integral runs from 0 to I.

    Parameters
    ----------
    I : ionic strength in M.
    A : slope at this temperature, same shape.

    Returns
    -------
    Array, in M; to be subtracted from the sum of all concentrations.
    """
    held = np.minimum(I, LIMIT_M)
    root = np.sqrt(held)
    area = 2 * (held / 2 - root + np.log1p(root)) - _LINEAR * held**2 / 2
    deficit: Array = 2 * np.log(10) * A * (held * davies(held) - area)
    return deficit
