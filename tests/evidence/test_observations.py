"""What a model must face: complete, true to the list of targets, and judged by the rule each one states."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kalimag.errors import EvidenceProblem, UnitMismatch, UsageProblem
from kalimag.evidence import Observation, find_observation, judge, load_disputes, load_observations
from kalimag.evidence.judgement import between_units
from kalimag.units import convert, quantity

Edit = Callable[[str, str, str], Path]
EVERY = load_observations()
RENAMED = {"mEq/L": "mEq/L", "1/s": "1/s"}


def numbers_of(observation: Observation) -> list[float]:
    """The numbers of the first claims, spelled out."""
    found: list[float] = []
    for claim in observation.claims:
        found += [*claim.values, *(x for x in (claim.value, claim.low, claim.high) if x is not None)]
    return found


@pytest.mark.parametrize("observation", EVERY.values(), ids=lambda one: one.id)
def test_every_observation_says_what_in_whom_and_how_it_is_compared(observation: Observation) -> None:
    assert observation.measured
    assert observation.whom
    record = observation.as_json()
    assert record["flag"] in ("ABS", "OPEN", "2ND", "MEM", "GUIDE", "CALC", "FILE", "gap")
    if observation.compare is not None:
        assert observation.scenario
        assert observation.output
        assert len(observation.compare.because) > 10
        quantity(1.0, observation.compare.unit)
        claim = observation.claims[0]
        numeric = claim.value is not None or claim.values
        if numeric and observation.compare.rule in ("mean difference", "trajectory"):
            between_units(1.0, observation.compare.unit, claim.unit, observation.valence)
    else:
        assert observation.gap or observation.note


@pytest.mark.parametrize("observation", EVERY.values(), ids=lambda one: one.id)
def test_what_was_measured_agrees_with_itself(observation: Observation) -> None:
    rule = observation.compare
    if rule is None or rule.rule == "inequality" or not observation.claims:
        return
    claim = observation.claims[0]
    measured = claim.values or ((claim.value,) if claim.value is not None else ())
    if not measured or claim.recalled is not None:
        return
    same = judge(observation, [float(x) for x in measured if x is not None], claim.unit)
    assert same.passes
    assert same.distance == pytest.approx(0, abs=1e-12)
    far = judge(observation, [x * 100 + 7 * k for k, x in enumerate(measured) if x is not None], claim.unit)
    if len(measured) == 1 or rule.rule != "ratio":
        assert not far.passes, far.sentence


def test_every_row_of_the_list_of_targets_is_here_with_its_numbers(shared: Path) -> None:
    with (shared / "science" / "targets.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 40
    for row in rows:
        observation = EVERY[row["id"]]
        wanted = [float(x) for x in re.findall(r"-?\d+\.?\d*", row["value"])]
        unit = {"percent": "percent", "mEq/L": "mEq/L", "mS/cm2": "mS/cm^2"}.get(row["units"], row["units"])
        ours = [convert(x, observation.claims[0].unit, unit) for x in numbers_of(observation)]
        for number in wanted:
            assert any(math.isclose(number, mine, rel_tol=2e-3) for mine in ours), (row, ours)


def test_the_meal_and_the_KCl_arm_are_here_and_the_third_is_not() -> None:
    arms = {name for name, one in EVERY.items() if one.topic == "k_load"}
    assert {"K_meal_serum", "K_KCl_serum", "K_meal_urine", "K_KCl_urine"} <= arms
    assert not any("both" in name.casefold() for name in arms)
    assert len(EVERY["K_meal_serum"].claims[0].values) == 9


def test_no_scenario_is_claimed_that_does_not_exist() -> None:
    from kalimag.registry import entries

    assert {name for name, one in EVERY.items() if one.runnable} == {
        name for name, one in EVERY.items() if one.scenario in entries("scenarios", ".toml")
    }


def test_equivalents_become_moles_by_the_valence() -> None:
    assert between_units(1.0, "mEq/L", "mM", 2) == pytest.approx(0.5)
    assert between_units(0.5, "mM", "mEq/L", 2) == pytest.approx(1.0)
    with pytest.raises(UnitMismatch, match="valence"):
        between_units(1.0, "mEq/L", "mM", None)
    alone = judge(EVERY["H1b"], [3.4, 3.65], "mM")
    assert alone.passes
    assert alone.distance == pytest.approx(0.25)


def test_an_inequality_has_a_side_and_a_margin() -> None:
    assert judge(EVERY["C7"], [0.3], "mM").passes
    assert not judge(EVERY["C7"], [-1.0], "mM").passes
    assert judge(EVERY["A6"], [-0.8], "mM").passes
    assert not judge(EVERY["A6"], [-0.1], "mM").passes
    assert judge(EVERY["T1b"], [2.5], "1").passes
    assert not judge(EVERY["T1b"], [1.5], "1").passes


def test_a_model_of_the_wrong_sign_fails_the_infusion() -> None:
    assert not judge(EVERY["A1a"], [28, 19, 7], "percent").passes


@pytest.mark.parametrize(
    ("name", "model", "unit", "error"),
    [
        ("R8", [1.0], "1", UsageProblem),
        ("K_meal_serum", [4.0] * 8, "mM", UsageProblem),
        ("I2", [math.nan], "mM", UsageProblem),
        ("I2", [], "mM", UsageProblem),
        ("I2", [0.5], "mV", UnitMismatch),
        ("I9", [0.5], "mM", UsageProblem),
        ("C7", [0.1, 0.2], "mM", UsageProblem),
    ],
)
def test_what_cannot_be_compared_is_refused(name: str, model: list[float], unit: str, error: type) -> None:
    with pytest.raises(error):
        judge(EVERY[name], model, unit)


def test_an_unknown_one_is_told_its_neighbour() -> None:
    with pytest.raises(EvidenceProblem, match="Did you mean 'H1b'"):
        find_observation("H1bb", EVERY)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "H1b"', 'id = "H1a"', "the id is given twice"),
        ('claims = ["trials.serum_K_MgCit/ruml-pak-1999"]', "claims = []", "claims and a gap, or neither"),
        ("serum_K_MgCit/ruml-pak-1999", "serum_K_MgCit/ruml", "there is no claim"),
        ('rule = "mean difference"', 'rule = "mean"', "'rule' is 'mean'.*mean difference"),
        ("margin = 0.2", "margin = -0.2", "'margin' is -0.2"),
        ("margin = 0.2", 'margin = 0.2, relation = "above"', "both for an inequality, else neither"),
        ("whom =", "who =", "the key 'who' is not known.*Did you mean 'whom'"),
    ],
)
def test_a_damaged_record_is_refused_in_words(edit: Edit, old: str, new: str, said: str) -> None:
    library = edit("observations/trials.toml", old, new)
    with pytest.raises(EvidenceProblem, match=f"(?s){said}"):
        load_observations(library)


def test_the_thirteen_disputes_name_only_what_exists() -> None:
    found = load_disputes()
    assert list(found) == [f"S{k}" for k in range(1, 14)]
    for dispute in found.values():
        assert dispute.speaks_for
        assert set(dispute.discriminating) <= set(EVERY)
        assert dispute.switch.count(".") == 1
    assert len({dispute.switch for dispute in found.values()}) == 13


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"H1b", "C7"', '"H1bb", "C7"', "there is no observation 'H1bb'"),
        ('"romk.Ki0/guide-100K"', '"romk.Ki0/guide-100"', "there is no claim"),
        ('"A1c"', '"A1x"', "there is no such file"),
        ("discriminating =", "discriminates =", "the key 'discriminates' is not known"),
        ("switch =", "# switch =", "'switch' is missing"),
    ],
)
def test_a_damaged_dispute_is_refused_in_words(edit: Edit, old: str, new: str, said: str) -> None:
    library = edit("disputes/S1.toml", old, new)
    with pytest.raises(EvidenceProblem, match=f"(?s){said}"):
        load_disputes(library)
