"""One patch: its currents as block law times run-down plus leak, fitted with profile intervals.

Searched are ln Ki at a reference voltage inside the data (so that it does not lean on z_delta), z_delta,
whatever else shapes the block, and the run-down; the conductance and the leak are linear and solved for
inside. Within a patch K_ref is set to the patch's own external K+, so Ki0 is Ki at 0 mV there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from kalimag.assays.romk_block_law import _STEP, PART, BlockLaw, conditions_of
from kalimag.assays.romk_block_result import PatchObservations
from kalimag.errors import UsageProblem
from kalimag.stats.least_squares import Floats, Minimum
from kalimag.stats.misfit import Misfit, misfit_of
from kalimag.stats.moderated import moderated_sd
from kalimag.stats.multistart import Search, multi_start, spread_starts
from kalimag.stats.robust import huber_weights
from kalimag.stats.separable import Separable

STARTS = 8
_WIDE = np.log(1e4)
_DELTA_RANGE = (1e-3, 10.0)
_DELTA_STARTS = (0.2, 1.8)
_MISFIT_ROUNDS = 3
_ROBUST_ROUNDS = 12


@dataclass(frozen=True)
class Choices:
    """What a person chooses: level of the intervals, seed of the starts, less weight for wild points."""

    level: float = 0.95
    seed: int = 1
    robust: bool = False

    def __post_init__(self) -> None:
        if not 0.5 <= self.level < 1.0 or self.seed < 0:
            found = f"level {self.level:g}, seed {self.seed}"
            raise UsageProblem("fitting block", found, "a level of 0.5 or more and below 1, a seed from 0")


@dataclass(frozen=True, eq=False)
class PatchModel:
    """The basis of one patch's currents: channel (times run-down) and leak, with exact derivatives.

    `shift` is d ln Ki0 / d z_delta along which ln Ki at the reference voltage stays the same (0 searches ln
    Ki0). `with_run_down` adds the run-down over the patch's whole time as the last searched parameter.
    """

    law: BlockLaw
    seen: PatchObservations
    shift: float
    with_run_down: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Searched parameters, in order."""
        first = "ln_Ki_ref" if self.shift else "ln_Ki0"
        return (first, *self.law.shape[1:], *(("run_down",) if self.with_run_down else ()))

    @cached_property
    def elapsed(self) -> Floats:
        """Time of every point as a fraction of the patch's whole time."""
        whole = float(np.max(self.seen.time_s, initial=0.0))
        return self.seen.time_s / whole if whole > 0 else np.zeros(len(self.seen))

    def numbers(self, u: Floats) -> tuple[Floats, Floats]:
        """The law's own parameters (shape,) at `u`, and their derivatives (shape, searched)."""
        shape = self.law.shape
        value, slope = np.zeros(len(shape)), np.zeros((len(shape), len(u)))
        for k, name in enumerate(shape[1:], start=1):
            home = self.law.domain_of(name)
            value[k], slope[k, k] = home.from_free(float(u[k])), home.slope(float(u[k]))
        value[0] = np.exp(u[0] + self.shift * value[1])
        slope[0] = value[0] * self.shift * slope[1]
        slope[0, 0] = value[0]
        return value, slope

    def channel(self, u: Floats) -> tuple[Floats, Floats]:
        """Channel current for g_max of 1 nS without run-down (points,), derivatives (searched, points)."""
        value, slope = self.numbers(u)
        moved = value[:, None] + 1j * _STEP * slope
        changed: dict[str, Any] = {name: moved[k][:, None] for k, name in enumerate(self.law.shape)}
        changed["K_ref"] = self.seen.K_out_mM
        current = self.law.evaluate(conditions_of(self.seen), changed)[f"{PART}.I_K"]
        return np.asarray(current[0].real), np.asarray(current.imag / _STEP)

    def remaining(self, u: Floats) -> Floats:
        """Fraction of the channels left at every point."""
        return np.exp(-float(u[-1]) * self.elapsed) if self.with_run_down else np.ones(len(self.seen))

    def basis(self, u: Floats) -> tuple[Floats, Floats]:
        """Channel and leak for 1 nS each (points, 2), and derivatives (searched, points, 2)."""
        current, slope = self.channel(u)
        if self.with_run_down:
            slope[-1] = -self.elapsed * current
            left = self.remaining(u)
            current, slope = current * left, slope * left
        columns, slopes = np.empty((len(current), 2)), np.zeros((len(u), len(current), 2))
        columns[:, 0], columns[:, 1] = current, self.seen.V_mV
        slopes[:, :, 0] = slope
        return columns, slopes

    def limits(self) -> tuple[Floats, Floats]:
        """Limits of the search, shape (searched,) each."""
        dose = self._dose()
        low, high = [dose[0] - _WIDE], [dose[1] + _WIDE]
        for name in self.law.shape[1:]:
            ends = _DELTA_RANGE if name == "z_delta" else self._around(name, 10.0, 1e4)
            low.append(self.law.domain_of(name).to_free(ends[0]))
            high.append(self.law.domain_of(name).to_free(ends[1]))
        if self.with_run_down:
            low.append(-5.0)
            high.append(5.0)
        return np.array(low), np.array(high)

    def starts(self, seed: int) -> Floats:
        """Where the searches begin, shape (STARTS, searched)."""
        dose = self._dose()
        low, high = [dose[0] - 1.0], [dose[1] + 1.5]
        for name in self.law.shape[1:]:
            ends = _DELTA_STARTS if name == "z_delta" else self._around(name, 2.0, 5.0)
            low.append(self.law.domain_of(name).to_free(ends[0]))
            high.append(self.law.domain_of(name).to_free(ends[1]))
        if self.with_run_down:
            low.append(-0.1)
            high.append(0.3)
        return spread_starts(np.array(low), np.array(high), STARTS, seed)

    def _around(self, name: str, fold_of_number: float, fold_of_quantity: float) -> tuple[float, float]:
        """A range about the library's value, narrower for pure numbers, which stand in exponents."""
        value = self.law.values[f"{PART}.{name}"]
        fold = fold_of_number if self.law.unit_of(name) == "1" else fold_of_quantity
        return value / fold, value * fold

    def _dose(self) -> tuple[float, float]:
        """Logarithms of the least and the most Mg2+ that was given, mM."""
        given = self.seen.Mg_mM[self.seen.Mg_mM > 0]
        return float(np.log(given.min())), float(np.log(given.max()))


