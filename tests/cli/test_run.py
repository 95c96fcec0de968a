"""`kalimag run`: the path of the report on stdout, everything else on stderr, nothing overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kalimag.cli.root import root

STUDY = """
schema = "kalimag/study/1"
title = "One patch"
question = "Where does the current reverse?"
synthetic = true

[[analysis]]
id = "first"
assay = "iv"
file = "patches/p01_0.abf"
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of one file of a virtual experiment."""
    folder = tmp_path_factory.mktemp("study") / "virtual"
    words = ["rig", "romk-block", "--out", str(folder), "--patches", "1", "--mg", "1mM", "--k-out", "25mM"]
    assert CliRunner().invoke(root, words).exit_code == 0
    (folder / "one.toml").write_text(STUDY)
    return folder / "one.toml"


def test_the_report_is_what_is_printed(kalimag: Any, study: Path, tmp_path: Path) -> None:
    done = kalimag("run", study, "--out", tmp_path / "new")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{tmp_path / 'new' / 'report.html'}\n"
    assert "first: done" in done.stderr
    assert "<html" in (tmp_path / "new" / "report.html").read_text(encoding="utf-8")
    quiet = kalimag("run", study, "--out", tmp_path / "quiet", "--quiet")
    assert quiet.stderr == ""


def test_the_envelope(enveloped: Any, study: Path, tmp_path: Path) -> None:
    whole = enveloped("run", study, "--out", tmp_path / "new", "--seed", "5")
    assert whole["command"] == "run"
    assert whole["result"]["seed"] == 5
    assert whole["result"]["report"] == str(tmp_path / "new" / "report.html")
    assert {Path(given["path"]).name for given in whole["inputs"]} == {"one.toml", "p01_0.abf"}


def test_nothing_is_overwritten(kalimag: Any, study: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = kalimag("run", study, "--out", tmp_path)
    assert done.exit_code == 2
    assert "--force" in done.stderr
    assert kalimag("run", study, "--out", tmp_path, "--force").exit_code == 0
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no such file"),
        ("", "schema"),
        (STUDY.replace("iv", "ivy"), "Did you mean 'iv'?"),
        (STUDY.replace("p01_0", "p99_0"), "p99_0.abf"),
        (STUDY.replace("file =", "fille ="), "Did you mean 'file'?"),
        (STUDY + "=", "not TOML"),
    ],
)
def test_a_study_that_cannot_be_run(kalimag: Any, study: Path, text: str | None, said: str) -> None:
    wrong = study.with_name("wrong.toml")
    wrong.unlink(missing_ok=True)
    if text is not None:
        wrong.write_text(text)
    done = kalimag("run", wrong, "--out", study.parent / "never")
    assert done.exit_code == 3, done.output
    assert said in done.stderr
    assert done.stdout == ""
    assert not (study.parent / "never").exists()
