"""The check of the command notices what is planted, names the sweeps, and is quiet where nothing is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kalimag.io import read
from kalimag.io.abf_command import Epoch, Output, protocol_segments
from kalimag.io.command_check import check_command
from kalimag.io.recorded_steps import steps_of
from kalimag.io.recording import Command, CommandCheck, Drawn, Segment

RATE, SAMPLES, SWEEPS = 20000.0, 4000, 9
STEPPED = ["14o16001_vc_pair_step.abf", "17o05024_vc_steps.abf", "model_vc_step.abf", "05210017_vc_abf1.abf"]
Segments = tuple[tuple[Segment, ...], ...]


def command_of(segments: Segments, unit: str = "mV") -> Command:
    return Command("Cmd 0", unit, "rebuilt", Drawn(segments), segments, CommandCheck("not checkable", ""))


def steps(stays: bool = False, growing: float = 20.0) -> Segments:
    epochs = (Epoch(1, -100.0, growing, 1500, 0), Epoch(1, -50.0, 5.0 if stays else 0.0, 1000, 0))
    out = Output(0, "Cmd 0", "mV", -70.0, "epochs", stays, epochs)
    return protocol_segments(out, [SAMPLES] * SWEEPS, SAMPLES)


def cell(segments: Segments, delay: int = 3, size: float = 8.0, noise: float = 2.0) -> NDArray[np.float64]:
    """Current of a leaky membrane with capacitance, filtered, under this command; sweeps end to end."""
    rng = np.random.default_rng(3)
    time = np.arange(60)
    transient = np.exp(-time / 8.0) * (1 - np.exp(-time / 1.5))
    sweeps = []
    for parts in segments:
        voltage = Drawn((parts,))[0]
        jumps = np.diff(voltage, prepend=voltage[0])
        current = 2.0 * (voltage + 80.0) + size * np.convolve(jumps, transient)[: len(voltage)]
        sweeps.append(np.roll(current, delay) + rng.normal(0.0, noise, len(voltage)))
    return np.concatenate(sweeps)


def checked(segments: Segments, current: NDArray[np.float64], unit: str = "mV") -> CommandCheck:
    return check_command(command_of(segments, unit), current, [SAMPLES] * SWEEPS, RATE)


def shifted(parts: tuple[Segment, ...], by: int) -> tuple[Segment, ...]:
    """The same command, every edge moved."""
    edges = [0, *(part.start + by for part in parts[1:]), parts[-1].stop]
    return tuple(replace(part, start=a, stop=b) for part, a, b in zip(parts, edges, edges[1:], strict=False))


def test_the_right_command_is_confirmed() -> None:
    check = checked(steps(), cell(steps()))
    assert check.verdict == "ok"
    assert check.sweeps == ()


@pytest.mark.parametrize("polarity", [1.0, -1.0])
@pytest.mark.parametrize("unit", ["mV", "V"])
def test_the_polarity_and_the_unit_of_the_amplifier_do_not_matter(polarity: float, unit: str) -> None:
    assert checked(steps(), polarity * cell(steps()), unit).verdict == "ok"


@pytest.mark.parametrize("milliseconds", [-20.0, -5.0, -2.0, -1.0, 1.0, 2.0, 5.0, 20.0])
def test_a_shifted_command_is_noticed(milliseconds: float) -> None:
    by = round(milliseconds * 1e-3 * RATE)
    check = checked(tuple(shifted(parts, by) for parts in steps()), cell(steps()))
    assert check.verdict == "mismatch"
    assert set(check.sweeps) == set(range(SWEEPS))
    assert ("before" if by > 0 else "after") in check.text


def test_one_shifted_sweep_is_named() -> None:
    planted = list(steps())
    planted[4] = shifted(planted[4], round(0.005 * RATE))
    check = checked(tuple(planted), cell(steps()))
    assert (check.verdict, check.sweeps) == ("mismatch", (4,))
    assert "sweep 4" in check.text


def test_durations_that_grow_are_noticed() -> None:
    planted = tuple(shifted(parts, 20 * k) for k, parts in enumerate(steps()))
    check = checked(planted, cell(steps()))
    assert check.verdict == "mismatch"
    assert 0 not in check.sweeps
    assert set(range(2, SWEEPS)) <= set(check.sweeps)


def test_a_pulse_that_the_current_does_not_have_is_noticed() -> None:
    extra = tuple(
        (*parts[:2], replace(parts[2], stop=parts[2].start + 400),
         replace(parts[2], start=parts[2].start + 400, stop=parts[2].start + 700, level=20.0, level_end=20.0),
         replace(parts[2], start=parts[2].start + 700), *parts[3:])
        for parts in steps()
    )  # fmt: skip
    assert checked(extra, cell(steps())).verdict == "mismatch"


def test_steps_in_the_wrong_order_are_noticed() -> None:
    rising = steps(growing=5.0)
    assert checked(rising[::-1], cell(rising)).verdict == "mismatch"


def test_a_command_without_steps_cannot_be_checked() -> None:
    flat = tuple((Segment(0, SAMPLES, -70.0, -70.0, "hold"),) for _ in range(SWEEPS))
    assert checked(flat, cell(steps())).verdict == "not checkable"


def test_a_current_clamp_cannot_be_checked() -> None:
    assert checked(steps(), cell(steps()), unit="pA").verdict == "not checkable"


def test_noise_without_transients_cannot_be_checked() -> None:
    noise = np.random.default_rng(1).normal(0.0, 2.0, SAMPLES * SWEEPS)
    assert checked(steps(), noise).verdict == "not checkable"


@pytest.mark.parametrize("seed", range(10))
def test_a_channel_that_opens_and_shuts_raises_no_alarm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    gating = np.cumsum(rng.random(SAMPLES * SWEEPS) < 0.01) % 2 * 10.0
    noise = rng.normal(0.0, 0.3, SAMPLES * SWEEPS)
    assert checked(steps(), gating + noise).verdict == "not checkable"


@pytest.mark.parametrize("leak", [0.0, 0.3])
def test_a_gated_current_with_compensated_capacitance_raises_no_alarm(leak: float) -> None:
    rng, current = np.random.default_rng(6), []
    for parts in steps():
        voltage = Drawn((parts,))[0]
        gate, open_now = np.empty(SAMPLES), 0.0
        for k, wanted in enumerate(1.0 / (1.0 + np.exp(-(voltage + 20.0) / 8.0))):
            open_now += (wanted - open_now) / 200.0
            gate[k] = open_now
        current.append((leak + 10.0 * gate) * (voltage + 85.0) + rng.normal(0.0, 2.0, SAMPLES))
    assert checked(steps(), np.concatenate(current)).verdict != "mismatch"


def test_sweeps_said_to_return_that_stay_are_named() -> None:
    planted = steps(stays=True)
    returned = [(replace(parts[0], level=-70.0, level_end=-70.0), *parts[1:]) for parts in planted]
    check = checked(tuple(returned), cell(planted))
    assert check.verdict == "mismatch"
    assert "before ended" in check.text
    assert len(check.sweeps) >= 3


def test_sweeps_said_to_stay_that_return_are_named() -> None:
    epochs = (Epoch(2, -100.0, 10.0, 1500, 0),)
    stays = Output(0, "Cmd 0", "mV", -70.0, "epochs", True, epochs)
    returns = replace(stays, stays_at_last=False)
    lengths = [SAMPLES] * SWEEPS
    said, played = (protocol_segments(out, lengths, SAMPLES) for out in (stays, returns))
    check = checked(said, cell(played))
    assert check.verdict == "mismatch"
    assert "holding" in check.text


# --- real recordings ----------------------------------------------------------------------------------


def planted_in(path: Path, change: dict[int, tuple[Segment, ...]] | Segments) -> CommandCheck:
    recording = read(path)
    command, lengths = recording.commands[0], [sweep.shape[1] for sweep in recording.sweeps]
    assert command is not None
    if isinstance(change, dict):
        change = tuple(change.get(k, parts) for k, parts in enumerate(command.segments))
    current = np.concatenate([sweep[0] for sweep in recording.sweeps])
    return check_command(replace(command, segments=change), current, lengths, recording.rate_Hz)


@pytest.mark.parametrize("name", STEPPED)
@pytest.mark.parametrize("milliseconds", [-5.0, -1.0, 1.0, 5.0])
def test_a_shift_planted_in_a_real_recording_is_noticed(ephys: Path, name: str, milliseconds: float) -> None:
    recording = read(ephys / "abf" / name)
    command = recording.commands[0]
    assert command is not None
    by = round(milliseconds * 1e-3 * recording.rate_Hz)
    check = planted_in(ephys / "abf" / name, tuple(shifted(parts, by) for parts in command.segments))
    assert check.verdict == "mismatch"
    assert len(check.sweeps) == len(recording.sweeps)


@pytest.mark.parametrize("name", STEPPED)
def test_a_shift_of_one_real_sweep_is_named(ephys: Path, name: str) -> None:
    recording = read(ephys / "abf" / name)
    command = recording.commands[0]
    assert command is not None
    moved = shifted(command.segments[3], round(0.005 * recording.rate_Hz))
    assert planted_in(ephys / "abf" / name, {3: moved}).sweeps == (3,)


def test_a_lost_inter_episode_level_is_noticed_in_a_real_recording(ephys: Path) -> None:
    path = ephys / "abf" / "171116sh_0013.abf"
    ramps = Output(0, "Cmd 0", "mV", -70.0, "epochs", False, (Epoch(2, -110.0, 5.0, 1000, 0),))
    check = planted_in(path, protocol_segments(ramps, [20000] * 13, 20000))
    assert check.verdict == "mismatch"
    assert {1, 2, 3} <= set(check.sweeps)


# --- levels and steps of a recorded voltage -----------------------------------------------------------


def test_a_recorded_voltage_is_divided_into_levels() -> None:
    rng = np.random.default_rng(0)
    parts = steps()[2]
    voltage = Drawn((parts,))[0] + rng.normal(0.0, 0.2, SAMPLES)
    found = steps_of(voltage, RATE, 0.5)
    assert [part.start for part in found] == [part.start for part in parts]
    assert [part.level for part in found] == pytest.approx([part.level for part in parts], abs=0.1)
    assert [part.kind for part in found] == ["hold", "step", "step", "hold"]


def test_a_recorded_ramp_is_straight_and_a_wave_is_not() -> None:
    level = np.full(1000, -70.0)
    ramp = np.concatenate([level, np.linspace(-100.0, 60.0, 8000), level])
    found = steps_of(ramp, RATE, 0.5)
    assert [part.kind for part in found] == ["hold", "ramp", "hold"]
    assert (found[1].level, found[1].level_end) == pytest.approx((-100.0, 60.0), abs=0.1)
    wave = -70.0 + 20.0 * np.sin(np.arange(10000) / 800.0)
    assert [part.kind for part in steps_of(wave, RATE, 0.5)] == ["samples"]


# --- currents without capacitance ---------------------------------------------------------------------


def blocked(rate_Hz: float, K_out_mM: float, sign: float, noise: float, shift: int = 0) -> CommandCheck:
    """Steps to -100 ... 100 mV from -80 mV; a current that falls with depolarisation, and no transients."""
    samples, start, stop = (round(seconds * rate_Hz) for seconds in (0.5, 0.1, 0.3))
    rng, segments, current = np.random.default_rng(4), [], []
    E_K = 25.4 * np.log(K_out_mM / 110.0)
    for level in np.linspace(-100.0, 100.0, 11):
        parts = (
            Segment(0, start, -80.0, -80.0, "hold"),
            Segment(start, stop, level, level, "step"),
            Segment(stop, samples, -80.0, -80.0, "hold"),
        )
        V = sign * Drawn((parts,))[0]
        through = 10.0 * (V - E_K) / (1.0 + 5.0 / (3.0 * np.exp(-0.9 * V / 25.4)))
        current.append(sign * np.roll(through, shift) + rng.normal(0.0, noise, samples))
        segments.append(parts)
    command = command_of(tuple(segments))
    return check_command(command, np.concatenate(current), [samples] * len(segments), rate_Hz)


@pytest.mark.parametrize("rate_Hz", [1000.0, 5000.0, 20000.0])
@pytest.mark.parametrize("K_out_mM", [5.0, 110.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("noise", [0.3, 3.0])
def test_a_blocked_current_without_transients_raises_no_alarm(
    rate_Hz: float, K_out_mM: float, sign: float, noise: float
) -> None:
    assert blocked(rate_Hz, K_out_mM, sign, noise).verdict != "mismatch"


def test_what_steps_against_the_command_and_does_not_decay_is_not_checkable() -> None:
    check = blocked(1000.0, 110.0, -1.0, 0.3)
    assert (check.verdict, check.sweeps) == ("not checkable", ())
    assert "decays" in check.text


def test_a_blocked_current_at_the_wrong_time_is_noticed_all_the_same() -> None:
    assert blocked(1000.0, 5.0, 1.0, 0.3, shift=5).verdict == "mismatch"
