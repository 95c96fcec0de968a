"""Where a parameter lives, in one word: `positive` is fitted in its logarithm, `fraction` in its logit."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kalimag.errors import UsageProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Domain:
    """A one-to-one map between a parameter and the unbounded number that is searched.

    `slope` is the derivative of the parameter with respect to the searched number, at that number.
    """

    word: str
    to_free: Callable[[float], float]
    from_free: Callable[[float], float]
    slope: Callable[[float], float]


def _logistic(u: float) -> float:
    return 0.5 * (1.0 + math.tanh(0.5 * u))


DOMAINS = {
    "positive": Domain("positive", math.log, math.exp, math.exp),
    "fraction": Domain(
        "fraction",
        lambda x: math.log(x / (1.0 - x)),
        _logistic,
        lambda u: _logistic(u) * _logistic(-u),
    ),
    "real": Domain("real", float, float, lambda _: 1.0),
}


def domain(word: str) -> Domain:
    """The domain of this name; UsageProblem when there is none."""
    try:
        return DOMAINS[word]
    except KeyError:
        known = ", ".join(DOMAINS)
        raise UsageProblem(
            "choosing how to search a parameter", f"'{word}' is no domain", f"one of {known}"
        ) from None
