"""The solutions on the bench hold what was asked for, are written as recipes, and are read back alike."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from virtual_patch import Made, experiment

from kalimag.assays.romk_block import romk_block
from kalimag.errors import UsageProblem
from kalimag.rig.bench import Bench, mixed
from kalimag.solutions import check, read_recipe
from kalimag.solutions.pairing import pair_of

MG, K_OUT, K_IN = (0.2, 1.0, 5.0), (5.0, 25.0, 110.0), 110.0


@pytest.fixture(scope="module")
def shelf() -> Bench:
    """The solutions of a usual experiment."""
    return mixed(MG, K_OUT, K_IN, 22.0)


def written(bench: Bench, folder: Path) -> dict[str, Path]:
    """Every recipe as a file, by its name without an ending."""
    found = {}
    for solution in bench.solutions:
        place = folder / Path(solution.path).name
        place.write_text(solution.text, encoding="utf-8")
        found[place.name.removesuffix(".toml")] = place
    return found


def test_free_magnesium_and_all_potassium_are_what_was_asked_for(shelf: Bench, tmp_path: Path) -> None:
    recipes = written(shelf, tmp_path)
    assert sorted(recipes) == sorted([
        *(f"inside_{Mg:g}Mg" for Mg in (0.0, *MG)), *(f"pipette_{K:g}K" for K in K_OUT)
    ])  # fmt: skip
    for Mg in (0.0, *MG):
        found = check(read_recipe(recipes[f"inside_{Mg:g}Mg"]), draws=0)
        free = found.free_mM["Mg"].value if "Mg" in found.free_mM else 0.0
        assert free == pytest.approx(Mg, rel=1e-4)
        assert shelf.baths[Mg].Mg_mM == pytest.approx(free, rel=1e-5)
        assert found.total_mM["K"].value == pytest.approx(K_IN, abs=1e-3)
        assert found.total_mM["EDTA"].value == pytest.approx(0.2)
        assert found.pH.value == pytest.approx(7.4)
    for K in K_OUT:
        found = check(read_recipe(recipes[f"pipette_{K:g}K"]), draws=0)
        assert found.total_mM["K"].value == pytest.approx(K)
        assert shelf.pipettes[K].K_mM == pytest.approx(K)


def test_pipettes_are_alike_but_for_potassium(shelf: Bench) -> None:
    strengths = [float(shelf.pipettes[K].side.ionic_strength_mM[0]) for K in K_OUT]
    assert strengths == pytest.approx([strengths[0]] * 3, rel=1e-6)


def test_no_magnesium_is_weighed_into_the_control(shelf: Bench) -> None:
    control = shelf.baths[0.0]
    assert "Mg" not in control.text.partition("[salts]")[2]
    assert "EDTA" in control.text
    assert (control.Mg_mM, control.MgCl2_mM) == (0.0, 0.0)
    # one EDTA takes up one Mg2+, all but 1 % at pH 7.4
    for Mg in MG:
        assert shelf.baths[Mg].MgCl2_mM - Mg == pytest.approx(0.2, abs=0.002)


def test_the_junction_potential_has_the_sign_of_the_faster_ion(shelf: Bench, tmp_path: Path) -> None:
    """K+ of the bath runs into a pipette full of NMDG+ faster than it comes out: that is positive."""
    found = [shelf.junction_mV(K) for K in K_OUT]
    assert found[0] < found[1] < found[2] < 0.5
    assert found[0] == pytest.approx(-10.0, abs=1.0)
    recipes = written(shelf, tmp_path)
    for K, junction in zip(K_OUT, found, strict=True):
        pair = pair_of(read_recipe(recipes[f"pipette_{K:g}K"]), read_recipe(recipes["inside_0Mg"]), draws=0)
        assert pair.junction is not None
        assert junction == pytest.approx(float(pair.junction.nernst_planck_mV[0]), abs=1e-4)
        assert pair.E_rev_mV["K"] == pytest.approx(25.433 * np.log(K / K_IN), abs=0.01)


def test_a_recipe_has_no_more_than_six_digits(shelf: Bench) -> None:
    """More would carry the last digits of a machine into the files."""
    amounts = [word for s in shelf.solutions for word in re.findall(r'"([\d.]+) mM"', s.text)]
    assert len(amounts) > 20
    assert all(len(word.replace(".", "").strip("0")) <= 6 for word in amounts)


@pytest.mark.parametrize(
    ("mg", "k_out", "k_in", "words"),
    [
        ((1.0,), (5.0,), 2.0, "0 mM free Mg2.* 2 mM K.*KOH that brings it to pH 7.4"),
        ((1.0,), (5.0,), 2.7, "1 mM free Mg2.*KOH that brings it to pH 7.4 is"),
        ((1.0,), (7000.0,), 110.0, "pipette solution with 7000 mM K.*slip of a thousand"),
        ((501.0,), (5.0,), 110.0, "501 mM free Mg2.*expected 0 to 500 mM"),
    ],
)
def test_a_level_that_cannot_be_reached_is_named(
    mg: tuple[float, ...], k_out: tuple[float, ...], k_in: float, words: str
) -> None:
    with pytest.raises(UsageProblem, match=words):
        mixed(mg, k_out, k_in, 22.0)


def test_unusual_amounts_are_declared_and_read_back(tmp_path: Path) -> None:
    recipes = written(mixed((20.0,), (0.0005, 300.0), 400.0, 37.0), tmp_path)
    assert "unusual = true" in recipes["pipette_0.0005K"].read_text()
    assert check(read_recipe(recipes["inside_20Mg"]), draws=0).free_mM["Mg"].value == pytest.approx(
        20.0, rel=1e-4
    )


def test_the_weighed_magnesium_is_not_the_free_one(tmp_path: Path) -> None:
    """The same files, once from recipes and once as most people plot them: by what was weighed in."""
    made: Made = experiment(tmp_path / "x", patches=6, spread=0.1)
    found = romk_block(made.result.folder)
    assert found.outcome.converged, found.outcome.sentence
    assert not any("typed" in text or "nominal" in text for text in found.warnings), found.warnings
    row, old = found.parameters["Ki0"], found.pooled["Ki0"]
    assert row.low is not None
    assert row.high is not None
    assert row.low < 6.0 < row.high
    assert old.low is not None
    assert old.low > 6.0
    assert old.method is not None
    assert "nominal" in old.method
