"""Does the law fit? One patch with four departures from it free, which a fit of the law alone would hide.

A wrong law or a wrong voltage leaves residuals of a known form, so that form is fitted beside the law, all
four at once and each adjusted for the others. Only what is held or measured is bent; no equation is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from kalimag.assays.romk_block_fit import PatchModel, PatchSearch
from kalimag.assays.romk_block_law import _STEP, PART, conditions_of
from kalimag.stats.least_squares import Complexes, Floats, Minimum, least_squares
from kalimag.stats.profile import t_threshold
from kalimag.stats.separable import Separable

SHIFT, CHANGE, POWER, BEND = "shift_mV", "z_delta_change", "power_of_Mg", "bend_of_control"
DOSE = "ln_dose_of_file"
_LIMITS = {SHIFT: 200.0, CHANGE: 5.0, POWER: 0.9, BEND: 1.5}
_FEWEST_LEVELS = {CHANGE: 4, POWER: 2}  # of voltage, and of Mg2+ above none
_FEWEST_DF = 4
_NEAR_MV = 5.0
_EVALUATIONS = 100


@dataclass(frozen=True)
class Departure:
    """How far one patch departs from the law in one way, with its standard error."""

    value: float
    sd: float

    def significant(self, df: int, level: float) -> bool:
        """Whether it is not zero, by t."""
        return abs(self.value) > t_threshold(level, df) * self.sd


@dataclass(frozen=True)
class Departures:
    """One patch with all departures free.

    `found` holds "shift_mV" (to be added to the membrane potential as stated), "z_delta_change" (z_delta in
    the upper half of the voltages less that in the lower half), "power_of_Mg" (Mg2+ acts with this power more
    than 1) and "bend_of_control" (by which part the conductance without Mg2+ grows from the lower to the
    upper half). `reverses_mV` is where the current without Mg2+ reverses as recorded, `expected_mV` where the
    stated K+ and the leak let it; `cost` is what is left; `trusted` is false where the fit did not settle or
    something else explains more.
    """

    found: Mapping[str, Departure]
    df: int
    reverses_mV: float
    expected_mV: float
    cost: float
    trusted: bool = True

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        rows = {name: {"value": one.value, "sd": one.sd} for name, one in self.found.items()}
        return rows | {"reverses_mV": self.reverses_mV, "expected_mV": self.expected_mV}


@dataclass(frozen=True, eq=False)
class BentModel:
    """The basis of one patch's currents with departures; searched are the law's parameters, then those.

    `file` is the one whose Mg2+ "ln_dose_of_file" multiplies.
    """

    model: PatchModel
    names: tuple[str, ...]
    file: int = -1

    @cached_property
    def place(self) -> Floats:
        """Voltage of every point, -1 at the lowest and 1 at the highest with Mg2+."""
        low, high = self.reach
        return np.asarray((self.model.seen.V_mV - 0.5 * (low + high)) / (0.5 * (high - low)))

    @property
    def reach(self) -> tuple[float, float]:
        """Lowest and highest voltage with Mg2+, mV."""
        V = self.model.seen.V_mV[self.model.seen.Mg_mM > 0]
        return float(V.min()), float(V.max())

    @cached_property
    def dose(self) -> Floats:
        """Logarithm of Mg2+ over its middle level; 0 where there is none."""
        given = self.model.seen.Mg_mM > 0
        middle = np.exp(np.mean(np.log(np.unique(self.model.seen.Mg_mM[given]))))
        return np.asarray(np.log(np.where(given, self.model.seen.Mg_mM, middle) / middle))

    def basis(self, u: Floats) -> tuple[Floats, Floats]:
        """Channel and leak for 1 nS each (points, 2), and derivatives (searched, points, 2)."""
        model, at = self.model, len(self.model.names)
        bent = u.astype(complex) + 1j * _STEP * np.eye(len(u))
        by = {name: bent[:, at + k][:, None] for k, name in enumerate(self.names)}
        V, current = self._bent_current(u[:at], by)
        left = model.remaining(u[:at])
        columns, slopes = np.empty((len(left), 2)), np.empty((len(u), len(left), 2))
        columns[:, 0], columns[:, 1] = current[0].real * left, V[0].real
        slopes[:, :, 0], slopes[:, :, 1] = current.imag / _STEP * left, V.imag / _STEP
        if model.with_run_down:
            slopes[at - 1, :, 0] = -model.elapsed * columns[:, 0]
        return columns, slopes

    def _bent_current(self, u: Floats, by: Mapping[str, Complexes]) -> tuple[Complexes, Complexes]:
        """Membrane potential and channel current for 1 nS, each row with another number moved."""
        law, seen = self.model.law, self.model.seen
        value, slope = self.model.numbers(u)
        rows = len(u) + len(self.names)
        moved = np.repeat(value[:, None].astype(complex), rows, axis=1)
        moved[:, : len(u)] += 1j * _STEP * slope
        changed: dict[str, Any] = {name: moved[k][:, None] for k, name in enumerate(law.shape)}
        held, none = conditions_of(seen), np.zeros((rows, 1), dtype=complex)
        V = seen.V_mV + by.get(SHIFT, none)
        half = 0.5 * (self.reach[1] - self.reach[0])
        of_place = half / self._thermal_mV / 2.0 * self.place**2
        own = by.get(DOSE, none) * (seen.file == self.file)
        factor = np.exp(by.get(CHANGE, none) * of_place + by.get(POWER, none) * self.dose + own)
        held |= {"patch.V": V, "inner.Mg": seen.Mg_mM * factor}
        current = law.evaluate(held, changed | {"K_ref": seen.K_out_mM})[f"{PART}.I_K"]
        return V, np.asarray(current * (1.0 + by.get(BEND, none) * self.place))

    @cached_property
    def _thermal_mV(self) -> float:
        return self.model.law.thermal_mV(self.model.seen)


def departures_of(found: PatchSearch) -> Departures | None:
    """Fit a patch again with departures free.

    Parameters
    ----------
    found : the patch as the law fits it.

    Returns
    -------
    Departures; None where there are too few points.
    """
    model = BentModel(found.model, _names(found.model))
    df = found.df - len(model.names)
    if df < _FEWEST_DF or not np.isfinite(found.best.cost):
        return None
    problem = replace(found.problem, basis=model.basis)
    low, high = found.model.limits()
    reach = np.array([_LIMITS[name] for name in model.names])
    limits = np.concatenate([low, -reach]), np.concatenate([high, reach])
    ends = [
        least_squares(problem.residuals, start, *limits, max_evaluations=_EVALUATIONS)
        for start in _starts(found, model, limits)
    ]
    best = min(ends, key=lambda end: end.cost)
    sd = np.sqrt(np.diag(best.covariance(max(best.cost / df, 1e-300))))
    values = zip(best.u[-len(model.names) :].tolist(), sd[-len(model.names) :].tolist(), strict=True)
    rows = {name: Departure(*one) for name, one in zip(model.names, values, strict=True)}
    return _told(model, problem, best, rows, df)


def _names(model: PatchModel) -> tuple[str, ...]:
    """The departures that the protocol could show."""
    seen = model.seen
    given = seen.Mg_mM > 0
    levels = {CHANGE: len(np.unique(np.round(seen.V_mV[given]))), POWER: len(np.unique(seen.Mg_mM[given]))}
    return tuple(name for name in _LIMITS if levels.get(name, 1) >= _FEWEST_LEVELS.get(name, 1))


def _starts(found: PatchSearch, model: BentModel, limits: tuple[Floats, Floats]) -> list[Floats]:
    """The law's own minimum, and one with the voltages moved so that the control reverses at E_K."""
    seen = found.model.seen
    straight = np.concatenate([found.best.u, np.zeros(len(model.names))])
    control = seen.Mg_mM == seen.Mg_mM.min()
    slope, at_zero = np.polyfit(seen.V_mV[control], seen.I_pA[control], 1)
    E_K = float(np.mean(found.model.law.evaluate(conditions_of(seen), {})["patch.E_K"]))
    shift = E_K + at_zero / slope if slope > 0 else 0.0
    if abs(shift) < _NEAR_MV:
        return [straight]
    moved = straight.copy()
    moved[len(found.best.u)] = shift
    middle = np.clip(found.best.u, limits[0][: len(found.best.u)] + 1.0, limits[1][: len(found.best.u)] - 1.0)
    moved[: len(middle)] = middle
    return [straight, moved]


def _told(
    model: BentModel, problem: Separable, best: Minimum, rows: Mapping[str, Departure], df: int
) -> Departures:
    """The reversal of the current without Mg2+: on the voltages as stated, and as K+ and leak have it."""
    seen, law = model.model.seen, model.model.law
    two = replace(seen, V_mV=np.array([1.0, 2.0]), Mg_mM=np.zeros(2), temperature_K=seen.temperature_K[:2])
    known = law.evaluate(conditions_of(two), {})
    channel, leak = problem.coefficients(best.u) * np.array([float(np.diff(known[f"{PART}.I_K"])[0]), 1.0])
    whole = channel + leak
    expected = float(np.mean(known["patch.E_K"])) * channel / whole if whole > 0 else 0.0
    shift = rows[SHIFT].value
    at_edge = set(best.at_bound)
    trusted = best.converged and whole > 0 and channel > 0 and not at_edge
    return Departures(dict(rows), df, float(expected - shift), float(expected), best.cost, bool(trusted))
