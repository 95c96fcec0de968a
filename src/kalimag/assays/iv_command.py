"""Which channel an I–V is read from, and which command gave its voltages."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from kalimag.assays.iv_result import CommandUsed
from kalimag.errors import InvalidInput, UsageProblem
from kalimag.io.recording import Command, CommandCheck, Recording, Segment
from kalimag.io.text_table import measures
from kalimag.units import typed

_NUMBER_ONLY = re.compile(r"^\s*[-+−]?[\d.]+(?:[eE][-+]?\d+)?\s*$")
_TYPED = CommandCheck("not checkable", "the level was typed by the person who ran the assay")
GIVE_IT = 'Give the level with --command "-60 mV", or one for each sweep as "-80, -60, -40 mV" with --window.'


def choose_channel(recording: Recording, channel: str | int | None) -> int:
    """Find the channel to read: by name, by number from 0, or the first current under voltage clamp.

    Parameters
    ----------
    recording : any.
    channel : name, number (also as text), or None.

    Returns
    -------
    int, index of a channel that records a current.

    Raises
    ------
    UsageProblem : no such channel, or several of that name.
    InvalidInput : it, or every one, records no current.
    """
    doing = f"choosing a channel of {recording.path.name}"
    listed = ", ".join(f"{i} '{one.name}' ({one.unit})" for i, one in enumerate(recording.channels))
    currents = [index for index, one in enumerate(recording.channels) if measures(one.unit, "pA")]
    if channel is None:
        clamped = [index for index in currents if _voltage_clamped(recording, index)]
        if not currents:
            raise InvalidInput(doing, f"none records a current: {listed}", "a channel in pA or nA")
        return (clamped or currents)[0]
    named = [i for i, one in enumerate(recording.channels) if one.name.lower() == str(channel).lower()]
    if len(named) > 1:
        raise UsageProblem(doing, f"several are called '{channel}'", f"one of {listed}", "Give its number.")
    if not named and str(channel).isdigit() and int(channel) < len(recording.channels):
        named = [int(channel)]
    if not named:
        raise UsageProblem(doing, f"there is no '{channel}'", f"one of {listed}")
    if named[0] not in currents:
        raise InvalidInput(doing, f"'{channel}' records no current", f"one of {listed}")
    return named[0]


def _voltage_clamped(recording: Recording, channel: int) -> bool:
    command = recording.commands[channel]
    return command is not None and measures(command.unit, "mV")


def parse_command(text: str) -> tuple[float, ...]:
    """Read levels as people type them: "-60 mV", or one per sweep: "-80, -60, -40 mV".

    Parameters
    ----------
    text : one or several voltages; those without unit take that of the last.

    Returns
    -------
    levels in mV.

    Raises
    ------
    UsageProblem : no unit, or none of voltage.
    """
    parts = [part for part in text.split(",") if part.strip()] or [text]
    unit = parts[-1].strip().lstrip("+-−0123456789.eE ") if len(parts) > 1 else ""
    levels = [f"{part} {unit}" if _NUMBER_ONLY.match(part) else part for part in parts]
    return tuple(typed(level, "mV", "the command") for level in levels)


def given_command(recording: Recording, levels_mV: Sequence[float], has_window: bool) -> Command:
    """A command typed by the person: one level for all sweeps, or one for each, held in the window."""
    doing = f"using the given command on {recording.path.name}"
    sweeps = len(recording.sweeps)
    if len(levels_mV) not in (1, sweeps):
        found = f"{len(levels_mV)} levels are given for {sweeps} sweeps"
        raise UsageProblem(doing, found, f"one level, or {sweeps}")
    if len(set(levels_mV)) > 1 and not has_window:
        found = "levels that differ between sweeps are given, but not when they were held"
        raise UsageProblem(doing, found, "a window", "Add --window, such as --window 1.2s:1.45s.")
    each = list(levels_mV) * (sweeps if len(levels_mV) == 1 else 1)
    samples = tuple(
        np.full(sweep.shape[1], level) for sweep, level in zip(recording.sweeps, each, strict=True)
    )
    segments = tuple(
        (Segment(0, sweep.shape[1], level, level, "step"),)
        for sweep, level in zip(recording.sweeps, each, strict=True)
    )
    return Command("given", "mV", "given", samples, segments, _TYPED)


def command_used(recording: Recording, channel: int, command: Command | None) -> CommandUsed:
    """What to report of the command."""
    if command is None:
        return CommandUsed("none", "not checkable", _why_none(recording, channel), "")
    return CommandUsed(command.source, command.check.verdict, command.check.text, command.name)


def no_command_warning(recording: Recording, channel: int) -> str:
    """The sentence, with reason and remedy, for currents whose voltage is not known."""
    name = recording.channels[channel].name
    return f"NO VOLTAGE for '{name}': {_why_none(recording, channel)}. {GIVE_IT}"


def _why_none(recording: Recording, channel: int) -> str:
    command = recording.commands[channel]
    if command is not None:
        return f"its command '{command.name}' is in {command.unit}, which is no voltage"
    return recording.no_command[channel] or "the recording has no command for it"