@dataclass(frozen=True, eq=False)
class PatchSearch:
    """A fitted patch before it is judged: the model, the weighted problem and where the search ended.

    `noise_pA` are the currents' own standard errors, steadied, shape (points,).
    """

    model: PatchModel
    noise_pA: Floats
    problem: Separable
    search: Search
    misfit: Misfit

    @property
    def best(self) -> Minimum:
        """The lowest minimum."""
        return self.search.best

    @property
    def df(self) -> int:
        """Points less parameters, linear ones included."""
        return len(self.model.seen) - len(self.best.u) - 2

    @property
    def variance(self) -> float:
        """By how much the errors were larger than their own estimate; never below 1."""
        return max(1.0, self.best.cost / self.df)

    def in_ln_Ki0(self) -> tuple[PatchModel, Separable, Minimum]:
        """The same minimum with ln Ki0 in the place of ln Ki at the reference voltage."""
        model = replace(self.model, shift=0.0)
        problem = replace(self.problem, basis=model.basis)
        u = self.best.u.copy()
        u[0] = np.log(self.model.numbers(self.best.u)[0][0])
        r, J = problem.residuals(u)
        return model, problem, replace(self.best, u=u, residuals=r, jacobian=J)

    def again_from_ln_Ki0(self, u: Floats) -> PatchSearch:
        """Searched once more, from a point found with ln Ki0 in the first place."""
        start = u.copy()
        start[0] -= self.model.shift * replace(self.model, shift=0.0).numbers(u)[0][1]
        search = multi_start(self.problem.residuals, start[None], *self.model.limits())
        return replace(self, search=search)


def search_patch(law: BlockLaw, seen: PatchObservations, choices: Choices) -> PatchSearch:
    """Fit one patch from several starts.

    Parameters
    ----------
    law : the block law.
    seen : the patch.
    choices : seed of the starts, and whether wild points are to weigh less.

    Returns
    -------
    PatchSearch; the errors of the currents are enlarged by what the law leaves beyond them.
    """
    T = float(np.mean(seen.temperature_K))
    shift = -law.slope_of_ln_Ki(f"{PART}.z_delta", 1.0, reference_voltage(seen), T)
    model = PatchModel(law, seen, shift, run_down_can_be_told(seen))
    lower, upper = model.limits()
    noise = moderated_sd(seen.sem_pA, np.abs(seen.I_pA), seen.sem_df)
    problem = Separable(model.basis, seen.I_pA, 1.0 / noise)
    search = multi_start(problem.residuals, model.starts(choices.seed), lower, upper)
    found = PatchSearch(model, noise, problem, search, Misfit())
    for _ in range(_ROBUST_ROUNDS if choices.robust else _MISFIT_ROUNDS):
        predicted = problem.predicted(found.best.u)
        rest, size = seen.I_pA - predicted, np.abs(predicted)
        weights = huber_weights(rest / found.misfit.errors(noise, size)) if choices.robust else 1.0
        misfit = misfit_of(rest * np.sqrt(weights), noise, size, found.df)
        if misfit == found.misfit and not choices.robust:
            break
        problem = replace(problem, root_weights=np.sqrt(weights) / misfit.errors(noise, size))
        starts = np.array([found.best.u, *(other.u for other in found.search.others)])
        search = multi_start(problem.residuals, starts, lower, upper)
        found = replace(found, problem=problem, misfit=misfit, search=search)
    return found


def reference_voltage(seen: PatchObservations) -> float:
    """A round voltage in the middle of the points with Mg2+, mV."""
    return float(5.0 * np.round(np.mean(seen.V_mV[seen.Mg_mM > 0]) / 5.0))


def run_down_can_be_told(seen: PatchObservations) -> bool:
    """Whether the least Mg2+ was given in two files whose times are known."""
    control = seen.Mg_mM == seen.Mg_mM.min()
    return seen.times_known and len(np.unique(seen.file[control])) > 1 and float(np.ptp(seen.time_s)) > 0
