"""Where the files of a run go: a folder that appears whole or not at all, never over somebody's work."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kalimag.errors import UsageProblem
from kalimag.writing import writing_to

RESULT = "result.json"


def refuse_occupied(out: Path, *, force: bool) -> None:
    """Refuse a folder that already holds something, unless that is wanted.

    Parameters
    ----------
    out : where the files are to go.
    force : whether files of an earlier run may be replaced.

    Raises
    ------
    UsageProblem : `out` is a file, or a folder that is not empty and `force` is false.
    """
    doing = f"writing the results to '{out}'"
    if out.exists() and not out.is_dir():
        raise UsageProblem(doing, "that is a file", "a folder, or a name that is free")
    if not force and out.is_dir() and any(out.iterdir()):
        raise UsageProblem(
            doing,
            "the folder already holds files",
            "a new or an empty folder",
            "Nothing is overwritten without --force.",
        )


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """Give a hidden folder beside `out` to fill; it takes its place when it was filled without an error.

    Parameters
    ----------
    out : where the folder is to be. Where there is one already, the files of an earlier run in it are
        replaced and everything else in it is left alone.

    Returns
    -------
    context that gives the Path of the hidden folder; after an error or Ctrl-C nothing of it is left.

    Raises
    ------
    InvalidInput : the machine refuses to write there.
    """
    named, out = out, out.absolute()
    building = out.parent / f".{out.name}.{os.getpid()}.partial"
    with writing_to(named):
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir()
        try:
            yield building
            with _uninterrupted():
                _settle(building, out)
        finally:
            shutil.rmtree(building, ignore_errors=True)


def files_in(folder: Path) -> list[str]:
    """Every file below a folder, by its path from there, in the order of the alphabet."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _settle(building: Path, out: Path) -> None:
    if out.is_dir() and not any(out.iterdir()):
        out.rmdir()
    if not out.exists():
        building.rename(out)
        return
    made = files_in(building)
    for stale in _made_before(out) - set(made):
        (out / stale).unlink(missing_ok=True)
    for name in made:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (building / name).replace(out / name)


def _made_before(out: Path) -> set[str]:
    """The files an earlier run says it wrote, as far as they are really below this folder."""
    try:
        listed = json.loads((out / RESULT).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    names = {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else set()
    return names & set(files_in(out))


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait for the few milliseconds in which files take their places."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt
