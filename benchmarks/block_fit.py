"""One patch, 36 points: Ki0 and z_delta with 95 % profile intervals, by kalimag and lmfit's conf_interval.

Both call the same system for the currents and the same errors, and give the same numbers. Two comparisons:
the same work (one start, two intervals), and what each does unless told (eight starts, a judgement of the
fit and linear intervals here; one start and intervals of all four parameters there).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import lmfit
import numpy as np
from numpy.typing import NDArray
from stopwatch import best_of, save
from virtual_patches import data_set

from kalimag.assays.romk_block_fit import Choices, PatchModel, search_patch
from kalimag.assays.romk_block_law import PART, BlockLaw, conditions_of
from kalimag.assays.romk_block_patch import fit_patch
from kalimag.assays.romk_block_result import PatchObservations
from kalimag.stats.least_squares import least_squares
from kalimag.stats.profile import profile_interval, t_threshold
from kalimag.stats.separable import Separable

LEVEL, REPEATS, ASKED, CLOSE = 0.95, 15, 10.0, 1e-3
OURS, THEIRS = "kalimag, 1 start, 2 intervals", "lmfit, 1 start, 2 intervals"
OUR_DEFAULT, THEIR_DEFAULT = "kalimag fit_patch", "lmfit minimize and conf_interval"
NAMES = ("Ki0", "z_delta")
START = {"g_max": 10.0, "leak": 0.3, "Ki0": 1.0, "z_delta": -0.7}
Ends = dict[str, list[float]]


@dataclass(frozen=True, eq=False)
class Job:
    """The patch, the law, and the errors that both programs are given; Ki0 and z_delta are logarithms."""

    law: BlockLaw
    seen: PatchObservations
    noise: NDArray[np.float64]

    def ours(self) -> Ends:
        """Low end, value and high end of each by kalimag."""
        model = PatchModel(self.law, self.seen, 0.0, False)
        problem, limits = Separable(model.basis, self.seen.I_pA, 1.0 / self.noise), model.limits()
        best = least_squares(problem.residuals, np.array([START[name] for name in NAMES]), *limits)
        df = len(self.seen) - len(START)
        rise = best.cost / df * t_threshold(LEVEL, df) ** 2
        found = {}
        for k, name in enumerate(NAMES):
            profile = profile_interval(problem.residuals, best, k, rise, limits)
            found[name] = [float(np.exp(x)) for x in (profile.low, best.u[k], profile.high)]
        return found

    def theirs(self, names: list[str] | None) -> Ends:
        """The same by lmfit, with intervals of these parameters, or of all."""
        start = lmfit.Parameters()
        for name, value in START.items():
            start.add(name, value=value)
        minimizer = lmfit.Minimizer(self.residual, start)
        rows = lmfit.conf_interval(minimizer, minimizer.minimize(), p_names=names, sigmas=[LEVEL])
        return {name: [float(np.exp(row[1])) for row in rows[name]] for name in NAMES}

    def residual(self, p: Any) -> Any:
        """What lmfit minimises."""
        changed = {name: np.exp(p[name].value) for name in NAMES}
        changed |= {"g_max": p["g_max"].value, "K_ref": self.seen.K_out_mM}
        current = self.law.evaluate(conditions_of(self.seen), changed)[f"{PART}.I_K"]
        return (current + p["leak"].value * self.seen.V_mV - self.seen.I_pA) / self.noise


def main() -> None:
    law = BlockLaw.load("romk")
    seen = data_set(law, [110.0], 1, 0)[0]
    job = Job(law, seen, search_patch(law, seen, Choices()).noise_pA)
    best = best_of(
        {
            OURS: job.ours,
            THEIRS: lambda: job.theirs(list(NAMES)),
            OUR_DEFAULT: lambda: fit_patch(law, seen, Choices(LEVEL)),
            THEIR_DEFAULT: lambda: job.theirs(None),
        },
        REPEATS,
    )
    answers = {"kalimag": job.ours(), "lmfit": job.theirs(list(NAMES))}
    apart = float(
        np.max([np.abs(np.log(np.divide(*(one[name] for one in answers.values())))) for name in NAMES])
    )
    longer = {
        "the same work": round(best[THEIRS] / best[OURS], 1),
        "unless told": round(best[THEIR_DEFAULT] / best[OUR_DEFAULT], 1),
    }
    result = {
        "job": "one patch of 36 points: Ki0 and z_delta with 95 % profile intervals",
        "milliseconds": {name: round(1e3 * seconds, 2) for name, seconds in best.items()},
        "lmfit_takes_times_longer": longer,
        "low_value_high": answers,
        "largest_relative_difference": float(f"{apart:.2g}"),
        "peer": {"lmfit": version("lmfit")},
        "asked_for": ASKED,
    }
    save("block_fit", result)
    if min(longer.values()) < ASKED or apart > CLOSE:
        raise SystemExit(f"{min(longer.values()):.1f} times faster than lmfit, answers {apart:.2g} apart")


if __name__ == "__main__":
    main()
