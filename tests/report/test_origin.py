"""Calculated data keep their mark through every command, whatever is left out of the study."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from kalimag.cli.root import root
from kalimag.report.study import run_study
from kalimag.rig.romk_block import make

IV = '\n[[analysis]]\nid = "iv"\nassay = "iv"\nfile = "{}"\n'


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small virtual experiment; too small to converge, which does not matter here."""
    folder = tmp_path_factory.mktemp("rig") / "x"
    make(folder, patches=1, mg=(1.0,), k_out=(110.0,), seed=4)
    return folder


def study(folder: Path, name: str, old: str, new: str, more: str = "") -> Path:
    text = (folder / "study.toml").read_text()
    assert old in text
    path = folder / name
    path.write_text(text.replace(old, new) + more)
    return path


@pytest.mark.parametrize("instead", ["", "synthetic = false\n"])
def test_the_banner_stays_and_the_contradiction_is_said(rig: Path, tmp_path: Path, instead: str) -> None:
    changed = study(rig, f"changed{len(instead)}.toml", "synthetic = true\n", instead)
    run = run_study(changed, tmp_path / "out")
    page = run.report.read_text(encoding="utf-8")
    assert "<strong>SYNTHETIC DATA</strong> made by kalimag rig." in page
    assert run.result["synthetic"] is True
    (told,) = [text for text in run.warnings if "does not say" in text]
    assert told.startswith(f"{changed.name} does not say that its data are synthetic, but this does: 3 of 3")
    assert "solutions.toml" in told
    assert "truth.json" in told
    assert told in page
    done = CliRunner().invoke(root, ["run", str(changed), "--out", str(tmp_path / "again")])
    assert f"warning: {told}" in done.stderr


def test_a_study_that_says_it_is_not_contradicted(rig: Path, tmp_path: Path) -> None:
    run = run_study(rig / "study.toml", tmp_path / "out")
    assert not [text for text in run.warnings if "study.toml" in text]


def without_mark(folder: Path, out: Path) -> Path:
    """One of the recordings as a table of numbers whose comments are lost."""
    from kalimag.io import read

    recording = read(folder / "patches" / "p01_0.abf")
    times = np.arange(recording.sweeps[0].shape[1]) / recording.rate_Hz
    rows = "".join(f"{t:.6f},{pA:.4f}\n" for t, pA in zip(times, recording.sweeps[0][0], strict=True))
    out.write_text("time (s),I (pA)\n" + rows)
    return out


def test_a_recording_without_the_mark_beside_marked_ones_is_told_apart(rig: Path, tmp_path: Path) -> None:
    bare = without_mark(rig, rig / "bare.csv")
    text = 'schema = "kalimag/study/1"\ntitle = "Two"\n'
    two = IV.format("patches/p01_0.abf") + IV.format(bare.name).replace('"iv"\na', '"other"\na')
    (rig / "two.toml").write_text(text + two)
    run = run_study(rig / "two.toml", tmp_path / "out")
    page = run.report.read_text(encoding="utf-8")
    assert (
        "<strong>PARTLY SYNTHETIC DATA</strong> 1 of 2 recordings were calculated, not recorded: p01_0.abf"
        in page
    )
    (rig / "said.toml").write_text(text + "synthetic = true\n" + two)
    said = run_study(rig / "said.toml", tmp_path / "said")
    assert "<strong>SYNTHETIC DATA</strong> according to said.toml" in said.report.read_text(encoding="utf-8")
    assert "bare.csv do not say it of themselves" in " ".join(said.warnings)
    (rig / "real.toml").write_text(text + IV.format(bare.name))
    real = run_study(rig / "real.toml", tmp_path / "real")
    assert real.result["synthetic"] is False
    assert "SYNTHETIC" not in real.report.read_text(encoding="utf-8")


def envelope(*words: object) -> Any:
    return json.loads(CliRunner().invoke(root, [*map(str, words), "--json", "--quiet"]).stdout)


@pytest.mark.parametrize("command", ["iv", "romk-block"])
def test_assays_say_it_in_text_and_in_json(rig: Path, command: str) -> None:
    path = rig / "patches" / "p01_0.abf" if command == "iv" else rig
    text = CliRunner().invoke(root, ["assay", command, str(path)]).stdout
    assert text.count("SYNTHETIC DATA: ") == 1
    told = [text for text in envelope("assay", command, path)["warnings"] if "SYNTHETIC DATA: " in text]
    assert len(told) == 1, "said once, not for every file"
    assert "not recorded from a living cell" in told[0]


def test_assay_iv_says_it_in_its_result(rig: Path) -> None:
    assert envelope("assay", "iv", rig / "patches" / "p01_0.abf")["result"]["synthetic"] is True
