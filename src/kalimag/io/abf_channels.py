"""Which command belongs to which channel of an ABF file.

A channel is driven by the output of its own number when that output plays a waveform, else by the only output that
does, else it sits at the holding level of the output of its own number. An output in volts drives currents, an
output in amperes drives voltages; the recorded voltage of a voltage clamp has no command of its own.
"""

from __future__ import annotations

import math
from pathlib import Path

from kalimag.io.abf_command import Output, UnplayableProtocol, protocol_segments
from kalimag.io.abf_header import EPISODIC, Header
from kalimag.io.command_check import check_command
from kalimag.io.recording import Command, CommandCheck, Drawn, Samples, Segment

_LARGEST_LEVEL = 1e6
_UNCHECKED = CommandCheck("not checkable", "not checked yet")
Found = tuple[tuple[Command | None, ...], tuple[str, ...], tuple[str, ...]]


def commands_of(header: Header, data: Samples, lengths: tuple[int, ...], path: Path) -> Found:
    """Find or rebuild the command of every channel.

    Parameters
    ----------
    header : of the file.
    data : array (channels, samples of all sweeps).
    lengths : samples per channel of each sweep.
    path : of the recording; a stimulus file is looked for beside it.

    Returns
    -------
    commands, reasons where there is none, and warnings.
    """
    commands: list[Command | None] = []
    reasons: list[str] = []
    warnings: list[str] = []
    for channel in range(len(header.inputs)):
        command, reason = _command(header, channel, lengths)
        if command is not None:
            command = check_command(command, data[channel], lengths, header.rate_Hz)
            if command.check.verdict == "mismatch":
                warnings.append(f"channel '{header.inputs[channel].name}': {command.check.text}")
        commands.append(command)
        reasons.append(reason)
    return tuple(commands), tuple(reasons), tuple(warnings)


def kind_of(unit: str) -> str:
    """ "current", "voltage" or "" for a unit as the file writes it."""
    return {"A": "current", "V": "voltage"}.get(unit[-1:], "")


def output_for(header: Header, channel: int) -> Output | None:
    """The output that drives a channel; None when none fits."""
    wanted = {"current": "voltage", "voltage": "current"}.get(kind_of(header.inputs[channel].unit), "")
    fitting = [out for out in header.outputs if not wanted or kind_of(out.unit) in (wanted, "")]
    own = [out for out in fitting if out.number == header.inputs[channel].number]
    playing = [out for out in fitting if out.source != "holding" and (out.epochs or out.source == "file")]
    if own and own[0] in playing:
        return own[0]
    if len(playing) == 1:
        return playing[0]
    return own[0] if own else None


def _command(header: Header, channel: int, lengths: tuple[int, ...]) -> tuple[Command | None, str]:
    output = output_for(header, channel)
    if output is None:
        return None, f"no output of the protocol drives a channel in {header.inputs[channel].unit}"
    if not math.isfinite(output.holding) or abs(output.holding) > _LARGEST_LEVEL:
        return None, f"the header gives no usable holding level for '{output.name}'"
    if output.source == "file" and header.mode == EPISODIC:
        return None, f"the command was played from the stimulus file '{output.file_name}', which is not here"
    try:
        segments = _segments(header, output, lengths)
    except UnplayableProtocol as error:
        return None, f"the protocol of '{output.name}' cannot be played: {error}"
    return Command(output.name, output.unit, "rebuilt", Drawn(segments), segments, _UNCHECKED), ""


def _segments(header: Header, output: Output, lengths: tuple[int, ...]) -> tuple[tuple[Segment, ...], ...]:
    """Epochs in episodic recordings; everywhere else the output stays at holding."""
    if header.mode == EPISODIC and output.source == "epochs":
        return protocol_segments(output, lengths, header.samples_per_sweep)
    return tuple((Segment(0, length, output.holding, output.holding, "hold"),) for length in lengths)
