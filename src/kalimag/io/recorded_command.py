"""The command of recordings that carry it as a recorded voltage, as text tables do."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from kalimag.io.command_check import check_command, smallest_step
from kalimag.io.recorded_steps import steps_of
from kalimag.io.recording import Channel, Command, CommandCheck, Samples
from kalimag.io.text_table import measures

_CALLED_COMMAND = re.compile(r"\b(cmd|command|stim|stimulus|v_?cmd|v_?com(mand)?)\b", re.IGNORECASE)
_SEVERAL = "there is more than one voltage column ({names}) and none, or more than one, is called a command"
_ITSELF = "it is a recorded voltage; the command belongs to the current beside it"
_UNCHECKED = CommandCheck("not checkable", "not checked yet")


def recorded_commands(
    channels: tuple[Channel, ...], sweeps: tuple[Samples, ...], rate_Hz: float, none_reason: str
) -> tuple[tuple[Command | None, ...], tuple[str, ...]]:
    """Give each current the recorded voltage beside it as its command, checked against that current.

    Parameters
    ----------
    channels, sweeps, rate_Hz : as in `Recording`.
    none_reason : why there is no command when no voltage was recorded.

    Returns
    -------
    commands and reasons, as in `Recording`. With several voltages, the one whose name says command is taken.
    """
    volts = [index for index, channel in enumerate(channels) if measures(channel.unit, "mV")]
    named = [index for index in volts if _CALLED_COMMAND.search(channels[index].name)]
    chosen = volts if len(volts) == 1 else named
    if len(chosen) != 1:
        names = ", ".join(channels[index].name for index in volts)
        reason = _SEVERAL.format(names=names) if volts else none_reason
        return (None,) * len(channels), tuple(reason for _ in channels)
    voltage = chosen[0]
    command = _command(channels[voltage], tuple(sweep[voltage] for sweep in sweeps), rate_Hz)
    commands: list[Command | None] = []
    reasons = []
    for index, channel in enumerate(channels):
        driven = measures(channel.unit, "pA")
        commands.append(_checked(command, index, sweeps, rate_Hz) if driven else None)
        reasons.append("" if driven else _ITSELF if index in volts else f"{channel.unit} is not clamped")
    return tuple(commands), tuple(reasons)


def _command(channel: Channel, samples: tuple[Samples, ...], rate_Hz: float) -> Command:
    smallest = smallest_step(channel.unit) or smallest_step("V")
    segments = tuple(steps_of(sweep, rate_Hz, smallest) for sweep in samples)
    return Command(channel.name, channel.unit, "recorded", samples, segments, _UNCHECKED)


def _checked(command: Command, index: int, sweeps: tuple[Samples, ...], rate_Hz: float) -> Command:
    current = np.concatenate([sweep[index] for sweep in sweeps])
    lengths = [sweep.shape[1] for sweep in sweeps]
    return replace(command, check=check_command(command, current, lengths, rate_Hz))
