"""From patches to channels: Ki0 and how it depends on external K+, z_delta, and how much patches differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kalimag.assays.romk_block_advice import WIDER_K, next_step
from kalimag.assays.romk_block_external import FEWEST_LEVELS, ExternalDependence, Levels, external_dependence
from kalimag.assays.romk_block_law import BlockLaw
from kalimag.assays.romk_block_result import ParameterInterval, PatchFit, PatchObservations
from kalimag.stats.least_squares import Floats
from kalimag.stats.outcome import Outcome
from kalimag.stats.random_effects import (
    OverGroups,
    law_over_groups,
    linear_over_groups,
    mean_over_groups,
    nested_p,
)

_METHOD = (
    "over patches, each with a random effect (variance of Paule and Mandel); t with {df} degrees of freedom"
)
_ALONE = "One patch gives no interval over patches; add patches."
_AS_MANY = (
    "There are as many levels of external K+ as patches ({n}), so nothing tells their spread; add patches."
)
_TOO_FEW = f"fewer than {FEWEST_LEVELS} levels of external K+, or no patch to spare"
_DOUBTFUL = 0.05
WIDEST_FOLD = 100.0  # beyond two decades a number is not known, whatever its middle


@dataclass(frozen=True)
class AcrossPatches:
    """What patches say together; `remarks` belong into the outcome's sentence even where all is well."""

    parameters: Mapping[str, ParameterInterval]
    by_K_out: Mapping[float, ParameterInterval]
    diagnostics: Mapping[str, float | None]
    outcomes: tuple[Outcome, ...]
    remarks: tuple[str, ...]
    warnings: tuple[str, ...]
    K_ref_mM: float


def across_patches(law: BlockLaw, fits: Sequence[PatchFit], level: float, seed: int) -> AcrossPatches:
    """Carry the patches' estimates to intervals over patches.

    Parameters
    ----------
    law : the block law.
    fits : patches that converged, at least one.
    level : of the intervals.
    seed : of the starts.

    Returns
    -------
    AcrossPatches
    """
    y, sd = np.array([fit.ln_Ki0 for fit in fits]), np.array([fit.ln_Ki0_sd for fit in fits])
    K_out = [fit.observations.K_out_mM for fit in fits]
    levels, how = Levels.of(K_out), external_dependence(law, K_out, y, seed)
    by_level = linear_over_groups(levels.design, y, sd, level)
    over = law_over_groups(how.law, y, sd, how.search, level) if how.by_law else by_level
    rows = _external_rows(law, how, over, len(fits))
    for k, name in enumerate(law.shape[1:], start=1):
        rows[name] = _row(law, name, mean_over_groups(*_searched(fits, k), level), 0, len(fits))
    z, z_sd = _searched(fits, law.shape.index("z_delta"))
    z_over = mean_over_groups(z, z_sd, level)
    rows["between_patch_sd"] = _spread_row(over, len(fits))
    p = {
        "p_Ki0_law": nested_p(y, sd, over, by_level) if how.by_law else None,
        "p_z_delta_same_at_all_K_out": nested_p(
            z, z_sd, z_over, linear_over_groups(levels.design, z, z_sd, level)
        ),
    }
    numbers = {"Q_Ki0": over.misfit, "Q_df": float(over.df), "between_patch_sd_ln_z_delta": z_over.between_sd}
    return AcrossPatches(
        parameters=rows,
        by_K_out=_by_level_rows(law, levels, by_level),
        diagnostics=numbers | p,
        outcomes=_outcomes(rows, over, _Advice(law, fits[0].observations, float(levels.K_out_mM[0]))),
        remarks=_remarks(how, levels, law),
        warnings=_warnings(p, law),
        K_ref_mM=how.K_ref_mM,
    )


def _searched(fits: Sequence[PatchFit], index: int) -> tuple[Floats, Floats]:
    """One searched parameter of every patch with its standard error, shape (patches,) each."""
    sd = np.array([np.sqrt(fit.covariance[index, index]) for fit in fits])
    return np.array([fit.estimate[index] for fit in fits]), sd


def _row(law: BlockLaw, name: str, over: OverGroups, index: int, n: int) -> ParameterInterval:
    home = law.domain_of(name)
    low, high = (None if end is None else home.from_free(end) for end in over.interval(index))
    row = ParameterInterval(
        name=name,
        unit=law.unit_of(name),
        value=home.from_free(float(over.estimate[index])),
        low=low,
        high=high,
        level=over.level,
        n_patches=n,
        meaning=law.meaning_of(name),
        method=_METHOD.format(df=over.df),
        reason="" if over.df else _ALONE,
    )
    if over.df and not row.closed:
        side = " and ".join(["below"] * (low is None) + ["above"] * (high is None))
        return row.refused(f"nothing in the data limits {name} from {side}", keep_bounds=True)
    if low is not None and high is not None and 0 < low < high / WIDEST_FOLD:
        reason = f"the interval of {name}, {low:.2g} to {high:.2g}, spans more than {WIDEST_FOLD:g}-fold"
        return row.refused(reason, keep_bounds=True)
    return row


