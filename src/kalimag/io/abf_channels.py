"""Which command belongs to which channel of an ABF file.

A channel is driven by the output of its own number when that output plays a waveform, else by the only output
that does, else it sits at the holding level of the output of its own number. An output in volts drives
currents, one in amperes drives voltages. A voltage recorded beside a clamped current takes the place of the
rebuilt command when it has steps and the current answers to them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kalimag.io.abf_command import LARGEST_LEVEL, Output, UnplayableProtocol, protocol_segments
from kalimag.io.abf_header import EPISODIC, Header
from kalimag.io.abf_stimulus import command_from_file
from kalimag.io.command_check import check_command, smallest_step
from kalimag.io.recorded_steps import steps_of
from kalimag.io.recording import Command, CommandCheck, Drawn, Samples, Segment

_AGREE = 0.05  # of the span of the command: recorded and rebuilt then mean the same
_UNCHECKED = CommandCheck("not checkable", "not checked yet")


@dataclass(frozen=True)
class ChannelCommands:
    """Commands and reasons as in `Recording`, and the warnings they gave rise to."""

    commands: tuple[Command | None, ...]
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


def commands_of(header: Header, data: Samples, lengths: tuple[int, ...], path: Path) -> ChannelCommands:
    """Find or rebuild the command of every channel.

    Parameters
    ----------
    header : of the file.
    data : array (channels, samples of all sweeps).
    lengths : samples per channel of each sweep.
    path : of the recording; a stimulus file is looked for beside it.
    """
    commands: list[Command | None] = []
    reasons: list[str] = []
    warnings: list[str] = []
    voltages = _recorded_voltages(header, data, lengths)
    for channel, entry in enumerate(header.inputs):
        output = output_for(header, channel)
        command, reason = _rebuilt(header, output, channel, lengths, path)
        said: list[str] = list(output.cautions) if output is not None else []
        if kind_of(entry.unit) == "current":
            current = data[channel]
            if command is not None:
                command = replace(command, check=check_command(command, current, lengths, header.rate_Hz))
            command, doubt = _better(command, voltages, current, lengths, header.rate_Hz)
            said += [doubt] if doubt else []
        if command is not None:
            reason = ""
            said += [command.check.text] if command.check.verdict == "mismatch" else []
        commands.append(command)
        reasons.append(reason)
        warnings += [f"channel '{entry.name}': {text}" for text in said]
    return ChannelCommands(tuple(commands), tuple(reasons), tuple(dict.fromkeys(warnings)))


def kind_of(unit: str) -> str:
    """ "current", "voltage" or "" for a unit as the file writes it."""
    return {"A": "current", "V": "voltage"}.get(unit[-1:], "")


def output_for(header: Header, channel: int) -> Output | None:
    """The output that drives a channel; None when none fits."""
    wanted = {"current": "voltage", "voltage": "current"}.get(kind_of(header.inputs[channel].unit), "")
    fitting = [out for out in header.outputs if not wanted or kind_of(out.unit) in (wanted, "")]
    own = [out for out in fitting if out.number == header.inputs[channel].number]
    playing = [out for out in fitting if out.source == "file" or (out.source == "epochs" and out.epochs)]
    if own and own[0] in playing:
        return own[0]
    if len(playing) == 1:
        return playing[0]
    return own[0] if own else None


def _rebuilt(
    header: Header, output: Output | None, channel: int, lengths: tuple[int, ...], path: Path
) -> tuple[Command | None, str]:
    """The command from the header, or why it cannot be had."""
    if output is None:
        unit = header.inputs[channel].unit
        beside = any(kind_of(entry.unit) == "current" for entry in header.inputs)
        if kind_of(unit) == "voltage" and beside:
            return None, "it is a recorded voltage; the command belongs to the current beside it"
        return None, f"no output of the protocol drives a channel in {unit}"
    if not abs(output.holding) < LARGEST_LEVEL:
        return None, f"the header gives no usable holding level for '{output.name}'"
    if output.source == "file" and header.mode == EPISODIC:
        return command_from_file(header, output, lengths, path)
    try:
        segments = _segments(header, output, lengths)
    except UnplayableProtocol as error:
        return None, f"the protocol of '{output.name}' cannot be played: {error}"
    return Command(output.name, output.unit, "rebuilt", Drawn(segments), segments, _UNCHECKED), ""


def _segments(header: Header, output: Output, lengths: tuple[int, ...]) -> tuple[tuple[Segment, ...], ...]:
    """Epochs in episodic recordings; everywhere else the output stays at holding."""
    if header.mode == EPISODIC and output.source == "epochs":
        return protocol_segments(output, lengths, header.samples_per_sweep or lengths[0])
    return tuple((Segment(0, length, output.holding, output.holding, "hold"),) for length in lengths)


def _recorded_voltages(header: Header, data: Samples, lengths: tuple[int, ...]) -> list[Command]:
    """Voltage channels that consist of levels and ramps with steps between them."""
    found = []
    if not any(kind_of(entry.unit) == "current" for entry in header.inputs):
        return []
    for channel, entry in enumerate(header.inputs):
        smallest = smallest_step(entry.unit)
        if kind_of(entry.unit) != "voltage" or not smallest or np.ptp(data[channel]) < smallest:
            continue
        sweeps = tuple(np.split(data[channel], np.cumsum(lengths)[:-1]))
        segments = tuple(steps_of(sweep, header.rate_Hz, smallest) for sweep in sweeps)
        stepped = sum(len(parts) > 1 for parts in segments) >= 0.5 * len(segments)
        if stepped and not any(part.kind == "samples" for parts in segments for part in parts):
            found.append(Command(entry.name, entry.unit, "recorded", sweeps, segments, _UNCHECKED))
    return found


def _better(
    rebuilt: Command | None,
    voltages: list[Command],
    current: Samples,
    lengths: tuple[int, ...],
    rate_Hz: float,
) -> tuple[Command | None, str]:
    """The recorded voltage that the current answers to, else the rebuilt command; and a doubt about it."""
    for voltage in voltages:
        checked = replace(voltage, check=check_command(voltage, current, lengths, rate_Hz))
        alike = rebuilt is not None and _alike(rebuilt, checked)
        if checked.check.verdict == "mismatch" or (checked.check.verdict == "not checkable" and not alike):
            continue
        if rebuilt is not None and rebuilt.check.verdict == "ok" and not alike:
            return rebuilt, (
                f"the recorded voltage '{voltage.name}' has other levels than the protocol; "
                "the protocol was taken, because the scale of a recorded voltage is set by hand"
            )
        return checked, ""
    return rebuilt, ""


def _alike(rebuilt: Command, recorded: Command) -> bool:
    """Whether two commands have the same levels in the same unit, apart from noise and settling."""
    if rebuilt.unit != recorded.unit:
        return False
    off = [float(np.mean(np.abs(a - b))) for a, b in zip(rebuilt.samples, recorded.samples, strict=True)]
    span = max(float(np.ptp(sweep)) for sweep in recorded.samples)
    return max(off) < _AGREE * span
