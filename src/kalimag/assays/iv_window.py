"""Where in a sweep the current of an I–V is read: chosen from the command, or given by the person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kalimag.assays.command_shape import SAME_LEVEL_mV, Stretch
from kalimag.errors import UsageProblem
from kalimag.units import typed

STEADY_PART = 0.25
_SHORTEST_s = 1e-3
_RAMP_SPAN_mV = 20.0
_SHORT_REFERENCE = 0.1
Kind = Literal["steps", "levels", "ramp", "held", "unknown"]
_NUMBER_ONLY = re.compile(r"^\s*[-+]?[\d.]+(?:[eE][-+]?\d+)?\s*$")


@dataclass(frozen=True)
class Plan:
    """What kind of I–V a recording holds, in which samples, and by which rule.

    `windows` are (start, stop) in samples, stop not included; `main` is the one reported for the whole assay.
    For a ramp they are the ramps themselves. A window over the whole of the longest sweep means all of each.
    """

    kind: Kind
    windows: tuple[tuple[int, int], ...]
    main: tuple[int, int]
    rule: str


def parse_window(text: str) -> tuple[float, float]:
    """Read a window as people type it: "1.2s:1.45s", "200:450 ms".

    Parameters
    ----------
    text : two times with units; a first time without unit takes that of the second.

    Returns
    -------
    (start, stop) in seconds from the beginning of each sweep.

    Raises
    ------
    UsageProblem : not two times, the second is not later than the first, or a unit is missing or is none of
        time.
    """
    doing = f"reading the window '{text}'"
    parts = text.replace("–", ":").split(":")
    if len(parts) != 2 or not all(part.strip() for part in parts):
        raise UsageProblem(doing, "it is not two times", "start and stop", "Write it as 1.2s:1.45s.")
    first, second = parts
    if _NUMBER_ONLY.match(first):
        first += " " + second.strip().lstrip("+-0123456789.eE ")
    start, stop = typed(first, "s", "the start of the window"), typed(second, "s", "the end of the window")
    if start < 0 or stop <= start:
        raise UsageProblem(doing, f"it goes from {start:g} s to {stop:g} s", "an end after its start")
    return start, stop


def default_plan(shape: Sequence[Stretch], lengths: Sequence[int], rate_Hz: float) -> Plan:
    """Choose the window from the command.

    * Sweeps step to different levels: last 25 % of the longest stretch in which they do (first of equals).
    * Every sweep plays the same ramp: the ramp itself.
    * Every sweep plays the same levels (a test pulse, a staircase): each level once, last 25 % of its longest
      stretch; the level at which the sweep begins is read next to the longest of the others.
    * The command never changes: the whole of each sweep, which is a holding current and not an I–V.

    A ramp is preferred to steps that span less than half of it, and to levels it spans by itself.

    Parameters
    ----------
    shape : stretches of the command (`command_shape.stretches`).
    lengths : samples of each sweep.
    rate_Hz : samples per second.

    Returns
    -------
    Plan
    """
    shortest = max(2, round(_SHORTEST_s * rate_Hz))
    still = [piece for piece in shape if piece.still and piece.samples >= shortest]
    ramps = [piece for piece in shape if not piece.still and _span(piece) >= 2.0 and piece.samples >= 20]
    stepped = [piece for piece in still if piece.spread_mV > SAME_LEVEL_mV]
    span = max(map(_span, ramps), default=0.0)
    if stepped:
        longest = _first_longest(stepped)
        if longest.spread_mV >= 0.5 * span:
            return _single("steps", longest, "longest stretch in which the command differs between sweeps")
    levels = {round(piece.level_mV / SAME_LEVEL_mV) for piece in still}
    level_span = SAME_LEVEL_mV * (max(levels) - min(levels)) if levels else 0.0
    if ramps and (level_span <= SAME_LEVEL_mV or (span >= _RAMP_SPAN_mV and span >= 0.9 * level_span)):
        return _ramp(ramps, span)
    if level_span > SAME_LEVEL_mV:
        return _levels(still)
    return Plan("held", ((0, max(lengths)),), (0, max(lengths)), "whole sweeps: the command never changes")


def given_plan(window_s: tuple[float, float], shape: Sequence[Stretch], rate_Hz: float) -> Plan:
    """Use the window a person gave; what the command does inside decides what kind of I–V it is."""
    start, stop = (round(time * rate_Hz) for time in window_s)
    if stop <= start:
        found = f"{window_s[0]:g} s to {window_s[1]:g} s holds no sample at {rate_Hz:g} Hz"
        raise UsageProblem("reading the window", found, "at least one sample")
    inside = [
        piece
        for piece in shape
        if not piece.still and min(stop, piece.stop) - max(start, piece.start) > 0.5 * (stop - start)
    ]
    if inside and inside[0].samples >= 20:
        ramp = (max(start, inside[0].start), min(stop, inside[0].stop))
        return Plan("ramp", (ramp,), ramp, "the ramp inside the given window")
    holding = [piece for piece in shape if piece.start < stop and piece.stop > start]
    differs = any(piece.spread_mV > SAME_LEVEL_mV for piece in holding)
    return Plan("steps" if differs else "held", ((start, stop),), (start, stop), "given")


def _span(piece: Stretch) -> float:
    return float(np.nanmax(np.abs(piece.ends_mV - piece.levels_mV)))


def _first_longest(pieces: Sequence[Stretch]) -> Stretch:
    """The longest; of those within one percent of it, the first."""
    longest = max(piece.samples for piece in pieces)
    return next(piece for piece in pieces if piece.samples >= 0.99 * longest)


def _tail(piece: Stretch) -> tuple[int, int]:
    """The last quarter of a stretch, less two samples at the edge, where the next step may already show."""
    stop = piece.stop - 2 if piece.samples > 16 else piece.stop
    return stop - max(1, round(STEADY_PART * piece.samples)), stop


def _single(kind: Kind, piece: Stretch, what: str) -> Plan:
    window = _tail(piece)
    return Plan(kind, (window,), window, f"last {STEADY_PART:.0%} of the {what}")


def _levels(still: Sequence[Stretch]) -> Plan:
    """One window for each level that every sweep plays, the test level's as the main one."""
    holding = still[0].level_mV
    away = [piece for piece in still if abs(piece.level_mV - holding) > SAME_LEVEL_mV]
    test = _first_longest(away)
    before = [piece for piece in still if piece.stop <= test.start and piece not in away]
    after = [piece for piece in still if piece.start >= test.stop and piece not in away]
    beside = before[-1] if before else still[0]
    if beside.samples < _SHORT_REFERENCE * test.samples and after:
        beside = after[0]
    chosen = {round(holding / SAME_LEVEL_mV): beside}
    for level in dict.fromkeys(round(piece.level_mV / SAME_LEVEL_mV) for piece in away):
        same = [piece for piece in away if round(piece.level_mV / SAME_LEVEL_mV) == level]
        chosen[level] = _first_longest(same)
    windows = tuple(_tail(piece) for piece in chosen.values())
    rule = f"last {STEADY_PART:.0%} of a stretch at each level; every sweep plays the same levels"
    return Plan("levels", windows, _tail(test), rule)


def _ramp(ramps: Sequence[Stretch], span: float) -> Plan:
    """The widest ramp and those that cover the same voltages at the same speed, in either direction."""
    widest = next(piece for piece in ramps if _span(piece) >= 0.99 * span)
    speed = span / widest.samples
    same = [
        piece
        for piece in ramps
        if abs(_span(piece) - span) <= 0.1 * span and abs(_span(piece) / piece.samples - speed) <= 0.1 * speed
    ]
    windows = tuple((piece.start, piece.stop) for piece in same)
    return Plan("ramp", windows, (windows[0][0], windows[-1][1]), "the ramp, by voltage")
