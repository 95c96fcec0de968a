"""Figures of a block experiment's answer: Ki against voltage and external K+, and Ki0 patch by patch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kalimag.assays.romk_block_law import PART, BlockLaw, conditions_of, held_at
from kalimag.report.romk_block_currents import V_AXIS
from kalimag.report.svg import OKABE_ITO
from kalimag.stats.profile import t_threshold

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kalimag.assays.romk_block_result import ParameterInterval, PatchFit, RomkBlockResult

Floats = NDArray[np.float64]
_KI = "Ki of Mg²⁺ (mM)"
_NEAR_REVERSAL_MV = 10.0
_TICKS = (  # up to which ratio of its ends an axis has which ticks in each decade
    (4.0, (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)),
    (15.0, (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)),
    (np.inf, (1.0, 2.0, 5.0)),
)
_OURS, _POOLED, _PATCH = OKABE_ITO[0], OKABE_ITO[1], "0.25"


def affinity(result: RomkBlockResult) -> Figure:
    """Ki against voltage at each external K+, with a band over patches; and Ki0 against external K+.

    Parameters
    ----------
    result : with at least one patch that was used.

    Returns
    -------
    Figure; points are Ki at single voltages, mean and SD over patches, without the law's voltage dependence.
    """
    from matplotlib.figure import Figure

    several = len(result.by_K_out) > 1
    law, fits = BlockLaw.load(result.model), [fit for fit in result.patches if fit.used]
    figure = Figure(figsize=(6.4 if several else 4.0, 3.1), layout="constrained")
    panels = figure.subplots(1, 2 if several else 1, squeeze=False)[0]
    levels = list(result.by_K_out)
    place = np.array(
        [int(np.argmin(np.abs(np.log(np.array(levels) / fit.observations.K_out_mM)))) for fit in fits]
    )
    V = np.linspace(*_voltage_range(fits), 81)
    lines = np.array([_ln_Ki(law, fit, V) for fit in fits])
    df = len(fits) - len(levels)
    spread = _common_sd(lines, place) if df > 0 else None
    for k, K in enumerate(levels):
        here = place == k
        colour = OKABE_ITO[k % len(OKABE_ITO)]
        middle = lines[here].mean(axis=0)
        panels[0].plot(V, np.exp(middle), color=colour, label=f"{K:g} mM")
        if spread is not None:
            half = t_threshold(result.level, df) * spread / np.sqrt(np.sum(here))
            panels[0].fill_between(
                V, np.exp(middle - half), np.exp(middle + half), color=colour, alpha=0.2, lw=0
            )
        _single_voltages(panels[0], law, [fit for fit, at in zip(fits, here, strict=True) if at], colour)
    panels[0].set(yscale="log", xlabel=V_AXIS, ylabel=_KI)
    panels[0].legend(title="External K⁺")
    _plain_log_ticks(panels[0].yaxis)
    if several:
        _against_external(panels[1], law, result, fits)
    return figure


def forest(result: RomkBlockResult) -> Figure:
    """Ki0 of every patch with its profile interval, the mean over patches, and what pooled points would say.

    Parameters
    ----------
    result : with at least one patch that was used.

    Returns
    -------
    Figure; where the law of external K+ was fitted, patches are carried to the K+ at which Ki0 is stated.
    """
    from matplotlib.figure import Figure

    fits = sorted((fit for fit in result.patches if fit.used), key=lambda fit: fit.observations.K_out_mM)
    carry, axis = _carried(result, fits)
    figure = Figure(figsize=(5.2, 0.9 + 0.2 * (len(fits) + 3)), layout="constrained")
    panel = figure.subplots()
    names = []
    for row, (fit, factor) in enumerate(zip(fits, carry, strict=True)):
        interval = fit.parameters["Ki0"]
        _bar(panel, -row, interval, factor, color=_PATCH, marker="o", ms=4)
        names.append(f"{fit.observations.id}   {fit.observations.K_out_mM:g} mM K⁺")
    _bar(panel, -len(fits) - 0.5, result.parameters["Ki0"], 1.0, color=_OURS, marker="D", ms=6, lw=2.0)
    _bar(
        panel,
        -len(fits) - 1.5,
        result.pooled["Ki0"],
        1.0,
        color=_POOLED,
        marker="s",
        ms=5,
        lw=2.0,
        mfc="white",
    )
    ours = result.parameters["Ki0"].value
    if ours is not None:
        panel.axvline(ours, color=_OURS, lw=0.7, alpha=0.6, zorder=0)
    panel.axhline(-len(fits) + 0.25, color="0.7", lw=0.6)
    over = f"over {len(fits)} patches" if result.parameters["Ki0"].closed else "no interval over patches"
    ticks = [*(-k for k in range(len(fits))), -len(fits) - 0.5, -len(fits) - 1.5]
    panel.set_yticks(ticks, [*names, over, "every point as independent"])
    panel.set_ylim(-len(fits) - 2.1, 0.6)
    panel.tick_params(axis="y", length=0)
    panel.spines["left"].set_visible(False)
    panel.set(xscale="log", xlabel=axis)
    _plain_log_ticks(panel.xaxis)
    return figure


def _bar(panel: Axes, y: float, row: ParameterInterval, factor: float, **look: Any) -> None:
    """One interval and its value; nothing where there is none."""
    if row.value is None:
        return
    low, high = (row.value if end is None else end for end in (row.low, row.high))
    line = look.pop("lw", 1.0)
    panel.plot([low * factor, high * factor], [y, y], color=look["color"], lw=line, solid_capstyle="butt")
    panel.plot([row.value * factor], [y], ls="", **look)


def _carried(result: RomkBlockResult, fits: Sequence[PatchFit]) -> tuple[Floats, str]:
    """By what to multiply each patch's Ki0 to compare them, and the axis label that says so."""
    law = BlockLaw.load(result.model)
    numbers = _population(result, law)
    if len(result.by_K_out) == 1 or numbers is None:
        return np.ones(len(fits)), "Ki0 at 0 mV (mM), at the patch's own external K⁺"
    K_out = np.array([fit.observations.K_out_mM for fit in fits])
    return numbers["Ki0"] / np.exp(law.ln_Ki0_at(K_out, numbers)[0]), (
        f"Ki0 at 0 mV (mM), carried to external K⁺ of {law.K_ref:g} mM"
    )


