"""Writing an Axon Binary File of version 1.83: data, protocol, and an index of sweeps for every reader.

Layout: a header of 12 blocks of 512 bytes, then data, synch array and tags, each begun on a new block.
Data are 16-bit integers, channels interleaved. The synch array has one row per sweep: start in units of
`fSynchTimeUnit` (here one sampling interval), length in samples of all channels together.
"""

from __future__ import annotations

import hashlib
import math
import os
import struct
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kalimag.errors import InvalidInput, UsageProblem
from kalimag.io.abf1_layout import (
    ADC_MAX,
    ADC_RANGE_V,
    ADC_RESOLUTION,
    ADC_SLOTS,
    BLOCK,
    DAC_SLOTS,
    HEADER_BLOCKS,
    Fields,
    fixed_text,
    pack_header,
)
from kalimag.io.abf1_protocol import Protocol, check_protocol, epoch_fields
from kalimag.io.recording import Channel, Tag
from kalimag.io.synthetic import MARK

ORIGIN = {"synthetic": f"{MARK}, not recorded", "exported": "EXPORTED, not as recorded"}
_LARGEST = 2**31 - 1


def _whole(doing: str, sweeps: ArrayLike, channels: Sequence[Channel]) -> NDArray[np.float64]:
    """Sweeps as an array of shape (sweeps, channels, samples) with nothing missing in it."""
    values = np.asarray(sweeps, dtype=np.float64)
    values = values[:, np.newaxis, :] if values.ndim == 2 else values
    if values.ndim != 3 or values.shape[1] != len(channels) or not 1 <= len(channels) <= ADC_SLOTS:
        raise InvalidInput(
            doing,
            f"sweeps of shape {np.shape(sweeps)} for {len(channels)} channel(s)",
            "shape (sweeps, samples) for one channel, or (sweeps, channels, samples) for at most 16",
        )
    if not 1 <= values.size <= _LARGEST or values.shape[2] < 1:
        raise InvalidInput(doing, f"{values.size} samples", f"between 1 and {_LARGEST} samples")
    if not np.isfinite(values).all():
        raise InvalidInput(doing, "samples that are not finite", "a number for every sample")
    return values


def _scale_factor(doing: str, channel: Channel, peak: float, full_scale: float | None) -> float:
    """Volts per unit, a 1-2-5 number, so that the largest deflection stays inside the converter's range."""
    limit = ADC_RANGE_V * ADC_MAX / ADC_RESOLUTION
    if full_scale is not None and not peak <= full_scale:
        raise InvalidInput(
            doing,
            f"'{channel.name}' reaches {peak:g} {channel.unit}, more than the full scale {full_scale:g}",
            "data that fit, because a clipped sample looks like a measured one",
            "Give a larger full scale, or leave it out to have it chosen.",
        )
    wanted = limit / max(full_scale or peak, 1e-12)
    decade = 10.0 ** math.floor(math.log10(wanted))
    factor = np.float32(decade * max((step for step in (1, 2, 5) if step * decade <= wanted), default=1))
    if factor < np.finfo(np.float32).tiny:
        raise InvalidInput(doing, f"'{channel.name}' reaches {peak:g} {channel.unit}", "a physical value")
    return float(factor)


def _channel_fields(doing: str, channels: Sequence[Channel], factors: Sequence[float]) -> Fields:
    spare = ADC_SLOTS - len(channels)
    names = [fixed_text(doing, c.name, 10, "channel name") for c in channels]
    units = [fixed_text(doing, c.unit, 8, "unit") for c in channels]
    return {
        "nADCPtoLChannelMap": tuple(range(ADC_SLOTS)),
        "nADCSamplingSeq": (*range(len(channels)), *(-1,) * spare),
        "sADCChannelName": (*names, *(f"IN {k}".ljust(10).encode() for k in range(len(channels), ADC_SLOTS))),
        "sADCUnits": (*units, *(b"V       ",) * spare),
        "fInstrumentScaleFactor": (*factors, *(1.0,) * spare),
        "fADCProgrammableGain": (1.0,) * ADC_SLOTS,
        "fADCDisplayAmplification": (1.0,) * ADC_SLOTS,
        "fSignalGain": (1.0,) * ADC_SLOTS,
        "fTelegraphAdditGain": (1.0,) * ADC_SLOTS,
    }


