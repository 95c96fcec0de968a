"""A search from several starts, so that a second minimum is seen and said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kalimag.stats.least_squares import Floats, Minimum, Residuals, least_squares

_LOOSE = 0.03
_SAME = 1.0


@dataclass(frozen=True)
class Search:
    """The lowest minimum, the other distinct ones (lowest first), and how many starts were tried."""

    best: Minimum
    others: tuple[Minimum, ...]
    starts: int

    def rivals(self, rise: float) -> tuple[Minimum, ...]:
        """Other minima whose cost is within `rise` of the lowest."""
        return tuple(other for other in self.others if other.cost <= self.best.cost + rise)


def spread_starts(low: Floats, high: Floats, number: int, seed: int) -> Floats:
    """Starts that fill a box evenly in every direction (Latin hypercube), shape (number, parameters)."""
    rng = np.random.default_rng(seed)
    ranks = np.column_stack([rng.permutation(number) for _ in low])
    return np.asarray(low + (high - low) * (ranks + 0.5) / number)


def multi_start(residuals: Residuals, starts: Floats, lower: Floats, upper: Floats) -> Search:
    """Search from every start, then polish the distinct ends.

    Parameters
    ----------
    residuals : see `least_squares`.
    starts : shape (starts, parameters).
    lower, upper : limits, shape (parameters,).

    Returns
    -------
    Search.
    """
    rough: list[Minimum] = []
    for start in starts:
        end = least_squares(residuals, start, lower, upper, tolerance=_LOOSE, max_evaluations=60)
        if np.isfinite(end.cost) and not any(_same(end, known) for known in rough):
            rough.append(end)
    distinct: list[Minimum] = []
    for near in sorted(rough, key=lambda one: one.cost) or [end]:
        polished = least_squares(residuals, near.u, lower, upper)
        if not any(_same(polished, known) for known in distinct):
            distinct.append(polished)
    distinct.sort(key=lambda end: end.cost)
    return Search(distinct[0], tuple(distinct[1:]), len(starts))


def _same(one: Minimum, other: Minimum) -> bool:
    """Whether two ends are the same minimum: less than a standard error apart, whatever their distance."""
    apart = one.u - other.u
    rise = float(np.sum((other.jacobian @ apart) ** 2))
    scale = min(one.cost, other.cost) / max(len(one.residuals) - len(apart), 1)
    return rise <= _SAME**2 * scale and abs(one.cost - other.cost) <= _SAME**2 * scale
