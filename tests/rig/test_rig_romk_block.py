"""What the rig writes is what the model says, in the amplifier's signs, and can be found again."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq, least_squares
from virtual_patch import SETTINGS, Floats, Made, experiment, folder_bytes

from kalimag.assays.membrane_frame import MembraneFrame
from kalimag.assays.solutions import read_solutions
from kalimag.errors import InvalidInput, UsageProblem
from kalimag.io import read
from kalimag.rig.amplifier import Recorder
from kalimag.rig.romk_block import make


def test_an_inside_out_file_has_the_amplifiers_signs(ideal: Made) -> None:
    for patch in ideal.patches:
        control = next(ideal.files(patch))
        at_plus_80 = int(np.flatnonzero(control.command == -80.0)[0])
        assert ideal.model(patch, 80.0, 0.0) > 0
        assert control.current[at_plus_80] < 0


def test_without_noise_the_files_are_the_model_to_half_a_count(ideal: Made) -> None:
    for patch in ideal.patches:
        for file in ideal.files(patch):
            expected = ideal.model(patch, -file.command, file.Mg)
            assert np.abs(-file.current - expected).max() < 0.51 * file.count + 1e-6


def test_the_law_can_be_read_off_ideal_files(ideal: Made) -> None:
    V_T = 1e3 * 8.31446261815324 * 295.15 / 96485.33212
    for patch in ideal.patches:
        control, *blocked, _ = ideal.files(patch)
        far = np.abs(control.current) > 50.0
        for file in blocked:
            Ki = file.Mg / (control.current[far] / file.current[far] - 1.0)
            slope, at_zero = np.polyfit(-file.command[far] / V_T, np.log(Ki), 1)
            assert -slope == pytest.approx(0.55, rel=0.02)
            assert np.exp(at_zero) == pytest.approx(patch["romk.Ki_0mV"]["value"], rel=0.02)
    stated = [patch["romk.Ki_0mV"]["value"] for patch in ideal.patches]
    assert stated == pytest.approx([6 * (35 + K) / 135 for K in (5, 25, 110)])


def test_electrode_seal_and_run_down_are_as_the_truth_says(silent: Made) -> None:
    """Command to membrane potential to current to file with another solver, sweep by sweep."""
    for patch in silent.patches:
        rs, leak = 1e-3 * patch["series_resistance"]["value"], patch["leak"]["value"]
        for file in silent.files(patch):
            left = np.exp(-patch["run_down"]["value"] * file.minutes)
            for k, command in enumerate(file.command):
                nominal = patch["junction_potential"]["value"] - command

                def miss(
                    V: float, at: Any = (patch, file, left[k], nominal, rs, leak)
                ) -> tuple[float, float]:
                    patch, file, left, nominal, rs, leak = at
                    current = float(left * silent.model(patch, V, file.Mg) + leak * V)
                    return V + rs * current - nominal, current

                V = brentq(lambda V, miss=miss: miss(V)[0], -200, 200, xtol=1e-12)
                assert -file.current[k] == pytest.approx(miss(V)[1], abs=0.51 * file.count + 1e-6)


def least_squares_of(made: Made, patch: dict[str, Any]) -> Floats:
    """g_max, Ki0, z_delta, leak and run-down of one patch, given what its experimenter knows."""
    files = list(made.files(patch))
    frame = MembraneFrame(
        "inside-out",
        junction_potential_mV=patch["junction_potential"]["value"],
        series_resistance_MOhm=patch["series_resistance"]["value"],
    )
    points = [frame.points(file.command, file.current) for file in files]
    V, seen = np.array([point.V_mV for point in points]), np.array([point.I_pA for point in points])
    Mg = np.array([[file.Mg] for file in files])
    minutes = np.array([file.minutes for file in files])

    def miss(x: Floats) -> Floats:
        size, Ki0, z_delta, leak, loss = np.exp(x)
        channel = made.model(patch, V, Mg, g_max=size, Ki0=Ki0, z_delta=z_delta)
        return np.asarray(channel * np.exp(-loss * minutes) + leak * V - seen).ravel()

    return np.asarray(np.exp(least_squares(miss, np.log([5.0, 6.0, 0.5, 0.3, 0.02])).x))


def test_the_truth_is_found_in_noisy_files(bench: Made) -> None:
    for patch in bench.patches:
        size, Ki0, z_delta, _, loss = least_squares_of(bench, patch)
        assert size == pytest.approx(patch["romk.g_max"]["value"], rel=0.1)
        assert Ki0 == pytest.approx(patch["romk.Ki0"]["value"], rel=0.1)
        assert z_delta == pytest.approx(0.55, rel=0.1)
        assert loss == pytest.approx(patch["run_down"]["value"], rel=0.3)


def test_the_command_check_sees_the_transients(bench: Made) -> None:
    for path in bench.result.files:
        command = read(path).commands[0]
        assert command is not None
        assert (command.source, command.check.verdict) == ("rebuilt", "ok")


def test_documents_agree_with_each_other_and_with_the_files(bench: Made) -> None:
    folder = bench.result.folder
    solutions = read_solutions(folder)
    study = tomllib.loads((folder / "study.toml").read_text())
    assert study["synthetic"] is True
    assert study["analysis"][0]["solutions"] == "solutions.toml"
    assert "SYNTHETIC" in (folder / "README.txt").read_text().splitlines()[0]
    assert bench.truth["synthetic"] is True
    assert len(solutions.patches) == len(bench.patches) == 9
    for stated, true in zip(solutions.patches, bench.patches, strict=True):
        assert (stated.id, stated.donor) == (true["id"], true["donor"])
        potassium = (true["K_out"]["value"], true["K_in"]["value"])
        assert (stated.K_out_mM, stated.K_in_mM) == pytest.approx(potassium, rel=1e-5)
        Mg = [file["Mg"]["value"] for file in true["files"]]
        assert [file.Mg_mM for file in stated.files] == pytest.approx(Mg, rel=1e-5)
        assert stated.files[0].Mg_mM == stated.files[-1].Mg_mM == 0.0
        for file in stated.files:
            assert file.frame.configuration == "inside-out"
            junction = true["junction_potential"]["value"]
            assert file.frame.junction_potential_mV == pytest.approx(junction, abs=1e-4)
            # what is written down as Mg is what was weighed in: EDTA holds 0.2 mM of it
            assert file.nominal_Mg_mM is not None
            held = file.nominal_Mg_mM - file.Mg_mM
            assert held == pytest.approx(0.2 if file.Mg_mM else 0.0, abs=0.005)
            assert file.frame.series_resistance_MOhm == true["series_resistance"]["value"]
            assert file.temperature_K == pytest.approx(bench.truth["temperature"]["value"])
        for file in true["files"]:
            assert read(folder / file["path"]).started.startswith(file["started"][:19])
    on_disk = {path.relative_to(folder).as_posix() for path in folder.rglob("*.abf")}
    assert on_disk == {file["path"] for patch in bench.patches for file in patch["files"]}
    everything = {"population", "preparation", "recorder", "steps", "temperature", "seed", "law", "left_out"}
    assert everything <= bench.truth.keys()
    assert set(bench.population) == set(bench.system.params)


def test_without_a_junction_the_table_says_so(ideal: Made) -> None:
    for stated in read_solutions(ideal.result.folder).patches:
        assert {file.frame.junction_potential_mV for file in stated.files} == {0.0}


def test_external_potassium_and_magnesium_are_both_varied(bench: Made) -> None:
    patches = bench.patches
    assert sorted({patch["K_out"]["value"] for patch in patches}) == [5, 25, 110]
    levels = {file["Mg"]["value"] for patch in patches for file in patch["files"]}
    assert sorted(levels) == pytest.approx([0, 0.2, 0.5, 1, 2, 5], rel=1e-4)
    orders = {tuple(file["Mg"]["value"] for file in patch["files"]) for patch in patches}
    assert len(orders) > 5
    assert {len(patch["files"]) for patch in patches} == {7}


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path: Path) -> None:
    a, b, c = (
        experiment(tmp_path / name, patches=2, seed=seed) for name, seed in zip("abc", (5, 5, 6), strict=True)
    )
    assert folder_bytes(a.result.folder) == folder_bytes(b.result.folder)
    assert (
        folder_bytes(a.result.folder)["patches/p01_0.abf"]
        != folder_bytes(c.result.folder)["patches/p01_0.abf"]
    )


def test_a_patch_does_not_change_when_others_are_added(tmp_path: Path) -> None:
    few, more = (folder_bytes(experiment(tmp_path / str(n), patches=n).result.folder) for n in (1, 2))
    assert all(more[name] == few[name] for name in few if name.endswith(".abf"))


def test_nothing_is_overwritten_unless_it_is_ours_and_asked_for(tmp_path: Path) -> None:
    made = experiment(tmp_path / "x", patches=1)
    before = folder_bytes(made.result.folder)
    with pytest.raises(UsageProblem, match="not empty"):
        experiment(tmp_path / "x", patches=1, seed=9)
    assert folder_bytes(made.result.folder) == before
    experiment(tmp_path / "x", patches=1, seed=9, force=True)
    assert folder_bytes(made.result.folder) != before
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years")
    with pytest.raises(UsageProblem, match="other things"):
        experiment(precious, patches=1, force=True)
    assert (precious / "thesis.txt").read_text() == "years"
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageProblem, match="it is a file"):
        experiment(tmp_path / "file", patches=1)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "precious", "x"]


def test_the_folder_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kalimag.rig import documents

    made = experiment(tmp_path / "x", patches=1)
    before = folder_bytes(made.result.folder)

    def fails(*_: Any) -> str:
        raise OSError("the disk is full")

    monkeypatch.setattr(documents, "readme", fails)
    for name, force in (("new", False), ("x", True)):
        with pytest.raises(InvalidInput, match="the disk is full"):
            experiment(tmp_path / name, patches=1, seed=9, force=force)
    assert folder_bytes(made.result.folder) == before
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_another_law_and_another_truth_can_be_chosen(tmp_path: Path) -> None:
    made = make(
        tmp_path / "x", patches=1, law="romk_power", settings={"romk.n_K": "0.4", "romk.Ki0": "4000 uM"}
    )
    truth = json.loads(made.truth.read_text())
    assert truth["law"] == "romk_power"
    assert truth["population"]["romk.Ki0"] == {"value": 4.0, "unit": "mM"}
    assert "romk.K_comp" not in truth["population"]
    assert made.as_json()["true_values"]["romk.n_K"] == {"value": 0.4, "unit": "1"}


def test_the_default_truth_is_what_the_library_concludes(tmp_path: Path) -> None:
    from kalimag.evidence import load_values

    made = make(tmp_path / "x", patches=1)
    library = load_values("romk").numbers()
    own = {name: value for name, (value, _) in made.true_values.items() if name.startswith("romk.")}
    assert own == {name: library[name] for name in own}


@pytest.mark.parametrize(
    ("options", "problem", "words"),
    [
        ({"settings": {"romk.Ki": "4 mM"}}, UsageProblem, "romk.Ki0"),
        ({"settings": {"romk.Ki0": "4 mV"}}, UsageProblem, "converts to mM"),
        ({"settings": {"romk.Ki0": "4"}}, UsageProblem, "no unit"),
        ({"settings": {"romk.Ki0": "-4 mM"}}, UsageProblem, "setting romk.Ki0 to -4 mM"),
        ({"patches": 0}, UsageProblem, "at least one"),
        ({"mg": ()}, UsageProblem, "at least one"),
        ({"mg": (0.0, 1.0)}, UsageProblem, "above 0"),
        ({"k_out": (float("nan"),)}, UsageProblem, "above 0"),
        ({"spread": -1.0}, UsageProblem, "spread"),
        ({"seed": -1}, UsageProblem, "seed"),
        ({"temperature_degC": 295.0}, UsageProblem, "Was 295 K meant, and not degC"),
        ({"temperature_degC": -1.0}, UsageProblem, "temperature"),
        ({"k_in": 2.0}, UsageProblem, "KOH that brings it to pH 7.4 is"),
        ({"mg": (2000.0,)}, UsageProblem, "Was 2 mM meant, and not 2 M"),
        ({"k_out": (25000.0,)}, UsageProblem, "external K.* Was 25 mM meant"),
        ({"recorder": Recorder(filter_Hz=4000.0)}, InvalidInput, "corner"),
    ],
)
def test_experiments_that_make_no_sense_are_refused(
    tmp_path: Path, options: dict[str, Any], problem: type[Exception], words: str
) -> None:
    with pytest.raises(problem, match=words):
        experiment(tmp_path / "x", **{"settings": SETTINGS, **options})
    assert list(tmp_path.iterdir()) == []
