"""Virtual patches in memory: the currents of the same system that analyses them, with noise and spread."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kalimag.assays.romk_block_law import PART, BlockLaw, conditions_of
from kalimag.assays.romk_block_result import PatchObservations

VOLTAGES_MV = np.linspace(-100.0, 100.0, 9)
MG_MM = (0.0, 0.5, 2.0, 8.0)
TRUE = {"Ki0": 5.0, "z_delta": 0.6, "K_comp": 35.0}
NOISE, FLOOR_PA, BLOCKS = 0.02, 0.5, 10
SPREAD = 0.15


def patch(law: BlockLaw, K_out_mM: float, number: int, rng: np.random.Generator) -> PatchObservations:
    """36 points of one patch with its own Ki0, conductance and leak; 2 % noise and its estimated error."""
    Mg, V = (grid.ravel() for grid in np.meshgrid(MG_MM, VOLTAGES_MV, indexing="ij"))
    nothing, points = np.zeros(len(V)), np.arange(len(V))
    bare = PatchObservations(
        id=f"p{number + 1:02d}",
        donor="",
        K_out_mM=K_out_mM,
        K_in_mM=110.0,
        temperature_K=np.full(len(V), 295.15),
        V_mV=V,
        I_pA=nothing,
        sem_pA=nothing,
        Mg_mM=Mg,
        time_s=nothing,
        command_mV=-V,
        amplifier_pA=nothing,
        series_error_mV=nothing,
        file=points // len(VOLTAGES_MV),
        sweep=points % len(VOLTAGES_MV),
        sem_df=BLOCKS - 1,
    )
    sd_of_log = np.sqrt(np.log1p(SPREAD**2))
    own = TRUE | {"Ki0": TRUE["Ki0"] * np.exp(sd_of_log * rng.standard_normal())}
    own["g_max"] = rng.uniform(5.0, 30.0)
    current = law.evaluate(conditions_of(bare), own)[f"{PART}.I_K"] + rng.uniform(0.1, 1.0) * V
    sd = NOISE * np.abs(current) + FLOOR_PA
    sem = sd * np.sqrt(rng.chisquare(BLOCKS - 1, len(V)) / (BLOCKS - 1))
    noisy = current + sd * rng.standard_normal(len(V))
    return PatchObservations(**{**vars(bare), "I_pA": noisy, "sem_pA": sem, "amplifier_pA": -noisy})


def data_set(law: BlockLaw, K_out_mM: Sequence[float], seed: int, number: int) -> list[PatchObservations]:
    """One virtual experiment: a patch for each external K+ given. Data set `number` is always the same."""
    rng = np.random.default_rng([seed, number])
    return [patch(law, K, k, rng) for k, K in enumerate(K_out_mM)]


def true_Ki0(law: BlockLaw, K_out_mM: float) -> float:
    """The Ki0 of the typical patch at one external K+, mM."""
    known = {name: TRUE[name] for name in ("Ki0", *law.external)}
    return float(np.exp(law.ln_Ki0_at(np.array([K_out_mM]), known)[0][0]))
