"""Files, functions and classes stay small enough to be read, and are named in the field's terms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE_LINES, BODY_LINES, EQUATION_LINES, METHODS = 300, 40, 5, 12
TEST_LINES = 60  # a test may spell out a table
BANNED = {"utils", "util", "helpers", "helper", "base", "manager", "common", "misc"}
Definition = ast.FunctionDef | ast.AsyncFunctionDef


def body_lines(node: Definition) -> int:
    """Lines from the first statement after the docstring to the last."""
    statements = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def offenders(folder: Path, body: int = BODY_LINES) -> Iterator[str]:
    """Say what is too long, too wide or badly named in a folder of Python files."""
    for path in sorted(folder.rglob("*.py")):
        text, where = path.read_text(encoding="utf-8"), path.relative_to(folder)
        if path.stem in BANNED:
            yield f"{where}: '{path.stem}' says nothing about what is in it"
        if (lines := len(text.splitlines())) > FILE_LINES:
            yield f"{where}: {lines} lines, {FILE_LINES} allowed"
        allowed = EQUATION_LINES if "mechanisms" in where.parts else body
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, Definition) and (lines := body_lines(node)) > allowed:
                yield f"{where}:{node.lineno}: {node.name} has {lines} lines, {allowed} allowed"
            if isinstance(node, ast.ClassDef):
                methods = sum(isinstance(inner, Definition) for inner in node.body)
                if methods > METHODS:
                    yield f"{where}:{node.lineno}: {node.name} has {methods} methods, {METHODS} allowed"


@pytest.mark.parametrize("folder", ["src", "tests", "scripts", "benchmarks"])
def test_everything_stays_small(folder: str) -> None:
    found = list(offenders(ROOT / folder, TEST_LINES if folder == "tests" else BODY_LINES))
    assert not found, "\n".join(found)


def test_the_package_is_there_to_be_judged() -> None:
    assert len(list((ROOT / "src").rglob("*.py"))) > 30


LONG = "def long():\n    '''Say.'''\n" + "    x = 1\n" * 41
MANY = "class Many:\n" + "".join(f"    def m{k}(self): ...\n" for k in range(13))


@pytest.mark.parametrize(
    ("where", "text", "said"),
    [
        ("kalimag/long.py", LONG, "long has 41 lines, 40 allowed"),
        (
            "kalimag/nested.py",
            f"class A:\n{''.join('    ' + line + chr(10) for line in LONG.splitlines())}",
            "41",
        ),
        ("kalimag/file.py", "x = 1\n" * 301, "301 lines, 300 allowed"),
        ("kalimag/many.py", MANY, "Many has 13 methods"),
        ("kalimag/utils.py", "", "says nothing"),
        ("mechanisms/channels/x.py", "def f():\n" + "    x = 1\n" * 6, "6 lines, 5 allowed"),
    ],
)
def test_a_planted_offender_is_caught(tmp_path: Path, where: str, text: str, said: str) -> None:
    planted = tmp_path / where
    planted.parent.mkdir(parents=True)
    planted.write_text(text)
    assert said in "\n".join(offenders(tmp_path))


def test_what_is_just_allowed_passes(tmp_path: Path) -> None:
    (tmp_path / "fine.py").write_text("def f():\n    '''Say.'''\n" + "    x = 1\n" * 40)
    assert not list(offenders(tmp_path))
