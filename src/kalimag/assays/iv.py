"""I–V relations: the current of a recording against the voltage that drove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kalimag.assays.command_shape import in_mV, stretches
from kalimag.assays.iv_analysis import LEVEL, Curve, alike, binned_curve, curve, reversal, slope, with_chords
from kalimag.assays.iv_command import (
    choose_channel,
    command_used,
    given_command,
    no_command_warning,
    parse_command,
)
from kalimag.assays.iv_frame import at_membrane, curve_at_membrane, series_warning
from kalimag.assays.iv_ramp import ramp_rows
from kalimag.assays.iv_result import Excluded, IVResult, IVRow, Reversal, Slope
from kalimag.assays.iv_rows import Source, named, rows_in_windows
from kalimag.assays.iv_window import Plan, default_plan, given_plan, parse_window
from kalimag.assays.membrane_frame import MembraneFrame
from kalimag.assays.unexplained_jumps import quiet_stretch
from kalimag.errors import InvalidInput
from kalimag.io.recording import Command, Recording
from kalimag.io.synthetic import warning as synthetic_warning
from kalimag.io.text_table import measures

__all__ = ["iv"]
UNCORRECTED = "not corrected for junction potential or series resistance"
RAW_FRAME, RAW_POTENTIAL = f"amplifier: V is the command, {UNCORRECTED}", f"command potential, {UNCORRECTED}"
_ABSURD_CURRENT_pA = 1e9
_ABSURD_VOLTAGE_mV = 1000.0
_JUMPS = (
    "the current jumps at the same times in every sweep as if the voltage stepped, but the file tells no step"
)
_HELD = "the command never changes: these are holding currents, not an I–V"


def iv(
    recording: Recording,
    *,
    channel: str | int | None = None,
    window: str | tuple[float, float] | None = None,
    command: str | float | Sequence[float] | None = None,
    membrane: MembraneFrame | None = None,
    slope_range_mV: tuple[float, float] | None = None,
) -> IVResult:
    """Read current against voltage from a recording, with reversal potential and slope conductance.

    Parameters
    ----------
    recording : any, with a channel in amperes.
    channel : name or number from 0; the first current under voltage clamp when None.
    window : seconds from the beginning of each sweep (stop not included), or text such as "1.2s:1.45s". When
        None, the last 25 % of the longest stretch in which sweeps step to different levels; see
        `iv_window.default_plan` for ramps, test pulses and held commands. The result says which was used.
    command : what the voltage was where the recording does not say, or says it wrongly: mV, one number per
        sweep, or text such as "-60 mV".
    membrane : configuration, junction potential, series resistance, from `iv_frame.membrane_frame`. When None
        the rows are raw; else they hold raw and membrane values, and the latter are analysed.
    slope_range_mV : voltages between which the slope conductance is fitted; all when None.

    Returns
    -------
    IVResult. Sweeps too short for the window are listed with the reason, never averaged in part.

    Raises
    ------
    UsageProblem : no such channel, or a window or command that makes no sense.
    InvalidInput : no channel records a current, or no sweep reaches the window.
    """
    index = choose_channel(recording, channel)
    window_s = parse_window(window) if isinstance(window, str) else window
    used = _command(recording, index, command, window_s)
    source = Source(recording, index, used, in_mV(used) if used is not None else ())
    plan = _plan(source, window_s)
    seen = _measure(source, plan, membrane)
    if not seen.rows:
        raise InvalidInput(
            f"reading an I–V from {recording.path.name}",
            f"no sweep can be used; the first {seen.excluded[0].reason}",
            "a window inside the sweeps",
        )
    found, steepness = _analysed(seen, plan, slope_range_mV)
    own = (*synthetic_warning([recording]), *recording.warnings, *_loud(source, plan, seen.excluded))
    warnings = (*own, *seen.warnings, *_absurd(seen.rows), *series_warning(seen.rows, membrane))
    raw = RAW_FRAME, RAW_POTENTIAL
    frame, potential = raw if membrane is None else (membrane.described(), membrane.potential)
    rate = recording.rate_Hz
    return IVResult(
        rows=with_chords(seen.rows, found),
        kind=plan.kind,
        channel=recording.channels[index].name,
        channel_index=index,
        window_s=(plan.main[0] / rate, plan.main[1] / rate),
        window_rule=plan.rule,
        command=command_used(recording, index, used),
        frame=frame,
        potential=potential,
        synthetic=recording.synthetic,
        reversal=found,
        slope=steepness,
        excluded=tuple(seen.excluded),
        warnings=tuple(dict.fromkeys(warnings)),
        file=recording.path.name,
        sha256=recording.sha256,
        capacitance_pF=seen.capacitance_pF,
    )


@dataclass(frozen=True, eq=False)
class _Measured:
    """Rows, and the same I–V in every sweep where each sweep holds a whole one."""

    rows: Sequence[IVRow]
    mean: Curve
    by_sweep: Sequence[Curve]
    excluded: Sequence[Excluded]
    warnings: Sequence[str]
    capacitance_pF: float | None = None
    mixed: bool = False


def _command(
    recording: Recording,
    channel: int,
    given: str | float | Sequence[float] | None,
    window_s: tuple[float, float] | None,
) -> Command | None:
    """The typed command where there is one, else the recording's if it is a voltage."""
    if given is not None:
        levels = parse_command(given) if isinstance(given, str) else np.atleast_1d(given).tolist()
        return given_command(recording, levels, window_s is not None)
    own = recording.commands[channel]
    return own if own is not None and measures(own.unit, "mV") else None


