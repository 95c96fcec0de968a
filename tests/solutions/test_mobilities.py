"""Mobilities are evidence: two tables that were made apart agree, and a slip in one of them shows."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kalimag.errors import EvidenceProblem
from kalimag.registry import LIBRARY
from kalimag.solutions.mobilities import Mobility, load_mobilities, mobility_of, mobility_tables


def apart(tables: dict[str, dict[str, Mobility]]) -> dict[str, float]:
    """Ions that two tables have in common, and how far the two are apart."""
    one, other = tables["lange"], tables["unsw"]
    return {ion: abs(one[ion].value / other[ion].value - 1) for ion in sorted(set(one) & set(other))}


def test_two_tables_agree_within_two_percent() -> None:
    found = apart(mobility_tables())
    assert len(found) >= 20
    assert max(found.values()) < 0.02, found


def test_ions_have_the_charge_their_name_says() -> None:
    tables = mobility_tables()
    shared = set(tables["lange"]) & set(tables["unsw"])
    assert [ion for ion in shared if tables["lange"][ion].z != tables["unsw"][ion].z] == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("mobilities", "sources"):
        shutil.copytree(LIBRARY / folder, tmp_path / folder)
    return tmp_path


def test_a_planted_slip_is_caught(copy: Path) -> None:
    path = copy / "mobilities" / "lange.toml"
    path.write_text(path.read_text().replace("value = 53.06", "value = 106.12"))  # forgot that z is 2
    assert apart(mobility_tables(copy))["Mg"] > 0.9


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('unit = "S*cm^2/mol"', 'unit = "1"', "the unit is '1'"),
        ("value = 350.1", "value = -350.1", "the value of 'H' is -350.1"),
        ('name = "Li"\nz = 1', 'name = "Li"\nz = 0', "the charge of 'Li' is 0"),
        ('name = "Li"', 'name = "H"', "'H' is given twice"),
        ("relative_sd = 0.01", "relative_sd = 1", "'relative_sd' is 1"),
        ("read_by", "readby", "the key 'readby' is not known"),
        ("langes-handbook-15", "lange", "there is no such file"),
    ],
)
def test_a_table_that_says_too_little_is_refused(copy: Path, old: str, new: str, words: str) -> None:
    path = copy / "mobilities" / "lange.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(EvidenceProblem, match=re.escape(words)):
        mobility_tables(copy)


def test_what_nobody_published_says_so() -> None:
    assert load_mobilities()["K"].assumed == ""
    assert "0.8 of gluconate" in mobility_of("Mggluconate", 1, "gluconate").assumed
    unlisted = mobility_of("MgHADP", -1, "ADP")
    assert unlisted.value == load_mobilities()["ADP"].value
    assert unlisted.assumed == "that of ADP"
    assert mobility_of("unheard-of", -2).relative_sd > unlisted.relative_sd
