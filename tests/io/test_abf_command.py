"""The command rebuilt from a header: all epoch types, steps from sweep to sweep, lists, between sweeps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalimag.io.abf_command import (
    Epoch,
    Output,
    UnplayableProtocol,
    UserList,
    first_holding,
    protocol_segments,
)
from kalimag.io.recording import Samples, draw

COSINE, TRIANGLE, PULSE, BIPHASIC = 5, 4, 3, 7
PLANNED = 640  # first holding of 10 samples


def output(*epochs: Epoch, **more: object) -> Output:
    return replace(Output(0, "Cmd 0", "mV", -70.0, "epochs", epochs=epochs), **more)  # type: ignore[arg-type]


def step(level: float, samples: int, level_step: float = 0.0, longer: int = 0) -> Epoch:
    return Epoch(1, level, level_step, samples, longer)


def play(out: Output, sweeps: int = 1, samples: int = PLANNED) -> list[Samples]:
    return [draw(parts) for parts in protocol_segments(out, [samples] * sweeps, samples)]


def train(kind: int, samples: int, period: int, width: int, level: float = -20.0) -> Epoch:
    return Epoch(kind, level, 0.0, samples, 0, period, width)


@pytest.mark.parametrize(("samples", "held"), [(640, 10), (639, 9), (63, 1), (20000, 312), (1, 1)])
def test_a_sweep_begins_with_a_sixtyfourth_at_holding(samples: int, held: int) -> None:
    assert first_holding(samples) == held
    (sweep,) = play(output(step(0.0, 1)), samples=max(samples, 3))
    assert (sweep[: first_holding(max(samples, 3))] == -70.0).all()


def test_steps_follow_one_another_and_return_to_holding() -> None:
    (sweep,) = play(output(step(-100.0, 50), step(20.0, 30)))
    expected = np.concatenate(
        [np.full(10, -70.0), np.full(50, -100.0), np.full(30, 20.0), np.full(550, -70.0)]
    )
    np.testing.assert_array_equal(sweep, expected)


def test_levels_and_durations_grow_from_sweep_to_sweep() -> None:
    sweeps = play(output(step(-100.0, 50, level_step=10.0, longer=5), step(0.0, 20)), sweeps=4)
    for k, sweep in enumerate(sweeps):
        assert (sweep[10 : 60 + 5 * k] == -100.0 + 10.0 * k).all()
        assert (sweep[60 + 5 * k : 80 + 5 * k] == 0.0).all()
        assert (sweep[80 + 5 * k :] == -70.0).all()


def test_levels_are_the_decimals_that_were_typed() -> None:
    sweeps = play(output(step(-70.1, 50, level_step=0.1)), sweeps=4)
    assert [sweep[20] for sweep in sweeps] == [-70.1, -70.0, -69.9, -69.8]


def test_an_epoch_that_shrank_to_nothing_or_is_off_is_not_played() -> None:
    off = Epoch(0, 50.0, 0.0, 100, 0)
    sweeps = play(output(off, step(-100.0, 20, longer=-15), step(0.0, 20)), sweeps=3)
    assert [int((sweep == -100.0).sum()) for sweep in sweeps] == [20, 5, 0]
    assert [int((sweep == 0.0).sum()) for sweep in sweeps] == [20, 20, 20]
    assert not any((sweep == 50.0).any() for sweep in sweeps)


def test_a_ramp_reaches_its_level_with_its_last_sample() -> None:
    (sweep,) = play(output(step(-100.0, 50), Epoch(2, 60.0, 0.0, 160, 0)))
    np.testing.assert_allclose(sweep[60:220], -100.0 + np.arange(1, 161), atol=1e-9)
    assert sweep[220] == -70.0


def test_pulses_start_from_the_level_before_and_only_whole_ones_are_played() -> None:
    (sweep,) = play(output(step(-80.0, 10), train(PULSE, 108, 20, 5)))
    inside = sweep[20:128]
    places = np.arange(108)
    expected = np.where((places % 20 < 5) & (places < 105), -20.0, -80.0)
    np.testing.assert_array_equal(inside, expected)
    (cut,) = play(output(step(-80.0, 10), train(PULSE, 103, 20, 5)))
    assert (cut[120:123] == -80.0).all()  # three samples are no whole pulse of five


def test_biphasic_pulses_go_as_far_down_as_up() -> None:
    (sweep,) = play(output(train(BIPHASIC, 40, 20, 8)))
    one = [-20.0] * 4 + [-120.0] * 4 + [-70.0] * 12
    np.testing.assert_array_equal(sweep[10:50], one * 2)


def test_triangles_rise_over_their_width_and_fall_over_the_rest() -> None:
    (sweep,) = play(output(train(TRIANGLE, 45, 20, 5)))
    rise = -70.0 + 50.0 * np.arange(5) / 5
    fall = -20.0 - 50.0 * np.arange(15) / 15
    np.testing.assert_allclose(sweep[10:50], np.tile(np.concatenate([rise, fall]), 2), atol=1e-9)
    assert (sweep[50:55] == -70.0).all()


def test_a_cosine_starts_and_ends_at_the_level_before() -> None:
    (sweep,) = play(output(train(COSINE, 90, 40, 0)))
    wave = -70.0 + 25.0 * (1 - np.cos(2 * np.pi * np.arange(40) / 40))
    np.testing.assert_allclose(sweep[10:90], np.tile(wave, 2), atol=1e-9)
    assert (sweep[90:100] == -70.0).all()


def test_what_follows_a_train_starts_from_the_level_of_the_train() -> None:
    (sweep,) = play(output(train(PULSE, 40, 20, 5, level=-20.0), Epoch(2, 30.0, 0.0, 50, 0)))
    np.testing.assert_allclose(sweep[50:100], -20.0 + np.arange(1, 51), atol=1e-9)


def test_a_sweep_that_stays_at_its_last_level_opens_the_next_there() -> None:
    out = output(step(-100.0, 50, level_step=10.0), stays_at_last=True)
    sweeps = play(out, sweeps=3)
    assert [(sweep[0], sweep[30], sweep[-1]) for sweep in sweeps] == [
        (-70.0, -100.0, -100.0), (-100.0, -90.0, -90.0), (-90.0, -80.0, -80.0)
    ]  # fmt: skip


def test_sweeps_that_were_not_planned_stay_at_holding() -> None:
    sweeps = play(output(step(-100.0, 50), planned_sweeps=2), sweeps=3)
    assert [sweep.min() for sweep in sweeps] == [-100.0, -100.0, -70.0]


def test_alternating_outputs_take_turns() -> None:
    first = play(output(step(-100.0, 50), idle_sweeps="odd"), sweeps=4)
    assert [sweep.min() for sweep in first] == [-100.0, -70.0, -100.0, -70.0]


@pytest.mark.parametrize(
    ("again", "levels"), [(False, [-100, -50, 0, 0, 0]), (True, [-100, -50, 0, -100, -50])]
)
def test_a_list_of_levels_replaces_level_and_step(again: bool, levels: list[int]) -> None:
    typed = UserList("level", 0, (-100.0, -50.0, 0.0), again)
    sweeps = play(output(step(33.0, 50, level_step=7.0), lists=(typed,)), sweeps=5)
    assert [sweep[20] for sweep in sweeps] == levels


def test_lists_replace_durations_periods_and_widths() -> None:
    longer = play(output(step(0.0, 5), lists=(UserList("duration", 0, (20.0, 40.0)),)), sweeps=2)
    assert [int((sweep == 0.0).sum()) for sweep in longer] == [20, 40]
    pulses = train(PULSE, 100, 50, 5, level=0.0)
    slower = play(output(pulses, lists=(UserList("period", 0, (25.0, 50.0)),)), sweeps=2)
    assert [int((sweep == 0.0).sum()) for sweep in slower] == [20, 10]
    wider = play(output(pulses, lists=(UserList("width", 0, (1.0, 10.0)),)), sweeps=2)
    assert [int((sweep == 0.0).sum()) for sweep in wider] == [2, 20]


@pytest.mark.parametrize(
    "epochs",
    [
        (Epoch(6, 0.0, 0.0, 10, 0),),
        (train(PULSE, 100, 0, 5),),
        (train(TRIANGLE, 100, 10, 11),),
        (train(PULSE, 2_000_000_000, 1, 1),),
        (step(float("nan"), 10),),
        (step(1e30, 10),),
    ],
)
def test_what_cannot_be_played_is_refused(epochs: tuple[Epoch, ...]) -> None:
    with pytest.raises(UnplayableProtocol):
        play(output(*epochs))


def test_a_list_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(UnplayableProtocol, match="list"):
        play(output(step(0.0, 10), lists=(UserList("level", 0, ()),)))


def test_epochs_beyond_the_sweep_are_cut() -> None:
    (sweep,) = play(output(step(0.0, 10_000_000)))
    assert len(sweep) == PLANNED
    assert sweep[-1] == 0.0
