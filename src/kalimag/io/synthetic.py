"""Whether files call themselves synthetic, calculated and not recorded: one place knows how they do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kalimag.io.recording import Recording

MARK = "SYNTHETIC"
SAID = "says of itself that it was calculated, not recorded from a living cell"
_NOTE = re.compile(rf"(?:[^:=]{{1,20}}[:=]\s*)?{MARK}\b")
_DOCUMENT = re.compile(
    rf"""^\s*(?:\#\s*|note\s*=\s*["'])?{MARK}\b | ^\s*"?synthetic"?\s*[:=]\s*true\b""",
    re.MULTILINE | re.VERBOSE,
)
_NAMED = 3


def marked(note: str) -> bool:
    """Whether a note of a recording ("comment: SYNTHETIC, not recorded") begins with the mark."""
    return _NOTE.match(note) is not None


def document_says_so(path: Path) -> bool:
    """Whether a text that lies beside recordings (TOML, JSON) calls them synthetic, in a key or a comment."""
    try:
        return _DOCUMENT.search(path.read_text(encoding="utf-8")) is not None
    except (OSError, UnicodeDecodeError):
        return False


def warning(recordings: Sequence[Recording]) -> tuple[str, ...]:
    """The sentence that must stand beside every number from such recordings.

    Parameters
    ----------
    recordings : all that a number comes from.

    Returns
    -------
    tuple of one sentence; empty where no recording calls itself synthetic.
    """
    names = [one.path.name for one in recordings if one.synthetic]
    if not names:
        return ()
    if len(recordings) == 1:
        return (f"{MARK} DATA: this file {SAID}",)
    if len(names) == len(recordings):
        return (f"{MARK} DATA: each of the {len(names)} recordings {SAID}",)
    shown = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    each = f"each of {len(names)} of the {len(recordings)} recordings ({shown})" if names[1:] else names[0]
    return (f"{MARK} DATA: {each} {SAID}",)
