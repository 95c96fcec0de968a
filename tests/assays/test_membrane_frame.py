"""Signs, junction potential and series resistance, against a circuit solved by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kalimag.assays.membrane_frame import CONFIGURATIONS, MembraneFrame
from kalimag.errors import InvalidInput

COMMAND = np.array([-80.0, 0.0, 60.0])
MEMBRANE = {  # V_m for V_LJ = 4 mV (and V_rest = -70 mV), worked out by hand
    "inside-out": [84.0, 4.0, -56.0],
    "cell-attached": [14.0, -66.0, -126.0],
    "outside-out": [-84.0, -4.0, 56.0],
    "whole-cell": [-84.0, -4.0, 56.0],
    "two-electrode": [-80.0, 0.0, 60.0],
}


def frame(name: str, **more: float) -> MembraneFrame:
    junction = 4.0 if CONFIGURATIONS[name].has_junction else 0.0
    rest = -70.0 if CONFIGURATIONS[name].has_rest else None
    return MembraneFrame(name, junction, resting_potential_mV=rest, **more)


@pytest.mark.parametrize("name", sorted(CONFIGURATIONS))
def test_membrane_potential_and_current(name: str) -> None:
    points = frame(name).points(COMMAND, np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(points.V_mV, MEMBRANE[name])
    sign = -1 if name in ("inside-out", "cell-attached") else 1
    np.testing.assert_allclose(points.I_pA, sign * np.array([1.0, 2.0, 3.0]))
    assert not points.doubtful.any()


@pytest.mark.parametrize("name", sorted(CONFIGURATIONS))
def test_a_patch_behind_a_resistance_shows_its_own_conductance(name: str) -> None:
    """An ohmic membrane, 40 nS and E = -20 mV, behind 5 MOhm: the circuit is solved here."""
    g, E, R = 40.0, -20.0, 5.0
    held = frame(name).points(COMMAND, np.zeros(3)).V_mV
    current = g * (held - E) / (1 + g * R * 1e-3)
    sign = CONFIGURATIONS[name].sign
    points = frame(name, series_resistance_MOhm=R).points(COMMAND, sign * current)
    np.testing.assert_allclose(points.I_pA, g * (points.V_mV - E), rtol=1e-12)
    assert (points.doubtful == (np.abs(current * R * 1e-3) > 5)).all()
    assert points.doubtful.any()


def test_the_amplifier_has_corrected_already() -> None:
    points = MembraneFrame("whole-cell", 12.0, junction_potential_applied=True).points(COMMAND, np.zeros(3))
    np.testing.assert_array_equal(points.V_mV, COMMAND)


def test_double_correction_is_refused() -> None:
    with pytest.raises(InvalidInput, match="already took off 12 mV"):
        MembraneFrame("whole-cell", 12.0).corrected_by_the_amplifier(12.0)
    applied = MembraneFrame("whole-cell", 12.0, junction_potential_applied=True)
    assert applied.corrected_by_the_amplifier(12.0) is applied


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"configuration": "insideout"}, "Did you mean 'inside-out'"),
        ({"configuration": "cell-attached"}, "no resting potential"),
        ({"configuration": "inside-out", "resting_potential_mV": -70.0}, "only when cell-attached"),
        ({"configuration": "two-electrode", "junction_potential_mV": 3.0}, "not the current electrode"),
        ({"configuration": "whole-cell", "series_resistance_MOhm": -1.0}, "from 0 MOhm"),
        ({"configuration": "whole-cell", "junction_potential_mV": float("nan")}, "finite numbers"),
    ],
)
def test_what_is_refused(arguments: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        MembraneFrame(**arguments)  # type: ignore[arg-type]


def test_a_current_that_is_not_finite_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not finite"):
        MembraneFrame("whole-cell").points(COMMAND, np.array([1.0, np.nan, 2.0]))


def test_the_sentence_for_the_report() -> None:
    text = MembraneFrame("inside-out", 4.0, series_resistance_MOhm=2.0).described()
    assert text == (
        "inside-out: V_m = - (V_command - V_LJ) - I_m R_s, I_m = -I_amplifier; V_LJ = 4 mV; "
        "R_s = 2 MOhm not compensated."
    )


def test_the_circuit_tells_a_forgotten_sign() -> None:
    """What `test_a_patch_behind_a_resistance` would see if inside-out were read as outside-out."""
    held = frame("inside-out").points(COMMAND, np.zeros(3)).V_mV
    current = 40.0 * (held + 20.0)
    points = frame("outside-out").points(COMMAND, -current)
    assert not np.allclose(points.I_pA, 40.0 * (points.V_mV + 20.0))
