"""The guide's rows beside what others say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kalimag.errors import EvidenceProblem
from kalimag.evidence import audit

Edit = Callable[[str, str, str], Path]


def test_every_row_has_a_verdict_and_a_reason() -> None:
    rows = audit("romk")
    assert rows[0].claim.id == "romk.Ki0/guide-100K"
    assert len(rows) == 4
    assert all(len(row.reason) > 40 for row in rows)
    json.dumps([row.as_json() for row in rows], allow_nan=False)


def test_the_row_on_Kd_says_by_how_much_it_differs() -> None:
    (row,) = [row for row in audit("protocol_mag_fura") if row.claim.id == "protocol_mag_fura.Kd/guide"]
    comparison = row.comparisons[0]
    assert comparison.ratio == pytest.approx(1.9 / 1.5)
    assert "guide / this = 1.3" in comparison.as_text()


def test_what_is_from_memory_is_shown_as_an_interval_and_compared_with_nothing() -> None:
    (comparison,) = audit("romk")[0].comparisons
    assert comparison.claim.access == "memory"
    assert comparison.ratio is None
    assert comparison.as_text() == "nichols-1994, memory: 8–40 mM [from memory]"
    assert "16.7" not in json.dumps([row.as_json() for row in audit("romk")])
    assert "16.7" not in json.dumps(comparison.claim.as_json())


def test_the_sign_is_called_wrong_and_set_right() -> None:
    row = audit("romk")[3]
    assert row.verdict == "wrong"
    assert "depolarisation" in row.reason
    assert [comparison.as_text() for comparison in row.comparisons] == [
        "am-j-physiol-1995, abstract: unitary inward: 36 pS",
        "am-j-physiol-1995, abstract: unitary outward: 17 pS",
    ]


def test_a_mechanism_the_guide_does_not_mention_has_no_rows() -> None:
    assert audit("membrane") == ()


def test_a_row_compared_with_nothing_is_refused(edit: Edit) -> None:
    library = edit(
        "evidence/romk.toml", 'compare = ["romk.Ki0/nichols-1994"]', 'compare = ["romk.Ki0/nichols"]'
    )
    with pytest.raises(EvidenceProblem, match=r"no claim 'romk.Ki0/nichols'"):
        audit("romk", library)
