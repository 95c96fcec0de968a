"""The command of whole files: where the fields of both versions lie, and which output drives which input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from abf_bytes import abf1, abf2, padded
from numpy.typing import NDArray

from kalimag.io import read
from kalimag.io.recording import Command, Recording

PLANNED = 640  # first holding of 10 samples
ROW = (0, 0, 1, -100.0, 0.0, 50, 0, 0, 0)


def noise(sweeps: int = 3, channels: int = 1, samples: int = PLANNED) -> NDArray[np.int16]:
    return np.random.default_rng(5).integers(-9, 9, (sweeps, channels, samples)).astype(np.int16)


def put(folder: Path, raw: bytes) -> Recording:
    path = folder / "made.abf"
    path.write_bytes(raw)
    return read(path)


def first_command(recording: Recording) -> Command:
    command = recording.commands[0]
    assert command is not None, recording.no_command
    return command


def test_abf1_holding_is_its_own_field_and_not_the_first_level(tmp_path: Path) -> None:
    fields = {"holding": [-70.0, -35.0], "enabled": [1], "source": [1], "types": [1], "levels": [-100.0]}
    recording = put(tmp_path, abf1(noise(), **fields, durations=[50]))
    samples = first_command(recording).samples[0]
    assert (samples[:10] == -70.0).all()
    assert (samples[10:60] == -100.0).all()
    assert (samples[60:] == -70.0).all()


@pytest.mark.parametrize("enabled", [{"enabled": [0], "source": [1]}, {"enabled": [1], "source": [0]}])
def test_an_output_without_waveform_is_at_holding(tmp_path: Path, enabled: dict[str, list[int]]) -> None:
    recording = put(tmp_path, abf1(noise(), holding=[-35.0], types=[1], durations=[50], **enabled))
    assert (first_command(recording).samples[1] == -35.0).all()


def test_abf1_trains_lists_and_staying(tmp_path: Path) -> None:
    recording = put(
        tmp_path,
        abf1(
            noise(), holding=[-70.0], enabled=[1], source=[1], stays=[1], types=[3, 1], levels=[0.0, -50.0],
            durations=[100, 20], periods=[50], widths=[5],
            list_on=[1], list_parameter=[22], lists=padded(["-90, -80 -60"], 256),
        ),
    )  # fmt: skip
    command = first_command(recording)
    assert [int((sweep == 0.0).sum()) for sweep in command.samples] == [10, 10, 10]
    assert [(sweep[0], sweep[-1]) for sweep in command.samples] == [
        (-70.0, -90.0), (-90.0, -80.0), (-80.0, -60.0)
    ]  # fmt: skip


def test_a_header_before_1_6_has_one_output_with_epochs(tmp_path: Path) -> None:
    recording = put(
        tmp_path,
        abf1(
            noise(), version=1.3, holding=[-60.0], old_source=1, old_types=[1, 2], old_levels=[-100.0, 0.0],
            old_level_steps=[10.0], old_durations=[50, 100],
        ),
    )  # fmt: skip
    assert [sweep[20] for sweep in first_command(recording).samples] == [-100.0, -90.0, -80.0]
    assert first_command(recording).segments[2][2].kind == "ramp"


def test_a_list_of_durations_in_abf2(tmp_path: Path) -> None:
    # the protocol of a published recording whose duration list another reader overlooks: parameter 35 is the
    # duration of the fifth epoch, 4000 samples in the first sweep where the table says 2500
    levels = [-35.0, 30.0, -35.0, -35.0, -145.0, -145.0, 0.0, -35.0, 30.0, -35.0]
    durations = [1000, 1000, 1000, 1000, 2500, 1200, 6000, 1000, 1000, 1000]
    kinds = [1, 2, 2, 1, 1, 1, 1, 1, 2, 2]
    steps = [15.0 if k == 4 else 0.0 for k in range(10)]
    rows = [(k, 0, kinds[k], levels[k], steps[k], durations[k], 0, 0, 0) for k in range(10)]
    raw = abf2(
        noise(3, 1, 51612),
        dacs=[{"holding": -35.0}],
        epochs=rows,
        lists=[(0, 35, "4000, 6000, 6000, 10000, 20000")],
        creator=(0, 0, 0, 0),
        version=(2, 0),
    )
    command = first_command(put(tmp_path, raw))
    first, second = command.samples[0], command.samples[1]
    assert (first[4806:10006] == -145.0).all()
    assert (first[10006:16006] == 0.0).all()
    assert (second[4806:10806] == -130.0).all()
    assert (second[10806:12006] == -145.0).all()


@pytest.mark.parametrize(("version", "parameter"), [((2, 6), 22), ((2, 9), 62)])
def test_the_protocol_editor_of_pclamp_11_has_fifty_epochs(
    tmp_path: Path, version: tuple[int, int], parameter: int
) -> None:
    rows = [(0, 0, 1, 0.0, 0.0, 100, 0, 0, 0), (1, 0, 1, -200.0, 50.0, 200, 0, 0, 0)]
    lists = [(0, parameter, "-200, 25, 600")]
    command = first_command(put(tmp_path, abf2(noise(), epochs=rows, lists=lists, version=version)))
    assert [sweep[150] for sweep in command.samples] == [-200.0, 25.0, 600.0]


def test_which_output_drives_which_input(tmp_path: Path) -> None:
    both = [{"holding": -70.0}, {"holding": -60.0}]
    rows = [ROW, (0, 1, 1, -90.0, 0.0, 50, 0, 0, 0)]
    own = put(tmp_path, abf2(noise(3, 2), ("pA", "pA"), dacs=both, epochs=rows))
    assert [c.samples[0][20] for c in own.commands if c] == [-100.0, -90.0]
    one = put(tmp_path, abf2(noise(3, 2), ("pA", "pA"), dacs=[both[0], {"enabled": 0}], epochs=[ROW]))
    assert [c.name for c in one.commands if c] == ["Cmd 0", "Cmd 0"]
    clamp = put(tmp_path, abf2(noise(3, 2), ("mV", "pA"), dacs=[{"unit": "pA"}, both[1]], epochs=rows))
    assert [(c.name, c.unit) for c in clamp.commands if c] == [("Cmd 0", "pA"), ("Cmd 1", "mV")]


def test_a_stimulus_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    raw = abf2(noise(), dacs=[{"source": 2, "file": "C:\\stim\\chirp.atf"}])
    recording = put(tmp_path, raw)
    assert recording.commands == (None,)
    assert "chirp.atf" in recording.no_command[0]


def test_a_stimulus_file_beside_the_recording_is_read_and_scaled(tmp_path: Path) -> None:
    values = np.where(np.arange(400) < 200, 1.0, -2.0)
    lines = ["ATF\t1.0", "0\t2", '"Time (s)"\t"Trace #1 (mV)"']
    lines += [f"{k * 1e-4:.4f}\t{value:.1f}" for k, value in enumerate(values)]
    (tmp_path / "Chirp.ATF").write_text("\n".join(lines) + "\n")
    dac = {"source": 2, "file": "C:\\stim\\chirp.atf", "scale": 10.0, "offset": -5.0, "holding": -70.0}
    command = first_command(put(tmp_path, abf2(noise(), dacs=[dac])))
    np.testing.assert_allclose(command.samples[2][:400], values * 10.0 - 5.0)
    assert (command.samples[2][400:] == -70.0).all()
    assert [part.start for part in command.segments[0]] == [0, 200, 400]


def test_absurd_levels_give_no_command_but_the_currents(tmp_path: Path) -> None:
    recording = put(tmp_path, abf2(noise(), epochs=[(0, 0, 1, float("nan"), 0.0, 50, 0, 0, 0)]))
    assert recording.commands == (None,)
    assert "cannot be played" in recording.no_command[0]
    assert len(recording.sweeps) == 3


def test_leak_subtraction_and_a_rate_that_is_no_whole_number(tmp_path: Path) -> None:
    raw = bytearray(abf1(noise(), interval=15.0, enabled=[1], source=[1]))
    raw[1932] = 1
    recording = put(tmp_path, bytes(raw))
    assert recording.rate_Hz == pytest.approx(66666.6667)
    assert any("P/N" in warning for warning in recording.warnings)


def test_floating_point_samples_of_abf1_are_read(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(0, 50, (3, 1, PLANNED)).astype(np.float32)
    recording = put(tmp_path, abf1(values))
    np.testing.assert_array_equal(np.stack(recording.sweeps), values)


def test_equal_sweeps_share_their_segments_and_samples(tmp_path: Path) -> None:
    command = first_command(put(tmp_path, abf2(noise(3), dacs=[{"holding": -70.0}], epochs=[ROW])))
    assert command.segments[0] is command.segments[2]
    assert command.samples[0] is command.samples[2]
    assert len(command.samples[0:2]) == 2


# --- a voltage recorded beside the current ------------------------------------------------------------

STEPPED = [(0, 0, 1, -100.0, 10.0, 2000, 0, 0, 0)]
LONG = 6400


def clamped(voltage: NDArray[np.float64], channel: NDArray[np.float64]) -> NDArray[np.int16]:
    """Counts of a current that obeys a voltage, and of whatever the second channel shows."""
    rng = np.random.default_rng(2)
    transient = np.exp(-np.arange(60) / 8.0)
    jumps = np.diff(voltage, axis=1, prepend=voltage[:, :1])
    current = voltage + 80.0 + rng.normal(0.0, 1.0, voltage.shape)
    current += np.stack([np.convolve(row, transient)[:LONG] for row in jumps]) * 4.0
    return np.round(8 * np.stack([current, channel], axis=1)).astype(np.int16)


def stepping(step: float, edge: int = 2100) -> NDArray[np.float64]:
    """What five sweeps of the protocol play: 100 samples of holding, then steps up to an edge."""
    voltage = np.full((5, LONG), -70.0)
    voltage[:, 100:edge] = (-100.0 + step * np.arange(5))[:, None]
    return voltage


def pair(folder: Path, voltage: NDArray[np.float64], channel: NDArray[np.float64]) -> Recording:
    raw = abf2(clamped(voltage, channel), ("pA", "mV"), dacs=[{"holding": -70.0}], epochs=STEPPED)
    return put(folder, raw)


def test_a_recorded_voltage_that_the_current_follows_is_the_command(tmp_path: Path) -> None:
    voltage = stepping(10.0)
    recording = pair(tmp_path, voltage, voltage + np.random.default_rng(0).normal(0, 0.1, voltage.shape))
    command = first_command(recording)
    assert (command.source, command.check.verdict) == ("recorded", "ok")
    assert [(part.start, part.stop) for part in command.segments[2]] == [(0, 100), (100, 2100), (2100, LONG)]
    assert [part.kind for part in command.segments[2]] == ["hold", "step", "hold"]
    assert len(command.segments[3]) == 1  # at -70 mV there is no step to see
    assert command.segments[2][1].level == pytest.approx(-80.0, abs=0.2)
    assert "recorded voltage" in recording.no_command[1]
    assert recording.warnings == ()


def test_the_recorded_voltage_wins_where_the_protocol_is_not_what_was_played(tmp_path: Path) -> None:
    played = stepping(10.0, edge=3100)
    command = first_command(pair(tmp_path, played, played))
    assert (command.source, command.check.verdict) == ("recorded", "ok")
    assert command.segments[1][1].stop == 3100
    alone = put(tmp_path, abf2(clamped(played, played)[:, :1], dacs=[{"holding": -70.0}], epochs=STEPPED))
    assert first_command(alone).check.verdict == "mismatch"
    assert "transients" in alone.warnings[0]


def test_a_recorded_voltage_of_another_scale_is_doubted(tmp_path: Path) -> None:
    voltage = stepping(10.0)
    recording = pair(tmp_path, voltage, voltage * 10.0)
    assert first_command(recording).source == "rebuilt"
    assert "other levels" in recording.warnings[0]


@pytest.mark.parametrize("kind", ["flat", "noise", "wave", "elsewhere"])
def test_a_voltage_that_is_no_command_is_left_alone(tmp_path: Path, kind: str) -> None:
    rng, time = np.random.default_rng(4), np.arange(LONG)
    channel = {
        "flat": np.zeros((5, LONG)),
        "noise": rng.normal(-60.0, 3.0, (5, LONG)),
        "wave": np.tile(-60.0 + 20.0 * np.sin(time / 300.0), (5, 1)),
        "elsewhere": np.where(time > 4000, -20.0, -70.0) + np.zeros((5, 1)),
    }[kind]
    recording = pair(tmp_path, stepping(10.0), channel)
    command = first_command(recording)
    assert (command.source, command.check.verdict) == ("rebuilt", "ok")
    assert recording.warnings == ()
