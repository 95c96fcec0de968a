"""A command that was played from a stimulus file, when that file still lies beside the recording."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kalimag.errors import KalimagError
from kalimag.io.abf_command import LARGEST_LEVEL, Output
from kalimag.io.abf_header import Header
from kalimag.io.command_check import smallest_step
from kalimag.io.recorded_steps import steps_of
from kalimag.io.recording import Command, CommandCheck, Recording, Samples

_UNCHECKED = CommandCheck("not checkable", "not checked yet")


def command_from_file(
    header: Header, output: Output, lengths: tuple[int, ...], path: Path
) -> tuple[Command | None, str]:
    """Read the command from the stimulus file named in the header.

    Parameters
    ----------
    header, output : of the recording and of the output that played the file.
    lengths : samples of each sweep.
    path : of the recording; the stimulus file is looked for in its folder, by name.

    Returns
    -------
    The command, or None and why there is none. A file shorter than a sweep is followed by the holding level.
    """
    name = output.file_name.replace("/", "\\").rsplit("\\", 1)[-1]
    if not name:
        return None, "the command was played from a stimulus file that the header does not name"
    beside = [entry for entry in path.parent.iterdir() if entry.name.lower() == name.lower()]
    if not beside:
        return (
            None,
            f"the command was played from the stimulus file '{name}', which is not beside the recording",
        )
    from kalimag.io import read

    try:
        stimulus = read(beside[0])
    except KalimagError as error:
        return None, f"the command was played from the stimulus file '{name}', which cannot be read ({error})"
    samples = tuple(_played(stimulus, output, k, length) for k, length in enumerate(lengths))
    if any(not (np.abs(sweep) < LARGEST_LEVEL).all() for sweep in samples):
        return None, f"the stimulus file '{name}' holds values that are no levels"
    smallest = smallest_step(output.unit)
    segments = tuple(steps_of(sweep, header.rate_Hz, smallest) for sweep in samples)
    return Command(output.name, output.unit, "rebuilt", samples, segments, _UNCHECKED), ""


def _played(stimulus: Recording, output: Output, sweep: int, length: int) -> Samples:
    """What one sweep played: the sweep of the file that the header names, or the one of the same number."""
    wanted = output.file_sweep - 1 if output.file_sweep > 0 else sweep
    values = stimulus.sweeps[min(wanted, len(stimulus.sweeps) - 1)][0]
    played = np.full(length, output.holding, dtype=np.float64)
    count = min(length, len(values))
    played[:count] = values[:count] * output.file_scale + output.file_offset
    played.setflags(write=False)
    return played
