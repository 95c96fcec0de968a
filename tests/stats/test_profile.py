"""Profile intervals against exact ones, published ones, and none at all."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from kalimag.stats.least_squares import Minimum, complex_step, least_squares, residuals_of
from kalimag.stats.multistart import multi_start, spread_starts
from kalimag.stats.profile import Profile, profile_interval, t_threshold
from kalimag.stats.separable import Separable

# R 4, MASS::confint on nls(rate ~ Vm * conc / (K + conc), Puromycin, subset = state == "treated")
PUBLISHED = {"Vm": (197.302, 229.289), "K": (0.04692, 0.08616)}


def treated(shared: Path) -> tuple[np.ndarray, np.ndarray]:
    with (shared / "data/bench/drc/puromycin.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] == "treated"]
    return np.array([float(row["conc_ppm"]) for row in rows]), np.array([float(row["rate"]) for row in rows])


def limits(size: int) -> tuple[np.ndarray, np.ndarray]:
    return np.full(size, -50.0), np.full(size, 50.0)


def ends(profile: Profile) -> tuple[float, float]:
    assert profile.low is not None
    assert profile.high is not None
    return profile.low, profile.high


def check(found: tuple[float, float], wanted: tuple[float, float], tolerance: float) -> None:
    assert np.allclose(found, wanted, rtol=tolerance), f"{found} is not {wanted}"


def test_published_profile_intervals(shared: Path) -> None:
    conc, rate = treated(shared)
    residuals = residuals_of(lambda u: np.exp(u[0]) * conc / (np.exp(u[1]) + conc), rate)
    best = least_squares(residuals, np.log([200.0, 0.05]))
    rise = best.cost / 10 * t_threshold(0.95, 10) ** 2
    for k, name in enumerate(("Vm", "K")):
        found = np.exp(ends(profile_interval(residuals, best, k, rise, limits(2))))
        check(tuple(found), PUBLISHED[name], 2e-4)


def test_the_check_fails_at_another_level(shared: Path) -> None:
    conc, rate = treated(shared)
    residuals = residuals_of(lambda u: np.exp(u[0]) * conc / (np.exp(u[1]) + conc), rate)
    best = least_squares(residuals, np.log([200.0, 0.05]))
    rise = best.cost / 10 * t_threshold(0.94, 10) ** 2
    found = np.exp(ends(profile_interval(residuals, best, 0, rise, limits(2))))
    with pytest.raises(AssertionError, match="is not"):
        check(tuple(found), PUBLISHED["Vm"], 2e-4)


def test_projection_gives_the_same_interval(shared: Path) -> None:
    conc, rate = treated(shared)

    def basis(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        value, slope = complex_step(lambda z: conc / (np.exp(z[0]) + conc), u)
        return value[:, None], slope.T[:, :, None]

    problem = Separable(basis, rate, np.ones(len(rate)))
    best = least_squares(problem.residuals, np.log([0.05]))
    rise = best.cost / 10 * t_threshold(0.95, 10) ** 2
    found = np.exp(ends(profile_interval(problem.residuals, best, 0, rise, limits(1))))
    check(tuple(found), PUBLISHED["K"], 2e-4)


def test_a_straight_line_has_its_t_interval() -> None:
    rng = np.random.default_rng(2)
    x = np.linspace(-3, 5, 12)
    y = 2.0 + 0.5 * x + rng.standard_normal(12)
    residuals = residuals_of(lambda u: u[0] + u[1] * x, y)
    best = least_squares(residuals, np.zeros(2))
    variance = best.cost / 10
    sd = np.sqrt(np.diag(best.covariance(variance)))
    for k in range(2):
        profile = profile_interval(residuals, best, k, variance * t_threshold(0.9, 10) ** 2, limits(2))
        half = t_threshold(0.9, 10) * sd[k]
        check(ends(profile), (best.u[k] - half, best.u[k] + half), 1e-6)


def test_an_interval_that_is_open_says_so() -> None:
    """Only a lower limit of x0 can be told from a step that all data lie above."""
    x = np.linspace(0.0, 1.0, 9)
    residuals = residuals_of(lambda u: np.exp(-np.exp(u[0]) * (1.0 + x)), np.zeros(9), 0.1)
    best = least_squares(residuals, np.array([1.0]), *limits(1))
    profile = profile_interval(residuals, best, 0, 3.84, (np.array([-50.0]), np.array([6.0])))
    assert profile.high is None
    assert profile.low is not None
    assert not profile.closed


def two_wells(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Minima near -1 (higher) and +1 (lower)."""
    return np.array([u[0] ** 2 - 1.0, 0.1 * (u[0] - 1.0)]), np.array([[2 * u[0]], [0.1]])


def test_a_lower_minimum_on_the_way_is_reported() -> None:
    higher = least_squares(two_wells, np.array([-1.2]))
    assert isinstance(higher, Minimum)
    assert higher.u[0] < 0
    profile = profile_interval(two_wells, higher, 0, 16.0, limits(1))
    assert profile.better is not None
    assert profile.better.u[0] > 0


def test_several_starts_find_both_minima() -> None:
    low, high = np.array([-2.0]), np.array([2.0])
    search = multi_start(two_wells, spread_starts(low, high, 8, 1), low, high)
    assert search.best.u[0] == pytest.approx(1.0, abs=1e-6)
    assert [round(float(other.u[0]), 1) for other in search.others] == [-1.0]
    assert search.rivals(0.1)
    assert not search.rivals(1e-3)


def test_limits_hold_and_are_named() -> None:
    residuals = residuals_of(lambda u: u * np.array([1.0, 1.0]), np.array([3.0, 0.2]))
    best = least_squares(residuals, np.array([0.0, 0.0]), np.array([-1.0, -1.0]), np.array([1.0, 1.0]))
    assert best.converged
    assert best.at_bound == (0,)
    np.testing.assert_allclose(best.u, [1.0, 0.2], atol=1e-9)
