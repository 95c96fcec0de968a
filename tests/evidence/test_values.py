"""Values: the numbers of a run, drawn, overridden and renamed."""

from __future__ import annotations

import numpy as np
import pytest

from kalimag.errors import EvidenceProblem, UnitMismatch, UsageProblem
from kalimag.evidence import load_values


def test_a_run_may_call_parameters_by_its_own_names() -> None:
    values = load_values({"patch.R": "membrane.R", "romk.Ki0": "romk.Ki0"})
    assert list(values) == ["patch.R", "romk.Ki0"]
    assert values["patch.R"].key == "membrane.R"
    assert values.numbers()["patch.R"] == pytest.approx(8.314462618)


def test_a_whole_mechanism_is_loaded_by_its_name() -> None:
    assert set(load_values("membrane")) == {"membrane.R", "membrane.F"}
    assert {"romk.g_max", "romk.Ki0", "membrane.F"} <= set(load_values(["romk", "membrane.F"]))
    assert len(load_values([])) == 0


@pytest.mark.parametrize("name", ["rmok", "romk.Ki", "rmok.Ki0"])
def test_what_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(EvidenceProblem, match="Did you mean 'romk"):
        load_values([name])


def test_draws_repeat_and_do_not_depend_on_the_company() -> None:
    few = load_values(["romk.Ki0"]).draw(100, seed=7)
    many = load_values(["romk.z_delta", "romk.Ki0", "membrane.R"]).draw(100, seed=7)
    assert np.array_equal(few["romk.Ki0"], many["romk.Ki0"])
    assert not np.array_equal(few["romk.Ki0"], load_values(["romk.Ki0"]).draw(100, seed=8)["romk.Ki0"])
    assert abs(np.corrcoef(many["romk.Ki0"], many["romk.z_delta"])[0, 1]) < 0.3


def test_one_estimate_used_twice_is_unknown_once_but_varies_twice() -> None:
    values = load_values({"first.g_max": "romk.g_max", "second.g_max": "romk.g_max"})
    unknown, people = values.draw(50, seed=1), values.draw(50, seed=1, what="variability")
    assert np.array_equal(unknown["first.g_max"], unknown["second.g_max"])
    assert not np.array_equal(people["first.g_max"], people["second.g_max"])


def test_the_two_spreads_are_drawn_apart() -> None:
    values = load_values(["romk.g_max", "romk.Ki0"])
    people = values.draw(20_000, seed=1, what="variability")
    assert np.percentile(people["romk.g_max"], [2.5, 97.5]) == pytest.approx([1, 25], rel=0.08)
    assert set(people["romk.Ki0"]) == {values["romk.Ki0"].value}, "no variability is known"
    unknown = values.draw(20_000, seed=1)
    assert np.percentile(unknown["romk.Ki0"], [2.5, 97.5]) == pytest.approx([2, 20], rel=0.08)


@pytest.mark.parametrize(("n", "what"), [(0, "uncertainty"), (5, "both")])
def test_a_draw_of_nothing_or_of_both_is_refused(n: int, what: str) -> None:
    with pytest.raises(UsageProblem, match="drawing values"):
        load_values("membrane").draw(n, seed=1, what=what)


def test_an_override_converts_and_leaves_the_old_one_alone() -> None:
    before = load_values("romk")
    after = before.override("romk.Ki0", 4000, "uM", "what if")
    assert after["romk.Ki0"].value == pytest.approx(4)
    assert after["romk.Ki0"].uncertainty.exact
    assert after["romk.Ki0"].replaced == before["romk.Ki0"]
    assert before["romk.Ki0"].value == pytest.approx(40**0.5)
    again = after.override("romk.Ki0", 3, "mM", "what else")
    assert again["romk.Ki0"].replaced == before["romk.Ki0"], (
        "the library's number is remembered, not the step"
    )


def test_an_override_may_bring_an_interval() -> None:
    values = load_values("romk").override("romk.Ki0", 4, "mM", "fitted here", low=2, high=8)
    assert values["romk.Ki0"].interval == pytest.approx((2, 8))
    assert len(set(values.draw(10, seed=1)["romk.Ki0"])) == 10


def test_bad_overrides_are_refused() -> None:
    values = load_values("romk")
    with pytest.raises(EvidenceProblem, match="no reason is given"):
        values.override("romk.Ki0", 4, "mM", " ")
    with pytest.raises(EvidenceProblem, match="in the domain 'positive'"):
        values.override("romk.Ki0", -4, "mM", "why not")
    with pytest.raises(EvidenceProblem, match="in the domain 'positive'"):
        values.override("romk.Ki0", float("nan"), "mM", "why not")
    with pytest.raises(EvidenceProblem, match=r"Did you mean 'romk.Ki0'"):
        values.override("romk.Ki", 4, "mM", "why not")
    with pytest.raises(UnitMismatch, match="measure different things"):
        values.override("romk.Ki0", 4, "mV", "why not")
    with pytest.raises(EvidenceProblem, match="both ends or none"):
        values.override("romk.Ki0", 4, "mM", "fitted", low=2)
    with pytest.raises(EvidenceProblem, match="lies outside"):
        values.override("romk.Ki0", 4, "mM", "fitted", low=5, high=8)


@pytest.mark.parametrize(("preset", "Ki0"), [("guide", 5.0), ("nichols-1994", 16.7)])
def test_a_preset_is_a_prior_and_remembers_what_it_replaced(preset: str, Ki0: float) -> None:
    before = load_values({"here.Ki0": "romk.Ki0", "patch.F": "membrane.F"})
    after = before.preset(preset)
    assert after["here.Ki0"].value == pytest.approx(Ki0, rel=1e-3)
    assert after["here.Ki0"].rule == "interval prior"
    assert after["here.Ki0"].uncertainty.width() >= 3
    assert after["here.Ki0"].replaced == before["here.Ki0"]
    assert after["patch.F"] == before["patch.F"]


def test_a_preset_that_touches_nothing_or_does_not_exist_is_refused() -> None:
    with pytest.raises(EvidenceProblem, match="none of which this run uses"):
        load_values("membrane").preset("guide")
    with pytest.raises(EvidenceProblem, match="Did you mean 'nichols-1994'"):
        load_values("romk").preset("nichols")
