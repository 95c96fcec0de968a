"""Stability constants as evidence: where each is from, who read it, and which may stand beside which."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kalimag.errors import CheckFailed, EvidenceProblem
from kalimag.evidence import Claim, compare_entries
from kalimag.registry import LIBRARY
from kalimag.solutions.constants import ligand_names, load_constant_claims, load_ligand
from kalimag.solutions.conventions import CONVENTIONS

LIGANDS = ligand_names()
ASKED_FOR = {"ATP", "ADP", "AMP", "GTP", "EGTA", "BAPTA", "EDTA", "citrate", "gluconate", "PO4", "SO4", "CO3"}
ASKED_FOR |= {"HEPES", "PIPES", "MOPS", "F", "vanadate", "PPi", "glutamate", "phosphocreatine"}
# Files without a single claim: all their constants are assumed, and say so.
ASSUMED = frozenset({"vanadate", "PPi", "phosphocreatine", "Tris", "MES", "imidazole"})


def test_all_ligands_are_there() -> None:
    assert set(LIGANDS) >= ASKED_FOR


@pytest.mark.parametrize("name", LIGANDS)
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_every_ligand_is_readable(name: str, convention: str) -> None:
    ligand = load_ligand(name, convention)
    assert ligand.steps
    for step in ligand.steps:
        assert step.sd > 0
        assert step.enthalpy_sd_kJ > 0
        assert step.claims or step.assumed, f"{step.species} comes from nowhere"
        assert 0 <= step.T_degC <= 40
        assert 0 <= step.I_M <= 0.5


@pytest.mark.parametrize("name", LIGANDS)
def test_one_convention_binds_potassium_and_the_other_does_not(name: str) -> None:
    bound = {
        convention: {n for step in load_ligand(name, convention).steps for n, _ in step.reagents}
        & {"K", "Na"}
        for convention in CONVENTIONS
    }
    assert not bound["K-medium"]
    if name in ("ATP", "ADP", "AMP", "GTP", "citrate", "EDTA", "SO4", "PO4"):
        assert bound["R4N"] == {"K", "Na"}


def test_what_is_assumed_is_marked() -> None:
    for name in LIGANDS:
        steps = load_ligand(name, "R4N").steps
        if name in ASSUMED:
            assert not load_constant_claims(name)
            assert all(step.assumed and step.sd >= 0.08 for step in steps)
        else:
            assert load_constant_claims(name)
    gtp = {step.species: step for step in load_ligand("GTP", "R4N").steps}
    assert "ATP" in gtp["KGTP"].assumed[0]


def rows_missing(claims: Mapping[str, Claim], rows: list[dict[str, Any]]) -> list[str]:
    """Claims from NIST SRD 46 that no row of the source bears out."""
    kinds = {"log_K": "K", "enthalpy": "H"}
    kind_of = "type(K=logK,H=dH kJ/mol,S=J/mol/K)"
    numbers = {
        (
            *(row[key] for key in ("ligand", "metal", "equilibrium", kind_of)),
            *(_number(row[key].strip("()")) for key in ("T_C", "I_M", "value")),
        )
        for row in rows
    }
    missing = []
    for claim in claims.values():
        if claim.source.key == "nist-srd-46":
            where = claim.conditions
            kind = kinds[claim.parameter.rpartition(".")[2]]
            T, ionic = where["temperature"].split()[0], where["ionic_strength"].split()[0]
            key = (
                where["ligand"],
                where["metal"],
                where["quotient"],
                kind,
                float(T),
                float(ionic),
                claim.value,
            )
            if key not in numbers:
                missing.append(claim.id)
    return missing


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def test_every_number_stands_in_its_source(rows_of: Any) -> None:
    rows, seen = rows_of("nist_srd46/srd46_subset.csv"), 0
    for name in LIGANDS:
        claims = load_constant_claims(name)
        seen += sum(claim.source.key == "nist-srd-46" for claim in claims.values())
        assert not rows_missing(claims, rows)
    assert seen > 180


def test_a_number_that_is_not_in_the_source_is_seen(rows_of: Any, tmp_path: Path) -> None:
    library = copied(tmp_path)
    edited(library, "ATP", "value = 4.19", "value = 4.91")
    found = rows_missing(load_constant_claims("ATP", library), rows_of("nist_srd46/srd46_subset.csv"))
    assert found == ["MgATP.log_K/nist-K"]


def copied(tmp_path: Path) -> Path:
    for folder in ("constants", "sources"):
        shutil.copytree(LIBRARY / folder, tmp_path / folder)
    return tmp_path


def edited(library: Path, name: str, old: str, new: str) -> None:
    path = library / "constants" / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('K-medium = "MgATP.log_K/nist-K"', 'K-medium = "MgATP.log_K/nist-R4N"', r"R4N\+.*K-medium.*twice"),
        ('from = "K + ATP"', 'K-medium = "KATP.log_K/nist-R4N"\nfrom = "K + ATP"', "binds K.*counted twice"),
        ('"MgATP.log_K/nist-K"', '"MgATP.log_K/nist-Q"', "no claim.*Did you mean 'MgATP.log_K/nist-K'"),
        ('spread = "proton"', 'spread = "protn"', "not known.*Did you mean 'proton'"),
        ("charge = -4", "", "charge"),
        ('from = "H + ATP"', 'from = "H ∙ ATP"', "no reaction"),
        ('name = "HATP"', 'name = "HATP"\nnmae = "x"', "'nmae' is not known"),
        ('id = "H2ATP.log_K/nist-any"', 'id = "HATP.log_K/nist-K"', "given twice"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    library = copied(tmp_path)
    edited(library, "ATP", old, new)
    with pytest.raises(EvidenceProblem, match=f"(?s){said}"):
        load_ligand("ATP", "K-medium", library)


def test_a_species_made_twice_is_refused(tmp_path: Path) -> None:
    from kalimag.solutions.chemistry import chemistry

    library = copied(tmp_path)
    edited(library, "ATP", 'name = "H2ATP"', 'name = "HATP"')
    with pytest.raises(EvidenceProblem, match="'HATP' is made twice"):
        chemistry({"ATP": -4}, [load_ligand("ATP", "K-medium", library)])


Entered = Callable[[str, str], Path]


@pytest.mark.parametrize("name", LIGANDS)
def test_both_readers_agree(name: str) -> None:
    first, second = (LIBRARY / folder / f"{name}.toml" for folder in ("constants", "second_constants"))
    if name in ASSUMED:
        assert not second.exists(), "there is nothing to read a second time"
    else:
        assert compare_entries(first, second) == {}
        assert all(claim.checked for claim in load_constant_claims(name).values())


def test_a_second_entry_counts_only_where_it_agrees(tmp_path: Path) -> None:
    library = copied(tmp_path)
    (library / "second_constants").mkdir()
    first, second = (library / folder / "gluconate.toml" for folder in ("constants", "second_constants"))
    claims = first.read_text().partition("[[claim]]")
    typed = (claims[1] + claims[2]).replace('read_by = "R1"', 'read_by = "R2"')
    second.write_text(typed.replace("second_reader", "") + "\n# typed from the table\n")
    with pytest.raises(CheckFailed, match="other initials"):
        load_constant_claims("gluconate", library)
    second.write_text(
        typed.replace("the one row", "row found again").replace("value = 0.7\n", "value = 0.71\n")
    )
    found = {claim.id: claim.checked for claim in load_constant_claims("gluconate", library).values()}
    assert found["Mggluconate.log_K/nist-any"] is False
    assert found["Cagluconate.log_K/nist-any"] is True
    assert "value" in compare_entries(first, second)["Mggluconate.log_K/nist-any"][0]
