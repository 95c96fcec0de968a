"""Imports go down the list in pyproject.toml, never up; the tool that says so is shown that it can say no."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package in `folder`/src with the rules in `folder`/pyproject.toml."""
    code = "import sys; from importlinter.cli import lint_imports_command as run; run(sys.argv[1:])"
    words = [sys.executable, "-c", code, "--config", "../pyproject.toml", "--no-cache"]
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    env = {**clean, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(words, cwd=folder / "src", env=env, capture_output=True, text=True, check=False)


def test_imports_go_down() -> None:
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout + found.stderr
    assert " 0 broken" in found.stdout, found.stdout


@pytest.mark.parametrize(
    ("where", "line", "rule"),
    [
        ("units.py", "from kalimag.io import recording", "Imports go down"),
        ("stats/planted.py", "from kalimag.model import system", "Imports go down"),
        ("model/planted.py", "from kalimag.stats import planted", "The model core"),
        ("library/mechanisms/planted.py", "import numpy", "An equation needs"),
        ("cli/planted.py", "import numpy", "The command line does no arithmetic"),
    ],
)
def test_a_planted_import_is_caught(tmp_path: Path, where: str, line: str, rule: str) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.abf"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / "src" / "kalimag" / where
    planted.parent.mkdir(exist_ok=True)
    for needed in (planted, tmp_path / "src/kalimag/stats/planted.py"):
        needed.touch()
    planted.write_text(planted.read_text() + f"\n{line}\n")
    found = lint(tmp_path)
    assert found.returncode != 0
    broken = [row for row in found.stdout.splitlines() if "BROKEN" in row]
    assert any(row.startswith(rule) for row in broken), found.stdout
