"""What the commands answer, for programs and for people, from files a virtual experiment has left."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kalimag.cli.root import root

WORDS = "rig romk-block --patches 2 --mg 0.5,2mM --k-out 25,110mM --spread 15% --set romk.Ki0=4mM --seed 3"


@pytest.fixture(scope="module")
def virtual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small virtual experiment, made by the command."""
    folder = tmp_path_factory.mktemp("rig") / "virtual"
    done = CliRunner().invoke(root, [*WORDS.split(), "--out", str(folder), "--json"])
    assert done.exit_code == 0, done.output
    made = json.loads(done.stdout)["result"]
    assert made["synthetic"] is True
    assert made["true_values"]["romk.Ki0"] == {"value": 4.0, "unit": "mM"}
    return folder


def test_the_rig_writes_what_was_asked(virtual: Path) -> None:
    truth = json.loads((virtual / "truth.json").read_text())
    assert truth["seed"] == 3
    assert [patch["K_out"]["value"] for patch in truth["patches"]] == [25.0, 110.0]
    assert len(list(virtual.glob("patches/*.abf"))) == 2 * 4
    assert {path.name for path in virtual.iterdir()} >= {"solutions.toml", "study.toml", "truth.json"}


def test_the_rig_refuses_what_is_no_experiment(kalimag: Any, virtual: Path, tmp_path: Path) -> None:
    assert kalimag("rig", "romk-block", "--out", virtual).exit_code == 2
    assert kalimag("rig", "romk-block").exit_code == 2
    for words in (("--patches", "0"), ("--mg", "0.5 mV"), ("--set", "romk.Ki0"), ("--spread", "lots")):
        assert kalimag("rig", "romk-block", "--out", tmp_path / "x", *words).exit_code == 2
    wrong = kalimag("rig", "romk-block", "--out", tmp_path / "x", "--set", "romk.Kx=4mM")
    assert wrong.exit_code in (2, 3)
    assert "romk.Kx" in wrong.stderr
    assert not (tmp_path / "x").exists()


def test_recording_show(enveloped: Any, kalimag: Any, virtual: Path) -> None:
    file = virtual / "patches" / "p01_0.abf"
    whole = enveloped("recording", "show", file)
    assert whole["command"] == "recording show"
    assert whole["inputs"] == [{"path": str(file), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}]
    found = whole["result"]
    assert found["sha256"] == whole["inputs"][0]["sha256"]
    assert len(found["sweeps"]) == 11
    command = found["commands"][0]
    assert command["source"] == "rebuilt"
    assert command["unit"] == "mV"
    assert len(command["sweeps"]) == 11
    assert all(part["to_s"] > part["from_s"] for sweep in command["sweeps"] for part in sweep)
    text = kalimag("recording", "show", file).stdout
    assert found["sha256"] in text
    assert "11 of" in text
    assert "100, 80, …, -100 mV" in text


def test_assay_iv(enveloped: Any, kalimag: Any, virtual: Path) -> None:
    file = virtual / "patches" / "p01_0.abf"
    found = enveloped("assay", "iv", file)["result"]
    assert len(found["rows"]) == 11
    assert {"sweep", "V_mV", "I_pA", "I_sd_pA"} <= set(found["rows"][0])
    assert found["command"]["source"] == "rebuilt"
    assert found["command"]["check"] in ("ok", "not checkable")
    assert len(found["window_s"]) == 2
    assert isinstance(found["channel"], str)
    assert kalimag("assay", "iv", file).stdout.splitlines()[0].startswith("p01_0.abf")


def test_assay_iv_of_several_files(enveloped: Any, virtual: Path) -> None:
    files = sorted(virtual.glob("patches/p01_*.abf"))
    whole = enveloped("assay", "iv", *files)
    assert [one["file"] for one in whole["result"]["recordings"]] == [file.name for file in files]
    assert [one["path"] for one in whole["inputs"]] == [str(file) for file in files]


def test_assay_iv_takes_words(enveloped: Any, kalimag: Any, virtual: Path) -> None:
    file = virtual / "patches" / "p01_0.abf"
    found = enveloped("assay", "iv", file, "--window", "20:40 ms", "--slope-range", "-80,-20mV")["result"]
    assert found["window_s"] == pytest.approx([0.02, 0.04])
    assert found["slope_conductance"]["range_mV"] == pytest.approx([-80.0, -20.0])
    for words in (("--window", "now"), ("--slope-range", "-80mV"), ("--channel", "nobody")):
        assert kalimag("assay", "iv", file, *words).exit_code == 2


