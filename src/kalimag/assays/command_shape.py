"""What a command does, seen across sweeps: where it holds still, where it ramps, and where sweeps differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kalimag.assays.plateaus import plateaus
from kalimag.io.recording import Command, Segment
from kalimag.units import factor

Floats = NDArray[np.float64]
SAME_LEVEL_mV = 0.25


@dataclass(frozen=True, eq=False)
class Stretch:
    """Samples `start` to `stop` (not included), over which the command is one straight line in every sweep.

    `levels_mV` and `ends_mV` are its first and last value in each sweep; NaN where a sweep does not reach it.
    """

    start: int
    stop: int
    levels_mV: Floats
    ends_mV: Floats

    @property
    def still(self) -> bool:
        """Whether no sweep changes its level here."""
        return bool(np.nanmax(np.abs(self.ends_mV - self.levels_mV), initial=0.0) <= SAME_LEVEL_mV)

    @property
    def spread_mV(self) -> float:
        """How far the levels of the sweeps lie apart."""
        return float(np.nanmax(self.levels_mV) - np.nanmin(self.levels_mV))

    @property
    def level_mV(self) -> float:
        """Level in the first sweep that reaches it."""
        return float(self.levels_mV[np.isfinite(self.levels_mV)][0])

    @property
    def samples(self) -> int:
        """Length."""
        return self.stop - self.start


def in_mV(command: Command) -> tuple[tuple[Segment, ...], ...]:
    """The segments of each sweep in mV; a command drawn by hand is first cut into levels and ramps."""
    scale = factor(command.unit, "mV")
    known: dict[tuple[Segment, ...], tuple[Segment, ...]] = {}
    sweeps = []
    for sweep, segments in enumerate(command.segments):
        if any(part.kind == "samples" for part in segments):
            sweeps.append(plateaus(np.asarray(command.samples[sweep], dtype=np.float64) * scale))
            continue
        if segments not in known:
            known[segments] = tuple(
                Segment(part.start, part.stop, part.level * scale, part.level_end * scale, part.kind)
                for part in segments
            )
        sweeps.append(known[segments])
    return tuple(sweeps)


def stretches(sweeps: Sequence[tuple[Segment, ...]], lengths: Sequence[int]) -> tuple[Stretch, ...]:
    """Cut time at every edge of every sweep, and join again what is one piece in all of them.

    Parameters
    ----------
    sweeps : segments of each sweep, in mV (`in_mV`).
    lengths : samples of each sweep.

    Returns
    -------
    Stretches in order, up to where half of the sweeps have ended; curved parts of a command belong to none.
    """
    if not sweeps:
        return ()
    limit = sorted(lengths, reverse=True)[math.ceil(len(lengths) / 2) - 1]
    unique = dict.fromkeys(sweeps)
    edges = {0, limit}
    for segments in unique:
        edges.update(edge for part in segments for edge in (part.start, part.stop) if edge < limit)
    cuts = np.array(sorted(edges))
    tables = {segments: _sampled(segments, cuts) for segments in unique}
    per_sweep = np.stack([tables[segments] for segments in sweeps])
    pieces: list[Stretch] = []
    joined: list[NDArray[np.float64]] = []
    for index in range(len(cuts) - 1):
        piece = per_sweep[:, index, :]
        if np.isinf(piece).any() or np.isnan(piece[:, 0]).all():
            continue
        here = Stretch(int(cuts[index]), int(cuts[index + 1]), piece[:, 0], piece[:, 1])
        if pieces and pieces[-1].stop == here.start and _one_piece(pieces[-1], here, joined[-1], piece[:, 2]):
            here = Stretch(pieces[-1].start, here.stop, pieces[-1].levels_mV, here.ends_mV)
            pieces.pop()
            joined.pop()
        pieces.append(here)
        joined.append(piece[:, 2])
    return tuple(pieces)


def _sampled(segments: tuple[Segment, ...], cuts: NDArray[np.int_]) -> Floats:
    """For each interval between cuts: first value, last value, slope; NaN after the end, inf where curved."""
    table = np.full((len(cuts) - 1, 3), np.nan)
    starts = np.array([part.start for part in segments])
    for index, (start, stop) in enumerate(pairwise(cuts)):
        part = segments[int(np.searchsorted(starts, start, side="right")) - 1]
        if start >= part.stop:
            continue
        if part.kind in ("cosine", "samples"):
            table[index] = np.inf
            continue
        slope = (part.level_end - part.level) / max(1, part.stop - part.start - 1)
        first, last = (part.level + slope * (edge - part.start) for edge in (start, stop - 1))
        table[index] = first, last, slope
    return table


def _one_piece(before: Stretch, here: Stretch, slope_before: Floats, slope: Floats) -> bool:
    """Whether a stretch goes on from the one before as the same straight line in every sweep."""
    step = here.levels_mV - before.ends_mV - slope
    both = np.isfinite(step)
    reach = SAME_LEVEL_mV if before.still and here.still else 1e-6
    same_slope = np.abs(slope - slope_before)[both] * max(before.samples, here.samples) <= SAME_LEVEL_mV
    return bool(both.any() and (np.abs(step[both]) <= reach).all() and same_slope.all())