def _population(result: RomkBlockResult, law: BlockLaw) -> dict[str, float] | None:
    """Ki0 and the parameters of external K+ over patches; None where one has no value."""
    rows = {name: result.parameters[name].value for name in ("Ki0", *law.external)}
    known = {name: value for name, value in rows.items() if value is not None}
    return known if len(known) == len(rows) else None


def _against_external(panel: Axes, law: BlockLaw, result: RomkBlockResult, fits: Sequence[PatchFit]) -> None:
    K = np.array([fit.observations.K_out_mM for fit in fits])
    Ki0 = np.exp([fit.ln_Ki0 for fit in fits])
    panel.plot(K, Ki0, "o", color=_PATCH, ms=3.5, mfc="white", mew=0.8, label="patches")
    label: str | None = f"mean and {100 * result.level:g} % interval"
    for at, row in result.by_K_out.items():
        if row.closed and row.value is not None:
            ends = np.array([[row.value - (row.low or 0.0)], [(row.high or 0.0) - row.value]])
            panel.errorbar([at], [row.value], ends, fmt="_", color=_OURS, ms=9, lw=1.4, label=label)
            label = None
    numbers = _population(result, law)
    if numbers is not None:
        reach = np.geomspace(K.min(), max(K.max(), law.K_ref), 81)
        panel.plot(reach, np.exp(law.ln_Ki0_at(reach, numbers)[0]), color=_OURS, label=f"law: {result.model}")
    panel.set(xscale="log", yscale="log", xlabel="External K⁺ (mM)", ylabel="Ki0 at 0 mV (mM)")
    panel.legend()
    for axis in (panel.xaxis, panel.yaxis):
        _plain_log_ticks(axis)


