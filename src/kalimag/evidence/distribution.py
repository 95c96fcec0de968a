"""How well a number is known, or how people differ: a median, and a spread on the scale of its domain."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kalimag.errors import EvidenceProblem

# A domain word fixes the scale on which a number is normal: logarithm, logit, or the number itself.
_TO_SCALE: dict[str, Callable[[float], float]] = {
    "positive": math.log,
    "fraction": lambda x: math.log(x / (1 - x)),
    "real": lambda x: x,
}
_FROM_SCALE: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "positive": np.exp,
    "fraction": lambda y: 1 / (1 + np.exp(-y)),
    "real": lambda y: y,
}
_PER_SCALE: dict[str, Callable[[float], float]] = {
    "positive": lambda x: 1 / x,
    "fraction": lambda x: 1 / (x * (1 - x)),
    "real": lambda _: 1.0,
}
DOMAINS = tuple(_TO_SCALE)
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Distribution:
    """A normal distribution on the scale of its domain; log-normal for positive, logit-normal for fraction.

    Parameters
    ----------
    domain : positive, fraction or real.
    median : in the unit of the estimate.
    sd : standard deviation on the scale of the domain; 0 for a number that is exact.
    """

    domain: str
    median: float
    sd: float

    def __post_init__(self) -> None:
        """Refuse a domain that does not exist and numbers outside it."""
        require_inside(self.domain, self.median)
        if not (math.isfinite(self.sd) and self.sd >= 0):
            raise EvidenceProblem("making a distribution", f"the spread is {self.sd}", "zero or more")

    @classmethod
    def from_interval(cls, domain: str, low: float, high: float) -> Distribution:
        """The distribution whose central 95 % lie between two numbers."""
        for end in (low, high):
            require_inside(domain, end)
        if low >= high:
            raise EvidenceProblem(
                "making a distribution", f"low is {low:g} and high is {high:g}", "low below high"
            )
        bottom, top = _TO_SCALE[domain](low), _TO_SCALE[domain](high)
        median = float(_FROM_SCALE[domain](np.asarray((bottom + top) / 2)))
        return cls(domain, median, (top - bottom) / 2 / Z_95)

    @classmethod
    def from_standard_error(cls, domain: str, value: float, error: float) -> Distribution:
        """The distribution of a number printed with a standard error, both in the unit of the estimate."""
        require_inside(domain, value)
        return cls(domain, value, error * _PER_SCALE[domain](value))

    @property
    def exact(self) -> bool:
        """Whether there is no spread at all."""
        return self.sd == 0

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The central interval at this level, in the unit of the estimate."""
        from statistics import NormalDist

        if not 0 < level < 1:
            raise EvidenceProblem("taking an interval", f"the level is {level}", "a number between 0 and 1")
        if self.exact:
            return self.median, self.median
        reach = NormalDist().inv_cdf((1 + level) / 2) * self.sd
        low, high = self._at(np.array([-reach, reach]))
        return float(low), float(high)

    def draw(self, n: int, generator: np.random.Generator) -> NDArray[np.float64]:
        """Draw `n` numbers; shape (n,), in the unit of the estimate."""
        return self.at_scores(generator.standard_normal(n))

    def at_scores(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The numbers that lie so many standard deviations from the median; same shape as `scores`."""
        return np.full_like(scores, self.median) if self.exact else self._at(self.sd * scores)

    def width(self) -> float:
        """How wide the 95 % interval is, as a factor (for a real number: in medians)."""
        low, high = self.interval()
        if self.domain == "real":
            return math.inf if self.median == 0 else math.exp((high - low) / abs(self.median))
        return math.exp(_TO_SCALE[self.domain](high) - _TO_SCALE[self.domain](low))

    def _at(self, step: NDArray[np.float64]) -> NDArray[np.float64]:
        return _FROM_SCALE[self.domain](_TO_SCALE[self.domain](self.median) + step)


def require_inside(domain: str, value: float) -> None:
    """Refuse a number that its domain does not contain, and a domain that does not exist."""
    if domain not in _TO_SCALE:
        raise EvidenceProblem("using a domain", f"'{domain}' is not one", f"one of {', '.join(DOMAINS)}")
    inside = {"positive": value > 0, "fraction": 0 < value < 1, "real": True}[domain]
    if not (math.isfinite(value) and inside):
        raise EvidenceProblem(
            "checking a number", f"it is {value:g}", f"a finite number in the domain '{domain}'"
        )
