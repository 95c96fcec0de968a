"""Reversal potential and conductances of an I–V, each with the method in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kalimag.assays.command_shape import SAME_LEVEL_mV
from kalimag.assays.iv_result import IVRow, Reversal, Slope
from kalimag.stats.block_mean import BLOCKS, block_mean
from kalimag.stats.scattered_polynomial import (
    Fitted,
    bend_p,
    crossing,
    fit_polynomial,
    fit_with_scatter,
    quantile,
)

Floats = NDArray[np.float64]
LEVEL = 0.95
CHORD_GAP_mV = 10.0
_PARABOLA_FROM, _LINE_FROM = 2, 4  # points on either side of a reversal
_BENT = 0.01  # probability of a bend that is none, below which an I–V is called curved
_SURE = 2.0  # standard errors a current must lie from zero for its sign to count
_ENOUGH_SWEEPS = 3
_LINE = "weighted straight line, t-interval"
_CURVE = (
    "zero of a weighted {shape} through the {n} points next to it, interval by Fieller's method from their "
    "errors and the scatter of {wide} points about a smooth curve"
)


@dataclass(frozen=True, eq=False)
class Curve:
    """Mean current at each distinct voltage, in order of voltage."""

    V: Floats
    I: Floats  # noqa: E741 (the symbol of the field)
    sem: Floats
    dof: float


def curve(rows: Sequence[IVRow]) -> Curve:
    """Average rows at the same voltage; their spread counts where there are at least three of them."""
    points = [(*row.point, row.I_sem_pA) for row in rows if row.point is not None]
    points.sort(key=lambda point: point[:2])
    groups: list[list[tuple[float, float, float | None]]] = []
    for point in points:
        if groups and point[0] - groups[-1][0][0] <= SAME_LEVEL_mV:
            groups[-1].append(point)
        else:
            groups.append([point])
    V = np.array([np.mean([point[0] for point in group]) for group in groups])
    current = np.array([np.mean([point[1] for point in group]) for group in groups])
    return Curve(V, current, np.array([_group_error(group) for group in groups]), float(BLOCKS - 1))


def binned_curve(rows: Sequence[IVRow]) -> Curve:
    """The bins of a ramp as a curve; none are joined, however narrow they are."""
    points = sorted((*row.point, row.I_sem_pA or 0.0) for row in rows if row.point is not None)
    V, current, sem = np.array(points).reshape(-1, 3).T
    sweeps = max((row.n_sweeps for row in rows), default=1)
    return Curve(V, current, sem, float(sweeps - 1 if sweeps > 1 else BLOCKS - 1))


def alike(replicates: Sequence[Curve], mean: Curve) -> Sequence[Curve]:
    """The curves of single sweeps if each has a point wherever their mean has one, else none."""
    return replicates if all(len(one.V) == len(mean.V) for one in replicates) else ()


def _group_error(group: list[tuple[float, float, float | None]]) -> float:
    known = [sem for _, _, sem in group if sem is not None]
    own = float(np.sqrt(np.mean(np.square(known)) / len(group))) if known else 0.0
    if len(group) < _ENOUGH_SWEEPS:
        return own
    return max(own, float(np.std([point[1] for point in group], ddof=1) / np.sqrt(len(group))))


def reversal(measured: Curve, replicates: Sequence[Curve] = ()) -> Reversal:
    """Find where the current reverses.

    Parameters
    ----------
    measured : the mean I–V.
    replicates : the same I–V in each sweep, where every sweep holds a whole one; at least three to be used.

    Returns
    -------
    Reversal; without a number where current surely inward never meets current surely outward, or twice.
    """
    sure = np.abs(measured.I) > _SURE * measured.sem
    signs = np.sign(measured.I) * sure
    seen = np.flatnonzero(signs)
    turns = [(int(a), int(b)) for a, b in pairwise(seen) if signs[a] != signs[b]]
    if not turns:
        return _no_reversal(_never(measured, signs))
    if len(turns) > 1:
        places = ", ".join(f"{measured.V[a]:.4g} to {measured.V[b]:.4g} mV" for a, b in turns)
        return _no_reversal(f"the current changes sign more than once: {places}")
    left, right = turns[0]
    fitted = _crossing(measured, left, right)
    if fitted is None:
        return _no_reversal("no smooth line through the neighbouring points crosses zero between them")
    if len(replicates) >= _ENOUGH_SWEEPS:
        return _over_sweeps(replicates, left, right) or fitted
    return fitted


def _no_reversal(text: str) -> Reversal:
    return Reversal(None, None, None, LEVEL, "", text)


def _never(measured: Curve, signs: Floats) -> str:
    span = f"between {measured.V.min():.4g} and {measured.V.max():.4g} mV" if len(measured.V) else ""
    if not signs.any():
        return f"no current differs from zero {span}"
    return f"the current is {'outward' if signs.sum() > 0 else 'inward'} all over {span}: it does not reverse"


def _around(measured: Curve, left: int, right: int, each_side: int) -> slice:
    """The points between left and right, and some on either side, both included in the count."""
    return slice(max(0, left - each_side + 1), min(len(measured.V), right + each_side))


def _crossing(measured: Curve, left: int, right: int) -> Reversal | None:
    """Zero of a line through four points on either side; of a parabola through two, where they bend."""
    bracket = (float(measured.V[left]), float(measured.V[right]))
    wide = _around(measured, left, right, _LINE_FROM)
    limits = (float(measured.V[wide.start]), float(measured.V[wide.stop - 1]))
    for part, fitted, shape in _candidates(measured, wide, left, right):
        found = crossing(fitted, bracket, limits, LEVEL)
        if found is not None:
            n, all_points = part.stop - part.start, wide.stop - wide.start
            return _told(*found, _CURVE.format(shape=shape, n=n, wide=all_points), limits)
    return None


def _candidates(measured: Curve, wide: slice, left: int, right: int) -> Iterator[tuple[slice, Fitted, str]]:
    """Local fits, best first; the last, a line between the two neighbours, always crosses zero there."""
    V, current, sem, n = measured.V[wide], measured.I[wide], measured.sem[wide], wide.stop - wide.start
    around = fit_polynomial(V, current, sem, 3 if n >= 6 else 2 if n == 5 else 1, measured.dof)
    bend = fit_polynomial(V, current, sem, 2, measured.dof).coefficient(2, LEVEL) if n >= 5 else None
    if bend is not None and bend[1] <= 0 <= bend[2]:
        yield wide, fit_polynomial(V, current, sem, 1, measured.dof), "straight line"
    near = _around(measured, left, right, _PARABOLA_FROM)
    if near.stop - near.start >= 4:
        V, current, sem = measured.V[near], measured.I[near], measured.sem[near]
        yield near, fit_with_scatter(V, current, sem, 2, around), "parabola"
    ends = [left, right]
    two = measured.V[ends], measured.I[ends], measured.sem[ends]
    yield slice(left, right + 1), fit_with_scatter(*two, 1, around), "straight line"


def _told(
    value: float, low: float | None, high: float | None, method: str, limits: tuple[float, float]
) -> Reversal:
    missing = [f"below {limits[0]:.4g} mV"] * (low is None) + [f"above {limits[1]:.4g} mV"] * (high is None)
    ends = f"{low if low is not None else limits[0]:.2f} to {high if high is not None else limits[1]:.2f} mV"
    text = f"the current reverses at {value:.2f} mV, {LEVEL:.0%} interval {ends}"
    if missing:
        text += f", which reaches {' and '.join(missing)}, beyond the points it rests on"
    return Reversal(value, low, high, LEVEL, method, text)


def _over_sweeps(replicates: Sequence[Curve], left: int, right: int) -> Reversal | None:
    """Mean over sweeps of each sweep's own crossing, from a line through the same points in every sweep."""
    near = _around(replicates[0], left, right, _PARABOLA_FROM)
    zeros = []
    for one in replicates:
        slope, height = np.polyfit(one.V[near] - one.V[left], one.I[near], 1)
        zeros.append(float(one.V[left] - height / slope) if slope else np.nan)
    if not np.isfinite(zeros).all():
        return None
    value, reach = _mean_over_sweeps(np.array(zeros))
    method = f"mean over {len(zeros)} sweeps of each sweep's zero of a straight line, t-interval"
    return _told(value, value - reach, value + reach, method, (value - reach, value + reach))


