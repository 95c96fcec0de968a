"""What a run has used, read back from what it left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kalimag.errors import InvalidInput
from kalimag.evidence import Ledger, Values, load_values
from kalimag.evidence.used import changes, read_used


def left_by(values: Values, folder: Path) -> Path:
    """A folder as a run leaves it."""
    folder.mkdir()
    (folder / "ledger.json").write_text(json.dumps(Ledger.of(values).as_json()))
    (folder / "result.json").write_text("{}")
    return folder


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    values = load_values(["romk", "membrane"])
    folder = left_by(values, tmp_path / "a")
    for path in (folder, folder / "result.json", folder / "ledger.json"):
        used = read_used(path)
        assert {row["name"]: row["value"] for row in used.rows} == values.numbers()
    ledger = Ledger.of(values)
    assert used.assumed == tuple(row.name for row in ledger.assumptions())
    assert used.unchecked == tuple(row.name for row in ledger.unchecked())
    assert [source["key"] for source in used.bibliography] == [one.key for one in ledger.bibliography()]


def test_two_runs_differ_in_what_was_changed_and_in_nothing_else(tmp_path: Path) -> None:
    values = load_values(["romk", "membrane"])
    other = load_values("romk").override("romk.Ki0", 3.0, "mM", "measured")
    first, second = (read_used(left_by(v, tmp_path / name)) for v, name in ((values, "a"), (other, "b")))
    assert changes(first, first) == ()
    found = {change.name: change for change in changes(first, second)}
    assert set(found) == {"romk.Ki0", "membrane.R", "membrane.F"}
    assert found["membrane.R"].there is None
    assert {"value", "low", "high", "rule", "claims"} <= set(found["romk.Ki0"].fields)
    json.dumps([change.as_json() for change in found.values()], allow_nan=False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no ledger.json"),
        ("not json", "it is not a ledger"),
        ("[]", "it is not a ledger"),
        ('{"rows": [{"name": "x"}]}', "a row lacks a part"),
    ],
)
def test_what_is_no_ledger_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "ledger.json").write_text(text)
    with pytest.raises(InvalidInput, match=said):
        read_used(tmp_path)
