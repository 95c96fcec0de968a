"""A 95 % interval over patches holds the truth about 95 % of the time; one over pooled points does not."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ASKED = (0.92, 0.98)


def check(coverage: dict[str, Any]) -> None:
    assert ASKED[0] <= coverage["value"] <= ASKED[1], f"covers the truth {coverage['value']:.1%} of the time"


@pytest.mark.parametrize("design", ["one external K+", "three external K+"])
def test_forty_experiments(benchmark_module: ModuleType, design: str) -> None:
    """Forty are few: an interval that covers 95 % passes 999 times in 1000, one that covers 60 % never."""
    found = benchmark_module.run(design, 40, 11)["coverage"]
    assert found["Ki0"]["value"] >= 0.82
    assert found["z_delta"]["value"] >= 0.82
    with pytest.raises(AssertionError, match="of the time"):
        check(found["pooled Ki0"])


@pytest.mark.slow
def test_four_hundred_experiments(benchmark_module: ModuleType) -> None:
    for design in benchmark_module.DESIGNS:
        found = benchmark_module.run(design, 400, 1)["coverage"]
        check(found["Ki0"])
        assert found["pooled Ki0"]["value"] < 0.5


def test_the_result_on_record_is_what_is_asked_for() -> None:
    results = Path(__file__).resolve().parents[2] / "benchmarks" / "results"
    record = json.loads((results / "coverage.json").read_text(encoding="utf-8"))
    assert record["data_sets"] >= 400
    assert len(record["designs"]) == 2
    for design in record["designs"]:
        check(design["coverage"]["Ki0"])
        assert design["coverage"]["pooled Ki0"]["value"] < 0.5
