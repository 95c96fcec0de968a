"""Recordings in, whatever program wrote them: a reader is any module here with EXTENSIONS, sniff and read."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

from kalimag.errors import UnreadableFile
from kalimag.io.recording import Recording

_HEAD_BYTES = 8192
_OFFERS = ("EXTENSIONS", "sniff", "read")


@cache
def readers() -> tuple[ModuleType, ...]:
    """Every reader in this folder, by name."""
    found = (
        importlib.import_module(f"{__name__}.{entry.name}")
        for entry in pkgutil.iter_modules(__path__)
        if not entry.name.startswith("_")
    )
    return tuple(module for module in found if all(hasattr(module, offer) for offer in _OFFERS))


def read(path: str | Path) -> Recording:
    """Read a recording; what the file contains decides who reads it, not what it is called.

    Parameters
    ----------
    path : a file of any kind that has a reader.

    Returns
    -------
    Recording, complete: a damaged file is refused, never read in part.

    Raises
    ------
    UnreadableFile : missing, empty, of no known kind, cut short or damaged; one sentence says which.
    """
    path = Path(path)
    doing = f"reading {path.name or path}"
    head = _head(path, doing)
    known = readers()
    suffix = path.suffix.lower()
    ordered = sorted(known, key=lambda module: suffix not in module.EXTENSIONS)
    for module in ordered:
        if module.sniff(head, path):
            recording: Recording = module.read(path)
            return recording
    asked = ", ".join(
        f"{name} ({' '.join(module.EXTENSIONS)})" for module in known if (name := _name(module))
    )
    raise UnreadableFile(doing, f"its kind is not known; it begins with {_spelt(head)}", f"one of {asked}")


def _head(path: Path, doing: str) -> bytes:
    """The first bytes of a file that exists and is not empty."""
    if path.is_dir():
        raise UnreadableFile(doing, "it is a folder", "a file", "Name one of the files in it.")
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError as error:
        raise UnreadableFile(doing, "there is no such file", "", f"Looked for {path}.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(doing, f"the file cannot be opened ({reason})") from error
    if not head:
        raise UnreadableFile(doing, "the file is empty", "", "Copy it again from where it was recorded.")
    return head


def _name(module: ModuleType) -> str:
    return module.__name__.rsplit(".", 1)[-1].upper()


def _spelt(head: bytes) -> str:
    """The beginning of a file for a person: as text where it is text, else as bytes."""
    start = head[:12]
    if all(32 <= byte < 127 or byte in b"\t\r\n" for byte in start):
        return repr(start.decode("ascii"))
    return "the bytes " + start[:8].hex(" ")
