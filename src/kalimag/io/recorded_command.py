"""The command of recordings that carry it as a recorded voltage, as text tables do."""

from __future__ import annotations

import re

from kalimag.io.recording import Channel, Command, CommandCheck, Samples, Segment
from kalimag.io.text_table import measures

_CALLED_COMMAND = re.compile(r"\b(cmd|command|stim|stimulus|v_?cmd|v_?com(mand)?)\b", re.IGNORECASE)
_SEVERAL = "there is more than one voltage column ({names}) and none, or more than one, is called a command"
_ITSELF = "this is the recorded voltage itself"


def recorded_commands(
    channels: tuple[Channel, ...], sweeps: tuple[Samples, ...], none_reason: str
) -> tuple[tuple[Command | None, ...], tuple[str, ...]]:
    """Give each current the recorded voltage beside it as its command.

    Parameters
    ----------
    channels, sweeps : as in `Recording`.
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
    command = _command(channels[voltage], tuple(sweep[voltage] for sweep in sweeps))
    belongs = [index not in volts for index in range(len(channels))]
    reasons = tuple("" if has else _ITSELF if i == voltage else "a voltage" for i, has in enumerate(belongs))
    return tuple(command if has else None for has in belongs), reasons


def _command(channel: Channel, samples: tuple[Samples, ...]) -> Command:
    segments = tuple(
        (Segment(0, len(sweep), float(sweep[0]), float(sweep[-1]), "samples"),) for sweep in samples
    )
    check = CommandCheck("not checkable", "the voltage was recorded beside the current, not rebuilt")
    return Command(channel.name, channel.unit, "recorded", samples, segments, check)
