"""What several tests need: the folder of real recordings, when it is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_MISSING = "the folder of real recordings (../shared) is not here; set KALIMAG_SHARED to it"
TOLD = "told"  # a test that passes may leave a sentence for the summary: record_property(TOLD, sentence)


def shared_folder() -> Path:
    """The folder of real files nobody here wrote: beside the checkout, or where KALIMAG_SHARED says."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    return Path(os.environ.get("KALIMAG_SHARED", beside))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared folder; the test is skipped, and the summary says so, where it is missing."""
    folder = shared_folder()
    if not (folder / "data" / "ephys" / "references.json").is_file():
        pytest.skip(_MISSING)
    return folder


@pytest.fixture(scope="session")
def ephys(shared: Path) -> Path:
    """Real recordings with reference numbers."""
    return shared / "data" / "ephys"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the one allowed skip, and what passing tests found worth a word, where nobody overlooks them."""
    done = terminalreporter.stats  # reports, which also workers of xdist send, unlike what they remember
    for key, sentence in sorted({told for one in done.get("passed", []) for told in one.user_properties}):
        if key == TOLD:
            terminalreporter.write_line(str(sentence), yellow=True)
    if any(_MISSING in str(one.longrepr) for one in done.get("skipped", [])):
        terminalreporter.write_line(
            "NOT CHECKED: the real recordings of ../shared are missing; every test on them was skipped.",
            red=True,
        )
