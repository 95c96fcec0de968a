"""A study says what it means, or is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from kalimag.errors import InvalidInput, UnitMismatch
from kalimag.report.sections import maker
from kalimag.report.study_file import read_study

GOOD = """schema = "kalimag/study/1"
title = "Block"
question = "How much?"
synthetic = true
seed = 7

[[analysis]]
id = "one"
assay = "iv"
file = "a.abf"
window = ["0.2 s", "300 ms"]
"""


def written(folder: Path, text: str = GOOD, name: str = "study.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_study_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.abf").write_bytes(b"x")
    study = read_study(written(tmp_path))
    assert (study.title, study.question, study.synthetic, study.seed) == ("Block", "How much?", True, 7)
    (row,) = study.rows
    assert (row.id, row.assay, row.file("file"), row.seconds("window")) == (
        "one",
        "iv",
        tmp_path / "a.abf",
        (0.2, 0.3),
    )


def test_another_seed_takes_the_place_of_the_studys_own(tmp_path: Path) -> None:
    assert read_study(written(tmp_path), seed=3).seed == 3


def test_a_study_is_named_after_its_file_or_its_folder(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    assert read_study(written(tmp_path / "leak")).name == "leak"
    assert read_study(written(tmp_path, name="pairs.toml")).name == "pairs"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('schema = "kalimag/study/1"\n', "", "names no schema"),
        ("study/1", "study/9", "'kalimag/study/9'"),
        ("question =", "qestion =", "Did you mean 'question'"),
        ('title = "Block"\n', "", "'title' is None"),
        ("synthetic = true", 'synthetic = "yes"', "true or false"),
        ("seed = 7", "seed = -1", "whole number"),
        ("seed = 7", "seed = 7.5", "whole number"),
        ("seed = 7", "seed = true", "whole number"),
        ("[[analysis]]", "[analysis]", "no analysis"),
        ('id = "one"', 'id = ""', "'id'"),
        ('id = "one"', 'id = "../up"', "'../up'"),
        ('assay = "iv"', "assay = 4", "'assay' is 4"),
        ("seed = 7", "seed = ", "not TOML"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert GOOD.count(old)
    with pytest.raises(InvalidInput, match=r"study\.toml") as caught:
        read_study(written(tmp_path, GOOD.replace(old, new)))
    assert said in str(caught.value)


def test_two_analyses_of_one_id_are_refused(tmp_path: Path) -> None:
    twice = GOOD + GOOD[GOOD.index("[[analysis]]") :]
    with pytest.raises(InvalidInput, match="two analyses have the id 'one'"):
        read_study(written(tmp_path, twice))


def test_a_missing_study_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"nowhere.toml: there is no such file"):
        read_study(tmp_path / "nowhere.toml")
    written(tmp_path)
    with pytest.raises(InvalidInput, match=r"folder of that name.*Did you mean"):
        read_study(tmp_path)


def test_a_study_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="not text"):
        read_study(tmp_path / "study.toml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('assay = "iv"', 'assay = "ivv"', "Did you mean 'iv'"),
        ("window =", "windou =", "Did you mean 'window'"),
    ],
)
def test_an_unknown_assay_or_key_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    (row,) = read_study(written(tmp_path, GOOD.replace(old, new))).rows
    with pytest.raises(InvalidInput, match=r"analysis 'one' of study\.toml") as caught:
        maker(row)
    assert said in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (row,) = read_study(written(tmp_path)).rows
    with pytest.raises(InvalidInput, match=r"the file 'a.abf' \('file'\) is not there"):
        row.file("file")


@pytest.mark.parametrize(
    "window",
    ['["0.3 s", "0.2 s"]', '["0.2 s"]', '"0.2 s"', "3"],
)
def test_a_window_that_is_none_is_refused(tmp_path: Path, window: str) -> None:
    (row,) = read_study(written(tmp_path, GOOD.replace('["0.2 s", "300 ms"]', window))).rows
    with pytest.raises(InvalidInput, match="window"):
        row.seconds("window")


def test_a_window_without_units_is_refused(tmp_path: Path) -> None:
    (row,) = read_study(written(tmp_path, GOOD.replace('["0.2 s", "300 ms"]', "[0.2, 0.3]"))).rows
    with pytest.raises(UnitMismatch, match="no unit"):
        row.seconds("window")
