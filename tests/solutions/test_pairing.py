"""The guide's two recipes as a pair: what is known of them, and every fault it is known to have."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalimag.errors import InvalidInput
from kalimag.solutions.critique import criticise
from kalimag.solutions.pair import Pair
from kalimag.solutions.pairing import pair_of, titrated, with_more, with_ratio
from kalimag.solutions.recipe_file import read_recipe, written_recipe
from kalimag.solutions.saturation import saturation_indices
from kalimag.solutions.side import Ranged
from kalimag.solutions.together import check_together, saturation_of


@pytest.fixture(scope="module")
def guide() -> Pair:
    return pair_of(read_recipe("guide-pipette"), read_recipe("guide-bath"), draws=120)


def test_the_junction_is_what_was_published(guide: Pair) -> None:
    assert guide.junction is not None
    reach = Ranged.of(guide.junction.nernst_planck_mV)
    assert reach.value == pytest.approx(15.5, abs=0.5)  # published as 15.5 with a spread of 0.5
    assert reach.low < 15.479 < reach.high
    assert 0.5 < reach.high - reach.low < 3.0
    henderson = Ranged.of(guide.junction.henderson_mV)
    assert henderson.value == pytest.approx(15.227, abs=0.2)
    assert "MgATP" in {mobility.ion for mobility in guide.junction.assumed}


def test_reversal_potentials_count_the_titrant(guide: Pair) -> None:
    assert guide.pipette.total_mM("K") == pytest.approx(133.16, abs=0.1)
    assert guide.E_rev_mV["K"][0] == pytest.approx(-96.5, abs=0.3)
    assert guide.E_rev_mV["Cl"][0] == pytest.approx(-89.1, abs=0.1)
    assert guide.E_rev_mV["Na"][0] == pytest.approx(89.2, abs=0.5)


def test_the_bath_is_what_was_published(guide: Pair) -> None:
    assert guide.bath is not None
    assert guide.bath.pH == pytest.approx(7.37, abs=0.03)
    assert guide.bath.saturation["calcite"] == pytest.approx(0.49, abs=0.1)
    assert guide.bath.free_mM("Mg") == pytest.approx(1.65, abs=0.1)  # another activity model
    assert guide.bath.free_mM("Ca") == pytest.approx(1.70, abs=0.06)


def test_the_faults_of_the_guide_are_found(guide: Pair) -> None:
    use = {
        "configuration": "inside-out",
        "cell": "xenopus oocyte",
        "question": "block of romk",
        "series": "mgcl2",
    }
    found = {finding.rule: finding for finding in criticise(replace(guide, use=use))}
    assert set(found) >= {
        "osmolality-mismatch", "osmolality-of-the-cell", "ungassed-bicarbonate", "precipitation",
        "inside-out-side", "bound-divalents", "junction-potential",
        "precipitation-in-air",
    }  # fmt: skip
    assert found["osmolality-mismatch"].value == pytest.approx(-31, abs=5)
    assert found["ungassed-bicarbonate"].value == pytest.approx(9.2, abs=0.1)
    assert found["precipitation-in-air"].value == pytest.approx(1.95, abs=0.1)
    whole_cell = {f.rule: f for f in criticise(replace(guide, use={**use, "configuration": "whole-cell"}))}
    assert whole_cell["magnesium-moves-chloride"].value == pytest.approx(45.5, abs=0.5)
    assert whole_cell["junction-and-osmolality-move"].value == pytest.approx(12.9 - 15.5, abs=0.15)
    assert "24 mOsm/kg" in whole_cell["junction-and-osmolality-move"].sentence
    assert whole_cell["nucleotide-salt"].value == pytest.approx(22, abs=3)
    assert whole_cell["external-potassium"].severity == "fault"
    assert {"configuration-of-the-cell", "no-calcium-buffer"} <= set(whole_cell)
    assert whole_cell["no-calcium-buffer"].value == pytest.approx(1850, abs=100)


def test_the_recipe_itself_says_what_it_is_for(guide: Pair) -> None:
    assert guide.use["cell"] == "xenopus oocyte"
    assert {f.rule for f in criticise(guide) if f.severity == "fault"} >= {
        "configuration-of-the-cell", "external-potassium", "magnesium-moves-chloride",
        "junction-and-osmolality-move", "no-calcium-buffer", "osmolality-mismatch", "osmolality-of-the-cell",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("use", "words"),
    [
        ({"celll": "oocyte"}, "Did you mean 'cell'"),
        ({"configuration": "inside out"}, "Did you mean 'inside-out'"),
    ],
)
def test_a_use_nobody_knows_is_refused(use: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        pair_of(replace(read_recipe("guide-pipette"), use=use), None, draws=0)


def test_one_solution_alone_is_criticised_too() -> None:
    found = criticise(pair_of(read_recipe("guide-bath"), None, draws=0))
    assert {"ungassed-bicarbonate", "precipitation"} <= {finding.rule for finding in found}


def test_two_temperatures_are_refused() -> None:
    warm = replace(read_recipe("guide-bath"), temperature_degC=37.0)
    with pytest.raises(InvalidInput, match="one is at 22 degC and the other at 37 degC"):
        pair_of(read_recipe("guide-pipette"), warm, draws=0)


def test_what_ifs_change_what_they_say() -> None:
    plain = read_recipe("guide-pipette")
    assert sum(i.amount_mM for i in with_more(plain, "NaCl", 2.0).ingredients if i.salt.name == "NaCl") == 6.0
    salt = next(i.salt for i in with_ratio(plain, "ATP-Mg", 0.9).ingredients if i.written == "ATP-Mg")
    assert (salt.parts["Mg"], salt.parts["H"]) == (0.9, pytest.approx(2.2))
    closed = titrated(plain, None)
    assert closed.pH is None
    assert pair_of(closed, None, draws=0).pipette.pH == pytest.approx(7.2, abs=1e-6)


def test_a_solution_without_phosphate_is_not_near_apatite() -> None:
    assert (
        "hydroxyapatite" not in pair_of(written_recipe({"CaCl2": "2 mM"}), None, draws=0).pipette.saturation
    )
    assert saturation_indices({"Ca": np.array([1e-3]), "CO3": np.array([10 ** (-8.48 + 3)])}) == {
        "calcite": pytest.approx(np.zeros(1))
    }


def test_a_cell_attached_pipette_is_not_the_cytoplasm() -> None:
    pipette = replace(read_recipe("guide-pipette"), use={"configuration": "cell-attached"})
    pair = pair_of(pipette, read_recipe("guide-bath"), draws=0)
    assert pair.inside is None
    assert pair.outside is pair.pipette
    assert pair.E_rev_mV == {}
    assert not {"no-calcium-buffer", "nucleotide-salt"} & {finding.rule for finding in criticise(pair)}


def test_what_the_bottle_says_is_known(guide: Pair) -> None:
    lot = guide.pipette.lots["ATP-Mg"]
    assert (lot.component, lot.per, lot.ratio, lot.stated) == ("Mg", "ATP", 1.0, False)
    stated = {"ATP-Mg": {"amount": "2 mM", "Mg": 0.97, "sd": 0.005}}
    own = written_recipe(stated)  # type: ignore[arg-type]
    lot = pair_of(own, None, draws=0).pipette.lots["ATP-Mg"]
    assert (lot.ratio, lot.sd, lot.stated) == (0.97, 0.005, True)
    assert guide.pipette.bound_mM["Mg-ATP"] == pytest.approx(1.4, abs=0.05)


@pytest.mark.parametrize(
    ("salts", "solid"),
    [
        ({"CsF": "110 mM", "MgCl2": "2 mM", "HEPES": "10 mM"}, "sellaite"),
        ({"CsF": "20 mM", "CaCl2": "1 mM", "HEPES": "10 mM"}, "fluorite"),
        ({"Na2SO4": "100 mM", "CaCl2": "40 mM", "HEPES": "10 mM"}, "gypsum"),
    ],
)
def test_fluoride_and_sulfate_fall_out(salts: dict[str, str], solid: str) -> None:
    pair = pair_of(written_recipe(salts, pH=7.2, titrant="KOH"), None, draws=0)
    assert pair.pipette.saturation[solid] > 0
    found = {finding.rule: finding.sentence for finding in criticise(pair)}
    assert solid == "gypsum" or solid in found["precipitation"]
    assert ("is remembered" in found.get("precipitation", "")) == (solid == "sellaite")


def test_magnesia_diphosphate_and_struvite_have_an_index() -> None:
    salts = {
        "NaCl": "100 mM",
        "MgCl2": "5 mM",
        "CaCl2": "1 mM",
        "K4PPi": "1 mM",
        "NH4Cl": "20 mM",
        "K2HPO4": "5 mM",
    }
    found = pair_of(written_recipe(salts, constants="R4N", pH=9.5, titrant="NaOH"), None, draws=0).pipette
    assert {"brucite", "Mg2PPi", "Ca2PPi", "struvite"} <= set(found.saturation)
    assert found.saturation["brucite"] < 0 < found.saturation["struvite"]


def test_saturation_has_an_interval_and_what_it_comes_from(guide: Pair) -> None:
    assert guide.bath is not None
    found = saturation_of(guide.bath)
    assert set(found) == set(guide.bath.saturation)
    calcite = found["calcite"]
    assert calcite.value == guide.bath.saturation["calcite"]
    assert calcite.low is not None
    assert calcite.high is not None
    assert 0.3 < calcite.high - calcite.low < 0.8  # at least 2 x 1.96 x the 0.1 of the product itself
    assert len(calcite.drivers) == 2
    assert calcite.drivers[0].name == "solubility of calcite"


def test_two_sets_of_constants_are_said() -> None:
    recipes = read_recipe("guide-pipette"), read_recipe("guide-bath")
    (said,) = [f for f in check_together(*recipes, draws=0).findings if f.rule == "two-conventions"]
    assert said.severity == "note"
    assert "'guide pipette' with the set K-medium and 'guide bath' with the set R4N" in said.sentence
    same = check_together(replace(recipes[0], convention="R4N"), recipes[1], draws=0)
    assert "two-conventions" not in {f.rule for f in same.findings}
