"""Intervals cover what they should, and name what they come from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalimag.solutions import Speciation, check, free_to_total, read_recipe, written_recipe
from kalimag.solutions.mixture import draw, mixture_of
from kalimag.solutions.uncertain import summarised, variance_shares

PIPETTE = read_recipe("guide-pipette")


def test_shares_of_a_sum() -> None:
    x = np.random.default_rng(1).standard_normal((4000, 4))
    rows = (x @ np.array([2.0, -1.0, 0.0, 0.5]))[:, None]
    assert variance_shares(rows, x)[:, 0] == pytest.approx(np.array([4.0, 1.0, 0.0, 0.25]) / 5.25, abs=0.03)
    assert variance_shares(np.ones((4000, 1)), x)[:, 0] == pytest.approx(0.0)


def test_an_interval_holds_95_percent() -> None:
    x = np.vstack([np.zeros((1, 2)), np.random.default_rng(2).standard_normal((20_000, 2))])
    found = summarised({("", "sum"): 10 + x[:, 0] + 0.5 * x[:, 1]}, x, ("first", "second"))["", "sum"]
    assert found.value == 10
    assert found.high - found.value == pytest.approx(1.96 * 1.25**0.5, rel=0.03)
    assert [driver.name for driver in found.drivers] == ["first", "second"]
    assert found.drivers[0].share == pytest.approx(0.8, abs=0.02)


def test_without_draws_there_is_no_interval() -> None:
    assert check(PIPETTE, draws=0).free_mM["Mg"].low is None


def test_what_free_mg_of_the_guide_depends_on() -> None:
    """Below 1 mM the constant and the count of ATP-Mg, above 2 mM gluconate."""
    low, high = check(PIPETTE, draws=1500), check(PIPETTE.with_amount("MgCl2", 10.0), draws=1500)
    assert [d.name for d in low.free_mM["Mg"].drivers] == ["log K of MgATP", "Mg per ATP in ATP-Mg"]
    assert high.free_mM["Mg"].drivers[0].name == "log K of Mggluconate"
    assert high.free_mM["Mg"].drivers[0].share > 0.8
    for found in (low, high):
        mg = found.free_mM["Mg"]
        assert mg.low < mg.value < mg.high
        assert found.failed_draws == 0
    assert low.free_mM["Mg"].high / low.free_mM["Mg"].low > 2
    assert low.ionic_strength_mM.high - low.ionic_strength_mM.low < 15


def test_a_certificate_narrows_the_interval() -> None:
    k = next(n for n, item in enumerate(PIPETTE.ingredients) if item.salt.varies)
    salt = PIPETTE.ingredients[k].salt
    known = replace(salt, varies=replace(salt.varies, sd=0.001))
    items = list(PIPETTE.ingredients)
    items[k] = replace(items[k], salt=known)
    before = check(PIPETTE, draws=1000).total_mM["Mg"]
    after = check(replace(PIPETTE, ingredients=tuple(items)), draws=1000).total_mM["Mg"]
    assert after.high - after.low < 0.3 * (before.high - before.low)


def test_the_same_seed_gives_the_same_numbers() -> None:
    one, two, three = (check(PIPETTE, draws=300, seed=seed).free_mM["Mg"] for seed in (1, 1, 2))
    assert one == two
    assert one != three


def test_every_input_that_is_not_exact_is_drawn() -> None:
    mixture = mixture_of(replace(PIPETTE, gas=read_recipe("guide-bath").gas))
    names = draw(mixture, 1, 1).names
    for name in (
        "log K of MgATP",
        "enthalpy of MgATP",
        "amount of HEPES",
        "Mg per ATP in ATP-Mg",
        "pH",
        "solubility of CO2",
    ):
        assert name in names
    assert len(set(names)) == len(names)


def test_the_recipe_direction_has_an_interval_that_its_solution_explains() -> None:
    found = free_to_total(PIPETTE, {"Mg": 1.0}, draws=1500)
    amount, free = found.salts_mM["MgCl2"], found.speciation.free_mM["Mg"]
    assert amount.low < amount.value < amount.high
    assert free.value == pytest.approx(1.0, rel=1e-9)
    assert amount.high - amount.low == pytest.approx(2 * (free.high - free.low), rel=0.4)


def test_buffering_is_what_a_titration_shows() -> None:
    for recipe in (PIPETTE, written_recipe({"Na2HPO4": "10 mM", "KCl": "100 mM"}, pH=7.0, titrant="HCl")):
        up, down = (check(replace(recipe, pH=recipe.pH + step), draws=0) for step in (0.005, -0.005))
        sign = -1 if recipe.titrant.name == "HCl" else 1
        slope = sign * (up.titrant_mM.value - down.titrant_mM.value) / 0.01
        assert check(recipe, draws=0).buffering_mM.value == pytest.approx(
            slope, rel=6e-3
        )  # HCl brings an anion


def test_buffering_against_a_gas_is_larger() -> None:
    bath = read_recipe("guide-bath")
    closed = check(replace(bath, gas=None), draws=0).buffering_mM.value
    assert check(bath, draws=0).buffering_mM.value > 5 * closed


def everything(found: Speciation) -> list[float]:
    groups = (found.free_mM, found.species_mM, found.bound_mM, found.total_mM, found.activity_mM)
    return [number.value for group in groups for number in group.values()]


def test_the_parts_add_up() -> None:
    found = check(PIPETTE.with_amount("CaCl2", 1.0), draws=0)
    assert min(everything(found)) >= 0
    for metal in ("Mg", "Ca"):
        parts = [v.value for name, v in found.bound_mM.items() if name.startswith(f"{metal}-")]
        hydroxide = found.species_mM[f"{metal}OH"].value
        assert found.free_mM[metal].value + sum(parts) + hydroxide == pytest.approx(
            found.total_mM[metal].value
        )
    assert found.activity_mM["Mg"].value == pytest.approx(
        found.activity_coefficient["Mg"] * found.free_mM["Mg"].value
    )
    assert found.total_mM["K"].value == pytest.approx(115 + found.titrant_mM.value)
    assert found.p_H.value < found.pH.value
    ideal = sum(number.value for number in found.species_mM.values())
    assert found.osmolality_ideal_mOsm.value == pytest.approx(ideal)
