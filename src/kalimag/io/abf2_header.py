"""The section map and the sections of ABF version 2 (pCLAMP 10 and 11)."""

from __future__ import annotations

import struct
from typing import Any

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

# name: (byte offset of its entry in the section map, smallest size of one entry, most entries)
SECTIONS = {
    "Protocol": (76, 208, 1),
    "ADC": (92, 82, 256),
    "DAC": (108, 132, 64),
    "Epoch": (124, 4, 64 * 50),
    "EpochPerDAC": (156, 30, 64 * 50),
    "UserList": (172, 12, 64),
    "Strings": (220, 44, 10_000),
    "Data": (236, 2, 2**40),
    "Tag": (252, 64, 10**7),
    "Delta": (284, 12, 10**7),
    "SynchArray": (316, 8, 10**8),
}
_REQUIRED = ("Protocol", "ADC", "Data")
_SMALLEST, _LARGEST_ENTRY = 512, 65536
_STRINGS_HEADER = 44
_LONG_TABLE = (2, 9)  # from this version on the protocol editor has 50 epochs, before it had 10


class Sections:
    """Entries of the sections, by name and number."""

    def __init__(self, raw: bytes, doing: str) -> None:
        self._raw = raw
        self._map: dict[str, tuple[int, int, int]] = {}
        block, width, points = struct.unpack_from("<IIq", raw, SECTIONS["Data"][0])
        (channels,) = struct.unpack_from("<q", raw, SECTIONS["ADC"][0] + 8)
        if width in (2, 4) and 0 < channels <= SECTIONS["ADC"][2] and points <= SECTIONS["Data"][2]:
            Promise(block * BLOCK, points, width, channels).keep(len(raw), doing)
        for name, (offset, smallest, most) in SECTIONS.items():
            block, size, count = struct.unpack_from("<IIq", raw, offset)
            start = block * BLOCK
            if count == 0:
                self._map[name] = (0, smallest, 0)
                continue
            if not (0 < count <= most and smallest <= size <= _LARGEST_ENTRY and start >= _SMALLEST):
                found = (
                    f"the section '{name}' is said to have {count} entries of {size} bytes from byte {start}"
                )
                raise UnreadableFile(doing, found, "", f"The file is damaged. {AGAIN}")
            # the strings are one block, whatever their number; the data are counted against the file later
            end = start + size * {"Strings": 1, "Data": 0}.get(name, count)
            if end > len(raw):
                found = f"its section '{name}' should end at byte {end}, the file has {len(raw)} bytes"
                raise UnreadableFile(doing, f"the file is cut short: {found}", "", AGAIN)
            self._map[name] = (start, size, count)
        for name in _REQUIRED:
            if self._map[name][2] == 0:
                found = f"the section '{name}' is missing from the header"
                raise UnreadableFile(doing, found, "", f"The file is damaged. {AGAIN}")

    def place(self, name: str) -> tuple[int, int, int]:
        """Byte position, bytes of one entry, number of entries."""
        return self._map[name]

    def count(self, name: str) -> int:
        """Number of entries."""
        return self._map[name][2]

    def get(self, name: str, entry: int, form: str, offset: int) -> Any:
        """One number of one entry."""
        start, size, _ = self._map[name]
        return struct.unpack_from("<" + form, self._raw, start + entry * size + offset)[0]


