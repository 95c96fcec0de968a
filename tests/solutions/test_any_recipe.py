"""Any recipe has a solution, and it obeys the balances: zeros, huge and tiny totals, every pH."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalimag.solutions import check, written_recipe
from kalimag.solutions.balance import Addition, Problem
from kalimag.solutions.chemistry import LN10, Chemistry, chemistry
from kalimag.solutions.constants import ligand_names, load_ligand
from kalimag.solutions.equilibrium import Equilibrium, solve
from kalimag.solutions.water import Array, debye_hueckel_slope

KOH, HCl = Addition("KOH", {"K": 1.0, "H": -1.0}, "K"), Addition("HCl", {"Cl": 1.0, "H": 1.0}, "Cl")


def everything(convention: str) -> Chemistry:
    """All ligands of the library together with H, Mg, Ca, K, Na and Cl."""
    ligands = [load_ligand(name, convention) for name in ("OH", *(n for n in ligand_names() if n != "OH"))]
    charges = {"Mg": 2, "Ca": 2, "K": 1, "Na": 1, "Cl": -1}
    return chemistry(charges | {one.name: one.charge for one in ligands if one.name != "OH"}, ligands)


def random_recipes(system: Chemistry, rows: int, seed: int) -> Problem:
    """Amounts from 1e-12 to 2 M, half of them zero; protons make up for the charges."""
    rng = np.random.default_rng(seed)
    shape = rows, len(system.components)
    totals = 10 ** rng.uniform(-12, 0.3, shape) * (rng.random(shape) < 0.5)
    totals[:, 0] = -totals[:, 1:] @ system.charges[1 : shape[1]]
    T = rng.uniform(5, 40, rows)
    return Problem(system, system.ln_beta(system.log_K(T)), totals, debye_hueckel_slope(T))


def titrated(problem: Problem, pH: Array, rows: Array, titrant: Addition) -> Problem:
    return replace(
        problem,
        ln_beta=problem.ln_beta[rows],
        totals_M=problem.totals_M[rows],
        slope=problem.slope[rows],
        held={"H": -LN10 * pH[rows]},
        additions=(titrant,),
    )


def imbalance(found: Equilibrium) -> float:
    """Largest error of mass and charge, relative to what there is in the row."""
    problem, system = found.problem, found.problem.chemistry
    wanted = problem.totals_M.copy()
    for number, addition in enumerate(problem.additions):
        for name, count in addition.parts.items():
            wanted[:, system.index(name)] += count * found.added_M[:, number]
    mass = np.abs(found.species_M @ system.stoichiometry - wanted)
    most = found.species_M @ np.abs(system.stoichiometry)
    scale = np.maximum(np.maximum(most, np.abs(wanted)), 1e-30)
    scale[:, 0] = np.maximum(scale[:, 0], np.abs(found.added_M).sum(axis=1))
    charge = np.abs(found.species_M @ system.charges) / (found.species_M @ np.abs(system.charges))
    return float(max((mass / scale).max(), charge.max()))


@pytest.mark.parametrize("convention", ["K-medium", "R4N"])
def test_ten_thousand_recipes(convention: str) -> None:
    system = everything(convention)
    problem = random_recipes(system, 5000, seed=7)
    found = solve(problem)
    assert found.converged.all()
    assert imbalance(found) < 1e-10
    before = -found.ln_activity[:, 0] / LN10
    pH = np.random.default_rng(8).uniform(2, 12, 5000)
    for titrant, rows in ((KOH, np.flatnonzero(pH > before)), (HCl, np.flatnonzero(pH < before))):
        again = solve(titrated(problem, pH, rows, titrant))
        assert len(rows) > 500
        assert again.converged.all()
        assert imbalance(again) < 1e-10
        assert (again.added_M > 0).all()


def test_an_error_planted_in_the_balances_is_seen() -> None:
    found = solve(random_recipes(everything("R4N"), 20, seed=3))
    found.species_M[:, 1] *= 1 + 1e-6
    assert imbalance(found) > 1e-10


def test_what_cannot_be_is_an_outcome_and_no_number() -> None:
    problem = random_recipes(everything("R4N"), 200, seed=5)
    before = -solve(problem).ln_activity[:, 0] / LN10
    rows = np.flatnonzero((before > 6) & (problem.totals_M[:, 3] == 0))
    found = solve(titrated(problem, np.full(200, 2.0), rows, KOH))
    assert len(rows) > 10
    assert not found.converged.any()
    assert np.isnan(found.species_M).all()
    assert np.isnan(found.I_M).all()


AMOUNT = st.floats(1e-3, 60.0).map(lambda mM: f"{mM:.6g} mM")
SALTS = (
    "KCl",
    "NaCl",
    "MgCl2",
    "CaCl2",
    "ATP-Mg",
    "K-gluconate",
    "HEPES",
    "EGTA",
    "K-citrate",
    "MgSO4",
    "NaH2PO4",
)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.sampled_from(SALTS), AMOUNT, min_size=2),
    st.sampled_from(["K-medium", "R4N"]),
    st.data(),
)
def test_the_order_of_salts_does_not_matter(
    salts: dict[str, str], convention: str, data: st.DataObject
) -> None:
    shuffled = dict(data.draw(st.permutations(list(salts.items()))))
    wide = {name: {"amount": amount, "unusual": True} for name, amount in salts.items()}
    other = {name: {"amount": amount, "unusual": True} for name, amount in shuffled.items()}
    one, two = (check(written_recipe(each, constants=convention), draws=0) for each in (wide, other))  # type: ignore[arg-type]
    assert one.free_mM.keys() == two.free_mM.keys()
    for name, number in one.free_mM.items():
        assert two.free_mM[name].value == pytest.approx(number.value, rel=1e-9, abs=1e-15)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["MgCl2", "CaCl2", "Mg-gluconate"]),
    st.lists(st.floats(0.0, 100.0), min_size=2, max_size=2, unique=True),
    st.sampled_from(["K-medium", "R4N"]),
    st.floats(6.0, 8.0),
)
def test_more_metal_is_more_free_metal(salt: str, mM: list[float], convention: str, pH: float) -> None:
    metal = salt[:2]
    rest = {"KCl": "100 mM", "HEPES": "20 mM", "EGTA": "5 mM", "K2ATP": "3 mM", "citric acid": "3 mM"}
    recipe = written_recipe(rest, pH=pH, titrant="KOH", constants=convention)
    low, high = (check(recipe.with_amount(salt, amount), draws=0) for amount in sorted(mM))
    if max(mM) - min(mM) > 1e-6:
        assert low.free_mM[metal].value < high.free_mM[metal].value


@pytest.mark.parametrize("pH", [2.0, 4.0, 10.0, 12.0])
def test_an_unusual_pH(pH: float) -> None:
    titrant = "HCl" if pH < 3 else "KOH"
    found = check(
        written_recipe({"KCl": "100 mM", "MgCl2": "2 mM", "Na2ATP": "2 mM"}, pH=pH, titrant=titrant), draws=0
    )
    assert sum(found.charges[n] * v.value for n, v in found.species_mM.items()) == pytest.approx(0, abs=1e-9)
    assert found.pH.value == pytest.approx(pH)


def test_beyond_the_activity_model_is_said() -> None:
    found = check(written_recipe({"KCl": "450 mM", "MgCl2": "100 mM"}), draws=0)
    assert [f.rule for f in found.findings] == ["activity-model"]
    assert found.findings[0].value == pytest.approx(750, rel=0.01)
    assert not check(written_recipe({"KCl": "450 mM"}), draws=0).findings
