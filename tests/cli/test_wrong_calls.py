"""A wrong call ends with 2 and names what was typed; a place that cannot be written to ends with 3."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from kalimag.report.study import BUNDLED

FILE = str(BUNDLED.parent / "patches" / "p01_0.abf")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rig", "romk-block", "--out", "x", "--temperature", "22"), "--temperature"),
        (("rig", "romk-block", "--out", "x", "--mg", "0.5"), "--mg"),
        (("rig", "romk-block", "--out", "x", "--mg", "0.2,0.5,1"), "--mg"),
        (("rig", "romk-block", "--out", "x", "--set", "romk.Ki0=4"), "romk.Ki0"),
        (("rig", "romk-block", "--out", "x", "--set", "romk.Ki0=-4mM"), "romk.Ki0"),
        (("rig", "romk-block", "--out", "x", "--set", "romk.Ki0=4mV"), "romk.Ki0"),
        (("explain", "romk.Ki0", "--output", "patch.I_K", "--at", "patch.V=40"), "patch.V"),
        (("assay", "iv", FILE, "--window", "0.5:0.9"), "window"),
        (("assay", "iv", FILE, "--command", "40"), "command"),
        (("assay", "iv", FILE, "--slope-range", "-110,-70"), "--slope-range"),
        (("assay", "iv", FILE, "--series-resistance", "5MOhm"), "configuration"),
        (("assay", "iv", FILE, "--configuration", "upside-down"), "upside-down"),
        (("assay", "iv", FILE, "--configuration", "whole-cell", "--junction-potential", "4"), "junction"),
    ],
)
def test_wrong_calls_end_with_2(kalimag: Any, enveloped: Any, words: tuple[str, ...], said: str) -> None:
    done = kalimag(*words)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert done.stdout == ""
    assert not Path("x").exists()
    whole = enveloped(*words)
    assert whole["command"] == " ".join(words[: 1 if words[0] == "explain" else 2])
    assert (whole["inputs"], whole["warnings"]) == ([], [])
    assert whole["error"]["exit_code"] == 2


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (("assay", "iv", "nowhere.abf"), "assay iv"),
        (("--json", "assay"), "assay"),
        (("recording", "shwo"), "recording"),
        (("evidence", "show", "iv"), "evidence show"),
        (("xyzzy",), ""),
    ],
)
def test_an_error_is_of_the_command_that_success_would_name(
    enveloped: Any, words: tuple[str, ...], command: str
) -> None:
    assert enveloped(*words)["command"] == command


@pytest.mark.parametrize("words", [("run",), ("rig", "romk-block"), ("assay", "romk-block", "x")])
@pytest.mark.parametrize("kind", ["below a file", "protected"])
def test_a_place_that_cannot_be_written_to(
    kalimag: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], kind: str
) -> None:
    (tmp_path / "file").touch()
    below = tmp_path / ("file" if kind == "below a file" else "")
    if kind == "protected":  # the tests may run as somebody for whom no folder is protected
        monkeypatch.setattr(os, "access", lambda *_: False)
    done = kalimag(*words, "--out", below / "new", "--quiet")
    assert done.exit_code == 3, done.output
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"kalimag: writing to '{below / 'new'}'")
    assert "partial" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_is_one_sentence_too(
    kalimag: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *_: object, **__: object) -> int:
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_text", full)
    for words in (("run",), ("rig", "romk-block", "--patches", "1")):
        done = kalimag(*words, "--out", tmp_path / "new", "--quiet")
        assert done.exit_code == 3, done.output
        assert done.stderr.startswith(
            f"kalimag: writing to '{tmp_path / 'new'}': the machine refuses: No space"
        )
        assert "partial" not in done.stderr
        assert list(tmp_path.iterdir()) == []


def test_the_temperature_in_one_character(kalimag: Any, tmp_path: Path) -> None:
    words = ("rig", "romk-block", "--out", tmp_path / "x", "--patches", "1", "--temperature", "37℃")
    assert kalimag(*words).exit_code == 0
    assert 'temperature = "37 degC"' in (tmp_path / "x" / "solutions.toml").read_text()


def test_iv_at_the_membrane(kalimag: Any, enveloped: Any) -> None:
    words = ("assay", "iv", FILE, "--configuration", "inside-out", "--junction-potential", "-4.2mV")
    raw = enveloped("assay", "iv", FILE)["result"]
    found = enveloped(*words, "--series-resistance", "1.6MOhm")["result"]
    for before, after in zip(raw["rows"], found["rows"], strict=True):
        assert before["V_m_mV"] is None
        V = -(before["V_mV"] + 4.2) + before["I_pA"] * 1.6e-3
        assert after["V_m_mV"] == pytest.approx(V)
    assert raw["potential"] == "command potential, not corrected for junction potential or series resistance"
    assert found["potential"] == "membrane potential (inside-out)"
    text = kalimag(*words).stdout
    assert "membrane potential (inside-out), not corrected for series resistance" in text
    assert "V_m mV" in text


def test_what_is_remembered_is_not_printed_as_if_a_source_said_it(kalimag: Any) -> None:
    text = kalimag("explain", "romk.Ki0", "--output", "patch.I_K").stdout
    says = text.partition("What sources say")[2].partition("What this package takes")[0]
    assert "about 16.7 mM, remembered" in says
    assert "8.35" not in says
