"""Timing several ways to the same answer in one run, and keeping the result."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def best_of(ways: Mapping[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Shortest wall time of each way in seconds; they take turns, so that all meet the same disturbances."""
    for way in ways.values():
        way()
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def ratios(best: Mapping[str, float], ours: str) -> dict[str, float]:
    """How many times longer each other way takes than ours; below 1 it is faster."""
    return {name: round(seconds / best[ours], 2) for name, seconds in best.items() if name != ours}


def save(name: str, result: Mapping[str, Any]) -> None:
    """Print a result and keep it in results/, with what it was measured on."""
    system = {"python": platform.python_version(), "machine": platform.machine(), "cpus": os.cpu_count()}
    text = json.dumps({**result, "measured_on": system}, indent=2) + "\n"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")
    print(text, end="")
