"""One patch, 36 points: Ki0 and z_delta with 95 % profile intervals, by kalimag and lmfit's conf_interval.

Both call the same system for the currents and the same errors, and give the same numbers. Two comparisons:
the same work (one start, two intervals), and what each does unless told (eight starts, a judgement of the
fit and linear intervals here; one start and intervals of all four parameters there).
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import lmfit
import numpy as np
from stopwatch import best_of, save
from virtual_patches import data_set

from kalimag.assays.romk_block_fit import Choices, PatchModel, search_patch
from kalimag.assays.romk_block_law import PART, BlockLaw, conditions_of
from kalimag.assays.romk_block_patch import fit_patch
from kalimag.stats.least_squares import least_squares
from kalimag.stats.profile import profile_interval, t_threshold
from kalimag.stats.separable import Separable

LEVEL, REPEATS, ASKED = 0.95, 15, 10.0
OURS, THEIRS = "kalimag, 1 start, 2 intervals", "lmfit, 1 start, 2 intervals"
OUR_DEFAULT, THEIR_DEFAULT = "kalimag fit_patch", "lmfit minimize and conf_interval"


def main() -> None:
    law = BlockLaw.load("romk")
    seen = data_set(law, [110.0], 1, 0)[0]
    held = conditions_of(seen)
    noise = search_patch(law, seen, Choices()).noise_pA

    model = PatchModel(law, seen, 0.0, False)
    problem = Separable(model.basis, seen.I_pA, 1.0 / noise)
    limits, start_here = model.limits(), np.array([1.0, -0.7])

    def ours() -> dict[str, list[float]]:
        best = least_squares(problem.residuals, start_here, *limits)
        rise = best.cost / (len(seen) - 4) * t_threshold(LEVEL, len(seen) - 4) ** 2
        ends = [profile_interval(problem.residuals, best, k, rise, limits) for k in range(2)]
        return {
            name: [float(np.exp(x)) for x in (end.low, best.u[k], end.high)]
            for k, (name, end) in enumerate(zip(("Ki0", "z_delta"), ends, strict=True))
        }

    def residual(p: Any) -> Any:
        changed = {"g_max": p["g_max"].value, "z_delta": np.exp(p["z_delta"].value), "K_ref": seen.K_out_mM}
        current = law.evaluate(held, changed | {"Ki0": np.exp(p["Ki0"].value)})[f"{PART}.I_K"]
        return (current + p["leak"].value * seen.V_mV - seen.I_pA) / noise

    def theirs(names: list[str] | None) -> dict[str, list[float]]:
        start = lmfit.Parameters()
        for name, value in (("g_max", 10.0), ("leak", 0.3), ("Ki0", 1.0), ("z_delta", -0.7)):
            start.add(name, value=value)
        minimizer = lmfit.Minimizer(residual, start)
        found = minimizer.minimize()
        rows = lmfit.conf_interval(minimizer, found, p_names=names, sigmas=[LEVEL])
        return {name: [float(np.exp(row[1])) for row in rows[name]] for name in ("Ki0", "z_delta")}

    ways = {
        OURS: ours,
        THEIRS: lambda: theirs(["Ki0", "z_delta"]),
        OUR_DEFAULT: lambda: fit_patch(law, seen, Choices(LEVEL)),
        THEIR_DEFAULT: lambda: theirs(None),
    }
    best = best_of(ways, REPEATS)
    answers = {"kalimag": ours(), "lmfit": theirs(["Ki0", "z_delta"])}
    apart = max(
        abs(np.log(a / b))
        for name in ("Ki0", "z_delta")
        for a, b in zip(answers["kalimag"][name], answers["lmfit"][name], strict=True)
    )
    longer = {
        "the same work": round(best[THEIRS] / best[OURS], 1),
        "unless told": round(best[THEIR_DEFAULT] / best[OUR_DEFAULT], 1),
    }
    save(
        "block_fit",
        {
            "job": "one patch of 36 points: Ki0 and z_delta with 95 % profile intervals",
            "milliseconds": {name: round(1e3 * seconds, 2) for name, seconds in best.items()},
            "lmfit_takes_times_longer": longer,
            "low_value_high": answers,
            "largest_relative_difference": float(f"{apart:.2g}"),
            "peer": {"lmfit": version("lmfit")},
            "asked_for": ASKED,
        },
    )
    if min(longer.values()) < ASKED or apart > 1e-3:
        raise SystemExit(f"{min(longer.values()):.1f} times faster than lmfit, answers {apart:.2g} apart")


if __name__ == "__main__":
    main()
