"""From groups to an interval: against a t-test, published meta-analyses, and the truth many times over."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from kalimag.errors import UsageProblem
from kalimag.stats.profile import t_threshold
from kalimag.stats.random_effects import (
    Starts,
    law_over_groups,
    linear_over_groups,
    mean_over_groups,
    nested_p,
)

# Thirteen BCG trials (Colditz 1994): vaccinated ill, well; controls ill, well.
BCG = np.array(
    [
        (4, 119, 11, 128),
        (6, 300, 29, 274),
        (3, 228, 11, 209),
        (62, 13536, 248, 12619),
        (33, 5036, 47, 5761),
        (180, 1361, 372, 1079),
        (8, 2537, 10, 619),
        (505, 87886, 499, 87892),
        (29, 7470, 45, 7232),
        (17, 1699, 65, 1600),
        (186, 50448, 141, 27197),
        (5, 2493, 3, 2338),
        (27, 16886, 29, 17825),
    ],
    dtype=float,
)
BCG_TAU2, BCG_TAU2_INTERVAL = 0.3181, (0.1197, 1.1115)  # as R's metafor prints them, method "PM"


def log_risk_ratios() -> tuple[np.ndarray, np.ndarray]:
    a, b, c, d = BCG.T
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    return np.log(a / (a + b)) - np.log(c / (c + d)), np.sqrt(variance)


def test_published_variance_between_trials() -> None:
    found = mean_over_groups(*log_risk_ratios(), 0.95)
    assert found.between_sd is not None
    assert found.between_sd**2 == pytest.approx(BCG_TAU2, abs=5e-5)
    interval = (found.between_sd_low, found.between_sd_high)
    assert None not in interval
    np.testing.assert_allclose(np.square(np.array(interval, dtype=float)), BCG_TAU2_INTERVAL, atol=5e-5)


def test_equal_errors_give_the_t_interval_of_the_estimates() -> None:
    y = np.array([1.2, 1.9, 1.4, 1.7, 1.1])
    found = mean_over_groups(y, np.full(5, 0.01), 0.95)
    half = t_threshold(0.95, 4) * np.std(y, ddof=1) / np.sqrt(5)
    np.testing.assert_allclose(found.interval(0), (y.mean() - half, y.mean() + half), rtol=1e-6)


def test_alike_groups_are_never_surer_than_their_errors() -> None:
    y = np.full(4, 2.0)
    found = mean_over_groups(y, np.full(4, 0.3), 0.95)
    assert found.between_sd == 0.0
    low, high = found.interval(0)
    assert low is not None
    assert high is not None
    assert high - low == pytest.approx(2 * norm.ppf(0.975) * 0.3 / 2, rel=1e-6)


def share_covered(interval_from: str, sets: int = 400) -> float:
    """How often the interval holds the truth, five groups with a spread of 0.15 and errors of 0.02 to 0.1."""
    rng = np.random.default_rng(4)
    hits = 0
    for _ in range(sets):
        sd = rng.uniform(0.02, 0.1, 5)
        y = 1.0 + 0.15 * rng.standard_normal(5) + sd * rng.standard_normal(5)
        if interval_from == "groups":
            low, high = mean_over_groups(y, sd, 0.95).interval(0)
        else:
            mean, error = np.average(y, weights=sd**-2.0), 1.96 / np.sqrt(np.sum(sd**-2.0))
            low, high = mean - error, mean + error
        hits += low is not None and high is not None and low <= 1.0 <= high
    return hits / sets


def test_coverage() -> None:
    assert 0.92 <= share_covered("groups") <= 0.98


def test_the_coverage_check_fails_without_the_random_effect() -> None:
    assert share_covered("errors alone") < 0.7


def test_a_law_with_a_random_effect_is_the_linear_one_where_it_is_linear() -> None:
    rng = np.random.default_rng(8)
    x = np.repeat([0.0, 1.0, 2.0], 3)
    y, sd = 1.0 + 0.5 * x + 0.2 * rng.standard_normal(9), np.full(9, 0.05)
    design = np.column_stack([np.ones(9), x])
    linear = linear_over_groups(design, y, sd, 0.95)
    starts = Starts(np.zeros((1, 2)), np.full(2, -9.0), np.full(2, 9.0))
    law = law_over_groups(lambda u: (design @ u, design), y, sd, starts, 0.95)
    np.testing.assert_allclose(law.estimate, linear.estimate, rtol=1e-6)
    np.testing.assert_allclose(law.interval(1), linear.interval(1), rtol=1e-5)
    levels = linear_over_groups(np.eye(3)[np.repeat([0, 1, 2], 3)], y, sd, 0.95)
    p = nested_p(y, sd, linear, levels)
    assert p is not None
    assert 0.01 < p <= 1.0
    bent = nested_p(y + (x == 1), sd, linear_over_groups(design, y + (x == 1), sd, 0.95), levels_of(x, y, sd))
    assert bent is not None
    assert bent < 0.01


def levels_of(x: np.ndarray, y: np.ndarray, sd: np.ndarray) -> object:
    return linear_over_groups(np.eye(3)[x.astype(int)], y + (x == 1), sd, 0.95)


def test_one_group_has_a_value_and_no_interval() -> None:
    found = mean_over_groups(np.array([1.5]), np.array([0.1]), 0.95)
    assert found.estimate[0] == pytest.approx(1.5)
    assert found.interval(0) == (None, None)
    assert found.between_sd is None


def test_fewer_groups_than_parameters_are_refused() -> None:
    with pytest.raises(UsageProblem, match="1 groups for 2 parameters"):
        linear_over_groups(np.ones((1, 2)), np.array([1.0]), np.array([0.1]), 0.95)
