"""What the pages say is what the program does: commands, options, examples, README's two commands."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kalimag

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"(?P<slow><!-- slow -->\n)?^```sh\n(?P<lines>.*?)\n```$", re.MULTILINE | re.DOTALL)


def script(name: str) -> dict[str, Any]:
    """What a script of this checkout defines."""
    return runpy.run_path(str(ROOT / "scripts" / name), run_name="loaded")


def examples(page: str, *, slow: bool) -> Iterator[str]:
    """The `kalimag …` lines of a page's fenced blocks without comments; `slow` adds the marked ones."""
    for block in FENCE.finditer(page):
        lines = block["lines"].replace("\\\n", " ").splitlines()
        if slow or not block["slow"]:
            yield from (line.partition("  #")[0] for line in lines if line.startswith("kalimag "))


def run_examples(page: str, folder: Path, *, slow: bool) -> int:
    """Run the examples of a page one after the other in one folder; each must end with 0."""
    ran, env = 0, {**os.environ, "PYTHONPATH": str(Path(kalimag.__file__).parents[1])}
    for line in examples(page, slow=slow):
        words = [sys.executable, "-m", "kalimag", *shlex.split(line)[1:]]
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\nends with {done.returncode}\n{done.stdout}{done.stderr}"
        assert done.stdout.strip(), f"{line}\nprints nothing"
        ran += 1
    return ran


def test_the_command_page_is_what_the_commands_say() -> None:
    making = script("make_docs.py")
    assert making["PAGE"].read_text(encoding="utf-8") == making["page"](), "run: python scripts/make_docs.py"


def test_every_command_is_on_the_page() -> None:
    import click

    from kalimag.cli.lazy import whole_names
    from kalimag.cli.root import root

    names = list(whole_names(click.Context(root)))
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert len(names) >= 5
    assert not [name for name in names if f"### `kalimag {name}" not in page]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_examples_run(page: Path, tmp_path: Path) -> None:
    run_examples(page.read_text(encoding="utf-8"), tmp_path, slow=False)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_slow_examples_run(page: Path, tmp_path: Path) -> None:
    run_examples(page.read_text(encoding="utf-8"), tmp_path, slow=True)


def test_the_readme_has_examples_to_run() -> None:
    assert len(list(examples((ROOT / "README.md").read_text(encoding="utf-8"), slow=False))) >= 4


@pytest.mark.parametrize(
    "line", ["kalimag evidence show romk.Nothing", "kalimag sing", "kalimag evidence --lisp"]
)
def test_a_planted_example_that_fails_is_caught(line: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=line):
        run_examples(f"# Page\n\n```sh\n{line}  # prints\n```\n", tmp_path, slow=False)


def test_examples_are_found() -> None:
    page = (
        "```sh\nkalimag a \\\n  b  # c\nls\n```\n<!-- slow -->\n```sh\nkalimag d\n```\n```\nkalimag e\n```\n"
    )
    assert list(examples(page, slow=False)) == ["kalimag a    b"]
    assert list(examples(page, slow=True)) == ["kalimag a    b", "kalimag d"]


def test_readme_starts_with_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first, second = script("start_command.py")["start_commands"](readme)
    assert first.endswith("kalimag run")
    assert "[test]" in second
    assert "pytest" in second
    assert readme.startswith("# kalimag\n")


def test_the_first_command_prints_where_the_report_is(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    line = script("start_command.py")["start_commands"](readme)[0].rpartition("/")[2]
    assert run_examples(f"```sh\n{line}\n```\n", tmp_path, slow=False) == 1
    (report,) = tmp_path.glob("kalimag-runs/*/report.html")
    assert "synthetic" in report.read_text(encoding="utf-8").lower()


@pytest.mark.parametrize(
    "page", ["", "\n## Start\n```sh\na\n```\n", "\n## Start\n```sh\na\nb\n```\n```sh\nc\n```\n"]
)
def test_a_readme_without_two_commands_is_refused(page: str) -> None:
    with pytest.raises(SystemExit, match="Start"):
        script("start_command.py")["start_commands"](page)


def test_pages_link_to_what_exists() -> None:
    for page in [*PAGES, ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
