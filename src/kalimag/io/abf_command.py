"""The command a protocol asked of the amplifier, rebuilt from the epoch table of the header.

Rules, as Clampex plays them. All times are samples of one channel, sweeps count from zero:

* a sweep begins with a holding stretch of floor(samples/64) samples, at least one;
* an epoch lasts `duration + duration_step*sweep` and aims at `level + level_step*sweep`; a list typed by the
  user replaces one of these, and stays at its last entry or starts again when the sweeps outnumber it;
* a ramp leaves the level before it and reaches its own with its last sample; a train starts from the level
  before it, plays whole pulses only, and leaves its own level to the epoch that follows;
* after the last epoch the command returns to holding, or stays and opens the next sweep at that level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from kalimag.io.recording import Segment, draw

HOLDING_FRACTION = 64
MOST_SEGMENTS = 200_000  # a train finer than this is a damaged header, not an experiment
LARGEST_LEVEL = 1e6  # in the unit of the output; what lies beyond is not a level but other bytes
OFF, STEP, RAMP, PULSE, TRIANGLE, COSINE, BIPHASIC = 0, 1, 2, 3, 4, 5, 7
_TRAINS = (PULSE, TRIANGLE, COSINE, BIPHASIC)


@dataclass(frozen=True)
class Epoch:
    """One column of the protocol editor; `kind` is the number the file stores."""

    kind: int
    level: float
    level_step: float
    duration: int
    duration_step: int
    period: int = 0
    width: int = 0


@dataclass(frozen=True)
class UserList:
    """Values typed by the user that replace one number of one epoch, sweep by sweep; none: unreadable."""

    replaces: Literal["level", "duration", "period", "width"]
    epoch: int
    values: tuple[float, ...]
    starts_again: bool = False

    def at(self, sweep: int) -> float:
        """The value of this sweep."""
        last = len(self.values) - 1
        return self.values[sweep % (last + 1) if self.starts_again else min(sweep, last)]


@dataclass(frozen=True)
class Output:
    """One analogue output (DAC): its holding level and what it played on top of it."""

    number: int
    name: str
    unit: str
    holding: float
    source: Literal["holding", "epochs", "file"] = "holding"
    stays_at_last: bool = False
    epochs: tuple[Epoch, ...] = ()
    lists: tuple[UserList, ...] = ()
    planned_sweeps: int = 0
    opens_at: float | None = None
    idle_sweeps: Literal["none", "odd", "even"] = "none"
    file_name: str = ""
    file_scale: float = 1.0
    file_offset: float = 0.0
    file_sweep: int = 0
    cautions: tuple[str, ...] = ()


class UnplayableProtocol(ValueError):
    """The epoch table cannot be played: an unknown type, a train without period, or absurdly many pulses."""


def first_holding(samples_per_sweep: int) -> int:
    """How many samples the sweep waits at holding before the first epoch."""
    return max(1, samples_per_sweep // HOLDING_FRACTION)


def protocol_segments(
    output: Output, lengths: Sequence[int], samples_per_sweep: int
) -> tuple[tuple[Segment, ...], ...]:
    """Rebuild the command of every sweep.

    Parameters
    ----------
    output : the analogue output, its epochs and lists.
    lengths : samples recorded in each sweep; the command is cut, or held at its end, to this length.
    samples_per_sweep : samples per channel that the protocol planned.

    Returns
    -------
    One tuple of segments per sweep, without gaps from sample 0 to the end; equal sweeps share one tuple.

    Raises
    ------
    UnplayableProtocol : the table cannot be played as written.
    """
    for entry in output.lists:
        if not entry.values:
            raise UnplayableProtocol("its list of values cannot be read")
    known: dict[tuple[object, ...], tuple[Segment, ...]] = {}
    sweeps: list[tuple[Segment, ...]] = []
    total, opening = 0, output.holding
    for sweep, length in enumerate(lengths):
        switched_on = _switched_on(output, sweep)
        played = tuple(epoch for epoch in switched_on if epoch.duration > 0)
        if 0 < output.planned_sweeps <= sweep or output.idle_sweeps == ("odd" if sweep % 2 else "even"):
            played = ()
        begin = opening if output.opens_at is None else output.opens_at
        key = (begin, played, length)
        if key not in known:
            parts = _sweep(played, begin, output, samples_per_sweep)
            known[key] = tuple(_fitted(parts, length, hold_on=True))
            total += len(known[key])
            _refuse_absurd(known[key], total)
        sweeps.append(known[key])
        opening = switched_on[-1].level if output.stays_at_last and switched_on else output.holding
    return tuple(sweeps)


def _refuse_absurd(parts: tuple[Segment, ...], total: int) -> None:
    if total > MOST_SEGMENTS:
        raise UnplayableProtocol(f"it has more than {MOST_SEGMENTS} segments")
    for part in parts:
        for level in (part.level, part.level_end):
            if not abs(level) < LARGEST_LEVEL:
                raise UnplayableProtocol(f"it asks for a level of {level:g}")


class _Now(NamedTuple):
    """An epoch as it is in one sweep, its steps and lists applied."""

    kind: int
    level: float
    duration: int
    period: int
    width: int


def _switched_on(output: Output, sweep: int) -> tuple[_Now, ...]:
    """The epochs that are switched on, as they are in this sweep."""
    now = []
    for place, epoch in enumerate(output.epochs):
        if epoch.kind == OFF:
            continue
        level = round(epoch.level + epoch.level_step * sweep, 9)
        lasts = epoch.duration + epoch.duration_step * sweep
        here = _Now(epoch.kind, level, lasts, epoch.period, epoch.width)
        for entry in output.lists:
            if entry.epoch == place:
                here = _replaced(here, entry.replaces, entry.at(sweep))
        now.append(here)
    return tuple(now)


def _replaced(epoch: _Now, what: str, value: float) -> _Now:
    if what == "level":
        return epoch._replace(level=value)
    if what == "duration":
        return epoch._replace(duration=int(value))
    return epoch._replace(period=int(value)) if what == "period" else epoch._replace(width=int(value))


def _sweep(epochs: tuple[_Now, ...], opening: float, output: Output, planned: int) -> list[Segment]:
    position = min(first_holding(planned), planned)
    parts = [Segment(0, position, opening, opening, "hold")]
    before = opening
    for epoch in epochs:
        if position >= planned:
            break
        parts.extend(_fitted(list(_epoch(epoch, position, before)), planned))
        position = parts[-1].stop
        before = epoch.level
    if position < planned:
        closing = before if output.stays_at_last else output.holding
        parts.append(Segment(position, planned, closing, closing, "hold"))
    return parts


def _epoch(epoch: _Now, start: int, before: float) -> Iterator[Segment]:
    stop = start + epoch.duration
    if epoch.kind == STEP:
        yield Segment(start, stop, epoch.level, epoch.level, "step")
    elif epoch.kind == RAMP:
        yield Segment(start, stop, before + (epoch.level - before) / epoch.duration, epoch.level, "ramp")
    elif epoch.kind in _TRAINS:
        yield from _train(epoch, start, before)
    else:
        raise UnplayableProtocol(f"epoch type {epoch.kind} is not one that is known (0 to 5, 7)")


def _train(epoch: _Now, start: int, before: float) -> Iterator[Segment]:
    period, width = epoch.period, epoch.width
    if period <= 0 or (epoch.kind != COSINE and not 0 < width <= period):
        raise UnplayableProtocol(f"a train has a period of {period} and a width of {width} samples")
    whole, rest = divmod(epoch.duration, period)
    if whole > MOST_SEGMENTS:
        raise UnplayableProtocol(f"a train has {whole} pulses in one epoch")
    if epoch.kind in (PULSE, BIPHASIC) and rest >= width:
        whole += 1
    stop, position = start + epoch.duration, start
    for _ in range(whole):
        yield from _fitted(_pulse(epoch, position, before), stop)
        position = min(position + period, stop)
    if position < stop:
        yield Segment(position, stop, before, before, "hold")


def _pulse(epoch: _Now, start: int, before: float) -> list[Segment]:
    """One period of a train; straight lines are given by their first and last sample."""
    level, rise = epoch.level, epoch.level - before
    turn, stop = start + epoch.width, start + epoch.period
    if epoch.kind == COSINE:
        parts = [Segment(start, stop, before, level, "cosine")]
    elif epoch.kind == TRIANGLE:
        fall = epoch.period - epoch.width
        up = Segment(start, turn, before, level - rise / epoch.width, "triangle")
        down = Segment(turn, stop, level, before + rise / fall if fall else level, "triangle")
        parts = [up, down]
    elif epoch.kind == BIPHASIC:
        half = start + epoch.width // 2
        first = Segment(start, half, level, level, "biphasic")
        second = Segment(half, turn, before - rise, before - rise, "biphasic")
        parts = [first, second, Segment(turn, stop, before, before, "biphasic")]
    else:
        parts = [Segment(start, turn, level, level, "pulse"), Segment(turn, stop, before, before, "pulse")]
    return [part for part in parts if part.stop > part.start]


def _fitted(parts: list[Segment], length: int, hold_on: bool = False) -> Iterator[Segment]:
    """The same command cut to `length` samples, or (`hold_on`) held at its last level up to there."""
    for part in parts:
        if part.stop <= length:
            yield part
        elif part.start < length:
            yield from _cut(part, length)
    last = parts[-1]
    if hold_on and last.stop < length:
        yield Segment(last.stop, length, last.level_end, last.level_end, "hold")


def _cut(part: Segment, stop: int) -> Iterator[Segment]:
    if part.kind == "cosine":
        for k, value in enumerate(draw([replace(part, start=0, stop=part.stop - part.start)])):
            if part.start + k < stop:
                yield Segment(part.start + k, part.start + k + 1, float(value), float(value), "cosine")
        return
    slope = (part.level_end - part.level) / max(1, part.stop - part.start - 1)
    yield replace(part, stop=stop, level_end=part.level + slope * (stop - 1 - part.start))
