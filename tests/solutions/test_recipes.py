"""Recipes as people write them, and the sentence for each way of getting one wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from kalimag.errors import InvalidInput
from kalimag.registry import entries
from kalimag.solutions import check, read_recipe, written_recipe
from kalimag.solutions.constants import ligand_names, load_ligand
from kalimag.solutions.salts import find_salt, load_shelf


def test_every_salt_is_neutral_and_every_ligand_has_its_charge() -> None:
    shelf = load_shelf()
    for salt in shelf.salts.values():
        assert sum(n * shelf.charges[part] for part, n in salt.parts.items()) == 0, salt.name
    with_constants = [name for name in ligand_names() if name != "OH"]
    assert len(with_constants) >= 20
    for name in with_constants:
        assert load_ligand(name, "R4N").charge == shelf.charges[name], name


def test_the_garbled_salt_of_the_guide() -> None:
    recipe = read_recipe("guide-pipette")
    notes = [finding.sentence for finding in check(recipe, draws=0).findings]
    assert any("GTP-NaCl" in note and "Na2GTP" in note for note in notes)
    assert find_salt("GTP-NaCl").parts == find_salt("Na2GTP").parts


BAD = {
    "K-gluconat": ("K-gluconat = '115 mM'", "no salt called 'K-gluconat'.*Did you mean 'K-gluconate'"),
    "unknown": ("unobtainium = '1 mM'", "no salt called 'unobtainium'"),
    "lone anion": ("gluconate = '115 mM'", "ion without its counter-ion.*Na-gluconate"),
    "lone cation": ("Mg = '1 mM'", "ion without its counter-ion.*MgCl2"),
    "lone nucleotide": ("ATP = '2 mM'", "ion without its counter-ion.*Na2ATP"),
    "charged": ("MgCl = '1 mM'", "not neutral.*MgCl2"),
    "overcharged": ("Na5ATP = '1 mM'", "not neutral"),
    "negative": ("KCl = '-5 mM'", "amount is -5 mM"),
    "no unit": ("KCl = '5'", "no unit.*'5 mM'"),
    "no quantity": ("KCl = 'some'", "does not begin with a number"),
    "number": ("KCl = 5", "'amount' is 5 without a unit.*Write '5 mM'"),
    "bare number in detail": ("KCl = { amount = 100 }", "100 without a unit.*Write '100 mM'"),
    "molar Mg": ("MgCl2 = '1 M'", "slip of a thousand.*'1 mM'"),
    "molar Mg in mM": ("MgCl2 = '2000 mM'", "slip of a thousand.*'2 mM'"),
    "molar Mg gluconate": ("Mg-gluconate = '1 M'", "slip of a thousand.*'1 mM'"),
    "molar Ca": ("CaCl2 = '2 M'", "slip of a thousand.*'2 mM'"),
    "micromolar Mg": ("MgCl2 = '2 uM'", "slip of a thousand.*'2 mM'"),
    "micromolar bicarbonate": ("NaHCO3 = '26.4 uM'", "slip of a thousand.*'26.4 mM'"),
    "Mg per ATP": ("ATP-Mg = { amount = '2 mM', Mg = 5 }", "Mg is 5.*0.5 to 1.5"),
    "spread of Mg": ("ATP-Mg = { amount = '2 mM', sd = 2 }", "sd 2.*up to 0.25"),
    "wrong unit": ("KCl = '5 mV'", "unit that converts to mM"),
    "too much": ("K-gluconate = '115 M'", "slip of a thousand.*'115 mM'"),
    "too little": ("HEPES = '40 uM'", "slip of a thousand.*'40 mM'"),
    "absurd": ("ATP-Mg = '900 mM'", "900 mM of ATP-Mg"),
}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "solution.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_salt_has_a_sentence(case: str, tmp_path: Path) -> None:
    line, said = BAD[case]
    with pytest.raises(InvalidInput, match=f"(?s){said}") as caught:
        read_recipe(written(tmp_path, f"[salts]\n{line}\n"))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("pH = 72\ntitrant = 'KOH'", "the pH is 72.*Did you mean 7.2"),
        ("pH = -1\ntitrant = 'KOH'", "between 0 and 14"),
        ("pH = 7.2", "no titrant"),
        ("titrant = 'KOH'", "no pH"),
        ("pH = 7.2\ntitrant = 'KCl'", "'KCl' does not set a pH"),
        ("pH = 7.2\ntitrant = 'sucrose'", "'sucrose' does not set a pH"),
        ("temperature = '295 degC'", "0 to 50 degC"),
        ("temperature = '22 mM'", "temperature"),
        ("temperature = 22", "22 without a unit.*Write '22 degC'"),
        ("pH_temperature = 37.5", "37.5 without a unit.*Write '37.5 degC'"),
        ("constants = 'both'", "no convention 'both'"),
        ("constants = 'K-medium and R4N'", "two conventions.*counted twice"),
        ("constants = ['K-medium', 'R4N']", "two conventions.*counted twice"),
        ("tirant = 'KOH'", "'tirant' is not known.*titrant"),
        ("schema = 'kalimag/recipe/9'", "kalimag/recipe/1"),
        ("gas = { CO2 = '5' }", "no unit"),
        ("gas = { CO2 = '500 %' }", "at most 100 %"),
        ("uncertainty = { weighing = 'good' }", "percentage"),
    ],
)
def test_a_wrong_condition_has_a_sentence(head: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=f"(?s){said}"):
        read_recipe(written(tmp_path, f"{head}\n[salts]\nKCl = '5 mM'\n"))


@pytest.mark.parametrize("text", ["", "[salts]\n", "[salts\n", "salts = 3\n"])
def test_a_recipe_of_nothing(text: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        read_recipe(written(tmp_path, text))


def test_a_missing_recipe_names_those_there_are() -> None:
    with pytest.raises(InvalidInput, match=r"guide-bath, guide-pipette.*Did you mean 'guide-pipette'"):
        read_recipe("guide-pippette")


@pytest.mark.parametrize("titrant", ["HCl", "HEPES"])
def test_a_titrant_that_works_the_wrong_way(titrant: str) -> None:
    with pytest.raises(InvalidInput, match=r"cannot bring it to pH 7.2.*pH 4"):
        check(written_recipe({"KCl": "140 mM", "HEPES": "10 mM"}, pH=7.2, titrant=titrant), draws=0)


def test_an_unusual_amount_can_be_meant(tmp_path: Path) -> None:
    text = "[salts]\nHEPES = { amount = '40 uM', unusual = true }\n"
    assert read_recipe(written(tmp_path, text)).ingredients[0].amount_mM == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("salts", "severity", "said"),
    [
        ({"KCl": "0.14 mM", "HEPES": "10 mM"}, "warning", "a thousand times as much of 'KCl'"),
        ({"sucrose": "3 M"}, "warning", "'sucrose'.*is its unit right"),
        ({"KCl": "140 mM", "ATP-Mg": "2 uM"}, "note", "'ATP-Mg' is 2 uM"),
    ],
)
def test_a_slip_that_could_be_meant_is_told(salts: dict[str, str], severity: str, said: str) -> None:
    told = [one for one in check(written_recipe(salts), draws=0).findings if one.rule == "unit-slip"]
    assert [one.severity for one in told] == [severity]
    assert re.search(said, told[0].sentence)
    usual = check(written_recipe({"KCl": "140 mM", "MgCl2": "0.01 mM", "CaCl2": "0.05 mM"}), draws=0)
    assert not [one for one in usual.findings if one.rule == "unit-slip"]


def test_a_folder_is_no_recipe(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="it is a folder"):
        read_recipe(tmp_path)


def test_one_substance_under_two_names_counts_together() -> None:
    two = check(written_recipe({"KCl": "3 mM", "potassium chloride": "4 mM"}), draws=0)
    assert two.total_mM["K"].value == pytest.approx(7.0)


def own(tmp_path: Path, extra: str, head: str = "") -> Any:
    salts = 'KCl = "140 mM"\nHEPES = "10 mM"\nMgCl2 = "2 mM"'
    text = f'{head}\npH = 7.2\ntitrant = "KOH"\n[salts]\n{salts}\n{extra}'
    return read_recipe(written(tmp_path, text))


DYE = """[[ligand]]
name = "dye"
charge = -3
amount = "1 mM"
[[ligand.species]]
name = "Mgdye"
from = "Mg + dye"
Kd = "1.9 mM"
temperature = "22 degC"
ionic_strength = "0.15 M"
medium = "MEDIUM"
"""


def test_a_ligand_of_ones_own(tmp_path: Path) -> None:
    found = check(own(tmp_path, DYE.replace("MEDIUM", "K+")), draws=0)
    free, dye, bound = found.free_mM["Mg"].value, found.free_mM["dye"].value, found.bound_mM["Mg-dye"].value
    assert free * dye / bound == pytest.approx(1.9, rel=0.02)
    assert found.total_mM["K"].value > 143
    assert any(finding.rule == "assumed-constants" for finding in found.findings)


@pytest.mark.parametrize(
    ("medium", "head", "said"),
    [
        ("R4N+", "", r"measured in R4N\+.*K-medium.*counted twice"),
        ("K+", "constants = 'R4N'", r"measured in K\+.*R4N.*counted twice"),
    ],
)
def test_conventions_cannot_be_mixed_in_a_recipe(medium: str, head: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=f"(?s){said}"):
        own(tmp_path, DYE.replace("MEDIUM", medium), head)
    extra = f'[[constant]]\nligand = "HEPES"\nspecies = "HHEPES"\nlog_K = 7.5\nmedium = "{medium}"\n'
    with pytest.raises(InvalidInput, match=f"(?s){said}"):
        own(tmp_path, extra, head)


def test_potassium_cannot_be_bound_twice(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"(?s)binds K.*K-medium.*counted twice"):
        own(tmp_path, DYE.replace("MEDIUM", "unstated").replace("Mg + dye", "K + dye"))


def test_a_constant_of_ones_own(tmp_path: Path) -> None:
    extra = '[[constant]]\nligand = "HEPES"\nspecies = "HHEPES"\nlog_K = 7.9\nsource = "our pH meter"\n'
    ours, theirs = check(own(tmp_path, extra), draws=0), check(own(tmp_path, ""), draws=0)
    assert ours.titrant_mM.value < 0.7 * theirs.titrant_mM.value
    assert not ours.findings
    with pytest.raises(InvalidInput, match="forms no 'XHEPES'"):
        own(tmp_path, extra.replace("HHEPES", "XHEPES"))


def test_a_new_salt_is_an_entry(tmp_path: Path) -> None:
    """What a file beside the others brings is found, and an error in it is refused."""
    import shutil

    from kalimag.registry import LIBRARY

    shutil.copytree(LIBRARY / "salts", tmp_path / "salts")
    (tmp_path / "salts" / "lab.toml").write_text('[[salt]]\nname = "potion"\nparts = { K = 1, Cl = 1 }\n')
    assert load_shelf(tmp_path).salts["potion"].parts == {"K": 1, "Cl": 1}
    load_shelf.cache_clear()
    (tmp_path / "salts" / "lab.toml").write_text('[[salt]]\nname = "potion"\nparts = { K = 1 }\n')
    with pytest.raises(InvalidInput, match=r"potion.*charge \+1"):
        load_shelf(tmp_path)
    (tmp_path / "salts" / "lab.toml").write_text('[[salt]]\nname = "HEPES"\nparts = { K = 1, Cl = 1 }\n')
    with pytest.raises(InvalidInput, match="'HEPES' is given twice"):
        load_shelf(tmp_path)


def test_every_shipped_recipe_is_solved() -> None:
    shipped = entries("recipes", ".toml")
    assert {"guide-pipette", "guide-bath"} <= set(shipped)
    for path in shipped.values():
        assert check(read_recipe(path), draws=0).osmolality_mOsm.value > 100
