"""The report on a block experiment: what it says when the data tell, and what when they do not."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from kalimag.assays.romk_block_result import ParameterInterval
from kalimag.cli.root import root
from kalimag.report.romk_block_words import contrasts
from kalimag.report.sections.romk_block import read_truth
from kalimag.report.study import BUNDLED, StudyRun, run_study
from kalimag.rig.romk_block import make


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one run of the bundled study through the command line."""
    out = tmp_path_factory.mktemp("bundled") / "out"
    done = CliRunner().invoke(root, ["run", "--out", str(out), "--quiet"])
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip() == str(out / "report.html")
    return out


def virtual(folder: Path, **choices: Any) -> StudyRun:
    """A virtual experiment, and the run of its study."""
    make(folder / "rig", seed=2, **choices)
    return run_study(folder / "rig" / "study.toml", folder / "out")


def said(run: StudyRun) -> str:
    return " ".join(run.result["analyses"][0]["answer"])


def test_the_bundled_study_answers_its_question_and_says_it_is_synthetic(bundled: Path) -> None:
    page = (bundled / "report.html").read_text(encoding="utf-8")
    (found,) = json.loads((bundled / "result.json").read_text(encoding="utf-8"))["analyses"]
    answer = " ".join(found["answer"])
    assert "SYNTHETIC DATA</strong> made by kalimag rig" in page
    assert "dissociation constant Ki0 of" in answer
    assert "9 patches from 3 donors" in answer
    assert "zδ is 0.55" in answer
    assert "External K+ relieves the block" in answer
    assert "all lie inside their intervals" in answer
    assert found["converged"] is True


def test_its_intervals_hold_the_truth_and_the_pooled_ones_are_beside_them(bundled: Path) -> None:
    (found,) = json.loads((bundled / "result.json").read_text(encoding="utf-8"))["analyses"]
    truth = read_truth(BUNDLED.parent)
    for name in ("Ki0", "K_comp", "z_delta"):
        row = found["result"]["parameters"][name]
        assert row["low"] < truth[name][0] < row["high"]
    ours, usual = found["result"]["parameters"]["Ki0"], found["result"]["pooled"]["Ki0"]
    assert ours["high"] - ours["low"] > 3 * (usual["high"] - usual["low"])
    page = (bundled / "report.html").read_text(encoding="utf-8")
    assert "If every point were counted as independent" in page
    assert "Truth (the data are synthetic)" in page


def test_every_number_and_file_is_accounted_for(bundled: Path) -> None:
    page = (bundled / "report.html").read_text(encoding="utf-8")
    ledger = json.loads((bundled / "ledger.json").read_text(encoding="utf-8"))
    names = {row["name"] for row in ledger["rows"]}
    assert {"patch.R", "patch.F", "romk.K_ref"} <= names
    assert not names & {"romk.Ki0", "romk.z_delta", "romk.g_max", "romk.K_comp"}
    assert f"{len(names)} numbers from kalimag&#39;s library entered this analysis" in page
    for row in ledger["rows"]:
        assert f">{row['name']}<" in page.replace(" <", "<")
    for words in ("The guide says", "unverified", "wrong: The sign is backwards", "codata-2018", "SHA-256"):
        assert words in page, words
    assert page.count("agrees with the transients") == len(list((BUNDLED.parent / "patches").glob("*.abf")))
    assert "For research use, not for the care of patients." in page


def test_figures_are_there_small_and_described(bundled: Path) -> None:
    figures = {path.stem: path.read_text(encoding="utf-8") for path in (bundled / "figures").glob("*.svg")}
    assert {name.partition("-")[0] for name in figures} == {
        "traces",
        "currents",
        "affinity",
        "patches",
        "residuals",
    }
    for name, text in figures.items():
        assert len(text) < 300_000, name
        assert "<desc" in text
        assert "$" not in text, f"{name} holds mathematics that not every font can set"


def test_captions_give_a_command_that_works_where_the_reader_is(bundled: Path, tmp_path: Path) -> None:
    commands = re.compile(r"the same numbers: <code>(.*?)</code>")
    page = (bundled / "report.html").read_text(encoding="utf-8")
    assert {re.sub("<[^>]*>", "", line) for line in commands.findall(page)} == {"kalimag run"}
    run = virtual(tmp_path, patches=3, k_out=(110.0,))
    lines = {re.sub("<[^>]*>", "", x) for x in commands.findall(run.report.read_text(encoding="utf-8"))}
    assert lines == {"kalimag assay romk-block solutions.toml"}


def test_figure_3_names_its_bars_and_numbers_its_axis(bundled: Path) -> None:
    text = (bundled / "figures" / "affinity-romk-block.svg").read_text(encoding="utf-8")
    right = text[text.index('id="affinity-romk-block-axes_2"') :]
    assert "mean and 95 % interval" in right
    axis = right[right.index("matplotlib.axis_4") : right.index("Ki0 at 0 mV")]
    assert len(re.findall(r">\d+(?:\.\d+)?</text>", axis)) >= 4


