"""The table of solutions: read, inherited, and refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from kalimag.assays.solutions import read_solutions
from kalimag.errors import InvalidInput

GOOD = """
schema = "kalimag/solutions/1"
configuration = "inside-out"
temperature = "22 degC"
junction_potential = "4.0 mV"
series_resistance = "2 MOhm"
[[patch]]
id = "p01"
donor = "frog-1"
K_out = "110 mM"
K_in = "0.11 M"
[[patch.file]]
path = "a.abf"
Mg = "0 mM"
[[patch.file]]
path = "b.abf"
Mg = "500 uM"
junction_potential = "-1 mV"
junction_potential_applied = true
temperature = "295 K"
[[patch]]
id = "p02"
K_out = "5 mM"
K_in = "110 mM"
exclude = "seal broke"
[[patch.file]]
path = "gone.abf"
Mg = "0 mM"
"""


def write(folder: Path, text: str) -> Path:
    for name in ("a.abf", "b.abf"):
        (folder / name).write_bytes(b"")
    (folder / "solutions.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_table_is_read_and_inherits(tmp_path: Path) -> None:
    found = read_solutions(write(tmp_path, GOOD))
    first, second = found.patches
    assert (first.id, first.donor, first.K_out_mM, first.K_in_mM) == (
        "p01",
        "frog-1",
        110.0,
        pytest.approx(110.0),
    )
    a, b = first.files
    assert (a.Mg_mM, b.Mg_mM) == (0.0, pytest.approx(0.5))
    assert (a.temperature_K, b.temperature_K) == (pytest.approx(295.15), 295.0)
    assert (a.frame.junction_potential_mV, a.frame.series_resistance_MOhm) == (4.0, 2.0)
    assert (b.frame.junction_potential_mV, b.frame.junction_potential_applied) == (-1.0, True)
    assert second.exclude == "seal broke"
    assert found.recordings == (tmp_path / "a.abf", tmp_path / "b.abf")
    assert read_solutions(tmp_path / "solutions.toml") == found


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('Mg = "0 mM"', 'Mg_free = "0 mM"', "Mg_free"),
        ('K_out = "110 mM"', 'Kout = "110 mM"', "Did you mean 'K_out'"),
        ('K_in = "0.11 M"', "", "there is no 'K_in'"),
        ('K_out = "110 mM"', 'K_out = "0 mM"', "above 0 mM"),
        ('Mg = "500 uM"', 'Mg = "-1 mM"', "0 mM or more"),
        ('Mg = "500 uM"', "Mg = 0.5", "without a unit"),
        ('Mg = "500 uM"', 'Mg = "0.5"', "it has no unit"),
        ('Mg = "500 uM"', 'Mg = "5 mV"', "converts to mM"),
        ('path = "b.abf"', 'path = "a.abf"', "there twice"),
        ('path = "b.abf"', 'path = "c.abf"', "c.abf not found"),
        ('id = "p02"', 'id = "p01"', "the patch p01 is there twice"),
        ('"inside-out"', '"insideout"', "Did you mean 'inside-out'"),
        ('temperature = "22 degC"', "", "no temperature"),
        ('"kalimag/solutions/1"', '"kalimag/solutions/9"', "kalimag/solutions/1"),
        ("junction_potential_applied = true", 'junction_potential_applied = "yes"', "true or false"),
        ("[[patch]]", "[[patch", "readable TOML"),
    ],
)
def test_what_is_refused(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in GOOD
    with pytest.raises(InvalidInput, match=sentence.replace("[", r"\[")) as refusal:
        read_solutions(write(tmp_path, GOOD.replace(old, new, 1)))
    assert "solutions.toml" in str(refusal.value)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"solutions\.toml.*no such file"):
        read_solutions(tmp_path)
