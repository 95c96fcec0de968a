"""What a person can ask of kalimag: one function each, the same for Python and for the command line.

Every function imports what it needs when it is called, so that ``import kalimag`` costs nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kalimag.io.recording import Recording

__all__ = ["read"]


def read(path: str | Path) -> Recording:
    """Read a recording, whatever its format; the file is recognised by what is in it.

    Parameters
    ----------
    path : the file.

    Returns
    -------
    Recording, in physical units, with the command voltage and its check.

    Raises
    ------
    UnreadableFile : missing, damaged, truncated, renamed, or of no known format.
    """
    from kalimag.io import read as read_recording

    return read_recording(Path(path))
