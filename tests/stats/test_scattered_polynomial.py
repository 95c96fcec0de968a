"""Lines and zeros against closed forms, and errors of means of coloured noise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats as reference

from kalimag.stats.block_mean import block_mean
from kalimag.stats.scattered_polynomial import bend_p, crossing, fit_polynomial, fit_with_scatter, quantile

X = np.array([-30.0, -20.0, -10.0, 0.0, 10.0, 20.0])


def test_a_line_with_equal_errors_is_the_textbook_line() -> None:
    rng = np.random.default_rng(3)
    y = 2.0 * X + 7.0 + rng.normal(0, 4.0, len(X))
    fitted = fit_polynomial(X, y, np.full(len(X), 1e-3), 1, 9.0)
    known = reference.linregress(X, y)
    slope, low, high = fitted.coefficient(1)
    reach = reference.t.ppf(0.975, len(X) - 2) * known.stderr
    assert slope == pytest.approx(known.slope)
    assert (low, high) == pytest.approx((known.slope - reach, known.slope + reach), rel=1e-6)
    assert fitted.dof == len(X) - 2


def test_errors_that_explain_the_residuals_are_believed() -> None:
    y = 2.0 * X + np.array([0.1, -0.1, 0.1, -0.1, 0.1, -0.1])
    sd = np.array([1.0, 1.0, 2.0, 2.0, 1.0, 1.0])
    fitted = fit_polynomial(X, y, sd, 1, 9.0)
    coefficients, covariance = np.polyfit(X - X.mean(), y, 1, w=1 / sd, cov="unscaled")
    assert fitted.scatter == 0.0
    assert fitted.coefficients[::-1] == pytest.approx(coefficients)
    assert fitted.covariance[::-1, ::-1] == pytest.approx(covariance)
    assert fitted.dof == 54


def test_scatter_makes_chi_squared_equal_its_degrees_of_freedom() -> None:
    rng = np.random.default_rng(8)
    y, sd = rng.normal(0, 5.0, len(X)), np.full(len(X), 0.5)
    fitted = fit_polynomial(X, y, sd, 1, 9.0)
    residuals = y - np.array([fitted.at(x)[0] for x in X])
    assert np.sum((residuals / np.hypot(sd, fitted.scatter)) ** 2) == pytest.approx(fitted.dof, rel=1e-6)


def test_the_zero_of_a_line_has_fiellers_interval() -> None:
    x, y, sd = np.array([-60.0, -50.0]), np.array([-20.0, 30.0]), np.array([1.0, 2.0])
    fitted = fit_polynomial(x, y, sd, 1, 50.0)
    found = crossing(fitted, (-60.0, -50.0), (-60.0, -50.0))
    assert found is not None
    value, low, high = found
    assert value == pytest.approx(-56.0)
    # Fieller, for two points: |y1 (x2-E) + y2 (E-x1)| = t sqrt(s1² (x2-E)² + s2² (E-x1)²).
    t = quantile(0.95, 100.0)
    for E in (low, high):
        assert E is not None
        left = abs(y[0] * (x[1] - E) + y[1] * (E - x[0]))
        assert left == pytest.approx(t * math.hypot(sd[0] * (x[1] - E), sd[1] * (E - x[0])), rel=1e-6)


def test_an_interval_that_has_no_end_says_so() -> None:
    fitted = fit_polynomial(X, 0.05 * X + 0.5, np.full(len(X), 5.0), 1, 9.0)
    assert crossing(fitted, (-30.0, 20.0), (-30.0, 20.0)) == (pytest.approx(-10.0), None, None)
    assert crossing(fitted, (0.0, 20.0), (-30.0, 20.0)) is None


def test_no_errors_and_wild_errors_do_not_break_the_fit() -> None:
    exact = fit_polynomial(X, X**2, np.zeros(len(X)), 2, 9.0)
    assert exact.coefficient(2)[0] == pytest.approx(1.0)
    wild = fit_polynomial(X, X**2, np.array([0.0, 1e3, 0.0, 1e-9, 1.0, 1e3]), 2, 9.0)
    assert np.isfinite(wild.covariance).all()
    assert fit_with_scatter(X, X, np.zeros(len(X)), 1, exact).scatter == exact.scatter


def test_quantiles() -> None:
    assert quantile(0.95, 3.0) == pytest.approx(reference.t.ppf(0.975, 3.0))


@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_the_error_of_a_mean_knows_that_neighbours_are_alike(correlation: float) -> None:
    rng = np.random.default_rng(4)
    means, errors, naive = [], [], []
    for _ in range(200):
        noise = rng.normal(0, 1, 2000)
        for index in range(1, len(noise)):
            noise[index] = correlation * noise[index - 1] + math.sqrt(1 - correlation**2) * noise[index]
        seen = block_mean(noise)
        assert seen.sem is not None
        means.append(seen.mean)
        errors.append(seen.sem)
        naive.append(seen.sd / math.sqrt(len(noise)))
    truth = float(np.std(means))
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(truth, rel=0.15)
    assert (float(np.mean(naive)) < 0.5 * truth) == (correlation > 0)


def test_block_mean_of_little() -> None:
    assert block_mean(np.array([2.0])) == block_mean(np.array([2.0], dtype=np.float32))
    assert block_mean(np.array([2.0, 4.0])).sem is None
    big = np.full(1_000_000, 1e4, dtype=np.float32) + np.float32(1 / 64)
    assert block_mean(big).mean == 10000.015625


@pytest.mark.parametrize(("bend", "low", "high"), [(0.0, 0.0, 0.03), (0.02, 0.9, 1.0)])
def test_a_bend_is_found_as_often_as_it_should(bend: float, low: float, high: float) -> None:
    chance, x = np.random.default_rng(5), np.linspace(-110.0, -50.0, 7)
    y = 0.6 * x + bend * (x + 80.0) ** 2
    found = [bend_p(x, y + chance.normal(0.0, 1.0, 7), np.ones(7)) < 0.01 for _ in range(400)]
    assert low <= np.mean(found) <= high


def test_scatter_beyond_the_errors_is_no_bend() -> None:
    chance, x = np.random.default_rng(6), np.linspace(-110.0, -50.0, 13)
    found = [bend_p(x, 0.6 * x + chance.normal(0.0, 5.0, 13), np.full(13, 0.5)) < 0.01 for _ in range(400)]
    assert np.mean(found) < 0.03