def _mean_over_sweeps(values: Floats) -> tuple[float, float]:
    """Mean, and how far its t-interval reaches; where sweeps are many, slow drift over them widens it."""
    n = len(values)
    error, dof = float(np.std(values, ddof=1) / np.sqrt(n)), n - 1
    if n >= 2 * BLOCKS:
        blocks = block_mean(values).sem or 0.0
        error, dof = (blocks, BLOCKS - 1) if blocks > error else (error, dof)
    return float(np.mean(values)), quantile(LEVEL, dof) * error


def slope(
    measured: Curve, replicates: Sequence[Curve] = (), limits: tuple[float, float] | None = None
) -> Slope:
    """Fit the slope conductance.

    Parameters
    ----------
    measured : the mean I–V.
    replicates : the same I–V in each sweep, as for `reversal`.
    limits : from which to which voltage, mV; the whole range when None.

    Returns
    -------
    Slope, whose text says when the I–V is curved, so that one conductance is only its average steepness.
    """
    low, high = limits or (-np.inf, np.inf)
    inside = (low <= measured.V) & (high >= measured.V)
    V, current, sem = measured.V[inside], measured.I[inside], measured.sem[inside]
    if len(V) < 2:
        return Slope(
            None, None, None, LEVEL, None, len(V), "", "a conductance needs currents at two voltages"
        )
    span, curved = (float(V[0]), float(V[-1])), _curved(V, current, sem, measured.dof)
    if len(replicates) >= _ENOUGH_SWEEPS:
        lines = np.array([np.polyfit(one.V[inside], one.I[inside], 1) for one in replicates])
        value, reach = _mean_over_sweeps(lines[:, 0])
        method = f"straight line in each of {len(lines)} sweeps, t-interval over sweeps"
        zero = float(lines[:, 1].mean())
        return Slope(value, value - reach, value + reach, LEVEL, span, len(lines), method, curved, zero)
    fitted = fit_polynomial(V, current, sem, 1, measured.dof)
    if len(V) == 2 and not sem.any():
        text = "two single points: no interval"
        value = float(fitted.coefficients[1])
        return Slope(value, None, None, LEVEL, span, 2, "line through two points", text, fitted.at(0.0)[0])
    return Slope(*fitted.coefficient(1, LEVEL), LEVEL, span, len(V), _LINE, curved, fitted.at(0.0)[0])


