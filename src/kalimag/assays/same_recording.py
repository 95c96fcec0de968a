"""No recording counts twice: not under another path, and not as a copy."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from kalimag.errors import InvalidInput


def refuse_the_same_twice(doing: str, recordings: Sequence[Path]) -> None:
    """Look whether two recordings are one.

    Parameters
    ----------
    doing : for the message.
    recordings : files that exist, as they are named.

    Raises
    ------
    InvalidInput : two names lead to the same file, or two files have the same content.
    """
    sizes: dict[int, dict[Path, Path]] = defaultdict(dict)
    for path in recordings:
        alike, real = sizes[path.stat().st_size], path.resolve()
        if real in alike:
            _refuse(doing, alike[real], path, "lead to the same file")
        alike[real] = path
    for size, alike in sizes.items():
        known: dict[str, Path] = {}
        for path in alike.values() if size and len(alike) > 1 else ():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if digest in known:
                _refuse(doing, known[digest], path, "have the same content (SHA-256)")
            known[digest] = path


def _refuse(doing: str, one: Path, other: Path, how: str) -> None:
    names = f"{one.name} and {other.name}" if one.name != other.name else f"{one} and {other}"
    remedy = "Take one of them out: a recording that counts twice makes intervals too narrow."
    raise InvalidInput(doing, f"the recordings {names} {how}", "each recording once", remedy)
