"""What a ROMK block experiment answers: intervals over patches, each patch, and the usual way beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kalimag.stats.misfit import Misfit
from kalimag.stats.outcome import Outcome

if TYPE_CHECKING:
    from kalimag.assays.romk_block_departures import Departures
    from kalimag.assays.romk_block_dose import OddDose

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class ParameterInterval:
    """One number with its interval.

    `value`, `low` or `high` is None where the data cannot tell; `reason` then says why. `at` states the
    conditions the number refers to, `method` how the interval was made.
    """

    name: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    level: float
    n_patches: int
    meaning: str = ""
    at: str = ""
    method: str = ""
    reason: str = ""

    @property
    def closed(self) -> bool:
        """Whether there is a value and both ends of its interval."""
        return None not in (self.value, self.low, self.high)

    def refused(self, reason: str, *, keep_bounds: bool = False) -> ParameterInterval:
        """The same parameter without a value, and why; `keep_bounds` keeps what the data do exclude."""
        low, high = (self.low, self.high) if keep_bounds else (None, None)
        return replace(self, value=None, low=low, high=high, reason=reason)

    def as_json(self) -> dict[str, Any]:
        """Plain values; empty texts are left out."""
        numbers = {key: getattr(self, key) for key in ("value", "unit", "low", "high", "level", "n_patches")}
        texts = {key: getattr(self, key) for key in ("at", "method", "reason") if getattr(self, key)}
        return numbers | texts


@dataclass(frozen=True, eq=False)
class PatchObservations:
    """The steady currents of one patch in the membrane frame (V inside minus outside, I positive outward).

    Arrays have shape (points,). `file` and `sweep` say where each point comes from (`files[file]`), `time_s`
    counts from the patch's first sweep, `series_error_mV` is what the series resistance took from V (already
    corrected). `sem_df` are the degrees of freedom behind each standard error; `times_known` is false when
    the files do not say when they were recorded. `excluded` is the reason why the patch is not used; empty
    when it is.
    """

    id: str
    donor: str
    K_out_mM: float
    K_in_mM: float
    temperature_K: Floats
    V_mV: Floats
    I_pA: Floats
    sem_pA: Floats
    Mg_mM: Floats
    time_s: Floats
    command_mV: Floats
    amplifier_pA: Floats
    series_error_mV: Floats
    file: Integers
    sweep: Integers
    files: tuple[str, ...] = ()
    sem_df: int = 9
    times_known: bool = True
    excluded: str = ""
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.V_mV)


@dataclass(frozen=True)
class PointFlag:
    """A point that a reader should look at, and why."""

    file: str
    sweep: int
    V_mV: float
    Mg_mM: float
    reason: str

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return dict(vars(self))


@dataclass(frozen=True, eq=False)
class PatchFit:
    """One fitted patch: its numbers with profile intervals, its residuals, how the fit ended.

    `names`, `estimate` and `covariance` are of what was searched (see `romk_block_fit`); `ln_Ki0_sd` and
    `z_delta_sd` are standard errors within the patch; `residuals` are in standard deviations, shape
    (points,). `misfit` is the extra error that brings chi2 (of the known errors) down to `df`, zero if none
    is needed; `departures` say in which way the law or the voltages do not fit, `odd_dose` which file's Mg2+.
    """

    observations: PatchObservations
    outcome: Outcome
    parameters: Mapping[str, ParameterInterval]
    ln_Ki0: float
    ln_Ki0_sd: float
    z_delta: float
    z_delta_sd: float
    names: tuple[str, ...]
    estimate: Floats
    covariance: Floats
    reference_mV: float
    numbers: Mapping[str, float]
    fitted_pA: Floats
    leak_pA: Floats
    g_max_nS: float
    run_down: Floats
    sd_pA: Floats
    residuals: Floats
    chi2: float
    df: int
    misfit: Misfit
    flags: tuple[PointFlag, ...] = ()
    departures: Departures | None = None
    odd_dose: OddDose | None = None

    @property
    def used(self) -> bool:
        """Whether this patch counts in what is said over patches."""
        return self.outcome.converged

    @property
    def misfit_percent_of_largest_current(self) -> float:
        """How far the law misses the currents beyond their errors, root mean square, whatever its form."""
        known = np.zeros_like(self.fitted_pA)
        size = np.abs(self.fitted_pA)
        missed = self.misfit.errors(known, size)
        return float(100.0 * np.sqrt(np.mean(missed**2)) / size.max(initial=1e-300))

    def as_json(self) -> dict[str, Any]:
        """Plain values, without the points."""
        seen = self.observations
        return {
            "id": seen.id,
            "donor": seen.donor,
            "K_out_mM": seen.K_out_mM,
            "K_in_mM": seen.K_in_mM,
            "temperature_K": float(np.mean(seen.temperature_K)),
            "n_points": len(seen),
            "used": self.used,
            "outcome": self.outcome.kind,
            "outcome_sentence": self.outcome.sentence,
            "parameters": _intervals(self.parameters.values()),
            "reference_mV": self.reference_mV,
            "chi2": self.chi2,
            "df": self.df,
            "misfit_pA": self.misfit.absolute,
            "misfit_relative": self.misfit.relative,
            "misfit_percent_of_largest_current": self.misfit_percent_of_largest_current,
            "departures": None if self.departures is None else self.departures.as_json(),
            "flags": [flag.as_json() for flag in self.flags],
            "notes": list(seen.notes),
        }


@dataclass(frozen=True, eq=False)
class RomkBlockResult:
    """The answer of the assay.

    `parameters` hold over patches; `pooled` is what treating every point as independent would have said;
    `by_K_out` gives Ki0 at each external K+ that was measured; `excluded` are patches that were not fitted,
    with their reasons; `diagnostics` are numbers behind the outcome; `solutions` says what each recording was
    made in, and where that comes from.
    """

    model: str
    level: float
    seed: int
    outcome: Outcome
    parameters: Mapping[str, ParameterInterval]
    pooled: Mapping[str, ParameterInterval]
    by_K_out: Mapping[float, ParameterInterval]
    patches: tuple[PatchFit, ...]
    excluded: tuple[PatchObservations, ...]
    diagnostics: Mapping[str, float | None]
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    inputs: tuple[Path, ...] = ()
    n_donors: int | None = None
    solutions: tuple[Mapping[str, Any], ...] = ()

    def with_origin(
        self, inputs: Iterable[Path], warnings: Iterable[str], assumptions: Iterable[str]
    ) -> RomkBlockResult:
        """The same answer with the files it came from, their warnings, and how their voltages were read."""
        return replace(
            self,
            inputs=tuple(inputs),
            warnings=(*warnings, *self.warnings),
            assumptions=(*assumptions, *self.assumptions),
        )

    def without_values(self, reason: str) -> RomkBlockResult:
        """The same result with no number over patches, and why."""
        rows, pooled = (
            {name: row.refused(reason) for name, row in one.items()} for one in (self.parameters, self.pooled)
        )
        by_K_out = {K: row.refused(reason) for K, row in self.by_K_out.items()}
        return replace(self, parameters=rows, pooled=pooled, by_K_out=by_K_out)

    def as_json(self) -> dict[str, Any]:
        """The `result` of the command line's envelope: finite numbers, None and text only."""
        return {
            "parameters": _intervals(self.parameters.values()),
            "outcome": self.outcome.kind,
            "outcome_sentence": self.outcome.sentence,
            "model": self.model,
            "pooled": _intervals(self.pooled.values()),
            "by_K_out": [{"K_out_mM": K} | row.as_json() for K, row in self.by_K_out.items()],
            "n_patches": sum(patch.used for patch in self.patches),
            "n_donors": self.n_donors,
            "n_points": sum(len(patch.observations) for patch in self.patches if patch.used),
            "patches": [patch.as_json() for patch in self.patches],
            "excluded": [{"id": seen.id, "reason": seen.excluded} for seen in self.excluded],
            "diagnostics": dict(self.diagnostics),
            "solutions": [dict(row) for row in self.solutions],
            "assumptions": list(self.assumptions),
            "seed": self.seed,
        }


def _intervals(rows: Iterable[ParameterInterval]) -> dict[str, Any]:
    return {row.name: row.as_json() for row in rows}
