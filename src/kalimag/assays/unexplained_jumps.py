"""Where the current jumps in every sweep although the command, as far as the file tells, stands still."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Trace = NDArray[np.floating[Any]]
_FEWEST_SWEEPS = 3
_VISIBLE = 25.0  # times the usual change from sample to sample
_TOGETHER_s = 0.5e-3
_SHARE = 0.8  # of the sweeps


def unexplained_jumps(traces: Sequence[Trace], rate_Hz: float) -> tuple[int, ...]:
    """Find sudden changes of current that come at the same time, with the same sign, in nearly every sweep.

    Events of the cell (openings, synaptic currents) do not keep such time; a test pulse does, and a stimulus
    that the header no longer tells of.

    Parameters
    ----------
    traces : the current of each sweep.
    rate_Hz : samples per second.

    Returns
    -------
    Samples at which they begin; none when there are fewer than three sweeps to compare.
    """
    if len(traces) < _FEWEST_SWEEPS:
        return ()
    together = max(2, round(_TOGETHER_s * rate_Hz))
    bins = max(len(trace) for trace in traces) // together + 2
    counts = {1: np.zeros(bins, int), -1: np.zeros(bins, int)}
    for trace in traces:
        change = np.diff(np.asarray(trace, dtype=np.float64))
        usual = 1.4826 * float(np.median(np.abs(change - np.median(change)))) if len(change) else 0.0
        for sign in counts:
            at = np.flatnonzero(sign * change > _VISIBLE * usual) if usual > 0 else np.empty(0, int)
            seen = np.zeros(bins, bool)
            seen[at // together] = True
            # A jump may fall on either side of a bin's edge.
            counts[sign] += seen | np.roll(seen, 1)
    common = [np.flatnonzero(count >= _SHARE * len(traces)) for count in counts.values()]
    found = np.unique(np.concatenate(common))
    first = found[np.concatenate([[True], np.diff(found) > 2])] if len(found) else found
    return tuple(int(max(0, index - 1) * together) for index in first)


def quiet_stretch(jumps: Sequence[int], length: int) -> tuple[int, int]:
    """The later half of the longest stretch without a jump, where transients have died away."""
    edges = [0, *jumps, length]
    start, stop = max(pairwise(edges), key=lambda pair: pair[1] - pair[0])
    return start + (stop - start) // 2, stop
