"""The I–V of a voltage ramp: current by voltage, both directions averaged where both were run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kalimag.assays.iv_analysis import Curve
from kalimag.assays.iv_result import Excluded, IVRow
from kalimag.assays.iv_rows import Source
from kalimag.assays.iv_window import Plan
from kalimag.stats.block_mean import BLOCKS, block_mean

Floats = NDArray[np.float64]
SETTLING = 0.05
_BINS, _FEWEST_SAMPLES, _LEAST_SPAN_mV = 40, 8, 1.0
_NICE_mV = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, eq=False)
class Ramp:
    """Rows by voltage, the same I–V in every sweep, and what the two directions say about capacitance."""

    rows: list[IVRow]
    by_sweep: list[Curve]
    excluded: list[Excluded]
    warnings: list[str]
    capacitance_pF: float | None
    bin_mV: float


@dataclass(frozen=True, eq=False)
class _Binned:
    """Mean voltage and current per bin of one sweep, half the difference of directions, and its speed."""

    V: Floats
    I: Floats  # noqa: E741 (the symbol of the field)
    sd: Floats
    sem: Floats
    count: Floats
    capacitive_pA: Floats | None
    speed_mV_s: float


def ramp_rows(source: Source, plan: Plan) -> Ramp:
    """Bin the current of every sweep by the voltage of the ramp, and average over sweeps.

    The first 5 % of each ramp are left out: the capacitive current is still settling. On a single ramp that
    current stays in the result, an offset of capacitance times speed; where the ramp runs in both directions
    it cancels in their mean, and half their difference gives the capacitance.

    Parameters
    ----------
    source : the channel, with a command.
    plan : of kind "ramp"; its windows are the ramps.

    Returns
    -------
    Ramp, rows in order of voltage.
    """
    rate = source.recording.rate_Hz
    traces, excluded = _traces(source, plan, rate)
    low, width, count = _bins(traces)
    binned = [_one_sweep(ramps, low, width, count, rate) for ramps in traces.values()]
    if not binned:
        return Ramp([], [], excluded, [], None, width)
    rows, kept = _averaged(binned, plan, rate)
    curves = [Curve(one.V[kept], one.I[kept], one.sem[kept], float(BLOCKS - 1)) for one in binned]
    whole = [one for one in curves if np.isfinite(one.I).all()]
    capacitance, warnings = _capacitance(binned, kept)
    return Ramp(rows, whole, excluded, warnings, capacitance, width)


def _traces(
    source: Source, plan: Plan, rate: float
) -> tuple[dict[int, list[tuple[Floats, Floats]]], list[Excluded]]:
    """Voltage and current of each ramp in each sweep that reaches the end of the last and does ramp."""
    traces: dict[int, list[tuple[Floats, Floats]]] = {}
    excluded = []
    end = plan.windows[-1][1]
    for sweep, length in enumerate(source.lengths):
        if end > length:
            reason = f"lasts {length / rate:.6g} s, the ramp ends at {end / rate:.6g} s"
            excluded.append(Excluded(sweep, reason))
            continue
        ramps = []
        for start, stop in plan.windows:
            first = start + round(SETTLING * (stop - start))
            voltage = source.voltage(sweep, first, stop)
            if voltage is not None and np.ptp(voltage) >= _LEAST_SPAN_mV:
                ramps.append((voltage, source.current(sweep, first, stop)))
        if len(ramps) == len(plan.windows):
            traces[sweep] = ramps
        else:
            excluded.append(
                Excluded(sweep, f"its command moves by less than {_LEAST_SPAN_mV:g} mV in the ramp")
            )
    return traces, excluded


def _bins(traces: dict[int, list[tuple[Floats, Floats]]]) -> tuple[float, float, int]:
    """Lowest edge, width and number of bins: a round width, about 40 bins, at least 8 samples in each."""
    all_ramps = [voltage for ramps in traces.values() for voltage, _ in ramps]
    if not all_ramps:
        return 0.0, _NICE_mV[0], 0
    low, high = min(float(v.min()) for v in all_ramps), max(float(v.max()) for v in all_ramps)
    samples = min(len(v) for v in all_ramps)
    least = max((high - low) / _BINS, _FEWEST_SAMPLES * (high - low) / samples)
    width = next((nice for nice in _NICE_mV if nice >= least), least)
    edge = np.floor(low / width) * width
    return float(edge), float(width), int(np.ceil((high - edge) / width + 1e-9))


def _one_sweep(
    ramps: list[tuple[Floats, Floats]], low: float, width: float, count: int, rate: float
) -> _Binned:
    """Bin each ramp of a sweep; bins less than half full are NaN; both directions count equally."""
    directions: dict[bool, list[tuple[Floats, ...]]] = {}
    speeds = []
    for voltage, current in ramps:
        index = np.clip(((voltage - low) / width).astype(int), 0, count - 1)
        n = np.bincount(index, minlength=count).astype(np.float64)
        n[n < 0.5 * width * len(voltage) / np.ptp(voltage)] = np.nan
        mean_V = np.bincount(index, voltage, count) / n
        mean_I = np.bincount(index, current, count) / n
        sd, sem = _within(index, current, count)
        speeds.append(float(np.ptp(voltage)) * rate / len(voltage))
        directions.setdefault(bool(voltage[-1] > voltage[0]), []).append((mean_V, mean_I, sd, sem, n))
    means = {up: np.mean(np.array(group), axis=0) for up, group in directions.items()}
    both = np.mean(np.array(list(means.values())), axis=0)
    capacitive = 0.5 * (means[True][1] - means[False][1]) if len(means) == 2 else None
    errors = both[3] / np.sqrt(len(ramps))
    return _Binned(
        both[0], both[1], both[2], errors, both[4] * len(ramps), capacitive, float(np.mean(speeds))
    )


def _within(index: NDArray[np.int_], current: Floats, count: int) -> tuple[Floats, Floats]:
    """Standard deviation and standard error inside each bin, about a straight line through it."""
    sd, sem = np.full(count, np.nan), np.full(count, np.nan)
    for here in np.unique(index):
        inside = current[index == here]
        if len(inside) < _FEWEST_SAMPLES // 2:
            continue
        steps = np.arange(len(inside)) - 0.5 * (len(inside) - 1)
        rest = inside - inside.mean() - steps * float(steps @ inside) / float(steps @ steps)
        spread = block_mean(rest, blocks=5)
        sd[here] = spread.sd
        # A line took two of the five blocks' freedoms: sqrt((5 - 1)/(5 - 2)).
        sem[here] = np.nan if spread.sem is None else spread.sem * np.sqrt(4.0 / 3.0)
    return sd, sem


def _averaged(binned: list[_Binned], plan: Plan, rate: float) -> tuple[list[IVRow], NDArray[np.bool_]]:
    """One row per bin that any sweep fills, averaged over the sweeps that do."""
    V, current = (np.array([getattr(one, name) for one in binned]) for name in ("V", "I"))
    filled = np.isfinite(current)
    kept = filled.any(axis=0)
    times = (plan.main[0] / rate, plan.main[1] / rate)
    rows = []
    for column in np.flatnonzero(kept):
        here = filled[:, column]
        n, sweep = int(here.sum()), int(np.flatnonzero(here)[0])
        values = current[here, column]
        errors = [one.sem[column] for one in binned if np.isfinite(one.sem[column])]
        own = float(np.sqrt(np.mean(np.square(errors)) / n)) if errors else np.nan
        sd = float(np.std(values, ddof=1)) if n > 1 else float(np.nan_to_num(binned[sweep].sd[column]))
        error = max(np.nan_to_num(own), sd / np.sqrt(n)) if n > 2 else own
        samples = int(sum(one.count[column] for one, has in zip(binned, here, strict=True) if has))
        sem = float(error) if np.isfinite(error) else None
        mean_V = float(V[here, column].mean())
        rows.append(IVRow(None, mean_V, float(values.mean()), sd, sem, samples, n, times))
    return rows, kept


def _capacitance(binned: Sequence[_Binned], kept: NDArray[np.bool_]) -> tuple[float | None, list[str]]:
    """Capacitance in pF from the two directions, or a sentence on the offset one direction leaves."""
    speed = float(np.mean([one.speed_mV_s for one in binned]))
    known = [one.capacitive_pA[kept] for one in binned if one.capacitive_pA is not None]
    if not known:
        offset = f"{1e-3 * speed:.3g} pA for each pF of capacitance"
        return None, [f"a ramp in one direction adds a capacitive current of {offset}; it is not subtracted"]
    return float(1e3 * np.nanmedian(np.array(known)) / speed), []
