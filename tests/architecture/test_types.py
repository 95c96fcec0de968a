"""Mypy --strict passes over the whole package; and it is shown that it would not pass a slip."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def mypy(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_types_hold() -> None:
    found = mypy()
    assert found.returncode == 0, found.stdout + found.stderr


def test_a_planted_slip_is_caught(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("def half(x: int) -> str:\n    return x\n\n\ndef untold(x):\n    return x\n")
    found = mypy("--cache-dir", str(tmp_path / "cache"), str(planted))
    assert found.returncode == 1
    assert "return-value" in found.stdout
    assert "no-untyped-def" in found.stdout
