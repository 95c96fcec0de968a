"""The fixed header of ABF version 1 (pCLAMP 6 to 9, and the files that other programs write)."""

from __future__ import annotations

import struct
from typing import Any, Literal

from kalimag.errors import UnreadableFile
from kalimag.io.abf_command import Epoch, Output, UserList
from kalimag.io.abf_header import (
    AGAIN,
    BLOCK,
    Header,
    Input,
    Promise,
    cautions,
    comment_note,
    hand_changes,
    is_float,
    other_list,
    plain,
    positive,
    protocol_name,
    started,
    text,
    ticks_to_seconds,
    too_short,
    user_list,
)
from kalimag.io.recording import Tag

OLD_HEADER, FULL_HEADER = 2048, 6144  # before version 1.6 the header ends at byte 2048 and the data follow
_EPOCHS = 10


class Fields:
    """Numbers of the header by byte offset."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def many(self, form: str, offset: int) -> tuple[Any, ...]:
        """Several numbers in a row."""
        return struct.unpack_from("<" + form, self._raw, offset)

    def one(self, form: str, offset: int) -> Any:
        """One number."""
        return struct.unpack_from("<" + form, self._raw, offset)[0]

    def text(self, size: int, offset: int) -> str:
        """Fixed-width text."""
        return text(self._raw[offset : offset + size])


def read_header(raw: bytes, doing: str) -> Header:
    """Read the header of an ABF1 file.

    Parameters
    ----------
    raw : the whole file.
    doing : for error messages.

    Returns
    -------
    Header, not yet checked against the size of the file.

    Raises
    ------
    UnreadableFile : the file ends before its header does, or a table lies outside the file.
    """
    if len(raw) < OLD_HEADER:
        raise UnreadableFile(doing, too_short(len(raw), OLD_HEADER), "", AGAIN)
    fields = Fields(raw)
    version = fields.one("f", 4)
    channels = fields.one("h", 120)
    if not 1 <= version < 2:
        raise UnreadableFile(doing, f"the header says ABF version {version:g}", "1.0 to 1.9", AGAIN)
    if not 1 <= channels <= 16:
        found = f"the header says {channels} channels"
        raise UnreadableFile(doing, found, "1 to 16", f"The file is damaged. {AGAIN}")
    full = plain(version) >= 1.6 and len(raw) >= FULL_HEADER
    interval = plain(fields.one("f", 122))
    width = 4 if is_float(fields.one("h", 100), doing) else 2
    ignored = fields.one("h", 14)
    data_start = fields.one("i", 40) * BLOCK + ignored * width
    Promise(data_start, fields.one("i", 10), width, channels).keep(len(raw), doing)
    return Header(
        version=".".join(str(int(plain(version) * 1000 + 0.5))),
        mode=fields.one("h", 8),
        inputs=_inputs(fields, channels, full, doing),
        outputs=_outputs(fields, full),
        rate_Hz=1e6 / (interval * channels) if interval > 0 else 0.0,
        data_start=data_start,
        data_float=width == 4,
        points=fields.one("i", 10),
        sweeps=fields.one("i", 16),
        points_per_sweep=fields.one("i", 138),
        synch=_pairs(fields, raw, doing),
        synch_unit_us=positive(fields.one("f", 130)),
        start_to_start_s=positive(fields.one("f", 178)),
        started=started(fields.one("i", 20), fields.one("i", 24) * 1000 + max(0, fields.one("h", 366))),
        protocol=protocol_name(fields.text(256, 4898)) if full else "",
        creator=_creator(fields, full),
        notes=comment_note((fields.text(128, 5154) if full else "") or fields.text(56, 310)),
        warnings=hand_changes(fields.one("i", 76)),
        plain=full and width == 2 and ignored == 0,
    )


def tags(raw: bytes, header: Header, doing: str) -> tuple[Tag, ...]:
    """The marks the experimenter made."""
    block, count = struct.unpack_from("<2i", raw, 44)
    if count <= 0:
        return ()
    if block <= 0 or block * BLOCK + 64 * count > len(raw):
        found = f"its list of {count} tags should lie at byte {block * BLOCK}, the file has {len(raw)} bytes"
        raise UnreadableFile(doing, f"the file is cut short or damaged: {found}", "", AGAIN)
    entries = struct.iter_unpack("<i56s4x", raw[block * BLOCK : block * BLOCK + 64 * count])
    return tuple(Tag(ticks_to_seconds(header, ticks), text(comment)) for ticks, comment in entries)


def _inputs(fields: Fields, channels: int, full: bool, doing: str) -> tuple[Input, ...]:
    numbers = fields.many("16h", 410)[:channels]
    if any(not 0 <= number < 16 for number in numbers):
        found = f"the header lists the inputs {', '.join(map(str, numbers))}"
        raise UnreadableFile(doing, found, "numbers from 0 to 15", f"The file is damaged. {AGAIN}")
    volts, counts = fields.one("f", 244), fields.one("i", 252)
    return tuple(_input(fields, number, full, volts / counts if counts else 0.0) for number in numbers)


def _input(fields: Fields, number: int, full: bool, volts_per_count: float) -> Input:
    gain = fields.one("f", 730 + 4 * number) * fields.one("f", 922 + 4 * number)
    gain *= fields.one("f", 1050 + 4 * number)
    if full and fields.one("h", 4512 + 2 * number) == 1:
        gain *= fields.one("f", 4576 + 4 * number)
    offset = fields.one("f", 986 + 4 * number) - fields.one("f", 1114 + 4 * number)
    name, unit = fields.text(10, 442 + 10 * number), fields.text(8, 602 + 8 * number)
    return Input(number, name or "?", unit or "?", volts_per_count / gain if gain else 0.0, offset)


def _pairs(fields: Fields, raw: bytes, doing: str) -> tuple[tuple[int, int], ...]:
    """The synch array, (start, length) of each sweep."""
    block, count = fields.many("2i", 92)
    if block <= 0 or count <= 0:
        return ()
    if block * BLOCK + 8 * count > len(raw):
        found = (
            f"the file is cut short: its list of {count} sweeps begins at byte {block * BLOCK} of {len(raw)}"
        )
        raise UnreadableFile(doing, found, "", AGAIN)
    flat = fields.many(f"{2 * count}i", block * BLOCK)
    return tuple(zip(flat[::2], flat[1::2], strict=True))


def _outputs(fields: Fields, full: bool) -> tuple[Output, ...]:
    if not full:
        return tuple(_old_output(fields, number) for number in range(2))
    return tuple(_output(fields, number) for number in range(4))


def _names(fields: Fields, number: int) -> tuple[str, str, float]:
    return (
        fields.text(10, 1306 + 10 * number) or f"Cmd {number}",
        fields.text(8, 1346 + 8 * number),
        plain(fields.one("f", 1394 + 4 * number)),
    )


def _source(enabled: int, source: int) -> Literal["holding", "epochs", "file"]:
    if not enabled or source not in (1, 2):
        return "holding"
    return "epochs" if source == 1 else "file"


def _old_output(fields: Fields, number: int) -> Output:
    """Before version 1.6 one output at most had epochs."""
    name, unit, holding = _names(fields, number)
    source, active, stays = fields.many("3h", 1438)
    if active != number:
        return Output(number, name, unit, holding)
    kinds, levels, steps = fields.many("10h", 1444), fields.many("10f", 1464), fields.many("10f", 1504)
    durations, longer = fields.many("10h", 1544), fields.many("10h", 1564)
    epochs = tuple(
        Epoch(kind, plain(level), plain(step), duration, more)
        for kind, level, step, duration, more in zip(kinds, levels, steps, durations, longer, strict=True)
    )
    return Output(
        number,
        name,
        unit,
        holding,
        _source(1, source),
        bool(stays),
        epochs,
        planned_sweeps=fields.one("i", 146),
    )


def _output(fields: Fields, number: int) -> Output:
    name, unit, holding = _names(fields, number)
    if number > 1:
        return Output(number, name, unit, holding)
    train = bool(fields.one("h", 3260 + 2 * number))
    stays = train and fields.one("f", 3304 + 4 * number) > 0
    told = cautions(
        train=train, leak_subtracted=bool(fields.one("h", 1932) or fields.one("h", 4456 + 2 * number))
    )
    if fields.one("h", 3360 + 2 * number):
        told += other_list(fields.one("h", 3368 + 2 * number))
    return Output(
        number,
        name,
        unit,
        holding,
        _source(fields.one("h", 2296 + 2 * number), fields.one("h", 2300 + 2 * number)),
        bool(fields.one("h", 2304 + 2 * number)),
        _epochs(fields, number),
        _lists(fields, number),
        fields.one("i", 146),
        plain(fields.one("f", 3312 + 4 * number)) if stays else None,
        idle_sweeps=("odd", "even")[number] if fields.one("h", 5876) else "none",
        file_name=fields.text(256, 2736 + 256 * number),
        file_scale=plain(fields.one("f", 2708 + 4 * number)),
        file_offset=plain(fields.one("f", 2716 + 4 * number)),
        file_sweep=fields.one("i", 2724 + 4 * number),
        cautions=tuple(told),
    )


def _epochs(fields: Fields, number: int) -> tuple[Epoch, ...]:
    first = _EPOCHS * number
    return tuple(
        Epoch(
            kind=fields.one("h", 2308 + 2 * k),
            level=plain(fields.one("f", 2348 + 4 * k)),
            level_step=plain(fields.one("f", 2428 + 4 * k)),
            duration=fields.one("i", 2508 + 4 * k),
            duration_step=fields.one("i", 2588 + 4 * k),
            period=fields.one("i", 2136 + 4 * k),
            width=fields.one("i", 2216 + 4 * k),
        )
        for k in range(first, first + _EPOCHS)
    )


def _lists(fields: Fields, number: int) -> tuple[UserList, ...]:
    if not fields.one("h", 3360 + 2 * number):
        return ()
    parameter = fields.one("h", 3368 + 2 * number)
    typed = fields.text(256, 3376 + 256 * number)
    entry = user_list(parameter, typed, bool(fields.one("h", 4400 + 2 * number)), _EPOCHS)
    return (entry,) if entry else ()


def _creator(fields: Fields, full: bool) -> str:
    version = fields.many("4h", 5798) if full else (0, 0, 0, 0)
    number = ".".join(str(part) for part in version)
    return f"{fields.text(16, 294)} {number if any(version) else ''}".strip()
