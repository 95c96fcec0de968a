"""Recipes in the table of solutions: free Mg2+, K+ and the junction potential come from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kalimag.assays.solutions import read_solutions
from kalimag.errors import InvalidInput
from kalimag.solutions import check, read_recipe
from kalimag.solutions.side import Ranged

BATH = """
schema = "kalimag/recipe/1"
name = "bath {Mg}"
temperature = "22 degC"
pH = 7.2
titrant = "KOH"
[salts]
K-gluconate = "100 mM"
HEPES = "10 mM"
Na2ATP = "2 mM"
MgCl2 = "{Mg} mM"
EGTA = "1 mM"
"""
PIPETTE = """
schema = "kalimag/recipe/1"
name = "pipette"
temperature = "22 degC"
pH = 7.4
titrant = "KOH"
[salts]
KCl = "105 mM"
HEPES = "10 mM"
CaCl2 = "1 mM"
"""
TABLE = """
schema = "kalimag/solutions/1"
configuration = "inside-out"
temperature = "22 degC"
pipette = "pipette.toml"
[[patch]]
id = "p01"
[[patch.file]]
path = "a.abf"
bath = "bath-1.toml"
[[patch.file]]
path = "b.abf"
bath = "bath-5.toml"
Mg = "5 mM"
"""


def write(folder: Path, table: str = TABLE) -> Path:
    for name in ("a.abf", "b.abf"):
        (folder / name).write_bytes(b"")
    for Mg in (1, 5):
        (folder / f"bath-{Mg}.toml").write_text(BATH.format(Mg=Mg), encoding="utf-8")
    (folder / "pipette.toml").write_text(PIPETTE, encoding="utf-8")
    (folder / "solutions.toml").write_text(table, encoding="utf-8")
    return folder


def test_numbers_come_from_the_recipes(tmp_path: Path) -> None:
    (patch,) = read_solutions(write(tmp_path)).patches
    first, second = patch.files
    inside = check(read_recipe(tmp_path / "bath-5.toml"), draws=0)
    assert second.Mg_mM == pytest.approx(inside.free_mM["Mg"].value)
    assert 1.5 < second.Mg_mM < 3.0  # of 5 mM, ATP and gluconate hold the rest
    assert (first.nominal_Mg_mM, second.nominal_Mg_mM) == (None, 5.0)
    assert patch.K_in_mM == pytest.approx(105.4, abs=5)
    assert patch.K_in_mM > 100.0  # the titrant counts
    assert patch.K_out_mM > 105.0
    assert second.recipes is not None
    assert second.recipes.Mg_mM is not None
    reach = Ranged.of(second.recipes.Mg_mM)
    assert reach.low < second.Mg_mM < reach.high


def test_the_junction_is_of_the_bath_in_which_the_electrode_was_zeroed(tmp_path: Path) -> None:
    (patch,) = read_solutions(write(tmp_path)).patches
    junctions = [file.frame.junction_potential_mV for file in patch.files]
    assert junctions[0] == junctions[1] != 0
    named = TABLE.replace('path = "b.abf"', 'path = "b.abf"\nzeroed_in = "bath-5.toml"')
    (patch,) = read_solutions(write(tmp_path, named)).patches
    assert patch.files[1].frame.junction_potential_mV != junctions[0]
    typed = TABLE.replace('id = "p01"', 'id = "p01"\njunction_potential = "-4 mV"')
    (patch,) = read_solutions(write(tmp_path, typed)).patches
    assert patch.files[0].frame.junction_potential_mV == -4.0


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('bath = "bath-5.toml"', 'bath = "bath-9.toml"', "bath-9.toml is not there"),
        ('id = "p01"', 'id = "p01"\nK_in = "110 mM"', "'K_in' is typed, and the recipes say"),
        ('pipette = "pipette.toml"', "", "there is no 'K_out'"),
        ('bath = "bath-1.toml"', "", "there is no 'Mg'"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        read_solutions(write(tmp_path, TABLE.replace(old, new, 1)))


def test_another_temperature_is_that_of_the_recording(tmp_path: Path) -> None:
    cold = read_solutions(write(tmp_path)).patches[0].files[1]
    warm = read_solutions(write(tmp_path, TABLE.replace("22 degC", "35 degC", 1))).patches[0].files[1]
    assert warm.Mg_mM != cold.Mg_mM
    assert warm.frame.junction_potential_mV / cold.frame.junction_potential_mV == pytest.approx(
        308 / 295, abs=0.06
    )