def read_header(raw: bytes, doing: str) -> Header:
    """Read the header of an ABF2 file.

    Parameters
    ----------
    raw : the whole file.
    doing : for error messages.

    Returns
    -------
    Header, its data section not yet checked against the size of the file.

    Raises
    ------
    UnreadableFile : a section is missing or lies outside the file.
    """
    if len(raw) < _SMALLEST:
        raise UnreadableFile(doing, too_short(len(raw), _SMALLEST), "", AGAIN)
    version = tuple(reversed(struct.unpack_from("<4B", raw, 4)))
    sections = Sections(raw, doing)
    strings = _strings(raw, sections)
    _refuse_lost_names(sections, len(strings), doing)
    data_start, width, points = sections.place("Data")
    data_float = is_float(struct.unpack_from("<H", raw, 30)[0], doing)
    if width != (4 if data_float else 2):
        found = f"the header says {width} bytes per sample"
        raise UnreadableFile(doing, found, "2, or 4 for floating point", f"The file is damaged. {AGAIN}")
    interval = plain(sections.get("Protocol", 0, "f", 2))
    sweeps, date, milliseconds = struct.unpack_from("<3I", raw, 12)
    return Header(
        version=".".join(map(str, version)),
        mode=sections.get("Protocol", 0, "h", 0),
        inputs=tuple(_input(sections, strings, k) for k in range(sections.count("ADC"))),
        outputs=tuple(
            _output(sections, strings, k, version >= _LONG_TABLE) for k in range(sections.count("DAC"))
        ),
        rate_Hz=1e6 / interval if interval > 0 else 0.0,
        data_start=data_start,
        data_float=data_float,
        points=points,
        sweeps=sweeps,
        points_per_sweep=sections.get("Protocol", 0, "i", 22),
        synch=_pairs(raw, sections),
        synch_unit_us=positive(sections.get("Protocol", 0, "f", 14)),
        start_to_start_s=positive(sections.get("Protocol", 0, "f", 62)),
        started=started(date if date < 10**9 else 0, milliseconds),
        protocol=protocol_name(_string(strings, struct.unpack_from("<I", raw, 72)[0])),
        creator=_creator(raw, strings),
        notes=comment_note(_string(strings, sections.get("Protocol", 0, "i", 132))),
        warnings=hand_changes(sections.count("Delta")),
    )


def tags(raw: bytes, header: Header, doing: str) -> tuple[Tag, ...]:
    """The marks the experimenter made."""
    sections = Sections(raw, doing)
    found = []
    for k in range(sections.count("Tag")):
        ticks, comment = sections.get("Tag", k, "i", 0), sections.get("Tag", k, "56s", 4)
        found.append(Tag(ticks_to_seconds(header, ticks), text(comment)))
    return tuple(found)


def _strings(raw: bytes, sections: Sections) -> list[str]:
    """All strings; number 0 means none, the first is number 1."""
    start, size, count = sections.place("Strings")
    if not count:
        return [""]
    block = raw[start : start + size]
    body = block[_STRINGS_HEADER:] if block.startswith(b"SSCH") else block.lstrip(b"\0")
    return ["", *(part.decode("latin-1").strip() for part in body.split(b"\0"))]


def _refuse_lost_names(sections: Sections, known: int, doing: str) -> None:
    """Refuse a header that refers to texts the file does not have."""
    places = [("Protocol", 132), ("ADC", 74), ("ADC", 78), ("DAC", 24), ("DAC", 28)]
    for section, offset in places:
        for entry in range(min(sections.count(section), sections.count("ADC"))):
            number = sections.get(section, entry, "i", offset)
            if not 0 <= number < max(1, known):
                found = f"the section '{section}' refers to text {number} of {known - 1}"
                raise UnreadableFile(doing, found, "", f"The file is damaged. {AGAIN}")


def _string(strings: list[str], number: int) -> str:
    return strings[number] if 0 <= number < len(strings) else ""


def _creator(raw: bytes, strings: list[str]) -> str:
    parts = tuple(reversed(struct.unpack_from("<4B", raw, 56)))
    number = ".".join(map(str, parts)) if any(parts) else ""
    return f"{_string(strings, struct.unpack_from('<I', raw, 60)[0])} {number}".strip()


