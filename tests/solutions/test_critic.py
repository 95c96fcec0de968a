"""Every fault is found in a pair that has it, and not in one that has not."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from kalimag.assays.membrane_frame import MembraneFrame
from kalimag.errors import KalimagError
from kalimag.solutions.critic.junction_potential import MEMBRANE
from kalimag.solutions.critique import FOLDER, SEVERITIES, criticise, critics
from kalimag.solutions.pair import Pair
from kalimag.solutions.reversal import junction_between, reversal_potentials
from kalimag.solutions.side import Lot, Side

Make = Callable[..., Pair]
IONS = {"K": 1, "Na": 1, "Cl": -1, "Mg": 2, "Ca": 2, "gluconate": -1, "HCO3": -1, "MgATP": -2, "ATP": -4}


def side(name: str, amounts: Mapping[str, float], **more: object) -> Side:
    """A solution as if speciated; gluconate or Cl closes it."""
    ions = {ion: float(amounts.get(ion, 0.0)) for ion in IONS}
    closing = "gluconate" if ions["gluconate"] else "Cl"
    ions[closing] += sum(IONS[ion] * amount for ion, amount in ions.items())
    whole = {"osmolality_mOsm": np.array([290.0]), "totals_mM": ions} | more
    return Side(name, 22.0, 7.2, tuple(IONS), np.array(list(IONS.values()), float),
                np.array([list(ions.values())]), **whole)  # type: ignore[arg-type]  # fmt: skip


def pair_of(pipette: Side, bath: Side, changed: Callable[..., Side | None] | None = None, **use: str) -> Pair:
    E_rev = reversal_potentials(pipette, bath, use.get("configuration", "whole-cell"))
    whole = Pair(pipette, bath, junction_between(pipette, bath), E_rev, use)
    return replace(whole, changed=changed) if changed else whole


INSIDE = {"K": 130.0, "Na": 4.6, "Cl": 4.0, "Mg": 0.7, "gluconate": 110.0}
OUTSIDE = {"Na": 150.0, "K": 110.0, "Ca": 0.1, "Mg": 1.0}


def sound() -> Pair:
    """A pair with nothing wrong: symmetrical K+, Ca2+ buffered, no bicarbonate."""
    symmetrical = {"K": 110.0, "Cl": 108.0, "Mg": 0.5, "Na": 1.0}
    buffered = {**symmetrical, "EGTA": 5.0}
    inside = side("pipette", symmetrical, totals_mM=buffered)
    return pair_of(inside, side("bath", symmetrical), question="block of romk by mg")


def more_chloride(where: str, **how: object) -> Side | None:
    """What MgCl2 does to the pipette: 20 mM Cl-, 30 mOsm."""
    if where != "pipette" or "MgCl2" not in (how.get("add_mM") or {}):
        return None
    more = {**INSIDE, "Mg": 10.0, "Cl": 24.0}
    return side("pipette", more, osmolality_mOsm=np.array([320.0]))


def in_air(_where: str, *, gas: str | None = None, **_how: object) -> Side | None:
    if gas is None:
        return None
    lost = side("bath", {**OUTSIDE, "HCO3": 25.0}, saturation={"calcite": 1.95}, gas="air")
    return replace(lost, pH=9.2)


def lots(_where: str, *, salt_ratio: Mapping[str, float] | None = None, **_how: object) -> Side | None:
    if salt_ratio is None:
        return None
    return side("pipette", {**INSIDE, "Mg": 0.7 * (2 * next(iter(salt_ratio.values())) - 1)})


@cache
def faulty() -> dict[str, Pair]:
    """A pair for every rule that must find it."""
    inside, outside = side("pipette", INSIDE), side("bath", OUTSIDE)
    low_K = side("bath", {"Na": 150.0, "K": 3.0})
    gassed = side(
        "bath", {**OUTSIDE, "HCO3": 25.0}, gas="5% CO2", saturation={"calcite": 0.49, "hydroxyapatite": 5.6}
    )
    energy = side("pipette", {**INSIDE, "MgATP": 1.5}, totals_mM={"ATP": 3.0, "Mg": 12.0},
                  ingredients_mM={"ATP-Mg": 2.0}, lots={"ATP-Mg": Lot("Mg", "ATP", 1.0, 0.05)})  # fmt: skip
    bound = side("bath", {**OUTSIDE, "Mg": 1.65}, totals_mM={"Mg": 2.0, "Ca": 0.1})
    far = side("bath", OUTSIDE, osmolality_mOsm=np.array([326.0]))
    return {
        "osmolality_mismatch": pair_of(inside, far),
        "osmolality_of_the_cell": pair_of(inside, outside, cell="xenopus oocyte"),
        "ungassed_bicarbonate": pair_of(inside, gassed, in_air),
        "precipitation": pair_of(inside, gassed),
        "precipitation_in_air": pair_of(inside, gassed, in_air),
        "no_calcium_buffer": pair_of(inside, outside),
        "external_potassium": pair_of(inside, low_K, question="block of romk"),
        "magnesium_moves_chloride": pair_of(inside, low_K, more_chloride, series="mgcl2"),
        "junction_and_osmolality_move": pair_of(inside, low_K, more_chloride, series="mgcl2"),
        "inside_out_side": pair_of(inside, low_K, configuration="inside-out"),
        "configuration_of_the_cell": pair_of(inside, low_K, cell="oocyte", configuration="whole-cell"),
        "nucleotide_salt": pair_of(energy, outside, lots),
        "bound_divalents": pair_of(inside, bound),
        "junction_potential": pair_of(inside, low_K),
        "ionophore": pair_of(inside, outside, ionophore="ionomycin"),
        "phosphate_assay": pair_of(energy, outside, assay="fiske-subbarow"),
        "substrate_depletion": pair_of(energy, outside, assay="na/k-atpase"),
        "assay_series": pair_of(energy, outside, assay="na/k-atpase"),
        "sealed_vesicles": pair_of(energy, outside, preparation="basolateral vesicles"),
        "acid_quench": pair_of(energy, outside, quench="tca"),
        "dye_calibration": pair_of(inside, outside, dye="mag-fura-2", calibration="rmin"),
    }


@pytest.mark.parametrize("rule", sorted(critics()))
def test_a_planted_fault_is_found(rule: str) -> None:
    pairs = faulty()
    assert rule in pairs, f"no pair with this fault is in the test: add one for {rule}"
    finding = critics()[rule](pairs[rule])
    assert finding is not None
    assert finding.severity in SEVERITIES
    assert finding.rule == rule.replace("_", "-")
    assert finding.value is not None
    assert np.isfinite(finding.value)
    assert re.search(r"\d", finding.sentence), "a number belongs in the sentence"
    assert finding.sentence[0].isupper()
    assert finding.sentence.endswith(".")
    assert len(re.findall(r"\.(?:\s|$)", finding.sentence)) == 1, "one sentence"


def test_a_sound_pair_has_no_fault() -> None:
    assert [f.sentence for f in criticise(sound()) if f.severity in ("fault", "warning")] == []


def test_every_rule_of_the_faulty_pairs_is_still_there() -> None:
    assert set(faulty()) == set(critics())


def test_faults_come_first_and_carry_their_rule() -> None:
    found = criticise(faulty()["inside_out_side"])
    assert [f.severity for f in found] == sorted((f.severity for f in found), key=SEVERITIES.index)
    assert "inside-out-side" in {f.rule for f in found}
    assert set(found[0].as_json()) >= {"rule", "severity", "sentence", "value"}


def test_a_file_that_is_dropped_in_is_a_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "dropped"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "always.py").write_text("def find(pair):\n    return None\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert set(critics("dropped")) == {"always"}
    critics.cache_clear()
    (folder / "empty.py").write_text("x = 1\n")
    with pytest.raises(KalimagError, match=r"empty\.py has no function 'find'"):
        critics("dropped")
    sys.modules.pop("dropped", None)


def test_rules_are_found_by_folder_and_by_nothing_else() -> None:
    folder = Path(sys.modules[FOLDER].__file__ or "").parent
    assert set(critics()) == {path.stem for path in folder.glob("*.py")} - {"__init__"}


@pytest.mark.parametrize(
    ("configuration", "outside", "formula"),
    [("cell-attached", "pipette", "V_rest - (V_command - V_LJ)"), ("two-electrode", "bath", None)],
)
def test_where_the_cell_is_inside_neither_solution_is(
    configuration: str, outside: str, formula: str | None
) -> None:
    high = side("pipette", {"K": 140.0, "Mg": 2.0}, ingredients_mM={"MgCl2": 2.0})
    pair = pair_of(high, side("bath", {"Na": 150.0, "K": 3.0}), more_chloride, configuration=configuration)
    assert pair.inside is None
    assert pair.outside is not None
    assert pair.outside.name == outside
    assert pair.E_rev_mV == {}
    found = {finding.rule: finding for finding in criticise(pair)}
    assert not {"no-calcium-buffer", "magnesium-moves-chloride", "nucleotide-salt"} & set(found)
    assert ("junction-potential" in found) == (formula is not None)
    assert formula is None or formula in found["junction-potential"].sentence


def test_the_formulas_are_those_of_the_recordings() -> None:
    for name, formula in MEMBRANE.items():
        frame = MembraneFrame(name, 5.0, resting_potential_mV=-70.0 if name == "cell-attached" else None)
        spoken = frame.described().split("V_m = ")[1].split(", I_m")[0]
        assert formula.replace("-(V", "- (V") == (spoken if "- (" in spoken else spoken.strip("+ ()"))


@pytest.mark.parametrize(("sd", "expected"), [(0.05, "note"), (0.005, None)])
def test_the_lot_that_the_recipe_states_counts(sd: float, expected: str | None) -> None:
    stated = {"GTP-Mg": Lot("Mg", "GTP", 1.0, sd, stated=True)}
    finding = critics()["nucleotide_salt"](
        pair_of(side("pipette", INSIDE, lots=stated), side("bath", OUTSIDE), lots)
    )
    assert (finding.severity if finding else None) == expected
    if finding:
        assert "GTP-Mg with 0.9 to 1.1 Mg per GTP, the interval that the recipe states" in finding.sentence
        assert "write" not in finding.sentence


def test_what_holds_the_divalents_is_named() -> None:
    citrate = {"Mg-citrate": 1.0, "Mg-SO4": 0.3, "Mg-CO3": 0.05, "Ca-citrate": 2.0}
    bath = side("bath", {**OUTSIDE, "Mg": 0.65}, totals_mM={"Mg": 2.0, "Ca": 0.1}, bound_mM=citrate)
    finding = critics()["bound_divalents"](pair_of(side("pipette", INSIDE), bath))
    assert finding is not None
    assert "1 mM by citrate and 0.3 mM by sulfate." in finding.sentence


@pytest.mark.parametrize(
    ("salt", "series", "found"),
    [("Mg-gluconate", "", False), ("Mg-gluconate", "mg-gluconate", False), ("MgCl2", "mg-gluconate", False),
     ("MgCl2", "", True), ("Mg-gluconate", "mgcl2", True), ("magnesium chloride", "mg2+", True)],
)  # fmt: skip
def test_chloride_moves_only_with_chloride(salt: str, series: str, found: bool) -> None:
    inside = side("pipette", INSIDE, ingredients_mM={salt: 2.0}, totals_mM={"Mg": 2.0})
    use = {"series": series} if series else {}
    pair = pair_of(inside, side("bath", {"Na": 150.0, "K": 3.0}), more_chloride, **use)
    for rule in ("magnesium_moves_chloride", "junction_and_osmolality_move"):
        assert (critics()[rule](pair) is not None) == found


def test_one_solution_that_nobody_says_is_cytoplasmic_has_no_fault() -> None:
    rule = critics()["no_calcium_buffer"]
    alone = rule(Pair(side("KCl", {"K": 150.0})))
    assert alone is not None
    assert alone.severity == "note"
    assert alone.sentence.startswith("If it is for the cytoplasmic side, the solution 'KCl' has no")
    said = rule(Pair(side("KCl", {"K": 150.0}), use={"configuration": "whole-cell"}))
    assert said is not None
    assert said.severity == "fault"


@pytest.mark.parametrize(
    ("use", "severity"),
    [
        ({"question": "block of romk by mg, its dependence on external k+"}, "note"),
        ({"question": "block of romk by mg", "series": "kcl"}, "note"),
        ({"question": "block of romk by mg"}, "fault"),
    ],
)
def test_low_potassium_on_purpose_is_no_fault(use: dict[str, str], severity: str) -> None:
    pair = pair_of(side("pipette", INSIDE), side("bath", {"Na": 150.0, "K": 5.0}), None, **use)
    finding = critics()["external_potassium"](pair)
    assert finding is not None
    assert finding.severity == severity
    assert ("say so in [use]" in finding.sentence) == (severity == "fault")


def test_names_are_in_quotes() -> None:
    for rule, pair in faulty().items():
        finding = critics()[rule](pair)
        assert finding is not None
        if "saturation" in finding.sentence or "buffer:" in finding.sentence:
            assert re.search(r"'(bath|pipette)'", finding.sentence)
