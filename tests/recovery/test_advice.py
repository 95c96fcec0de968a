"""What to measure next follows from what a parameter does, on the side of the amplifier's sign."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from kalimag.assays.romk_block import fit_patches
from kalimag.assays.romk_block_advice import less_magnesium, more_magnesium, next_step
from kalimag.assays.romk_block_law import BlockLaw, conditions_of
from kalimag.assays.romk_block_result import PatchObservations

LAW, PERMEANT = BlockLaw.load("romk"), BlockLaw.load("romk_permeant")


@pytest.fixture
def patches(benchmark_module: ModuleType) -> Callable[[int], list[PatchObservations]]:
    """Virtual inside-out patches at 110 mM external K+, from -100 to +100 mV."""
    virtual = importlib.import_module("virtual_patches")
    assert benchmark_module.data_set is virtual.data_set
    return lambda count: virtual.data_set(LAW, [110.0] * count, 3, 0)


@pytest.mark.parametrize(
    ("law", "name", "sentence"),
    [
        (
            PERMEANT,
            "K2",
            "Add steps above +100 mV of membrane potential, far above E_K; command below -100 mV.",
        ),
        (PERMEANT, "z_delta_out", "Add steps above +100 mV of membrane potential, far above E_K;"),
        (PERMEANT, "z_delta", "Add steps below -100 mV of membrane potential; command above +100 mV."),
        (LAW, "z_delta", "Add steps below -100 mV of membrane potential; command above +100 mV."),
        (LAW, "run_down", "Repeat the control without Mg2+ after each solution, or exclude the file"),
        (LAW, "K_comp", "Widen the range of external K+"),
    ],
)
def test_what_tells_a_parameter(
    patches: Callable[[int], list[PatchObservations]], law: BlockLaw, name: str, sentence: str
) -> None:
    assert next_step(law, patches(1)[0], name).startswith(sentence)


def test_where_command_and_membrane_agree_only_one_is_named(
    patches: Callable[[int], list[PatchObservations]],
) -> None:
    (seen,) = patches(1)
    told = next_step(PERMEANT, replace(seen, command_mV=seen.V_mV), "K2")
    assert told == "Add steps above +100 mV of membrane potential, far above E_K."


def test_an_exit_that_the_data_do_not_show_asks_for_steps_far_above_E_K(
    patches: Callable[[int], list[PatchObservations]],
) -> None:
    found = fit_patches(PERMEANT, patches(4))
    assert not found.outcome.converged
    assert "Add steps above +100 mV of membrane potential, far above E_K" in found.outcome.sentence
    assert "Add steps below" not in found.outcome.sentence


def test_a_run_down_at_its_limit_asks_for_controls(
    patches: Callable[[int], list[PatchObservations]],
) -> None:
    """Currents that fall a thousandfold from the first file on: only the controls can tell why."""

    def falling(seen: PatchObservations) -> PatchObservations:
        arrays = {k: v for k, v in vars(seen).items() if isinstance(v, np.ndarray)}
        control = seen.Mg_mM == 0
        whole = replace(seen, **{k: np.concatenate([v, v[control]]) for k, v in arrays.items()})
        file = np.repeat(np.arange(5), 9)
        current = LAW.evaluate(conditions_of(whole), {"g_max": 2e3, "Ki0": 5.0})["romk.I_K"]
        noise = np.random.default_rng(1).standard_normal(len(current))
        return replace(
            whole, file=file, time_s=60.0 * file, I_pA=current * np.exp(-2.0 * file) + 0.01 * noise
        )

    found = fit_patches(LAW, [falling(seen) for seen in patches(2)])
    assert found.outcome.kind == "at_bound", found.outcome.sentence
    assert "run_down ran to the limit of the search" in found.outcome.sentence
    assert "Repeat the control without Mg2+" in found.outcome.sentence
    assert "steps" not in found.outcome.sentence


def test_little_magnesium_has_to_be_buffered() -> None:
    assert "must be buffered" in less_magnesium(0.02)
    assert less_magnesium(0.5) == "Add Mg2+ below 0.5 mM."
    assert more_magnesium(12.0) == "Add Mg2+ of 20 mM or more."
