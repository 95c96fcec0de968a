"""A damaged, cut, renamed, empty or absurd file gets one clear sentence, never part of its data."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import numpy as np
import pytest
from abf_bytes import ABF1, abf1, abf2, put
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kalimag.errors import UnreadableFile
from kalimag.io import read

ABF1_EPOCHS = {
    "holding": [-70.0], "enabled": [1], "source": [1], "types": [1, 2, 3], "levels": [-100.0, 20.0, 0.0],
    "level_steps": [10.0], "durations": [50, 100, 200], "periods": [0, 0, 50], "widths": [0, 0, 5],
}  # fmt: skip
ABF2_EPOCHS = [(0, 0, 1, -100.0, 10.0, 50, 0, 0, 0), (1, 0, 2, 20.0, 0.0, 100, 0, 0, 0)]


def samples(sweeps: int = 3, channels: int = 2) -> NDArray[np.int16]:
    return np.random.default_rng(8).integers(-900, 900, (sweeps, channels, 640)).astype(np.int16)


GOOD = {
    "abf1": abf1(samples(), ("pA", "mV"), **ABF1_EPOCHS),
    "abf2": abf2(samples(), ("pA", "mV"), dacs=[{"holding": -70.0}], epochs=ABF2_EPOCHS),
    "old": abf1(samples(channels=1), version=1.3, holding=[-70.0]),
}
both = pytest.mark.parametrize("kind", ["abf1", "abf2"])


def refused(folder: Path, raw: bytes, name: str = "patch 1.abf") -> str:
    path = folder / name
    path.write_bytes(raw)
    with pytest.raises(UnreadableFile) as caught:
        read(path)
    said = str(caught.value)
    assert name in said
    assert "Traceback" not in said
    assert caught.value.exit_code == 3
    return said


@pytest.mark.parametrize("kind", GOOD)
def test_the_undamaged_files_are_read(tmp_path: Path, kind: str) -> None:
    (tmp_path / "good.abf").write_bytes(GOOD[kind])
    recording = read(tmp_path / "good.abf")
    assert len(recording.sweeps) == 3
    assert recording.warnings == ()


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        read(tmp_path / "nothing.abf")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="folder"):
        read(tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    assert "empty" in refused(tmp_path, b"")


def test_an_unknown_kind_says_how_it_begins_and_what_is_known(tmp_path: Path) -> None:
    said = refused(tmp_path, b"%PDF-1.7 not a recording at all", "figure.pdf")
    assert "%PDF-1.7" in said
    assert ".abf" in said
    assert ".atf" in said
    assert "00 01 02" in refused(tmp_path, bytes(range(64)), "raw.dat")


@pytest.mark.parametrize("name", ["renamed.csv", "renamed.atf", "renamed.txt", "renamed", "RENAMED.ABF"])
@both
def test_content_wins_over_the_name(tmp_path: Path, kind: str, name: str) -> None:
    (tmp_path / name).write_bytes(GOOD[kind])
    recording = read(tmp_path / name)
    assert recording.format.startswith("ABF")
    np.testing.assert_array_equal(recording.sweeps[1], samples()[1] / 8)


def test_text_called_abf_is_not_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "really.abf").write_text(
        'ATF\t1.0\n0\t2\n"Time (s)"\t"Trace #1 (pA)"\n0.0\t1.0\n0.1\t2.0\n0.2\t3.0\n'
    )
    assert read(tmp_path / "really.abf").format.startswith("ATF")


@both
@pytest.mark.parametrize("missing", [1, 2, 100, 1500, 4000])
def test_a_file_cut_in_its_samples_says_how_many_are_there(tmp_path: Path, kind: str, missing: int) -> None:
    raw = GOOD[kind]
    start = raw.index(np.ascontiguousarray(samples().transpose(0, 2, 1)).tobytes())
    cut = raw[: start + 3 * 2 * 640 * 2 - missing]
    said = refused(tmp_path, cut)
    assert "cut short" in said
    assert "1920 samples per channel (7680 bytes)" in said
    assert f"{(7680 - missing) // 4} are there" in said


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_cut_anywhere_is_refused_or_complete(tmp_path: Path, kind: str) -> None:
    whole = GOOD[kind]
    for size in range(4, len(whole), 97):
        path = tmp_path / "cut.abf"
        path.write_bytes(whole[:size])
        try:
            recording = read(path)
        except UnreadableFile:
            continue
        channels = 1 if kind == "old" else 2
        np.testing.assert_array_equal(np.stack(recording.sweeps), samples(channels=channels) / 8)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("points", -5, "-5 samples"),
        ("points", 2**31 - 2, "cut short"),
        ("points", 0, "0 samples"),
        ("sweeps", -1, "-1 sweeps"),
        ("sweeps", 1_000_000_000, "1000000000 sweeps"),
        ("channels", 0, "0 channels"),
        ("channels", -3, "-3 channels"),
        ("channels", 300, "300 channels"),
        ("interval", 0.0, "rate"),
        ("interval", -1.0, "rate"),
        ("interval", float("nan"), "rate"),
        ("interval", 1e-30, "rate"),
        ("instrument_scale", [0.0, 0.0], "scale"),
        ("instrument_scale", [float("nan")] * 2, "scale"),
        ("signal_gain", [1.0, float("inf")], "scale"),
        ("resolution", 0, "scale"),
        ("range", float("nan"), "scale"),
        ("mode", 99, "mode"),
        ("format", 7, "format"),
        ("version", 0.0, "version"),
        ("version", float("nan"), "version"),
        ("data_block", 0, "begin"),
        ("data_block", -2, "begin"),
        ("synch_block", 2**22, "list"),
        ("synch_count", 2**30, "list"),
        ("tags", 2**30, "tags"),
        ("sequence", [0, 77], "inputs"),
        ("sequence", [0, -1], "inputs"),
    ],
)
def test_absurd_numbers_in_an_abf1_header(tmp_path: Path, field: str, value: object, said: str) -> None:
    raw = bytearray(GOOD["abf1"])
    put(raw, *ABF1[field], value)
    assert said in refused(tmp_path, bytes(raw))


@pytest.mark.parametrize(
    ("at", "form", "value", "said"),
    [
        (12, "I", 1_000_000_000, "1000000000 sweeps"),
        (30, "H", 9, "format"),
        (76, "IIq", (0, 0, 0), "'Protocol' is missing"),
        (92, "IIq", (2, 128, -4), "'ADC'"),
        (92, "IIq", (2, 128, 10**12), "'ADC'"),
        (92, "IIq", (2, 3, 2), "'ADC'"),
        (108, "IIq", (900, 256, 4), "'DAC'"),
        (220, "IIq", (2**31, 60, 4), "'Strings'"),
        (236, "IIq", (6, 2, -5), "'Data'"),
        (236, "IIq", (6, 7, 3840), "bytes"),
        (236, "IIq", (6, 2, 3841), "samples"),
        (316, "IIq", (0, 8, 3), "'SynchArray'"),
        (316, "IIq", (1, 8, 2), "sweeps"),
    ],
)
def test_absurd_section_maps_in_an_abf2_header(
    tmp_path: Path, at: int, form: str, value: object, said: str
) -> None:
    raw = bytearray(GOOD["abf2"])
    struct.pack_into("<" + form, raw, at, *(value if isinstance(value, tuple) else (value,)))
    assert said in refused(tmp_path, bytes(raw))


def test_sweeps_that_do_not_add_up(tmp_path: Path) -> None:
    raw = bytearray(GOOD["abf1"])
    block = struct.unpack_from("<i", raw, 92)[0]
    struct.pack_into("<2i", raw, block * 512, 0, 1000)
    assert "add up" in refused(tmp_path, bytes(raw))
    struct.pack_into("<2i", raw, block * 512, 0, -1280)
    assert "-1280 samples" in refused(tmp_path, bytes(raw))


def test_samples_that_are_not_numbers(tmp_path: Path) -> None:
    values = np.zeros((3, 1, 640), np.float32)
    values[1, 0, 5] = np.nan
    assert "not numbers" in refused(tmp_path, abf1(values))


def whole_or_refused(path: Path) -> None:
    """Either one sentence, or numbers that are finite in sweeps that fit the channels."""
    try:
        recording = read(path)
    except UnreadableFile:
        return
    assert np.isfinite(recording.rate_Hz)
    assert np.isfinite(recording.sweep_starts_s).all()
    for sweep in recording.sweeps:
        assert sweep.shape[0] == len(recording.channels)
        assert np.isfinite(sweep).all()
    for command in recording.commands:
        for k, sweep in enumerate(recording.sweeps if command else ()):
            assert command is not None
            drawn = command.samples[k]
            assert drawn.shape == sweep.shape[1:]
            assert np.isfinite(drawn).all()


@given(
    kind=st.sampled_from(sorted(GOOD)),
    damage=st.lists(
        st.tuples(st.integers(0, 6500), st.sampled_from([1, 4]), st.integers(0, 2**32 - 1)),
        min_size=1,
        max_size=6,
    ),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_random_bytes_in_the_header_never_give_wrong_shapes_or_other_errors(
    tmp_path_factory: pytest.TempPathFactory, kind: str, damage: list[tuple[int, int, int]]
) -> None:
    raw = bytearray(GOOD[kind])
    for where, size, value in damage:
        at = min(where, len(raw) - 4)
        raw[at : at + size] = struct.pack("<I", value)[:size]
    path = tmp_path_factory.getbasetemp() / "damaged.abf"
    path.write_bytes(raw)
    whole_or_refused(path)


SPECIAL = [
    b"\xff\xff\xff\x7f",
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"\0\0\xc0\x7f",
    b"\0\0\x80\x7f",
    b"\0\0\0\x80",
]


@pytest.mark.parametrize("name", ["171116sh_0013.abf", "sctrace_cluster.abf", "2020_06_16_0000.abf"])
def test_flipped_bits_in_real_files(ephys: Path, tmp_path: Path, name: str) -> None:
    whole, rng = (ephys / "abf" / name).read_bytes(), random.Random(4)
    for _ in range(150):
        raw = bytearray(whole)
        for _ in range(rng.choice([1, 2, 8])):
            at = rng.randrange(rng.choice([512, 7000]))
            if rng.random() < 0.6:
                raw[at] ^= 1 << rng.randrange(8)
            else:
                raw[at : at + 4] = rng.choice(SPECIAL)
        (tmp_path / "damaged.abf").write_bytes(raw)
        whole_or_refused(tmp_path / "damaged.abf")
