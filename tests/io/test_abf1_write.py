"""A file we write is read the same by readers we did not write."""

from __future__ import annotations

import struct
import warnings
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kalimag.errors import InvalidInput, UsageProblem
from kalimag.io import read
from kalimag.io.abf1_protocol import Epoch, Protocol
from kalimag.io.abf1_write import write_abf1
from kalimag.io.recording import Channel, Tag

pyabf = pytest.importorskip("pyabf")
STARTED = datetime(2026, 3, 4, 10, 11, 12, 345_000)
STEPS = Protocol(
    holding=-20.0,
    epochs=(Epoch(-20.0, 40), Epoch(-100.0, 100, level_step=20.0), Epoch(-20.0, 20, samples_step=2)),
    name="iv_steps",
)


def write(path: Path, sweeps: NDArray[np.float64], **options: Any) -> Path:
    return write_abf1(
        path, sweeps, **{"rate_Hz": 5000.0, "started": STARTED, "origin": "synthetic", **options}
    )


def lsb(path: Path, channel: int = 0) -> float:
    """The size of one count, from the header as it is on disk."""
    head = path.read_bytes()[:6144]
    (span,), (counts,) = struct.unpack_from("<f", head, 244), struct.unpack_from("<i", head, 252)
    return float(span / counts / struct.unpack_from("<16f", head, 922)[channel])


def by_pyabf(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pyabf.ABF(str(path))


def by_neo(path: Path) -> Any:
    rawio = pytest.importorskip("neo.rawio", exc_type=ImportError)
    reader = rawio.AxonRawIO(str(path))
    reader.parse_header()
    return reader


def neo_sweep(reader: Any, sweep: int) -> NDArray[np.float64]:
    raw = reader.get_analogsignal_chunk(block_index=0, seg_index=sweep, stream_index=0)
    scaled = reader.rescale_signal_raw_to_float(raw, dtype="float64", stream_index=0)
    return np.asarray(scaled).T


@settings(max_examples=25, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 30), st.integers(1, 4), st.integers(1, 300)),
    size=st.floats(1e-3, 1e5),
    rate=st.sampled_from([100.0, 1000.0, 5000.0, 10_000.0, 20_000.0, 50_000.0]),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_reader_gets_every_sweep(
    tmp_path_factory: pytest.TempPathFactory, shape: tuple[int, int, int], size: float, rate: float, seed: int
) -> None:
    data = np.random.default_rng(seed).normal(scale=size, size=shape)
    channels = [Channel(f"IN {k}", ("pA", "mV", "nA", "V")[k]) for k in range(shape[1])]
    path = tmp_path_factory.mktemp("abf") / "x.abf"
    write(path, data, channels=channels, rate_Hz=rate)
    half = np.array([lsb(path, k) for k in range(shape[1])])[:, np.newaxis] * 0.501
    abf, neo = by_pyabf(path), by_neo(path)
    assert abf.sweepCount == neo.header["nb_segment"][0] == shape[0]
    assert abf.dataRate == pytest.approx(rate, abs=1)
    assert neo.get_signal_sampling_rate() == pytest.approx(rate, rel=1e-6)
    assert abf.adcUnits == list(neo.header["signal_channels"]["units"]) == [c.unit for c in channels]
    assert abf.adcNames == list(neo.header["signal_channels"]["name"]) == [c.name for c in channels]
    bulk = abf.data.reshape(shape[1], shape[0], shape[2])
    for k in range(shape[0]):
        assert (np.abs(bulk[:, k] - data[k]) <= half).all()
        assert (np.abs(neo_sweep(neo, k) - data[k]) <= half).all()


def test_our_reader_agrees(tmp_path: Path) -> None:
    data = np.random.default_rng(1).normal(scale=300.0, size=(11, 300))
    path = write(tmp_path / "x.abf", data, protocol=STEPS, tags=[Tag(1.0, "wash")])
    recording = read(path)
    assert len(recording.sweeps) == 11
    assert recording.rate_Hz == pytest.approx(5000.0)
    assert (recording.channels[0].name, recording.channels[0].unit) == ("IN 0", "pA")
    assert recording.started.startswith("2026-03-04")
    assert [tag.text for tag in recording.tags] == ["wash"]
    assert recording.tags[0].time_s == pytest.approx(1.0)
    for sweep, truth in zip(recording.sweeps, data, strict=True):
        assert np.abs(sweep[0] - truth).max() <= 0.501 * lsb(path)
    command = recording.commands[0]
    assert command is not None
    for k, samples in enumerate(command.samples):
        assert np.array_equal(samples, expected_command(k))