@pytest.mark.parametrize("content", [b"", b"not a recording at all", b"ABF2" + bytes(600), b"\xff" * 5000])
def test_a_file_that_is_no_recording(kalimag: Any, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "wrong.abf"
    file.write_bytes(content)
    for words in (("recording", "show"), ("assay", "iv")):
        done = kalimag(*words, file)
        assert done.exit_code == 3, done.output
        assert done.stdout == ""
        assert done.stderr.startswith("kalimag: reading wrong.abf")
        assert "Traceback" not in done.stderr


def test_real_recordings(enveloped: Any, ephys: Path) -> None:
    files = sorted([*ephys.glob("abf/*.abf"), *ephys.glob("abf/*.atf")])
    assert len(files) > 10
    for file in files:
        shown = enveloped("recording", "show", file)["result"]
        assert shown["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
        read = enveloped("assay", "iv", file)["result"]
        assert read["rows"], file.name


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual experiment large enough to answer its question."""
    folder = tmp_path_factory.mktemp("rig") / "many"
    assert (
        CliRunner()
        .invoke(root, ["rig", "romk-block", "--out", str(folder), "--set", "romk.Ki0=4mM"])
        .exit_code
        == 0
    )
    return folder


def test_assay_romk_block(enveloped: Any, kalimag: Any, many: Path, tmp_path: Path) -> None:
    whole = enveloped("assay", "romk-block", many, "--out", tmp_path / "new")
    found = whole["result"]
    assert found["outcome"] == "converged"
    assert found["model"] == "romk"
    Ki0 = found["parameters"]["Ki0"]
    assert {"value", "unit", "low", "high", "level", "n_patches"} <= set(Ki0)
    assert Ki0["unit"] == "mM"
    assert Ki0["level"] == 0.95
    assert Ki0["n_patches"] == found["n_patches"] == 9
    assert Ki0["low"] < Ki0["value"] < Ki0["high"]
    assert "z_delta" in found["parameters"]
    assert found["pooled"]
    assert json.loads((tmp_path / "new" / "result.json").read_text()) == whole
    rows = (tmp_path / "new" / "points.csv").read_text().splitlines()
    assert len(rows) == 1 + found["n_points"]
    assert len({len(row.split(",")) for row in rows}) == 1
    text = kalimag("assay", "romk-block", many).stdout
    assert text.startswith("romk: converged.")
    again = kalimag("assay", "romk-block", many, "--out", tmp_path / "new")
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert kalimag("assay", "romk-block", many, "--out", tmp_path / "new", "--force").exit_code == 0


def test_what_two_patches_cannot_tell_ends_with_4(kalimag: Any, enveloped: Any, virtual: Path) -> None:
    done = kalimag("assay", "romk-block", virtual)
    assert done.exit_code == 4
    assert done.stdout
    told = enveloped("assay", "romk-block", virtual)["result"]
    assert told["outcome"] != "converged"
    assert told["outcome_sentence"]


def test_solutions_elsewhere(kalimag: Any, many: Path, tmp_path: Path) -> None:
    table = many / "solutions.toml"
    assert kalimag("assay", "romk-block", many / "patches", "--solutions", table).exit_code == 0
    other = kalimag("assay", "romk-block", tmp_path, "--solutions", table)
    assert other.exit_code == 2
    assert "lies outside" in other.stderr
    none = kalimag("assay", "romk-block", tmp_path)
    assert none.exit_code == 3
    assert "solutions.toml" in none.stderr
    assert kalimag("assay", "romk-block", many, "--model", "romp").exit_code == 3


def test_explain(enveloped: Any, kalimag: Any) -> None:
    words = ("explain", "romk.Ki0", "--output", "patch.I_K")
    found = enveloped(*words, "--at", "patch.V=-60 mV", "--at", "outer.K=5mM")["result"]
    assert found["at"]["patch.V"] == {"value": -60.0, "unit": "mV"}
    assert found["at"]["outer.K"] == {"value": 5.0, "unit": "mM"}
    assert found["steps"]
    assert found["claims"]
    assert "romk.Ki0" in kalimag(*words).stdout
    assert kalimag(*words, "--at", "patch.V=-60 mM").exit_code == 2
    assert "patch.I_K" in kalimag("explain", "romk.Ki0", "--output", "patch.I").stderr
    assert kalimag("explain", "romk.Ki0", "--output", "patch.I_K", "--in", "kidney").exit_code == 3


def test_evidence(enveloped: Any, kalimag: Any) -> None:
    shown = enveloped("evidence", "show", "romk.Ki0")["result"]
    assert shown["estimate"]["low"] < shown["estimate"]["value"] < shown["estimate"]["high"]
    assert len(shown["claims"]) >= 2
    assert {source["key"] for source in shown["sources"]} == {claim["source"] for claim in shown["claims"]}
    rows = enveloped("evidence", "list")["result"]["rows"]
    assert {"romk.Ki0", "membrane.R"} <= {row["name"] for row in rows}
    assert {row["key"].split(".")[0] for row in enveloped("evidence", "list", "romk")["result"]["rows"]} == {
        "romk"
    }
    audit = enveloped("evidence", "audit")["result"]
    assert sum(audit["verdicts"].values()) == len(audit["rows"]) > 0
    assert "exact" in kalimag("evidence", "list", "membrane").stdout
    unknown = kalimag("evidence", "show", "romk.Ki")
    assert unknown.exit_code == 3
    assert "Did you mean 'romk.Ki0'?" in unknown.stderr


def test_evidence_without_an_estimate(kalimag: Any) -> None:
    done = kalimag("evidence", "show", "romk.block_sign")
    assert done.exit_code == 0
    assert "no estimate" in done.stdout


def test_evidence_of_nothing(kalimag: Any) -> None:
    for words in (("list", "sodium"), ("show", "sodium.Na"), ("audit", "sodium")):
        done = kalimag("evidence", *words)
        assert done.exit_code == 3, (words, done.output)
        assert "sodium" in done.stderr
