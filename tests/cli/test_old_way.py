"""The heading of the old way beside the answer says whose Mg2+ it is."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

block = import_module("kalimag.cli.commands.assay.romk_block")


@pytest.mark.parametrize(
    ("method", "heading"),
    [
        ("nominal Mg2+; pooled points", "points pooled, nominal Mg2+"),
        ("pooled points", "points pooled"),
    ],
)
def test_the_column_is_named_for_its_magnesium(method: str, heading: str) -> None:
    row = {"value": 1.0, "low": 0.9, "high": 1.1, "unit": "mM", "n_patches": 4}
    result: dict[str, Any] = {
        "model": "romk", "outcome": "converged", "outcome_sentence": "Fine.", "n_patches": 4, "n_points": 40,
        "parameters": {"Ki0": row}, "pooled": {"Ki0": {**row, "method": method}}, "patches": [],
        "excluded": [], "assumptions": [],
    }  # fmt: skip
    (line,) = [
        one for page in block._page(result, 0.95, ()) for one in page.splitlines() if "parameter" in one
    ]
    assert heading in line
    assert ("nominal" in line) == ("nominal" in heading)
