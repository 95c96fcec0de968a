"""A folder that appears whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kalimag.errors import UsageProblem
from kalimag.writing import require_writable, writing_to


@contextmanager
def whole_folder(out: Path, mark: str, force: bool) -> Iterator[Path]:
    """Give a hidden folder to fill, and move it to `out` when it was filled without an error.

    Parameters
    ----------
    out : where the folder is to be; an empty folder there is replaced.
    mark : a file that shows that a folder was made by this function; only such a folder is ever replaced.
    force : whether an earlier folder with that mark may be replaced.

    Raises
    ------
    UsageProblem : there is something at `out` that must not be replaced.
    InvalidInput : nothing can be written there.
    """
    doing, old = f"writing to {out}", None
    if out.exists() and not out.is_dir():
        raise UsageProblem(doing, "it is a file", "a folder, or a name that is free")
    if out.is_dir() and any(out.iterdir()):
        if not force:
            raise UsageProblem(
                doing, "the folder is not empty", "an empty or a new one", "Use --force to replace it."
            )
        if not (out / mark).is_file():
            raise UsageProblem(
                doing, f"the folder holds other things (no {mark})", remedy="Choose another folder."
            )
    require_writable(out)
    with writing_to(out):
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.absolute().parent))
        try:
            (work / "new").mkdir()
            yield work / "new"
            if out.exists():
                old = out.rename(work / "old")
            try:
                (work / "new").rename(out)
            except OSError:
                if old is not None:
                    old.rename(out)
                raise
        finally:
            shutil.rmtree(work, ignore_errors=True)
