"""Rules that make one distribution of claims, against numbers that are not ours."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from kalimag.errors import EvidenceProblem
from kalimag.evidence import Claim, Source, Spread
from kalimag.evidence.pool import (
    Question,
    by_definition,
    exact,
    find_rule,
    interval_prior,
    log_mean_random_effects,
    single_measurement,
)
from kalimag.evidence.random_effects import der_simonian_laird, pool

PAPER = Source(key="paper-2000", kind="paper", title="A paper", access="full")

# The BCG vaccine trials (Colditz 1994): cases and others, vaccinated and not. Their DerSimonian-Laird fit as
# published with metafor: tau2 0.3088, log risk ratio -0.7141.
BCG = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232),
    (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
]  # fmt: skip
RISKS = [math.log(a / (a + b) * (c + d) / c) for a, b, c, d in BCG]
VARIANCES = [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in BCG]


def claim(value: float | None, spread: Spread, unit: str = "mM", number: int = 0, **more: object) -> Claim:
    where = {"source": PAPER, "where": "Table 1", "access": "full", "read_by": "AB"}
    return Claim(id=f"x.k/paper-{number}", value=value, unit=unit, spread=spread, **where, **more)  # type: ignore[arg-type]


def ask(*claims: Claim, unit: str = "mM", domain: str = "positive", **stated: float) -> Question:
    return Question("x.k", unit, domain, claims, **stated)


def trials() -> Question:
    """The trials as claims on one positive number."""
    pairs = zip(RISKS, VARIANCES, strict=True)
    spreads = [(math.exp(y), Spread("unstated", math.exp(y) * math.sqrt(v))) for y, v in pairs]
    return ask(*(claim(value, spread, number=n) for n, (value, spread) in enumerate(spreads)))


def test_random_effects_agree_with_metafor() -> None:
    assert der_simonian_laird(RISKS, VARIANCES) == pytest.approx(0.3088, abs=6e-5)
    assert math.log(log_mean_random_effects(trials()).median) == pytest.approx(-0.7141, abs=6e-5)


def test_the_interval_of_random_effects_is_hartung_and_knapps() -> None:
    y, v = np.array(RISKS), np.array(VARIANCES)
    w = 1 / (v + der_simonian_laird(RISKS, VARIANCES))
    mean = np.sum(w * y) / np.sum(w)
    scatter = max(1.0, float(np.sum(w * (y - mean) ** 2) / (len(y) - 1)))
    reach = stats.t.ppf(0.975, len(y) - 1) * np.sqrt(scatter / np.sum(w))
    low, high = log_mean_random_effects(trials()).interval()
    assert (math.log(low), math.log(high)) == pytest.approx((mean - reach, mean + reach))


@pytest.mark.parametrize(
    ("method", "mean", "error", "between"),
    [("DL", -0.7141, 0.1787, 0.3088), ("REML", -0.7145, 0.1798, 0.3132)],
)
def test_two_methods_give_the_published_numbers(
    method: str, mean: float, error: float, between: float
) -> None:
    pooled = pool(RISKS, VARIANCES, method)
    assert (pooled.mean, pooled.error, pooled.between) == pytest.approx((mean, error, between), abs=6e-5)
    assert pooled.q == pytest.approx(152.2330, abs=6e-5)


@pytest.mark.parametrize(
    ("effects", "variances", "method"),
    [([1.0], [1.0], "DL"), ([1.0, 2.0], [1.0], "DL"), ([1.0, 2.0], [1.0, 0.0], "DL"),
     ([1.0, 2.0], [1.0, 1.0], "ML"), ([1.0, math.nan], [1.0, 1.0], "DL")],
)  # fmt: skip
def test_what_cannot_be_pooled_is_refused(effects: list[float], variances: list[float], method: str) -> None:
    with pytest.raises(EvidenceProblem, match="pooling studies"):
        pool(effects, variances, method)


def test_studies_that_agree_have_no_spread_between_them() -> None:
    assert der_simonian_laird([1.0, 1.01, 0.99], [0.1, 0.1, 0.1]) == 0.0


@pytest.mark.parametrize(
    ("spread", "error"),
    [
        (Spread("unstated", 2.0), 2.0),
        (Spread("sem", 2.0), 2.0),
        (Spread("sem", 2.0, 5), 2.0 * stats.t.ppf(0.975, 4) / 1.959964),
        (Spread("sd", 2.0, 16), 0.5 * stats.t.ppf(0.975, 15) / 1.959964),
        (Spread("ci95", 1.959964), 1.0),
    ],
)
def test_every_kind_of_spread_becomes_a_standard_error(spread: Spread, error: float) -> None:
    found = single_measurement(ask(claim(100.0, spread), domain="real"))
    assert found.sd == pytest.approx(error, rel=1e-6)


def test_value_and_error_are_converted_together() -> None:
    found = single_measurement(ask(claim(500.0, Spread("sem", 50.0), unit="uM")))
    assert found.median == pytest.approx(0.5)
    assert found.sd == pytest.approx(0.1)


@pytest.mark.parametrize("spread", [Spread("none"), Spread("range"), Spread("sd", 2.0), Spread("exact")])
def test_a_number_without_a_usable_spread_is_no_single_measurement(spread: Spread) -> None:
    with pytest.raises(EvidenceProblem, match="interval prior"):
        single_measurement(ask(claim(100.0, spread)))


def test_the_rules_refuse_what_they_cannot_use() -> None:
    measured = claim(1.0, Spread("sem", 0.1))
    with pytest.raises(EvidenceProblem, match="a claim that is exact"):
        exact(ask(measured))
    with pytest.raises(EvidenceProblem, match="exactly one"):
        exact(ask(measured, measured))
    with pytest.raises(EvidenceProblem, match="a value and no claims"):
        by_definition(ask(measured, value=1.0))
    with pytest.raises(EvidenceProblem, match="at least two claims"):
        log_mean_random_effects(ask(measured))
    with pytest.raises(EvidenceProblem, match="at least one"):
        interval_prior(ask(low=1.0, high=9.0))
    with pytest.raises(EvidenceProblem, match="both ends"):
        interval_prior(ask(measured, low=0.5))
    with pytest.raises(EvidenceProblem, match=r"a single number for x.k"):
        exact(ask(claim(None, Spread("exact"), low=1.0, high=2.0)))


@pytest.mark.parametrize("other", [claim(10.0, Spread("none")), claim(900.0, Spread("none"), unit="uM")])
def test_a_prior_covers_every_claim_it_uses(other: Claim) -> None:
    with pytest.raises(EvidenceProblem, match=r"outside 1 to 9 mM.*Widen it, or reject the claim"):
        interval_prior(ask(other, low=1.0, high=9.0))


def test_an_unknown_rule_gets_the_nearest_name() -> None:
    with pytest.raises(EvidenceProblem, match=r"there is no rule 'mean'.*log-mean, random effects"):
        find_rule("mean", "x.k")
