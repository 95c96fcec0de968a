"""From one estimate per group to an interval over groups: a mean or a law, every group with a random shift.

The variance between groups is that of Paule and Mandel, so the scale of Hartung and Knapp is one wherever
the groups differ by more than their own errors. Where they differ by less it falls below one, but no interval
is narrower than the groups' own errors allow (a floor of one would cover 99 of 100 where 95 are said).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kalimag.errors import UsageProblem
from kalimag.stats.least_squares import Floats, Minimum, Residuals, least_squares
from kalimag.stats.multistart import multi_start
from kalimag.stats.profile import Profile, profile_interval, t_threshold

Law = Callable[[Floats], tuple[Floats, Floats]]
_WIDEST = 1e6


@dataclass(frozen=True, eq=False)
class Starts:
    """Where the search for a law begins, shape (starts, p), and its limits, shape (p,)."""

    starts: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, eq=False)
class OverGroups:
    """A law fitted to one estimate per group.

    `estimate` and `covariance` are of the law's parameters, (p,) and (p, p); `profiles` their intervals
    (None with no degree of freedom left). `between_sd` is the SD between groups, with its own interval.
    `misfit` is the weighted sum of squares without any between-group variance, on `df` degrees of freedom.
    """

    estimate: Floats
    covariance: Floats
    profiles: tuple[Profile | None, ...]
    between_sd: float | None
    between_sd_low: float | None
    between_sd_high: float | None
    fitted: Floats
    misfit: float
    df: int
    level: float
    rivals: int = 0

    def interval(self, index: int) -> tuple[float | None, float | None]:
        """Both ends for one parameter; None where the interval is open or there is no degree of freedom."""
        profile = self.profiles[index]
        return (None, None) if profile is None else (profile.low, profile.high)


def mean_over_groups(y: Floats, sd: Floats, level: float) -> OverGroups:
    """A mean over groups with an interval that counts groups, not points.

    Parameters
    ----------
    y : one estimate per group, shape (groups,).
    sd : standard error of each within its group, shape (groups,).
    level : of the interval, 0.95 for 95 %.

    Returns
    -------
    OverGroups with one parameter.
    """
    return linear_over_groups(np.ones((len(y), 1)), y, sd, level)


def linear_over_groups(design: Floats, y: Floats, sd: Floats, level: float) -> OverGroups:
    """The same for a linear law `design @ parameters`; design has shape (groups, parameters)."""
    start = np.asarray(np.linalg.lstsq(design, y, rcond=None)[0], dtype=float)
    reach = _WIDEST * (float(np.ptp(y)) + float(sd.max()) + float(np.abs(start).max()) + 1.0)
    search = Starts(start[None], start - reach, start + reach)
    return law_over_groups(lambda u: (design @ u, design), y, sd, search, level)


def law_over_groups(law: Law, y: Floats, sd: Floats, search: Starts, level: float) -> OverGroups:
    """Fit a law to one estimate per group, every group with its own random shift.

    Parameters
    ----------
    law : parameters (p,) -> prediction for every group (groups,) and its Jacobian (groups, p).
    y, sd : estimate and its standard error within the group, shape (groups,).
    search : where searches begin and where they end; a profile that reaches a limit is open there.
    level : of the intervals.

    Returns
    -------
    OverGroups; intervals use t with (groups - p) degrees of freedom.

    Raises
    ------
    UsageProblem : fewer groups than parameters.
    """
    df = len(y) - search.starts.shape[1]
    if df < 0:
        raise UsageProblem(
            "fitting a law over groups",
            f"{len(y)} groups for {search.starts.shape[1]} parameters",
            "at least as many groups",
        )
    limits = search.lower, search.upper
    found = multi_start(_weighted(law, y, sd, 0.0), search.starts, *limits)
    if df == 0:
        return _without_spread(found.best, law, level)

    def at(variance: float) -> Minimum:
        return least_squares(_weighted(law, y, sd, variance), found.best.u, *limits)

    misfit = at(0.0).cost
    variance = _variance_where(lambda v: at(v).cost, float(df), y, sd)
    best = at(variance)
    rise = _rise(best.cost / df, level, df)
    residuals = _weighted(law, y, sd, variance)
    profiles = tuple(profile_interval(residuals, best, k, rise, limits) for k in range(len(best.u)))
    low, high = _spread_interval(lambda v: at(v).cost, df, level, y, sd)
    return OverGroups(
        estimate=best.u,
        covariance=best.covariance(rise / t_threshold(level, df) ** 2),
        profiles=profiles,
        between_sd=float(np.sqrt(variance)),
        between_sd_low=low,
        between_sd_high=high,
        fitted=law(best.u)[0],
        misfit=misfit,
        df=df,
        level=level,
        rivals=len(found.rivals(rise)),
    )


def nested_p(y: Floats, sd: Floats, narrow: OverGroups, wide: OverGroups) -> float | None:
    """Probability of so much better a fit by the wider of two nested laws if the narrower were true.

    Parameters
    ----------
    y, sd : as for `law_over_groups`.
    narrow, wide : both laws fitted; the wide one's variance between groups weighs both.

    Returns
    -------
    float, from F; None where the wide law has no more parameters or leaves no degree of freedom.
    """
    more = narrow.df - wide.df
    if more < 1 or wide.df < 1 or wide.between_sd is None:
        return None
    from scipy.special import fdtrc

    weights = 1.0 / (sd**2 + wide.between_sd**2)
    left, left_wide = (float(np.sum(weights * (y - law.fitted) ** 2)) for law in (narrow, wide))
    scale = left_wide / wide.df
    return float(fdtrc(more, wide.df, max(left - left_wide, 0.0) / more / scale))


def _rise(scale: float, level: float, df: int) -> float:
    """Rise of the cost at the ends of an interval: by t and the scatter seen, or by the errors if more."""
    from scipy.special import chdtri

    return max(scale * t_threshold(level, df) ** 2, float(chdtri(1, 1.0 - level)))


def _weighted(law: Law, y: Floats, sd: Floats, variance: float) -> Residuals:
    root_weights = 1.0 / np.sqrt(sd**2 + variance)

    def residuals(u: Floats) -> tuple[Floats, Floats]:
        value, slope = law(u)
        return (value - y) * root_weights, slope * root_weights[:, None]

    return residuals


def _variance_where(cost: Callable[[float], float], target: float, y: Floats, sd: Floats) -> float:
    """The between-group variance at which the weighted sum of squares is `target`; 0 if below it already."""
    if cost(0.0) <= target:
        return 0.0
    from scipy.optimize import brentq

    high = float(np.var(y)) + float(np.max(sd) ** 2)
    while cost(high) > target:
        high *= 4.0
    return float(brentq(lambda v: cost(v) - target, 0.0, high, xtol=1e-12 * high, rtol=1e-8))


def _spread_interval(
    cost: Callable[[float], float], df: int, level: float, y: Floats, sd: Floats
) -> tuple[float, float]:
    """Interval of the SD between groups: where the sum of squares leaves the chi-squared range."""
    from scipy.special import chdtri

    tail = 0.5 * (1.0 - level)
    ends = (_variance_where(cost, float(chdtri(df, p)), y, sd) for p in (tail, 1.0 - tail))
    low, high = (float(np.sqrt(v)) for v in ends)
    return low, high


def _without_spread(best: Minimum, law: Law, level: float) -> OverGroups:
    """As many groups as parameters: the estimate stands, nothing can be said about its spread."""
    size = len(best.u)
    return OverGroups(
        best.u,
        best.covariance(),
        (None,) * size,
        None,
        None,
        None,
        law(best.u)[0],
        best.cost,
        0,
        level,
    )
