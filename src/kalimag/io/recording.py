"""What a recording is, whatever file it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Channel:
    """One recorded signal: its name and its unit, as the file gives them."""

    name: str
    unit: str


@dataclass(frozen=True)
class Tag:
    """A mark the experimenter made while recording."""

    time_s: float
    text: str


@dataclass(frozen=True)
class Segment:
    """A stretch of command between two samples: constant when `level` equals `level_end`, else a straight line.

    `start` is included, `stop` is not. Shapes that are neither (cosine, a recorded command) have kind "samples".
    """

    start: int
    stop: int
    level: float
    level_end: float
    kind: Literal["hold", "step", "ramp", "pulse", "triangle", "cosine", "biphasic", "samples"]


@dataclass(frozen=True)
class CommandCheck:
    """Whether the current shows its capacitive transients where the command says it steps."""

    verdict: Literal["ok", "mismatch", "not checkable"]
    text: str
    sweeps: tuple[int, ...] = ()


@dataclass(frozen=True)
class Command:
    """The voltage (or current) that was asked of the amplifier, sweep by sweep.

    `samples[k]` has one value per sample of sweep k, in `unit`, without junction potential or series resistance.
    """

    name: str
    unit: str
    source: Literal["recorded", "rebuilt", "given"]
    samples: tuple[Samples, ...]
    segments: tuple[tuple[Segment, ...], ...]
    check: CommandCheck


@dataclass(frozen=True)
class Recording:
    """One file, read and never changed: sweeps, channels, command, tags and where it came from.

    `sweeps[k]` has shape (channels, samples of sweep k) and is read-only; sweeps may differ in length.
    `commands[c]` belongs to channel c; None where there is none, and `no_command[c]` then says why.
    """

    path: Path
    sha256: str
    size_bytes: int
    format: str
    reader: str
    rate_Hz: float
    channels: tuple[Channel, ...]
    sweeps: tuple[Samples, ...]
    sweep_starts_s: tuple[float, ...]
    commands: tuple[Command | None, ...]
    no_command: tuple[str, ...]
    started: str = ""
    protocol: str = ""
    creator: str = ""
    tags: tuple[Tag, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())


class Reader(Protocol):
    """What every file in `kalimag/io` that reads a format offers (module-level functions of these names)."""

    EXTENSIONS: tuple[str, ...]

    def sniff(self, head: bytes, path: Path) -> bool:
        """Whether a file beginning with these bytes is of this format."""

    def read(self, path: Path) -> Recording:
        """Read the whole file."""