def _input(sections: Sections, strings: list[str], k: int) -> Input:
    gain = sections.get("ADC", k, "f", 28) * sections.get("ADC", k, "f", 40) * sections.get("ADC", k, "f", 48)
    if sections.get("ADC", k, "h", 2) == 1:
        gain *= sections.get("ADC", k, "f", 6)
    counts = sections.get("Protocol", 0, "i", 118)
    volts = sections.get("Protocol", 0, "f", 110) / counts if counts else 0.0
    return Input(
        number=sections.get("ADC", k, "h", 0),
        name=_string(strings, sections.get("ADC", k, "i", 74)) or "?",
        unit=_string(strings, sections.get("ADC", k, "i", 78)) or "?",
        scale=volts / gain if gain else 0.0,
        offset=sections.get("ADC", k, "f", 44) - sections.get("ADC", k, "f", 52),
    )


def _pairs(raw: bytes, sections: Sections) -> tuple[tuple[int, int], ...]:
    start, size, count = sections.place("SynchArray")
    return tuple(struct.unpack_from("<2i", raw, start + size * k) for k in range(count))


def _output(sections: Sections, strings: list[str], k: int, long_table: bool) -> Output:
    def get(form: str, offset: int) -> Any:
        return sections.get("DAC", k, form, offset)

    number = get("h", 0)
    told = cautions(train=bool(get("h", 60)), leak_subtracted=get("h", 92) == 1)
    for entry in range(sections.count("UserList")):
        if sections.get("UserList", entry, "h", 0) == number:
            told += other_list(sections.get("UserList", entry, "h", 4))
    alternates = number in (0, 1) and sections.get("Protocol", 0, "h", 182)
    source = get("h", 42) if get("h", 40) else 0
    return Output(
        number=number,
        name=_string(strings, get("i", 24)) or f"Cmd {number}",
        unit=_string(strings, get("i", 28)),
        holding=plain(get("f", 12)),
        source="epochs" if source == 1 else "file" if source == 2 else "holding",
        stays_at_last=bool(get("h", 44)),
        epochs=_epochs(sections, number),
        lists=_lists(sections, strings, number, 50 if long_table else 10),
        planned_sweeps=sections.get("Protocol", 0, "i", 30),
        opens_at=plain(get("f", 86)) if get("h", 60) and get("f", 82) > 0 else None,
        idle_sweeps=("odd" if number == 0 else "even") if alternates else "none",
        file_name=_string(strings, get("i", 118)),
        file_scale=plain(get("f", 46)),
        file_offset=plain(get("f", 50)),
        file_sweep=get("i", 54),
        cautions=tuple(told),
    )


def _epochs(sections: Sections, output: int) -> tuple[Epoch, ...]:
    """Epochs of one output in their places; a place without an entry is switched off."""
    placed: dict[int, Epoch] = {}
    for k in range(sections.count("EpochPerDAC")):
        number, dac = sections.get("EpochPerDAC", k, "h", 0), sections.get("EpochPerDAC", k, "h", 2)
        if dac == output and 0 <= number < 50:
            placed[number] = Epoch(
                kind=sections.get("EpochPerDAC", k, "h", 4),
                level=plain(sections.get("EpochPerDAC", k, "f", 6)),
                level_step=plain(sections.get("EpochPerDAC", k, "f", 10)),
                duration=sections.get("EpochPerDAC", k, "i", 14),
                duration_step=sections.get("EpochPerDAC", k, "i", 18),
                period=sections.get("EpochPerDAC", k, "i", 22),
                width=sections.get("EpochPerDAC", k, "i", 26),
            )
    absent = Epoch(0, 0.0, 0.0, 0, 0)
    return tuple(placed.get(k, absent) for k in range(max(placed, default=-1) + 1))


def _lists(sections: Sections, strings: list[str], output: int, epochs: int) -> tuple[UserList, ...]:
    """Lists of this output; the file marks them as disabled although they are played."""
    found = []
    for k in range(sections.count("UserList")):
        if sections.get("UserList", k, "h", 0) == output:
            typed = _string(strings, sections.get("UserList", k, "i", 8))
            repeats = bool(sections.get("UserList", k, "h", 6))
            found.append(user_list(sections.get("UserList", k, "h", 4), typed, repeats, epochs))
    return tuple(entry for entry in found if entry)
