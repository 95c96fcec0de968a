"""A new channel begins as files that no test lets pass until they are filled in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
WRITTEN = {
    "src/kalimag/library/mechanisms/channels/kir21.py",
    "src/kalimag/library/evidence/kir21.toml",
    "src/kalimag/library/second/kir21.toml",
    "src/kalimag/library/estimates/kir21.toml",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the source that may be written to."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.abf"))
    return tmp_path


def test_the_files_are_found_and_refused(enveloped: Any, checkout: Path) -> None:
    made = enveloped("new", "channel", "kir21", "--into", checkout)["result"]["files"]
    assert {Path(name).relative_to(checkout).as_posix() for name in made} == WRITTEN
    code = "from kalimag.evidence import load_values; load_values('kir21')"
    run = [sys.executable, "-c", code]
    done = subprocess.run(
        run, env={"PYTHONPATH": str(checkout / "src")}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "EvidenceProblem" in done.stderr
    assert "kir21" in done.stderr


def test_nothing_is_overwritten(kalimag: Any, checkout: Path) -> None:
    assert kalimag("new", "channel", "romk", "--into", checkout).exit_code == 2


@pytest.mark.parametrize("name", ["Kir2.1", "kir-21", "", "../kir"])
def test_a_name_that_is_none_is_refused(kalimag: Any, checkout: Path, name: str) -> None:
    assert kalimag("new", "channel", name, "--into", checkout).exit_code == 2


def test_outside_a_checkout(kalimag: Any, tmp_path: Path) -> None:
    done = kalimag("new", "channel", "kir21", "--into", tmp_path)
    assert done.exit_code == 2
    assert "checkout" in done.stderr


def test_nothing_in_the_library_waits_to_be_filled_in() -> None:
    files = [path for path in (ROOT / "src/kalimag/library").rglob("*") if path.suffix in (".py", ".toml")]
    assert len(files) > 10
    assert not [path.name for path in files if "FILL IN" in path.read_text(encoding="utf-8")]
