"""The commands on solutions: what they print, what they refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kalimag.solutions import check, read_recipe


@pytest.fixture(scope="module")
def words() -> tuple[str, ...]:
    return ("solution", "check", "guide-pipette", "guide-bath", "--draws", "200")


def test_check_of_a_pair_holds_what_was_promised(enveloped: Any, words: tuple[str, ...]) -> None:
    found = enveloped(*words)["result"]
    assert [one["name"] for one in found["solutions"]] == ["guide pipette", "guide bath"]
    first = found["solutions"][0]
    assert {
        "T_degC",
        "pH",
        "species_mM",
        "ionic_strength_mM",
        "osmolality_mOsm",
        "activity_coefficient",
    } <= set(first)
    Mg = first["free_mM"]["Mg"]
    assert Mg["low"] < Mg["value"] < Mg["high"]
    assert found["junction_mV"]["nernst_planck"] == pytest.approx(15.5, abs=0.5)
    assert found["junction_mV"]["henderson"] == pytest.approx(15.3, abs=0.3)
    reach = found["junction_interval_mV"]["nernst_planck"]
    assert reach["low"] < found["junction_mV"]["nernst_planck"] < reach["high"]
    assert found["E_rev_mV"]["K"] == pytest.approx(-96.5, abs=0.3)
    for finding in found["findings"]:
        assert {"rule", "severity", "sentence", "value"} <= set(finding)
    assert found["solutions"][1]["saturation_index"]["calcite"] == pytest.approx(0.49, abs=0.1)


def test_the_use_decides_what_is_a_fault(enveloped: Any, words: tuple[str, ...]) -> None:
    whole = {one["rule"] for one in enveloped(*words)["result"]["findings"]}
    turned = enveloped(*words, "--use", "configuration=inside-out")["result"]
    assert "configuration-of-the-cell" in whole
    assert "inside-out-side" in {one["rule"] for one in turned["findings"]} - whole
    assert turned["E_rev_mV"]["K"] == pytest.approx(96.5, abs=0.3)


def test_check_says_it_to_a_person(kalimag: Any, words: tuple[str, ...]) -> None:
    done = kalimag(*words)
    assert done.exit_code == 0
    assert "junction potential, bath minus pipette, Nernst-Planck: 15." in done.stdout
    assert "fault" in done.stdout
    assert "warning: The pipette is" in done.stderr


def test_one_solution_alone_has_no_partner(enveloped: Any) -> None:
    found = enveloped("solution", "check", "guide-bath", "--draws", "100")["result"]
    assert "junction_mV" not in found
    assert "ungassed-bicarbonate" in {one["rule"] for one in found["findings"]}


def test_series_writes_recipes_that_hold(enveloped: Any, kalimag: Any, tmp_path: Path) -> None:
    out = tmp_path / "series"
    found = enveloped("solution", "series", "guide-pipette", "--free-mg", "0.5,1,2mM", "--out", out)["result"]
    assert [level["asked_mM"] for level in found["levels"]] == [0.5, 1.0, 2.0]
    assert set(found["held"]) == {"Cl", "K", "I", "osmolality", "pH"}
    free = [check(read_recipe(path), draws=0).free_mM["Mg"].value for path in sorted(out.glob("*.toml"))]
    assert free == pytest.approx([0.5, 1.0, 2.0], rel=1e-4)
    assert kalimag("solution", "series", "guide-pipette", "--free-mg", "1mM", "--out", out).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("check", "guide-pipete"), 3, "guide-pipette"),
        (("check", "guide-bath", "--use", "cel=oocyte"), 3, "Did you mean 'cell'"),
        (("check", "guide-bath", "--use", "configuration=upside-down"), 3, "upside-down"),
        (("series", "guide-pipette", "--free-mg", "1,1mM"), 3, "asked for twice"),
        (("series", "guide-pipette"), 2, "--free-mg"),
        (("series", "guide-pipette", "--free-mg", "1mV"), 2, "mV"),
    ],
)
def test_what_makes_no_sense_is_refused(
    kalimag: Any, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = kalimag("solution", *arguments)
    assert done.exit_code == code, done.output
    assert said in done.stderr
