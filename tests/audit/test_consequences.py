"""What follows from the errors that matter: computed, against numbers computed by hand."""

from __future__ import annotations

import json
import math

import pytest

from kalimag import audit as package
from kalimag.audit import Consequence, consequences
from kalimag.audit.findings.external_block import remaining
from kalimag.audit.findings.prevalence import fractions_that_print_as, wilson
from kalimag.audit.guide import number, range_of
from kalimag.errors import EvidenceProblem, KalimagError
from kalimag.evidence import load_claims


@pytest.fixture(scope="module")
def found() -> dict[str, Consequence]:
    return {one.id: one for one in consequences()}


def test_the_four_that_matter_are_there(found: dict[str, Consequence]) -> None:
    assert list(found) == ["block_sign", "transients", "external_block", "prevalence"]
    json.dumps([one.as_json() for one in found.values()], allow_nan=False)


def test_every_claim_a_finding_names_exists(found: dict[str, Consequence]) -> None:
    for one in found.values():
        assert one.assumptions
        for claim in one.claims:
            assert claim in load_claims(claim.partition(".")[0])


def test_the_block_is_that_of_the_law(found: dict[str, Consequence]) -> None:
    ki = 5 * math.exp(0.6 * 60 / (8.314462618e3 * 310.15 / 96485.33212))
    wrong = 25 / ki
    for row, mg in zip(found["block_sign"].rows[:3], (1.0, 0.5, 0.3), strict=True):
        assert row.ours == pytest.approx(100 * mg / (mg + ki), rel=1e-6)
        assert row.guide == pytest.approx(100 * mg / (mg + wrong), rel=1e-6)
    assert [round(row.ours or 0, 1) for row in found["block_sign"].rows[:3]] == [4.9, 2.5, 1.5]
    assert "2.5 %" in found["block_sign"].sentence


def test_the_block_at_little_potassium_is_there_too(found: dict[str, Consequence]) -> None:
    rows = found["block_sign"].rows
    for row, ki in zip(rows[3:5], (2.0, 1.0), strict=True):
        at = ki * math.exp(0.6 * 60 / (8.314462618e3 * 310.15 / 96485.33212))
        assert row.ours == pytest.approx(100 * 0.5 / (0.5 + at), rel=1e-6)
    assert [round(row.ours or 0, 1) for row in rows[3:5]] == [6.1, 11.5]
    assert [round(row.ours or 0, 1) for row in rows[5:]] == [1.3, 3.1, 6.1]
    assert "romk.Ki0/guide-1-10K" in found["block_sign"].claims


def test_a_number_that_is_no_range_is_told() -> None:
    with pytest.raises(EvidenceProblem, match="a range that was read"):
        range_of("romk.Ki0/guide-100K", "mM")


def test_a_million_pumps(found: dict[str, Consequence]) -> None:
    rows = found["transients"].rows
    assert rows[0].guide == pytest.approx(195 * 1e6 * 1.602176634e-19 * 1e12, rel=1e-8)
    assert rows[4].ours == pytest.approx(100 * ((0.27 / 0.339) / (0.52 / 0.589) - 1))


def test_what_is_left_of_trpm6(found: dict[str, Consequence]) -> None:
    low, high = found["external_block"].rows[:2]
    assert low.guide == pytest.approx(100 / (1 + 500 / 3.4))
    assert (low.ours, high.ours) == pytest.approx((100 / 3.5, 200 / 3))
    assert remaining(1.0, 1.0) == 0.5


def test_wilson_against_published_limits() -> None:
    # Newcombe 1998, 81 of 263: 0.2553 to 0.3662
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_counts_behind_a_percentage() -> None:
    assert fractions_that_print_as(64.84)[:2] == ((59, 91), (83, 128))


def test_a_number_from_memory_is_no_number_to_compute_with() -> None:
    with pytest.raises(EvidenceProblem, match="a number that was read"):
        number("trpm.Mg_internal_IC50/voets-2004", "mM")


def test_a_file_without_a_finding_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Empty:
        name = "guide"

    monkeypatch.setattr(package.pkgutil, "iter_modules", lambda _path: [Empty()])
    empty = type("Package", (), {"__path__": [], "__name__": "kalimag.audit.findings"})
    monkeypatch.setattr(package, "import_module", lambda _name: empty)
    with pytest.raises(KalimagError, match=r"findings/guide\.py has none"):
        consequences()
