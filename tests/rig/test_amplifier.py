"""Clamp, filter, transients, noise and chance, each against something worked out another way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from kalimag.errors import KalimagError
from kalimag.rig.amplifier import Recorder, Steps, filtered, membrane_potential, noise, transients
from kalimag.rig.chance import Chance

STEPS = Steps()


def test_series_resistance_of_an_ohmic_patch() -> None:
    V = np.linspace(-100, 100, 11)
    # 10 nS behind 5 MOhm is a divider of 1 / 1.05
    assert membrane_potential(V, 5.0, lambda v: 10.0 * v) == pytest.approx(V / 1.05)
    assert np.array_equal(membrane_potential(V, 0.0, lambda v: 10.0 * v), V)


def test_an_unstable_clamp_is_refused() -> None:
    with pytest.raises(KalimagError, match="series resistance"):
        membrane_potential(np.array([50.0]), 100.0, lambda v: -10.0 * v)


def test_transients_carry_the_charge_of_the_residual_capacitance() -> None:
    recorder = Recorder(transient_pF=0.5, transient_ms=0.3)
    charge_fC = transients(STEPS, recorder)[0, : STEPS.edges[1]].sum() / STEPS.rate_Hz * 1e3
    assert charge_fC == pytest.approx(0.5 * (STEPS.first_mV - STEPS.holding_mV), rel=1e-6)
    first = transients(STEPS, recorder)[0]
    assert first[STEPS.edges[0]] > 0 > first[STEPS.edges[1]]
    assert not transients(STEPS, Recorder(transient_pF=0.0)).any()


def test_the_filter_is_minus_3_dB_at_its_corner_and_starts_settled() -> None:
    t = np.arange(20_000) / STEPS.rate_Hz
    for hertz, gain in ((100.0, 1.0), (1000.0, 10 ** (-3 / 20))):
        out = filtered(np.sin(2 * np.pi * hertz * t)[np.newaxis], Recorder(filter_Hz=1000.0), STEPS)[0, 5000:]
        assert np.sqrt(2) * out.std() == pytest.approx(gain, rel=0.02)
    level = np.full((1, 100), -321.5)
    assert filtered(level, Recorder(), STEPS) == pytest.approx(level)


def test_noise_has_the_size_that_was_asked_for() -> None:
    def size(**options: float) -> float:
        off = {"white_pA": 0.0, "flicker_pA": 0.0, "offset_pA": 0.0}
        return float(noise(STEPS, Recorder(**{**off, **options}), Chance(1)).std())

    assert size(white_pA=2.0) == pytest.approx(2.0)
    assert size(flicker_pA=0.7) == pytest.approx(0.7)
    assert size(offset_pA=3.0) == pytest.approx(0.0, abs=1e-12)
    assert size() == 0.0
    slow = noise(STEPS, Recorder(white_pA=0.0, flicker_pA=1.0, offset_pA=0.0), Chance(1)).ravel()
    power = np.abs(np.fft.rfft(slow))[1:] ** 2
    slope = np.polyfit(np.log(np.arange(1, power.size + 1)), np.log(power), 1)[0]
    assert slope == pytest.approx(-1.0, abs=0.1)


def test_chance_is_the_same_everywhere() -> None:
    # pinned: a change here changes every virtual experiment that was ever published
    assert Chance(0, 1, 2).uniform(3).tolist() == PINNED
    assert Chance(0, 1, 2).normal(2) == pytest.approx(NORMAL, rel=1e-12)
    assert Chance(0).uniform(1)[0] != Chance(1).uniform(1)[0] != Chance(1, 0).uniform(1)[0]


PINNED = [0.05348416550453211, 0.5687422908638455, 0.5879161964855035]
NORMAL = [-2.060135241334425, 0.6836303338636909]


def test_chance_has_the_distributions_it_says() -> None:
    chance = Chance(7)
    assert kstest(chance.uniform(20_000), "uniform").pvalue > 0.01
    assert kstest(chance.normal(20_000), "norm").pvalue > 0.01
    drawn = np.array([chance.lognormal(6.0, 0.15) for _ in range(4000)])
    assert np.median(drawn) == pytest.approx(6.0, rel=0.01)
    assert drawn.std() / drawn.mean() == pytest.approx(0.15, rel=0.05)
    assert Chance(1).lognormal(6.0, 0.0) == 6.0
    orders = {chance.shuffled((1.0, 2.0, 3.0)) for _ in range(100)}
    assert len(orders) == 6
    assert all(2.0 <= chance.between(2.0, 3.0) <= 3.0 for _ in range(100))
