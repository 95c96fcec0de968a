"""PHREEQC as oracle: our constants, its solver, its density and permittivity of water."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from phreeqc_database import closed, solved_by_phreeqc

from kalimag.solutions import Recipe, read_recipe, written_recipe
from kalimag.solutions.mixture import draw, mixture_of, problem_at
from kalimag.solutions.solved import solved

PIPETTE = read_recipe("guide-pipette")
K = {"pH": 7.2, "titrant": "KOH"}
BASE = {"KCl": "120 mM", "HEPES": "10 mM", "MgCl2": "2 mM"}
RECIPES: dict[str, Recipe] = {
    **{f"pipette {mM}": PIPETTE.with_amount("MgCl2", mM) for mM in (0.0, 1.0, 10.0)},
    **{
        f"R4N 37 {mM}": replace(PIPETTE.with_amount("MgCl2", mM), convention="R4N", temperature_degC=37.0)
        for mM in (0.5, 5.0)
    },
    "EGTA": written_recipe({**BASE, "EGTA": "10 mM", "CaCl2": "5 mM"}, **K),
    "BAPTA": written_recipe({**BASE, "K4BAPTA": "10 mM", "CaCl2": "3 mM"}, "37 degC", **K),
    "EDTA": written_recipe({**BASE, "EDTA": "3 mM"}, **K),
    "citrate": written_recipe({**BASE, "K-citrate": "10 mM"}, constants="R4N", **K),
    "ADP and AMP": written_recipe(
        {**BASE, "K-ADP": "3 mM", "K-AMP": "2 mM", "K2ATP": "1 mM"}, constants="R4N", **K
    ),
    "phosphate and sulfate": written_recipe(
        {"NaCl": "100 mM", "Na2HPO4": "10 mM", "MgSO4": "5 mM", "CaCl2": "1 mM"},
        constants="R4N", pH=7.4, titrant="HCl",
    ),
    "gassed bath": read_recipe("guide-bath"),
    "gassed and warm": replace(read_recipe("guide-bath"), temperature_degC=37.0),
    "gassed pipette": written_recipe(
        {**BASE, "NaHCO3": "25 mM", "Na2HPO4": "2 mM"}, constants="R4N", gas={"CO2": "5 %"},
    ),
    "closed bath": replace(read_recipe("guide-bath"), gas=None),
    "fluoride and glutamate": written_recipe(
        {"CsF": "60 mM", "K-glutamate": "60 mM", "MgCl2": "4 mM", "PIPES": "10 mM"}, pH=7.0, titrant="CsOH"
    ),
    "phosphocreatine": written_recipe(
        {"K-gluconate": "100 mM", "Na2-phosphocreatine": "10 mM", "ATP-Mg": "4 mM", "Na2GTP": "0.3 mM",
         "MOPS": "10 mM"},
        **K,
    ),
    "diphosphate": written_recipe({**BASE, "K4PPi": "1 mM", "Na-vanadate": "0.1 mM"}, constants="R4N", **K),
}  # fmt: skip


def ratios(recipe: Recipe, folder: Path, planted: float = 0.0) -> dict[str, float]:
    """PHREEQC's free metals over ours; `planted` is added to every constant of a complex with Mg."""
    mixture = mixture_of(recipe)
    drawn = draw(mixture, 0, 1)
    found, _ = solved(mixture, drawn)
    problem = closed(problem_at(mixture, drawn, recipe.temperature_degC, slice(0, 1)))
    system = problem.chemistry
    complexes = (system.stoichiometry[:, system.index("Mg")] > 0) & (system.stoichiometry.sum(axis=1) > 1)
    log_K = (
        system.chain @ system.log_K(drawn.log_K[:1, 0] * 0 + recipe.temperature_degC)[0] + planted * complexes
    )
    theirs = solved_by_phreeqc(problem, recipe.temperature_degC, folder, log_K)
    ours = dict(zip(system.species, found.species_M[0], strict=True))
    return {metal: theirs[metal] / ours[metal] for metal in ("Mg", "Ca", "K", "H") if ours.get(metal)}


def test_there_are_enough() -> None:
    assert len(RECIPES) >= 12


@pytest.mark.parametrize("name", RECIPES)
def test_free_mg(name: str, tmp_path: Path) -> None:
    found = ratios(RECIPES[name], tmp_path)
    assert found["Mg"] == pytest.approx(1.0, abs=0.005)
    assert found.get("Ca", 1.0) == pytest.approx(1.0, abs=0.01)
    assert found["H"] == pytest.approx(1.0, abs=0.005)


def test_a_planted_constant_is_seen(tmp_path: Path) -> None:
    assert abs(ratios(RECIPES["pipette 0.0"], tmp_path, planted=0.01)["Mg"] - 1) > 0.005


def test_a_planted_pressure_is_seen(tmp_path: Path) -> None:
    """Half the CO2 moves the pH of a bicarbonate bath by 0.3, and PHREEQC must not follow ours blindly."""
    recipe = read_recipe("guide-bath")
    mixture = mixture_of(recipe)
    drawn = draw(mixture, 0, 1)
    problem = closed(problem_at(mixture, drawn, recipe.temperature_degC, slice(0, 1)))
    half = replace(problem, held={"CO3": problem.held["CO3"] - np.log(2)})
    whole, less = (solved_by_phreeqc(one, recipe.temperature_degC, tmp_path) for one in (problem, half))
    assert np.log10(whole["H"] / less["H"]) == pytest.approx(0.3, abs=0.03)
