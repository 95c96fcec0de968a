"""Is the command where the current says it is? Capacitive transients must sit at the edges of the command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kalimag.io.recording import Command, CommandCheck, Samples


def check_command(command: Command, current: Samples, lengths: Sequence[int], rate_Hz: float) -> Command:
    """The same command with the verdict of the check filled in."""
    del current, lengths, rate_Hz
    return replace(command, check=CommandCheck("not checkable", "not checked"))
