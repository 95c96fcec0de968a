"""Numbers that need nobody's opinion: a calibration kit, another solver, the source of the constants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kalimag.solutions import apparent_kd, check, read_recipe
from kalimag.solutions.balance import Problem
from kalimag.solutions.chemistry import Chemistry, chemistry
from kalimag.solutions.constants import Ligand, Step, load_ligand
from kalimag.solutions.equilibrium import solve
from kalimag.solutions.recipe import Gas
from kalimag.solutions.water import debye_hueckel_slope, density_kg_m3, permittivity, vapour_pressure_atm


def egta_error(rows: Sequence[dict[str, Any]], T_degC: int) -> float:
    """Largest relative difference of the apparent Kd of CaEGTA from the kit's table."""
    found = [
        apparent_kd("EGTA", "Ca", float(row["pH"]), temperature_degC=T_degC)
        * 1e6
        / float(row[f"Kd_nM_{T_degC}C"])
        for row in rows
    ]
    assert len(found) == 23
    return float(max(abs(ratio - 1) for ratio in found))


def test_egta_and_calcium(rows_of: Any) -> None:
    rows = rows_of("reference/egta_ca_kd_thermo_tsien_pozzan.csv")
    assert egta_error(rows, 20) < 0.05
    assert egta_error(rows, 37) < 0.10


def test_a_planted_egta_table_is_refused(rows_of: Any) -> None:
    rows = [dict(row) for row in rows_of("reference/egta_ca_kd_thermo_tsien_pozzan.csv")]
    rows[11]["Kd_nM_20C"] = str(1.1 * float(rows[11]["Kd_nM_20C"]))
    assert egta_error(rows, 20) > 0.05


def mminter(rows_of: Any) -> tuple[Problem, dict[str, float]]:
    """A system of 4 metals and 8 ligands that somebody else has solved, and what is free there, mM."""
    totals = {
        row["Metabolites"]: float(row["Concentration"]) for row in rows_of("mminter/Concentrations.csv")
    }
    names = {name: f"L{k}" for k, name in enumerate(totals)}
    steps = []
    for row in rows_of("mminter/Kd_app.csv"):
        ligand, metal = row[""].rsplit("-", 1)
        made, parts = f"{names[metal]}{names[ligand]}", ((names[metal], 1), (names[ligand], 1))
        steps.append(Step(made, parts, -np.log10(float(row["Kd.app"]) / 1000), 25.0, 0.0, 0.1, 0.0, 0.0))
    assert len(steps) == 32
    system = chemistry(dict.fromkeys(names.values(), 0), [Ligand("all", 0, "all", tuple(steps))])
    row = [[0.0, *(mM / 1000 for mM in totals.values())]]
    problem = Problem(system, system.ln_beta(system.log_K(np.array([25.0]))), np.array(row), np.zeros(1))
    expected = {}
    for line in rows_of("mminter/Solution.csv"):
        one, two = line["M"], line["L"]
        species = names[one if two == "free" else two] if "free" in (one, two) else names[one] + names[two]
        expected[species] = float(line["Conc"])
    return problem, expected


def mminter_error(problem: Problem, expected: dict[str, float]) -> float:
    found = dict(zip(problem.chemistry.species, 1000 * solve(problem).species_M[0], strict=True))
    assert len(expected) == 44
    return float(max(abs(found[name] / mM - 1) for name, mM in expected.items()))


def test_four_metals_and_eight_ligands(rows_of: Any) -> None:
    assert mminter_error(*mminter(rows_of)) < 1e-9


def test_a_planted_solution_is_refused(rows_of: Any) -> None:
    problem, expected = mminter(rows_of)
    name = next(iter(expected))
    assert mminter_error(problem, expected | {name: expected[name] * (1 + 1e-8)}) > 1e-9


def carried(step: Step, T_degC: float, I_M: float) -> float:
    """log K of MgATP at other conditions, by our temperature and activity corrections."""
    system: Chemistry = chemistry({"Mg": 2, "ATP": -4}, [Ligand("ATP", -4, "ATP", (step,))])
    there = chemistry(
        {"Mg": 2, "ATP": -4}, [Ligand("ATP", -4, "ATP", (replace(step, log_K=0.0, T_degC=T_degC, I_M=I_M),))]
    )
    return float(system.log_K(np.array([T_degC]))[0, 0] - there.step_constants[0])


