"""Profile-likelihood intervals: how far one parameter can go while all others do their best to follow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from kalimag.stats.least_squares import Floats, Minimum, Residuals, least_squares

_CLOSE = 2e-4
_MOST_POINTS = 40
_FASTEST = 4.0
_SMALLEST = 1e-300


@dataclass(frozen=True)
class Profile:
    """An interval for one searched parameter.

    `low` or `high` is None where the cost never rises enough before the limit: the interval is open there.
    `trace` holds the (parameter, cost) pairs met on the way; `better` a lower minimum, if one was met.
    """

    low: float | None
    high: float | None
    trace: tuple[tuple[float, float], ...]
    better: Minimum | None = None

    @property
    def closed(self) -> bool:
        """Whether both ends were found."""
        return self.low is not None and self.high is not None


class _LowerMinimum(Exception):
    def __init__(self, minimum: Minimum) -> None:
        self.minimum = minimum


@cache
def t_threshold(level: float, df: int) -> float:
    """How many standard errors a two-sided interval of this level reaches with `df` degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.5 + 0.5 * level))


def profile_interval(
    residuals: Residuals, minimum: Minimum, index: int, rise: float, limits: tuple[Floats, Floats]
) -> Profile:
    """Where the profiled cost of one parameter has risen by `rise`, to either side of the minimum.

    Parameters
    ----------
    residuals : see `least_squares`.
    minimum : where the cost is least.
    index : which parameter.
    rise : how much the cost must rise: variance times t squared, variance being 1 for known errors.
    limits : lower and upper limits of the search, shape (parameters,) each.

    Returns
    -------
    Profile, in the searched parameter.
    """
    walk = _Walk(residuals, minimum, index, rise, limits)
    trace: list[tuple[float, float]] = [(float(minimum.u[index]), minimum.cost)]
    ends: list[float | None] = []
    for side in (-1.0, 1.0):
        try:
            distance = walk.distance(side, trace)
        except _LowerMinimum as found:
            return Profile(None, None, tuple(sorted(trace)), found.minimum)
        ends.append(None if distance is None else float(minimum.u[index]) + side * distance)
    return Profile(ends[0], ends[1], tuple(sorted(trace)))


@dataclass(frozen=True, eq=False)
class _Walk:
    """A walk along one parameter, the others following."""

    residuals: Residuals
    minimum: Minimum
    index: int
    rise: float
    limits: tuple[Floats, Floats]

    def distance(self, side: float, trace: list[tuple[float, float]]) -> float | None:
        """How far the rise is reached: Newton on the root of the rise, kept inside a bracket."""
        minimum, k = self.minimum, self.index
        covariance = minimum.covariance()
        along = side * covariance[:, k] / max(covariance[k, k], _SMALLEST)
        room = abs(float(self.limits[0 if side < 0 else 1][k] - minimum.u[k]))
        distance = min(float(np.sqrt(covariance[k, k] * self.rise)), room)
        inside, outside, before, at = 0.0, np.inf, minimum.u, 0.0
        for _ in range(_MOST_POINTS):
            here = self._best_at(before + along * (distance - at))
            trace.append((float(here.u[k]), here.cost))
            if here.cost < minimum.cost - 1e-3 * self.rise:
                raise _LowerMinimum(here)
            root = float(np.sqrt(max(here.cost - minimum.cost, 0.0) / self.rise))
            if abs(root - 1.0) <= _CLOSE:
                return distance
            if root < 1.0 and distance >= room:
                return None
            inside, outside = (distance, outside) if root < 1.0 else (inside, distance)
            slope = float(here.residuals @ here.jacobian[:, k]) * side / max(root * self.rise, _SMALLEST)
            along, before, at = (here.u - minimum.u) / distance, here.u, distance
            step = (1.0 - root) / slope if slope > 0 else np.inf
            distance = min(distance + step, _FASTEST * distance, room)
            if not inside < distance < outside:
                distance = 0.5 * (inside + outside)
        return None

    def _best_at(self, guess: Floats) -> Minimum:
        """The least cost with one parameter held where `guess` has it."""
        low, high = (limit.copy() for limit in self.limits)
        low[self.index] = high[self.index] = guess[self.index]
        tolerance = float(np.sqrt(_CLOSE * self.rise / max(self.minimum.cost, _CLOSE * self.rise)))
        return least_squares(self.residuals, guess, low, high, tolerance=tolerance, max_evaluations=60)
