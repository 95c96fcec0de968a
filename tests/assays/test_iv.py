"""I–V of cells whose conductance and reversal are known, and what must be refused or said aloud."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from recordings_made_up import Floats, command, ohmic, recording, steps

from kalimag.assays.iv import iv
from kalimag.assays.iv_result import IVResult
from kalimag.errors import InvalidInput
from kalimag.io import csv
from kalimag.io.recording import Channel, CommandCheck, Segment

LEVELS = tuple(float(V) for V in range(-110, -49, 5))
TRUTH_g, TRUTH_E = 8.0, -63.3


def finite(found: IVResult) -> None:
    """JSON, and no number in it that is none."""
    json.dumps(found.as_json(), allow_nan=False)


def exact(found: IVResult) -> bool:
    """Whether a noiseless ohmic cell came out as it was put in."""
    V = [row.V_mV for row in found.rows]
    wanted = [TRUTH_g * (v - TRUTH_E) for v in V if v is not None]
    return (
        list(LEVELS) == V
        and np.allclose([row.I_pA for row in found.rows], wanted, atol=1e-9)
        and found.reversal.value_mV == pytest.approx(TRUTH_E, abs=1e-6)
        and found.slope.value_nS == pytest.approx(TRUTH_g, rel=1e-9)
    )


def test_an_ohmic_cell_without_noise_is_exact() -> None:
    found = iv(recording(steps(LEVELS), ohmic(TRUTH_g, TRUTH_E)))
    assert exact(found)
    assert found.kind == "steps"
    assert found.window_s == pytest.approx((0.3998, 0.4998))
    assert found.command.source == "rebuilt"
    assert found.command.check == "ok"
    assert not found.warnings
    chords = {row.V_mV: row.chord_conductance_nS for row in found.rows}
    assert all(
        g == pytest.approx(TRUTH_g) for V, g in chords.items() if V is not None and abs(V - TRUTH_E) >= 10
    )
    assert chords[-65.0] is None
    assert chords[-60.0] is None
    finite(found)


def test_volts_and_nanoamperes_come_out_in_millivolt_and_picoampere() -> None:
    in_mV = steps(LEVELS)
    asked = command(
        [
            [Segment(p.start, p.stop, p.level / 1000, p.level_end / 1000, p.kind) for p in parts]
            for parts in in_mV.segments
        ],
        unit="V",
    )
    found = iv(recording(asked, lambda _, V: 1e-3 * TRUTH_g * (V - TRUTH_E), unit="nA"))
    assert [row.V_mV for row in found.rows] == pytest.approx(list(LEVELS))
    assert found.reversal.value_mV == pytest.approx(TRUTH_E, abs=1e-6)


@pytest.mark.parametrize("sabotage", ["window", "sign", "rate", "sweeps", "unit"])
def test_the_exact_check_catches_a_planted_slip(sabotage: str) -> None:
    cell = recording(steps(LEVELS), ohmic(TRUTH_g, TRUTH_E))
    slips: dict[str, Callable[[], IVResult]] = {
        "window": lambda: iv(cell, window=(0.45, 0.55)),
        "sign": lambda: iv(replace(cell, sweeps=tuple(-sweep for sweep in cell.sweeps))),
        "rate": lambda: iv(replace(cell, rate_Hz=12_000.0), window=(0.4, 0.4999)),
        "sweeps": lambda: iv(replace(cell, sweeps=cell.sweeps[1:] + cell.sweeps[:1])),
        "unit": lambda: iv(replace(cell, channels=(Channel("IN 0", "nA"),))),
    }
    assert not exact(slips[sabotage]())


def test_a_rate_that_is_no_whole_number_is_not_rounded() -> None:
    rate, late = 9986.418, 3_000_000
    asked = command(
        [[Segment(0, late, -70, -70, "hold"), Segment(late, late + 100, V, V, "step")] for V in (-60, -80)]
    )
    cell = recording(asked, ohmic(1.0, 0.0), rate=rate)
    window = ((late + 20) / rate, (late + 80) / rate)
    assert [row.V_mV for row in iv(cell, window=window).rows] == [-60, -80]
    rounded = iv(replace(cell, rate_Hz=float(int(rate))), window=window)
    assert [row.V_mV for row in rounded.rows] != [-60, -80]


@pytest.mark.parametrize("scatter", [0.0, 2.0])
def test_intervals_cover_the_truth(scatter: float) -> None:
    seen = []
    for seed in range(120):

        def current(sweep: int, V: Floats, seed: int = seed) -> Floats:
            rng = np.random.default_rng([seed, sweep])
            return TRUTH_g * (V - TRUTH_E) + rng.normal(0, 3, len(V)) + rng.normal(0, scatter)

        found = iv(recording(steps(LEVELS), current))
        zero, slope = found.reversal, found.slope
        assert zero.low_mV is not None
        assert zero.high_mV is not None
        assert slope.low_nS is not None
        assert slope.high_nS is not None
        seen.append((zero.low_mV <= TRUTH_E <= zero.high_mV, slope.low_nS <= TRUTH_g <= slope.high_nS))
    share = np.mean(seen, axis=0)
    # 120 draws: 95 % give or take three standard deviations.
    assert (share > 0.89).all(), share


def test_an_inward_rectifier_is_called_curved_and_reverses_where_it_should() -> None:
    def current(sweep: int, V: Floats) -> Floats:
        return 10.0 * (V + 80.0) / (1 + np.exp((V + 70.0) / 15.0))

    found = iv(recording(steps(tuple(range(-120, 1, 10))), current))
    assert found.reversal.value_mV == pytest.approx(-80.0, abs=0.3)
    assert "curved" in found.slope.text
    near = iv(recording(steps(tuple(range(-120, 1, 10))), current), slope_range_mV=(-120, -90))
    assert near.slope.range_mV == (-120, -90)
    assert near.slope.n == 4


def test_no_reversal_no_number() -> None:
    found = iv(recording(steps((-110.0, -100.0, -90.0)), ohmic(2.0, 0.0, 1.0)))
    assert found.reversal.value_mV is None
    assert "inward all over between -110 and -90 mV" in found.reversal.text
    assert all(row.chord_conductance_nS is None for row in found.rows)
    twice = iv(recording(steps(LEVELS), lambda _, V: (V + 100) * (V + 65)))
    assert twice.reversal.value_mV is None
    assert "more than once" in twice.reversal.text
    noise = iv(recording(steps(LEVELS), ohmic(0.0, 0.0, 1.0)))
    assert noise.reversal.value_mV is None
    finite(found)


def test_variable_length_sweeps_are_left_out_with_a_reason() -> None:
    lengths = [6000] * len(LEVELS)
    lengths[3], lengths[7] = 2500, 4999
    found = iv(recording(steps(LEVELS), ohmic(TRUTH_g, TRUTH_E), lengths=lengths))
    assert [one.sweep for one in found.excluded] == [3]
    assert "0.25 s" in found.excluded[0].reason
    assert len(found.rows) == len(LEVELS) - 1
    assert any("sweep 3 left out" in warning for warning in found.warnings)
    later = iv(recording(steps(LEVELS), ohmic(TRUTH_g, TRUTH_E), lengths=lengths), window="0.45s:0.4999s")
    assert [one.sweep for one in later.excluded] == [3]
    with pytest.raises(InvalidInput, match="no sweep can be used; the first lasts"):
        iv(recording(steps(LEVELS), ohmic(TRUTH_g, TRUTH_E)), window=(5.0, 6.0))
    finite(found)


def test_a_held_cell_has_a_holding_current_and_no_iv() -> None:
    asked = command([[Segment(0, n, -60, -60, "hold")] for n in (500, 900, 700)])
    found = iv(recording(asked, ohmic(1.0, 0.0, 0.5)))
    assert found.kind == "held"
    assert [row.n_samples for row in found.rows] == [500, 900, 700]
    assert [row.V_mV for row in found.rows] == [-60, -60, -60]
    assert any("not an I–V" in warning for warning in found.warnings)
    assert found.reversal.value_mV is None
    assert found.slope.value_nS is None
    finite(found)


def test_a_test_pulse_that_the_header_hides_is_noticed() -> None:
    def current(sweep: int, V: Floats) -> Floats:
        rng = np.random.default_rng(sweep)
        found = rng.normal(-60, 1, len(V))
        found[7000:7600] -= 300 * np.exp(-np.arange(600) / 50)
        found[7600:] += 300 * np.exp(-np.arange(len(V) - 7600) / 50)
        return found

    asked = command([[Segment(0, 10_000, -60, -60, "hold")]] * 4)
    found = iv(recording(asked, current))
    assert any("jumps at the same times" in warning for warning in found.warnings)
    assert found.rows[0].I_pA == pytest.approx(-60, abs=0.2)
    quiet = iv(recording(asked, ohmic(1.0, 0.0, 1.0)))
    assert not any("jumps" in warning for warning in quiet.warnings)


def test_a_staircase_and_a_test_pulse_are_read_in_every_sweep() -> None:
    levels = (-70.0, -100.0, -40.0, 0.0)
    parts = [Segment(1000 * k, 1000 * (k + 1), V, V, "step") for k, V in enumerate(levels)]
    found = iv(recording(command([parts] * 3), ohmic(TRUTH_g, TRUTH_E, 2.0)))
    assert found.kind == "levels"
    assert [(row.sweep, row.V_mV) for row in found.rows[:5]] == [*((0, V) for V in levels), (1, -70.0)]
    assert found.reversal.value_mV == pytest.approx(TRUTH_E, abs=0.2)
    assert found.slope.low_nS is not None
    assert found.slope.high_nS is not None
    assert found.slope.low_nS < TRUTH_g < found.slope.high_nS


def ramp(down: bool, sweeps: int) -> list[list[Segment]]:
    """Hold, 1 s from -100 to +60 mV, and back if asked."""
    parts = [Segment(0, 1000, -70, -70, "hold"), Segment(1000, 11_000, -100, 60, "ramp")]
    if down:
        parts.append(Segment(11_000, 21_000, 60, -100, "ramp"))
    parts.append(Segment(parts[-1].stop, parts[-1].stop + 1000, -70, -70, "hold"))
    return [parts] * sweeps


@pytest.mark.parametrize(("down", "sweeps"), [(False, 1), (False, 5), (True, 1), (True, 4)])
def test_a_ramp_is_read_by_voltage(down: bool, sweeps: int) -> None:
    def current(sweep: int, V: Floats) -> Floats:
        rng = np.random.default_rng(sweep)
        capacitive = 20e-3 * np.gradient(V) * 10_000
        return 3.0 * (V + 20.0) + capacitive + rng.normal(0, 2, len(V))

    found = iv(recording(command(ramp(down, sweeps)), current))
    assert found.kind == "ramp"
    assert all(row.sweep is None and row.n_sweeps == sweeps for row in found.rows)
    assert 25 <= len(found.rows) <= 45
    shift = 0.0 if down else 20e-3 * 160.0 / 3.0
    assert found.reversal.value_mV == pytest.approx(-20.0 - shift, abs=0.3)
    assert found.slope.value_nS == pytest.approx(3.0, rel=0.02)
    if down:
        assert found.capacitance_pF == pytest.approx(20.0, rel=0.05)
    else:
        assert found.capacitance_pF is None
        assert any("capacitive current of 0.16 pA for each pF" in warning for warning in found.warnings)
    finite(found)


@pytest.mark.parametrize("sweeps", [1, 4])
def test_intervals_of_a_ramp_cover_the_truth(sweeps: int) -> None:
    covered = []
    for seed in range(60):
        found = iv(recording(command(ramp(False, sweeps)), ohmic(3.0, -20.0, 2.0, seed))).reversal
        assert found.low_mV is not None
        assert found.high_mV is not None
        covered.append(found.low_mV <= -20.0 <= found.high_mV)
    assert np.mean(covered) > 0.86


def test_a_current_that_has_not_settled_is_said() -> None:
    def current(sweep: int, V: Floats) -> Floats:
        found = TRUTH_g * (V - TRUTH_E)
        found[1000:5000] += 300 * np.exp(-np.arange(4000) / 2000)
        return found + np.random.default_rng(sweep).normal(0, 1, len(V))

    found = iv(recording(steps(LEVELS), current))
    assert any("not settled" in warning for warning in found.warnings)


def test_a_step_inside_a_given_window_is_said() -> None:
    found = iv(recording(steps(LEVELS), ohmic(TRUTH_g, TRUTH_E)), window="400ms:550ms")
    assert any("changes inside the window in sweeps 0, 1" in warning for warning in found.warnings)
    assert found.reversal.value_mV is None
    assert found.slope.value_nS is None


def test_a_command_that_does_not_fit_is_said() -> None:
    doubtful = replace(steps(LEVELS), check=CommandCheck("mismatch", "sweep 4 steps too late", (4,)))
    found = iv(recording(doubtful, ohmic(TRUTH_g, TRUTH_E)))
    assert found.command.check == "mismatch"
    assert any("sweep 4 steps too late" in warning for warning in found.warnings)


def test_a_csv_with_a_noisy_recorded_voltage_gives_the_iv(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    rows = ["sweep,time_s,I_pA,V_mV"]
    for k, level in enumerate(LEVELS):
        V = np.where((np.arange(1200) >= 200) & (np.arange(1200) < 1000), level, -70.0) + rng.normal(
            0, 0.3, 1200
        )
        current = TRUTH_g * (V - TRUTH_E) + rng.normal(0, 2, 1200)
        rows += [
            f"{k},{t / 2000:.4f},{i:.4f},{v:.4f}" for t, (i, v) in enumerate(zip(current, V, strict=True))
        ]
    path = tmp_path / "cell.csv"
    path.write_text("\n".join(rows) + "\n")
    found = iv(csv.read(path))
    assert found.kind == "steps"
    assert found.command.source == "recorded"
    assert 0.3 < found.window_s[0] < found.window_s[1] <= 0.5
    assert [row.V_mV for row in found.rows] == pytest.approx(list(LEVELS), abs=0.15)
    assert found.reversal.value_mV == pytest.approx(TRUTH_E, abs=0.1)
