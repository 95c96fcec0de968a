"""Does the law of block fit, over patches? What they all depart in alike, and which other law does better."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kalimag.assays.romk_block_departures import BEND, CHANGE, POWER, Departure
from kalimag.assays.romk_block_fit import Choices, search_patch
from kalimag.assays.romk_block_law import BlockLaw
from kalimag.assays.romk_block_result import ParameterInterval, PatchFit
from kalimag.errors import KalimagError
from kalimag.registry import entries
from kalimag.stats.outcome import Outcome
from kalimag.stats.random_effects import mean_over_groups

LAW_DOES_NOT_FIT = "the law does not fit; see the outcome"
# z_delta that changes by a quarter over the voltages is no number any more; by 3 %, it leaves its interval.
DOUBTFUL, GROSS = 0.03, 0.25
DOUBTFUL_PERCENT, GROSS_PERCENT = 3.0, 10.0
_SURE, _SURE_OF_ONE = 0.999, 0.9999
_BETTER = 0.8
_UNIT_SLIP = 30.0
_NAMES = {CHANGE: "relative_z_delta_change", POWER: POWER, BEND: BEND}


@dataclass(frozen=True)
class LawFit:
    """How well the law fits: outcomes that forbid an answer, warnings, and the numbers behind."""

    outcomes: tuple[Outcome, ...]
    warnings: tuple[str, ...]
    diagnostics: Mapping[str, float | None]


def law_fit(law: BlockLaw, fits: Sequence[PatchFit], choices: Choices) -> LawFit:
    """Ask all patches together whether they depart from the law in the same way.

    Parameters
    ----------
    law : the block law.
    fits : the patches that count, at least one.
    choices : for trying other laws.

    Returns
    -------
    LawFit; "failed" where a departure is beyond doubt and large.
    """
    gross, doubtful = list[str](), list[str]()
    numbers: dict[str, float | None] = {}
    for name, told in _SENTENCES.items():
        rows = [row for fit in fits if (row := _relative(fit, name)) is not None]
        if not rows:
            continue
        mean, sure = _common(rows)
        numbers[_NAMES[name]] = mean
        if sure and abs(mean) > DOUBTFUL:
            (gross if abs(mean) > GROSS else doubtful).append(told(law, fits, mean))
    missed = float(np.median([fit.misfit_percent_of_largest_current for fit in fits]))
    if missed > GROSS_PERCENT:
        gross.append(f"the currents are {missed:.0f} % of the largest away from '{law.model}'")
    if not gross and not doubtful:
        return LawFit((), _large(fits), numbers)
    other = _other_laws(law, fits[0], choices)
    warnings = tuple(f"the law may not fit: {text}. {other}" for text in doubtful)
    outcomes = tuple(Outcome("failed", f"the law does not fit: {text}. {other}") for text in gross)
    return LawFit(outcomes, (*(one.sentence for one in outcomes), *warnings, *_large(fits)), numbers)


def _relative(fit: PatchFit, name: str) -> tuple[Departure, int] | None:
    """One departure of one patch as a part of what it changes, and its degrees of freedom."""
    known = fit.departures
    if known is None or not known.trusted or name not in known.found:
        return None
    one, size = known.found[name], fit.z_delta if name == CHANGE else 1.0
    return Departure(one.value / size, one.sd / size), known.df


def _common(rows: Sequence[tuple[Departure, int]]) -> tuple[float, bool]:
    """The departure over patches, and whether it is there beyond doubt."""
    values = np.array([one.value for one, _ in rows])
    alike = abs(float(np.sign(values).sum())) == len(rows)
    everywhere = alike and all(one.significant(df, _SURE_OF_ONE) for one, df in rows)
    over = mean_over_groups(values, np.array([one.sd for one, _ in rows]), _SURE)
    low, high = over.interval(0)
    apart = low is not None and high is not None and low * high > 0
    return float(over.estimate[0]), everywhere or apart


def _of_z_delta(law: BlockLaw, fits: Sequence[PatchFit], mean: float) -> str:
    z = float(np.mean([fit.z_delta for fit in fits]))
    lower, upper = z * (1 - 0.5 * mean), z * (1 + 0.5 * mean)
    return (
        f"block grows with voltage by a z_delta of {lower:.2f} in the lower half of the voltages and "
        f"{upper:.2f} in the upper half, alike in all patches and unlike '{law.model}'"
    )


def _of_power(law: BlockLaw, fits: Sequence[PatchFit], mean: float) -> str:
    del fits
    return (
        f"Mg2+ acts with the power {1 + mean:.2f} of its concentration, alike in all patches and unlike "
        f"'{law.model}'; check free Mg2+ at both ends of the series (chelators, dilution)"
    )


def _of_control(law: BlockLaw, fits: Sequence[PatchFit], mean: float) -> str:
    del fits
    return (
        f"the conductance without Mg2+ changes by {mean:+.0%} from the lower to the upper half of the "
        f"voltages, alike in all patches, where '{law.model}' has a straight line"
    )


_SENTENCES: dict[str, Callable[[BlockLaw, Sequence[PatchFit], float], str]] = {
    CHANGE: _of_z_delta,
    POWER: _of_power,
    BEND: _of_control,
}


def _other_laws(law: BlockLaw, fit: PatchFit, choices: Choices) -> str:
    """Which other laws of the library fit one patch better."""
    found = {}
    for name in entries("mechanisms", ".py"):
        try:
            other = BlockLaw.load(name)
        except KalimagError:
            continue
        if set(other.shape) == set(law.shape):
            continue
        tried = search_patch(other, fit.observations, choices)
        rest = fit.observations.I_pA - tried.problem.predicted(tried.best.u)
        found[name] = float(np.sum((rest / tried.noise_pA) ** 2))
    better = {name: chi2 for name, chi2 in found.items() if chi2 < _BETTER * fit.chi2}
    if not better:
        tried_too = f" ({', '.join(found)} tried)" if found else ""
        return f"No other law of the library fits better{tried_too}; a law is a file of mechanisms."
    told = (f"--model {name} (chi2 {better[name]:.3g})" for name in sorted(better, key=better.__getitem__))
    return (
        f"Try {' or '.join(told)}: '{law.model}' has {fit.chi2:.3g} for {len(fit.observations)} points of "
        f"{fit.observations.id}."
    )


def _large(fits: Sequence[PatchFit]) -> tuple[str, ...]:
    """A sentence for every patch whose currents the law misses by much."""
    return tuple(
        f"{fit.observations.id}: the law misses the currents by {missed:.0f} % of the largest, beyond errors"
        for fit in fits
        if (missed := fit.misfit_percent_of_largest_current) > DOUBTFUL_PERCENT
    )


def beside_the_library(
    law: BlockLaw, rows: Mapping[str, ParameterInterval], K_out_mM: float
) -> tuple[str, ...]:
    """A sentence for every parameter whose whole interval is outside what the library holds possible.

    Parameters
    ----------
    law : the block law.
    rows : parameters over patches.
    K_out_mM : external K+ that Ki0 is stated at.

    Returns
    -------
    tuple of sentences.
    """
    found = []
    for name, row in rows.items():
        known = law.known_Ki0_at(K_out_mM) if name == "Ki0" else law.known.get(name)
        if known is None or row.value is None or row.low is None or row.high is None:
            continue
        least, most = known
        if row.low <= most and row.high >= least:
            continue
        fold = row.value / most if row.value > most else least / row.value
        unit = "" if row.unit == "1" else f" {row.unit}"
        slip = ""
        if row.unit == "mM" and fold > _UNIT_SLIP:
            right, wrong = ("uM", "mM") if row.value > most else ("mM", "uM")
            slip = f" All Mg2+ given in {wrong} instead of {right} would do this."
        found.append(
            f"{name} is {row.value:.3g}{unit}, outside the {least:.3g} to {most:.3g}{unit} that the library "
            f"holds possible; check free Mg2+, its unit and the configuration.{slip}"
        )
    return tuple(found)
