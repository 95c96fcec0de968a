"""The raw sweeps of a recording with the command below them, drawn with few points and nothing hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kalimag.io.recording import Command, Recording, Samples, Segment
from kalimag.report.numbers import MINUS, digits

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
POINTS, LEAST, MOST_SWEEPS = 9000, 120, 40
SHORT = 0.03  # of the sweep; windows that are shorter get a closer look
SAME_LEVEL = 0.25  # of the command's unit
_SHAPED = ("cosine", "samples")


@dataclass(frozen=True, eq=False)
class Shot:
    """What is drawn of a recording.

    Parameters
    ----------
    recording : the file.
    channel : index of the current's channel.
    windows_s : the stretches that were measured, begin and end, in the order of time.
    command : drawn below; None leaves the panel out.
    sign : -1 draws current and command with the opposite sign, as the membrane of an inside-out patch sees
        them.
    """

    recording: Recording
    channel: int
    windows_s: tuple[tuple[float, float], ...]
    command: Command | None
    sign: int = 1

    @property
    def sweeps(self) -> tuple[int, ...]:
        """The sweeps that are drawn: all, or evenly some of very many."""
        count = len(self.recording.sweeps)
        return tuple(range(0, count, -(-count // MOST_SWEEPS)))

    @property
    def unit(self) -> str:
        """Of the current, as recorded."""
        return self.recording.channels[self.channel].unit

    def current(self, sweep: int) -> Samples:
        """What is drawn of one sweep, in the unit of the channel."""
        return np.asarray(self.sign * self.recording.sweeps[sweep][self.channel])

    def samples(self, times_s: tuple[float, float]) -> slice:
        """The samples between two times."""
        return slice(*(round(time * self.recording.rate_Hz) for time in times_s))

    def levels(self) -> dict[int, float]:
        """The mean command of each drawn sweep in the last window; empty without a command."""
        if self.command is None:
            return {}
        inside = {k: self.command.samples[k][self.samples(self.windows_s[-1])] for k in self.sweeps}
        return {k: self.sign * float(level.mean()) for k, level in inside.items() if len(level)}

    def by_level(self) -> bool:
        """Whether the sweeps can be told apart by their command."""
        levels = self.levels().values()
        return bool(levels) and max(levels) - min(levels) > SAME_LEVEL

    @property
    def closer(self) -> bool:
        """Whether the windows are so short that they could not be seen in a whole sweep."""
        longest = max(sweep.shape[1] for sweep in self.recording.sweeps) / self.recording.rate_Hz
        return bool(max(b for _, b in self.windows_s) - min(a for a, _ in self.windows_s) <= SHORT * longest)

    def time_limits(self) -> tuple[float, float]:
        """The whole sweep, or the part around windows so short that they could not be seen in it."""
        longest = max(sweep.shape[1] for sweep in self.recording.sweeps) / self.recording.rate_Hz
        begin, end = min(a for a, _ in self.windows_s), max(b for _, b in self.windows_s)
        if not self.closer:
            return 0.0, longest
        room = 1.5 * (end - begin)
        return max(0.0, begin - room), min(longest, end + room)


def time_unit(shot: Shot) -> tuple[float, str]:
    """How many of it are in a second, and its name: milliseconds for short sweeps."""
    begin, end = shot.time_limits()
    return (1000.0, "ms") if end - begin < 0.5 else (1.0, "s")


@dataclass(frozen=True)
class Reach:
    """The ends of the current axis; `cut` holds the extremes of what is drawn where they lie beyond it."""

    low: float
    high: float
    cut: tuple[float, float] | None


def envelope(trace: Samples, columns: int) -> tuple[Floats, Floats]:
    """The lowest and highest sample of each of so many stretches, in the order of time.

    Parameters
    ----------
    trace : shape (samples,).
    columns : how many stretches; a shorter trace is given as it is.

    Returns
    -------
    positions in samples and values, each of shape (at most 2 * (columns + 1),).
    """
    block = -(-len(trace) // columns)
    if block < 3:
        return np.arange(len(trace), dtype=float), np.asarray(trace, dtype=float)
    starts = np.arange(0, len(trace), block)
    low, high = np.minimum.reduceat(trace, starts), np.maximum.reduceat(trace, starts)
    ends = np.minimum(starts + block, len(trace)) - 1
    rising = trace[ends] >= trace[starts]
    first, second = np.where(rising, low, high), np.where(rising, high, low)
    width = np.diff(np.append(starts, len(trace)))
    places = np.column_stack([starts + width / 4, starts + 3 * width / 4])
    return places.ravel(), np.column_stack([first, second]).ravel().astype(float)


def reach(shot: Shot) -> Reach:
    """Choose the current axis: the windows and the middle 98 % of what is drawn fill it.

    Parameters
    ----------
    shot : what is drawn.

    Returns
    -------
    Reach, in the unit of the channel.
    """
    whole = shot.samples(shot.time_limits())
    traces = [shot.current(k) for k in shot.sweeps]
    ends = [np.quantile(trace[whole], (0.01, 0.99)) for trace in traces if len(trace[whole])]
    for window in shot.windows_s:
        inside = shot.samples(window)
        ends += [np.quantile(trace[inside], (0.0, 1.0)) for trace in traces if len(trace[inside])]
    low, high = min(float(end[0]) for end in ends), max(float(end[1]) for end in ends)
    room = 0.08 * (high - low) or 1.0
    low, high = low - room, high + room
    least = min(float(trace[whole].min()) for trace in traces if len(trace[whole]))
    most = max(float(trace[whole].max()) for trace in traces if len(trace[whole]))
    return Reach(low, high, (least, most) if least < low or most > high else None)


def draw(*shots: Shot, titles: Sequence[str] = ()) -> Figure:
    """Draw the sweeps of one channel over the command, with the measured windows shaded.

    Parameters
    ----------
    shots : what is drawn, side by side on one current axis.
    titles : one for each of them, or none.

    Returns
    -------
    matplotlib Figure.
    """
    from matplotlib.figure import Figure

    with_command = any(shot.command for shot in shots)
    heights = (3, 1) if with_command else (1,)
    figure = Figure(figsize=(6.2, 3.7 if with_command else 2.8), layout="constrained")
    panels: Any = figure.subplots(
        len(heights), len(shots), sharex="col", sharey="row", squeeze=False, height_ratios=heights
    )
    ends = [reach(shot) for shot in shots]
    low, high = min(end.low for end in ends), max(end.high for end in ends)
    for column, shot in enumerate(shots):
        _lines(shot, panels[:, column], (low, high), POINTS // len(shots))
        _dressed(shot, panels[:, column])
        who, minus = ("C", "") if shots[0].sign > 0 else ("Membrane c", MINUS)
    for column, title in enumerate(titles):
        panels[0, column].set_title(title, loc="left")
    panels[0, 0].set(ylim=(low, high), ylabel=f"{who}urrent ({shots[0].unit})")
    if shots[0].command is not None:
        panels[1, 0].set_ylabel(f"{minus}Command ({shots[0].command.unit})")
    figure.align_ylabels(panels[:, 0])
    return figure


def _dressed(shot: Shot, panels: Any) -> None:
    """Axes of one recording: time, and the measured windows in grey."""
    each, unit = time_unit(shot)
    begin, end = (each * time for time in shot.time_limits())
    panels[-1].set_xlabel(f"Time in sweep ({unit})")
    if shot.command is not None:
        panels[1].margins(y=0.15)
    for panel in panels:
        panel.set_xlim(begin - 0.01 * (end - begin), end + 0.01 * (end - begin))
        for window in shot.windows_s:
            panel.axvspan(*(each * time for time in window), color="0.88", linewidth=0, zorder=0)


def _lines(shot: Shot, panels: Any, limits: tuple[float, float], points: int) -> None:
    from matplotlib import colormaps

    levels, part = shot.levels(), shot.samples(shot.time_limits())
    scale = time_unit(shot)[0] / shot.recording.rate_Hz
    order = sorted(shot.sweeps, key=lambda k: levels.get(k, np.inf)) if shot.by_level() else shot.sweeps
    columns, far = max(LEAST, points // (2 * len(order))), 0.05 * (limits[1] - limits[0])
    for sweep, colour in zip(order, colormaps["viridis"](np.linspace(0.0, 0.88, len(order))), strict=True):
        at, current = envelope(shot.current(sweep)[part], columns)
        seen = np.clip(current, limits[0] - far, limits[1] + far)
        panels[0].plot((at + part.start) * scale, seen, color=colour, linewidth=0.6)
        if shot.command is not None:
            at, level = course(shot.command.segments[sweep], shot.command.samples[sweep], columns)
            panels[1].plot(at * scale, shot.sign * level, color=colour, linewidth=0.9)


def course(segments: tuple[Segment, ...], samples: Samples, columns: int) -> tuple[Floats, Floats]:
    """The command of one sweep as a line with as few points as its shape allows.

    Parameters
    ----------
    segments, samples : of the same sweep.
    columns : stretches of which a shape of its own is drawn with.

    Returns
    -------
    positions in samples and levels, of equal shape.
    """
    places: list[Floats] = []
    levels: list[Floats] = []
    for part in segments:
        if part.kind in _SHAPED:
            at, level = envelope(samples[part.start : part.stop], columns)
            places.append(at + part.start)
            levels.append(level)
        elif part.stop > part.start:
            places.append(np.array([part.start, part.stop], dtype=float))
            levels.append(np.array([part.level, part.level_end], dtype=float))
    return np.concatenate(places), np.concatenate(levels)


def caption(*shots: Shot) -> str:
    """What a reader must know about the drawing.

    Parameters
    ----------
    shots : what is drawn; all of one kind.

    Returns
    -------
    str, sentences.
    """
    shot = shots[0]
    count, drawn = len(shot.recording.sweeps), len(shot.sweeps)
    told = [f"All {count} sweeps" if drawn == count else f"{drawn} of {count} sweeps, evenly chosen"]
    if shot.command is not None:
        told[0] += " (above) and the command voltage (below)"
    told[0] += "; " + (
        "dark at the most negative command, light at the most positive."
        if shot.by_level()
        else "the first sweep is dark, the last is light."
    )
    told.append("Grey: where the current was measured. Each line keeps the extremes of every stretch.")
    if shot.closer:
        told.append("Only the part of the sweep around the window is shown.")
    cuts = [edge for each in shots for edge in reach(each).cut or ()]
    if cuts:
        low, high = digits(min(cuts)), digits(max(cuts))
        told.append(f"Capacitive transients, from {low} to {high} {shot.unit}, run off the axis.")
    return " ".join(told)
