"""A claim of one's own: written whole, read back, or not written at all."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kalimag.errors import KalimagError
from kalimag.evidence import load_claims
from kalimag.evidence.add import REQUIRED, write_claim
from kalimag.evidence.own_folder import VARIABLE

GOOD = {
    "id": "romk.Ki0/our-lab",
    "value": "3.2",
    "unit": "mM",
    "spread": "sem 0.4 n 7",
    "source": "our-lab",
    "where": "notebook 3",
    "access": "full",
    "read_by": "AB",
}
SOURCE = {"kind": "this_analysis", "title": 'Our "patches"', "access": "full"}


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def test_what_is_written_is_read_back(own: Path) -> None:
    path, claim = write_claim(GOOD, SOURCE)
    assert path == own / "evidence" / "romk.toml"
    assert (claim.value, claim.unit, claim.spread.kind, claim.spread.n) == (3.2, "mM", "sem", 7)
    assert claim.source.title == 'Our "patches"'
    assert not claim.checked
    assert "romk.Ki0/our-lab" in load_claims("romk")
    _, second = write_claim({**GOOD, "id": "romk.Ki0/our-lab-2", "value": "-5 to 2e1", "spread": "none"})
    assert (second.low, second.high, second.spread.kind) == (-5.0, 20.0, "range")
    assert len(tomllib.loads(path.read_text())["claim"]) == 2


@pytest.mark.parametrize(
    ("text", "value", "low", "high"),
    [("3", 3.0, None, None), ("-3.5", -3.5, None, None), ("1-2", None, 1.0, 2.0), ("1–2", None, 1.0, 2.0),
     ("1e-3", 1e-3, None, None), ("−4", -4.0, None, None)],
)  # fmt: skip
def test_numbers_as_people_write_them(
    text: str, value: float | None, low: float | None, high: float | None
) -> None:
    _, claim = write_claim({**GOOD, "value": text, "spread": "none"}, SOURCE)
    assert (claim.value, claim.low, claim.high) == (value, low, high)


@pytest.mark.parametrize("missing", sorted(REQUIRED))
def test_something_missing_writes_nothing(own: Path, missing: str) -> None:
    with pytest.raises(KalimagError, match=f"{missing} is missing"):
        write_claim({**GOOD, missing: " "}, SOURCE)
    assert not own.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "three"},
        {"unit": "millimole or so"},
        {"spread": "sem"},
        {"spread": "sem much"},
        {"spread": "sem 0.4 n"},
        {"id": "romk.Ki0"},
        {"id": "/x"},
        {"id": "../romk.Ki0/x"},
        {"source": "nobody"},
        {"access": "hearsay"},
        {"id": "romk.Ki0/guide-100K"},
        {"colour": "red"},
    ],
    ids=str,
)
def test_something_wrong_leaves_no_file(own: Path, wrong: dict[str, str]) -> None:
    source = None if "source" in wrong else SOURCE
    with pytest.raises(KalimagError):
        write_claim({**GOOD, **wrong}, source)
    assert not [path for path in own.rglob("*") if path.is_file()]


def test_an_error_leaves_what_was_there(own: Path) -> None:
    path, _ = write_claim(GOOD, SOURCE)
    before = path.read_bytes()
    with pytest.raises(KalimagError, match="given twice"):
        write_claim(GOOD, SOURCE)
    assert path.read_bytes() == before
