"""The main job on real input: `kalimag run` over recordings nobody here made, to numbers and a report."""

from __future__ import annotations

import csv
import json
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kalimag.cli.root import root
from kalimag.report.numbers import brief

STUDY = Path(__file__).parents[2] / "examples" / "real_recordings.toml"
WRITTEN = "../../shared/data/ephys/abf"


def study_at(folder: Path, recordings: Path) -> Path:
    """The study of the repository, with copies of its recordings beside it."""
    text = STUDY.read_text(encoding="utf-8")
    named = set(re.findall(rf'file = "{re.escape(WRITTEN)}/([^"]+)"', text))
    assert len(named) == 4
    (folder / "abf").mkdir()
    for name in named:
        shutil.copy(recordings / name, folder / "abf" / name)
    path = folder / "real_recordings.toml"
    path.write_text(text.replace(WRITTEN, "abf"), encoding="utf-8")
    return path


def kalimag(*words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command line."""
    done = CliRunner().invoke(root, list(words))
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture(scope="module")
def done(ephys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one run through the command line."""
    folder = tmp_path_factory.mktemp("real")
    out = folder / "out"
    code, said, told = kalimag("run", str(study_at(folder, ephys / "abf")), "--out", str(out), "--quiet")
    assert code == 0, told
    assert said.strip() == str(out / "report.html")
    return out


@pytest.fixture(scope="module")
def results(done: Path) -> dict[str, dict[str, Any]]:
    """What result.json says of each analysis, by id."""
    whole = json.loads((done / "result.json").read_text(encoding="utf-8"))
    return {row["id"]: row["result"] for row in whole["analyses"]}


def test_the_study_of_the_repository_finds_the_shared_folder_beside_the_checkout() -> None:
    checkout = STUDY.parents[1]
    assert (STUDY.parent / WRITTEN).resolve() == (checkout.parent / "shared/data/ephys/abf").resolve()


@pytest.mark.parametrize(
    ("analysis", "reference"),
    [("pair-cell-1", "14o16001_vc_pair_step.abf ch0 step1"), ("ramp-to-step", "171116sh_0013.abf")],
)
def test_currents_agree_with_the_independent_reader(
    results: dict[str, dict[str, Any]], ephys: Path, analysis: str, reference: str
) -> None:
    known = json.loads((ephys / "references.json").read_text())["iv_pyabf"][reference]["rows_V_Imean_Isd"]
    rows = results[analysis]["rows"]
    assert len(rows) == len(known) == 13
    for row, (V, mean, sd) in zip(rows, known, strict=True):
        assert row["V_mV"] == pytest.approx(V, abs=1e-6)
        assert row["I_pA"] == pytest.approx(mean, abs=2e-3)
        assert row["I_sd_pA"] == pytest.approx(sd, abs=2e-3)


def crossing(rows: list[Any]) -> tuple[float, float]:
    """The two voltages of the reference between which the current changes sign."""
    for (V1, I1, _), (V2, I2, _) in pairwise(rows):
        if I1 < 0 <= I2:
            return V1, V2
    raise AssertionError("no change of sign")


@pytest.mark.parametrize(
    ("analysis", "reference"),
    [("pair-cell-1", "14o16001_vc_pair_step.abf ch0 step1"), ("ramp-to-step", "171116sh_0013.abf")],
)
def test_reversal_lies_where_the_reference_changes_sign(
    results: dict[str, dict[str, Any]], ephys: Path, analysis: str, reference: str
) -> None:
    known = json.loads((ephys / "references.json").read_text())["iv_pyabf"][reference]["rows_V_Imean_Isd"]
    low, high = crossing(known)
    found = results[analysis]["reversal_potential"]
    assert low - 0.5 <= found["low_mV"] < found["value_mV"] < found["high_mV"] <= high + 0.5
    slope = results[analysis]["slope_conductance"]
    assert slope["low_nS"] < (known[-1][1] - known[0][1]) / 60.0 < slope["high_nS"]


def test_cells_that_do_not_reverse_get_a_conductance_and_a_reason(results: dict[str, dict[str, Any]]) -> None:
    for analysis in ("dual-steps", "axon-1-steps"):
        found = results[analysis]
        assert found["reversal_potential"]["value_mV"] is None
        assert "does not reverse" in found["reversal_potential"]["text"]
        assert 0 < found["slope_conductance"]["low_nS"] < found["slope_conductance"]["high_nS"]


class Page(HTMLParser):
    """Text, headings, links and everything a browser would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "srcset", "data", "poster", "action", "background"):
                self.fetched.append(str(value))
            elif name in ("href", "xlink:href"):
                (self.links if tag == "a" else self.fetched).append(str(value))
            elif name == "id":
                self.ids.append(str(value))

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def page(done: Path) -> Page:
    """The report, taken apart."""
    return Page((done / "report.html").read_text(encoding="utf-8"))


def test_the_page_asks_for_nothing_from_outside(done: Path, page: Page) -> None:
    text = (done / "report.html").read_text(encoding="utf-8")
    assert [one for one in page.fetched if not one.startswith("#")] == []
    assert all(one.startswith(("#", "https://doi.org/")) for one in page.links)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in text
    assert not {"script", "link", "img", "iframe", "object", "embed"} & set(page.tags)
    assert not re.search(r"@import|url\((?!#)", text)
    assert {one[1:] for one in page.links + page.fetched if one.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_the_page_holds_what_a_reader_looks_for(page: Page) -> None:
    for words in (
        "Where does the steady current of each cell reverse",
        "does not reverse",
        "agrees with the transients",
        "Reversal potential",
        "Slope conductance",
        "Fieller",
        "kalimag run real_recordings.toml",
        "f09e2cc56efa3eafcfaba765bbd4e545585343e8ebc3b5d218577fd5f34779d2",
        "For research use, not for the care of patients.",
    ):
        assert words.replace("\u00a0", " ") in page.text.replace("\u00a0", " "), words
    assert "SYNTHETIC" not in page.text


def test_the_page_says_what_the_numbers_leave_out(page: Page) -> None:
    for words in (
        "All values refer to the command potential, not corrected for junction potential or series",
        "of command potential, not corrected for junction potential or series resistance",
        "0.584 nS (0.516 to 0.653) (average of a curved I–V)",
        "its steepness is 0.82 nS between −110 and −100 mV but 0.44 nS between −60 and −50 mV",
        "The intervals hold for this window and leave out the choice of it. In its first and second half "
        "alone, the current reverses at −59.",
        "kalimag assay iv abf/171116sh_0013.abf --window 0.5s:0.95s",
    ):
        assert words in page.text.replace("\u00a0", " "), words


def test_the_first_table_gives_the_fitted_numbers(page: Page, results: dict[str, dict[str, Any]]) -> None:
    for name in ("pair-cell-1", "pair-cell-2", "ramp-to-step"):
        found = results[name]["reversal_potential"]
        shown = brief(found["value_mV"], found["low_mV"], found["high_mV"], "mV")
        assert shown in page.words
        assert shown.startswith("−")


def test_no_machine_and_no_missing_number_shows(done: Path, ephys: Path, page: Page) -> None:
    for path in done.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert str(ephys) not in text, path.name
            assert str(done) not in text, path.name
            assert not re.search(r"\bnan\b|\bNone\b|\bNaN\b|\bInfinity\b", text), path.name
    assert not re.search(r"\binf\b|\d\d:\d\d:\d\d", page.text)


def test_figures_are_small_and_tables_have_units(done: Path) -> None:
    figures = list((done / "figures").glob("*.svg"))
    assert len(figures) >= 5
    assert all(path.stat().st_size < 300_000 for path in figures)
    with (done / "iv-pair-cell-1.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["sweep", "V_mV", "I_pA", "I_sd_pA", "I_sem_pA", "chord_g_nS"]
    assert float(rows[1][2]) == pytest.approx(-433.2936, abs=2e-3)
    with (done / "parameters.csv").open(encoding="utf-8", newline="") as file:
        fitted = list(csv.DictReader(file))
    assert {row["unit"] for row in fitted} == {"mV", "nS"}
    assert json.loads((done / "result.json").read_text())["files"] == sorted(
        path.relative_to(done).as_posix() for path in done.rglob("*") if path.is_file()
    )


def test_the_same_inputs_give_the_same_bytes_anywhere(done: Path, ephys: Path, tmp_path: Path) -> None:
    study = study_at(tmp_path, ephys / "abf")
    assert kalimag("run", str(study), "--out", str(tmp_path / "again"), "--quiet")[0] == 0
    for path in done.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "again" / path.relative_to(done)).read_bytes(), path.name


def test_json_is_one_envelope(done: Path, ephys: Path, tmp_path: Path) -> None:
    study = study_at(tmp_path, ephys / "abf")
    code, said, _ = kalimag("run", str(study), "--out", str(tmp_path / "out"), "--json", "--quiet")
    envelope = json.loads(said)
    assert code == 0
    assert envelope["schema"] == "kalimag/1"
    assert len(envelope["inputs"]) == 5
    assert envelope["result"]["report"] == str(tmp_path / "out" / "report.html")
    assert envelope["result"]["analyses"][0]["id"] == "pair-cell-1"
