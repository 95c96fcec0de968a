"""The ledger: exactly what a run used, and where two runs differ."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kalimag.errors import EvidenceProblem
from kalimag.evidence import Ledger, load_values
from kalimag.evidence.own_folder import VARIABLE
from kalimag.evidence.used import changes, read_used
from kalimag.report.provenance import ledger_table

VALUES = load_values({"romk.Ki0": "romk.Ki0", "romk.g_max": "romk.g_max", "patch.R": "membrane.R"})


def test_only_what_was_used_is_in_it() -> None:
    assert [row.name for row in Ledger.of(VALUES).rows] == ["romk.Ki0", "romk.g_max", "patch.R"]
    ledger = Ledger.of(VALUES, ["patch.R"])
    assert [row.name for row in ledger.rows] == ["patch.R"]
    assert [source.key for source in ledger.bibliography()] == ["codata-2018"]
    with pytest.raises(EvidenceProblem, match=r"'patch.F' has no value.*Did you mean 'patch.R'"):
        Ledger.of(VALUES, ["patch.F"])


def test_it_counts_what_is_assumed_and_what_is_unchecked() -> None:
    ledger = Ledger.of(VALUES)
    assert [row.name for row in ledger.assumptions()] == ["romk.g_max"]
    assert [row.name for row in ledger.unchecked()] == ["romk.Ki0"]
    assert [source.key for source in ledger.bibliography()] == ["codata-2018", "guide", "nichols-1994"]


def test_a_rejected_claim_is_shown_but_not_cited() -> None:
    ledger = Ledger.of(load_values(["romk.K_half"]))
    assert [source.key for source in ledger.bibliography()] == ["loffler-hunter-1997"]
    (row,) = ledger.as_json()["rows"]  # type: ignore[misc]
    assert list(row["rejected"]) == ["romk.K_half/gray-2005"]


def test_two_runs_differ_in_one_line() -> None:
    changed = VALUES.override("romk.Ki0", 4, "mM", "what if")
    (line,) = Ledger.of(VALUES).diff(Ledger.of(changed))
    assert line.name == "romk.Ki0"
    assert line.here is not None
    assert line.there is not None
    assert (line.here.value, line.there.value) == pytest.approx((40**0.5, 4))
    assert Ledger.of(VALUES).diff(Ledger.of(VALUES)) == ()
    (line,) = Ledger.of(VALUES, ["romk.Ki0", "patch.R"]).diff(Ledger.of(VALUES, ["romk.Ki0"]))
    assert (line.name, line.there) == ("patch.R", None)


def test_a_narrower_interval_is_a_difference_too() -> None:
    value = VALUES["romk.Ki0"].value
    changed = VALUES.override("romk.Ki0", value, "mM", "same, but sure")
    assert [line.name for line in Ledger.of(VALUES).diff(Ledger.of(changed))] == ["romk.Ki0"]


def overriding(folder: Path, reason: str) -> Path:
    """A user's folder in which one claim stands in for the library's, with the number of the library."""
    claim = (
        '[[claim]]\nid = "romk.K_half/loffler-hunter-1997"\nvalue = 11.5\nunit = "mM"\nsource = "ours"\n'
        'spread = { kind = "sem", value = 1.3, n = 19 }\nwhere = "notebook"\naccess = "full"\n'
        f'read_by = "AB"\noverrides_because = "{reason}"\n'
    )
    source = 'kind = "this_analysis"\ntitle = "Ours"\naccess = "full"\n'
    for name, text in (("evidence/romk.toml", claim), ("sources/ours.toml", source)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_an_override_with_the_same_number_is_a_difference_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Ledger.of(load_values(["romk.K_half"]))
    monkeypatch.setenv(VARIABLE, str(overriding(tmp_path, "Seen in our cells.")))
    ours = Ledger.of(load_values(["romk.K_half"]))
    monkeypatch.setenv(VARIABLE, str(overriding(tmp_path / "b", "Only a guess.")))
    other = Ledger.of(load_values(["romk.K_half"]))
    for one, two in ((library, ours), (ours, other)):
        (line,) = one.diff(two)
        assert line.name == "romk.K_half"
    (row,) = ours.rows
    assert (row.sources, row.reason) == (("ours",), "romk.K_half/loffler-hunter-1997: Seen in our cells.")
    assert row.estimate.because.startswith("Instead of 11.5 ± 1.3 mmol")
    assert "Of the number of the library it is said:" in row.estimate.because
    left = []
    for name, ledger in (("one", library), ("two", ours), ("three", other)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ledger.json").write_text(json.dumps(ledger.as_json()))
        left.append(read_used(tmp_path / name))
    assert {"sources", "overridden", "reason"} <= set(changes(left[0], left[1])[0].fields)
    assert changes(left[1], left[2])[0].fields == ("overridden", "reason")
    assert "romk.K_half is not the library's" in ledger_table(ours).note
    assert "Seen in our cells." in ledger_table(ours).note
    assert "not the library's" not in ledger_table(library).note


def test_it_becomes_json_and_shows_what_was_replaced() -> None:
    ledger = Ledger.of(VALUES.override("romk.Ki0", 4, "mM", "what if"))
    record = json.loads(json.dumps(ledger.as_json(), allow_nan=False))
    row = record["rows"][0]
    assert (row["value"], row["unit"], row["rule"], row["because"]) == (4, "mM", "override", "what if")
    assert row["replaced"]["value"] == pytest.approx(40**0.5)
    assert record["assumed"] == ["romk.Ki0", "romk.g_max"]
    assert record["bibliography"][0]["key"] == "codata-2018"