def test_the_misfit_of_a_patch_is_what_describes_it(bundled: Path) -> None:
    (found,) = json.loads((bundled / "result.json").read_text(encoding="utf-8"))["analyses"]
    with (bundled / "patches-romk-block.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, fit in zip(rows, found["result"]["patches"], strict=True):
        known = fit["misfit_percent_of_largest_current"]
        assert float(row["misfit_percent"]) == pytest.approx(known, rel=1e-6)
        assert float(row["misfit_fixed_pA"]) == pytest.approx(fit["misfit_pA"], rel=1e-6, abs=1e-12)
        assert (known > 0) == (fit["misfit_pA"] > 0 or fit["misfit_relative"] > 0)


def interval(low: float, high: float) -> Any:
    return ParameterInterval("x", "1", (low + high) / 2, low, high, 0.95, 9)


@pytest.mark.parametrize(("zd_low", "told"), [(0.54, False), (0.5498, True)])
def test_why_a_pooled_interval_can_be_the_wider_one(zd_low: float, told: bool) -> None:
    found = SimpleNamespace(
        parameters={"Ki0": interval(5.0, 7.0), "z_delta": interval(zd_low, 1.1 - zd_low)},
        pooled={"Ki0": interval(5.9, 6.1), "z_delta": interval(0.546, 0.554)},
        patches=(),
        diagnostics={"between_patch_sd_ln_z_delta": 0.0},
    )
    (row, _) = contrasts(found, {})  # type: ignore[arg-type]
    assert "10 times as wide as the pooled one" in row.why
    assert ("leaves the differences of Ki0 in its residuals" in row.why) == told
    assert ("zδ itself does not measurably differ from patch to patch" in row.why) == told
    assert "Usually" not in row.why


def test_the_bundled_study_gives_the_same_bytes_twice(bundled: Path, tmp_path: Path) -> None:
    again = run_study(None, tmp_path / "again").report.parent
    for path in bundled.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (again / path.relative_to(bundled)).read_bytes(), path.name


def test_one_patch_gets_no_interval_and_the_advice_to_add_patches(tmp_path: Path) -> None:
    run = virtual(tmp_path, patches=1, k_out=(110.0,))
    assert not run.converged
    assert said(run).startswith("The data do not settle the question.")
    assert "add patches" in said(run)
    assert "dissociation constant Ki0 of" not in said(run)
    text = run.report.read_text(encoding="utf-8")
    assert 'class="answer open"' in text


def test_mg_that_blocks_nothing_gives_no_number_but_the_mg_to_try(tmp_path: Path) -> None:
    run = virtual(tmp_path, patches=3, mg=(0.01,), k_out=(110.0,))
    assert not run.converged
    assert "Add Mg2+ of" in said(run)
    assert "Ki0, K_comp, zδ cannot be given" in said(run)
    assert "without a law between them" not in run.report.read_text(encoding="utf-8")
    assert list((run.report.parent / "figures").iterdir()) == []


def test_the_command_ends_with_4_where_the_data_cannot_tell(tmp_path: Path) -> None:
    make(tmp_path / "rig", patches=1, k_out=(110.0,), seed=2)
    done = CliRunner().invoke(
        root, ["run", str(tmp_path / "rig/study.toml"), "--out", str(tmp_path / "out"), "--quiet"]
    )
    assert done.exit_code == 4
    assert (tmp_path / "out" / "report.html").is_file()


def test_one_level_of_external_K_says_nothing_about_it(tmp_path: Path) -> None:
    run = virtual(tmp_path, patches=3, k_out=(110.0,))
    assert "External K+ was the same in all patches" in said(run)
    assert "relieves" not in said(run)
    assert "made with zδ" in said(run)


def test_another_law_is_named_in_the_report(tmp_path: Path) -> None:
    make(tmp_path / "rig", patches=6, law="romk_power", seed=2)
    study = tmp_path / "rig" / "study.toml"
    study.write_text(study.read_text(encoding="utf-8") + 'model = "romk_power"\n', encoding="utf-8")
    run = run_study(study, tmp_path / "out")
    text = run.report.read_text(encoding="utf-8")
    assert "--model" in text
    assert "romk_power" in text
    assert "n_K" in run.result["analyses"][0]["result"]["parameters"]


def test_a_truth_that_is_none_is_not_believed(tmp_path: Path) -> None:
    assert read_truth(tmp_path) == {}
    (tmp_path / "truth.json").write_text('{"schema": "kalimag/truth/1", "synthetic": false}')
    assert read_truth(tmp_path) == {}


def test_pooled_numbers_say_when_they_take_all_mg_for_free(bundled: Path) -> None:
    (found,) = json.loads((bundled / "result.json").read_text(encoding="utf-8"))["analyses"]
    nominal = found["result"]["pooled"]["Ki0"]["method"].startswith("nominal Mg2+")
    page = (bundled / "report.html").read_text(encoding="utf-8")
    assert ("If every point were counted as independent and all Mg²⁺ as free" in page) == nominal
    assert ("counting every point as independent and all Mg²⁺ as free would have said" in page) == nominal
