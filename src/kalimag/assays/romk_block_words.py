"""The sentences of a block experiment: its answer, what was left out, and what was taken for granted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kalimag.assays.romk_block_law import BlockLaw
from kalimag.assays.romk_block_over_patches import AcrossPatches
from kalimag.assays.romk_block_result import ParameterInterval, PatchFit, PatchObservations
from kalimag.assays.solutions import FileSolutions
from kalimag.stats.outcome import Outcome

_UNKNOWN = "too few patches can tell; see the outcome"


def summary(across: AcrossPatches) -> str:
    """The answer in one or two sentences."""
    Ki0, z_delta = across.parameters["Ki0"], across.parameters["z_delta"]
    n = f"{Ki0.n_patches} patches"
    return (
        f"Ki0 is {_told(Ki0)} at {Ki0.at}, and z_delta is {_told(z_delta)} "
        f"({Ki0.level:.0%} intervals over {n})."
    )


def of_patches(fits: Sequence[PatchFit]) -> Outcome:
    """The outcome when too many patches cannot tell: the most frequent, in the words of one patch."""
    lost = [fit for fit in fits if not fit.used]
    if not lost:
        return Outcome("failed", "No patch could be fitted.")
    kinds = [fit.outcome.kind for fit in lost]
    kind = max(dict.fromkeys(kinds), key=kinds.count)
    first = next(fit for fit in lost if fit.outcome.kind == kind)
    what = "are not to be relied on" if kind == "failed" else "cannot tell"
    several = f"{len(lost)} of {len(fits)} patches {what}, such as " if len(fits) > 1 else ""
    remainder = " The others would be a selection." if len(lost) < len(fits) else ""
    return Outcome(kind, f"{several}{first.observations.id}: {first.outcome.sentence}{remainder}")


def with_left_out(sentence: str, fits: Sequence[PatchFit], excluded: Sequence[PatchObservations]) -> str:
    """The sentence, followed by the patches that do not count and why."""
    lost = [f"Not used: {fit.observations.id}, {fit.outcome.sentence}" for fit in fits if not fit.used]
    lost += [f"Not used: {seen.id}, {seen.excluded}." for seen in excluded]
    return " ".join((sentence, *lost)).strip()


def unknown_parameters(law: BlockLaw, level: float) -> dict[str, ParameterInterval]:
    """Every parameter of the answer without a value, when no patch can be used."""
    return {
        name: ParameterInterval(
            name, law.unit_of(name), None, None, None, level, 0, law.meaning_of(name), reason=_UNKNOWN
        )
        for name in ("Ki0", *law.external, "z_delta")
    }


def assumptions(
    law: BlockLaw, fits: Sequence[PatchFit], percent_per_mV: float | None, not_stated: int = 0
) -> tuple[str, ...]:
    """What was taken for granted, with what it would do to Ki0 where that can be said.

    Parameters
    ----------
    law : the block law.
    fits : the patches that count.
    percent_per_mV : largest change of a patch's Ki0 for one millivolt, if known.
    not_stated : recordings of which nobody says how large the junction potential is.

    Returns
    -------
    tuple of sentences.
    """
    per_mV = (
        ""
        if percent_per_mV is None
        else f" One millivolt more moves Ki0 of a patch by up to {percent_per_mV:.1f} %."
    )
    return (
        f"The law of block is '{law.model}': one Mg2+ blocks one channel, so fast that only means show it.",
        "E_K follows from the K+ concentrations stated, with the same activity coefficient on both sides.",
        "Leak is ohmic and reverses at 0 mV; the channel's I-V without Mg2+ is a straight line through E_K.",
        _run_down(fits),
        "Free Mg2+ is taken as stated: if all of it is 10 % higher, so is Ki0.",
        f"{_electrode(not_stated)}{per_mV}",
        "Errors of what is taken as stated here are common to all patches and are not in the intervals.",
        "Ki0 varies from patch to patch with a lognormal spread; the value is the geometric mean.",
        _donors(fits),
    )


def _electrode(not_stated: int) -> str:
    if not_stated:
        return (
            f"The junction potential is not stated for {not_stated} files and taken as 0 mV there; series "
            "resistance is taken as stated, 0 where it is not."
        )
    return "Junction potential and series resistance are taken as stated."


def without_junction(files: Sequence[FileSolutions]) -> tuple[str, ...]:
    """A warning where nobody said how large the junction potential is."""
    missing = sum(not file.junction_stated for file in files)
    if not missing:
        return ()
    return (
        f"the junction potential of {missing} of {len(files)} files is not stated and taken as 0 mV: write "
        'junction_potential = "... mV" (0 mV where pipette and bath are alike), or name the recipes.',
    )


def frames_in_words(files: Sequence[FileSolutions]) -> tuple[str, ...]:
    """How voltages were read: one sentence per configuration, with the ranges of what was corrected."""
    found, frames = [], [file.frame for file in files]
    for name in dict.fromkeys(frame.configuration for frame in frames):
        here = [frame for frame in frames if frame.configuration == name]
        widest = max(here, key=lambda one: (one.junction_potential_mV != 0, one.series_resistance_MOhm))
        formula = widest.described().partition(";")[0]
        junction = _junction([file for file in files if file.frame.configuration == name])
        series = _range([one.series_resistance_MOhm for one in here], "MOhm")
        applied = sum(one.junction_potential_applied for one in here)
        by_amplifier = (
            f", in {applied} of {len(here)} files already taken off by the amplifier" if applied else ""
        )
        text = f"{formula.rstrip('.')}; V_LJ {junction}{by_amplifier}; R_s not compensated {series}."
        found.append(f"{text[0].upper()}{text[1:]}")
    return tuple(found)


def _junction(files: Sequence[FileSolutions]) -> str:
    stated = [file.frame.junction_potential_mV for file in files if file.junction_stated]
    missing = len(files) - len(stated)
    if not missing:
        return _range(stated, "mV")
    of_some = f"{_range(stated, 'mV')}, " if stated else ""
    return f"{of_some}not stated and taken as 0 mV in {missing} of {len(files)} files"


def _range(numbers: Sequence[float], unit: str) -> str:
    low, high = min(numbers), max(numbers)
    ends = list(dict.fromkeys(f"{end:.3g}" for end in (low, high)))
    return f"{' to '.join(ends)} {unit}"


def _run_down(fits: Sequence[PatchFit]) -> str:
    fitted = sum("run_down" in fit.names for fit in fits)
    told = (
        f"Run-down is exponential in time, fitted in {fitted} of {len(fits)} patches from a repeated control"
    )
    return f"{told}, and none elsewhere." if fitted < len(fits) else f"{told}."


def _donors(fits: Sequence[PatchFit]) -> str:
    donors = {fit.observations.donor for fit in fits if fit.observations.donor}
    if not donors:
        return "Patches are independent of one another; their donors are not stated."
    return f"Patches are independent of one another, also those of the same donor ({len(donors)} donors)."


def _told(row: ParameterInterval) -> str:
    numbers = [row.value, row.low, row.high]
    value, low, high = (_digits(x) for x in numbers if x is not None)
    unit = "" if row.unit == "1" else f" {row.unit}"
    return f"{value}{unit} ({low} to {high})"


def _digits(x: float) -> str:
    """Three significant digits, never as a power of ten."""
    return str(np.format_float_positional(x, 3, fractional=False, trim="-"))
