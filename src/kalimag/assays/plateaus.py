"""A recorded voltage, noise and all, taken apart into the steps and ramps that were asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kalimag.io.recording import Segment

Floats = NDArray[np.float64]
_SMALLEST_STEP_mV = 0.25
_SHORTEST = 8  # samples; shorter pieces are edges, neither plateau nor ramp
_GRAIN = 400  # blocks per sweep; an edge is then found to the sample


def plateaus(voltage_mV: Floats) -> tuple[Segment, ...]:
    """Find where a recorded voltage stays still, where it runs straight, and where it does neither.

    Parameters
    ----------
    voltage_mV : array (samples,).

    Returns
    -------
    Segments without gaps: "step" with the mean as level, "ramp" from a straight line, "samples" for the rest.
    """
    count = len(voltage_mV)
    size = max(1, count // _GRAIN)
    noise = _noise(voltage_mV)
    reach = max(6.0 * noise, _SMALLEST_STEP_mV)
    runs = _still_runs(voltage_mV, size, reach, noise)
    parts: list[Segment] = []
    done = 0
    for run in runs:
        start, stop = _widened(voltage_mV, *run, reach, done)
        if start > done:
            parts.append(_between(voltage_mV, done, start, reach))
        level = float(voltage_mV[start:stop].mean())
        parts.append(Segment(start, stop, level, level, "step"))
        done = stop
    if done < count:
        parts.append(_between(voltage_mV, done, count, reach))
    return tuple(parts)


def _noise(voltage: Floats) -> float:
    """Standard deviation of the noise, from differences of neighbours, which steps and ramps hardly touch."""
    differences = np.diff(voltage)
    if len(differences) < 2:
        return 0.0
    return float(np.median(np.abs(differences - np.median(differences))) / (0.6745 * np.sqrt(2.0)))


def _still_runs(voltage: Floats, size: int, reach: float, noise: float) -> list[tuple[int, int]]:
    """Runs of whole blocks whose samples stay within reach, with means that agree with the run's first."""
    blocks = len(voltage) // size
    table = voltage[: blocks * size].reshape(blocks, size)
    means, flat = table.mean(axis=1), np.ptp(table, axis=1) <= 2.0 * reach
    agree = max(6.0 * noise / np.sqrt(size), 0.5 * _SMALLEST_STEP_mV)
    runs: list[tuple[int, int]] = []
    first = None
    for index in range(blocks + 1):
        inside = index < blocks and flat[index]
        if first is not None and not (
            inside and abs(means[index] - means[first : first + 8].mean()) <= agree
        ):
            if (index - first) * size >= _SHORTEST and not _drifts(means[first:index], agree):
                runs.append((first * size, index * size))
            first = None
        if first is None and inside:
            first = index
    return runs


def _drifts(means: Floats, agree: float) -> bool:
    """Whether a run is a piece of a slow ramp: it climbs by more than the block means scatter."""
    return len(means) < 4 or float(abs(means[-1] - means[0])) > 0.8 * agree


def _widened(voltage: Floats, start: int, stop: int, reach: float, done: int) -> tuple[int, int]:
    """Move the ends of a still run, found in whole blocks, to the sample at which it begins and ends."""
    level = float(voltage[start:stop].mean())
    while start > done and abs(voltage[start - 1] - level) <= reach:
        start -= 1
    while stop < len(voltage) and abs(voltage[stop] - level) <= reach:
        stop += 1
    return start, stop


def _between(voltage: Floats, start: int, stop: int, reach: float) -> Segment:
    """What lies between plateaus: a ramp where a straight line fits, else samples of their own shape."""
    here = voltage[start:stop]
    if stop - start >= _SHORTEST:
        slope, level = np.polyfit(np.arange(stop - start), here, 1)
        line = level + slope * np.arange(stop - start)
        if np.abs(here - line).max() <= max(reach, 0.02 * float(np.ptp(here))):
            return Segment(start, stop, float(line[0]), float(line[-1]), "ramp")
    return Segment(start, stop, float(here[0]), float(here[-1]), "samples")
