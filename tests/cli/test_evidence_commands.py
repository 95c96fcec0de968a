"""The evidence on the command line: every command, its JSON, its text, and how it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kalimag.cli.root import root
from kalimag.evidence import Ledger, load_values
from kalimag.evidence.own_folder import VARIABLE


def run_folder(folder: Path, **overrides: float) -> Path:
    """A folder with a ledger, as a run leaves it."""
    values = load_values("romk")
    for name, value in overrides.items():
        values = values.override(f"romk.{name}", value, values[f"romk.{name}"].unit, "for this test")
    folder.mkdir()
    (folder / "ledger.json").write_text(json.dumps(Ledger.of(values).as_json()))
    return folder


def test_audit_of_the_whole_guide(enveloped: Any, kalimag: Any) -> None:
    found = enveloped("evidence", "audit")["result"]
    assert len(found["rows"]) >= 59
    assert len(found["findings"]) == 4
    assert sum(found["verdicts"].values()) == len(found["rows"])
    text = kalimag("evidence", "audit").stdout
    assert "FINDING 1." in text
    assert f"the readers disagree: {len(found['unchecked'])}." in text
    assert "cites [2][9]" in text
    one = enveloped("evidence", "audit", "trpm")["result"]
    assert {row["id"].partition(".")[0] for row in one["rows"]} == {"trpm"}
    assert one["findings"] == []


def test_audit_page(enveloped: Any, kalimag: Any, tmp_path: Path) -> None:
    page = tmp_path / "audit.html"
    assert enveloped("evidence", "audit", "--html", page)["result"]["page"] == str(page)
    before = page.read_bytes()
    assert kalimag("evidence", "audit", "--html", page).exit_code == 2
    assert kalimag("evidence", "audit", "--html", page, "--force").exit_code == 0
    assert page.read_bytes() == before
    assert kalimag("evidence", "audit", "--html", tmp_path / "no" / "audit.html").exit_code == 2


@pytest.mark.parametrize("what", ["estimates", "claims", "observations", "disputes"])
def test_lists(enveloped: Any, kalimag: Any, what: str) -> None:
    found = enveloped("evidence", "list", "--of", what)["result"]
    (rows,) = found.values()
    assert len(rows) >= 8
    assert len(kalimag("evidence", "list", "--of", what).stdout.splitlines()) == len(rows) + 1


def test_lists_of_one_topic_and_in_one_unit(enveloped: Any, kalimag: Any) -> None:
    found = enveloped("evidence", "list", "ions", "--of", "claims", "--unit", "uM")["result"]["claims"]
    said = {claim["id"]: claim["says"] for claim in found}
    assert said["ions.free_Mg_cTAL/dai-quamme-1991"] == "520 ± 20 uM"
    assert "ions.muscle_against_serum/muscle-mrs-1996" not in said
    assert next(claim for claim in found if claim["id"].startswith("ions.free_Mg_cTAL/"))["value"] == 0.52
    trials = enveloped("evidence", "list", "trials", "--of", "observations")["result"]["observations"]
    assert {one["topic"] for one in trials} == {"trials"}
    by_claims = enveloped("evidence", "list", "trpm", "--of", "claims")["result"]
    assert enveloped("evidence", "list", "trpm")["result"] == by_claims
    assert kalimag("evidence", "list", "ions", "--of", "claims", "--unit", "florin").exit_code == 3
    for what in ("claims", "observations"):
        assert kalimag("evidence", "list", "sodium", "--of", what).exit_code == 3


def test_show(enveloped: Any, kalimag: Any) -> None:
    shown = enveloped("evidence", "show", "trpm.unitary_TRPM7", "--unit", "nS")["result"]
    assert shown["shown"]["trpm.unitary_TRPM7/pharmrev"] == "0.105 nS"
    assert next(c for c in shown["claims"] if c["id"].endswith("pharmrev"))["value"] == 105
    assert enveloped("evidence", "show", "H1b")["result"]["compare"]["margin"] == 0.2
    assert "not written yet" in kalimag("evidence", "show", "H1b").stdout
    assert enveloped("evidence", "show", "S6")["result"]["switch"] == "cells.Mg_follows_serum"
    assert "against" in kalimag("evidence", "show", "S6").stdout
    assert "gap" in kalimag("evidence", "show", "D6").stdout
    unknown = kalimag("evidence", "show", "S66")
    assert unknown.exit_code == 3
    assert "S6" in unknown.stderr


def test_what_is_from_memory_is_shown_as_an_interval(kalimag: Any) -> None:
    text = kalimag("evidence", "show", "romk.Ki0").stdout
    assert "8–40 mM [from memory]" in text
    assert "16.7" not in text


def test_search_and_cite(enveloped: Any, kalimag: Any) -> None:
    hits = enveloped("evidence", "search", "trpm6", "conductance")["result"]["hits"]
    assert "trpm.unitary_TRPM6/guide" in {hit["id"] for hit in hits}
    assert "Nothing holds" in kalimag("evidence", "search", "unobtainium").stdout
    cited = enveloped("evidence", "cite", "romk.Ki0/guide-1-10K", "gray-2005", "trpm.unitary_TRPM7")["result"]
    assert {source["key"] for source in cited["sources"]} == {"guide", "gray-2005", "pharmrev-trpm7"}
    assert kalimag("evidence", "cite", "gray-2005", "--bibtex").stdout.startswith("@article{gray-2005,")
    for name in ("gray-2006", "romk.Ki0/nobody", "romk.Kx"):
        assert kalimag("evidence", "cite", name).exit_code == 3


def test_export(enveloped: Any, kalimag: Any, tmp_path: Path) -> None:
    out = tmp_path / "tables"
    files = enveloped("evidence", "export", "--out", out)["result"]["files"]
    assert sorted(Path(file).name for file in files) == sorted(path.name for path in out.iterdir())
    assert kalimag("evidence", "export", "--out", out).exit_code == 2
    assert kalimag("evidence", "export", "--out", out, "--force").exit_code == 0


def test_used_and_diff(enveloped: Any, kalimag: Any, tmp_path: Path) -> None:
    first, second = run_folder(tmp_path / "a"), run_folder(tmp_path / "b", Ki0=3.0)
    used = enveloped("evidence", "used", first)
    assert {row["name"] for row in used["result"]["rows"]} == set(load_values("romk"))
    assert used["inputs"][0]["path"].endswith("ledger.json")
    assert "unchecked." in kalimag("evidence", "used", first).stdout
    differ = enveloped("ledger", "diff", first, second)["result"]["differences"]
    assert [one["name"] for one in differ] == ["romk.Ki0"]
    assert "romk.Ki0" in kalimag("ledger", "diff", first, second).stdout
    assert "same numbers" in kalimag("ledger", "diff", first, first).stdout
    assert kalimag("evidence", "used", tmp_path / "nowhere").exit_code == 3


CLAIM = ("romk.Ki0/our-lab", "3.2", "mM", "sem 0.4 n 7", "our-lab", "notebook 3", "full", "AB")
ANSWERS = "\n".join([*CLAIM, "this_analysis", "Our patches", "full", ""])


def test_add_asks_for_what_is_missing(kalimag: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "own"))
    done = CliRunner().invoke(root, ["evidence", "add"], input=ANSWERS)
    assert done.exit_code == 0, done.output
    assert "romk.Ki0/our-lab: 3.2 ± 0.4 mM" in done.stdout
    assert "Its unit as printed" in done.stderr
    assert "romk.Ki0/our-lab" in kalimag("evidence", "show", "romk.Ki0").stdout
    keys = ("id", "value", "unit", "spread", "source", "where", "access")
    fewer = [
        f"--set={key}={text}" for key, text in zip(keys, ("romk.Ki0/twice", "4", *CLAIM[2:]), strict=False)
    ]
    done = CliRunner().invoke(root, ["evidence", "add", *fewer, "--json"], input="AB\n")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["result"]["claim"]["value"] == 4.0


def test_add_without_anybody_to_ask(kalimag: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "own"))
    done = kalimag("evidence", "add", "--set", "id=romk.Ki0/our-lab")
    assert done.exit_code == 2
    assert "'value' is missing" in done.stderr
    assert kalimag("evidence", "add", "--set", "id").exit_code == 2
    assert not (tmp_path / "own").exists()


def test_a_users_broken_file_is_told_and_costs_nothing_else(
    enveloped: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "trpm.toml").write_text('[[claim]]\nid = "trpm.x/me"\nvalue = "three"\n')
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    whole = enveloped("evidence", "audit")
    assert any("line 3" in warning and "trpm.toml" in warning for warning in whole["warnings"])
    assert len(whole["result"]["rows"]) >= 59


def test_importing_kalimag_loads_no_evidence() -> None:
    code = (
        "import kalimag, sys; print([name for name in sys.modules if 'evidence' in name or 'audit' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_interval_is_never_shown_as_a_point(kalimag: Any) -> None:
    shown = kalimag("evidence", "show", "romk.Ki0").stdout
    assert shown.startswith("romk.Ki0: 2 to 20 mM, in 95 of 100")
    assert "6.3" not in shown
    listed = {line.split()[0]: line for line in kalimag("evidence", "list", "romk").stdout.splitlines()}
    assert "6.3" not in listed["romk.Ki0"]
    assert listed["romk.K_half"].split()[1:3] == ["11.5", "mM"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (("show", "H1b", "--unit", "mmol/L"), "3.4 ± 0.4 → 3.7 ± 0.3 mmol/L"),
        (("show", "trials.serum_K_MgCit", "--unit", "mM"), "3.4 ± 0.4 → 3.7 ± 0.3 mM"),
        (("show", "I5", "--unit", "mM"), "0.178 ± 0.0063 mM"),
        (("show", "romk.Ki0", "--unit", "uM"), "romk.Ki0: 2000 to 2e+04 uM"),
        (("show", "romk.Ki0/guide-100K", "--unit", "uM"), "romk.Ki0/guide-100K: 5000 uM"),
        (("list", "trials", "--of", "observations", "--unit", "mmol/L"), "3.3 ± 0.2 → 3.8 ± 0.3 mmol/L"),
        (("list", "romk", "--unit", "uM"), "1.15e+04 uM"),
        (("cite", "H1b"), "[ruml-pak-1999]"),
    ],
)
def test_a_unit_is_obeyed(kalimag: Any, said: tuple[str, ...], shown: str) -> None:
    assert shown in kalimag("evidence", *said).stdout


@pytest.mark.parametrize(
    "said",
    [
        ("show", "romk.Ki0", "--unit", "mV"),
        ("show", "H1b", "--unit", "mV"),
        ("show", "A4", "--unit", "mM"),
        ("show", "D6", "--unit", "mM"),
        ("show", "S1", "--unit", "mM"),
        ("list", "--unit", "bogus"),
        ("list", "--of", "observations", "--unit", "bogus"),
        ("list", "--of", "disputes", "--unit", "mM"),
        ("cite", "H1bb"),
    ],
)
def test_a_unit_that_cannot_be_is_refused(kalimag: Any, said: tuple[str, ...]) -> None:
    failed = kalimag("evidence", *said)
    assert failed.exit_code in (2, 3)
    assert failed.stdout == ""


def test_how_a_number_was_typed_is_one_thing_and_whether_it_was_seen_another(kalimag: Any) -> None:
    guide = kalimag("evidence", "show", "trpm.Mg_block_monovalent/guide").stdout
    assert "typed again, blind, and read otherwise: R2 has verdict: misread and unverified" in guide
    listed = kalimag("evidence", "list", "--of", "observations").stdout.splitlines()
    last = {line.split()[0]: line.split()[-2:] for line in listed[1:]}
    assert last["H1b"] == ["twice", "yes"]
    assert {tuple(last[name]) for name in ("I9", "T8", "A7", "H5", "C8")} == {("twice", "no")}
    assert last["D6"] == ["–", "–"]
