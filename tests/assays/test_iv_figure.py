"""The figure of an I–V: labelled, with its reversal, without global state."""

from __future__ import annotations

import sys
from io import BytesIO

import pytest
from recordings_made_up import command, ohmic, recording, steps

from kalimag.assays.iv import iv
from kalimag.assays.iv_figure import figure
from kalimag.assays.iv_frame import membrane_frame
from kalimag.io.recording import Segment

LEVELS = tuple(float(V) for V in range(-110, -49, 5))


def _drawn(found: object) -> tuple[str, str, list[str]]:
    drawn = figure(found)  # type: ignore[arg-type]
    drawn.savefig(BytesIO(), format="svg")
    axes = drawn.axes[0]
    return axes.get_xlabel(), axes.get_ylabel(), axes.get_legend_handles_labels()[1]


def test_an_iv_shows_voltage_current_and_reversal() -> None:
    cell = recording(steps(LEVELS), ohmic(8.0, -63.3, 3.0))
    x, y, labels = _drawn(iv(cell))
    assert (x, y) == ("Command potential (mV)", "Current (pA)")
    assert any(label.startswith("reversal \N{MINUS SIGN}63.3 mV (") for label in labels)
    assert any(label.startswith("slope 8 nS") for label in labels)
    x, _, _ = _drawn(iv(cell, membrane=membrane_frame("whole-cell", junction_potential="10 mV")))
    assert x == "Membrane potential (mV)"


def test_no_reversal_no_mark() -> None:
    _, _, labels = _drawn(iv(recording(steps((-110.0, -100.0, -90.0)), ohmic(2.0, 0.0, 1.0))))
    assert not any("reversal" in label for label in labels)


@pytest.mark.parametrize("known", [True, False])
def test_holding_currents_are_drawn_by_sweep(known: bool) -> None:
    asked = command([[Segment(0, 500, -60, -60, "hold")]] * 3) if known else None
    x, y, _ = _drawn(iv(recording(asked, ohmic(1.0, 0.0, 0.5), lengths=[500] * 3)))
    assert (x, y) == ("Sweep", "Current (pA)")


def test_no_global_state_is_touched() -> None:
    figure(iv(recording(steps(LEVELS), ohmic(8.0, -63.3, 3.0))))
    assert "matplotlib.pyplot" not in sys.modules