def _convert(
    doing: str, values: NDArray[np.float64], channels: Sequence[Channel], full_scale: Sequence[float] | None
) -> tuple[NDArray[np.int16], list[float]]:
    """Values as counts of the converter, and the volts per unit of each channel."""
    peaks = np.abs(values).max(axis=(0, 2))
    ranges: Sequence[float | None] = full_scale or [None] * len(channels)
    each = zip(channels, peaks, ranges, strict=True)
    factors = [_scale_factor(doing, channel, float(peak), full) for channel, peak, full in each]
    per_unit = np.array(factors)[np.newaxis, :, np.newaxis] * ADC_RESOLUTION / ADC_RANGE_V
    return np.rint(values * per_unit).astype(np.int16), factors


def _sampling_interval_us(doing: str, rate_Hz: float, channels: int) -> float:
    """Time between two conversions, as the 32-bit number the header will hold."""
    if not 1e-2 <= rate_Hz <= 1e7:
        raise InvalidInput(doing, f"a rate of {rate_Hz:g} Hz", "between 0.01 Hz and 10 MHz")
    return float(np.float32(1e6 / (rate_Hz * channels)))


def _starts(
    doing: str, shape: tuple[int, ...], starts_s: Sequence[float] | None, interval_us: float
) -> NDArray[np.int64]:
    """Start of each sweep in sampling intervals, refusing sweeps that overlap."""
    sweeps, length = shape[0], shape[1] * shape[2]
    if starts_s is None:
        return np.arange(sweeps, dtype=np.int64) * length
    starts = np.rint(np.asarray(starts_s) * 1e6 / interval_us).astype(np.int64)
    if len(starts) != sweeps or starts[0] < 0 or starts[-1] > _LARGEST or (np.diff(starts) < length).any():
        raise InvalidInput(
            doing, "sweep starts that overlap or are not one per sweep", f"{sweeps} starts in order"
        )
    return starts


def _text_fields(doing: str, protocol: Protocol, origin: str, comment: str, creator: str) -> Fields:
    label = f"{ORIGIN[origin]}. {comment}".strip()
    output, spare = protocol.channel, range(1, DAC_SLOTS)
    name = f"{protocol.name}.pro" if protocol.name and not protocol.name.endswith(".pro") else protocol.name
    return {
        "sCreatorInfo": (fixed_text(doing, creator, 16, "creator"),),
        "sFileCommentOld": (fixed_text(doing, label, 56, "comment", cut=True),),
        "sFileComment": (fixed_text(doing, label, 128, "comment"),),
        "sProtocolPath": (fixed_text(doing, name, 256, "protocol name"),),
        "sDACChannelName": (
            fixed_text(doing, output.name, 10, "name"),
            *(f"Cmd {k}".ljust(10).encode() for k in spare),
        ),
        "sDACChannelUnits": (fixed_text(doing, output.unit, 8, "unit"), *(b"mV      " for _ in spare)),
    }


