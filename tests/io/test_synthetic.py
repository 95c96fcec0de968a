"""A file that was calculated says so, whatever is left out elsewhere; no other comment is taken for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from kalimag.io import read
from kalimag.io.abf1_write import write_abf1
from kalimag.io.recording import Channel, Recording
from kalimag.io.synthetic import document_says_so, marked, warning

NOTES = ("acquisition: episodic", "comment: SYNTHETIC, not recorded. rig")


def named(name: str, *notes: str) -> Recording:
    empty = np.zeros((1, 4))
    return Recording(
        Path(name), "", 0, "", "", 1.0, (Channel("I", "pA"),), (empty,), (0.0,), (None,), ("",), notes=notes
    )


@pytest.mark.parametrize("note", [NOTES[1], "Comment=SYNTHETIC data", "SYNTHETIC DATA of the rig"])
def test_the_mark_is_found(note: str) -> None:
    assert marked(note)


@pytest.mark.parametrize(
    "note", ["comment: synthetic bath", "comment: not SYNTHETIC", "protocol: x", "SYNTHETICA", ""]
)
def test_other_words_are_no_mark(note: str) -> None:
    assert not marked(note)


@pytest.mark.parametrize("origin", ["synthetic", "exported"])
def test_what_the_writer_marks_the_reader_finds(tmp_path: Path, origin: str) -> None:
    path = tmp_path / "x.abf"
    write_abf1(path, np.zeros((2, 64)), rate_Hz=1e3, started=datetime(2026, 1, 2), origin=origin)  # type: ignore[arg-type]
    assert read(path).synthetic == (origin == "synthetic")


def test_a_table_of_numbers_carries_the_mark_in_a_comment(tmp_path: Path) -> None:
    rows = "time (s),I (pA)\n" + "".join(f"{k / 1000},{k}\n" for k in range(20))
    for head, found in (("# SYNTHETIC: calculated\n", True), ("# cell 3\n", False)):
        (tmp_path / "x.csv").write_text(head + rows)
        assert read(tmp_path / "x.csv").synthetic is found


def test_the_sentence_says_how_many() -> None:
    made, real = named("a.abf", *NOTES), named("b.abf", "comment: oocyte 4")
    assert warning([]) == warning([real, real]) == ()
    assert warning([made])[0].startswith("SYNTHETIC DATA: this file says of itself")
    assert "each of the 2 recordings says" in warning([made, made])[0]
    assert "DATA: a.abf says of itself" in warning([made, real])[0]
    assert "each of 2 of the 3 recordings (a.abf, a.abf)" in warning([made, made, real])[0]
    assert replace(made, notes=()).synthetic is False


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# SYNTHETIC: calculated\nschema = 1\n", True),
        ('note = "SYNTHETIC: by the rig"\n', True),
        ("synthetic = true\n", True),
        ('{\n "schema": 1,\n "synthetic": true\n}', True),
        ("synthetic = false\n", False),
        ('{"synthetic": false}', False),
        ('title = "SYNTHETIC opioids"\n', False),
    ],
)
def test_documents(tmp_path: Path, text: str, says: bool) -> None:
    (tmp_path / "x").write_text(text)
    assert document_says_so(tmp_path / "x") is says
    assert not document_says_so(tmp_path / "nowhere")
