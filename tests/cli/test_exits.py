"""Every way a command can end has its exit code and one sentence on stderr; stdout stays for results."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kalimag import errors, verbs
from kalimag.cli.envelope import Answer, envelope

SHOW = ("recording", "show", "some.abf")


def raising(error: BaseException) -> Any:
    def read(path: Path) -> None:
        raise error

    return read


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.KalimagError, 1),
        (errors.UsageProblem, 2),
        (errors.InvalidInput, 3),
        (errors.UnreadableFile, 3),
        (errors.UnitMismatch, 3),
        (errors.NotIdentifiable, 4),
        (errors.CheckFailed, 5),
        (errors.MissingExtra, 69),
    ],
)
def test_our_errors(kalimag: Any, monkeypatch: pytest.MonkeyPatch, kind: Any, code: int) -> None:
    error = kind("reading some.abf", "the header is cut off", "at least 512 bytes", "Copy the file again.")
    monkeypatch.setattr(verbs, "read", raising(error))
    done = kalimag(*SHOW)
    assert done.exit_code == code
    assert done.stdout == ""
    sentence = "the header is cut off; expected at least 512 bytes. Copy the file again."
    assert done.stderr == f"kalimag: reading some.abf: {sentence}\n"
    told = json.loads(kalimag(*SHOW, "--json").stdout)["error"]
    assert told["found"] == "the header is cut off"
    assert told["kind"] == kind.__name__


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("division by zero"), EOFError(), MemoryError(), OSError("disk")]
)
def test_the_unexpected_is_one_sentence(
    kalimag: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(verbs, "read", raising(error))
    monkeypatch.delenv("KALIMAG_DEBUG", raising=False)
    done = kalimag(*SHOW)
    assert done.exit_code == 1
    assert type(error).__name__ in done.stderr
    assert "KALIMAG_DEBUG=1" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_traceback_on_request(kalimag: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "read", raising(ZeroDivisionError("division by zero")))
    monkeypatch.setenv("KALIMAG_DEBUG", "1")
    done = kalimag(*SHOW)
    assert done.exit_code == 1
    assert "Traceback" in done.stderr
    assert "test_exits.py" in done.stderr


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("recordings",), "Did you mean 'kalimag recording'?"),
        (("recording", "shwo"), "Did you mean 'kalimag recording show'?"),
        (("assay", "romk_block"), "Did you mean 'kalimag assay romk-block'?"),
        (("romk-block",), "Did you mean 'kalimag assay romk-block' or 'kalimag rig romk-block'?"),
        (("recording", "show", "a.abf", "--jsno"), "Did you mean '--json'?"),
        (("recording", "show"), "Missing argument 'FILE'"),
        (("xyzzy",), "There are: assay,"),
    ],
)
def test_a_wrong_word_gets_advice(kalimag: Any, words: tuple[str, ...], advice: str) -> None:
    done = kalimag(*words)
    assert done.exit_code == 2
    assert advice.replace("'", "") in done.stderr.replace("'", "")
    assert done.stdout == ""


def test_a_wrong_word_in_json(enveloped: Any) -> None:
    told = enveloped("recording", "show", "a.abf", "--jsno")["error"]
    assert told["exit_code"] == 2
    assert "--jsno" in told["text"]


def test_a_missing_file_is_invalid_input(kalimag: Any, tmp_path: Path) -> None:
    done = kalimag("recording", "show", tmp_path / "nowhere.abf")
    assert done.exit_code == 3
    assert "nowhere.abf" in done.stderr


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(errors.KalimagError, match=r"result\.rows\[1\]\.I_pA is nan"):
        envelope("assay iv", Answer({"rows": [{"I_pA": 1.0}, {"I_pA": float("nan")}]}, ""))


INTERRUPTED = """
import sys, time
from kalimag import verbs
from kalimag.cli import main
def read(path):
    print("reading", flush=True, file=sys.stderr)
    try:
        time.sleep(60)
    except KeyboardInterrupt as stop:
        stop.add_note("2 of 5 recordings are done and kept in out.")
        raise
verbs.read = read
sys.argv = ["kalimag", "recording", "show", "some.abf"]
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to one process")
def test_an_interrupt_says_what_is_kept() -> None:
    with subprocess.Popen([sys.executable, "-c", INTERRUPTED], stdout=-1, stderr=-1, text=True) as run:
        assert run.stderr is not None
        assert run.stderr.readline() == "reading\n"
        time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=20)
    assert run.returncode == 130
    assert "kalimag: interrupted. 2 of 5 recordings are done and kept in out." in err
    assert "Traceback" not in err
    assert out == ""


@pytest.mark.skipif(os.name == "nt", reason="a closed pipe is a signal of POSIX")
def test_a_reader_that_leaves_early_is_no_accident() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "kalimag", "--help"], stdout=-1, stderr=-1, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.close()
        assert run.stderr.read() == ""
