"""Everything that must hold before a change is handed in: `python scripts/check.py`.

Runs style, types, import directions and tests of this checkout with the Python it is called with, prints a
summary, and ends with 1 if anything failed. Words after the script's name go to pytest (`-n 2`, `-k abf`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
IMPORTS = "import sys; from importlinter.cli import lint_imports_command as run; run(sys.argv[1:])"


def checks(pytest_words: list[str]) -> dict[str, list[str]]:
    """Every check: what it is called, and the words that follow `python`."""
    return {
        "style": ["-m", "ruff", "check", "."],
        "format": ["-m", "ruff", "format", "--check", "--quiet", "."],
        "types": ["-m", "mypy"],
        "imports": ["-c", IMPORTS, "--config", "pyproject.toml", "--no-logo"],
        "tests": ["-m", "pytest", "-q", *pytest_words],
    }


def main() -> int:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    told, failed = [], 0
    for name, words in checks(sys.argv[1:]).items():
        print(f"== {name}: python {' '.join(words) if name != 'imports' else '-m importlinter'}", flush=True)
        began = time.monotonic()
        code = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, check=False).returncode
        failed += code != 0
        told.append(
            f"{name:<8} {'ok' if code == 0 else f'FAILED ({code})':<12} {time.monotonic() - began:6.1f} s"
        )
    print("\n" + "\n".join(told))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
