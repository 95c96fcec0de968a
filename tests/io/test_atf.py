"""ATF: the real export equals its ABF, and a damaged one is refused with the line named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kalimag.errors import UnreadableFile
from kalimag.io import atf

SMALL = (
    "ATF\t1.0\n4\t5     \n"
    '"AcquisitionMode=Episodic Stimulation"\n'
    '"Comment="\n'
    '"SweepStartTimesMS=0.000,1500.000"\n'
    '"Signals="\t"IN 0"\t"Cmd"\t"IN 0"\t"Cmd"\n'
    '"Time (ms)"\t"Trace #1 (nA)"\t"Trace #1 (mV)"\t"Trace #2 (nA)"\t"Trace #2 (mV)"\n'
    "0\t-1.5\t-60\t2.5\t40\n"
    "0.1\t-1.25\t-60\t2.25\t40\n"
    "0.2\t-1e-3\t-60\t2e-3\t40\n"
)


def small(tmp_path: Path, text: str = SMALL, name: str = "small.atf") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode("cp1252"))
    return path


def test_real_export_equals_the_recording_it_was_made_from(ephys: Path) -> None:
    pyabf = pytest.importorskip("pyabf")
    exported = atf.read(ephys / "abf" / "18702001-step.atf")
    assert exported.rate_Hz == pytest.approx(20000.0, rel=1e-12)
    assert [(c.name, c.unit) for c in exported.channels] == [("IN 0", "pA"), ("IN 1", "A")]
    assert exported.sweep_starts_s == (0.0, 1.0, 2.0)
    assert len(exported.sweeps) == 3
    original = pyabf.ABF(str(ephys / "abf" / "18702001-step.abf")).data
    for number, sweep in enumerate(exported.sweeps):
        there = original[:, number * 20000 : (number + 1) * 20000]
        assert np.abs(sweep - there).max() <= 4.9e-4
        assert (
            np.abs(sweep - original[:, :20000]).max() > 4.9e-4 or number == 0
        )  # the bound tells sweeps apart


def test_no_command_says_why_and_what_to_do(ephys: Path) -> None:
    exported = atf.read(ephys / "abf" / "18702001-step.atf")
    assert exported.commands == (None, None)
    assert all("no stimulus protocol" in reason and "ABF" in reason for reason in exported.no_command)


def test_sweeps_signals_units_and_recorded_command(tmp_path: Path) -> None:
    recording = atf.read(small(tmp_path))
    assert recording.rate_Hz == pytest.approx(10_000.0, rel=1e-12)
    assert [(c.name, c.unit) for c in recording.channels] == [("IN 0", "nA"), ("Cmd", "mV")]
    assert recording.sweep_starts_s == (0.0, 1.5)
    np.testing.assert_allclose(recording.sweeps[1], [[2.5, 2.25, 2e-3], [40, 40, 40]], rtol=1e-6)
    assert not recording.sweeps[0].flags.writeable
    command = recording.commands[0]
    assert command is not None
    assert command.source == "recorded"
    assert command.samples[1].tolist() == [40, 40, 40]
    assert recording.commands[1] is None
    assert recording.notes == (
        "AcquisitionMode=Episodic Stimulation",
        "SweepStartTimesMS=0.000,1500.000",
    )


def test_one_sweep_without_trace_numbers_windows_newlines_and_decimal_comma(tmp_path: Path) -> None:
    text = 'ATF 1.0\r\n0 2\r\n"Time (s)"\t"I membrane (µA)"\r\n0,0\t1,5\r\n0,5\t-2,5\r\n1,0\t3\r\n'
    recording = atf.read(small(tmp_path, text))
    assert recording.channels[0].name == "I membrane"
    assert recording.rate_Hz == pytest.approx(2.0)
    assert recording.sweeps[0].tolist() == [[1.5, -2.5, 3.0]]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("ATF\t1.0", "ATX\t1.0"), "line 1"),
        (("4\t5     ", "four\t5"), "line 2"),
        (("4\t5     ", "4\t¹"), "line 2"),
        (("4\t5     ", "9\t5"), "blank|nothing|columns"),
        (("4\t5     ", "4\t6"), "5 column titles where line 2 announces 6"),
        (("0.1\t-1.25\t-60\t2.25\t40", "0.1\t-1.25\t-60\t2.25"), "line 9 has 4 columns"),
        (("0.1\t-1.25\t-60", "0.1\t\t-60"), "line 9, column 2 is blank"),
        (("0.1\t-1.25\t-60", "0.1\tnan\t-60"), "line 9, column 2 says 'nan'"),
        (("0.1\t-1.25\t-60", "0.1\t1_0\t-60"), "line 9, column 2 says '1_0'"),
        (("0.1\t-1.25\t-60", "\n0.1\t-1.25\t-60"), "line 9 is blank"),
        (("0.2\t-1e-3", "0.3\t-1e-3"), "time goes from 0.0001 s on line 9"),
        (("Time (ms)", "Time"), "first column is called 'Time'"),
        (("Trace #1 (nA)", "Trace #1"), "no unit"),
        (("Trace #2 (nA)", "Trace #2 (pA)"), "units differ"),
        (("Trace #2 (mV)", "Trace #3 (mV)"), "1, 2 signals"),
        (("\t2e-3\t40\n", "\t2e"), "line 10, the last one, has 4 of 5 columns"),
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    assert change[0] in SMALL
    path = small(tmp_path, SMALL.replace(change[0], change[1], 1))
    with pytest.raises(UnreadableFile, match=says) as refused:
        atf.read(path)
    assert "small.atf" in str(refused.value)
    assert refused.value.exit_code == 3


def test_every_truncation_of_the_file_is_refused_or_read_with_a_warning(tmp_path: Path) -> None:
    for length in range(len(SMALL) - 1):
        try:
            recording = atf.read(small(tmp_path, SMALL[:length]))
        except UnreadableFile:
            continue
        assert recording.sweeps[0].shape[1] < 3 or recording.warnings
        assert SMALL[:length].endswith("\n") or "newline" in recording.warnings[-1]


def test_renamed_and_empty_files(tmp_path: Path) -> None:
    assert atf.sniff(b"ATF\t1.0\n", Path("x.txt"))
    assert not atf.sniff(b"ABF2", Path("x.atf"))
    with pytest.raises(UnreadableFile, match="zero bytes"):
        atf.read(small(tmp_path, "ABF2\0\0\0"))
    with pytest.raises(UnreadableFile, match="empty"):
        atf.read(small(tmp_path, ""))
