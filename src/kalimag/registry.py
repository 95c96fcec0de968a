"""Finds what the library holds by looking into its folders; there is no list to forget."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from kalimag.errors import InvalidInput

LIBRARY = Path(__file__).parent / "library"
MANY = 24  # of more names than this an error tells only the nearest few
FEW = 5


def entries(folder: str, suffix: str) -> dict[str, Path]:
    """Everything in a folder of the library, by name.

    Parameters
    ----------
    folder : such as "mechanisms"; sub-folders are searched too.
    suffix : file ending, such as ".py" or ".toml".

    Returns
    -------
    dict from the file's stem to its path, sorted by name.

    Raises
    ------
    InvalidInput : two files have the same name.
    """
    found: dict[str, Path] = {}
    for path in sorted((LIBRARY / folder).rglob(f"*{suffix}")):
        if path.name.startswith("_"):
            continue
        if path.stem in found:
            where = f"{found[path.stem].relative_to(LIBRARY)} and {path.relative_to(LIBRARY)}"
            raise InvalidInput(
                f"looking through {folder}", f"two files are named '{path.stem}' ({where})", "one"
            )
        found[path.stem] = path
    return dict(sorted(found.items()))


def find(folder: str, suffix: str, name: str) -> Path:
    """The file of one entry of the library, by name; InvalidInput names the entries that exist."""
    found = entries(folder, suffix)
    if name not in found:
        kind = folder.rsplit("/", 1)[-1].removesuffix("s")
        raise InvalidInput(
            f"looking for the {kind} '{name}'", "there is none of that name", *choices(name, found)
        )
    return found[name]


def choices(name: str, known: Iterable[str]) -> tuple[str, str]:
    """What exists (of many, the nearest few) and the nearest spelling: the last two parts of an error."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    there = f"one of {', '.join(names) or '(none)'}"
    if len(names) > MANY:
        few = difflib.get_close_matches(name, names, n=FEW, cutoff=0) or names[:FEW]
        there = f"one of {len(names)}, such as {', '.join(few)}"
    return there, f"Did you mean '{near[0]}'?" if near else ""