def test_the_source_against_itself() -> None:
    """4.10 in Na+ at 25 degC and 0.1 M, and 4.03 printed by the same source for 37 degC and 0.15 M."""
    na = Step("MgATP", (("Mg", 1), ("ATP", 1)), 4.10, 25.0, 0.1, 0.1, 18.4, 2.0)
    assert carried(na, 25.0, 0.1) == pytest.approx(4.10, abs=1e-12)
    stronger = carried(na, 25.0, 0.15) - 4.10
    warmer = carried(replace(na, I_M=0.0), 37.0, 0.0) - 4.10
    assert stronger == pytest.approx(-0.19, abs=0.01)
    assert warmer == pytest.approx(0.125, abs=0.001)
    assert 4.10 + stronger + warmer == pytest.approx(4.03, abs=0.01)
    # both at once, the slope of Debye and Hückel being that of 37 degC on the way back
    assert carried(na, 37.0, 0.15) == pytest.approx(4.03, abs=0.05)


def test_a_planted_unit_of_enthalpy_is_seen() -> None:
    na = Step("MgATP", (("Mg", 1), ("ATP", 1)), 4.10, 25.0, 0.1, 0.1, 18.4 / 4.184, 2.0)
    assert abs(carried(na, 37.0, 0.15) - 4.03) > 0.1


def test_temperature_moves_constants_by_joules() -> None:
    """A published program took enthalpies in kcal for kJ and came to 4.2199; right is 4.3148."""
    k = Step("MgATP", (("Mg", 1), ("ATP", 1)), 4.19, 25.0, 0.0, 0.1, 18.4, 2.0)
    assert carried(k, 37.0, 0.0) == pytest.approx(4.3148, abs=2e-3)


def test_apparent_kd_of_mgatp() -> None:
    """Both conventions on one solution agree to 30 %, and stand above the kinetic 0.069 mM."""
    k = apparent_kd("ATP", "Mg", 7.4, temperature_degC=24.0, ionic_strength_mM=160.0)
    assert k == pytest.approx(0.124, abs=0.001)
    assert load_ligand("ATP", "K-medium").steps[3].sd == 0.2


def test_water() -> None:
    T = np.array([0.0, 20.0, 25.0, 37.0])
    assert density_kg_m3(T) == pytest.approx([999.84, 998.20, 997.05, 993.33], abs=0.01)
    assert permittivity(T)[2] == pytest.approx(78.30, abs=0.01)
    assert debye_hueckel_slope(T)[1:] == pytest.approx([0.5067, 0.5108, 0.5215], abs=2e-4)
    assert 760 * vapour_pressure_atm(T)[1:] == pytest.approx([17.54, 23.76, 47.07], abs=0.05)


@pytest.mark.parametrize(
    ("T_degC", "gassed", "closed", "air"), [(22.0, 7.37, 7.50, 9.2), (37.0, 7.48, 7.41, 9.2)]
)
def test_the_bath_in_three_atmospheres(T_degC: float, gassed: float, closed: float, air: float) -> None:
    """pH by PHREEQC with its own constants."""
    bath = replace(read_recipe("guide-bath"), temperature_degC=T_degC)
    for gas, pH in ((bath.gas, gassed), (None, closed), (Gas("CO2", 4.2e-4), air)):
        assert check(replace(bath, gas=gas), draws=0).pH.value == pytest.approx(pH, abs=0.04)


def test_osmolality_of_the_guide() -> None:
    """PHREEQC's rule plus glucose gives 314 mOsm for the bath; 0.93 of the sum is 278 for the pipette."""
    bath, pipette = check(read_recipe("guide-bath"), draws=0), check(read_recipe("guide-pipette"), draws=0)
    assert bath.osmolality_mOsm.value == pytest.approx(314, abs=6)
    assert bath.osmolality_ideal_mOsm.value == pytest.approx(333, abs=3)
    assert pipette.osmolality_mOsm.value == pytest.approx(278, abs=4)


def test_the_osmotic_coefficient_of_potassium_chloride() -> None:
    """Robinson and Stokes: 0.926 at 0.1 and 0.913 at 0.2 mol/kg."""
    from kalimag.solutions import written_recipe

    for mM, phi in ((100, 0.926), (200, 0.913)):
        found = check(written_recipe({"KCl": f"{mM} mM"}, "25 degC"), draws=0)
        ideal = found.osmolality_ideal_mOsm.value
        assert ideal == pytest.approx(2 * mM, rel=1e-5)
        assert found.osmolality_mOsm.value / ideal == pytest.approx(phi, abs=0.025)
