"""What a recording is, whatever file it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from kalimag.io.synthetic import marked

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
    """A stretch of command: constant when `level` equals `level_end`, else a straight line between the two.

    `start` is included, `stop` is not; `level` is the value of the first sample and `level_end` of the last.
    A "cosine" is one period, from `level` to `level_end` and back; "samples" has a shape of its own.
    """

    start: int
    stop: int
    level: float
    level_end: float
    kind: Literal["hold", "step", "ramp", "pulse", "triangle", "cosine", "biphasic", "samples"]


def draw(segments: Sequence[Segment]) -> Samples:
    """Turn segments into samples.

    Parameters
    ----------
    segments : in order, without gaps; none of kind "samples".

    Returns
    -------
    array (samples,), float64, read-only, in the unit of the levels.
    """
    drawn = np.empty(segments[-1].stop if segments else 0, dtype=np.float64)
    for part in segments:
        count, rise = part.stop - part.start, part.level_end - part.level
        if part.kind == "cosine":
            phase = np.arange(count) * (2.0 * np.pi / count)
            drawn[part.start : part.stop] = part.level + 0.5 * rise * (1.0 - np.cos(phase))
        elif rise:
            drawn[part.start : part.stop] = np.linspace(part.level, part.level_end, count)
        else:
            drawn[part.start : part.stop] = part.level
    drawn.setflags(write=False)
    return drawn


class Drawn(Sequence[Samples]):
    """The samples of each sweep, drawn from its segments when asked for; equal sweeps share one array."""

    def __init__(self, segments: tuple[tuple[Segment, ...], ...]) -> None:
        self._segments = segments
        self._done: dict[tuple[Segment, ...], Samples] = {}

    def __len__(self) -> int:
        return len(self._segments)

    @overload
    def __getitem__(self, index: int) -> Samples: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Samples, ...]: ...
    def __getitem__(self, index: int | slice) -> Samples | tuple[Samples, ...]:
        """Samples of one sweep, or of several."""
        if isinstance(index, slice):
            return tuple(self[k] for k in range(*index.indices(len(self))))
        segments = self._segments[index]
        if segments not in self._done:
            self._done[segments] = draw(segments)
        return self._done[segments]


@dataclass(frozen=True)
class CommandCheck:
    """Whether the current shows its capacitive transients where the command says it steps."""

    verdict: Literal["ok", "mismatch", "not checkable"]
    text: str
    sweeps: tuple[int, ...] = ()


def list_sweeps(sweeps: Sequence[int]) -> str:
    """Sweeps as a person lists them, runs shortened: "sweeps 1-5, 9"."""
    runs: list[list[int]] = []
    for k in sweeps:
        if runs and k == runs[-1][1] + 1:
            runs[-1][1] = k
        else:
            runs.append([k, k])
    spans = [str(first) if first == last else f"{first}-{last}" for first, last in runs]
    shown = ", ".join(spans[:12]) + (", …" if len(spans) > 12 else "")
    return f"sweep{'s' if len(sweeps) != 1 else ''} {shown}"


@dataclass(frozen=True)
class Command:
    """The voltage (or current) that was asked of the amplifier, sweep by sweep.

    `samples[k]` has one value per sample of sweep k, in `unit`, without junction potential or series
    resistance; a rebuilt command draws them from `segments[k]` on demand (`Drawn`).
    """

    name: str
    unit: str
    source: Literal["recorded", "rebuilt", "given"]
    samples: Sequence[Samples]
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

    @property
    def synthetic(self) -> bool:
        """Whether the file says of itself that it was calculated, not recorded."""
        return any(marked(note) for note in self.notes)


class Reader(Protocol):
    """What every file in `kalimag/io` that reads a format offers (module-level functions of these names)."""

    EXTENSIONS: tuple[str, ...]

    def sniff(self, head: bytes, path: Path) -> bool:
        """Whether a file beginning with these bytes is of this format."""

    def read(self, path: Path) -> Recording:
        """Read the whole file."""
