"""Ligands and constants that a recipe brings along: never of two conventions, never dropped in silence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from kalimag.cli.root import root
from kalimag.errors import InvalidInput
from kalimag.solutions import check, read_recipe
from kalimag.solutions.recipe import Recipe

HEAD = 'pH = 7.2\ntitrant = "KOH"\n[salts]\nKCl = "120 mM"\nNa2ATP = "4 mM"\nMgCl2 = "2 mM"\n'
CONSTANT = '[[constant]]\nspecies = "MgATP"\nligand = "ATP"\nlog_K = 4.55\n'
DYE = '[[ligand]]\nname = "Xlig"\ncharge = -2\namount = "5 mM"\n'
STEP = '[[ligand.species]]\nname = "MgX"\nfrom = "Mg + Xlig"\nlog_K = 3\n'


def recipe(tmp_path: Path, extra: str, convention: str = "K-medium") -> Recipe:
    path = tmp_path / "own.toml"
    path.write_text(f'constants = "{convention}"\n{HEAD}{extra}')
    return read_recipe(path)


@pytest.mark.parametrize(
    ("medium", "convention", "other"), [("R4N+", "R4N", "K-medium"), ("K+", "K-medium", "R4N")]
)
def test_another_convention_asked_for_later_is_refused_too(
    tmp_path: Path, medium: str, convention: str, other: str
) -> None:
    ours = recipe(tmp_path, f'{CONSTANT}medium = "{medium}"\n', convention)
    assert check(ours, draws=0).free_mM["Mg"].value < 0.5
    with pytest.raises(InvalidInput, match=r"(?s)'MgATP' was measured in .*counted twice"):
        replace(ours, convention=other)
    done = CliRunner().invoke(
        root, ["solution", "check", str(tmp_path / "own.toml"), "--constants", other, "--draws", "100"]
    )
    assert done.exit_code == 3
    assert "counted twice" in done.stderr
    dye = recipe(tmp_path, DYE + STEP + f'medium = "{medium}"\n', convention)
    with pytest.raises(InvalidInput, match="counted twice"):
        replace(dye, convention=other)


def test_potassium_written_down_is_refused_under_the_other_convention(tmp_path: Path) -> None:
    ours = recipe(tmp_path, DYE + STEP.replace("MgX", "KX").replace("Mg +", "K +"), "R4N")
    with pytest.raises(InvalidInput, match=r"(?s)binds K.*counted twice"):
        replace(ours, convention="K-medium")


@pytest.mark.parametrize("convention", ["K-medium", "R4N"])
def test_a_constant_that_decides_must_say_its_medium(tmp_path: Path, convention: str) -> None:
    with pytest.raises(InvalidInput, match="does not say in which salt it was measured"):
        recipe(tmp_path, CONSTANT, convention)
    assert recipe(tmp_path, f'{CONSTANT}medium = "unstated"\n', convention).constants
    potassium = STEP.replace("MgX", "KX").replace("Mg +", "K +")
    with pytest.raises(InvalidInput, match=r"does not say in which salt|counted twice"):
        recipe(tmp_path, DYE + STEP + potassium, convention)


@pytest.mark.parametrize(
    ("made_of", "said"),
    [
        ("mg + Xlig", "'mg'.*Did you mean 'Mg'"),
        ("Mg + X", "'X'.*nothing is called that"),
        ("MgATPP + Xlig", "Did you mean 'MgATP'"),
        ("Mg - Xlig", "-1 Xlig.*only protons"),
        ("0 Mg + Xlig", "0 Mg"),
        ("Mg + ATP", "holds nothing of this ligand.*Xlig"),
    ],
)
def test_a_reaction_that_cannot_be_is_refused(tmp_path: Path, made_of: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=f"(?s){said}"):
        recipe(tmp_path, DYE + STEP.replace("Mg + Xlig", made_of))


def test_a_species_of_the_library_can_be_bound(tmp_path: Path) -> None:
    """It was left out without a word, as own ligands came before those of the library."""
    ternary = DYE + STEP.replace("MgX", "MgATPX").replace("Mg +", "MgATP +")
    assert check(recipe(tmp_path, ternary), draws=0).species_mM["MgATPX"].value > 0.1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"Xlig"', '"Mg"', "'Mg' is an ion"),
        ('"Xlig"', '"H"', "'H' is an ion"),
        ('"Xlig"', '"ATP"', "charge of ATP is -2.*-4"),
        ("-2", "-200", "charge is -200"),
        ("5 mM", "-5 mM", "amount is -5 mM"),
        ("5 mM", "5 M", "Was '5 mM' meant"),
        ("log_K = 3", "Kd = '0 mM'", "more than 0"),
        ("log_K = 3", "Kd = '-1 mM'", "more than 0"),
        ("log_K = 3", "log_K = 400", "log K is 400"),
        ("log_K = 3", "log_K = 3\nsd = -1", "sd is -1"),
        ("log_K = 3", "log_K = 3\ntemperature = '400 degC'", "temperature is 400 degC"),
        ("log_K = 3", "log_K = 3\nionic_strength = '-1 M'", "ionic strength is -1 M"),
        ("log_K = 3", "log_K = 3\nenthalpy = '90000 kJ/mol'", "enthalpy is 90000 kJ/mol"),
        ('"MgX"', '"MgATP"', "'MgATP' is there already"),
    ],
)
def test_numbers_that_cannot_be_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert recipe(tmp_path, DYE + STEP).ligands
    with pytest.raises(InvalidInput, match=f"(?s){said}"):
        recipe(tmp_path, (DYE + STEP).replace(old, new))
