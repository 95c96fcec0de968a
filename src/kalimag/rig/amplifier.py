"""From the membrane to the file: what electrode, seal, amplifier and filter make of a current.

Membrane values are V_in - V_out and outward current; amplifier values are what a file holds. For an
inside-out patch V_m = -(V_cmd - V_LJ) - I_m Rs and I_amp = -I_m, where I_m is channel and seal together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from kalimag.errors import InvalidInput, KalimagError
from kalimag.io.abf1_protocol import Epoch, Protocol
from kalimag.rig.chance import Chance, Numbers

MV_PER_MOHM_PA = 1e-3
CurrentOf = Callable[[Any], Any]


@dataclass(frozen=True)
class Steps:
    """Steps from a holding potential, as the amplifier is told, and their timing in samples."""

    holding_mV: float = 0.0
    first_mV: float = 100.0
    step_mV: float = -20.0
    sweeps: int = 11
    rate_Hz: float = 5000.0
    before: int = 50
    during: int = 200
    samples: int = 300
    sweep_interval_s: float = 0.5

    @property
    def levels_mV(self) -> Numbers:
        """Command of each sweep during its step."""
        return np.asarray(self.first_mV + self.step_mV * np.arange(self.sweeps), dtype=np.float64)

    @property
    def edges(self) -> tuple[int, int]:
        """First sample of the step, and first sample after it."""
        start = self.samples // 64 + self.before
        return start, start + self.during

    @property
    def starts_s(self) -> tuple[float, ...]:
        """Start of each sweep after the first."""
        return tuple(k * self.sweep_interval_s for k in range(self.sweeps))

    def protocol(self) -> Protocol:
        """The same as the header of a file has it; the first epoch holds, for readers that look there."""
        rest = Epoch(self.holding_mV, self.before)
        step = Epoch(self.first_mV, self.during, level_step=self.step_mV)
        return Protocol(holding=self.holding_mV, epochs=(rest, step), name="romk_block_iv")


@dataclass(frozen=True)
class Recorder:
    """Filter, noise and the capacitive transients left after compensation; 0 switches each off.

    `white_pA` and `flicker_pA` are standard deviations: of the filtered white noise, and of the 1/f noise
    over one file. `offset_pA` is the spread of the amplifier's zero from file to file.
    """

    filter_Hz: float = 1000.0
    white_pA: float = 1.5
    flicker_pA: float = 0.5
    offset_pA: float = 0.5
    transient_pF: float = 0.5
    transient_ms: float = 0.3


def membrane_potential(pipette_side_mV: Numbers, series_MOhm: float, current: CurrentOf) -> Numbers:
    """V_m where the drop across the series resistance and the current it comes from agree.

    Parameters
    ----------
    pipette_side_mV : potential across membrane and series resistance together, inside minus outside.
    series_MOhm : uncompensated series resistance.
    current : outward current in pA at any V_m in mV, of all that lies behind the series resistance.

    Returns
    -------
    V_m in mV, of the shape of `pipette_side_mV`.

    Raises
    ------
    KalimagError : the clamp is not stable, because conductance times series resistance is near one.
    """
    V = pipette_side_mV.copy()
    drop, step = MV_PER_MOHM_PA * series_MOhm, 1e-20
    with np.errstate(all="ignore"):
        for _ in range(60):
            miss = V + drop * current(V) - pipette_side_mV
            if np.abs(miss).max() < 1e-10:
                return V
            slope = np.imag(current(V + 1j * step)) / step
            V = V - miss / (1.0 + drop * slope)
    raise KalimagError(
        "solving for the membrane potential",
        f"no solution with a series resistance of {series_MOhm:g} MOhm",
        remedy="Use a smaller series resistance or a smaller conductance.",
    )


def check_filter(recorder: Recorder, steps: Steps) -> None:
    """Refuse a filter whose corner the sampling rate cannot show."""
    if recorder.filter_Hz and not recorder.filter_Hz < 0.4 * steps.rate_Hz:
        raise InvalidInput(
            "setting up the rig",
            f"a filter of {recorder.filter_Hz:g} Hz at {steps.rate_Hz:g} samples per second",
            "a corner below 0.4 of the rate",
        )


def transients(steps: Steps, recorder: Recorder) -> Numbers:
    """Residual capacitive current after each edge of the command, amplifier sign; shape (sweeps, samples)."""
    out = np.zeros((steps.sweeps, steps.samples))
    if not recorder.transient_pF:
        return out
    dt_ms = 1e3 / steps.rate_Hz
    jumps = steps.levels_mV - steps.holding_mV
    for edge, jump in zip(steps.edges, (jumps, -jumps), strict=True):
        t = dt_ms * np.arange(steps.samples - edge + 1)
        left = np.exp(-t / recorder.transient_ms)
        # pF mV / ms = pA; the mean over each sample keeps the charge whatever the rate
        out[:, edge:] += np.outer(jump, recorder.transient_pF * (left[:-1] - left[1:]) / dt_ms)
    return out


def filtered(traces: Numbers, recorder: Recorder, steps: Steps) -> Numbers:
    """Traces through a four-pole Bessel filter that had settled on the first sample of each."""
    if not recorder.filter_Hz:
        return traces
    from scipy.signal import bessel, sosfilt, sosfilt_zi

    sections = bessel(4, recorder.filter_Hz, fs=steps.rate_Hz, output="sos", norm="mag")
    settled = sosfilt_zi(sections)[:, np.newaxis, :] * traces[np.newaxis, :, :1]
    return np.asarray(sosfilt(sections, traces, axis=-1, zi=settled)[0])


def noise(steps: Steps, recorder: Recorder, chance: Chance) -> Numbers:
    """Filtered white noise, 1/f noise over the whole file, and one offset; shape (sweeps, samples)."""
    n = steps.sweeps * steps.samples
    white = filtered(chance.normal(n)[np.newaxis, :], recorder, steps)[0]
    spectrum = np.fft.rfft(chance.normal(n))
    spectrum[1:] /= np.sqrt(np.arange(1, spectrum.size))
    spectrum[0] = 0.0
    flicker = np.fft.irfft(spectrum, n)
    parts = recorder.white_pA * white / white.std() + recorder.flicker_pA * flicker / flicker.std()
    total = parts + recorder.offset_pA * chance.normal(1)[0]
    return np.asarray(total.reshape(steps.sweeps, steps.samples))


def record(
    at_holding: Numbers, at_step: Numbers, steps: Steps, recorder: Recorder, chance: Chance
) -> Numbers:
    """What the amplifier writes down, given its steady currents in pA at holding and during each step.

    Parameters
    ----------
    at_holding, at_step : shape (sweeps,), amplifier sign.

    Returns
    -------
    shape (sweeps, samples), pA.
    """
    start, stop = steps.edges
    traces = np.repeat(at_holding[:, np.newaxis], steps.samples, axis=1)
    traces[:, start:stop] = at_step[:, np.newaxis]
    return filtered(traces + transients(steps, recorder), recorder, steps) + noise(steps, recorder, chance)
