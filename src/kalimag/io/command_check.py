"""Is the command where the current says it is?

At an edge of a voltage command the membrane capacitance answers with a sharp transient in the current. The
transients must sit at the edges, all with the same small filter delay, have the sign of the step (or all the
opposite one) and grow with it. Ramps have no edges; there the openings of sweeps can tell (`opening_check`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kalimag.io.lasting_change import Lasting, lasting
from kalimag.io.opening_check import check_openings
from kalimag.io.recording import Command, CommandCheck, Samples, Segment, list_sweeps

SEARCH_S = 0.010  # how far from its edge a transient is looked for
LONGEST_DELAY_S = 0.0005  # of amplifier and filter, the same at every edge
JITTER = 2  # samples that single edges may differ from the common delay
VISIBLE = 8.0  # a transient stands this many times above the noise of the sample-to-sample change
_SMALLEST_STEP = 0.05  # of the largest step of the command
_SMALLEST_STEP_V = 0.0005
_MOST_POINTS = 2_000_000
_CLEAR, _ABSENT = 0.3, 0.1  # of the size that a transient should have
_HIDES, _BLURS = 0.5, 0.25  # of it, lasting and against it
_ALIKE = 1.5  # a capacitance answers to all steps alike within this factor, a conductance need not
_FIRST = 0.7  # of the largest change: the first that reaches this is the transient
_SAME_SIGN = 0.9  # of the edges
_VOLTS = {"V": 1.0, "mV": 1e-3, "uV": 1e-6, "µV": 1e-6}
_NOTHING_SEEN = CommandCheck("not checkable", "no capacitive transient stands out of the noise")
_NOTHING_DECAYS = CommandCheck("not checkable", "the current steps, but no capacitive part of it decays")
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
_Scale = tuple[float, float, int, float]


@dataclass(frozen=True)
class _Edges:
    """Steps of the command: sweep, sample in it and in the recording, size, room to search around it."""

    sweep: Ints
    place: Ints
    at: Ints
    step: Floats
    before: Ints
    after: Ints

    def take(self, which: Flags | Ints) -> _Edges:
        columns = (self.sweep, self.place, self.at, self.before, self.after)
        sweep, place, at, before, after = (column[which] for column in columns)
        return _Edges(sweep, place, at, self.step[which], before, after)


@dataclass(frozen=True)
class _Sharpest:
    """The sharpest change of the current within some offsets of each edge."""

    offset: Ints
    size: Floats


def smallest_step(unit: str) -> float:
    """The smallest step of a voltage command that is looked at, in its unit; 0 when it is not a voltage."""
    return _SMALLEST_STEP_V / _VOLTS[unit] if unit in _VOLTS else 0.0


def check_command(command: Command, current: Samples, lengths: Sequence[int], rate_Hz: float) -> CommandCheck:
    """Compare a command with the current it drove.

    Parameters
    ----------
    command : with segments; its unit must be a voltage.
    current : array (samples of all sweeps), one channel, any unit.
    lengths : samples of each sweep.
    rate_Hz : samples per second.

    Returns
    -------
    "ok" when transients (or opening currents) confirm the command, "mismatch" with the sweeps that contradict
    it, "not checkable" when nothing in the recording could.
    """
    if not smallest_step(command.unit):
        return CommandCheck("not checkable", "the command is not a voltage")
    openings = check_openings(command.segments, current, lengths)
    if openings is not None and openings.verdict == "mismatch":
        return openings
    edges = _edges(command.segments, lengths, rate_Hz, smallest_step(command.unit))
    if not len(edges.at):
        return openings or CommandCheck("not checkable", "the command has no steps to look for")
    return _check_edges(edges, current, lengths, rate_Hz) or _NOTHING_SEEN


def _edges(
    segments: Sequence[tuple[Segment, ...]], lengths: Sequence[int], rate_Hz: float, smallest: float
) -> _Edges:
    """All steps of the command that are worth looking at, with room around each that no other step shares."""
    reach = max(2 * JITTER + 2, round(SEARCH_S * rate_Hz))
    rows: list[tuple[int, int, int, float, int, int]] = []
    known: dict[int, list[tuple[int, float, int, int]]] = {}
    start = 0
    for k, (parts, length) in enumerate(zip(segments, lengths, strict=True)):
        if id(parts) not in known:
            known[id(parts)] = _edges_within(parts, length, smallest)
        rows += [(k, at, start + at, step, before, after) for at, step, before, after in known[id(parts)]]
        start += length
    table = np.array(rows, dtype=np.float64).reshape(-1, 6)
    sweep, place, at, before, after = (table[:, column].astype(np.int64) for column in (0, 1, 2, 4, 5))
    before, after = np.minimum(before, reach), np.minimum(after, reach)
    return _worthwhile(_Edges(sweep, place, at, table[:, 3], before, after), reach)


def _edges_within(
    parts: tuple[Segment, ...], length: int, smallest: float
) -> list[tuple[int, float, int, int]]:
    """Sample, size, and room before and after, of the steps of one sweep."""
    jumps = [(b.start, b.level - a.level_end) for a, b in pairwise(parts)]
    jumps = [(at, step) for at, step in jumps if abs(step) >= smallest]
    rooms = [(b - a) // 2 for (a, _), (b, _) in pairwise(jumps)]
    before = [jumps[0][0] - 1, *rooms] if jumps else []
    after = [*rooms, length - 1 - jumps[-1][0]] if jumps else []
    return [(at, step, a, b) for (at, step), a, b in zip(jumps, before, after, strict=True)]


def _worthwhile(edges: _Edges, reach: int) -> _Edges:
    """Leave out tiny steps and cramped ones, and the smallest when there are more than can be looked at."""
    if not len(edges.at):
        return edges
    size = np.abs(edges.step)
    edges = edges.take((edges.after > JITTER) & (edges.before >= 1) & (size >= _SMALLEST_STEP * size.max()))
    most = max(1, _MOST_POINTS // (2 * reach + 1))
    if len(edges.at) > most:
        largest = np.argsort(-np.abs(edges.step), kind="stable")[:most]
        edges = edges.take(np.sort(largest))
    return edges


def _changes(edges: _Edges, current: Samples) -> tuple[Ints, Floats, float]:
    """Offsets, array (edges, offsets) of sample-to-sample change around each edge, and the usual change."""
    reach = int(max(edges.before.max(), edges.after.max()))
    offsets = np.arange(-reach, reach + 1)
    where = np.clip(edges.at[:, None] + offsets, 1, len(current) - 1)
    change = current[where].astype(np.float64) - current[where - 1]
    outside = (offsets < -edges.before[:, None]) | (offsets > edges.after[:, None])
    noise = 1.4826 * float(np.median(np.abs(change[~outside])))
    change[outside] = 0.0
    return offsets, change, max(noise, 1e-3 * float(np.abs(change).max()))


def _sharpest(offsets: Ints, change: Floats, low: int, high: int) -> _Sharpest:
    """The largest change, or one nearly as large before it: a brief transient rises and falls alike."""
    within = np.where((offsets >= low) & (offsets <= high), change, 0.0)
    height = np.abs(within)
    peak = np.argmax(height >= _FIRST * height.max(axis=1, keepdims=True), axis=1)
    return _Sharpest(offsets[peak], within[np.arange(len(peak)), peak])


def _per_volt(edges: _Edges, found: _Sharpest, noise: float) -> float:
    """Size of the transients per size of step, 0 when what was found does not scale with the steps."""
    visible = np.abs(found.size) > VISIBLE * noise
    if visible.sum() < 0.5 * len(visible) or not visible.any():
        return 0.0
    ratio = found.size[visible] / edges.step[visible]
    middle = float(np.median(ratio))
    alike = (ratio * middle > 0) & (np.abs(ratio) < 3 * abs(middle)) & (np.abs(ratio) > abs(middle) / 3)
    return middle if alike.mean() >= 0.7 else 0.0


def _in_step(found: _Sharpest, noise: float, wobble: int) -> Flags | None:
    """Which of the visible changes come at one common offset from their edges; None when there is none."""
    visible = np.abs(found.size) > VISIBLE * noise
    if visible.sum() < 0.5 * len(visible) or not visible.any():
        return None
    together: Flags = visible & (np.abs(found.offset - np.median(found.offset[visible])) <= wobble)
    return together if together.sum() >= 0.7 * visible.sum() else None


def _check_edges(
    edges: _Edges, current: Samples, lengths: Sequence[int], rate_Hz: float
) -> CommandCheck | None:
    """Verdict from the transients; None when none can be told from noise."""
    offsets, change, noise = _changes(edges, current)
    latest = max(JITTER, math.ceil(LONGEST_DELAY_S * rate_Hz) + 1)
    wobble = max(JITTER, round(1e-4 * rate_Hz))
    there = _sharpest(offsets, change, -JITTER, latest)
    anywhere = _sharpest(offsets, change, int(offsets[0]), int(offsets[-1]))
    here, somewhere = _per_volt(edges, there, noise), _per_volt(edges, anywhere, noise)
    together = _in_step(anywhere, noise, wobble)
    off = (anywhere.offset < -JITTER) | (anywhere.offset > latest)
    clearer = somewhere and abs(somewhere) > 1.5 * abs(here) and (together is not None or not here)
    if off.any() and (clearer or (together is not None and not here and off[together].all())):
        shift = float(np.median(anywhere.offset[off]))
        return _mismatch(edges.sweep[off], f"come {_spelt(shift / rate_Hz)} the command steps")
    if here or together is not None:
        parts = lasting(edges.at, edges.before, edges.after, current, JITTER)
        scale = here, noise, wobble, rate_Hz
        signs = None if here else _judge_signs(edges, anywhere, together, noise, rate_Hz)
        found = _judge_there(edges, there, anywhere, scale, parts) if here else signs
        # a conductance may step against the command or not at all; only a capacitance has to follow it
        wrong = found and found.verdict == "mismatch" and not parts.decays(there.size, noise)
        return _NOTHING_DECAYS if wrong else found
    far = _common_shift(edges, current, lengths)
    if far and not -JITTER <= far <= latest:
        return _mismatch(edges.sweep, f"come {_spelt(far / rate_Hz)} the command steps")
    return None


def _judge_signs(
    edges: _Edges, found: _Sharpest, together: Flags | None, noise: float, rate_Hz: float
) -> CommandCheck | None:
    """Sharp changes sit at the edges, but are no multiple of the steps: a conductance, not a capacitance."""
    if together is None:
        return None
    along = float(np.mean(found.size[together] * edges.step[together] > 0))
    sharp = float(np.median(np.abs(found.size[together]))) > 2 * VISIBLE * noise
    if sharp and _goes_against(edges, found.size):
        return _mismatch(edges.sweep, "grow from sweep to sweep where the steps of the command shrink")
    if max(along, 1 - along) >= _SAME_SIGN:
        delay = 1e3 * float(np.median(found.offset[together])) / rate_Hz
        text = f"{int(together.sum())} sharp changes of the current, {delay:.2g} ms after edges"
        return CommandCheck("ok", text)
    if sharp and 0.3 <= along <= 0.7:
        return _mismatch(edges.sweep[together], "do not follow the sign of the command's steps")
    return None


def _judge_there(
    edges: _Edges, there: _Sharpest, anywhere: _Sharpest, scale: _Scale, parts: Lasting
) -> CommandCheck:
    """Most transients sit at their edges: name the sweeps where one is absent, displaced or reversed."""
    per_volt, noise, wobble, rate_Hz = scale
    expected = per_volt * edges.step
    # where a lasting change cancels the transient, only what decays is left to judge
    hidden, blurred = parts.against(expected, _HIDES), parts.against(expected, _BLURS)
    size = np.where(hidden, parts.spike, there.size)
    share, share_anywhere = np.abs(size / expected), np.abs(anywhere.size / expected)
    testable = (np.abs(expected) > 2 * VISIBLE * noise) & ~(hidden & (share < _CLEAR))
    clear = testable & (share > _CLEAR)
    if not clear.any():
        return _NOTHING_SEEN
    delay = float(np.median(there.offset[clear]))
    alike = float(np.mean((share[clear] > 1 / _ALIKE) & (share[clear] < _ALIKE))) >= _SAME_SIGN
    absent = testable & (share < _ABSENT) & alike
    displaced = testable & (share < _CLEAR) & (share_anywhere > np.maximum(_CLEAR, 2 * share)) & alike
    late = clear & ~blurred & (np.abs(there.offset - delay) > wobble)
    against = clear & (size * expected < 0)
    if (absent | displaced | late).any():
        return _mismatch(edges.sweep[absent | displaced | late], "are not where the command steps")
    if against.sum() > 0.1 * testable.sum():
        return _mismatch(edges.sweep[against], "have the wrong sign for the step of the command")
    if _goes_against(edges, there.size):
        return _mismatch(edges.sweep, "grow from sweep to sweep where the steps of the command shrink")
    text = f"{int(clear.sum())} capacitive transients, each {1e3 * delay / rate_Hz:.2g} ms after its edge"
    return CommandCheck("ok", text)


def _goes_against(edges: _Edges, size: Floats) -> bool:
    """Whether, at the same edge in different sweeps, the changes of current grow where the steps shrink."""
    places = np.array(sorted(set(edges.place.tolist())))
    group = np.searchsorted(places, edges.place)
    counts = np.bincount(group)
    polarity = float(np.sign((edges.step * size).sum()))
    step = edges.step - (np.bincount(group, edges.step) / counts)[group]
    change = polarity * (size - (np.bincount(group, size) / counts)[group])
    several = counts[group] >= 3
    spread = float(np.sqrt((step[several] ** 2).sum() * (change[several] ** 2).sum()))
    return spread > 0 and float((step[several] * change[several]).sum()) < -0.5 * spread


def _common_shift(edges: _Edges, current: Samples, lengths: Sequence[int]) -> int:
    """By how many samples all edges must be moved to meet transients that every sweep has; 0 when by none."""
    length = lengths[0]
    if len(set(lengths)) > 1 or len(current) != length * len(lengths):
        return 0
    counts = np.bincount(edges.place)
    shared = np.flatnonzero(counts >= 0.8 * len(lengths))
    if len(shared) < 2:
        return 0
    change = np.abs(np.diff(current.reshape(len(lengths), length), axis=1, prepend=current[::length, None]))
    usual = np.median(change, axis=0)
    floor = max(float(np.median(usual)), 1e-3 * float(usual.max()))
    low, high = 1 - int(shared[0]), length - int(shared[-1])
    weakest = np.min([usual[place + low : place + high] for place in shared], axis=0)
    best = int(np.argmax(weakest))
    return best + low if weakest[best] > 3 * VISIBLE * floor else 0


def _mismatch(sweeps: Ints, what: str) -> CommandCheck:
    named = tuple(sorted({int(k) for k in sweeps}))
    return CommandCheck("mismatch", f"the capacitive transients {what} ({list_sweeps(named)})", named)


def _spelt(shift_s: float) -> str:
    return f"{abs(shift_s) * 1e3:.3g} ms {'after' if shift_s > 0 else 'before'}"