def _external_rows(
    law: BlockLaw, how: ExternalDependence, over: OverGroups, n: int
) -> dict[str, ParameterInterval]:
    """Ki0 at its reference, and the parameters of external K+, refused where levels are too few."""
    at = f"0 mV, external K+ {how.K_ref_mM:g} mM"
    rows = {"Ki0": replace(_row(law, "Ki0", over, how.Ki0_at, n), at=at)}
    for index, name in enumerate(law.external, start=1):
        if how.by_law:
            rows[name] = _row(law, name, over, index, n)
        else:
            empty = ParameterInterval(name, law.unit_of(name), None, None, None, over.level, n)
            rows[name] = replace(empty, meaning=law.meaning_of(name), reason=_TOO_FEW)
    return rows


def _by_level_rows(law: BlockLaw, levels: Levels, over: OverGroups) -> dict[float, ParameterInterval]:
    rows = {}
    for index, K in enumerate(levels.K_out_mM):
        row = _row(law, "Ki0", over, index, int(np.sum(levels.place == index)))
        rows[float(K)] = replace(row, at=f"0 mV, external K+ {K:g} mM", meaning="")
    return rows


def _spread_row(over: OverGroups, n: int) -> ParameterInterval:
    row = ParameterInterval(
        name="between_patch_sd",
        unit="1",
        value=over.between_sd,
        low=over.between_sd_low,
        high=over.between_sd_high,
        level=over.level,
        n_patches=n,
        meaning="standard deviation of ln Ki0 from patch to patch (0.15 is about 15 %)",
        method="Paule and Mandel, interval where Q leaves its chi-squared range",
    )
    return row if over.df else replace(row, reason=_ALONE)


@dataclass(frozen=True)
class _Advice:
    """What to measure next when a parameter stays open over patches."""

    law: BlockLaw
    seen: PatchObservations
    lowest_mM: float

    def of(self, name: str) -> str:
        """One or two sentences."""
        if name in self.law.external:
            return (
                f"{next_step(self.law, self.seen, name)} The lowest external K+ is {self.lowest_mM:g} mM. "
                "Ki0 at each level and z_delta stand."
            )
        own = "" if name in ("Ki0", "z_delta") else f" {next_step(self.law, self.seen, name)}"
        return f"Add patches.{own}"


def _outcomes(
    rows: Mapping[str, ParameterInterval], over: OverGroups, advice: _Advice
) -> tuple[Outcome, ...]:
    """What keeps the answer from being one, if anything."""
    n = rows["Ki0"].n_patches
    if over.df == 0:
        return (Outcome("flat_direction", _ALONE if n == 1 else _AS_MANY.format(n=n)),)
    found = []
    if over.rivals:
        found.append(Outcome("multimodal", f"More than one law of external K+ fits the patches. {WIDER_K}"))
    for name, row in rows.items():
        if row.reason and row.reason != _TOO_FEW:
            reason = f"{row.reason[0].upper()}{row.reason[1:]}"
            found.append(Outcome("flat_direction", f"{reason}. {advice.of(name)}"))
    return tuple(found)


def _remarks(how: ExternalDependence, levels: Levels, law: BlockLaw) -> tuple[str, ...]:
    measured = ", ".join(f"{K:g}" for K in levels.K_out_mM)
    if not how.by_law and law.external:
        only = (
            "the only level measured" if len(levels) == 1 else f"one of the levels measured ({measured} mM)"
        )
        return (
            f"Ki0 is at external K+ {how.K_ref_mM:g} mM, {only}; {', '.join(law.external)} cannot be told. "
            f"Add patches until there are {FEWEST_LEVELS} or more levels between 1 and 110 mM.",
        )
    low, high = float(levels.K_out_mM[0]), float(levels.K_out_mM[-1])
    if not low * 0.99 <= how.K_ref_mM <= high * 1.01:
        return (
            f"Ki0 at {how.K_ref_mM:g} mM external K+ is carried by the law beyond the levels measured "
            f"({measured} mM).",
        )
    return ()


def _warnings(p: Mapping[str, float | None], law: BlockLaw) -> tuple[str, ...]:
    found = []
    law_p, z_p = p["p_Ki0_law"], p["p_z_delta_same_at_all_K_out"]
    if law_p is not None and law_p < _DOUBTFUL:
        found.append(
            f"Ki0 at the single levels of external K+ departs from the law '{law.model}' (p = {law_p:.2g}); "
            "compare another law"
        )
    if z_p is not None and z_p < _DOUBTFUL:
        found.append(
            f"z_delta differs between levels of external K+ (p = {z_p:.2g}); the value given is an average"
        )
    return tuple(found)
