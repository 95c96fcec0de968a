"""Starting is cheap because nothing heavy is loaded (the time itself is measured in benchmarks/)."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"numpy", "scipy", "matplotlib", "pint", "pyabf", "jinja2", "lmfit", "pandas"}
# the metadata of installed packages costs more to look through than all of click
SLOW = {"importlib.metadata", "email", "rich", "pydoc", "asyncio"}


def loaded(code: str) -> set[str]:
    """Run Python code in a fresh interpreter and name the modules it leaves loaded."""
    report = "import atexit, sys\natexit.register(lambda: print(*sys.modules, sep='\\n', file=sys.stderr))\n"
    done = subprocess.run([sys.executable, "-c", report + code], capture_output=True, text=True, check=False)
    return set(done.stderr.split())


def test_import_kalimag_loads_nothing_else() -> None:
    found = loaded("import kalimag")
    assert "kalimag" in found
    assert not found & (HEAVY | SLOW | {"click", "kalimag.verbs", "kalimag.library"})


@pytest.mark.parametrize(
    "words", ["--version", "--help", "assay --help", "assay iv --help", "no-such-command"]
)
def test_the_command_line_starts_light(words: str) -> None:
    found = loaded(
        f"import sys; sys.argv = ['kalimag', *{words.split()!r}]; import kalimag.cli; kalimag.cli.main()"
    )
    assert "kalimag.cli.root" in found
    assert not found & (HEAVY | SLOW), found & (HEAVY | SLOW)


def test_version_loads_no_command() -> None:
    found = loaded("import sys; sys.argv = ['kalimag', '--version']; import kalimag.cli; kalimag.cli.main()")
    assert not {name for name in found if name.startswith("kalimag.cli.commands.")}


def test_a_heavy_import_would_be_seen() -> None:
    assert "numpy" in loaded("import numpy")
