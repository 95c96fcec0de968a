"""Does each sweep open with the current of the level it is said to open at?

A protocol either returns to holding between sweeps or stays at its last level; a reader that takes one for
the other gives the first samples of every sweep a wrong voltage. The recording knows better: the current late
in the last epochs gives current against level, and the opening current says which of the two it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kalimag.io.recording import CommandCheck, Samples, Segment, list_sweeps

_LATE_PART = 0.2  # of the last epoch, taken as steady
_MOST_LATE = 1000  # samples of it are enough
_LATE_RAMP = 10  # samples at the end of a ramp, taken as its level
_NEAR = 0.25  # of the distance between the two explanations
_APART = 0.1  # of the range of the currents: closer explanations are not told apart
Floats = NDArray[np.float64]


def check_openings(
    segments: Sequence[tuple[Segment, ...]], current: Samples, lengths: Sequence[int]
) -> CommandCheck | None:
    """Compare opening currents with the current late in the last epochs.

    Parameters
    ----------
    segments : of the command, per sweep.
    current : array (samples of all sweeps).
    lengths : samples of each sweep.

    Returns
    -------
    "mismatch" with the sweeps whose opening current fits the other possible level (the last of the sweep
    before, or holding); "ok" when the sweeps that can tell agree; None when too few can tell.
    """
    points = _openings(segments, current, lengths)
    if points is None:
        return None
    level, steady, opening_level, opening, noise = points
    holding = opening_level[0]
    before = level[:-1]
    own = opening_level[1:]
    other = np.where(np.abs(own - before) <= np.abs(own - holding), holding, before)
    order = np.argsort(level)
    fits_own, fits_other = (np.interp(x, level[order], steady[order]) for x in (own, other))
    apart = np.abs(fits_other - fits_own)
    inside = (np.minimum(own, other) >= level.min() - 1e-9) & (np.maximum(own, other) <= level.max() + 1e-9)
    tells = inside & (apart > _APART * np.ptp(steady)) & (apart > 5 * noise[1:])
    if tells.sum() < 2:
        return None
    against = tells & (np.abs(opening[1:] - fits_other) < _NEAR * apart)
    in_favour = tells & (np.abs(opening[1:] - fits_own) < _NEAR * apart)
    named = tuple(int(k) + 1 for k in np.flatnonzero(against))
    if len(named) >= max(1, 0.1 * tells.sum()):
        fits = "holding" if np.allclose(own, before) else "the level at which the sweep before ended"
        text = f"sweeps do not open with the current of their opening level but with that of {fits}"
        return CommandCheck("mismatch", f"{text} ({list_sweeps(named)})", named)
    if in_favour.sum() >= 0.8 * tells.sum():
        return CommandCheck(
            "ok", f"{int(in_favour.sum())} sweeps open with the current of their opening level"
        )
    return None


def _openings(
    segments: Sequence[tuple[Segment, ...]], current: Samples, lengths: Sequence[int]
) -> tuple[Floats, ...] | None:
    """Per sweep: level and current late in the last epoch, level, current and noise of the opening."""
    levels, late, lead = [], [], []
    start = 0
    for parts, length in zip(segments, lengths, strict=True):
        acting = [part for part in parts[1:] if part.kind in ("step", "ramp")]
        if not acting or parts[0].kind != "hold" or parts[0].stop < 2 or acting[-1].stop <= acting[-1].start:
            return None
        last = acting[-1]
        part = min(_MOST_LATE, int(_LATE_PART * (last.stop - last.start)))
        size = max(1, part) if last.kind == "step" else _LATE_RAMP
        levels.append((last.level_end, parts[0].level))
        late.append((start + max(last.start, last.stop - size), start + last.stop))
        lead.append((start, start + parts[0].stop))
        start += length
    if len(levels) < 3 or len({level for level, _ in levels}) < 2:
        return None
    level, opening_level = np.array(levels).T
    steady, _ = _means_and_noise(current, late)
    opening, noise = _means_and_noise(current, lead)
    return level, steady, opening_level, opening, noise


def _means_and_noise(current: Samples, windows: list[tuple[int, int]]) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the current in each window, all at once where they are equally long."""
    begins = np.array([begin for begin, _ in windows])
    sizes = np.array([end - begin for begin, end in windows])
    means, noise = np.empty(len(windows)), np.empty(len(windows))
    for size in set(sizes.tolist()):
        alike = sizes == size
        block = current[begins[alike][:, None] + np.arange(size)].astype(np.float64)
        means[alike], noise[alike] = block.mean(axis=1), block.std(axis=1)
    return means, noise
