"""A user's own evidence: a folder like the library's, found beside it."""

from __future__ import annotations

import os
from pathlib import Path

from kalimag.registry import LIBRARY

VARIABLE = "KALIMAG_EVIDENCE"


def own_folder() -> Path:
    """Where a user's own claims, sources and second entries are, whether or not the folder exists yet."""
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        return Path(named).expanduser()
    import click

    return Path(click.get_app_dir("kalimag")) / "evidence"


def shelves(library: Path = LIBRARY) -> tuple[Path, ...]:
    """The folders that hold evidence/, second/ and sources/: the library, then the user's own."""
    own = own_folder() if library == LIBRARY else None
    return (library,) if own is None or not own.is_dir() else (library, own)
