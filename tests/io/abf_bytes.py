"""Small ABF files built byte by byte, so that a test can put any value into any field.

Places of the fields as pyABF and neo list them, typed here independently of the reader under test.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 512
COUNTS = 32768

ABF1 = {
    "version": (4, "f"),
    "mode": (8, "h"),
    "points": (10, "i"),
    "ignored": (14, "h"),
    "sweeps": (16, "i"),
    "date": (20, "i"),
    "time": (24, "i"),
    "header_version": (32, "f"),
    "data_block": (40, "i"),
    "tag_block": (44, "i"),
    "tags": (48, "i"),
    "synch_block": (92, "i"),
    "synch_count": (96, "i"),
    "format": (100, "h"),
    "channels": (120, "h"),
    "interval": (122, "f"),
    "synch_unit": (130, "f"),
    "per_sweep": (138, "i"),
    "planned": (146, "i"),
    "start_to_start": (178, "f"),
    "range": (244, "f"),
    "resolution": (252, "i"),
    "sequence": (410, "16h"),
    "names": (442, "160s"),
    "units": (602, "128s"),
    "programmable_gain": (730, "16f"),
    "instrument_scale": (922, "16f"),
    "signal_gain": (1050, "16f"),
    "dac_names": (1306, "40s"),
    "dac_units": (1346, "32s"),
    "holding": (1394, "4f"),
    "old_source": (1438, "h"),
    "old_dac": (1440, "h"),
    "old_stays": (1442, "h"),
    "old_types": (1444, "10h"),
    "old_levels": (1464, "10f"),
    "old_level_steps": (1504, "10f"),
    "old_durations": (1544, "10h"),
    "old_duration_steps": (1564, "10h"),
    "periods": (2136, "20i"),
    "widths": (2216, "20i"),
    "enabled": (2296, "2h"),
    "source": (2300, "2h"),
    "stays": (2304, "2h"),
    "types": (2308, "20h"),
    "levels": (2348, "20f"),
    "level_steps": (2428, "20f"),
    "durations": (2508, "20i"),
    "duration_steps": (2588, "20i"),
    "file_scale": (2708, "2f"),
    "file_offset": (2716, "2f"),
    "file_sweep": (2724, "2i"),
    "file_names": (2736, "512s"),
    "list_on": (3360, "4h"),
    "list_parameter": (3368, "4h"),
    "lists": (3376, "1024s"),
    "list_repeat": (4400, "4h"),
    "telegraph": (4512, "16h"),
    "telegraph_gain": (4576, "16f"),
}


def put(raw: bytearray, at: int, form: str, value: Any) -> None:
    """Write one field; short lists are filled up with zeros."""
    values = value if isinstance(value, (list, tuple)) else [value]
    count = len(struct.unpack("<" + form, bytes(struct.calcsize("<" + form))))
    struct.pack_into("<" + form, raw, at, *values, *([0] * (count - len(values))))


def padded(words: Sequence[str], size: int) -> bytes:
    return b"".join(word.encode("latin-1").ljust(size) for word in words)


def abf1(counts: NDArray[Any], units: Sequence[str] = ("pA",), **fields: Any) -> bytes:
    """An ABF1 file of version 1.83; samples (sweeps, channels, time) as float32 or as counts of 1/8 unit."""
    sweeps, channels, samples = counts.shape
    data = np.ascontiguousarray(counts.transpose(0, 2, 1)).tobytes()
    old = fields.get("version", 1.83) < 1.6
    header = 2048 if old else 6144
    synch_block = (header + len(data) + BLOCK - 1) // BLOCK
    known: dict[str, Any] = {
        "version": 1.83,
        "mode": 5,
        "points": counts.size,
        "sweeps": sweeps,
        "date": 20260304,
        "time": 3600,
        "header_version": fields.get("version", 1.83),
        "data_block": header // BLOCK,
        "synch_block": 0 if old else synch_block,
        "synch_count": 0 if old else sweeps,
        "format": int(counts.dtype == np.float32),
        "channels": channels,
        "interval": 100.0 / channels,
        "per_sweep": channels * samples,
        "planned": sweeps,
        "range": 10.0,
        "resolution": COUNTS,
        "sequence": [*range(channels), *[-1] * (16 - channels)],
        "names": padded([f"IN {k}" for k in range(16)], 10),
        "units": padded([*units, *["pA"] * (16 - len(units))], 8),
        "programmable_gain": [1.0] * 16,
        "instrument_scale": [8 * 10.0 / COUNTS] * 16,
        "signal_gain": [1.0] * 16,
        "dac_names": padded([f"Cmd {k}" for k in range(4)], 10),
        "dac_units": padded(["mV"] * 4, 8),
    }
    raw = bytearray(synch_block * BLOCK)
    raw[:4] = b"ABF "
    raw[header : header + len(data)] = data
    for name, value in {**known, **fields}.items():
        if ABF1[name][0] < header:
            put(raw, *ABF1[name], value)
    if not old:
        entries = [(k * channels * samples, channels * samples) for k in range(sweeps)]
        raw += b"".join(struct.pack("<2i", *entry) for entry in entries)
    return bytes(raw)


def _epoch(*row: float) -> bytes:
    number, dac, kind, level, step, *whole = row
    return struct.pack("<3h2f4i18x", int(number), int(dac), int(kind), level, step, *(int(n) for n in whole))


def abf2(
    counts: NDArray[np.int16],
    units: Sequence[str] = ("pA",),
    *,
    dacs: Sequence[Mapping[str, Any]] = ({},),
    epochs: Sequence[tuple[float, ...]] = (),
    lists: Sequence[tuple[int, int, str]] = (),
    creator: tuple[int, int, int, int] = (10, 7, 0, 3),
    version: tuple[int, int] = (2, 6),
    alternates: int = 0,
    planned: int | None = None,
) -> bytes:
    """An ABF2 file.

    `dacs`: holding, enabled, source, stays, file, scale, offset, unit. `epochs`: (number, dac, type, level,
    level step, duration, duration step, period, width). `lists`: (dac, parameter, values as typed).
    """
    sweeps, channels, samples = counts.shape
    texts = ["Clampex", "C:\\protocols\\test.pro"]
    named, united = [], []
    for k in range(channels):
        texts += [f"IN {k}", units[k]]
        named.append(len(texts) - 1)
        united.append(len(texts))
    protocol = bytearray(512)
    for at, form, value in (
        (0, "h", 5), (2, "f", 100.0), (14, "f", 0.0), (22, "i", channels * samples),
        (30, "i", sweeps if planned is None else planned), (110, "f", 10.0), (118, "i", COUNTS),
        (182, "h", alternates),
    ):  # fmt: skip
        put(protocol, at, form, value)
    adc = bytearray(128 * channels)
    for k in range(channels):
        for at, form, value in (
            (0, "h", k), (28, "f", 1.0), (40, "f", 8 * 10.0 / COUNTS), (48, "f", 1.0),
            (74, "i", named[k]), (78, "i", united[k]),
        ):  # fmt: skip
            put(adc, 128 * k + at, form, value)
    dac = bytearray(256 * len(dacs))
    for k, said in enumerate(dacs):
        texts += [f"Cmd {k}", said.get("unit", "mV")]
        name, unit, file = len(texts) - 1, len(texts), len(texts) + 1 if "file" in said else 0
        texts += [said["file"]] if "file" in said else []
        for at, form, value in (
            (0, "h", k), (12, "f", said.get("holding", 0.0)), (24, "i", name),
            (28, "i", unit), (40, "h", said.get("enabled", 1)), (42, "h", said.get("source", 1)),
            (44, "h", said.get("stays", 0)), (46, "f", said.get("scale", 1.0)),
            (50, "f", said.get("offset", 0.0)), (118, "i", file),
        ):  # fmt: skip
            put(dac, 256 * k + at, form, value)
    table = b"".join(_epoch(*row) for row in epochs)
    typed = b""
    for number, parameter, words in lists:
        texts.append(words)
        typed += struct.pack("<4hi52x", number, 0, parameter, 0, len(texts))
    strings = b"SSCH" + bytes(40) + b"\0".join(text.encode("latin-1") for text in texts) + b"\0"
    data = np.ascontiguousarray(counts.transpose(0, 2, 1)).tobytes()
    each = channels * samples
    synch = b"".join(struct.pack("<2i", k * each, each) for k in range(sweeps))
    raw = bytearray(BLOCK)
    raw[:4] = b"ABF2"
    for at, form, value in (
        (4, "4B", (0, 0, version[1], version[0])), (12, "I", sweeps), (16, "I", 20260304),
        (20, "I", 3_600_500),
        (30, "H", 0), (56, "4B", creator[::-1]), (60, "I", 1), (72, "I", 2),
    ):  # fmt: skip
        put(raw, at, form, value)
    for at, size, count, body in (
        (76, 512, 1, protocol), (92, 128, channels, adc), (108, 256, len(dacs), dac),
        (124, 32, len(epochs), bytes(32 * len(epochs))),
        (156, 48, len(epochs), table), (172, 64, len(lists), typed), (220, len(strings), len(texts), strings),
        (236, 2, counts.size, data), (316, 8, sweeps, synch),
    ):  # fmt: skip
        if count:
            struct.pack_into("<IIq", raw, at, len(raw) // BLOCK, size, count)
            raw += body + bytes(-len(body) % BLOCK)
    return bytes(raw)
