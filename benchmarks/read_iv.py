"""From 100 sweeps of 1 s at 20 kHz in an ABF file to a 100-point I-V: kalimag, pyABF in two ways, neo.

kalimag also hashes the file, rebuilds the command and checks it against the transients; its assay adds
errors from block means, reversal potential and slope. The others do none of this.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import neo.rawio
import numpy as np
import pyabf
from numpy.typing import NDArray
from stopwatch import best_of, ratios, save

from kalimag.assays.iv import iv
from kalimag.io import read
from kalimag.io.abf1_protocol import Epoch, Protocol
from kalimag.io.abf1_write import write_abf1

SWEEPS, RATE_HZ = 100, 20_000
STEP = slice(4312, 14312)
OURS = "kalimag assay iv"
WINDOW = slice(12_000, 14_000)
Points = NDArray[np.float64]


def write(path: Path) -> None:
    """Steps from -100 mV in 2 mV steps, a 2 nS patch, noise and transients."""
    levels = -100.0 + 2.0 * np.arange(SWEEPS)
    sweeps = np.random.default_rng(1).normal(scale=3.0, size=(SWEEPS, RATE_HZ))
    sweeps[:, STEP] += 2.0 * levels[:, np.newaxis]
    decay = np.exp(-np.arange(200) / 6.0)
    for edge, sign in ((STEP.start, 1.0), (STEP.stop, -1.0)):
        sweeps[:, edge : edge + 200] += sign * levels[:, np.newaxis] * decay
    write_abf1(
        path,
        sweeps,
        rate_Hz=RATE_HZ,
        started=datetime(2026, 1, 1),
        origin="synthetic",
        protocol=Protocol(0.0, (Epoch(0.0, 4000), Epoch(-100.0, 10_000, level_step=2.0)), "iv"),
    )


def kalimag_assay(path: Path) -> tuple[Points, Points]:
    result = iv(read(path), window=(WINDOW.start / RATE_HZ, WINDOW.stop / RATE_HZ))
    V = [row.V_mV for row in result.rows if row.V_mV is not None]
    return np.array(V), np.array([row.I_pA for row in result.rows])


def kalimag_mean(path: Path) -> tuple[Points, Points]:
    recording = read(path)
    command = recording.commands[0]
    assert command is not None
    assert command.check.verdict == "ok"
    V = np.array([samples[WINDOW].mean(dtype=np.float64) for samples in command.samples])
    return V, np.array([sweep[0, WINDOW].mean(dtype=np.float64) for sweep in recording.sweeps])


def pyabf_bulk(path: Path) -> tuple[Points, Points]:
    abf = pyabf.ABF(str(path))
    means = abf.data.reshape(SWEEPS, RATE_HZ)[:, WINDOW].mean(axis=1, dtype=np.float64)
    return np.full(SWEEPS, np.nan), means  # this way gives no voltage


def pyabf_loop(path: Path) -> tuple[Points, Points]:
    abf = pyabf.ABF(str(path))
    V, means = np.empty(SWEEPS), np.empty(SWEEPS)
    for sweep in abf.sweepList:
        abf.setSweep(sweep)
        V[sweep], means[sweep] = abf.sweepC[WINDOW].mean(), abf.sweepY[WINDOW].mean(dtype=np.float64)
    return V, means


def neo_rawio(path: Path) -> tuple[Points, Points]:
    reader = neo.rawio.AxonRawIO(str(path))
    reader.parse_header()
    means = np.empty(SWEEPS)
    for sweep in range(SWEEPS):
        raw = reader.get_analogsignal_chunk(0, sweep, WINDOW.start, WINDOW.stop, 0)
        means[sweep] = reader.rescale_signal_raw_to_float(raw, "float64", 0).mean()
    return np.full(SWEEPS, np.nan), means  # neo has no command for ABF1


def main() -> None:
    ways = {
        OURS: kalimag_assay,
        "kalimag read, mean": kalimag_mean,
        "pyabf setSweep": pyabf_loop,
        "pyabf bulk": pyabf_bulk,
        "neo rawio": neo_rawio,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "iv.abf"
        write(path)
        points: dict[str, Any] = {name: way(path) for name, way in ways.items()}
        best = best_of({name: (lambda way=way: way(path)) for name, way in ways.items()}, repeats=7)
    apart = {n: float(np.abs(p[1] - points[OURS][1]).max()) for n, p in points.items() if n != OURS}
    assert max(apart.values()) < 1e-3
    assert np.array_equal(points[OURS][0], points["pyabf setSweep"][0])
    save(
        "read_iv",
        {
            "job": "100 x 1 s ABF1 at 20 kHz to a 100-point I-V",
            "milliseconds": {name: round(1e3 * seconds, 2) for name, seconds in best.items()},
            "times_longer_than_ours": ratios(best, OURS),
            "gives_voltage": {name: bool(np.isfinite(p[0]).all()) for name, p in points.items()},
            "largest_difference_pA": apart,
            "versions": {name: version(name) for name in ("numpy", "pyabf", "neo")},
        },
    )


if __name__ == "__main__":
    main()
