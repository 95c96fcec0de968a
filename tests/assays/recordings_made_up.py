"""Recordings with a known cell: an ohmic leak, noise of a chosen colour, capacitive transients on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kalimag.io.recording import Channel, Command, CommandCheck, Recording, Segment, draw

Floats = NDArray[np.float64]
OK = CommandCheck("ok", "made up")


def command(sweeps: Sequence[Sequence[Segment]], unit: str = "mV", verdict: CommandCheck = OK) -> Command:
    """A rebuilt command from segments."""
    segments = tuple(tuple(parts) for parts in sweeps)
    return Command("Cmd 0", unit, "rebuilt", tuple(draw(parts) for parts in segments), segments, verdict)


def steps(levels: Sequence[float], hold: float = -70.0, rate: float = 10_000.0) -> Command:
    """100 ms at holding, 400 ms at the level of the sweep, 100 ms at holding."""
    ms = round(rate / 1000)
    return command(
        [
            (
                Segment(0, 100 * ms, hold, hold, "hold"),
                Segment(100 * ms, 500 * ms, level, level, "step"),
                Segment(500 * ms, 600 * ms, hold, hold, "hold"),
            )
            for level in levels
        ]
    )


def red_noise(rng: np.random.Generator, count: int, sd: float, correlation: float) -> Floats:
    """First-order noise: neighbours correlate as said."""
    white = rng.normal(0.0, sd * np.sqrt(1 - correlation**2), count)
    found = np.empty(count)
    last = rng.normal(0.0, sd)
    for index in range(count):
        last = correlation * last + white[index]
        found[index] = last
    return found


def recording(
    asked: Command | None,
    current: Callable[[int, Floats], Floats],
    *,
    lengths: Sequence[int] | None = None,
    unit: str = "pA",
    rate: float = 10_000.0,
) -> Recording:
    """A recording whose current is a function of sweep number and command in mV."""
    scale = 1000.0 if asked is not None and asked.unit == "V" else 1.0
    whole = [scale * sweep for sweep in asked.samples] if asked else [np.zeros(n) for n in lengths or ()]
    lengths = lengths or [len(sweep) for sweep in whole]
    sweeps = tuple(
        current(k, sweep)[:length][None, :]
        for k, (sweep, length) in enumerate(zip(whole, lengths, strict=True))
    )
    return Recording(
        path=Path("made_up.abf"),
        sha256="0" * 64,
        size_bytes=0,
        format="made up",
        reader="none",
        rate_Hz=rate,
        channels=(Channel("IN 0", unit),),
        sweeps=sweeps,
        sweep_starts_s=tuple(float(k) for k in range(len(sweeps))),
        commands=(asked,),
        no_command=("" if asked else "nobody wrote it down",),
    )


def ohmic(g_nS: float, E_mV: float, sd_pA: float = 0.0, seed: int = 1) -> Callable[[int, Floats], Floats]:
    """Current of a leak with white noise."""

    def current(sweep: int, V: Floats) -> Floats:
        rng = np.random.default_rng([seed, sweep])
        return g_nS * (V - E_mV) + rng.normal(0.0, sd_pA, len(V))

    return current
