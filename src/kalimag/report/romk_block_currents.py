"""Figures of a block experiment close to the data: currents with the fitted law, and what the fit leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kalimag.assays.romk_block_law import PART, BlockLaw, held_at
from kalimag.report.numbers import digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kalimag.assays.romk_block_result import PatchFit, RomkBlockResult

V_AXIS = "Membrane potential (mV)"
MG_TITLE = "Free Mg²⁺ (mM)"
MARKERS = "osD^vP*X"
_MOST_PANELS = 4
_TALL, _PANEL_WIDE = 2.7, 2.35


def current_voltage(result: RomkBlockResult) -> Figure:
    """One patch for each external K+, points at each Mg2+, lines from the law; open symbols are repeats.

    Parameters
    ----------
    result : with at least one patch that was used.

    Returns
    -------
    Figure, of width 6.4 inch at most for two panels and wider for more.
    """
    from matplotlib.figure import Figure

    shown = typical_patches(result)[:_MOST_PANELS]
    law = BlockLaw.load(result.model)
    figure = Figure(figsize=(max(3.6, 0.5 + _PANEL_WIDE * len(shown)), _TALL + 0.5), layout="constrained")
    panels = figure.subplots(1, len(shown), squeeze=False)[0]
    looks = mg_looks([fit for fit in result.patches if fit.used])
    for panel, fit in zip(panels, shown, strict=True):
        _currents(panel, law, fit, looks)
        panel.set_title(f"{fit.observations.id}: external K⁺ {fit.observations.K_out_mM:g} mM", loc="left")
        panel.set_xlabel(V_AXIS)
    panels[0].set_ylabel("Membrane current (pA)")
    handles = [_handle(look, digits(Mg)) for Mg, look in looks.items()]
    figure.legend(handles=handles, title=MG_TITLE, loc="outside lower center", ncols=len(handles))
    return figure


def residuals(result: RomkBlockResult) -> Figure:
    """What the fits leave, in standard deviations: against voltage, and against what chance would give.

    Parameters
    ----------
    result : with at least one patch that was used.

    Returns
    -------
    Figure
    """
    from matplotlib.figure import Figure

    fits = [fit for fit in result.patches if fit.used]
    looks = mg_looks(fits)
    figure = Figure(figsize=(6.4, _TALL + 0.4), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    for Mg, look in looks.items():
        for fit in fits:
            here = fit.observations.Mg_mM == Mg
            V = fit.observations.V_mV[here]
            left.plot(V, fit.residuals[here], look["marker"], color=look["color"], ms=2.5, alpha=0.7, mew=0)
    for level in (-2.0, 0.0, 2.0):
        left.axhline(level, color="0.6", lw=0.7, ls="-" if level == 0 else (0, (4, 3)), zorder=0)
    left.set_xlabel(V_AXIS)
    left.set_ylabel("Residual (standard deviations)")
    _quantiles(right, np.concatenate([fit.residuals for fit in fits]))
    handles = [_handle(look, digits(Mg)) for Mg, look in looks.items()]
    figure.legend(handles=handles, title=MG_TITLE, loc="outside lower center", ncols=len(handles))
    return figure


def typical_patches(result: RomkBlockResult) -> list[PatchFit]:
    """For each external K+ the used patch whose Ki0 is nearest to the middle of its level, ascending."""
    fits = [fit for fit in result.patches if fit.used]
    chosen = []
    for K in result.by_K_out:
        here = [fit for fit in fits if abs(fit.observations.K_out_mM / K - 1.0) < 0.02]
        middle = float(np.median([fit.ln_Ki0 for fit in here]))
        chosen.append(min(here, key=lambda fit: abs(fit.ln_Ki0 - middle)))
    return chosen


def mg_looks(fits: Sequence[PatchFit]) -> dict[float, dict[str, Any]]:
    """Colour and marker of each Mg2+ level: black without Mg2+, then from dark to light."""
    import matplotlib

    levels = np.unique(np.concatenate([fit.observations.Mg_mM for fit in fits]))
    colours = matplotlib.colormaps["viridis"](np.linspace(0.12, 0.88, max(int(np.sum(levels > 0)), 1)))
    given = iter(colours)
    return {
        float(Mg): {"color": next(given) if Mg > 0 else "black", "marker": MARKERS[k % len(MARKERS)]}
        for k, Mg in enumerate(levels)
    }


def _currents(panel: Axes, law: BlockLaw, fit: PatchFit, looks: dict[float, dict[str, Any]]) -> None:
    seen = fit.observations
    V = np.linspace(seen.V_mV.min(), seen.V_mV.max(), 121)
    leak = float(fit.leak_pA @ seen.V_mV / (seen.V_mV @ seen.V_mV))
    shown: set[float] = set()
    for file in range(len(seen.files) or int(seen.file.max()) + 1):
        here = seen.file == file
        Mg = float(seen.Mg_mM[here][0])
        look = looks[Mg]
        held = held_at(V, float(seen.temperature_K[here][0]), seen.K_in_mM, seen.K_out_mM, Mg)
        own = {
            **fit.numbers,
            "K_ref": seen.K_out_mM,
            "g_max": fit.g_max_nS * float(np.mean(fit.run_down[here])),
        }
        panel.plot(V, law.evaluate(held, own)[f"{PART}.I_K"] + leak * V, color=look["color"], lw=1.0)
        face = "white" if Mg in shown else look["color"]
        panel.plot(
            seen.V_mV[here], seen.I_pA[here], look["marker"], color=look["color"], mfc=face, ms=3.6, mew=0.8
        )
        shown.add(Mg)
    for line in (panel.axhline, panel.axvline):
        line(0.0, color="0.6", lw=0.6, zorder=0)


def _quantiles(panel: Axes, values: Any) -> None:
    """Sorted residuals against normal quantiles; a straight line is what independent errors give."""
    from scipy.special import ndtri

    ordered = np.sort(values)
    normal = ndtri((np.arange(len(ordered)) + 0.5) / len(ordered))
    reach = [float(min(normal[0], ordered[0])), float(max(normal[-1], ordered[-1]))]
    panel.plot(reach, reach, color="0.6", lw=0.7, zorder=0)
    panel.plot(normal, ordered, "o", color="black", ms=2.0, mew=0)
    panel.set_xlabel("Normal quantile")
    panel.set_ylabel("Residual (standard deviations)")


def _handle(look: dict[str, Any], label: str) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([], [], ls="", ms=4, label=label, **look)
