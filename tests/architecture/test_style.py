"""Ruff finds nothing to say, about form or content; and it is shown that it would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def ruff(*words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ruff", *words, "--no-cache"],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("words", [("check",), ("format", "--check")])
def test_ruff_is_content(words: tuple[str, ...]) -> None:
    found = ruff(*words, "src", "tests", "scripts", "benchmarks")
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ('"""Doc."""\n\nimport os\n', "F401"),
        ('"""Doc."""\n\n\ndef spoken(x: int) -> int:\n    return x\n', "D103"),
        ('"""Doc."""\n\nx = "' + "a" * 120 + '"\n', "E501"),
    ],
)
def test_a_planted_slip_is_caught(code: str, rule: str) -> None:
    found = ruff("check", "--stdin-filename", "src/kalimag/planted.py", "-", stdin=code)
    assert found.returncode == 1
    assert rule in found.stdout


def test_a_planted_mess_is_caught() -> None:
    found = ruff("format", "--check", "--stdin-filename", "src/kalimag/planted.py", "-", stdin="x  =  'a'\n")
    assert found.returncode == 1
