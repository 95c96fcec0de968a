"""What a person can choose of an I–V: channel, window, command, configuration; and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from recordings_made_up import ohmic, recording, steps

from kalimag.assays.iv import iv
from kalimag.assays.iv_frame import membrane_frame
from kalimag.assays.iv_result import IVResult
from kalimag.errors import InvalidInput, UsageProblem
from kalimag.io.recording import Channel

LEVELS = tuple(float(V) for V in range(-110, -49, 5))
TRUTH_g, TRUTH_E = 8.0, -63.3


def finite(found: IVResult) -> None:
    """JSON, and no number in it that is none."""
    json.dumps(found.as_json(), allow_nan=False)


def test_no_command_no_voltage_and_a_loud_sentence() -> None:
    blind = recording(None, lambda _, V: V - 12.0, lengths=[400, 400])
    found = iv(blind)
    assert [row.V_mV for row in found.rows] == [None, None]
    assert found.command.source == "none"
    assert any("nobody wrote it down" in w and "--command" in w for w in found.warnings)
    finite(found)
    given = iv(blind, command="-60 mV")
    assert [row.V_mV for row in given.rows] == [-60, -60]
    assert given.command.source == "given"
    each = iv(blind, command="-80, -60 mV", window="0ms:30ms")
    assert [row.V_mV for row in each.rows] == [-80, -60]
    assert each.kind == "steps"
    assert iv(blind, command=[-80.0, -60.0], window=(0.0, 0.03)).rows[1].V_mV == -60
    assert iv(blind, command=-0.06e3).rows[0].V_mV == -60
    for wrong, says in (("-80, -60 mV", "window"), ("-80, -60, -40 mV", "3 levels are given for 2 sweeps")):
        with pytest.raises(UsageProblem, match=says):
            iv(blind, command=wrong)
    with pytest.raises(UsageProblem, match="no unit"):
        iv(blind, command="-60")


@pytest.mark.parametrize(("configuration", "sign"), [("whole-cell", 1.0), ("inside-out", -1.0)])
def test_membrane_values_stand_beside_raw_ones(configuration: str, sign: float) -> None:
    frame = membrane_frame(configuration, junction_potential="10 mV", series_resistance="5 MOhm")
    cell = recording(steps(LEVELS), ohmic(TRUTH_g, TRUTH_E))
    found = iv(cell, membrane=frame)
    assert [row.V_mV for row in found.rows] == list(LEVELS)
    for row in found.rows:
        assert row.V_mV is not None
        assert row.I_m_pA == pytest.approx(sign * row.I_pA)
        assert row.V_m_mV == pytest.approx(sign * (row.V_mV - 10.0) - sign * row.I_pA * 5e-3)
    # The series resistance carries the whole current: seen conductance g = G/(1 + G Rs).
    assert found.reversal.value_mV == pytest.approx(sign * (TRUTH_E - 10.0), abs=1e-6)
    assert found.slope.value_nS == pytest.approx(TRUTH_g / (1 - TRUTH_g * 5e-3), rel=1e-6)
    assert configuration in found.frame
    with pytest.raises(UsageProblem, match="configuration"):
        membrane_frame(junction_potential="10 mV")
    assert membrane_frame() is None
    finite(found)


def test_channels_are_chosen_by_name_number_or_sense() -> None:
    cell = recording(steps(LEVELS), ohmic(TRUTH_g, TRUTH_E))
    two = replace(
        cell,
        channels=(Channel("Vm", "mV"), Channel("Im", "pA")),
        sweeps=tuple(np.vstack([sweep, sweep]) for sweep in cell.sweeps),
        commands=(None, cell.commands[0]),
        no_command=("a voltage", ""),
    )
    assert iv(two).channel == "Im"
    assert iv(two, channel="im").channel_index == 1
    assert iv(two, channel=1).channel_index == iv(two, channel="1").channel_index == 1
    with pytest.raises(UsageProblem, match=r"there is no 'I2'; expected one of 0 'Vm' .mV., 1 'Im' .pA."):
        iv(two, channel="I2")
    with pytest.raises(InvalidInput, match="records no current"):
        iv(two, channel="Vm")
    with pytest.raises(InvalidInput, match="none records a current"):
        iv(replace(cell, channels=(Channel("Vm", "mV"),)))
    with pytest.raises(UsageProblem, match="several"):
        iv(replace(two, channels=(Channel("Im", "pA"),) * 2), channel="Im")


@pytest.mark.parametrize(
    "text", ["1.2s", "1.2s:1.1s", "-1s:1s", "1s:2s:3s", "1us:2us", "1:2", "1mV:2mV", "a:b"]
)
def test_windows_that_make_no_sense(text: str) -> None:
    with pytest.raises(UsageProblem):
        iv(recording(steps(LEVELS), ohmic(TRUTH_g, TRUTH_E)), window=text)


def test_absurd_units_are_said() -> None:
    cell = recording(steps(LEVELS), ohmic(TRUTH_g, TRUTH_E), unit="A")
    assert any("1 mA" in warning for warning in iv(cell).warnings)
