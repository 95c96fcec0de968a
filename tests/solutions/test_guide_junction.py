"""The junction potential of the guide's pipette against its bath: speciated pipette, published values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalimag.errors import InvalidInput
from kalimag.solutions.balance import Addition, Problem
from kalimag.solutions.chemistry import LN10, chemistry
from kalimag.solutions.constants import load_ligand
from kalimag.solutions.equilibrium import solve
from kalimag.solutions.junction import henderson_mV
from kalimag.solutions.reversal import junction_between, osmolality_difference, reversal_potentials
from kalimag.solutions.side import Ranged, Side
from kalimag.solutions.water import debye_hueckel_slope

CHARGES = {"K": 1, "Na": 1, "Cl": -1, "Mg": 2, "ATP": -4, "GTP": -4, "gluconate": -1, "HEPES": -1}
LIGANDS = ("ATP", "GTP", "gluconate", "HEPES", "OH")
# The bath as the published table has it: CO2 and pairs of Mg2+ and Ca2+ left out, 1 meq/l short of cations.
BATH = {
    "Na": (1, 153.65), "K": (1, 3.0), "Mg": (2, 2.0), "Ca": (2, 2.0), "Cl": (-1, 133.0),
    "HCO3": (-1, 26.4), "SO4": (-2, 2.0), "H2PO4": (-1, 0.25), "HPO4": (-2, 1.0),
}  # fmt: skip
PUBLISHED = [  # MgCl2 in mM, degC, Henderson, Nernst–Planck
    (0, 22, 15.227, 15.479), (1, 22, 14.981, 15.234), (5, 22, 13.959, 14.170), (10, 22, 12.752, 12.912),
    (0, 37, 16.121, 16.406), (1, 37, 15.865, 16.151), (5, 37, 14.803, 15.041), (10, 37, 13.546, 13.729),
]  # fmt: skip


def pipette(MgCl2_mM: float, T_degC: float, sd: float = 0.0, rows: int = 1) -> Side:
    ligands = [load_ligand(name, "K-medium") for name in LIGANDS]
    system = chemistry(CHARGES, ligands)
    put = {"H": 40 + 4 + 0.6, "K": 115, "Na": 4.6, "Cl": 4 + 2 * MgCl2_mM, "Mg": 2 + MgCl2_mM}
    put |= {"ATP": 2, "GTP": 0.3, "gluconate": 115, "HEPES": 40}
    T = np.full(rows, float(T_degC))
    log_K = system.log_K(T) + sd * np.random.default_rng(2).standard_normal((rows, len(system.steps)))
    log_K[0] = system.log_K(T)[0]
    KOH = Addition("KOH", {"K": 1.0, "H": -1.0}, "K")
    totals = np.repeat([[put[name] * 1e-3 for name in system.components]], rows, axis=0)
    held = {"H": np.full(rows, -7.2 * LN10)}
    found = solve(Problem(system, system.ln_beta(log_K), totals, debye_hueckel_slope(T), held, (KOH,)))
    assert found.converged.all()
    made_of = {step.species: ligand.name for ligand in ligands for step in ligand.steps}
    return Side("pipette", float(T_degC), 7.2, system.species, system.charges, found.species_M * 1e3, made_of)


def bath(T_degC: float, **changed: float) -> Side:
    amounts = {name: amount for name, (_, amount) in BATH.items()} | changed
    charges = np.array([z for z, _ in BATH.values()], dtype=float)
    return Side("bath", float(T_degC), 7.4, tuple(BATH), charges, np.array([list(amounts.values())]))


@pytest.mark.parametrize(("MgCl2", "T", "henderson", "nernst_planck"), PUBLISHED)
def test_the_published_table_is_met(MgCl2: float, T: float, henderson: float, nernst_planck: float) -> None:
    inside = pipette(MgCl2, T)
    as_typed = junction_between(inside, bath(T))
    closed = junction_between(inside, bath(T, Na=154.65))
    assert as_typed.henderson_mV[0] == pytest.approx(henderson, abs=2e-3)
    assert closed.nernst_planck_mV[0] == pytest.approx(nernst_planck, abs=2e-3)


def test_what_nobody_speciated_is_elsewhere() -> None:
    inside = pipette(0, 22)
    K = inside.species.index("K")
    amounts = inside.species_mM.copy()
    amounts[:, K] -= 18.16  # as if KOH did not count, the planted error
    wrong = junction_between(replace(inside, species_mM=amounts), bath(22, Na=154.65))
    assert abs(wrong.nernst_planck_mV[0] - 15.479) > 0.1


def test_reversal_potentials_of_the_guide() -> None:
    found = {
        T: {ion: rows[0] for ion, rows in reversal_potentials(pipette(0, T), bath(T)).items()}
        for T in (22, 37)
    }
    assert found[22]["K"] == pytest.approx(-96.5, abs=0.1)
    assert found[37]["K"] == pytest.approx(-102.2, abs=0.1)
    assert found[22]["Na"] == pytest.approx(89.2, abs=0.1)
    assert found[37]["Na"] == pytest.approx(93.8, abs=0.1)
    assert found[22]["Cl"] == pytest.approx(-89.1, abs=0.1)
    assert reversal_potentials(pipette(10, 22), bath(22))["Cl"][0] == pytest.approx(-43.6, abs=0.1)


def test_inside_out_the_bath_is_inside() -> None:
    there = reversal_potentials(pipette(1, 22), bath(22))
    back = reversal_potentials(pipette(1, 22), bath(22), "inside-out")
    assert {ion: rows[0] for ion, rows in back.items()} == pytest.approx(
        {ion: -rows[0] for ion, rows in there.items()}
    )


def test_the_interval_counts_constants_and_mobilities() -> None:
    found = junction_between(pipette(1, 22, sd=0.1, rows=200), bath(22, Na=154.65))
    reach = Ranged.of(found.nernst_planck_mV)
    assert reach.low < reach.value < reach.high
    assert 0.2 < reach.high - reach.low < 3.0
    assert found.inputs.shape == (200, len(found.input_names))
    assert "mobility of gluconate" in found.input_names
    assert "Mggluconate" in {mobility.ion for mobility in found.assumed}
    alone = junction_between(pipette(1, 22), bath(22, Na=154.65))
    assert found.nernst_planck_mV[0] == pytest.approx(alone.nernst_planck_mV[0], abs=1e-7)


def test_two_temperatures_are_refused() -> None:
    with pytest.raises(InvalidInput, match="one is at 22 degC and the other at 37 degC"):
        junction_between(pipette(1, 22), bath(37))


def test_osmolality_is_pipette_minus_bath() -> None:
    inside, outside = replace(pipette(1, 22), osmolality_mOsm=np.array([280.0])), bath(22)
    assert osmolality_difference(inside, replace(outside, osmolality_mOsm=np.array([310.0])))[0] == -30.0


def test_a_sign_that_is_turned_round_does_not_pass() -> None:
    inside, outside = pipette(0, 22), bath(22, Na=154.65)
    assert junction_between(outside, inside).nernst_planck_mV[0] == pytest.approx(-15.479, abs=2e-3)
    salt = np.array([[150.0, 150.0]])
    assert (
        henderson_mV(np.array([1.0, -1]), np.array([[0.682, 1.04]]), salt, salt / 100, np.array([22.0]))[0]
        < 0
    )
