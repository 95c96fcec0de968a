"""Commands taken apart: noisy recorded voltages, edges that differ between sweeps, and the windows chosen."""

from __future__ import annotations

import numpy as np
import pytest
from recordings_made_up import command, steps

from kalimag.assays.command_shape import in_mV, stretches
from kalimag.assays.iv_window import default_plan, given_plan, parse_window
from kalimag.assays.plateaus import plateaus
from kalimag.assays.unexplained_jumps import quiet_stretch, unexplained_jumps
from kalimag.io.recording import Command, CommandCheck, Segment


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_levels_and_a_ramp_are_found_in_a_recorded_voltage(noise: float) -> None:
    wanted = (
        Segment(0, 2000, -70, -70, "step"),
        Segment(2000, 3000, -100, -100, "step"),
        Segment(3000, 13_000, -100, 60, "ramp"),
        Segment(13_000, 15_000, 60, 60, "step"),
    )
    voltage = np.concatenate([np.linspace(p.level, p.level_end, p.stop - p.start) for p in wanted])
    found = plateaus(voltage + np.random.default_rng(1).normal(0, noise, len(voltage)))
    assert [part.kind for part in found] == ["step", "step", "ramp", "step"]
    for ours, true in zip(found, wanted, strict=True):
        # A plateau that a ramp leaves has no sharp end: it is known to within the noise over the slope.
        assert ours.start == pytest.approx(true.start, abs=20 if noise == 0 else 150)
        assert ours.level == pytest.approx(true.level, abs=0.3 if noise == 0 else 3)
        assert ours.level_end == pytest.approx(true.level_end, abs=0.3 if noise == 0 else 3)
    assert found[1].start == 2000
    assert sum(part.stop - part.start for part in found) == len(voltage)


def test_a_sine_is_neither_level_nor_ramp() -> None:
    found = plateaus(-70 + 20 * np.sin(np.linspace(0, 20, 5000)))
    assert "step" not in {part.kind for part in found}
    assert "samples" in {part.kind for part in found}


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_rebuilt_and_recorded_command_have_the_same_window(noise: float) -> None:
    rebuilt = steps((-100.0, -80.0, -60.0))
    rng = np.random.default_rng(2)
    samples = tuple(sweep + rng.normal(0, noise, len(sweep)) for sweep in rebuilt.samples)
    unknown = tuple((Segment(0, len(s), float(s[0]), float(s[-1]), "samples"),) for s in samples)
    recorded = Command("V", "mV", "recorded", samples, unknown, CommandCheck("not checkable", ""))
    plans = [
        default_plan(stretches(in_mV(one), [6000] * 3), [6000] * 3, 10_000.0) for one in (rebuilt, recorded)
    ]
    assert plans[0].main == (3998, 4998)
    assert plans[1].kind == "steps"
    assert plans[1].main == pytest.approx(plans[0].main, abs=3)


def test_steps_whose_length_differs_are_read_where_they_overlap() -> None:
    sweeps = [
        [
            Segment(0, 500, -70, -70, "hold"),
            Segment(500, end, V, V, "step"),
            Segment(end, 3000, -70, -70, "hold"),
        ]
        for V, end in ((-100.0, 1500), (-80.0, 2000), (-60.0, 2500))
    ]
    pieces = stretches(in_mV(command(sweeps)), [3000] * 3)
    plan = default_plan(pieces, [3000] * 3, 10_000.0)
    assert plan.main == (1248, 1498)


def test_the_first_of_equal_steps_is_read_and_a_short_sweep_does_not_count() -> None:
    sweeps = [
        [
            Segment(0, 500, -70, -70, "hold"),
            Segment(500, 1500, V, V, "step"),
            Segment(1500, 2500, V + 10, V + 10, "step"),
        ]
        for V in (-100.0, -80.0, -60.0)
    ]
    lengths = [2500, 2500, 700]
    plan = default_plan(stretches(in_mV(command(sweeps)), lengths), lengths, 10_000.0)
    assert plan.main == (1248, 1498)


def test_a_given_window_on_a_ramp_is_a_ramp() -> None:
    parts = [[Segment(0, 500, -70, -70, "hold"), Segment(500, 2500, -100, 60, "ramp")]] * 2
    pieces = stretches(in_mV(command(parts)), [2500] * 2)
    assert given_plan((0.06, 0.2), pieces, 10_000.0).kind == "ramp"
    assert given_plan((0.0, 0.04), pieces, 10_000.0).kind == "held"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1.2s:1.45s", (1.2, 1.45)),
        ("200:450 ms", (0.2, 0.45)),
        ("0 s : 1e3 ms", (0.0, 1.0)),
        ("5ms:1s", (0.005, 1)),
    ],
)
def test_windows_as_people_type_them(text: str, seconds: tuple[float, float]) -> None:
    assert parse_window(text) == pytest.approx(seconds)


def test_jumps_must_keep_time_in_every_sweep() -> None:
    rng = np.random.default_rng(6)
    together = [rng.normal(0, 1, 5000) for _ in range(6)]
    apart = [trace.copy() for trace in together]
    for trace, other in zip(together, apart, strict=True):
        trace[3000:3200] += 200.0
        at = int(rng.integers(500, 4500))
        other[at : at + 200] += 200.0
    found = unexplained_jumps(together, 10_000.0)
    assert [round(jump / 200) for jump in found] == [15, 16]
    assert unexplained_jumps(apart, 10_000.0) == ()
    assert unexplained_jumps(together[:2], 10_000.0) == ()
    assert quiet_stretch(found, 5000)[1] <= 3000
