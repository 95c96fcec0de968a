"""A series moves free Mg2+ and nothing else; what it cannot hold it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kalimag.errors import InvalidInput, UsageProblem
from kalimag.solutions import Recipe, check, read_recipe, written_recipe
from kalimag.solutions.constants import Ligand
from kalimag.solutions.pairing import with_more
from kalimag.solutions.recipe_text import recipe_text
from kalimag.solutions.series import TOLERANCE, series

LEVELS = [0.0, 0.2, 0.5, 1.0, 2.0, 5.0]
CHLORIDE = {"KCl": "110 mM", "HEPES": "10 mM", "EGTA": "5 mM"}


def moved(recipes: list[Recipe]) -> dict[str, float]:
    """What changes over solutions, looked at from outside the design."""
    seen = [check(recipe, draws=0) for recipe in recipes]
    rows = {
        "Cl": [s.total_mM["Cl"].value for s in seen],
        "K": [s.total_mM["K"].value for s in seen],
        "I": [s.ionic_strength_mM.value for s in seen],
        "osmolality": [s.osmolality_mOsm.value for s in seen],
        "pH": [s.pH.value for s in seen],
    }
    return {name: float(np.ptp(row)) for name, row in rows.items()}


@pytest.mark.parametrize(
    "recipe",
    [read_recipe("guide-pipette"), written_recipe(CHLORIDE, pH=7.2, titrant="KOH")],
    ids=["gluconate", "chloride"],
)
def test_only_free_magnesium_moves(recipe: Recipe) -> None:
    found = series(recipe, LEVELS)
    recipes = [level.recipe for level in found.levels]
    apart = moved(recipes)
    assert all(apart[name] <= TOLERANCE[name] for name in TOLERANCE), apart
    free = [check(one, draws=0).free_mM.get("Mg") for one in recipes]
    assert [0.0 if Mg is None else Mg.value for Mg in free] == pytest.approx(LEVELS, rel=1e-6, abs=1e-9)
    assert min(i.amount_mM for one in recipes for i in one.ingredients) >= 0
    assert [text for text in found.not_held if "cannot" in text] == []
    assert "0 mM free Mg2+ is 0 on paper" in found.not_held[0]


def test_the_usual_series_does_not_pass() -> None:
    usual = [with_more(read_recipe("guide-pipette"), "MgCl2", amount) for amount in (0.5, 1.0, 5.0)]
    apart = moved(usual)
    assert apart["Cl"] == pytest.approx(9.0)
    assert apart["osmolality"] > TOLERANCE["osmolality"]
    assert apart["I"] > TOLERANCE["I"]


def test_it_says_what_it_exchanged() -> None:
    found = series(read_recipe("guide-pipette"), [0.1, 1.0])
    assert "K2ATP for ATP-Mg" in found.notes[0]
    assert "0.27 mM" in found.notes[0]
    assert series(read_recipe("guide-pipette"), [0.5, 1.0]).notes == ()
    more = with_more(read_recipe("guide-pipette"), "MgCl2", 2.0)
    assert "MgCl2 is taken out" in series(more, [1.0]).notes[0]


def test_without_a_titrant_the_pH_is_not_held() -> None:
    found = series(written_recipe({"KCl": "110 mM", "K-HEPES": "10 mM", "K2ATP": "4 mM"}), [0.2, 5.0])
    assert any("pH cannot be held" in text and "no titrant" in text for text in found.not_held)
    assert "pH" not in found.as_json()["held"]  # type: ignore[operator]


def test_magnesium_that_only_a_nucleotide_brings_may_be_too_much() -> None:
    with_acid = written_recipe(
        {"Mg-ATP": "10 mM", "K-gluconate": "100 mM", "HEPES": "10 mM"}, pH=7.2, titrant="KOH"
    )
    assert series(with_acid, [0.5]).levels[0].free_Mg_mM == pytest.approx(0.5)


@pytest.mark.parametrize("levels", [[], [-1.0], [1.0, 1.0], [float("nan")], [500.0]])
def test_levels_that_make_no_series_are_refused(levels: list[float]) -> None:
    with pytest.raises(InvalidInput, match="designing a series from guide pipette"):
        series(read_recipe("guide-pipette"), levels)


@pytest.mark.parametrize("name", ["guide-pipette", "guide-bath"])
def test_a_recipe_goes_to_text_and_back(name: str, tmp_path: Path) -> None:
    recipe = replace(read_recipe(name), pH_temperature_degC=25.0)
    path = tmp_path / "again.toml"
    path.write_text(recipe_text(recipe, "written by a test"), encoding="utf-8")
    again = read_recipe(path)
    assert [(i.salt.name, i.amount_mM, i.salt.parts) for i in again.ingredients] == [
        (i.salt.name, i.amount_mM, i.salt.parts) for i in recipe.ingredients
    ]
    for key in (
        "name",
        "temperature_degC",
        "pH",
        "titrant",
        "gas",
        "convention",
        "weighing_sd",
        "pH_sd",
        "use",
    ):
        assert getattr(again, key) == getattr(recipe, key), key
    first, second = (check(one, draws=0) for one in (recipe, again))
    assert second.free_mM["K"].value == pytest.approx(first.free_mM["K"].value, rel=1e-12)


def test_a_recipe_with_its_own_ligand_is_not_rewritten() -> None:
    own = replace(read_recipe("guide-pipette"), ligands=(Ligand("own", -1, "own", ()),))
    with pytest.raises(UsageProblem, match="defines ligands"):
        recipe_text(own)


def test_a_level_of_a_series_keeps_what_it_is_for(tmp_path: Path) -> None:
    inside_out = replace(read_recipe("guide-pipette"), use={"configuration": "inside-out", "cell": "HEK"})
    found = series(inside_out, [0.5, 1.0])
    path = tmp_path / "level.toml"
    path.write_text(recipe_text(found.levels[0].recipe, f"a level\n{found.held_at}"), encoding="utf-8")
    assert dict(read_recipe(path).use) == {"configuration": "inside-out", "cell": "HEK"}
    assert path.read_text(encoding="utf-8").startswith("# a level\n# Held at Cl- 4 mM, K+ 133.2 mM")


def test_a_series_says_what_it_moved_away_from() -> None:
    found = series(read_recipe("guide-pipette"), [0.2, 5.0])
    held, had = found.held_at.split("; the recipe had ")
    assert "ionic strength 157.9 mM, osmolality 303.7 mOsm/kg" in held
    assert "ionic strength 144.3 mM, osmolality 280.5" in had
    assert had.endswith("pH 7.2.")
    assert found.as_json()["recipe_had"] == found.recipe_had
