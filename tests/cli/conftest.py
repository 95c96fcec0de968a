"""How the tests of the command line call it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kalimag.cli.root import root

Call = Callable[..., Result]


@pytest.fixture
def kalimag() -> Call:
    """Run `kalimag` with these words, in this process."""
    return lambda *words: CliRunner().invoke(root, [str(word) for word in words])


@pytest.fixture
def enveloped(kalimag: Call) -> Callable[..., Any]:
    """Run `kalimag` with these words and --json, and give the whole envelope after judging its outside."""

    def call(*words: object) -> Any:
        done = kalimag(*words, "--json")
        whole = json.loads(done.stdout, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
        assert whole["schema"] == "kalimag/1"
        assert {"kalimag", "python"} <= set(whole["versions"])
        if done.exit_code in (0, 4) and "result" in whole:
            assert set(whole) == {"schema", "command", "inputs", "result", "warnings", "versions"}
            assert all(
                set(given) == {"path", "sha256"} and len(given["sha256"]) == 64 for given in whole["inputs"]
            )
        else:
            assert set(whole) == {"schema", "command", "inputs", "error", "warnings", "versions"}
            assert whole["error"]["exit_code"] == done.exit_code
        return whole

    return call
