"""Levels and steps of a voltage that was recorded, or drawn by hand into a file."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kalimag.io.recording import Samples, Segment

_SETTLE_S = 0.001  # a step of a clamped voltage is over within this time
_STEEP = 8.0  # times the noise
_ENOUGH = 600  # samples to know a level or a noise by
_FLAT = 4.0  # times the noise: what a level or a straight line may wander
Floats = NDArray[np.float64]


def steps_of(voltage: Samples, rate_Hz: float, smallest: float) -> tuple[Segment, ...]:
    """Divide a voltage into levels and straight ramps between sudden steps.

    Parameters
    ----------
    voltage : array (samples,).
    rate_Hz : samples per second.
    smallest : step that counts, in the unit of the voltage.

    Returns
    -------
    Segments from 0 to the end. The first level, and any level equal to it, is "hold"; another is "step"; a
    stretch that is neither flat nor straight has kind "samples".
    """
    values = np.asarray(voltage, dtype=np.float64)
    reach = max(1, round(_SETTLE_S * rate_Hz))
    if len(values) <= 2 * reach:
        return (_piece(values, 0, len(values), 0, smallest),) if len(values) else ()
    change = values[reach:] - values[:-reach]
    some = _thinned(change)
    usual = float(np.median(some))
    noise = 1.4826 * float(np.median(np.abs(some - usual)))
    moving = np.abs(change - usual) > max(smallest, _STEEP * noise)
    rims = np.flatnonzero(np.diff(np.concatenate([[False], moving, [False]]).astype(np.int8)))
    edges = [_edge(values, int(a), int(b) + reach) for a, b in rims.reshape(-1, 2)]
    bounds = [0, *(edge for edge in edges if 0 < edge < len(values)), len(values)]
    wander = max(smallest, _FLAT * noise)
    pieces = [_piece(values, a, b, reach, wander) for a, b in pairwise(bounds) if b > a]
    first = pieces[0].level
    return tuple(
        Segment(p.start, p.stop, p.level, p.level_end, "hold")
        if p.kind == "step" and abs(p.level - first) < smallest
        else p
        for p in pieces
    )


def _thinned(values: Floats) -> Floats:
    return values[:: max(1, len(values) // _ENOUGH)]


def _edge(values: Floats, start: int, stop: int) -> int:
    """The first sample beyond half of a step."""
    stop = min(stop, len(values) - 1)
    rise = values[stop] - values[start]
    beyond = (values[start : stop + 1] - values[start]) / rise > 0.5 if rise else np.ones(1, bool)
    return start + int(np.argmax(beyond))


def _piece(values: Floats, start: int, stop: int, settle: int, wander: float) -> Segment:
    """One stretch between steps: flat, straight or neither, judged where it has settled."""
    part = values[start:stop]
    settled = part[settle if start else 0 : len(part) - settle // 4 or None]
    if len(settled) < 4:
        settled = part
    places = _thinned(np.arange(len(settled), dtype=np.float64))
    settled = _thinned(settled)
    level = float(np.median(settled))
    off = np.abs(settled - level)
    if np.percentile(off, 99) <= wander:
        return Segment(start, stop, level, level, "step")
    slope, begin = np.polyfit(places, settled, 1)
    if np.percentile(np.abs(settled - begin - slope * places), 99) <= wander:
        skipped = settle if start and len(part) > settle + settle // 4 + 3 else 0
        first = float(begin - slope * skipped)
        return Segment(start, stop, first, float(first + slope * (len(part) - 1)), "ramp")
    return Segment(start, stop, float(part[0]), float(part[-1]), "samples")
