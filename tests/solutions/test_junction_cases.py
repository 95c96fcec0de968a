"""Published junctions: our two ways against values computed elsewhere, and the properties both must have."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalimag.errors import InvalidInput
from kalimag.solutions.junction import (
    FARADAY_C,
    GAS_CONSTANT_J,
    JunctionIon,
    closed_with,
    henderson_mV,
    junction_potential,
    nernst_planck_mV,
)

# The published table was made with CODATA 2014, 3.5e-7 below the exact constants of 2019: 2e-5 mV in 55 mV.
OLDER = (8.3144598 / 96485.33289) / (GAS_CONSTANT_J / FARADAY_C)
NAMES = (
    "JLJP screenshot", "NgBarry NaCl50:KCl50", "NgBarry NaCl150:KCl150", "NgBarry NaCl50:CsCl50",
    "NgBarry NaCl100:MgCl2 100", "NgBarry CaCl2 100:MgCl2 100", "NgBarry Ca50Mg50:Li100", "JPCalcWin p7",
    "Harper NaCl", "Harper HCl", "PatchKGlu",
)  # fmt: skip


@pytest.fixture(scope="module")
def cases(shared: Path) -> dict[str, dict[str, str]]:
    with (shared / "data" / "bench" / "ljp" / "ljp_cases.csv").open(newline="") as file:
        found = {row["name"]: row for row in csv.DictReader(file)}
    assert set(found) == set(NAMES)
    return found


def ions_of(case: dict[str, str]) -> list[JunctionIon]:
    rows = json.loads(case["ions"])
    return [
        JunctionIon(i["ion"], i["z"], i["lambda_eq"] / abs(i["z"]), i["c_pipette_mM"], i["c_bath_mM"])
        for i in rows
    ]


@pytest.mark.parametrize("name", NAMES)
def test_nernst_planck_agrees_with_the_published_converged_values(
    cases: dict[str, dict[str, str]], name: str
) -> None:
    case = cases[name]
    # One table is 2 meq/l short of cations; its converged value is that of the table closed with its last.
    ions = closed_with(ions_of(case), "Na") if name == "PatchKGlu" else ions_of(case)
    found = junction_potential(ions, float(case["T_C"])).nernst_planck_mV
    assert found * OLDER == pytest.approx(float(case["NP_converged_mV"]), abs=1e-6)
    assert found == pytest.approx(float(case["NP_converged_mV"]), abs=3e-5)


@pytest.mark.parametrize("name", NAMES)
def test_henderson_agrees_with_the_published_values(cases: dict[str, dict[str, str]], name: str) -> None:
    case = cases[name]
    ions = ions_of(case)  # as printed, also where it is not electroneutral
    z, u, start, end = np.array([[ion.z, ion.mobility, ion.pipette_mM, ion.bath_mM] for ion in ions]).T
    found = henderson_mV(z, u[None], start[None], end[None], np.array([float(case["T_C"])]))[0]
    assert found * OLDER == pytest.approx(float(case["Henderson_mV"]), abs=1e-6)


def test_the_check_fails_on_a_planted_error(cases: dict[str, dict[str, str]]) -> None:
    case = cases["JLJP screenshot"]
    ions = ions_of(case)
    unspeciated = [replace(ion, mobility=ion.mobility * 1.0001) if ion.z == 2 else ion for ion in ions]
    found = junction_potential(unspeciated, float(case["T_C"])).nernst_planck_mV
    assert abs(found * OLDER - float(case["NP_converged_mV"])) > 1e-5
    assert abs(-20.79558643 - float(case["NP_converged_mV"])) > 1e-5  # a thousand Euler steps are too few


def test_a_table_that_lacks_a_counter_ion_is_refused(cases: dict[str, dict[str, str]]) -> None:
    with pytest.raises(InvalidInput, match="the pipette has 2 meq/l more anions"):
        junction_potential(ions_of(cases["PatchKGlu"]), 25.0)


def test_one_salt_at_two_dilutions_is_known_exactly() -> None:
    ions = [JunctionIon("K", 1, 0.7, 150.0, 3.0), JunctionIon("X", -1, 0.3, 150.0, 3.0)]
    found = junction_potential(ions, 25.0)
    exact = 1e3 * GAS_CONSTANT_J * 298.15 / FARADAY_C * -(0.7 - 0.3) * np.log(3.0 / 150.0)
    assert found.nernst_planck_mV == pytest.approx(exact, abs=1e-8)
    assert found.henderson_mV == pytest.approx(exact, abs=1e-10)


VALENCES = np.array([1.0, 1, 2, 2, -1, -1, -2, -3, -4, 1])
amounts = st.lists(st.one_of(st.just(0.0), st.floats(1e-3, 300.0)), min_size=10, max_size=10)
paces = st.lists(st.floats(0.1, 5.0), min_size=10, max_size=10)


def neutral(raw: list[float]) -> np.ndarray:
    found = np.array(raw) + np.array([1.0, 0, 0, 0, 1.0, 0, 0, 0, 0, 0])
    charge = VALENCES @ found
    found[4 if charge > 0 else 0] += abs(charge)
    return found


@settings(max_examples=80, deadline=None)
@given(amounts, amounts, paces)
def test_the_other_way_round_is_the_negative_and_scale_is_nothing(
    left: list[float], right: list[float], pace: list[float]
) -> None:
    start, end, u = neutral(left)[None], neutral(right)[None], np.array(pace)[None]
    T = np.array([22.0])
    for way in (henderson_mV, nernst_planck_mV):
        there, back = way(VALENCES, u, start, end, T)[0], way(VALENCES, u, end, start, T)[0]
        assert there == pytest.approx(-back, abs=1e-6)
        assert way(VALENCES, u * 7.5, start * 1e-3, end * 1e-3, T)[0] == pytest.approx(there, abs=1e-6)
        assert way(VALENCES, u, start, start, T)[0] == pytest.approx(0.0, abs=1e-9)


def test_many_rows_at_once_are_the_same_as_one_by_one() -> None:
    rng = np.random.default_rng(4)
    start, end = (np.array([neutral(list(row)) for row in rng.uniform(0, 100, (6, 10))]) for _ in range(2))
    u, T = rng.uniform(0.1, 1, (6, 10)), np.linspace(10, 37, 6)
    together = nernst_planck_mV(VALENCES, u, start, end, T)
    one_by_one = [nernst_planck_mV(VALENCES, u[[k]], start[[k]], end[[k]], T[[k]])[0] for k in range(len(T))]
    assert together == pytest.approx(one_by_one, abs=1e-7)
