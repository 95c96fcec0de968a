"""The figure of an I–V: points with intervals, the slope, and the reversal potential with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kalimag.assays.iv_analysis import LEVEL
from kalimag.assays.iv_result import IVResult, IVRow
from kalimag.stats.block_mean import BLOCKS
from kalimag.stats.scattered_polynomial import quantile

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette; every mark also differs in shape, so that grey print is enough.
_BLACK, _BLUE, _VERMILION, _GREY = "#000000", "#0072B2", "#D55E00", "#767676"
_WIDTH_in, _HEIGHT_in, _FONT_pt = 3.5, 2.9, 8.0


def figure(result: IVResult) -> Figure:
    """Draw an I–V at the width of a journal column.

    Parameters
    ----------
    result : from `iv`.

    Returns
    -------
    matplotlib Figure that no global state knows of. Without voltages, current is drawn against the sweep.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"font.size": _FONT_pt, "axes.spines.top": False, "axes.spines.right": False}):
        drawn = Figure(figsize=(_WIDTH_in, _HEIGHT_in), layout="constrained")
        axes = drawn.add_subplot()
        if result.kind in ("held", "unknown"):
            _against_sweeps(axes, result)
        else:
            _against_voltage(axes, result)
        axes.set_ylabel("Current (pA)")
        axes.set_title(f"{result.file}, {result.channel}", fontsize=_FONT_pt, loc="left")
    return drawn


def _signed(text: str) -> str:
    """Text with minus signs as the axes print them."""
    return text.replace("-", "\N{MINUS SIGN}")


def _error(row: IVRow) -> float:
    """Half of the 95 % interval of a row's mean."""
    dof = row.n_sweeps - 1 if row.n_sweeps > 2 else BLOCKS - 1
    return 0.0 if row.I_sem_pA is None else quantile(LEVEL, dof) * row.I_sem_pA


def _against_voltage(axes: Axes, result: IVResult) -> None:
    known = [(*row.point, _error(row)) for row in result.rows if row.point is not None]
    V, current, error = np.array(sorted(known)).T
    at_membrane = result.rows[0].V_m_mV is not None
    axes.axhline(0.0, color=_GREY, linewidth=0.6, zorder=0)
    if V.min() < 0 < V.max():
        axes.axvline(0.0, color=_GREY, linewidth=0.6, zorder=0)
    _slope(axes, result)
    style = "." if len(V) > 60 else "o"
    size = 2.0 if len(V) > 60 else 3.2
    axes.errorbar(
        V,
        current,
        error,
        fmt=style,
        markersize=size,
        color=_BLACK,
        elinewidth=0.8,
        capsize=1.5,
        label="current",
    )
    _reversal(axes, result)
    axes.set_xlabel("Membrane potential (mV)" if at_membrane else "Command potential (mV)")
    axes.legend(frameon=False, fontsize=_FONT_pt - 1.5, loc="best", handlelength=1.4)


def _slope(axes: Axes, result: IVResult) -> None:
    """The fitted line over its range, drawn only where the I–V is no curve."""
    steep = result.slope
    if steep.value_nS is None or steep.I_at_0_mV_pA is None or steep.range_mV is None or steep.text:
        return
    ends = np.array(steep.range_mV)
    line = steep.I_at_0_mV_pA + steep.value_nS * ends
    text = f"slope {steep.value_nS:.3g} nS"
    if steep.low_nS is not None and steep.high_nS is not None:
        text += f" ({steep.low_nS:.3g} to {steep.high_nS:.3g})"
    axes.plot(ends, line, color=_BLUE, linewidth=1.0, zorder=1, label=_signed(text))


def _reversal(axes: Axes, result: IVResult) -> None:
    """A diamond at the reversal potential, and its interval as a bar on the zero line."""
    found = result.reversal
    if found.value_mV is None:
        return
    text = f"reversal {found.value_mV:.1f} mV"
    if found.low_mV is not None and found.high_mV is not None:
        text += f" ({found.low_mV:.1f} to {found.high_mV:.1f})"
        axes.plot(
            [found.low_mV, found.high_mV], [0.0, 0.0], color=_VERMILION, linewidth=3.0, alpha=0.5, zorder=3
        )
    axes.plot([found.value_mV], [0.0], "D", color=_VERMILION, markersize=4.0, zorder=4, label=_signed(text))


def _against_sweeps(axes: Axes, result: IVResult) -> None:
    sweeps = [row.sweep if row.sweep is not None else 0 for row in result.rows]
    current, error = [row.I_pA for row in result.rows], [_error(row) for row in result.rows]
    axes.errorbar(sweeps, current, error, fmt="o", markersize=3.2, color=_BLACK, elinewidth=0.8, capsize=1.5)
    axes.set_xlabel("Sweep")
    axes.locator_params(axis="x", integer=True)
    level = result.rows[0].V_mV
    held = "at an unknown voltage" if level is None else _signed(f"held at {level:.4g} mV")
    axes.text(0.98, 0.98, held, transform=axes.transAxes, ha="right", va="top", color=_GREY)
