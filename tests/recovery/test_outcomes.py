"""How a block fit ends when the data cannot tell, and what it tells the person to measure."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from kalimag.assays.romk_block import fit_patches
from kalimag.assays.romk_block_law import BlockLaw, conditions_of
from kalimag.assays.romk_block_result import PatchObservations, RomkBlockResult
from kalimag.errors import InvalidInput, UsageProblem

Change = Callable[[PatchObservations], PatchObservations]
LAW = BlockLaw.load("romk")


@pytest.fixture
def patches(benchmark_module: ModuleType) -> Callable[..., list[PatchObservations]]:
    """Virtual patches by external K+, each changed by a function."""
    virtual = importlib.import_module("virtual_patches")
    assert benchmark_module.data_set is virtual.data_set

    def made(*K_out: float, change: Change = lambda seen: seen, seed: int = 3) -> list[PatchObservations]:
        return [change(seen) for seen in virtual.data_set(LAW, K_out, seed, 0)]

    return made


def only(seen: PatchObservations, keep: np.ndarray) -> PatchObservations:
    """The same patch with some of its points."""
    arrays = {k: v[keep] for k, v in vars(seen).items() if isinstance(v, np.ndarray)}
    return replace(seen, **arrays)


def remade(seen: PatchObservations) -> PatchObservations:
    """The same patch with its currents made anew from its Mg2+ and a little noise."""
    current = LAW.evaluate(conditions_of(seen), {"g_max": 20.0, "Ki0": 5.0})["romk.I_K"]
    return replace(seen, I_pA=current + 0.3 * np.random.default_rng(1).standard_normal(len(current)))


def without_block(seen: PatchObservations) -> PatchObservations:
    return replace(remade(replace(seen, Mg_mM=0 * seen.Mg_mM)), Mg_mM=seen.Mg_mM)


def saturated(seen: PatchObservations) -> PatchObservations:
    return remade(replace(seen, Mg_mM=500.0 + 200.0 * seen.Mg_mM))


def test_an_answer_is_plain_json_and_its_own_repeat(patches: Callable[..., list[PatchObservations]]) -> None:
    seen = patches(5.0, 25.0, 110.0, 5.0, 25.0, 110.0)
    first, again = (fit_patches(LAW, seen, seed=5).as_json() for _ in range(2))
    assert json.dumps(first, allow_nan=False) == json.dumps(again, allow_nan=False)
    assert first["outcome"] == "converged"
    assert set(first["parameters"]) == {"Ki0", "K_comp", "z_delta", "between_patch_sd"}
    row = first["parameters"]["Ki0"]
    assert row["low"] < row["value"] < row["high"]
    assert (row["unit"], row["level"], row["n_patches"]) == ("mM", 0.95, 6)
    other = fit_patches(LAW, seen, seed=6).as_json()["parameters"]["Ki0"]
    assert other["value"] == pytest.approx(row["value"], rel=1e-5)
    assert other["high"] == pytest.approx(row["high"], rel=1e-3)


@pytest.mark.parametrize(
    ("change", "kind", "sentence"),
    [
        (lambda seen: only(seen, np.abs(seen.V_mV) <= 25.0), "flat_direction", r"steps above \+25 mV"),
        (lambda seen: replace(seen, Mg_mM=1e-3 * seen.Mg_mM, I_pA=seen.I_pA), "converged", "Ki0 is 0.00"),
        (lambda seen: only(seen, seen.Mg_mM < 1.0), "flat_direction", r"Add Mg2\+ of \d+ mM or more"),
        (lambda seen: replace(seen, I_pA=-seen.I_pA), "failed", "wrong sign"),
        (without_block, "failed", "no block is seen up to 8 mM"),
        (
            lambda seen: replace(seen, V_mV=-seen.V_mV, I_pA=-seen.I_pA),
            "at_bound",
            "z_delta ran to the limit",
        ),
        (saturated, "flat_direction", "Add a control without"),
        (lambda seen: replace(seen, Mg_mM=0 * seen.Mg_mM), "failed", "no recording with Mg2"),
        (lambda seen: only(seen, seen.Mg_mM == 2.0), "failed", "one Mg2"),
        (lambda seen: replace(seen, excluded="seal broke"), "failed", "seal broke"),
    ],
)
def test_outcomes(
    patches: Callable[..., list[PatchObservations]], change: Change, kind: str, sentence: str
) -> None:
    found = fit_patches(LAW, patches(*[110.0] * 4, change=change))
    assert_says(found, kind, sentence)


def assert_says(found: RomkBlockResult, kind: str, sentence: str) -> None:
    """The outcome is of this kind and says this; unless it converged, no parameter has a value."""
    assert found.outcome.kind == kind, found.outcome.sentence
    assert re.search(sentence, found.outcome.sentence), found.outcome.sentence
    json.dumps(found.as_json(), allow_nan=False)
    if kind != "converged":
        assert all(row.value is None and row.reason for row in found.parameters.values())


def test_one_patch_has_a_value_and_no_interval(patches: Callable[..., list[PatchObservations]]) -> None:
    found = fit_patches(LAW, patches(110.0))
    assert found.outcome.kind == "flat_direction"
    assert "One patch gives no interval over patches" in found.outcome.sentence
    row = found.parameters["Ki0"]
    assert row.value is not None
    assert (row.low, row.high) == (None, None)
    assert found.patches[0].parameters["Ki0"].closed


def test_one_level_of_external_K_says_nothing_about_K_comp(
    patches: Callable[..., list[PatchObservations]],
) -> None:
    found = fit_patches(LAW, patches(*[40.0] * 4))
    assert found.outcome.kind == "converged"
    assert found.parameters["Ki0"].at == "0 mV, external K+ 40 mM"
    assert found.parameters["K_comp"].value is None
    assert "levels" in found.parameters["K_comp"].reason


def test_a_patch_that_cannot_tell_is_named_and_left_out(
    patches: Callable[..., list[PatchObservations]],
) -> None:
    seen = patches(*[110.0] * 5)
    seen[2] = only(seen[2], np.abs(seen[2].V_mV) <= 25.0)
    found = fit_patches(LAW, seen)
    assert found.outcome.kind == "converged"
    assert "Not used: p03, the voltages span" in found.outcome.sentence
    assert found.parameters["Ki0"].n_patches == 4
    assert found.patches[2].parameters["z_delta"].value is None


def test_the_wrong_law_of_external_K_is_doubted(patches: Callable[..., list[PatchObservations]]) -> None:
    seen = patches(*[1.0, 10.0, 110.0] * 5)
    wrong = fit_patches(BlockLaw.load("romk_power"), seen)
    assert any("departs from the law 'romk_power'" in warning for warning in wrong.warnings)
    assert not fit_patches(LAW, seen).warnings


@pytest.mark.parametrize("wrong", [{"level": 1.0}, {"level": 0.2}, {"seed": -1}])
def test_what_is_refused(patches: Callable[..., list[PatchObservations]], wrong: dict[str, float]) -> None:
    with pytest.raises(UsageProblem, match="a level of 0"):
        fit_patches(LAW, patches(110.0), **wrong)  # type: ignore[arg-type]


def test_a_law_without_block_is_refused() -> None:
    with pytest.raises((UsageProblem, InvalidInput)):
        BlockLaw.load("membrane")


def test_run_down_is_fitted_where_a_control_is_repeated(
    patches: Callable[..., list[PatchObservations]],
) -> None:
    def fading(seen: PatchObservations) -> PatchObservations:
        last = only(seen, seen.Mg_mM == 0)
        joined = {
            key: np.concatenate([value, getattr(last, key)])
            for key, value in vars(seen).items()
            if isinstance(value, np.ndarray)
        }
        whole = replace(remade(replace(seen, **joined)), file=np.repeat(np.arange(5), 9))
        time = 60.0 * whole.file
        return replace(whole, time_s=time, I_pA=whole.I_pA * np.exp(-0.1 * time / 240.0))

    found = fit_patches(LAW, patches(*[110.0] * 3, change=fading))
    for patch in found.patches:
        row = patch.parameters["run_down"]
        assert row.low is not None
        assert row.high is not None
        assert row.low < 0.1 < row.high


def test_a_seal_glitch_is_flagged_and_pulls_less_when_robust(
    patches: Callable[..., list[PatchObservations]],
) -> None:
    seen = patches(110.0, seed=4)[0]
    wild = replace(
        seen, I_pA=seen.I_pA + np.where(np.arange(len(seen)) == 30, 0.5 * np.abs(seen.I_pA).max(), 0.0)
    )
    clean, pulled, robust = (
        fit_patches(LAW, [one], robust=choice).patches[0]
        for one, choice in ((seen, False), (wild, False), (wild, True))
    )
    assert abs(robust.ln_Ki0 - clean.ln_Ki0) < 0.25 * abs(pulled.ln_Ki0 - clean.ln_Ki0)
    assert [flag.sweep for flag in robust.flags if "standard deviations" in flag.reason] == [30 % 9]
