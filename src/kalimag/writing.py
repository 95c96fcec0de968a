"""Writing where a person asked for it: what the machine refuses becomes one sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kalimag.errors import InvalidInput

_EXPECTED = "a folder in a place that can be written to"


def require_writable(out: Path) -> None:
    """Refuse, before any work is done, a folder that cannot be made or written to.

    Parameters
    ----------
    out : the folder; it need not be there yet.

    Raises
    ------
    InvalidInput : what is there already on the way to it is a file, or is write-protected.
    """
    there = next(place for place in (out, *out.absolute().parents) if os.path.lexists(place))
    if not there.is_dir():
        raise _refusal(out, f"'{there.name}' is not a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise _refusal(out, f"'{there}' is write-protected")


@contextmanager
def writing_to(out: Path) -> Iterator[None]:
    """Turn what the machine says while files are made into one sentence about `out`.

    Parameters
    ----------
    out : the folder as the person named it; folders of our own on the way to it are never named.

    Raises
    ------
    InvalidInput : the machine refused to make a folder or a file.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise _refusal(out, f"the machine refuses: {reason}") from error


def _refusal(out: Path, found: str) -> InvalidInput:
    return InvalidInput(f"writing to '{out}'", found, _EXPECTED, "Choose another folder.")
