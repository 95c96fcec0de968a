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
from kalimag.evidence.comparison import between_units
from kalimag.units import convert, quantity

Edit = Callable[[str, str, str], Path]
EVERY = load_observations()
RENAMED = {"mEq/L": "mEq/L", "1/s": "1/s"}


def numbers_of(observation: Observation, unit: str) -> list[float]:
    """The numbers of the claims, compared or beside, spelled out in one unit."""
    found: list[float] = []
    for claim in (*observation.claims, *observation.beside):
        numbers = [*claim.values, *(x for x in (claim.value, claim.low, claim.high) if x is not None)]
        if numbers and quantity(1.0, claim.unit).is_compatible_with(quantity(1.0, unit)):
            found += [convert(x, claim.unit, unit) for x in numbers]
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
        quantity(1.0, observation.unit)
    else:
        assert observation.gap or observation.note


def own_output(observation: Observation) -> list[float] | None:
    """What was measured, as a model would give it, in the unit of its output; None where it is words."""
    rule, target = observation.compare, observation.target
    if rule is None:
        return None
    if target is not None:
        if rule.of == "over the start":
            return [number / target.numbers[0] for number in target.numbers]
        return [between_units(x, target.unit, observation.unit, observation.valence) for x in target.numbers]
    claim = observation.claims[0]
    if len(observation.claims) > 1 or claim.recalled is not None:
        return None
    ends = [x for x in (claim.value, claim.low, claim.high) if x is not None]
    if not ends:
        return None
    return [between_units(sum(ends) / len(ends), claim.unit, observation.unit, observation.valence)]


@pytest.mark.parametrize("observation", EVERY.values(), ids=lambda one: one.id)
def test_each_passes_with_its_own_data_in_the_unit_of_its_output(observation: Observation) -> None:
    rule, own = observation.compare, own_output(observation)
    if rule is None or own is None:
        assert observation.target is None
        return
    unit = "1" if rule.of == "over the start" else observation.unit
    same = judge(observation, own, unit)
    assert same.passes, same.sentence
    assert same.distance == pytest.approx(0, abs=1e-9)
    far = [[x + side * 1e5 * k for k, x in enumerate(own, 1)] for side in (1, -1)]
    assert not all(judge(observation, given, unit).passes for given in far)


def test_most_are_judged_by_numbers_that_were_read() -> None:
    own = [one.id for one in EVERY.values() if own_output(one) is not None]
    assert len(own) >= 85
    assert {"C2", "D3f", "K_meal_aldosterone", "A5", "D1e", "D5", "R3b", "I7c", "C12b", "T2"} <= set(own)


@pytest.mark.parametrize("observation", EVERY.values(), ids=lambda one: one.id)
def test_no_margin_is_a_formality(observation: Observation) -> None:
    if observation.compare is not None:
        assert observation.compare.margin > (1 if observation.compare.rule == "ratio" else 0)


def test_every_number_of_several_counts() -> None:
    assert judge(EVERY["R3b"], [0.41, 0.69], "1").passes
    assert not judge(EVERY["R3b"], [0.41, 0.95], "1").passes
    assert not judge(EVERY["C12b"], [5.83, 3.87, 3.87], "1").passes
    assert judge(EVERY["C2"], [52.5 / 22.5], "1").passes
    assert not judge(EVERY["C2"], [1.0], "1").passes


def test_potassium_is_held_against_its_start() -> None:
    for name in ("K_meal_serum", "K_KCl_serum"):
        target = EVERY[name].target
        assert target is not None
        shape = [x - target.numbers[0] + 4.13 for x in target.numbers]
        assert judge(EVERY[name], shape, "mM").distance == pytest.approx(0, abs=1e-9)
        assert not judge(EVERY[name], [4.13, *(x + 0.6 for x in shape[1:])], "mM").passes
    assert judge(EVERY["K_meal_aldosterone"], [186 / 277, *[191 / 277] * 8], "pg/mL").passes
    assert judge(EVERY["K_meal_after"], [10.6], "mmol").passes
    assert judge(EVERY["K_KCl_after"], [34.6], "mmol").passes


def test_every_row_of_the_list_of_targets_is_here_with_its_numbers(shared: Path) -> None:
    with (shared / "science" / "targets.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 40
    for row in rows:
        observation = EVERY[row["id"]]
        wanted = [float(x) for x in re.findall(r"-?\d+\.?\d*", row["value"])]
        unit = {"percent": "percent", "mEq/L": "mEq/L", "mS/cm2": "mS/cm^2"}.get(row["units"], row["units"])
        ours = numbers_of(observation, unit)
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
        ("I9", [0.5], "mM", UnitMismatch),
        ("R2e", [1.0], "1", UsageProblem),
        ("K_meal_aldosterone", [0.0] * 9, "1", UsageProblem),
        ("K_meal_aldosterone", [1.0] * 9, "parsecc", UnitMismatch),
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
        ("margin = 0.2", "margin = 0", "'margin' is 0"),
        ('of = "change", ', "of = 'over the start', ", "'over the start' with a ratio"),
        ('unit = "mM"', 'unit = "mV"', "the output is in mV and the margin in mEq/L"),
        ("valence = 1", "", "the output is in mM.*valence of an ion"),
        ('margin = 0.2, unit = "mEq/L"', 'margin = 0.2, unit = "percent"', "the margin in percent"),
        ('"trials.serum_K_KMgCit/ruml-pak-1999"]', '"trials.K_equal/odvina-2006"]', "a number or a series"),
        ('"trials.serum_K_KMgCit/ruml-pak-1999"]', '"trials.result/hamill-ruth-1996"]', "is from memory"),
        (
            '"trials.serum_K_KMgCit/ruml-pak-1999"]',
            '"trials.serum_K_KMgCit/ruml-pak-1999", "trials.serum_K_KCit/ruml-pak-1999"]',
            "2 claims are given and not how they are put together",
        ),
        (
            'claims = ["trials.serum_K_KMgCit/ruml-pak-1999"]',
            'claims = ["trials.serum_K_KMgCit/ruml-pak-1999"]\ncombined = "over"',
            "is a series.*single numbers",
        ),
        (
            'claims = ["trials.serum_K_KMgCit/ruml-pak-1999"]',
            'claims = ["trials.serum_Mg_rise/wuermser-2000"]',
            "a number or a series, or an inequality",
        ),
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
        ('"A1c"', '"A1x"', "A1x"),
        ("discriminating =", "discriminates =", "the key 'discriminates' is not known"),
        ("switch =", "# switch =", "'switch' is missing"),
    ],
)
def test_a_damaged_dispute_is_refused_in_words(edit: Edit, old: str, new: str, said: str) -> None:
    library = edit("disputes/S1.toml", old, new)
    with pytest.raises(EvidenceProblem, match=f"(?s){said}"):
        load_disputes(library)