def _time_fields(started: datetime) -> Fields:
    return {
        "lFileStartDate": (started.year * 10000 + started.month * 100 + started.day,),
        "lFileStartTime": (started.hour * 3600 + started.minute * 60 + started.second,),
        "nFileStartMillisecs": (started.microsecond // 1000,),
    }


def _pad(raw: bytes) -> bytes:
    return raw + bytes(-len(raw) % BLOCK)


def _tags(doing: str, tags: Sequence[Tag], interval_s: float) -> bytes:
    rows = [(round(tag.time_s / interval_s), fixed_text(doing, tag.text, 56, "tag"), 1, 0) for tag in tags]
    return b"".join(struct.pack("<i56shh", *row) for row in rows)


def _sections(counts: NDArray[np.int16], starts: NDArray[np.int64], tags: bytes) -> tuple[bytes, Fields]:
    """Data, synch array and tags one after the other, and the header fields that say where they are."""
    sweeps, channels, samples = counts.shape
    data = _pad(counts.transpose(0, 2, 1).astype("<i2").tobytes())
    rows = np.column_stack([starts, np.full(sweeps, channels * samples)])
    synch = _pad(rows.astype("<i4").tobytes())
    at_synch = HEADER_BLOCKS + len(data) // BLOCK
    return data + synch + _pad(tags), {
        "lDataSectionPtr": (HEADER_BLOCKS,),
        "lSynchArrayPtr": (at_synch,),
        "lSynchArraySize": (sweeps,),
        "lTagSectionPtr": (at_synch + len(synch) // BLOCK if tags else 0,),
        "lNumTagEntries": (len(tags) // 64,),
        "lActualAcqLength": (counts.size,),
        "lActualEpisodes": (sweeps,),
        "lEpisodesPerRun": (sweeps,),
        "lNumSamplesPerEpisode": (channels * samples,),
        "nADCNumChannels": (channels,),
        "FileGUID": (hashlib.sha256(data).digest()[:16],),
    }


def _replace(doing: str, path: Path, raw: bytes, overwrite: bool) -> None:
    """Write beside the target and rename, so that nobody ever meets half a file."""
    if path.exists() and not overwrite:
        raise UsageProblem(
            doing, "the file exists", remedy="Choose another name, or say that it may be replaced."
        )
    if not path.parent.is_dir():
        raise UsageProblem(doing, f"there is no folder {path.parent}", remedy="Make the folder first.")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_abf1(
    path: str | Path,
    sweeps: ArrayLike,
    *,
    rate_Hz: float,
    started: datetime,
    origin: Literal["synthetic", "exported"],
    channels: Sequence[Channel] = (Channel("IN 0", "pA"),),
    protocol: Protocol | None = None,
    comment: str = "",
    creator: str = "kalimag",
    tags: Sequence[Tag] = (),
    sweep_starts_s: Sequence[float] | None = None,
    full_scale: Sequence[float] | None = None,
    lowpass_Hz: float = 100_000.0,
    overwrite: bool = False,
) -> Path:
    """Write sweeps of equal length as a version 1.83 Axon Binary File; the same input gives the same bytes.

    Parameters
    ----------
    path : the file to write; its folder must exist.
    sweeps : shape (sweeps, samples) or (sweeps, channels, samples), in the channels' units.
    rate_Hz : samples per second of each channel.
    started : when the first sweep began, to the millisecond; never taken from the clock.
    origin : what the comment in the file says first: that the data are synthetic, or exported from elsewhere.
    channels : name (10 letters) and unit (8 letters) of each channel.
    protocol : the command; its epochs count in samples per channel and begin after 1/64 of the sweep.
    comment, creator, tags : further text (at most 100, 16 and 56 letters).
    sweep_starts_s : start of each sweep in seconds since the first; end to end if not given.
    full_scale : largest value the converter takes, for each channel; chosen from the data if not given.
    lowpass_Hz : corner of the filter the data have passed, for the header.
    overwrite : whether a file of this name may be replaced.

    Returns
    -------
    Path of the file.

    Raises
    ------
    InvalidInput : data that are not finite, would be clipped, or do not fit the format.
    UsageProblem : the file exists and may not be replaced.
    """
    path = Path(path)
    doing, protocol = f"writing {path.name}", protocol or Protocol()
    values = _whole(doing, sweeps, channels)
    check_protocol(doing, protocol, values.shape[0], values.shape[2])
    interval_us = _sampling_interval_us(doing, rate_Hz, len(channels))
    counts, factors = _convert(doing, values, channels, full_scale)
    starts = _starts(doing, values.shape, sweep_starts_s, interval_us)
    body, where = _sections(counts, starts, _tags(doing, tags, interval_us * 1e-6))
    fields = {
        **where,
        **_time_fields(started),
        **_text_fields(doing, protocol, origin, comment, creator),
        **_channel_fields(doing, channels, factors),
        **epoch_fields(protocol),
        "fADCSampleInterval": (interval_us,),
        "fSynchTimeUnit": (interval_us,),
        "fEpisodeStartToStart": ((starts[1] - starts[0]) * interval_us * 1e-6 if len(starts) > 1 else 0.0,),
        "fSignalLowpassFilter": (lowpass_Hz,) * ADC_SLOTS,
    }
    _replace(doing, path, pack_header(fields) + body, overwrite)
    return path
