"""A run is whole or nothing, never overwrites, repeats itself, and notices every changed byte."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from kalimag.cli.root import root
from kalimag.errors import InvalidInput, KalimagError, UsageProblem
from kalimag.io.abf1_protocol import Epoch, Protocol
from kalimag.io.abf1_write import write_abf1
from kalimag.report import html, study
from kalimag.report.run_folder import files_in
from kalimag.report.study import run_study

TOML = """schema = "kalimag/study/1"
title = "Leak of a model cell"
question = "How leaky is it?"
synthetic = true

[[analysis]]
id = "leak"
assay = "iv"
file = "leak.abf"
"""


@pytest.fixture
def leak(tmp_path: Path) -> Path:
    """A study of one recording: 2 nS that reverse at -40 mV, with transients and noise."""
    folder = tmp_path / "leaky"
    folder.mkdir()
    chance, levels = np.random.default_rng(3), np.arange(-100.0, 21.0, 20.0)
    current = np.full((len(levels), 2000), 2.0 * (-60.0 + 40.0))
    current[:, 231:1231] = 2.0 * (levels + 40.0)[:, None]
    decay = np.exp(-np.arange(100) / 10.0)
    current[:, 231:331] += np.outer(levels + 60.0, 5.0 * decay)
    current[:, 1231:1331] -= np.outer(levels + 60.0, 5.0 * decay)
    write_abf1(
        folder / "leak.abf",
        current + chance.normal(0.0, 0.5, current.shape),
        rate_Hz=2000.0,
        started=datetime(2026, 1, 2, 3, 4, 5),
        origin="synthetic",
        protocol=Protocol(-60.0, (Epoch(-60.0, 200), Epoch(-100.0, 1000, level_step=20.0)), "leak"),
    )
    (folder / "study.toml").write_text(TOML, encoding="utf-8")
    return folder / "study.toml"


def kalimag(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(root, list(words))
    return done.exit_code, done.stdout, done.stderr


def test_the_truth_comes_back(leak: Path, tmp_path: Path) -> None:
    said: list[str] = []
    run = run_study(leak, tmp_path / "out", progress=said.append)
    (found,) = run.result["analyses"]
    assert (
        found["result"]["reversal_potential"]["low_mV"]
        < -40
        < found["result"]["reversal_potential"]["high_mV"]
    )
    assert found["result"]["slope_conductance"]["value_nS"] == pytest.approx(2.0, rel=0.01)
    assert run.converged
    assert said == ["leak: done (1 of 1)"]
    text = run.report.read_text(encoding="utf-8")
    assert "SYNTHETIC DATA" in text
    assert "leak.abf" in text


def test_the_default_folder_is_named_after_all_that_determines_it(
    leak: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = run_study(leak)
    assert first.report.parent.parent == Path("kalimag-runs")
    assert first.report.parent.name.startswith("leaky-")
    before = {name: (first.report.parent / name).read_bytes() for name in files_in(first.report.parent)}
    again = run_study(leak)
    assert again.report == first.report
    assert before == {
        name: (again.report.parent / name).read_bytes() for name in files_in(again.report.parent)
    }
    assert run_study(leak, seed=9).report != first.report
    recording = leak.parent / "leak.abf"
    changed = bytearray(recording.read_bytes())
    changed[len(changed) // 2] ^= 1
    recording.write_bytes(changed)
    assert run_study(leak).report != first.report
    assert len(list((tmp_path / "kalimag-runs").iterdir())) == 3


def test_a_changed_line_of_the_program_changes_the_name(
    leak: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = run_study(leak).report
    monkeypatch.setattr(study, "code_digest", lambda: "f" * 64)
    assert run_study(leak).report != first


def test_a_changed_sample_changes_the_page(leak: Path, tmp_path: Path) -> None:
    first = run_study(leak, tmp_path / "one").report.read_bytes()
    recording = leak.parent / "leak.abf"
    changed = bytearray(recording.read_bytes())
    changed[-1024] ^= 1
    recording.write_bytes(changed)
    assert run_study(leak, tmp_path / "two").report.read_bytes() != first


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("where", ["page", "_write_parts", "_sections"])
def test_a_run_that_is_stopped_leaves_nothing(
    leak: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException], where: str
) -> None:
    def stopped(*_: object) -> None:
        raise stop

    monkeypatch.setattr(study, where, stopped)
    with pytest.raises(stop):
        run_study(leak, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["leaky"]


def test_what_was_finished_before_an_interrupt_is_kept_and_named(
    leak: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = TOML[TOML.index("[[analysis]]") :].replace('id = "leak"', 'id = "again"')
    leak.write_text(TOML + second, encoding="utf-8")

    def interrupted(told: str) -> None:
        assert told.startswith("leak: done")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stop:
        run_study(leak, tmp_path / "out", progress=interrupted)
    assert "1 of 2" in " ".join(stop.value.__notes__)
    kept = tmp_path / "out-interrupted"
    result = json.loads((kept / "result.json").read_text(encoding="utf-8"))
    assert [row["id"] for row in result["analyses"]] == ["leak"]
    assert result["interrupted_before"] == ["again"]
    assert (kept / "parameters.csv").is_file()
    assert not (kept / "report.html").exists(), "there is no report of half a study"
    assert not (tmp_path / "out").exists()


def test_a_run_that_is_stopped_leaves_the_old_result_alone(
    leak: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = run_study(leak, tmp_path / "out").report.read_bytes()
    monkeypatch.setattr(study, "page", lambda *_: (_ for _ in ()).throw(RuntimeError))
    with pytest.raises(RuntimeError):
        run_study(leak, tmp_path / "out", force=True)
    assert (tmp_path / "out" / "report.html").read_bytes() == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["leaky", "out"]


def test_an_occupied_folder_is_refused_before_any_work(leak: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(UsageProblem, match="--force"):
        run_study(leak, tmp_path / "out", progress=pytest.fail)
    code, _, told = kalimag("run", str(leak), "--out", str(tmp_path / "out"))
    assert code == 2
    assert "--force" in told
    assert kalimag("run", str(leak), "--out", str(tmp_path / "out"), "--force")[0] == 0
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("leak.abf", "lost.abf", "the file 'lost.abf' ('file') is not there"),
        ('assay = "iv"', 'assay = "ivv"', "Did you mean 'iv'"),
        ("file =", "fiel =", "Did you mean 'file'"),
        ("synthetic", "sinthetic", "Did you mean 'synthetic'"),
    ],
)
def test_a_study_that_cannot_be_run_ends_with_3_and_one_sentence(
    leak: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    leak.write_text(TOML.replace(old, new), encoding="utf-8")
    code, out, told = kalimag("run", str(leak), "--out", str(tmp_path / "out"), "--quiet")
    assert (code, out) == (3, "")
    assert told.count("\n") == 1
    assert said in told
    assert not (tmp_path / "out").exists()


def test_a_damaged_recording_ends_with_3(leak: Path, tmp_path: Path) -> None:
    recording = leak.parent / "leak.abf"
    recording.write_bytes(recording.read_bytes()[:5000])
    code, _, told = kalimag("run", str(leak), "--out", str(tmp_path / "out"), "--quiet")
    assert code == 3
    assert "leak.abf" in told
    assert not (tmp_path / "out").exists()


def test_an_analysis_that_came_to_nothing_ends_with_4_and_a_report(leak: Path, tmp_path: Path) -> None:
    leak.write_text(TOML + 'window = ["10 ms", "30 ms"]\n', encoding="utf-8")
    code, said, _ = kalimag("run", str(leak), "--out", str(tmp_path / "out"), "--quiet")
    assert code == 4
    text = Path(said.strip()).read_text(encoding="utf-8")
    assert "No reversal potential can be given: a holding current has no I–V." in text
    assert 'class="answer open"' in text


def test_voltages_are_brought_to_the_membrane_where_the_study_says_how(leak: Path, tmp_path: Path) -> None:
    frame = 'configuration = "whole-cell"\njunction_potential = "10 mV"\nseries_resistance = "5 MOhm"\n'
    leak.write_text(TOML + frame, encoding="utf-8")
    run = run_study(leak, tmp_path / "out")
    (found,) = run.result["analyses"]
    zero = found["result"]["reversal_potential"]
    assert zero["low_mV"] < -50 < zero["high_mV"]
    assert "of membrane potential (whole-cell)." in found["answer"][0]
    text = run.report.read_text(encoding="utf-8")
    assert "not corrected" not in text
    assert "--junction-potential" in text
    rows = (tmp_path / "out" / "iv-leak.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "sweep,V_mV,I_pA,I_sd_pA,I_sem_pA,V_m_mV,I_m_pA,chord_g_nS"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('configuration = "hole-cell"', "Did you mean 'whole-cell'?"),
        ('junction_potential = "10 mV"', "no configuration is given"),
        ('channel = "nobody"', "there is no 'nobody'"),
        ('command = "40"', "it has no unit"),
    ],
)
def test_what_would_be_a_wrong_call_is_here_a_wrong_file(
    leak: Path, tmp_path: Path, row: str, said: str
) -> None:
    leak.write_text(TOML + row + "\n", encoding="utf-8")
    code, out, told = kalimag("run", str(leak), "--out", str(tmp_path / "out"), "--quiet")
    assert (code, out) == (3, "")
    assert told.startswith("kalimag: reading the analysis 'leak' of study.toml")
    assert said in told


def test_two_analyses_may_share_a_file_but_not_an_id(leak: Path, tmp_path: Path) -> None:
    row = TOML[TOML.index("[[analysis]]") :]
    leak.write_text(TOML + row.replace('"leak"', '"again"'), encoding="utf-8")
    run = run_study(leak, tmp_path / "out")
    assert len(run.inputs) == 2
    leak.write_text(TOML + row, encoding="utf-8")
    with pytest.raises(InvalidInput, match="two analyses have the id"):
        run_study(leak, tmp_path / "out2")


@pytest.mark.parametrize("planted", [None, float("nan"), 0.1 + 0.2])
def test_a_number_that_was_not_rounded_never_reaches_the_page(
    leak: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: float | None
) -> None:
    monkeypatch.setattr(html, "warnings", lambda _: [planted])
    with pytest.raises(KalimagError, match="where words should"):
        run_study(leak, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_result_json_refuses_a_number_that_is_none() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        study.as_json({"value": float("nan")})
    assert json.loads(study.as_json({"E": "−65 mV"})) == {"E": "−65 mV"}
