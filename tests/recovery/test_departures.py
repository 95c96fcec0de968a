"""What the law cannot say is said: a wrong law, a wrong voltage, and nothing where all is well."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from kalimag.assays.romk_block import fit_patches
from kalimag.assays.romk_block_law import BlockLaw, conditions_of
from kalimag.assays.romk_block_result import PatchObservations, RomkBlockResult

LAW, PERMEANT = BlockLaw.load("romk"), BlockLaw.load("romk_permeant")
Made = Callable[..., list[PatchObservations]]
WIDE_STEPS = np.linspace(-100.0, 100.0, 11)


@pytest.fixture
def made(benchmark_module: ModuleType) -> Made:
    """Patches at one external K+ each, with their currents made anew by another law, or bent."""
    virtual = importlib.import_module("virtual_patches")
    assert benchmark_module.data_set is virtual.data_set

    def build(
        K_out: Sequence[float],
        law: BlockLaw = LAW,
        *,
        power: float = 1.0,
        bend: float = 0.0,
        error_mV: float = 0.0,
        said_K_out: float | None = None,
        seed: int = 3,
        **numbers: float,
    ) -> list[PatchObservations]:
        rng, found = np.random.default_rng(seed), []
        for seen in virtual.data_set(LAW, K_out, seed, 0):
            own = {"Ki0": 5.0 * np.exp(0.15 * rng.standard_normal()), "z_delta": 0.6, "g_max": 20.0} | numbers
            held: dict[str, Any] = conditions_of(seen) | {"inner.Mg": seen.Mg_mM**power}
            bent = 1.0 + bend * seen.V_mV / 200.0
            current = law.evaluate(held, own)["romk.I_K"] * bent + 0.3 * seen.V_mV
            noise = 0.01 * np.abs(current) + 0.5
            found.append(
                replace(
                    seen,
                    I_pA=current + noise * rng.standard_normal(len(current)),
                    sem_pA=noise,
                    V_mV=seen.V_mV + error_mV,
                    K_out_mM=seen.K_out_mM if said_K_out is None else said_K_out,
                )
            )
        return found

    return build


def failed(found: RomkBlockResult) -> str:
    assert found.outcome.kind == "failed", found.outcome.sentence
    assert all(row.value is None and row.reason for row in found.parameters.values())
    assert all(row.value is None for row in (*found.pooled.values(), *found.by_K_out.values()))
    return found.outcome.sentence


@pytest.mark.parametrize("patches", [1, 2, 4, 7])
def test_a_blocker_that_permeates_is_not_fitted_by_one_that_does_not(made: Made, patches: int) -> None:
    seen = made([110.0] * patches, PERMEANT, K2=0.05, z_delta_out=0.8)
    wrong = fit_patches(LAW, seen)
    sentence = failed(wrong)
    assert "the law does not fit: block grows with voltage by a z_delta of" in sentence
    assert "--model romk_permeant" in sentence
    assert any("the law does not fit" in text for text in wrong.warnings)
    assert wrong.patches[0].misfit_percent_of_largest_current > 0.5
    right = fit_patches(PERMEANT, seen)
    assert right.outcome.kind == ("converged" if patches > 1 else "flat_direction"), right.outcome.sentence
    assert not right.warnings


def test_a_power_of_magnesium_that_is_not_one_is_seen(made: Made) -> None:
    sentence = failed(fit_patches(LAW, made([110.0] * 4, power=1.4)))
    assert "Mg2+ acts with the power 1." in sentence
    assert "No other law" in sentence


def test_a_bent_control_is_seen(made: Made) -> None:
    assert "the conductance without Mg2+ changes by" in failed(fit_patches(LAW, made([110.0] * 4, bend=0.8)))


def test_a_small_departure_is_a_warning(made: Made) -> None:
    found = fit_patches(LAW, made([110.0] * 6, power=1.1))
    assert found.outcome.kind == "converged"
    assert any("the law may not fit: Mg2+ acts with the power 1.1" in text for text in found.warnings)


@pytest.mark.parametrize("seed", range(20))
def test_a_law_that_fits_raises_no_alarm(made: Made, seed: int) -> None:
    found = fit_patches(LAW, made([5.0, 25.0, 110.0] * 2, seed=seed))
    assert not [text for text in found.warnings if "law" in text or "reverses" in text or "possible" in text]
    assert all(fit.used for fit in found.patches)


@pytest.mark.parametrize(("K_out", "error_mV"), [(5.0, 8.0), (5.0, -15.0), (25.0, -8.0), (110.0, 15.4)])
def test_voltages_that_are_off_are_not_converged(made: Made, K_out: float, error_mV: float) -> None:
    found = fit_patches(LAW, made([K_out] * 4, error_mV=error_mV))
    sentence = failed(found)
    assert "the current without Mg2+ reverses at" in sentence
    assert "junction potential" in sentence
    for fit in found.patches:
        assert fit.departures is not None
        shift = fit.departures.found["shift_mV"]
        assert abs(shift.value + error_mV) < 4 * shift.sd + 0.1


def test_voltages_that_are_a_little_off_are_a_warning(made: Made) -> None:
    found = fit_patches(LAW, made([25.0] * 4, error_mV=3.5))
    assert found.outcome.kind == "converged"
    assert sum("reverses at" in text for text in found.warnings) == 4


def test_a_slip_in_the_external_K_is_named_with_what_it_would_be(made: Made) -> None:
    wrong, *others = made([25.0], said_K_out=2.5) + made([25.0] * 4)
    found = fit_patches(LAW, [wrong, *others])
    assert found.patches[0].outcome.kind == "failed"
    assert "Not used: p01, the current without Mg2+ reverses" in found.outcome.sentence
    assert any("of 2" in text and "instead of 2.5 mM would do it" in text for text in found.warnings)


def test_the_sign_of_the_junction_potential_is_suspected_where_it_explains_all(made: Made) -> None:
    """Inside-out with V_LJ of -4 mV: V_m = -(V_cmd + 4 mV); read with +4 mV it is 8 mV higher."""
    seen = [
        replace(one, command_mV=-(one.V_mV - 8.0) - 4.0, series_error_mV=0 * one.V_mV)
        for one in made([25.0] * 4, error_mV=8.0)
    ]
    assert "which fits with the opposite sign" in failed(fit_patches(LAW, seen))


def test_a_unit_slip_in_all_magnesium_is_suspected(made: Made) -> None:
    seen = [replace(one, Mg_mM=1e-3 * one.Mg_mM) for one in made([110.0] * 4)]
    (text,) = fit_patches(LAW, seen).warnings
    assert "outside the" in text
    assert "All Mg2+ given in uM instead of mM would do this." in text


def test_an_interval_over_two_decades_is_no_answer(made: Made) -> None:
    seen = made([110.0] * 3)
    scattered = [
        replace(one, Mg_mM=one.Mg_mM * fold) for one, fold in zip(seen, (0.02, 1.0, 20.0), strict=True)
    ]
    found = fit_patches(LAW, scattered)
    assert found.outcome.kind == "flat_direction"
    assert "spans more than 100-fold" in found.outcome.sentence
    row = found.parameters["Ki0"]
    assert row.value is None
    assert row.low is not None


@pytest.mark.parametrize("slip", [0.1, 10.0, 1000.0])
def test_the_magnesium_of_one_file_is_named_and_not_the_voltages(made: Made, slip: float) -> None:
    wrong, *others = made([25.0] * 5)
    odd = wrong.file == 2
    planted = replace(wrong, Mg_mM=np.where(odd, wrong.Mg_mM * slip, wrong.Mg_mM), files=tuple("abcd"))
    found = fit_patches(LAW, [planted, *others])
    assert not found.patches[0].used
    (text,) = found.warnings
    assert text.startswith("p01: the currents of c fit ")
    assert found.patches[0].odd_dose is not None
    assert found.patches[0].odd_dose.fitted_mM == pytest.approx(2.0, rel=0.1)
    assert all(fit.odd_dose is None for fit in found.patches[1:])
