"""Errors that all patches share because they share solutions: free Mg2+, K+, junction potential."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from kalimag.assays.membrane_frame import CONFIGURATIONS
from kalimag.assays.recipes_of_files import FromRecipes
from kalimag.assays.romk_block_fit import PatchModel
from kalimag.assays.romk_block_law import BlockLaw
from kalimag.assays.romk_block_result import (
    ParameterInterval,
    PatchFit,
    PatchObservations,
    RomkBlockResult,
)
from kalimag.assays.solutions import FileSolutions, Solutions
from kalimag.stats.least_squares import Floats, least_squares
from kalimag.stats.separable import Separable

if TYPE_CHECKING:
    from kalimag.assays.romk_block_over_patches import AcrossPatches

WIDENED = ("Ki0", "z_delta")
NOMINAL = "nominal Mg2+"  # how the method of a pooled fit to typed Mg2+ begins
_FEWEST_DRAWS, _APART_MV = 10, 2.0


@dataclass(frozen=True)
class SharedErrors:
    """Standard deviations of what recipes leave open, the same in all patches; logarithms."""

    ln_Ki0: float
    ln_z_delta: float

    def of(self, name: str) -> float:
        """By the name of the parameter."""
        return self.ln_Ki0 if name == "Ki0" else self.ln_z_delta


def shared_errors(law: BlockLaw, fits: Sequence[PatchFit], table: Solutions) -> SharedErrors | None:
    """How far Ki0 and z_delta of all patches move together over draws of the solutions.

    Parameters
    ----------
    law : the block law.
    fits : patches that converged.
    table : their solutions.

    Returns
    -------
    SharedErrors, or None where no recording has recipes.
    """
    files = {patch.id: patch.used for patch in table.patches}
    draws = _draws(files, fits)
    if len(draws) < _FEWEST_DRAWS:
        return None

    def together(row: int) -> Floats:
        moved = [_refitted(law, fit, files[fit.observations.id], row) for fit in fits]
        return np.asarray(np.mean(moved, axis=0))

    sd = np.std([together(row) for row in draws], axis=0, ddof=1)
    return SharedErrors(float(sd[0]), float(sd[1]))


def widened(across: AcrossPatches, errors: SharedErrors | None) -> AcrossPatches:
    """Intervals over patches with the errors that all patches share in them.

    Parameters
    ----------
    across : what patches say together.
    errors : None leaves everything as it is.

    Returns
    -------
    AcrossPatches
    """
    if errors is None:
        return across
    rows = {
        name: _wider(row, errors.of(name)) if name in WIDENED else row
        for name, row in across.parameters.items()
    }
    by_K = {K: _wider(row, errors.ln_Ki0) for K, row in across.by_K_out.items()}
    told = {"percent_of_Ki0_from_solutions": 100.0 * errors.ln_Ki0}
    return replace(across, parameters=rows, by_K_out=by_K, diagnostics={**across.diagnostics, **told})


def _wider(row: ParameterInterval, sd: float) -> ParameterInterval:
    if row.value is None or row.low is None or row.high is None or row.value <= 0:
        return row
    half = NormalDist().inv_cdf((1 + row.level) / 2) * sd
    down = np.hypot(np.log(row.value / row.low), half) if row.low > 0 else np.inf
    up = np.hypot(np.log(row.high / row.value), half)
    method = f"{row.method}; with {100 * sd:.2g} % for what the recipes leave open, the same in all patches"
    return replace(
        row, low=float(row.value * np.exp(-down)), high=float(row.value * np.exp(up)), method=method
    )


def _draws(files: Mapping[str, Sequence[FileSolutions]], fits: Sequence[PatchFit]) -> list[int]:
    """Rows in which every recording that has recipes has a solution."""
    known = [file.recipes for fit in fits for file in files[fit.observations.id] if file.recipes is not None]
    arrays = [rows for one in known for rows in (one.Mg_mM, one.K_in_mM, one.junction_mV) if rows is not None]
    if not arrays:
        return []
    good = np.all([np.isfinite(rows) for rows in arrays], axis=0)
    return [int(row) for row in np.flatnonzero(good) if row > 0]


def _refitted(law: BlockLaw, fit: PatchFit, files: Sequence[FileSolutions], row: int) -> Floats:
    """By how much ln Ki0 and ln z_delta of a patch move with the solutions of one draw."""
    moved = _with_draw(fit.observations, files, row)
    model = PatchModel(law, moved, 0.0, "run_down" in fit.names)
    start = [fit.ln_Ki0, *(law.domain_of(name).to_free(fit.numbers[name]) for name in law.shape[1:])]
    u = np.concatenate([start, fit.estimate[len(start) :]])
    problem = Separable(model.basis, moved.I_pA, 1.0 / fit.sd_pA)
    best = least_squares(problem.residuals, u, *model.limits()).u
    z_delta = law.domain_of("z_delta").from_free(float(best[1]))
    return np.array([best[0] - fit.ln_Ki0, np.log(z_delta / fit.z_delta)])


def _with_draw(seen: PatchObservations, files: Sequence[FileSolutions], row: int) -> PatchObservations:
    """The patch as it was if this draw of the solutions were true."""
    Mg = np.array([_of(file.recipes, "Mg_mM", row, file.Mg_mM) for file in files])
    shift = np.array([_shift_mV(file, row) for file in files])
    K_in = _of(files[0].recipes, "K_in_mM", row, seen.K_in_mM)
    K_out = _of(files[0].recipes, "K_out_mM", row, seen.K_out_mM)
    return replace(seen, Mg_mM=Mg[seen.file], V_mV=seen.V_mV + shift[seen.file], K_in_mM=K_in, K_out_mM=K_out)


def _of(recipes: FromRecipes | None, key: str, row: int, otherwise: float) -> float:
    rows = None if recipes is None else getattr(recipes, key)
    return otherwise if rows is None else float(rows[row])


def _shift_mV(file: FileSolutions, row: int) -> float:
    """How the membrane potential moves when the junction potential is that of a draw."""
    frame, known = file.frame, file.recipes
    rows = None if known is None else known.junction_mV
    if rows is None or frame.junction_potential_applied or frame.junction_potential_mV != float(rows[0]):
        return 0.0
    return -CONFIGURATIONS[frame.configuration].sign * float(rows[row] - rows[0])


Refit = Callable[[PatchObservations], PatchFit | None]


def nominal_fits(fits: Sequence[PatchFit], table: Solutions, refit: Refit) -> list[PatchFit]:
    """The patches fitted again with the Mg2+ that was typed; empty where recipes do not replace any.

    Parameters
    ----------
    fits : patches that converged.
    table : their solutions.
    refit : fits one patch; None where it does not converge.

    Returns
    -------
    list of PatchFit
    """
    found = []
    for fit in fits:
        files = next(patch.used for patch in table.patches if patch.id == fit.observations.id)
        if any(file.recipes is None or file.nominal_Mg_mM is None for file in files):
            return []
        typed = np.array([file.nominal_Mg_mM for file in files], dtype=float)
        again = refit(replace(fit.observations, Mg_mM=typed[fit.observations.file]))
        found += [] if again is None else [again]
    return found


def with_solutions(result: RomkBlockResult, table: Solutions) -> RomkBlockResult:
    """The same answer with what a reader must know about the solutions.

    Parameters
    ----------
    result : of the fit.
    table : what was in pipette and bath.

    Returns
    -------
    RomkBlockResult with a warning where Mg2+ was typed by hand, and a row for each recording.
    """
    files = [file for patch in table.patches for file in patch.used]
    typed = [file for file in files if file.recipes is None or file.recipes.Mg_mM is None]
    warnings, told = result.warnings, result.assumptions
    if typed:
        warnings = (
            f"Mg2+ of {len(typed)} of {len(files)} files is typed by hand and taken as free: name the "
            "recipes of "
            "pipette and bath in the table of solutions, and its free part comes with an interval.",
            *warnings,
        )
    warnings = (*warnings, *_junctions_apart(files))
    if len(typed) < len(files):
        kept = tuple(text for text in told if typed or not text.startswith("Free Mg2+ is taken as stated"))
        told = (
            f"Free Mg2+ and K+ of {len(files) - len(typed)} of {len(files)} files, and junction "
            "potentials that "
            "nobody measured, come from the recipes; what their constants, weights and mobilities leave "
            "open is "
            "the same in all patches and is in the intervals of Ki0 and z_delta.",
            *kept,
        )
    rows = tuple(_row(file) for file in files)
    return replace(result, warnings=warnings, assumptions=told, solutions=rows)


def _junctions_apart(files: Sequence[FileSolutions]) -> tuple[str, ...]:
    """A sentence where a junction potential that was written down is not what the recipes give."""
    apart = []
    for file in files:
        rows = None if file.recipes is None else file.recipes.junction_mV
        if rows is not None and abs(file.frame.junction_potential_mV - float(rows[0])) > _APART_MV:
            apart.append((file, float(rows[0])))
    if not apart:
        return ()
    file, computed = max(apart, key=lambda one: abs(one[0].frame.junction_potential_mV - one[1]))
    used = file.frame.junction_potential_mV
    return (
        f"The junction potential of {len(apart)} files is written down, and the recipes give another: for "
        f"{file.path.name} {used:.1f} mV is used and they give {computed:.1f} mV.",
    )


def _row(file: FileSolutions) -> dict[str, object]:
    known = {} if file.recipes is None else file.recipes.as_json()
    plain: dict[str, object] = {
        "path": file.path.name,
        "Mg_mM": file.Mg_mM,
        "nominal_Mg_mM": file.nominal_Mg_mM,
    }
    return plain | known | {"junction_used_mV": file.frame.junction_potential_mV}