def expected_command(sweep: int, samples: int = 300) -> NDArray[np.float64]:
    """STEPS written out by hand: 4 samples held, 40 held, 100 stepped, the rest held."""
    command = np.full(samples, -20.0)
    command[44:144] = -100.0 + 20.0 * sweep
    return command


def test_pyabf_reads_the_command(tmp_path: Path) -> None:
    abf = by_pyabf(write(tmp_path / "x.abf", np.zeros((11, 300)), protocol=STEPS))
    for k in range(11):
        abf.setSweep(k)
        assert np.array_equal(abf.sweepC, expected_command(k))
    assert abf.protocol == "iv_steps"
    assert abf.abfDateTime == STARTED
    assert abf.abfFileComment.startswith("SYNTHETIC")


def test_sweep_starts_are_real_times(tmp_path: Path) -> None:
    starts = [0.0, 1.5, 3.0]
    for channels in (1, 2, 3):
        data, names = np.zeros((3, channels, 100)), [Channel(f"IN {k}", "pA") for k in range(channels)]
        path = write(tmp_path / f"{channels}.abf", data, channels=names, sweep_starts_s=starts)
        neo = by_neo(path)
        assert [neo.segment_t_start(0, k) for k in range(3)] == pytest.approx(starts)
        assert read(path).sweep_starts_s == pytest.approx(starts)
    with pytest.raises(InvalidInput, match="overlap"):
        write(tmp_path / "y.abf", np.zeros((3, 100)), sweep_starts_s=[0.0, 0.001, 0.002])


def test_clipping_is_refused(tmp_path: Path) -> None:
    data = np.array([[0.0, 999.0, -1001.0]])
    with pytest.raises(InvalidInput, match="full scale"):
        write(tmp_path / "x.abf", data, full_scale=[1000.0])
    assert list(tmp_path.iterdir()) == []
    by_pyabf(write(tmp_path / "x.abf", data, full_scale=[1001.0]))


@pytest.mark.parametrize("peak", [1e-9, 0.999, 1.0, 1.0001, 2.0, 4.9999, 32767.0, 1e9])
def test_the_chosen_scale_never_clips(tmp_path: Path, peak: float) -> None:
    path = write(tmp_path / "x.abf", np.array([[peak, -peak, 0.0]]))
    assert by_pyabf(path).data[0] == pytest.approx([peak, -peak, 0.0], abs=0.501 * lsb(path))
    assert lsb(path) < peak / 10_000


@pytest.mark.parametrize(
    "bad", [[[np.nan, 1.0]], [[np.inf]], np.zeros((2, 2, 5)), np.zeros((0, 5)), [[1e300]]]
)
def test_impossible_data_are_refused(tmp_path: Path, bad: Any) -> None:
    with pytest.raises(InvalidInput):
        write(tmp_path / "x.abf", bad)


def test_a_protocol_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    long = Protocol(epochs=(Epoch(0.0, 280, samples_step=2),))
    write(tmp_path / "x.abf", np.zeros((1, 300)), protocol=long)
    with pytest.raises(InvalidInput, match="sweep 9"):
        write(tmp_path / "y.abf", np.zeros((10, 300)), protocol=long)


def test_same_input_same_bytes_and_no_overwriting(tmp_path: Path) -> None:
    data = np.random.default_rng(2).normal(size=(3, 64))
    first, second = write(tmp_path / "a.abf", data), write(tmp_path / "b.abf", data)
    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(UsageProblem, match="exists"):
        write(first, data + 1.0)
    assert first.read_bytes() == second.read_bytes()
    write(first, data + 1.0, overwrite=True)
    assert first.read_bytes() != second.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.abf", "b.abf"]


def test_a_missing_folder_and_foreign_letters_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no folder"):
        write(tmp_path / "none" / "x.abf", np.zeros((1, 5)))
    with pytest.raises(InvalidInput, match="letters"):
        write(tmp_path / "x.abf", np.zeros((1, 5)), comment="日本")
    path = write(tmp_path / "x.abf", np.ones((1, 5)), channels=[Channel("IN 0", "µA")])
    assert by_pyabf(path).adcUnits == ["uA"]