def _single_voltages(panel: Axes, law: BlockLaw, fits: Sequence[PatchFit], colour: str) -> None:
    """Ki at each voltage by itself: mean and SD over patches of its logarithm."""
    at: dict[float, list[float]] = {}
    for fit in fits:
        for V, ln_Ki in _ln_Ki_by_voltage(law, fit).items():
            at.setdefault(float(10.0 * np.round(V / 10.0)), []).append(ln_Ki)
    full = {V: values for V, values in at.items() if 2 * len(values) > len(fits)}
    for V, values in full.items():
        middle, sd = float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
        panel.plot([V, V], np.exp([middle - sd, middle + sd]), color=colour, lw=0.8)
        panel.plot([V], [np.exp(middle)], "o", color=colour, ms=3.5)


def _ln_Ki_by_voltage(law: BlockLaw, fit: PatchFit) -> dict[float, float]:
    """ln Ki from the currents at one voltage alone: the slope of (unblocked - I) against Mg2+ times I."""
    seen = fit.observations
    open_numbers = {**fit.numbers, "K_ref": seen.K_out_mM, "g_max": fit.g_max_nS}
    outputs = law.evaluate(conditions_of(seen) | {"inner.Mg": 0.0 * seen.Mg_mM}, open_numbers)
    unblocked, E_K = outputs[f"{PART}.I_K"], outputs["patch.E_K"]
    current, sd = (seen.I_pA - fit.leak_pA) / fit.run_down, fit.sd_pA / fit.run_down
    far = (np.abs(seen.V_mV - E_K) > _NEAR_REVERSAL_MV) & (seen.Mg_mM > 0)
    found = {}
    for command in np.unique(np.round(seen.command_mV[far], 1)):
        here = far & (np.abs(seen.command_mV - command) < 0.1)
        dose, drop, weight = seen.Mg_mM[here] * current[here], (unblocked - current)[here], 1 / sd[here] ** 2
        slope = float(weight @ (dose * drop) / (weight @ dose**2))
        if slope > 2.0 / np.sqrt(float(weight @ dose**2)):
            found[float(np.mean(seen.V_mV[here]))] = -float(np.log(slope))
    return found


def _ln_Ki(law: BlockLaw, fit: PatchFit, V: Floats) -> Floats:
    seen = fit.observations
    held = held_at(V, float(np.mean(seen.temperature_K)), seen.K_in_mM, seen.K_out_mM, 0.0)
    return np.asarray(np.log(law.evaluate(held, {**fit.numbers, "K_ref": seen.K_out_mM})[f"{PART}.Ki"]))


def _common_sd(lines: Floats, place: NDArray[np.int64]) -> Floats:
    """SD between patches of the same level, all levels taken together; shape (voltages,)."""
    means = np.array([lines[place == k].mean(axis=0) for k in range(place.max() + 1)])
    return np.asarray(np.sqrt(np.sum((lines - means[place]) ** 2, axis=0) / (len(lines) - len(means))))


def _voltage_range(fits: Sequence[PatchFit]) -> tuple[float, float]:
    V = np.concatenate([fit.observations.V_mV for fit in fits])
    return float(V.min()), float(V.max())


def _plain_log_ticks(axis: Any) -> None:
    """Ticks as plain numbers: 1, 2 and 5 of each decade, more where the axis is a decade or less."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.axes.autoscale_view()
    low, high = axis.get_view_interval()
    subs = next(subs for most, subs in _TICKS if high / low < most)
    axis.set_major_locator(LogLocator(subs=subs, numticks=20))
    axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axis.set_minor_formatter(NullFormatter())
