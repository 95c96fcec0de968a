"""Does each sweep open with the current of the level it is said to open at?

A protocol either returns to holding between sweeps or stays at its last level; a reader that takes one for
the other gives the first samples of every sweep a wrong voltage. The recording knows better: the current late
in the epochs gives current against level, and the opening current says which of the two it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kalimag.io.recording import CommandCheck, Samples, Segment, list_sweeps

_LATE_PART = 0.2  # of an epoch, taken as steady
_MOST_LATE, _MOST_LEAD = 200, 1000  # samples are enough
_LATE_RAMP = 10  # samples at the end of a ramp, taken as its level
_NEAR = 0.25  # of the distance between the two explanations
_BETTER = 0.05  # of the squares left by the command's own levels, what the other levels must leave
_APART = 0.1  # of the range of the currents: closer explanations are not told apart
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Openings:
    """Current against rising level; per sweep the last level, and level, current, noise of the opening."""

    level: Floats
    steady: Floats
    last_level: Floats
    opening_level: Floats
    opening: Floats
    noise: Floats


def check_openings(
    segments: Sequence[tuple[Segment, ...]], current: Samples, lengths: Sequence[int]
) -> CommandCheck | None:
    """Compare opening currents with the current late in the steps and ramps.

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
    found = _openings(segments, current, lengths)
    if found is None:
        return None
    before, own = found.last_level[:-1], found.opening_level[1:]
    holding = found.opening_level[0]
    other = np.where(np.abs(own - before) <= np.abs(own - holding), holding, before)
    fits_own, fits_other = (np.interp(x, found.level, found.steady) for x in (own, other))
    apart = np.abs(fits_other - fits_own)
    lowest, highest = found.level[0] - 1e-9, found.level[-1] + 1e-9
    inside = (np.minimum(own, other) >= lowest) & (np.maximum(own, other) <= highest)
    tells = inside & (apart > _APART * np.ptp(found.steady)) & (apart > 5 * found.noise[1:])
    if tells.sum() < 2:
        return None
    against = tells & (np.abs(found.opening[1:] - fits_other) < _NEAR * apart)
    in_favour = tells & (np.abs(found.opening[1:] - fits_own) < _NEAR * apart)
    named = tuple(int(k) + 1 for k in np.flatnonzero(against))
    if len(named) > 1 and _follows(found.opening[1:][tells], fits_other[tells], fits_own[tells]):
        fits = "holding" if np.allclose(own, before) else "the level at which the sweep before ended"
        text = f"sweeps do not open with the current of their opening level but with that of {fits}"
        return CommandCheck("mismatch", f"{text} ({list_sweeps(named)})", named)
    if in_favour.sum() >= 0.8 * tells.sum():
        return CommandCheck(
            "ok", f"{int(in_favour.sum())} sweeps open with the current of their opening level"
        )
    return None


def _follows(opening: Floats, other: Floats, own: Floats) -> bool:
    """Whether the opening currents go with the other level from sweep to sweep, and not with their own."""
    if len(opening) < 3:
        return False
    off_other, off_own = (opening - fit - np.mean(opening - fit) for fit in (other, own))
    return bool((off_other**2).sum() < _BETTER * (off_own**2).sum())


def _openings(
    segments: Sequence[tuple[Segment, ...]], current: Samples, lengths: Sequence[int]
) -> _Openings | None:
    """Openings, and current against level late in all steps and ramps; None when the sweeps end alike."""
    levels, late, lasts, opening_levels, leads = [], [], [], [], []
    start = 0
    for parts, length in zip(segments, lengths, strict=True):
        acting = [part for part in parts[1:] if part.kind in ("step", "ramp") and part.stop > part.start]
        if not acting or parts[0].kind != "hold" or parts[0].stop < 2:
            return None
        for part in acting:
            size = min(_MOST_LATE, max(1, int(_LATE_PART * (part.stop - part.start))))
            size = size if part.kind == "step" else _LATE_RAMP
            levels.append(part.level_end)
            late.append((start + max(part.start, part.stop - size), start + part.stop))
        lasts.append(acting[-1].level_end)
        opening_levels.append(parts[0].level)
        leads.append((start + max(0, parts[0].stop - _MOST_LEAD), start + parts[0].stop))
        start += length
    if len(lasts) < 3 or len(set(lasts)) < 2:
        return None
    rounded = np.round(levels, 3)
    level = np.array(sorted(set(rounded.tolist())))
    place = np.searchsorted(level, rounded)
    steady = np.bincount(place, _means_and_noise(current, late)[0]) / np.bincount(place)
    return _Openings(
        level, steady, np.array(lasts), np.array(opening_levels), *_means_and_noise(current, leads)
    )


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
