"""Rows of an I–V brought to the membrane, raw values kept beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kalimag.assays.iv_analysis import Curve
from kalimag.assays.iv_result import IVRow
from kalimag.assays.membrane_frame import CONFIGURATIONS, SERIES_ERROR_MV, MembraneFrame
from kalimag.errors import InvalidInput, UsageProblem
from kalimag.units import typed


def membrane_frame(
    configuration: str | None = None,
    *,
    junction_potential: str | None = None,
    series_resistance: str | None = None,
    resting_potential: str | None = None,
    junction_potential_applied: bool = False,
) -> MembraneFrame | None:
    """Read what a person typed about pipette and membrane.

    Parameters
    ----------
    configuration : such as "whole-cell" or "inside-out"; it decides the signs.
    junction_potential, series_resistance, resting_potential : "4 mV", "2 MOhm", "-70 mV".
    junction_potential_applied : whether the amplifier has already taken it off.

    Returns
    -------
    MembraneFrame; None when nothing was said, so that values stay raw.

    Raises
    ------
    UsageProblem : a correction without a configuration, a quantity that cannot be read, or what makes no
        `MembraneFrame`.
    """
    if configuration is None:
        if junction_potential or series_resistance or resting_potential or junction_potential_applied:
            expected = f"one of {', '.join(CONFIGURATIONS)}, because it decides the signs"
            raise UsageProblem("correcting voltages", "no configuration is given", expected)
        return None
    rest = None if resting_potential is None else typed(resting_potential, "mV", "the resting potential")
    junction = typed(junction_potential or "0 mV", "mV", "the junction potential")
    series = typed(series_resistance or "0 MOhm", "MOhm", "the series resistance")
    try:
        return MembraneFrame(configuration, junction, junction_potential_applied, series, rest)
    except InvalidInput as error:
        raise UsageProblem(error.doing, error.found, error.expected, error.remedy) from error


def at_membrane(rows: Sequence[IVRow], frame: MembraneFrame | None) -> list[IVRow]:
    """Rows with `V_m_mV` and `I_m_pA` filled in, where there is a frame and a voltage."""
    if frame is None or any(row.V_mV is None for row in rows):
        return list(rows)
    points = frame.points(np.array([row.V_mV for row in rows]), np.array([row.I_pA for row in rows]))
    pairs = zip(points.V_mV.tolist(), points.I_pA.tolist(), strict=True)
    return [replace(row, V_m_mV=V, I_m_pA=current) for row, (V, current) in zip(rows, pairs, strict=True)]


def curve_at_membrane(one: Curve, frame: MembraneFrame | None) -> Curve:
    """A curve in the membrane frame, again in order of voltage."""
    if frame is None:
        return one
    points = frame.points(one.V, one.I)
    order = np.argsort(points.V_mV, kind="stable")
    return Curve(points.V_mV[order], points.I_pA[order], one.sem[order], one.dof)


def series_warning(rows: Sequence[IVRow], frame: MembraneFrame | None) -> list[str]:
    """A sentence when the series resistance moves any point by more than 5 mV."""
    if frame is None:
        return []
    worst = max(abs(row.I_pA) for row in rows) * frame.series_resistance_MOhm * 1e-3
    if worst <= SERIES_ERROR_MV:
        return []
    return [f"the series resistance moves the voltage by up to {worst:.3g} mV: its own error matters there"]
