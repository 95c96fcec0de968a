"""What of a sharp change of current lasts, and what decays: a conductance and a capacitance answer alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kalimag.io.recording import Samples

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_STANDS_OUT = 4.0  # times the usual change from sample to sample
_PART = 0.1  # of the sharp change
_ENOUGH = 0.3  # of the edges
_SETTLED = 8  # samples that a level is taken from


@dataclass(frozen=True)
class Lasting:
    """At every edge: `jump` from the level before to the settled one after, `spike` beyond both of them."""

    jump: Floats
    spike: Floats

    def decays(self, size: Floats, noise: float) -> bool:
        """Whether the current passes beyond where it settles, at edges enough to call it a capacitance."""
        visible = np.abs(size) > 2 * _STANDS_OUT * noise
        if not visible.any():
            return False
        beyond = np.abs(self.spike) > np.maximum(_STANDS_OUT * noise, _PART * np.abs(size))
        return bool(beyond[visible].mean() >= _ENOUGH)

    def against(self, expected: Floats, part: float) -> Flags:
        """Where a lasting change is against the transient expected, and larger than this part of it."""
        return np.asarray((self.jump * expected < 0) & (np.abs(self.jump) > part * np.abs(expected)))


def lasting(at: Ints, before: Ints, after: Ints, current: Samples, jitter: int) -> Lasting:
    """Divide the change of current at each edge.

    Parameters
    ----------
    at : samples of the edges, shape (edges,).
    before, after : room around each that no other edge shares, in samples, shape (edges,).
    current : samples of the whole recording.
    jitter : samples that an edge may be early.

    Returns
    -------
    Lasting, in the unit of the current.
    """
    jumps, spikes = np.zeros(len(at)), np.zeros(len(at))
    for k, (edge, room, later) in enumerate(zip(at.tolist(), before.tolist(), after.tolist(), strict=True)):
        whole = np.asarray(current[max(0, edge - room) : edge + later], dtype=np.float64)
        place = min(room, edge)
        early = whole[: max(1, place - jitter)][-_SETTLED:]
        late = whole[-max(1, min(_SETTLED, later // 3)) :]
        level, settled = float(early.mean()), float(late.mean())
        moving = whole[max(0, place - jitter) :]
        up, down = float(moving.max()) - max(level, settled), min(level, settled) - float(moving.min())
        jumps[k], spikes[k] = settled - level, up if up > down else -down
    return Lasting(jumps, spikes)
