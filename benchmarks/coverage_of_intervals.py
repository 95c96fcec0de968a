"""How often the nominal 95 % interval for Ki0 holds the truth, counted over patches and over pooled points.

Every data set is six virtual patches whose Ki0 differs by 15 %, with 36 points each and 2 % noise.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

import numpy as np
from stopwatch import save
from virtual_patches import NOISE, SPREAD, TRUE, data_set, true_Ki0

from kalimag.assays.romk_block import fit_patches
from kalimag.assays.romk_block_law import BlockLaw
from kalimag.assays.romk_block_result import ParameterInterval

DESIGNS = {"one external K+": (100.0,) * 6, "three external K+": (5.0, 25.0, 110.0) * 2}
LEVEL = 0.95
LIMITS = (0.92, 0.98)


def covers(row: ParameterInterval, truth: float) -> bool:
    """Whether an interval holds the truth; an open end holds everything on its side."""
    return (row.low is None or row.low <= truth) and (row.high is None or truth <= row.high)


def run(design: str, sets: int, seed: int) -> dict[str, Any]:
    """Fit many data sets of one design and count.

    Returns
    -------
    dict with the share of intervals that hold the truth, its 95 % interval, and the median width (high/low).
    """
    law = BlockLaw.load("romk")
    K_out = DESIGNS[design]
    hits: dict[str, list[bool]] = {"Ki0": [], "z_delta": [], "pooled Ki0": [], "pooled z_delta": []}
    folds: dict[str, list[float]] = {"Ki0": [], "pooled Ki0": []}
    lost = 0
    for number in range(sets):
        result = fit_patches(law, data_set(law, K_out, seed, number), level=LEVEL, seed=seed)
        if not result.outcome.converged:
            lost += 1
            continue
        truth = {"Ki0": true_Ki0(law, law.K_ref), "z_delta": TRUE["z_delta"]}
        for prefix, rows in (("", result.parameters), ("pooled ", result.pooled)):
            for name, value in truth.items():
                hits[prefix + name].append(covers(rows[name], value))
            folds[prefix + "Ki0"].append(fold(rows["Ki0"]))
    return {
        "design": design,
        "external_K_mM": list(K_out),
        "not_converged": lost,
        "coverage": {name: share(one) for name, one in hits.items()},
        "median_width_fold": {name: round(float(np.median(one)), 4) for name, one in folds.items()},
    }


def fold(row: ParameterInterval) -> float:
    """Width of an interval as high over low; infinite where an end is open."""
    return np.inf if row.low is None or row.high is None else row.high / row.low


def share(hits: list[bool]) -> dict[str, Any]:
    """Share of hits with its exact binomial interval."""
    from scipy.stats import binomtest

    counted = binomtest(sum(hits), len(hits)).proportion_ci(0.95, "exact")
    return {
        "value": round(sum(hits) / len(hits), 4),
        "n": len(hits),
        "low": round(float(counted.low), 4),
        "high": round(float(counted.high), 4),
    }


def acceptable(coverage: Mapping[str, Any]) -> bool:
    """Whether the share lies in the limits that are asked for."""
    return bool(LIMITS[0] <= coverage["value"] <= LIMITS[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    designs = [run(design, chosen.sets, chosen.seed) for design in DESIGNS]
    failed = [one["design"] for one in designs if not acceptable(one["coverage"]["Ki0"])]
    save(
        "coverage",
        {
            "job": "95 % intervals for Ki0 and z_delta from six virtual patches of 36 points",
            "seed": chosen.seed,
            "data_sets": chosen.sets,
            "spread_of_Ki0": SPREAD,
            "noise": NOISE,
            "asked_for": list(LIMITS),
            "designs": designs,
        },
    )
    if failed:
        raise SystemExit(f"coverage outside {LIMITS[0]:.0%} to {LIMITS[1]:.0%}: {', '.join(failed)}")


if __name__ == "__main__":
    main()
