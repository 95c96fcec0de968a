"""Block with recipes in place of a Mg2+ typed by hand: the answer, an honest interval, the old way."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from kalimag.assays.romk_block import romk_block
from kalimag.assays.romk_block_result import RomkBlockResult
from kalimag.report.study import run_study
from kalimag.rig.romk_block import make
from kalimag.solutions import Recipe, check, written_recipe
from kalimag.solutions.recipe_text import recipe_text
from kalimag.solutions.series import series

K_IN_mM = 110.0


def with_potassium(salts: dict[str, str], K_mM: float, **how: object) -> Recipe:
    """A recipe whose K+, titrant included, is what is wanted."""
    plain = written_recipe(salts, **how)
    missing = K_mM - check(plain, draws=0).total_mM["K"].value
    return plain.with_amount("K-gluconate", missing)


def typed_by_hand(folder: Path) -> Path:
    """A virtual experiment whose table has no recipes: K+, junction potential and free Mg2+ are typed."""
    table, truth = folder / "solutions.toml", json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    text = table.read_text(encoding="utf-8")
    text = re.sub(r'bath = ".*_([\d.]+)Mg\.toml"\nMg = ".*"', r'Mg = "\1 mM"', text)
    for patch in truth["patches"]:
        junction = patch["junction_potential"]["value"]
        typed = (
            f'K_out = "{patch["K_out"]["value"]:g} mM"\nK_in = "{K_IN_mM:g} mM"\n'
            f'junction_potential = "{junction:g} mV"'
        )
        text = text.replace(f'pipette = "{patch["pipette"]}"', typed, 1)
    table.write_text(text, encoding="utf-8")
    return folder


def recipes_for(folder: Path) -> Path:
    """The same with recipes of another laboratory, and the total Mg2+ as the nominal one."""
    table = folder / "solutions.toml"
    text = table.read_text(encoding="utf-8")
    levels = sorted({float(word) for word in re.findall(r'Mg = "([\d.]+) mM"', text)})
    inside = with_potassium(
        {"K2ATP": "2 mM", "NaCl": "4 mM", "HEPES": "10 mM", "EGTA": "1 mM"}, K_IN_mM, pH=7.4, titrant="KOH"
    )
    for level in series(inside, levels).levels:
        name = f"inside-{level.asked_mM:g}"
        recipe = replace(level.recipe, name=name)
        (folder / f"{name}.toml").write_text(recipe_text(recipe), encoding="utf-8")
        total = sum(i.amount_mM for i in recipe.ingredients if "Mg" in i.salt.parts)
        text = text.replace(f'Mg = "{level.asked_mM:g} mM"', f'Mg = "{total:.4f} mM"\nbath = "{name}.toml"')
    for K in sorted({float(word) for word in re.findall(r'K_out = "([\d.]+) mM"', text)}):
        salts = {"KCl": f"{K:g} mM", "NMDG-Cl": f"{max(115 - K, 1):g} mM", "HEPES": "5 mM"}
        outside = written_recipe(salts, pH=7.4, titrant="NMDG")
        (folder / f"outside-{K:g}.toml").write_text(recipe_text(replace(outside, name=f"outside {K:g}")))
        text = text.replace(f'K_out = "{K:g} mM"', f'pipette = "outside-{K:g}.toml"')
    table.write_text(text.replace(f'K_in = "{K_IN_mM:g} mM"\n', ""), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[RomkBlockResult, RomkBlockResult]:
    """The same recordings with free Mg2+ typed by hand, and with recipes."""
    folder = typed_by_hand(make(tmp_path_factory.mktemp("rig") / "block", patches=6, seed=4).folder)
    typed = romk_block(folder)
    return typed, romk_block(recipes_for(folder))


def width(found: RomkBlockResult, name: str = "Ki0") -> float:
    row = found.parameters[name]
    assert row.low is not None
    assert row.high is not None
    return row.high / row.low


def test_the_same_free_magnesium_gives_the_same_answer(both: tuple[RomkBlockResult, RomkBlockResult]) -> None:
    typed, chemical = both
    assert chemical.outcome.kind == "converged", chemical.outcome.sentence
    assert chemical.parameters["Ki0"].value == pytest.approx(typed.parameters["Ki0"].value, rel=0.02)
    assert chemical.parameters["z_delta"].value == pytest.approx(typed.parameters["z_delta"].value, rel=0.02)


def test_what_recipes_leave_open_is_in_the_interval(both: tuple[RomkBlockResult, RomkBlockResult]) -> None:
    typed, chemical = both
    shared = chemical.diagnostics["percent_of_Ki0_from_solutions"]
    assert shared is not None
    assert 2.0 < shared < 30.0
    assert "percent_of_Ki0_from_solutions" not in typed.diagnostics
    assert width(chemical) > width(typed)
    assert "what the recipes leave open" in chemical.parameters["Ki0"].method
    low, high = chemical.parameters["Ki0"].low, chemical.parameters["Ki0"].high
    assert f"({low:.3g} to {high:.3g})" in chemical.outcome.sentence


def test_a_typed_magnesium_is_said_to_be_one(both: tuple[RomkBlockResult, RomkBlockResult]) -> None:
    typed, chemical = both
    assert any("typed by hand" in text for text in typed.warnings)
    assert not any("typed by hand" in text for text in chemical.warnings)
    assert any("come from the recipes" in text for text in chemical.assumptions)
    assert not any("Free Mg2+ is taken as stated" in text for text in chemical.assumptions)
    assert any("Free Mg2+ is taken as stated" in text for text in typed.assumptions)


def test_the_old_way_uses_the_nominal_magnesium(both: tuple[RomkBlockResult, RomkBlockResult]) -> None:
    typed, chemical = both
    old = chemical.pooled["Ki0"]
    assert old.method.startswith("nominal Mg2+")
    assert old.value is not None
    assert typed.pooled["Ki0"].value is not None
    assert old.value > 1.2 * typed.pooled["Ki0"].value  # total Mg2+ counts what gluconate and ATP hold


def test_a_junction_potential_that_is_not_that_of_the_recipes_is_said(
    both: tuple[RomkBlockResult, RomkBlockResult],
) -> None:
    typed, chemical = both
    (said,) = [text for text in chemical.warnings if "the recipes give another" in text]
    assert "42 files" in said
    assert " mV is used and they give -" in said
    assert not any("recipes give another" in text for text in typed.warnings)


def test_recipes_are_inputs(both: tuple[RomkBlockResult, RomkBlockResult]) -> None:
    names = {path.name for path in both[1].inputs}
    assert {"inside-0.toml", "inside-5.toml", "outside-110.toml"} <= names
    told = both[1].as_json()["solutions"]
    assert {"path", "Mg_mM", "nominal_Mg_mM"} <= set(told[1])


def test_the_report_says_what_the_old_way_takes_for_free(tmp_path: Path) -> None:
    folder = recipes_for(typed_by_hand(make(tmp_path / "rig", patches=3, seed=2).folder))
    found = run_study(folder / "study.toml", tmp_path / "out")
    page = found.report.read_text(encoding="utf-8")
    assert re.search(r"weighed in is taken for free.{0,60}times as large", page)
    assert "inside-0.5.toml" in page
    assert "typed by hand" not in page