def _curved(V: Floats, current: Floats, sem: Floats, dof: float) -> str:
    """A sentence when the points bend surely, by more than a twentieth of the whole change of current."""
    if len(V) < 5 or bend_p(V, current, sem) > _BENT:
        return ""
    bend = float(fit_polynomial(V, current, sem, 2, dof).coefficients[2])
    if abs(bend) * (0.5 * np.ptp(V)) ** 2 < 0.05 * np.ptp(current):
        return ""
    third = max(2, len(V) // 3)
    told = []
    for end in (slice(0, third), slice(len(V) - third, None)):
        steep = float(fit_polynomial(V[end], current[end], sem[end], 1, dof).coefficients[1])
        told.append(f"{steep:.2g} nS between {V[end][0]:.4g} and {V[end][-1]:.4g} mV")
    return (
        f"the I–V is curved (F test, 99 %): its steepness is {' but '.join(told)}, so that one number is an "
        "average over the range, not a conductance of the cell"
    )


def with_chords(rows: Sequence[IVRow], found: Reversal) -> tuple[IVRow, ...]:
    """Rows with their chord conductance I/(V - E_rev); none within 10 mV of it, where error rules."""
    E_rev = found.value_mV
    if E_rev is None:
        return tuple(rows)
    return tuple(
        replace(row, chord_conductance_nS=row.point[1] / (row.point[0] - E_rev))
        if row.point is not None and abs(row.point[0] - E_rev) >= CHORD_GAP_mV
        else row
        for row in rows
    )
