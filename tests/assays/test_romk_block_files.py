"""From recordings and solutions on disk to the answer: truth found, files named, protocol faults refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from kalimag.assays.romk_block import romk_block
from kalimag.assays.romk_block_observations import observe
from kalimag.assays.solutions import read_solutions
from kalimag.errors import InvalidInput, UnreadableFile
from kalimag.rig.patches import Preparation
from kalimag.rig.romk_block import make


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six virtual patches at three external K+, on disk."""
    return make(tmp_path_factory.mktemp("rig") / "block", patches=6, seed=4).folder


def changed(experiment: Path, folder: Path, old: str, new: str) -> Path:
    """A copy whose solutions.toml has one text replaced, once."""
    shutil.copytree(experiment, folder)
    table = folder / "solutions.toml"
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_the_truth_is_inside_and_the_points_are_those_of_the_files(experiment: Path) -> None:
    found = romk_block(experiment)
    assert found.outcome.kind == "converged", found.outcome.sentence
    truth = json.loads((experiment / "truth.json").read_text(encoding="utf-8"))
    own = {row["id"]: row["romk.Ki_0mV"]["value"] for row in truth["patches"]}
    # every file has an offset of its own, which the interval of a patch does not know
    for patch in found.patches:
        assert abs(np.log(own[patch.observations.id]) - patch.ln_Ki0) < 0.05
    assert found.parameters["z_delta"].low is not None
    assert found.parameters["z_delta"].value == pytest.approx(0.5477, rel=0.02)
    assert found.inputs[0] == experiment / "solutions.toml"
    assert len(found.inputs) == 1 + (3 + 6) + 6 * 7  # the table, recipes of pipettes and baths, recordings
    assert found.as_json()["n_points"] == 6 * 7 * 11
    assert any(
        text.startswith("Inside-out: V_m = - (V_command - V_LJ) - I_m R_s") for text in found.assumptions
    )


def test_ideal_patches_give_the_equation_back(tmp_path: Path) -> None:
    """No spread, leak, run-down or junction potential: every patch has the library's own Ki."""
    folder = make(tmp_path / "ideal", patches=3, seed=2, spread=0.0, preparation=Preparation.ideal()).folder
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    found = romk_block(folder)
    for patch, row in zip(found.patches, truth["patches"], strict=True):
        assert patch.ln_Ki0 == pytest.approx(np.log(row["romk.Ki_0mV"]["value"]), abs=0.03)


def test_a_wrong_sign_is_noticed(experiment: Path, tmp_path: Path) -> None:
    folder = changed(experiment, tmp_path / "x", "inside-out", "outside-out")
    found = romk_block(folder)
    assert not found.outcome.converged
    assert all(row.value is None for row in found.parameters.values())


def test_excluded_files_and_patches_are_named(experiment: Path, tmp_path: Path) -> None:
    new = 'id = "p01"\nexclude = "giga-seal lost"'
    found = romk_block(changed(experiment, tmp_path / "x", 'id = "p01"', new))
    assert "Not used: p01, giga-seal lost." in found.outcome.sentence
    assert [seen.id for seen in found.excluded] == ["p01"]
    assert not any("p01_" in str(path) for path in found.inputs)
    new = 'path = "patches/p02_3.abf"\nexclude = "drift"'
    found = romk_block(changed(experiment, tmp_path / "y", 'path = "patches/p02_3.abf"', new))
    assert any("p02_3.abf excluded: drift" in note for note in found.patches[1].observations.notes)
    assert len(found.patches[1].observations) == 6 * 11


def test_a_run_down_of_more_than_a_fifth_discards_the_patch(tmp_path: Path) -> None:
    fading = Preparation(run_down_per_min=(0.09, 0.1))
    folder = make(tmp_path / "fading", patches=1, k_out=(110.0,), seed=1, preparation=fading).folder
    (patch,), _ = observe(read_solutions(folder))
    assert "more than 20% apart" in patch.excluded
    assert romk_block(folder).outcome.kind == "failed"


def test_run_down_needs_a_repeated_control(experiment: Path, tmp_path: Path) -> None:
    new = 'path = "patches/p01_6.abf"\nexclude = "not wanted"'
    folder = changed(experiment, tmp_path / "x", 'path = "patches/p01_6.abf"', new)
    found = romk_block(folder)
    assert "run_down" not in found.patches[0].parameters
    assert "run_down" in found.patches[1].parameters
    assert any("no repeated control" in note for note in found.patches[0].observations.notes)


def test_a_file_without_steps_is_refused(ephys: Path, experiment: Path, tmp_path: Path) -> None:
    folder = changed(experiment, tmp_path / "x", 'path = "patches/p01_3.abf"', 'path = "ramp.abf"')
    shutil.copy(ephys / "abf" / "model_vc_ramp.abf", folder / "ramp.abf")
    with pytest.raises(InvalidInput, match=r"ramp\.abf.*voltage steps"):
        romk_block(folder)


def test_a_damaged_file_is_named(experiment: Path, tmp_path: Path) -> None:
    folder = changed(experiment, tmp_path / "x", 'id = "p01"', 'id = "p01"')
    (folder / "patches" / "p01_0.abf").write_bytes(b"ABF ")
    with pytest.raises(UnreadableFile, match=r"p01_0\.abf"):
        romk_block(folder)
