"""Estimates: in the unit of the mechanism, and no more certain than their claims allow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import scipy.constants

from kalimag.errors import EvidenceProblem, UnitMismatch
from kalimag.evidence import Estimate, estimate_key, estimate_keys, load_estimate, load_values
from kalimag.evidence.estimate import LEAST_WIDTH
from kalimag.registry import entries

Edit = Callable[[str, str, str], Path]
ALL = load_values(sorted(entries("estimates", ".toml")))


@pytest.mark.parametrize("estimate", ALL.values(), ids=lambda estimate: estimate.key)
def test_nothing_unverified_becomes_a_point_value(estimate: Estimate) -> None:
    if estimate.assumed or not all(claim.verified for claim in estimate.claims):
        low, high = estimate.interval
        assert estimate.rule in ("interval prior", "assumed")
        assert high / low >= LEAST_WIDTH * 0.999
        assert not estimate.checked


def test_the_gas_constant_and_faraday_are_those_of_codata() -> None:
    for key, name in {"membrane.R": "molar gas constant", "membrane.F": "Faraday constant"}.items():
        estimate = load_estimate(key)
        assert estimate.value == pytest.approx(scipy.constants.physical_constants[name][0], rel=1e-12)
        assert estimate.uncertainty.exact
        assert estimate.checked


def test_the_priors_on_the_block_hold_both_studies() -> None:
    low, high = load_estimate("romk.Ki0").interval
    assert low <= 5.0
    assert high >= 16.7
    low, high = load_estimate("romk.z_delta").interval
    assert low <= 0.6
    assert high >= 0.7


def test_a_transfer_widens_and_does_not_move() -> None:
    half = load_estimate("romk.K_half")
    assert half.value == pytest.approx(11.5)
    assert half.interval == pytest.approx((6.47, 20.4), rel=0.01)
    assert half.unit == "mM"
    assert [item.claim.id for item in half.rejected] == ["romk.K_half/gray-2005"]


def test_the_two_spreads_are_kept_apart() -> None:
    g_max = load_estimate("romk.g_max")
    assert g_max.variability is not None
    assert g_max.variability.interval() == pytest.approx((1.0, 25.0))
    assert g_max.interval == pytest.approx((0.5, 50.0))
    assert load_estimate("romk.Ki0").variability is None


def test_a_reference_by_definition_is_not_an_assumption() -> None:
    reference = load_estimate("romk.K_ref")
    assert reference.value == 100
    assert not reference.assumed
    assert reference.checked


def test_a_variant_finds_the_estimate_of_the_law_it_borrows_from() -> None:
    assert estimate_key("n_K", ("romk_power", "romk")) == "romk_power.n_K"
    assert estimate_key("Ki0", ("romk_power", "romk")) == "romk.Ki0"
    assert estimate_keys("romk_power") == ("romk_power.n_K",)
    assert estimate_keys("nothing") == ()
    with pytest.raises(EvidenceProblem, match=r"'K_i0' of romk_power or romk: there is none.*romk.Ki0"):
        estimate_key("K_i0", ("romk_power", "romk"))


KI0 = 'rule = "interval prior"\nlow = 2\nhigh = 20'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (KI0, KI0.replace("interval prior", "single measurement"), "exactly one for this rule"),
        (KI0, KI0.replace("high = 20", "high = 5.9").replace("low = 2", "low = 4.9"), "outside 4.9 to 5.9"),
        (KI0, KI0.replace("high = 20", ""), "'low' or 'high' is missing"),
        (KI0, KI0.replace("low = 2", "low = 0"), "in the domain 'positive'"),
        (KI0, KI0.replace("interval prior", "median"), "no rule 'median'"),
        (KI0, KI0 + '\nunits = "mM"', "'units' is not known.*Did you mean 'unit'"),
        (
            'use = ["romk.Ki0/guide-100K", ',
            'use = ["romk.Ki0/guide-100", ',
            "Did you mean 'romk.Ki0/guide-100K'",
        ),
        ('"romk.Ki0/nichols-1994"]', '"romk.Ki0/guide-1-10K"]', "both used and rejected"),
        ('because = "At external', '# because = "At external', "'because' is missing"),
        ("[romk.Ki0]\nunit =", "[romk.Ki0]\nunits =", "'units' is not known"),
    ],
)
def test_a_damaged_estimate_is_refused_in_words(edit: Edit, old: str, new: str, said: str) -> None:
    library = edit("estimates/romk.toml", old, new)
    with pytest.raises(EvidenceProblem, match=f"(?s){said}"):
        load_estimate("romk.Ki0", library)


def test_a_remembered_number_cannot_become_a_point(edit: Edit) -> None:
    old = 'use = ["romk.Ki0/guide-100K", "romk.Ki0/nichols-1994"]'
    edit("estimates/romk.toml", old, 'use = ["romk.Ki0/nichols-1994"]')
    edit("estimates/romk.toml", KI0, 'rule = "single measurement"')
    remembered = 'as_printed = "Kd(0) ~ 16.7 mM, as remembered"\nspread = { kind = "none" }'
    library = edit("evidence/romk.toml", remembered, 'spread = { kind = "sem", value = 1.0 }')
    with pytest.raises(
        EvidenceProblem, match=r"nobody has seen romk.Ki0/nichols-1994 where it was published"
    ):
        load_estimate("romk.Ki0", library)


def test_a_prior_on_unverified_numbers_cannot_be_narrow(edit: Edit) -> None:
    library = edit("estimates/romk.toml", "low = 0.3\nhigh = 1.0", "low = 0.5\nhigh = 1.0")
    with pytest.raises(EvidenceProblem, match="spans a factor of 2; expected at least a factor of 3"):
        load_estimate("romk.z_delta", library)


def test_an_assumption_cannot_be_narrow(edit: Edit) -> None:
    library = edit("estimates/romk.toml", "low = 0.5\nhigh = 50", "low = 4\nhigh = 6")
    with pytest.raises(EvidenceProblem, match=r"g_max.*spans a factor of 1\.5"):
        load_estimate("romk.g_max", library)


def test_a_unit_that_measures_something_else_is_refused(edit: Edit) -> None:
    library = edit("estimates/membrane.toml", 'unit = "C/mol"', 'unit = "mV"')
    with pytest.raises(UnitMismatch, match="measure different things"):
        load_estimate("membrane.F", library)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("widen = 1.7", "widen = 0.5", "'widen' is 0.5"),
        ("widen = 1.7", "", "'widen' is None"),
        ("factor = 5", "factor = 1", "'factor' is 1"),
    ],
)
def test_a_damaged_transfer_or_variability_is_refused(edit: Edit, old: str, new: str, said: str) -> None:
    library = edit("estimates/romk.toml", old, new)
    with pytest.raises(EvidenceProblem, match=said):
        load_values("romk", library)


def test_an_estimate_that_is_not_there_gets_the_nearest_name() -> None:
    with pytest.raises(EvidenceProblem, match=r"Did you mean 'romk.Ki0'"):
        load_estimate("romk.Ki")
    with pytest.raises(EvidenceProblem, match=r"estimates/rmok.toml.*Did you mean 'romk'"):
        load_estimate("rmok.Ki0")
