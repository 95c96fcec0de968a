"""One patch: fitted, judged, and told in numbers with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kalimag.assays.membrane_frame import SERIES_ERROR_MV
from kalimag.assays.romk_block_dose import dose_fault, explained
from kalimag.assays.romk_block_fit import Choices, PatchModel, PatchSearch, reference_voltage, search_patch
from kalimag.assays.romk_block_judgement import judge
from kalimag.assays.romk_block_law import PART, BlockLaw, conditions_of
from kalimag.assays.romk_block_result import ParameterInterval, PatchFit, PatchObservations, PointFlag
from kalimag.assays.romk_block_reversal import reversal_fault
from kalimag.stats.least_squares import Floats, least_squares
from kalimag.stats.profile import Profile, profile_interval, t_threshold
from kalimag.stats.separable import Separable

ODD_RESIDUAL = 4.5
_FIRST = ("failed", "at_bound")  # a wrong configuration moves the reversal too


def fit_patch(law: BlockLaw, seen: PatchObservations, choices: Choices) -> PatchFit:
    """Fit one patch and judge the fit.

    Parameters
    ----------
    law : the block law.
    seen : the patch; `reason_not_to_fit` must be empty.
    choices : level of the intervals, seed of the starts, robustness.

    Returns
    -------
    PatchFit
    """
    level = choices.level
    found, profiles, rise = _profiled(search_patch(law, seen, choices), level)
    known, odd = explained(found)
    outcome = judge(found, profiles, rise)
    if outcome.kind not in _FIRST:
        outcome = dose_fault(seen, odd) or reversal_fault(law, seen, known) or outcome
    rows = _searched(found, profiles, level) | _linear(found, level)
    if not outcome.converged:
        keep = outcome.kind == "flat_direction"
        rows = {name: row.refused(outcome.sentence, keep_bounds=keep) for name, row in rows.items()}
    model, problem, minimum = found.in_ln_Ki0()
    sd = np.sqrt(np.diag(minimum.covariance(found.variance)))
    numbers, slopes = model.numbers(minimum.u)
    fitted, coefficients = problem.predicted(minimum.u), problem.coefficients(minimum.u)
    return PatchFit(
        observations=seen,
        outcome=outcome,
        parameters=rows,
        ln_Ki0=float(minimum.u[0]),
        ln_Ki0_sd=float(sd[0]),
        z_delta=float(numbers[1]),
        z_delta_sd=float(sd[1] * slopes[1, 1]),
        names=found.model.names,
        estimate=found.best.u,
        covariance=found.best.covariance(found.variance),
        reference_mV=reference_voltage(seen),
        numbers=dict(zip(law.shape, numbers.tolist(), strict=True)),
        fitted_pA=fitted,
        leak_pA=coefficients[1] * seen.V_mV,
        g_max_nS=float(coefficients[0]),
        run_down=model.remaining(minimum.u),
        sd_pA=1.0 / problem.root_weights,
        residuals=-minimum.residuals,
        chi2=float(np.sum(((seen.I_pA - fitted) / found.noise_pA) ** 2)),
        df=found.df,
        misfit=found.misfit,
        flags=_flags(seen, minimum.residuals),
        departures=known,
        odd_dose=odd,
    )


def percent_per_mV(law: BlockLaw, fits: Sequence[PatchFit]) -> float:
    """By how many per cent Ki0 of a patch changes at most when its voltages are off by one millivolt."""
    changes = []
    for fit in fits:
        moved = replace(fit.observations, V_mV=fit.observations.V_mV + 1.0)
        model = PatchModel(law, moved, 0.0, "run_down" in fit.names)
        start = [fit.ln_Ki0, *(law.domain_of(name).to_free(fit.numbers[name]) for name in law.shape[1:])]
        u = np.concatenate([start, fit.estimate[len(start) :]])
        problem = Separable(model.basis, moved.I_pA, 1.0 / fit.sd_pA)
        changes.append(least_squares(problem.residuals, u, *model.limits()).u[0] - fit.ln_Ki0)
    return float(100.0 * np.expm1(np.max(np.abs(changes))))


def _profiled(found: PatchSearch, level: float) -> tuple[PatchSearch, list[Profile], float]:
    """The search with profiles of every searched parameter; once more from a lower minimum if one is met."""
    profiles: list[Profile] = []
    rise = 0.0
    for _ in range(2):
        model, problem, minimum = found.in_ln_Ki0()
        rise = found.variance * t_threshold(level, found.df) ** 2
        limits = model.limits()
        profiles = [
            profile_interval(problem.residuals, minimum, k, rise, limits) for k in range(len(minimum.u))
        ]
        lower = next((profile.better for profile in profiles if profile.better), None)
        if lower is None:
            break
        found = found.again_from_ln_Ki0(lower.u)
    return found, profiles, rise


def _searched(found: PatchSearch, profiles: list[Profile], level: float) -> dict[str, ParameterInterval]:
    model, _, minimum = found.in_ln_Ki0()
    law, seen = model.law, model.seen
    rows = {}
    for k, name in enumerate(model.names):
        own = "Ki0" if k == 0 else name
        back = law.domain_of(own).from_free if own in law.shape else float
        low, high = (None if end is None else back(end) for end in (profiles[k].low, profiles[k].high))
        rows[own] = ParameterInterval(
            name=own,
            unit=law.unit_of(own) if own in law.shape else "1",
            value=back(float(minimum.u[k])),
            low=low,
            high=high,
            level=level,
            n_patches=1,
            meaning=_meaning(law, own),
            at=f"0 mV, external K+ {seen.K_out_mM:g} mM" if own == "Ki0" else "",
            method=f"profile likelihood within the patch, t with {found.df} degrees of freedom",
        )
    return rows


def _meaning(law: BlockLaw, name: str) -> str:
    if name == "Ki0":
        return "Mg2+ dissociation constant at 0 mV and this patch's external K+"
    if name in law.shape:
        return law.meaning_of(name)
    return "logarithm of the channels lost from the first to the last sweep"


def _linear(found: PatchSearch, level: float) -> dict[str, ParameterInterval]:
    """Unblocked conductance at this external K+, and leak; intervals from the joint covariance."""
    u, problem, seen = found.best.u, found.problem, found.model.seen
    jacobian = problem.joint_jacobian(u)
    sd = np.sqrt(np.diag(np.linalg.pinv(jacobian.T @ jacobian)) * found.variance)[-2:]
    scale = np.array([_open_conductance(found), 1.0])
    value, half = problem.coefficients(u) * scale, t_threshold(level, found.df) * sd * scale
    told = {"conductance": "conductance without Mg2+", "leak": "leak, taken to reverse at 0 mV"}
    rows = {}
    for k, (name, meaning) in enumerate(told.items()):
        rows[name] = ParameterInterval(
            name=name,
            unit="nS",
            value=float(value[k]),
            low=float(value[k] - half[k]),
            high=float(value[k] + half[k]),
            level=level,
            n_patches=1,
            meaning=meaning,
            at=f"external K+ {seen.K_out_mM:g} mM",
            method="from the joint covariance",
        )
    return rows


def _open_conductance(found: PatchSearch) -> float:
    """Conductance per nS of g_max without Mg2+ at this external K+."""
    seen = found.model.seen
    held = conditions_of(
        replace(seen, V_mV=np.array([1.0, 2.0]), Mg_mM=np.zeros(2), temperature_K=seen.temperature_K[:2])
    )
    current: Floats = found.model.law.evaluate(held, {})[f"{PART}.I_K"]
    return float(current[1] - current[0])


def _flags(seen: PatchObservations, residuals: Floats) -> tuple[PointFlag, ...]:
    rows = []
    for k in range(len(seen)):
        reasons = []
        if abs(seen.series_error_mV[k]) > SERIES_ERROR_MV:
            reasons.append(f"series resistance took {abs(seen.series_error_mV[k]):.1f} mV (corrected)")
        if abs(residuals[k]) > ODD_RESIDUAL:
            reasons.append(f"{abs(residuals[k]):.1f} standard deviations from the fit")
        if reasons:
            file = seen.files[int(seen.file[k])] if seen.files else ""
            point = (int(seen.sweep[k]), float(seen.V_mV[k]), float(seen.Mg_mM[k]))
            rows.append(PointFlag(file, *point, "; ".join(reasons)))
    return tuple(rows)
