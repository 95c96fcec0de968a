"""Axon Binary Files of version 1 and 2: samples through pyabf in bulk, everything else from the header."""

from __future__ import annotations

import hashlib
import warnings as python_warnings
from pathlib import Path

import numpy as np

from kalimag.errors import UnreadableFile
from kalimag.io import abf1_header, abf2_header
from kalimag.io.abf_channels import commands_of
from kalimag.io.abf_header import AGAIN, MODES, Header, check, sweep_lengths, sweep_starts
from kalimag.io.recording import Channel, Recording, Samples

EXTENSIONS: tuple[str, ...] = (".abf",)
_SIGNATURES = (b"ABF ", b"ABF2")


def sniff(head: bytes, path: Path) -> bool:
    """Whether the file begins as an ABF file of version 1 or 2 does."""
    del path
    return head[:4] in _SIGNATURES


def read(path: Path) -> Recording:
    """Read an ABF file of version 1 or 2.

    Parameters
    ----------
    path : the file.

    Returns
    -------
    Recording with float32 sweeps of their true lengths (views of one array), the command of each current,
    recorded or rebuilt, and the verdict of its check against the capacitive transients.

    Raises
    ------
    UnreadableFile : cut short or damaged; one sentence says how.
    """
    doing = f"reading {path.name} as ABF"
    raw = path.read_bytes()
    second = raw[:4] == b"ABF2"
    header = abf2_header.read_header(raw, doing) if second else abf1_header.read_header(raw, doing)
    check(header, doing)
    lengths = sweep_lengths(header, doing)
    marks = abf2_header.tags(raw, header, doing) if second else abf1_header.tags(raw, header, doing)
    data, trouble = _data(path, raw, header, doing)
    sweeps = _views(data, lengths)
    channels = tuple(Channel(entry.name, entry.unit) for entry in header.inputs)
    found = commands_of(header, data, lengths, path)
    return Recording(
        path=path,
        sha256=hashlib.sha256(raw).hexdigest(),
        size_bytes=len(raw),
        format=f"ABF {header.version}",
        reader="kalimag.io.abf",
        rate_Hz=header.rate_Hz,
        channels=channels,
        sweeps=sweeps,
        sweep_starts_s=sweep_starts(header, lengths),
        commands=found.commands,
        no_command=found.reasons,
        started=header.started,
        protocol=header.protocol,
        creator=header.creator,
        tags=marks,
        notes=(f"acquisition: {MODES[header.mode]}", *header.notes),
        warnings=header.warnings + trouble + found.warnings,
    )


def _views(data: Samples, lengths: tuple[int, ...]) -> tuple[Samples, ...]:
    ends = np.cumsum(lengths)
    return tuple(data[:, end - length : end] for end, length in zip(ends, lengths, strict=True))


def _data(path: Path, raw: bytes, header: Header, doing: str) -> tuple[Samples, tuple[str, ...]]:
    """All samples, array (channels, samples), float32, read-only, in the channels' units; and warnings."""
    data: Samples | None = None
    trouble: tuple[str, ...] = ()
    # pyabf goes by the name for one thing: it takes whatever is called .atf for text
    if header.plain and path.suffix.lower() != ".atf":
        data, trouble = _through_pyabf(path)
    if data is None:
        data = _ours(raw, header)
    if data.shape != (len(header.inputs), header.points // len(header.inputs)):
        found = f"{data.shape[1]} samples in {data.shape[0]} channels were read, the header says otherwise"
        raise UnreadableFile(doing, found, "", f"The file is damaged. {AGAIN}")
    if not np.isfinite(data).all():
        raise UnreadableFile(doing, "the samples hold values that are not numbers", "", AGAIN)
    data.setflags(write=False)
    return data, trouble


def _through_pyabf(path: Path) -> tuple[Samples | None, tuple[str, ...]]:
    import pyabf

    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore")
        try:
            return pyabf.ABF(path).data, ()
        except Exception as error:  # it follows more of the header than the samples need, such as empty texts
            said = f"{type(error).__name__}: {error}".strip(": ")
    return None, (f"pyabf cannot follow the header ({said}); the samples were read without it",)


def _ours(raw: bytes, header: Header) -> Samples:
    """Where pyabf cannot be used: it reads past the end of old headers, and no floating point in ABF1."""
    kind = "<f4" if header.data_float else "<i2"
    flat = np.frombuffer(raw, kind, header.points, header.data_start)
    data = flat.reshape(-1, len(header.inputs)).T.astype(np.float32)
    if not header.data_float:
        data *= np.array([[entry.scale] for entry in header.inputs], np.float32)
        data += np.array([[entry.offset] for entry in header.inputs], np.float32)
    return data
