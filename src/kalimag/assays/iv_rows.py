"""Mean currents in windows, sweep by sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kalimag.assays.command_shape import SAME_LEVEL_mV
from kalimag.assays.iv_result import Excluded, IVRow
from kalimag.assays.iv_window import Plan
from kalimag.assays.unexplained_jumps import unexplained_jumps
from kalimag.io.recording import Command, Recording, Segment
from kalimag.stats.block_mean import block_mean
from kalimag.units import factor

Floats = NDArray[np.float64]
_DRIFT, _SURE = 0.02, 4.0
_NAMED = 6


@dataclass(frozen=True, eq=False)
class Source:
    """One channel to be read: its currents in pA, and its command in mV where there is one."""

    recording: Recording
    channel: int
    command: Command | None
    segments: tuple[tuple[Segment, ...], ...]

    @property
    def lengths(self) -> tuple[int, ...]:
        """Samples of each sweep."""
        return tuple(sweep.shape[1] for sweep in self.recording.sweeps)

    @cached_property
    def jumps(self) -> tuple[int, ...]:
        """Samples at which the current jumps in every sweep; of interest where the command stands still."""
        traces = [sweep[self.channel] for sweep in self.recording.sweeps]
        return unexplained_jumps(traces, self.recording.rate_Hz)

    def current(self, sweep: int, start: int, stop: int) -> Floats:
        """Current in pA, double precision."""
        scale = factor(self.recording.channels[self.channel].unit, "pA")
        trace = self.recording.sweeps[sweep][self.channel, start:stop].astype(np.float64)
        return trace if scale == 1.0 else trace * scale

    def voltage(self, sweep: int, start: int, stop: int) -> Floats | None:
        """Command in mV, double precision; None without a command."""
        if self.command is None:
            return None
        scale = factor(self.command.unit, "mV")
        return np.asarray(self.command.samples[sweep][start:stop], dtype=np.float64) * scale

    def level(self, sweep: int, start: int, stop: int) -> tuple[float | None, float]:
        """Command in mV, and how far it moves in this window; where it moves, the value it has longest."""
        if self.command is None:
            return None, 0.0
        part = next((p for p in self.segments[sweep] if p.start <= start and stop <= p.stop), None)
        if part and part.level == part.level_end and self.command.source != "recorded":
            return part.level, 0.0
        voltage = self.voltage(sweep, start, stop)
        if voltage is None:
            return None, 0.0
        moves = float(np.ptp(voltage))
        still = part is not None and part.kind in ("hold", "step") and self.command.source == "recorded"
        if still or moves <= SAME_LEVEL_mV:
            return float(voltage.mean()), 0.0
        return float(np.median(voltage)), moves


@dataclass(frozen=True, eq=False)
class Read:
    """Rows, sweeps left out, what is to be said; `mixed` when the command changed inside a window."""

    rows: list[IVRow]
    excluded: list[Excluded]
    warnings: list[str]
    mixed: bool


def rows_in_windows(source: Source, plan: Plan) -> Read:
    """Average every sweep in every window of the plan.

    Parameters
    ----------
    source : the channel.
    plan : of kind "steps", "levels", "held" or "unknown".

    Returns
    -------
    Read
    """
    rows: list[IVRow] = []
    excluded: list[Excluded] = []
    moving: list[int] = []
    drifts: list[tuple[int, float]] = []
    rate = source.recording.rate_Hz
    to_the_end = plan.main == (0, max(source.lengths))
    for sweep, length in enumerate(source.lengths):
        windows = ((0, length),) if to_the_end else plan.windows
        if any(stop > length for _, stop in windows):
            needed = max(stop for _, stop in windows) / rate
            excluded.append(
                Excluded(sweep, f"lasts {length / rate:.6g} s, the window ends at {needed:.6g} s")
            )
            continue
        for start, stop in windows:
            level, moves = source.level(sweep, start, stop)
            current = source.current(sweep, start, stop)
            moving += [sweep] * (moves > SAME_LEVEL_mV)
            seen = block_mean(current)
            if plan.kind in ("steps", "levels") and abs(seen.drift) > _SURE * seen.drift_error:
                drifts.append((sweep, seen.drift))
            times = (start / rate, stop / rate)
            rows.append(IVRow(sweep, level, seen.mean, seen.sd, seen.sem, seen.count, 1, times))
    warnings = [*_moving(moving), *_unsettled(rows, drifts)]
    return Read(rows, excluded, warnings, mixed=bool(moving))


def _moving(sweeps: Sequence[int]) -> list[str]:
    if not sweeps:
        return []
    return [f"the command changes inside the window in {named(sweeps)}: the currents are a mixture"]


def _unsettled(rows: Sequence[IVRow], drifts: Sequence[tuple[int, float]]) -> list[str]:
    """A sentence for sweeps whose current still changes in the window, by a fiftieth of the largest."""
    largest = max((abs(row.I_pA) for row in rows), default=0.0)
    bad = [sweep for sweep, drift in drifts if abs(drift) > _DRIFT * largest]
    if not bad:
        return []
    size = f"its halves differ by over {_DRIFT:.0%} of the largest current"
    return [f"the current has not settled in the window in {named(bad)}: {size}"]


def named(sweeps: Sequence[int]) -> str:
    """Sweeps for a sentence, counted from 0."""
    each = list(dict.fromkeys(sweeps))
    shown = ", ".join(map(str, each[:_NAMED]))
    more = f" and {len(each) - _NAMED} more" if len(each) > _NAMED else ""
    return f"sweep{'s' if len(each) > 1 else ''} {shown}{more}"
