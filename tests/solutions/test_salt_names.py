"""Names of salts: usual spellings, what is in the bottle, and ions that are no salts."""

from __future__ import annotations

import re

import pytest

from kalimag.errors import InvalidInput
from kalimag.solutions.salts import find_salt

SPELLINGS = {
    "K-gluconate": ("Kgluconate", "potassium gluconate", "K gluconate", "gluconate-K", "KGluc"),
    "MgCl2": (
        "MgCl2.6H2O",
        "MgCl2·6H2O",
        "MgCl2 6H2O",
        "magnesium chloride",
        "Mg-Cl2",
        "MgCl2 hexahydrate",
        "MgCl2 x 6H2O",
        "MgCl2 x 6 H2O",
        "MgCl2 × 6 H2O",
        "MgCl₂·6H₂O",
        "MgCl2 anhydrous",
    ),
    "ATP-Mg": ("MgATP", "ATP Mg", "Mg-ATP", "atp-mg"),
    "Na2ATP": (
        "ATP-Na2",
        "Na2H2ATP",
        "Na-ATP",
        "ATP-Na",
        "ATP disodium salt",
        "disodium ATP",
        "ATP disodium",
    ),
    "Na2GTP": ("GTP-Na2", "Na-GTP", "GTP-Na"),
    "NaH2PO4": ("sodium dihydrogen phosphate", "NaH2PO4.H2O"),
    "Na2HPO4": ("sodium hydrogen phosphate", "Na2HPO4.7H2O"),
    "NaHCO3": ("sodium bicarbonate", "Na-HCO3"),
    "K4EGTA": ("EGTA-K4", "K-EGTA"),
    "K4BAPTA": ("BAPTA tetrapotassium", "tetrapotassium BAPTA", "BAPTA-K4"),
    "Na3-citrate": ("trisodium citrate", "trisodium citrate dihydrate"),
    "Tris2ATP": ("Tris-ATP", "ATP-Tris"),
    "Tris2-phosphocreatine": ("phosphocreatine-Tris", "Tris phosphocreatine"),
    "Tris": ("Trizma", "Trizma base"),
    "MES": ("MES acid",),
    "HEPES": ("hepes", "HEPES acid"),
    "NaHEPES": ("Na-HEPES", "HEPES-Na"),
    "CaCl2": ("CaCl2 dihydrate", "calcium chloride", "CaCl2·2H2O"),
    "Mg-gluconate": ("magnesium gluconate", "Mg(gluconate)2"),
    "K2SO4": ("potassium sulfate", "potassium sulphate"),
    "NMDG": ("NMDG base",),
    "glucose": ("D-glucose", "dextrose", "D-glucose monohydrate"),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_usual_spellings(name: str) -> None:
    salt = find_salt(name)
    assert salt.name == name
    for spelling in SPELLINGS[name]:
        assert find_salt(spelling).parts == salt.parts, spelling


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("MgATP", {"Mg": 1, "ATP": 1, "H": 2}),
        ("Na2GTP", {"Na": 2, "GTP": 1, "H": 2}),
        ("K2EGTA", {"K": 2, "EGTA": 1, "H": 2}),
        ("KOH", {"K": 1, "H": -1}),
        ("Ca(OH)2", {"Ca": 1, "H": -2}),
        ("KH2PO4", {"K": 1, "PO4": 1, "H": 2}),
        ("NaF", {"Na": 1, "F": 1}),
        ("K-glutamate", {"K": 1, "glutamate": 1, "H": 1}),
        ("Na3VO4", {"Na": 3, "vanadate": 1}),
        ("monosodium ATP", {"Na": 1, "ATP": 1, "H": 3}),
        ("K-MES", {"K": 1, "MES": 1}),
        ("imidazole", {"imidazole": 1}),
        ("Tris-gluconate", {"Tris": 1, "H": 1, "gluconate": 1}),
        ("CsMeSO3", {"Cs": 1, "methanesulfonate": 1}),
    ],
)
def test_what_is_in_the_bottle(name: str, parts: dict[str, float]) -> None:
    assert find_salt(name).parts == parts


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("MgATP2-", "ATP-Mg"),
        ("Mg2+", "MgCl2"),
        ("Mg²⁺", "MgCl2"),
        ("K+", "KCl"),
        ("SO42-", "Na2SO4"),
        ("SO₄²⁻", "Na2SO4"),
        ("H2PO4-", "NaH2PO4"),
        ("ATP4-", "Na2ATP"),
    ],
)
def test_an_ion_with_its_charge_is_no_salt(name: str, instead: str) -> None:
    with pytest.raises(InvalidInput, match=f"has a charge.*Such as '{instead}'"):
        find_salt(name)


def test_another_cation_is_never_suggested() -> None:
    for name in ("disodium triphosphate", "potassium nitrite", "trisodium citrat", "sodium ascorbate"):
        with pytest.raises(InvalidInput, match="no salt called") as caught:
            find_salt(name)
        near = re.search(r"Did you mean '(.*)'", str(caught.value))
        wanted = "K" if "potassium" in name else "Na"
        assert near is None or wanted in find_salt(near[1]).parts, near[1]


def test_an_ambiguous_name_has_a_note() -> None:
    assert any("methylsulfate" in note for note in find_salt("KMeSO4").notes)
    assert not find_salt("KMeSO3").notes
