"""A copy of the library's evidence in which a test may plant errors."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kalimag.registry import LIBRARY

Edit = Callable[[str, str, str], Path]
FOLDERS = ("sources", "evidence", "second", "estimates", "presets", "observations", "disputes")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A copy of the shipped evidence."""
    for folder in FOLDERS:
        shutil.copytree(LIBRARY / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
def edit(library: Path) -> Edit:
    """Replace one passage in one file of the copy; the passage must be there."""

    def replace(file: str, old: str, new: str) -> Path:
        path = library / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return library

    return replace