def _plan(source: Source, window_s: tuple[float, float] | None) -> Plan:
    lengths, rate = source.lengths, source.recording.rate_Hz
    shape = stretches(source.segments, lengths) if source.command is not None else ()
    if window_s is not None:
        plan = given_plan(window_s, shape, rate)
    elif source.command is not None:
        plan = default_plan(shape, lengths, rate)
    else:
        plan = Plan("unknown", ((0, max(lengths)),), (0, max(lengths)), "whole sweeps: no command is known")
    if source.command is None:
        plan = replace(plan, kind="unknown")
    if plan.kind in ("held", "unknown") and window_s is None and source.jumps:
        window = quiet_stretch(source.jumps, min(lengths))
        plan = replace(
            plan,
            windows=(window,),
            main=window,
            rule="later half of the longest stretch without a jump of current",
        )
    return plan


def _measure(source: Source, plan: Plan, frame: MembraneFrame | None) -> _Measured:
    if plan.kind == "ramp":
        ramp = ramp_rows(source, plan)
        rows = at_membrane(ramp.rows, frame)
        by_sweep = [curve_at_membrane(one, frame) for one in ramp.by_sweep]
        mean = binned_curve(rows)
        return _Measured(rows, mean, alike(by_sweep, mean), ramp.excluded, ramp.warnings, ramp.capacitance_pF)
    read = rows_in_windows(source, plan)
    rows = at_membrane(read.rows, frame)
    by_sweep = []
    if plan.kind == "levels":
        sweeps = dict.fromkeys(row.sweep for row in rows)
        by_sweep = [curve([row for row in rows if row.sweep == sweep]) for sweep in sweeps]
    mean = curve(rows)
    return _Measured(rows, mean, alike(by_sweep, mean), read.excluded, read.warnings, mixed=read.mixed)


def _analysed(seen: _Measured, plan: Plan, limits: tuple[float, float] | None) -> tuple[Reversal, Slope]:
    """Reversal potential and slope conductance, or the reason why there are none."""
    why = {"held": "a holding current has no I–V", "unknown": "the voltage is not known"}.get(plan.kind)
    why = "the command changes inside the window" if seen.mixed else why
    if why is not None:
        return Reversal(None, None, None, LEVEL, "", why), Slope(None, None, None, LEVEL, None, 0, "", why)
    return reversal(seen.mean, seen.by_sweep), slope(seen.mean, seen.by_sweep, limits)


def _loud(source: Source, plan: Plan, excluded: Sequence[Excluded]) -> list[str]:
    """What a person must know before believing the rows."""
    found = []
    command = source.command
    if command is None:
        found.append(no_command_warning(source.recording, source.channel))
    elif command.check.verdict == "mismatch":
        found.append(f"the command does not fit the current: {command.check.text}")
    if plan.kind == "held":
        found.append(_HELD)
    if plan.kind in ("held", "unknown") and source.jumps:
        times = ", ".join(f"{jump / source.recording.rate_Hz:.4g} s" for jump in source.jumps[:4])
        found.append(f"{_JUMPS} (near {times})")
    if excluded:
        found.append(f"{named([one.sweep for one in excluded])} left out: {excluded[0].reason}")
    return found


def _absurd(rows: Sequence[IVRow]) -> list[str]:
    """Currents or voltages that no cell has, which means a wrong unit in the file."""
    found = []
    if max(abs(row.I_pA) for row in rows) > _ABSURD_CURRENT_pA:
        found.append("currents above 1 mA: the unit of this channel is probably wrong in the file")
    if max((abs(row.V_mV) for row in rows if row.V_mV is not None), default=0.0) > _ABSURD_VOLTAGE_mV:
        found.append("voltages above 1 V: the unit of the command is probably wrong in the file")
    return found
