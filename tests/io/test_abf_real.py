"""Real ABF files agree with the numbers of other programs, and with a second reader sample by sample."""

from __future__ import annotations

import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kalimag.io import read
from kalimag.io.recording import Recording

FILES = {
    "05210017_vc_abf1.abf": ("rebuilt ok", "rebuilt not checkable"),
    "130618-1-12.abf": ("rebuilt not checkable",),
    "14o16001_vc_pair_step.abf": ("rebuilt ok", "rebuilt ok"),
    "171116sh_0013.abf": ("rebuilt ok",),
    "17o05024_vc_steps.abf": ("rebuilt ok",),
    "18702001-step.abf": ("rebuilt ok", "rebuilt ok"),
    "2020_06_16_0000.abf": ("rebuilt not checkable",),
    "model_vc_ramp.abf": ("rebuilt not checkable",),
    "model_vc_step.abf": ("rebuilt ok",),
    "multichannelAbf1WithTags.abf": ("recorded ok", "none"),
    "myokit_abf-v2.abf": ("rebuilt ok",),
    "sctrace_cluster.abf": ("rebuilt not checkable",),
}
every_file = pytest.mark.parametrize("name", FILES)


@cache
def recording(ephys: Path, name: str) -> Recording:
    return read(ephys / "abf" / name)


@cache
def references(ephys: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ephys / "references.json").read_text())
    return loaded


def test_every_abf_file_of_the_folder_is_tested(ephys: Path) -> None:
    assert {path.name for path in (ephys / "abf").glob("*.abf")} == set(FILES)


@every_file
def test_sweep_statistics_are_those_of_other_programs(ephys: Path, name: str) -> None:
    found, known = recording(ephys, name), references(ephys)["abf"][name]
    assert [channel.name for channel in found.channels] == known["names"]
    assert [channel.unit for channel in found.channels] == known["units"]
    assert len(found.sweeps) == known["sweeps"]
    for channel in range(len(found.channels)):
        numbers = known.get(f"ch{channel}_pyabf")
        if numbers is None:
            continue
        sweeps = [sweep[channel].astype(np.float64) for sweep in found.sweeps[: len(numbers["mean"])]]
        for said, ours in (("mean", np.mean), ("sd", np.std), ("min", np.min), ("max", np.max)):
            np.testing.assert_allclose([ours(sweep) for sweep in sweeps], numbers[said], rtol=3e-6, atol=3e-6)


@every_file
def test_samples_and_rate_are_those_of_neo(ephys: Path, name: str) -> None:
    rawio = pytest.importorskip("neo.rawio.axonrawio")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = rawio.AxonRawIO(filename=str(ephys / "abf" / name))
        reader.parse_header()
        segments = range(reader.segment_count(0))
        raw = [reader.get_analogsignal_chunk(seg_index=k, stream_index=0) for k in segments]
        theirs = [reader.rescale_signal_raw_to_float(part, dtype="float64", stream_index=0).T for part in raw]
        rate = reader.get_signal_sampling_rate(0)
    found = recording(ephys, name)
    assert found.rate_Hz == pytest.approx(rate, rel=1e-7)
    ours = list(found.sweeps)
    if name == "130618-1-12.abf":  # without a synch array neo sees one sweep
        ours = [np.concatenate(ours, axis=1)]
    assert [sweep.shape for sweep in ours] == [sweep.shape for sweep in theirs]
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-6, atol=1e-4)


@every_file
def test_the_command_and_its_check(ephys: Path, name: str) -> None:
    found = recording(ephys, name)
    verdicts = [f"{c.source} {c.check.verdict}" if c else "none" for c in found.commands]
    assert verdicts == list(FILES[name])
    assert found.warnings == ()
    for command, reason in zip(found.commands, found.no_command, strict=True):
        assert (command is None) == bool(reason)
        for k, sweep in enumerate(found.sweeps if command else ()):
            assert command is not None
            assert command.samples[k].shape == sweep.shape[1:]
            assert command.segments[k][0].start == 0
            assert command.segments[k][-1].stop == sweep.shape[1]


