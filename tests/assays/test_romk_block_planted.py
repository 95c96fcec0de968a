"""Mistakes that people make in a table of solutions, planted one by one: each is refused or said."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kalimag.assays.romk_block import romk_block
from kalimag.assays.solutions import read_solutions
from kalimag.errors import InvalidInput
from kalimag.rig.romk_block import make

Table = Callable[[str], str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six virtual patches, and a table in which everything is typed as it truly was."""
    found = make(tmp_path_factory.mktemp("rig") / "block", patches=6, mg=(0.5, 2.0, 5.0), seed=4).folder
    truth = json.loads((found / "truth.json").read_text(encoding="utf-8"))
    (found / "solutions.toml").write_text(typed(truth), encoding="utf-8")
    return found


def typed(truth: dict[str, Any]) -> str:
    lines = ['schema = "kalimag/solutions/1"', 'configuration = "inside-out"', 'temperature = "22 degC"']
    for patch in truth["patches"]:
        lines += ["[[patch]]", f'id = "{patch["id"]}"']
        lines += [f'{key} = "{patch[key]["value"]} mM"' for key in ("K_out", "K_in")]
        lines.append(f'junction_potential = "{patch["junction_potential"]["value"]} mV"')
        lines.append(f'series_resistance = "{patch["series_resistance"]["value"]} MOhm"')
        for file in patch["files"]:
            lines += ["[[patch.file]]", f'path = "{file["path"]}"', f'Mg = "{file["Mg"]["value"]} mM"']
    return "\n".join(lines) + "\n"


@pytest.fixture
def planted(folder: Path, tmp_path: Path) -> Callable[[Table], Path]:
    """The same recordings with another table."""

    def plant(change: Table) -> Path:
        shutil.copytree(folder, tmp_path / "x")
        table = tmp_path / "x" / "solutions.toml"
        old = table.read_text(encoding="utf-8")
        new = change(old)
        assert new != old
        table.write_text(new, encoding="utf-8")
        return table.parent

    return plant


def lines_with(key: str, change: Callable[[str], str]) -> Table:
    """Change every line that begins with a key."""

    def table(text: str) -> str:
        return "\n".join(change(row) if row.startswith(f"{key} ") else row for row in text.split("\n"))

    return table


def first(old: str, new: str) -> Table:
    return lambda text: text.replace(old, new, 1)


def turned(row: str) -> str:
    return row.replace('"-', '"') if '"-' in row else row.replace('"', '"-', 1)


def test_the_table_as_it_truly_was_raises_nothing(folder: Path) -> None:
    found = romk_block(folder)
    assert found.outcome.kind == "converged", found.outcome.sentence
    told = " ".join(found.warnings)
    for word in ("reverses", "law", "not stated", "possible", "misses"):
        assert word not in told


def test_a_junction_potential_with_the_wrong_sign(planted: Callable[[Table], Path]) -> None:
    found = romk_block(planted(lines_with("junction_potential", turned)))
    assert found.outcome.kind == "failed", found.outcome.sentence
    assert "reverses at" in found.outcome.sentence
    assert "opposite sign" in found.outcome.sentence


def test_a_junction_potential_that_nobody_stated(planted: Callable[[Table], Path]) -> None:
    found = romk_block(planted(lines_with("junction_potential", lambda _: "")))
    assert any("not stated and taken as 0 mV" in text for text in found.warnings)
    assert any("reverses at" in text for text in found.warnings)
    told = " ".join(found.assumptions)
    assert "Junction potential and series resistance are taken as stated" not in told
    assert "V_LJ not stated and taken as 0 mV" in told


def test_one_patch_with_ten_times_too_little_external_K(planted: Callable[[Table], Path]) -> None:
    found = romk_block(planted(first('K_out = "25.0', 'K_out = "2.5')))
    assert "Not used: p02, the current without Mg2+ reverses" in found.outcome.sentence
    assert found.patches[1].outcome.kind == "failed"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (first('Mg = "2.0 mM"', 'Mg = "2 M"'), "'Mg' is 2000 mM.*Was 2 mM meant, and not 2 M"),
        (first('"22 degC"', '"22 K"'), "Was 22 degC meant, and not K"),
        (first('"22 degC"', '"295 degC"'), "Was 295 K meant, and not degC"),
        (first('K_in = "', 'K_in = "9'), "cytosolic K.* from 0 to 500 mM"),
        (
            lines_with("junction_potential", lambda row: row.replace("mV", "V")),
            "to 30 mV. Was .* mV",
        ),
        (lines_with("series_resistance", lambda row: row.replace("MOhm", "GOhm")), "MOhm meant, and not"),
    ],
)
def test_what_cannot_be_is_refused(planted: Callable[[Table], Path], change: Table, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence) as refusal:
        read_solutions(planted(change))
    assert refusal.value.exit_code == 3


def test_a_recording_under_another_path_is_refused(planted: Callable[[Table], Path]) -> None:
    other = planted(first("patches/p01_1.abf", "patches/../patches/p01_2.abf"))
    with pytest.raises(InvalidInput, match="lead to the same file"):
        read_solutions(other)


def test_a_copy_and_a_link_of_a_recording_are_refused(planted: Callable[[Table], Path]) -> None:
    other = planted(first("patches/p01_1.abf", "patches/again.abf"))
    again = other / "patches" / "again.abf"
    shutil.copyfile(other / "patches" / "p04_2.abf", again)
    with pytest.raises(InvalidInput, match=r"again\.abf .*have the same content"):
        read_solutions(other)
    again.unlink()
    os.symlink("p04_2.abf", again)
    with pytest.raises(InvalidInput, match="lead to the same file"):
        read_solutions(other)
