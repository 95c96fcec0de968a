"""What the header of an Axon Binary File says, of either version, and whether it can be true."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from kalimag.errors import UnreadableFile
from kalimag.io.abf_command import Output, UserList
from kalimag.io.recording import Tag

BLOCK = 512
EVENTS, FIXED_EVENTS, GAP_FREE, OSCILLOSCOPE, EPISODIC = 1, 2, 3, 4, 5
MODES = {
    EVENTS: "event-driven, variable length",
    FIXED_EVENTS: "event-driven, fixed length",
    GAP_FREE: "gap-free",
    OSCILLOSCOPE: "high-speed oscilloscope",
    EPISODIC: "episodic",
}
AGAIN = "Copy the file again from where it was recorded."
_MOST_CHANGES = 100_000
_MOST_CHANNELS, _FASTEST_HZ, _SLOWEST_HZ = 256, 1e8, 1e-4


@dataclass(frozen=True)
class Input:
    """One analogue input (ADC) that was recorded: physical number, name, unit, and counts to unit."""

    number: int
    name: str
    unit: str
    scale: float
    offset: float


@dataclass(frozen=True)
class Header:
    """The header of an ABF file in the same words for versions 1 and 2.

    `points` counts the samples of all channels together; `synch` has (start, length) of each sweep as stored:
    in `synch_unit_us` (0: samples of all channels), and in samples of all channels. `plain` files are those
    whose samples pyabf reads rightly.
    """

    version: str
    mode: int
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rate_Hz: float
    data_start: int
    data_float: bool
    points: int
    sweeps: int
    points_per_sweep: int
    synch: tuple[tuple[int, int], ...]
    synch_unit_us: float
    start_to_start_s: float
    started: str = ""
    protocol: str = ""
    creator: str = ""
    tags: tuple[Tag, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    plain: bool = True

    @property
    def samples_per_sweep(self) -> int:
        """Samples of one channel in a sweep, as the protocol planned it."""
        return self.points_per_sweep // max(1, len(self.inputs))


def plain(value: float) -> float:
    """The number a person typed, from its 32-bit form: -72.3 and not -72.30000305."""
    return float(str(np.float32(value)))


def text(raw: bytes) -> str:
    """Fixed-width or NUL-ended text of the header."""
    return raw.split(b"\0")[0].decode("latin-1").strip()


def started(date: int, milliseconds: float) -> str:
    """ISO time from YYYYMMDD (old files: YYMMDD) and milliseconds since midnight; "" if not stored."""
    if date <= 0:
        return ""
    year, month, day = date // 10000, date // 100 % 100, date % 100
    if year < 100:
        year += 1900 if year + 2000 > datetime.now().year else 2000
    try:
        moment = datetime(year, month, day) + timedelta(milliseconds=milliseconds)
    except (ValueError, OverflowError):
        return ""
    return moment.isoformat(timespec="milliseconds")


@dataclass(frozen=True)
class Promise:
    """What a header says of its samples: first byte, samples of all channels, bytes of each, channels."""

    start: int
    points: int
    width: int
    channels: int

    def keep(self, size: int, doing: str) -> None:
        """Refuse a file of this many bytes that ends before its samples do; say how many there should be."""
        present = max(0, size - self.start) // self.width
        if self.points > present and self.channels > 0:
            found = (
                f"the file is cut short: its header promises {self.points // self.channels} samples per "
                f"channel ({self.points * self.width} bytes), {present // self.channels} are there "
                f"({present * self.width} bytes)"
            )
            raise UnreadableFile(doing, found, "", AGAIN)


def protocol_name(path: str) -> str:
    """The name of a protocol, from the path it had on the machine that recorded."""
    return path.replace("/", "\\").rsplit("\\", 1)[-1].removesuffix(".pro")


def comment_note(comment: str) -> tuple[str, ...]:
    """What the experimenter typed, as a note of the recording."""
    return (f"comment: {comment}",) if comment else ()


def is_float(kind: int, doing: str) -> bool:
    """Whether samples are stored as floating point; a sample format that is none is refused."""
    if kind not in (0, 1):
        found = f"the header says sample format {kind}"
        raise UnreadableFile(doing, found, "0 or 1", f"The file is damaged. {AGAIN}")
    return kind == 1


def cautions(*, train: bool, leak_subtracted: bool) -> list[str]:
    """What was done to the cell or to the current and cannot be seen in the sweeps."""
    found = ["a conditioning train was played before each sweep"] if train else []
    return found + (["the protocol subtracted leak (P/N) from the current"] if leak_subtracted else [])


def positive(value: float) -> float:
    """A time or interval, 0 when the header holds none."""
    return plain(value) if math.isfinite(value) and 0 < value < 1e9 else 0.0


def too_short(size: int, header: int) -> str:
    """What is wrong with a file that ends within its header."""
    return f"the file is cut short: it ends after {size} bytes, before its header does ({header} bytes)"


def hand_changes(count: int) -> tuple[str, ...]:
    """A warning when settings were changed while recording; the holding level may be among them."""
    if not 0 < count < _MOST_CHANGES:
        return ()
    return (f"{count} settings were changed by hand while recording; the holding level may be among them",)


def user_list(parameter: int, typed: str, starts_again: bool, epochs: int) -> UserList | None:
    """What a list of typed values replaces; None when it is nothing that the epochs depend on.

    The parameters count from 11: `epochs` digital patterns, then as many levels, durations, periods, widths.
    """
    whats: tuple[Literal["level", "duration", "period", "width"], ...] = (
        "level",
        "duration",
        "period",
        "width",
    )
    rank, epoch = divmod(parameter - 11, epochs)
    if not 1 <= rank <= len(whats):
        return None
    try:
        values = tuple(float(word) for word in typed.replace(",", " ").split())
    except ValueError:
        values = ()
    if not all(abs(value) < 1e12 for value in values):
        values = ()
    return UserList(whats[rank - 1], epoch, values, starts_again)


def other_list(parameter: int) -> tuple[str, ...]:
    """A caution about a list that varies what is not rebuilt from sweep to sweep."""
    varied = {
        5: "the conditioning train",
        6: "the conditioning train",
        8: "the holding level of another output",
    }
    return (f"a list of values varied {varied[parameter]}",) if parameter in varied else ()


def check(header: Header, doing: str) -> None:
    """Refuse a header that cannot be true.

    Parameters
    ----------
    header : as read.
    doing : for the message.

    Raises
    ------
    UnreadableFile : one sentence about the first thing that is wrong.
    """
    for found, expected in _absurdities(header):
        raise UnreadableFile(doing, f"the header says {found}", expected, f"The file is damaged. {AGAIN}")
    if header.sweeps > header.points:
        found = f"the header says {header.sweeps} sweeps for {header.points} samples"
        raise UnreadableFile(doing, found, "fewer sweeps than samples", f"The file is damaged. {AGAIN}")


def _absurdities(header: Header) -> list[tuple[str, str]]:
    """Statements that cannot be true, each with what would be."""
    channels = len(header.inputs)
    wrong: list[tuple[str, str]] = []
    if not 1 <= channels <= _MOST_CHANNELS:
        return [(f"{channels} channels", f"1 to {_MOST_CHANNELS}")]
    if not _SLOWEST_HZ <= header.rate_Hz <= _FASTEST_HZ:
        wrong.append((f"a sampling rate of {header.rate_Hz:g} Hz", "a rate above zero"))
    if header.mode not in MODES:
        wrong.append((f"acquisition mode {header.mode}", "1 to 5"))
    if header.points <= 0:
        wrong.append((f"{header.points} samples", "at least one"))
    if header.points % channels:
        wrong.append((f"{header.points} samples in {channels} channels", "the same number in every channel"))
    if header.sweeps < 0:
        wrong.append((f"{header.sweeps} sweeps", "none or more"))
    if header.data_start < BLOCK:
        wrong.append((f"that the data begin at byte {header.data_start}", "a place after the header"))
    for channel in header.inputs:
        scale, offset = channel.scale, channel.offset
        if not (math.isfinite(scale) and 1e-30 < abs(scale) < 1e30):
            wrong.append((f"a scale of {scale:g} {channel.unit} per count on '{channel.name}'", "a scale"))
        if not (math.isfinite(offset) and abs(offset) < 1e30):
            wrong.append((f"an offset of {offset:g} {channel.unit} on '{channel.name}'", "an offset"))
    return wrong


def sweep_lengths(header: Header, doing: str) -> tuple[int, ...]:
    """Samples per channel of every sweep, from the synch array where there is one.

    Raises
    ------
    UnreadableFile : the sweeps do not add up to the data.
    """
    channels, points = len(header.inputs), header.points
    if header.mode == GAP_FREE:
        return (points // channels,)
    lengths = [length for _, length in header.synch]
    if header.mode == EVENTS and header.synch_unit_us > 0 and sum(lengths) != points:
        lengths = [round(length / header.synch_unit_us) for length in lengths]
    if lengths:
        if len(lengths) != header.sweeps:
            found = f"the header says {header.sweeps} sweeps, the list of sweeps has {len(lengths)}"
            raise UnreadableFile(doing, found, "the same number", f"The file is damaged. {AGAIN}")
        bad = [k for k, length in enumerate(lengths) if length <= 0 or length % channels]
        if bad or sum(lengths) != points:
            found = f"the {len(lengths)} sweeps add up to {sum(lengths)} samples, the data are {points}"
            if bad:
                found = f"sweep {bad[0]} is said to have {lengths[bad[0]]} samples in {channels} channels"
            raise UnreadableFile(doing, found, "sweeps that fill the data", f"The file is damaged. {AGAIN}")
        return tuple(length // channels for length in lengths)
    sweeps = max(1, header.sweeps)
    if points % (sweeps * channels):
        found = f"{points // channels} samples per channel cannot be {sweeps} sweeps of equal length"
        raise UnreadableFile(
            doing, found, "a whole number of samples per sweep", f"The file is damaged. {AGAIN}"
        )
    return (points // (sweeps * channels),) * sweeps


def sweep_starts(header: Header, lengths: tuple[int, ...]) -> tuple[float, ...]:
    """When each sweep began, in seconds after the first sample the file knows of."""
    if header.synch and len(header.synch) == len(lengths):
        return tuple(ticks_to_seconds(header, start) for start, _ in header.synch)
    if header.start_to_start_s > 0:
        return tuple(round(k * header.start_to_start_s, 9) for k in range(len(lengths)))
    ends = np.concatenate([[0], np.cumsum(lengths)])[:-1] / header.rate_Hz
    return tuple(float(end) for end in ends)


def ticks_to_seconds(header: Header, ticks: int) -> float:
    """A time stored in the file's own unit, in seconds."""
    if header.synch_unit_us > 0:
        return round(ticks * header.synch_unit_us * 1e-6, 9)
    return ticks / (header.rate_Hz * max(1, len(header.inputs)))