@pytest.mark.parametrize(
    "key", ["14o16001_vc_pair_step.abf ch0 step1", "171116sh_0013.abf", "17o05024_vc_steps.abf"]
)
def test_current_and_voltage_of_the_reference_windows(ephys: Path, key: str) -> None:
    known = references(ephys)["iv_pyabf"][key]
    found, (first, last) = recording(ephys, key.split(" ", maxsplit=1)[0]), known["window_samples"]
    command = found.commands[0]
    assert command is not None
    for k, (voltage, mean, sd) in enumerate(known["rows_V_Imean_Isd"]):
        current = found.sweeps[k][0, first:last].astype(np.float64)
        assert np.median(command.samples[k][first:last]) == voltage
        assert current.mean() == pytest.approx(mean, abs=1e-4)
        assert current.std() == pytest.approx(sd, abs=1e-4)


@pytest.mark.parametrize(
    "name",
    ["14o16001_vc_pair_step.abf", "17o05024_vc_steps.abf", "myokit_abf-v2.abf", "model_vc_step.abf"],
)
def test_plain_steps_are_rebuilt_as_neo_rebuilds_them(ephys: Path, name: str) -> None:
    rawio = pytest.importorskip("neo.rawio.axonrawio")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = rawio.AxonRawIO(filename=str(ephys / "abf" / name))
        reader.parse_header()
        theirs, _, units = reader.read_raw_protocol()
    command = recording(ephys, name).commands[0]
    assert command is not None
    assert command.unit == units[0]
    for k, sweep in enumerate(theirs):
        np.testing.assert_allclose(command.samples[k], sweep[0], rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", ["171116sh_0013.abf", "model_vc_ramp.abf", "18702001-step.abf"])
def test_ramps_are_rebuilt_as_pyabf_rebuilds_them_within_one_sample(ephys: Path, name: str) -> None:
    pyabf = pytest.importorskip("pyabf")
    theirs, command = pyabf.ABF(ephys / "abf" / name), recording(ephys, name).commands[0]
    assert command is not None
    for k in range(len(command.samples)):
        theirs.setSweep(k)
        ramps = [part for part in command.segments[k] if part.kind == "ramp"]
        steepest = max(abs(p.level_end - p.level) / (p.stop - p.start - 1) for p in ramps)
        assert np.abs(command.samples[k] - theirs.sweepC).max() <= 1.01 * steepest + 1e-9


def test_a_sweep_opens_where_the_one_before_ended(ephys: Path) -> None:
    found = recording(ephys, "171116sh_0013.abf")
    command = found.commands[0]
    assert command is not None
    assert command.samples[0][0] == -70.0
    assert [sweep[0] for sweep in command.samples[1:]] == [-110.0 + 5.0 * k for k in range(12)]
    ramp = command.segments[1][1]
    assert (ramp.start, ramp.stop, ramp.kind, ramp.level_end) == (312, 1312, "ramp", -105.0)


def test_variable_sweeps_have_their_true_lengths_and_starts(ephys: Path) -> None:
    found = recording(ephys, "2020_06_16_0000.abf")
    assert [sweep.shape[1] for sweep in found.sweeps] == [3540, 70040, 16040]
    assert found.sweep_starts_s == (1.4479, 4.4979, 14.7479)


def test_sweeps_are_read_only_views_of_one_array(ephys: Path) -> None:
    found = recording(ephys, "17o05024_vc_steps.abf")
    assert len({id(sweep.base) for sweep in found.sweeps}) == 1
    with pytest.raises(ValueError, match="read-only"):
        found.sweeps[0][0, 0] = 0.0


def test_what_the_header_says_besides(ephys: Path) -> None:
    old, tagged = recording(ephys, "130618-1-12.abf"), recording(ephys, "multichannelAbf1WithTags.abf")
    assert old.started == "2018-06-18T17:34:27.000"  # stored as 180618
    assert old.creator == "FETCHEX 6.0.3.06"
    assert [(tag.text, round(tag.time_s, 4)) for tag in tagged.tags] == [
        ("+TGOT", 173.9776),
        ("-TGOT", 294.8608),
    ]
    assert tagged.protocol == "0402 VC 2s MT-50"
    assert tagged.creator == "Clampex 10.3.0.2"
    assert recording(ephys, "05210017_vc_abf1.abf").sweep_starts_s == (0.0, 60.0, 120.0, 180.0, 240.0, 300.0)
