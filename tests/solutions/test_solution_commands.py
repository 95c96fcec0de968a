"""`kalimag solution …`: the envelope, the exit codes, the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kalimag.cli.root import root


def kalimag(*words: object) -> Result:
    return CliRunner().invoke(root, [str(word) for word in words])


def answered(*words: object) -> Any:
    done = kalimag("solution", *words, "--json", "--quiet")
    assert done.exit_code == 0, done.output
    whole = json.loads(done.stdout)
    assert whole["schema"] == "kalimag/1"
    return whole


def test_check_answers_as_the_issue_says() -> None:
    whole = answered("check", "guide-pipette", "guide-bath", "--draws", 200)
    assert whole["command"] == "solution check"
    assert [len(given["sha256"]) for given in whole["inputs"]] == [64, 64]
    pipette, bath = whole["result"]["solutions"]
    keys = {"name", "T_degC", "pH", "free_mM", "species_mM", "ionic_strength_mM", "osmolality_mOsm"}
    for solution in (pipette, bath):
        assert keys | {"activity_coefficient"} <= set(solution)
        for name in ("Mg", "K", "Na", "Cl"):
            free = solution["free_mM"][name]
            assert free["low"] < free["value"] < free["high"]
            assert 0 < solution["activity_coefficient"][name] < 1
    assert pipette["free_mM"]["Mg"]["value"] == pytest.approx(0.2723, abs=5e-4)
    assert pipette["pH"] == 7.2
    assert pipette["ionic_strength_mM"] == pytest.approx(144.27, abs=0.05)
    assert pipette["T_degC"] == 22
    assert bath["pH"] == pytest.approx(7.37, abs=0.03)
    assert {"rule", "severity", "sentence", "value"} <= set(whole["result"]["findings"][0])


def test_the_other_convention() -> None:
    whole = answered("check", "guide-pipette.toml", "--constants", "R4N", "--draws", 100)
    assert whole["result"]["solutions"][0]["free_mM"]["Mg"]["value"] == pytest.approx(0.2935, abs=5e-4)
    assert whole["result"]["solutions"][0]["constants"] == "R4N"


def test_recipe() -> None:
    result = answered("recipe", "guide-pipette", "--free-mg", "0.5mM", "--draws", 200)["result"]
    assert result["add_mM"]["MgCl2"]["value"] == pytest.approx(0.6305, abs=5e-4)
    assert result["solutions"][0]["free_mM"]["Mg"]["value"] == pytest.approx(0.5)
    both = answered("recipe", "guide-pipette", "--free-mg", "500 uM", "--free-ca", "100nM", "--draws", 100)
    assert set(both["result"]["add_mM"]) == {"MgCl2", "CaCl2"}
    assert both["result"]["solutions"][0]["free_mM"]["Ca"]["value"] == pytest.approx(1e-4)
    other = answered(
        "recipe", "guide-pipette", "--free-mg", "1mM", "--mg-salt", "Mg-gluconate", "--draws", 100
    )
    assert set(other["result"]["add_mM"]) == {"Mg-gluconate"}


@pytest.mark.parametrize(
    "words", [("check", "guide-pipette"), ("recipe", "guide-pipette", "--free-mg", "1mM")]
)
def test_the_page(words: tuple[str, ...]) -> None:
    done = kalimag("solution", *words, "--draws", 100)
    assert done.exit_code == 0
    for said in ("Mg", "free mM", "activity", "osmolality", "ionic strength", "KOH", "log K of MgATP"):
        assert said in done.stdout
    assert max(map(len, done.stdout.splitlines())) < 160


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("check",), 2, "Missing argument"),
        (("check", "guide-pipette", "--draws", "100000000"), 2, "100000"),
        (("check", "."), 3, "it is a folder"),
        (("recipe", "guide-pipette"), 2, "--free-mg"),
        (("recipe", "guide-pipette", "--free-mg", "0.5"), 2, "no unit"),
        (("check", "nothing.toml"), 3, "guide-pipette"),
        (("recipe", "guide-pipette", "--free-mg", "0.1mM"), 3, "0.272 mM of Mg is free before"),
        (("recipe", "guide-pipette", "--free-mg", "900mM"), 3, "900 mM of free Mg"),
        (("recipe", "guide-pipette", "--free-mg", "1mM", "--mg-salt", "KCl"), 3, "KCl does not bring one Mg"),
        (("recipe", "guide-pipette", "--free-mg", "1mM", "--mg-salt", "MgCl"), 3, "MgCl2"),
    ],
)
def test_wrong_words(words: tuple[str, ...], code: int, said: str) -> None:
    done = kalimag("solution", *words)
    assert done.exit_code == code
    assert said in done.stderr


def test_a_wrong_recipe_ends_with_3(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text("[salts]\nK-gluconat = '115 mM'\n")
    done = kalimag("solution", "check", path)
    assert done.exit_code == 3
    assert "Did you mean 'K-gluconate'?" in done.stderr
