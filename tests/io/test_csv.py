"""CSV: units, delimiters and sweeps as people write them; what cannot be read is refused with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalimag.errors import UnreadableFile
from kalimag.io import csv
from kalimag.io.text_table import split_unit, time_axis

PLAIN = "time (ms),I (pA),V (mV)\n0,1.5,-60\n0.1,2.5,-60\n0.2,3.5,-40\n"


def table(tmp_path: Path, text: str, name: str = "cell.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def test_time_signals_and_the_voltage_as_command(tmp_path: Path) -> None:
    recording = csv.read(table(tmp_path, "# HEK cell 3\n#\n" + PLAIN))
    assert recording.rate_Hz == pytest.approx(10_000.0, rel=1e-12)
    assert [(c.name, c.unit) for c in recording.channels] == [("I", "pA"), ("V", "mV")]
    assert recording.sweeps[0].tolist() == [[1.5, 2.5, 3.5], [-60, -60, -40]]
    command = recording.commands[0]
    assert command is not None
    assert (command.source, command.unit, command.name) == ("recorded", "mV", "V")
    assert command.samples[0].tolist() == [-60, -60, -40]
    assert recording.commands[1] is None
    assert recording.notes == ("HEK cell 3",)
    assert recording.size_bytes == len("# HEK cell 3\n#\n" + PLAIN)
    assert len(recording.sha256) == 64


@pytest.mark.parametrize(
    "text",
    [
        "time_s\tI_pA\n0\t1.5\n0.001\t2.5\n0.002\t3.5\n",
        "t [ms];I [pA]\n0;1,5\n1;2,5\n2;3,5\n",
        '"Time (µs)","I (pA)"\r\n0,1.5\r\n1000,2.5\r\n2000,3.5\r\n',
        "zeit (ms);Strom (nA)\n0,0;0,0015\n1,0;0,0025\n2,0;0,0035\n\n\n",
        "time (ms),I (pA)\n10,1.5\n11,2.5\n12,3.5\n",
    ],
)
def test_the_same_recording_written_in_several_ways(tmp_path: Path, text: str) -> None:
    recording = csv.read(table(tmp_path, text))
    assert recording.rate_Hz == pytest.approx(1000.0, rel=1e-12)
    scale = 1000.0 if recording.channels[0].unit == "nA" else 1.0
    np.testing.assert_allclose(scale * recording.sweeps[0][0], [1.5, 2.5, 3.5], rtol=1e-12)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    recording = csv.read(table(tmp_path, "time (µs),I (µA)\n0,1\n50,2\n", encoding=encoding))
    assert recording.rate_Hz == pytest.approx(20_000.0)
    assert recording.channels[0].unit in ("µA", "μA")


def test_sweeps_of_different_length(tmp_path: Path) -> None:
    text = "sweep,time_s,I_pA\n1,0,1\n1,0.5,2\n2,10,3\n2,10.5,4\n2,11,5\n"
    recording = csv.read(table(tmp_path, text))
    assert [sweep.shape for sweep in recording.sweeps] == [(1, 2), (1, 3)]
    assert recording.sweep_starts_s == (0.0, 10.0)
    assert recording.rate_Hz == pytest.approx(2.0)
    assert "no voltage column" in recording.no_command[0]
    again = csv.read(table(tmp_path, "sweep,time_s,I_pA\n1,0,1\n1,0.5,2\n2,0,3\n2,0.5,4\n"))
    assert "not known" in again.warnings[0]


def test_two_voltages_need_one_that_is_called_command(tmp_path: Path) -> None:
    ambiguous = csv.read(table(tmp_path, "time_s,I_pA,V1_mV,V2_mV\n0,1,2,3\n1,1,2,3\n"))
    assert ambiguous.commands == (None, None, None)
    assert "V1, V2" in ambiguous.no_command[0]
    told = csv.read(table(tmp_path, "time_s,I_pA,Vm_mV,cmd_mV\n0,1,2,3\n1,1,2,3\n"))
    assert told.commands[0] is not None
    assert told.commands[0].name == "cmd"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("time_s,I_pA\n", "no rows"),
        ("time_s,I_pA\n\n\n", "no rows"),
        ("0,1\n1,2\n", "no titles"),
        ("time,I_pA\n0,1\n1,2\n", "not a time with its unit"),
        ("I_pA,time_s\n0,1\n1,2\n", "not a time with its unit"),
        ("time_s,I\n0,1\n1,2\n", "'I' .line 1. has no unit"),
        ("time_s,I_K\n0,1\n1,2\n", "'I_K' .line 1. has no unit"),
        ("time_s,I (wibble)\n0,1\n1,2\n", "no unit that is known"),
        ("time_s\n0\n1\n", "one column"),
        ("time_s,I_pA,I_pA\n0,1,1\n1,2,2\n", "'I_pA' twice"),
        ("time_s,I_pA,\n0,1,1\n1,2,2\n", "no title"),
        ("time_s,I_pA\n0,1\n1,\n2,3\n", "line 3, column 2 is blank"),
        ("time_s,I_pA\n0,1\n1,NaN\n2,3\n", "line 3, column 2 says 'NaN'"),
        ("time_s,I_pA\n0,1\n1,1e999\n2,3\n", "line 3, column 2"),
        ("time_s,I_pA\n0,1\n1,two\n2,3\n", "line 3, column 2 says 'two'"),
        ("time_s,I_pA\n0,1\n1,4e38\n2,3\n", "line 3, column 2 says '4e38'"),
        ('time_s,I_pA\n0,1\n1,"2\n2,3\n', "line 3, column 2 says '\"2'"),
        ("time_s,I_pA\n0,1\n1,2,3\n2,3\n", "line 3 has 3 columns"),
        ("time_s,I_pA\n0,1\n1,2\n2", "line 4, the last one, has 1 of 2 columns"),
        ("time_s,I_pA\n0,1\n\n1,2\n", "line 3 is blank"),
        ("time_s,I_pA\n0,1\n1,2\n3,3\n4,4\n5,4\n6,4\n", "from 1 s on line 3 to 3 s"),
        ("time_s,I_pA\n0,1\n1,2\n1,3\n2,4\n", "time goes from"),
        ("time_s,I_pA\n2,1\n1,2\n0,3\n", "does not increase"),
        ("time_s,I_pA\n0,1\n", "does not increase"),
        ("sweep,time_s,I_pA\n1,0,1\n1,1,1\n2,0,1\n2,2,1\n", "from line 4 samples are 2 s apart"),
        ("sweep,time_s,I_pA\n1,0,1\n1.5,1,1\n", "line 3 has sweep number 1.5"),
        ("sweep,time_s,I_pA\n2,0,1\n2,1,1\n1,0,1\n1,1,1\n", "line 4 has sweep number 1"),
        ("time_s\tI_pA\n0\t1,000\n1.5\t2\n", "line 2, column 2 says '1,000'"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says) as refused:
        csv.read(table(tmp_path, text))
    assert refused.value.exit_code == 3


def test_binary_files_in_disguise(tmp_path: Path) -> None:
    assert not csv.sniff(b"ABF2\0\0", tmp_path / "renamed.csv")
    assert not csv.sniff(b"ATF\t1.0\n", tmp_path / "renamed.csv")
    assert csv.sniff(b"", tmp_path / "empty.csv")
    assert csv.sniff(b"# made by hand\n\ntime_s,I_pA\n", tmp_path / "x.txt")
    assert not csv.sniff(b"Dear diary,\n", tmp_path / "x.txt")
    path = tmp_path / "x.csv"
    path.write_bytes(b"time_s\0\0\0")
    with pytest.raises(UnreadableFile, match="not text"):
        csv.read(path)


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("I (pA)", ("I", "pA")),
        ("I [nA]", ("I", "nA")),
        ("I_Ba_pA", ("I_Ba", "pA")),
        ("time_ms", ("time", "ms")),
        ("I_K", ("I_K", "")),
        ("V", ("V", "")),
        ("bath (degC)", ("bath", "degC")),
        ("I (leak)", ("I (leak)", "")),
        ("I (leak) (pA)", ("I (leak)", "pA")),
    ],
)
def test_units_in_titles(title: str, parts: tuple[str, str]) -> None:
    assert split_unit(title) == parts


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rate=st.sampled_from([1e3, 1e4, 2e4, 5e4, 44_100.0, 1e6 / 15, 9986.418, 250.0]),
    count=st.integers(200, 3000),
    digits=st.integers(7, 12),
)
def test_the_rate_comes_back_from_printed_times(rate: float, count: int, digits: int) -> None:
    times = np.array([float(f"{i / rate:.{digits}g}") for i in range(count)])
    resolution = 0.5 * 10.0 ** (np.floor(np.log10(times[-1])) + 1 - digits)
    axis = time_axis(times, float(resolution), 2, "testing")
    assert axis.interval_s * rate == pytest.approx(1.0, rel=4 * resolution / times[-1] + 1e-12)


def test_times_printed_too_coarsely_are_read_and_said(tmp_path: Path) -> None:
    rows = "".join(f"{i * 5e-5:.4f},1\n" for i in range(4001))
    recording = csv.read(table(tmp_path, "time_s,I_pA\n" + rows))
    assert recording.rate_Hz == pytest.approx(20_000.0, rel=1e-3)
    assert "too coarsely" in recording.warnings[0]
    one_gap = "".join(f"{i * 1e-3:.3f},1\n" for i in range(4001) if i != 2000)
    with pytest.raises(UnreadableFile, match="line 2001"):
        csv.read(table(tmp_path, "time_s,I_pA\n" + one_gap))
