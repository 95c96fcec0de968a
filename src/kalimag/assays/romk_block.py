"""Block of ROMK by cytosolic Mg2+: recordings and solutions to numbers with intervals over patches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kalimag.assays.romk_block_common import NOMINAL, nominal_fits, shared_errors, widened, with_solutions
from kalimag.assays.romk_block_dose import dose_warnings
from kalimag.assays.romk_block_fit import Choices
from kalimag.assays.romk_block_judgement import reason_not_to_fit
from kalimag.assays.romk_block_law import BlockLaw
from kalimag.assays.romk_block_misfit import LAW_DOES_NOT_FIT, LawFit, beside_the_library, law_fit
from kalimag.assays.romk_block_observations import observe
from kalimag.assays.romk_block_over_patches import AcrossPatches, across_patches
from kalimag.assays.romk_block_patch import fit_patch, percent_per_mV
from kalimag.assays.romk_block_pooled import pooled_points
from kalimag.assays.romk_block_result import (
    ParameterInterval,
    PatchFit,
    PatchObservations,
    RomkBlockResult,
)
from kalimag.assays.romk_block_reversal import reversal_warnings
from kalimag.assays.romk_block_words import (
    assumptions,
    frames_in_words,
    of_patches,
    summary,
    unknown_parameters,
    with_left_out,
    without_junction,
)
from kalimag.assays.solutions import FileSolutions, Solutions, read_solutions
from kalimag.stats.outcome import Outcome, worst

__all__ = ["fit_patches", "romk_block"]
FEWEST_USED = 0.75


def romk_block(
    solutions: str | Path,
    *,
    model: str = "romk",
    level: float = 0.95,
    seed: int = 1,
    robust: bool = False,
) -> RomkBlockResult:
    """Fit block by Mg2+ to the steady currents of several patches.

    Parameters
    ----------
    solutions : the table of solutions (TOML), or the folder that holds solutions.toml.
    model : law of block, a mechanism of the library such as "romk" or "romk_power".
    level : of all intervals.
    seed : of the starts of the searches.
    robust : whether wild points, such as seal glitches, weigh less (Huber) instead of being flagged only.

    Returns
    -------
    RomkBlockResult; a parameter that the data cannot tell has no value, and the outcome says what to measure.

    Raises
    ------
    InvalidInput : solutions or recordings that cannot be used.
    UsageProblem : a law without block by Mg2+, or a level outside 0.5 to 1.
    """
    law = BlockLaw.load(model)
    table = read_solutions(solutions)
    patches, warnings = observe(table)
    files = _files(table)
    result = fit_patches(law, patches, level=level, seed=seed, robust=robust, solutions=table)
    inputs = (table.path, *table.recipes, *table.recordings)
    return with_solutions(result, table).with_origin(
        inputs, (*without_junction(files), *warnings), frames_in_words(files)
    )


def fit_patches(
    law: BlockLaw,
    patches: Sequence[PatchObservations],
    *,
    level: float = 0.95,
    seed: int = 1,
    robust: bool = False,
    solutions: Solutions | None = None,
) -> RomkBlockResult:
    """Fit every patch by itself, then carry the patches to what holds over patches.

    Parameters
    ----------
    law : the block law.
    patches : observations in the membrane frame.
    level, seed, robust : as for `romk_block`.
    solutions : what was in pipette and bath; what recipes leave open goes into the intervals.

    Returns
    -------
    RomkBlockResult without origin (inputs and warnings of files).

    Raises
    ------
    UsageProblem : a level outside 0.5 to 1, or a negative seed.
    """
    choices = Choices(level, seed, robust)
    excluded = tuple(
        replace(seen, excluded=reason) for seen in patches if (reason := reason_not_to_fit(seen))
    )
    fits = tuple(fit_patch(law, seen, choices) for seen in patches if not reason_not_to_fit(seen))
    used = [fit for fit in fits if fit.used]
    voltages = (*dose_warnings(fits), *reversal_warnings(law, fits))
    not_stated = sum(not file.junction_stated for file in _files(solutions))
    if len(used) < max(1.0, FEWEST_USED * len(fits)):
        outcome, unknown = of_patches(fits), unknown_parameters(law, level)
        outcome = replace(outcome, sentence=with_left_out(outcome.sentence, (), excluded))
        told = assumptions(law, fits, None, not_stated)
        return RomkBlockResult(
            law.model, level, seed, outcome, unknown, unknown, {}, fits, excluded, {}, told, voltages
        )
    across, misfit = across_patches(law, used, level, seed), law_fit(law, used, choices)
    across = widened(across, None if solutions is None else shared_errors(law, used, solutions))
    outcome = _outcome(across, misfit)
    per_mV = percent_per_mV(law, used)
    surprising = beside_the_library(law, across.parameters, across.K_ref_mM)
    result = RomkBlockResult(
        model=law.model,
        level=level,
        seed=seed,
        outcome=replace(outcome, sentence=with_left_out(outcome.sentence, fits, excluded)),
        parameters=across.parameters,
        pooled=_usual_way(law, used, choices, solutions),
        by_K_out=across.by_K_out,
        patches=fits,
        excluded=excluded,
        diagnostics={**across.diagnostics, **misfit.diagnostics, "most_percent_of_Ki0_per_mV": per_mV},
        assumptions=assumptions(law, used, per_mV, not_stated),
        warnings=(*voltages, *misfit.warnings, *across.warnings, *surprising),
        n_donors=_donors(used),
    )
    return result.without_values(LAW_DOES_NOT_FIT) if misfit.outcomes else result


def _files(table: Solutions | None) -> list[FileSolutions]:
    """Every recording that is used."""
    return [] if table is None else [file for patch in table.patches for file in patch.used]


def _outcome(across: AcrossPatches, misfit: LawFit) -> Outcome:
    """The worst that was found, or the answer."""
    outcome = worst([*across.outcomes, *misfit.outcomes], Outcome("converged", ""))
    if outcome.converged:
        outcome = replace(outcome, sentence=summary(across))
    remarks = () if misfit.outcomes else across.remarks
    return replace(outcome, sentence=" ".join((outcome.sentence, *remarks)))


def _usual_way(
    law: BlockLaw, used: Sequence[PatchFit], choices: Choices, solutions: Solutions | None
) -> dict[str, ParameterInterval]:
    """All points as if independent; with the Mg2+ that was typed where recipes replace it."""

    def refit(seen: PatchObservations) -> PatchFit | None:
        again = fit_patch(law, seen, choices) if not reason_not_to_fit(seen) else None
        return again if again is not None and again.used else None

    nominal = [] if solutions is None else nominal_fits(used, solutions, refit)
    rows = pooled_points(law, nominal or used, choices.level, choices.seed)
    if nominal:
        rows = {name: replace(row, method=f"{NOMINAL}; {row.method}") for name, row in rows.items()}
    return rows


def _donors(used: Sequence[PatchFit]) -> int | None:
    """How many animals the patches come from; None where any patch does not say."""
    donors = {fit.observations.donor for fit in used}
    return None if "" in donors else len(donors)
