"""Distributions: intervals, draws and domains."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalimag.errors import EvidenceProblem
from kalimag.evidence import Distribution

DOMAIN = {"positive": (1e-6, 1e6), "fraction": (1e-3, 1 - 1e-3), "real": (-1e3, 1e3)}


@pytest.mark.parametrize("domain", DOMAIN)
@given(data=st.data())
def test_an_interval_comes_back(domain: str, data: st.DataObject) -> None:
    low, high = sorted(data.draw(st.lists(st.floats(*DOMAIN[domain]), min_size=2, max_size=2)))
    if high - low < 1e-6 * max(1, abs(high)):
        return
    back = Distribution.from_interval(domain, low, high).interval()
    assert back == pytest.approx((low, high), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("domain", "low", "high"), [("positive", 2, 20), ("fraction", 0.1, 0.8), ("real", -1, 3)]
)
def test_draws_fill_the_interval(domain: str, low: float, high: float) -> None:
    draws = Distribution.from_interval(domain, low, high).draw(40_000, np.random.default_rng(1))
    below, above = np.mean(draws < low), np.mean(draws > high)
    assert below == pytest.approx(0.025, abs=0.004)
    assert above == pytest.approx(0.025, abs=0.004)


def test_a_positive_number_has_a_log_normal_spread() -> None:
    prior = Distribution.from_interval("positive", 2, 20)
    assert prior.median == pytest.approx(math.sqrt(40))
    assert prior.width() == pytest.approx(10)


def test_a_small_standard_error_is_the_usual_interval() -> None:
    low, high = Distribution.from_standard_error("positive", 100, 1).interval()
    assert (low, high) == pytest.approx((98.06, 101.98), abs=0.02)
    low, high = Distribution.from_standard_error("real", -5, 1).interval(0.6827)
    assert (low, high) == pytest.approx((-6, -4), abs=1e-3)


def test_an_exact_number_never_varies() -> None:
    exact = Distribution("positive", 8.0, 0.0)
    assert exact.exact
    assert exact.interval() == (8.0, 8.0)
    assert set(exact.draw(5, np.random.default_rng(0))) == {8.0}


@pytest.mark.parametrize(
    ("domain", "low", "high", "said"),
    [
        ("positive", 0, 1, "in the domain 'positive'"),
        ("positive", -1, 1, "it is -1"),
        ("fraction", 0.5, 1, "in the domain 'fraction'"),
        ("real", 2, 1, "low below high"),
        ("real", float("nan"), 1, "it is nan"),
        ("percent", 1, 2, "one of positive, fraction, real"),
    ],
)
def test_what_its_domain_does_not_contain_is_refused(domain: str, low: float, high: float, said: str) -> None:
    with pytest.raises(EvidenceProblem, match=said):
        Distribution.from_interval(domain, low, high)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_is_a_fraction(level: float) -> None:
    with pytest.raises(EvidenceProblem, match="between 0 and 1"):
        Distribution("real", 0, 1).interval(level)


def test_a_negative_spread_is_refused() -> None:
    with pytest.raises(EvidenceProblem, match="zero or more"):
        Distribution("real", 0, -1)
