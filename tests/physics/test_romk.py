"""ROMK's current: what must hold whatever the numbers are, and numbers worked out by others."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalimag.model import System, load_assembly

# Constants of nature as another package has them; parameters as the guide prints them (unverified).
scipy_constants = pytest.importorskip("scipy.constants")
GUIDE = {
    "patch.R": scipy_constants.R,
    "patch.F": scipy_constants.value("Faraday constant"),
    "romk.g_max": 10.0,
    "romk.K_half": 11.5,
    "romk.Ki0": 5.0,
    "romk.K_ref": 100.0,
    "romk.K_comp": 35.0,
    "romk.z_delta": 0.6,
    "romk.n_K": 0.38,
    "romk.K2": 5.0,
    "romk.z_delta_out": 0.6,
}
LAWS = ["romk", "romk_power", "romk_permeant"]
SYSTEMS = {law: load_assembly("patch").with_part("romk", law).system() for law in LAWS}
volts = st.floats(-120, 120)
millimolar = st.floats(0.5, 200)


def evaluate(
    system: System, V: Any, K_i: Any, K_o: Any, Mg: Any, *, T: float = 295.15, **values: float
) -> dict[str, Any]:
    held = {"patch.V": V, "patch.T": T, "inner.K": K_i, "outer.K": K_o, "inner.Mg": Mg}
    needed = {name: GUIDE[name] for name in system.params}
    return system(held, needed | {key.replace("__", "."): value for key, value in values.items()})


@pytest.mark.parametrize("law", LAWS)
@given(K_i=millimolar, K_o=millimolar, Mg=st.floats(0, 20))
def test_no_current_at_the_nernst_potential(law: str, K_i: float, K_o: float, Mg: float) -> None:
    E_K = evaluate(SYSTEMS[law], 0.0, K_i, K_o, Mg)["patch.E_K"]
    at_rest = evaluate(SYSTEMS[law], E_K, K_i, K_o, Mg)
    assert at_rest["patch.I_K"] == pytest.approx(0.0, abs=1e-12)
    assert math.copysign(1, evaluate(SYSTEMS[law], E_K + 1, K_i, K_o, Mg)["patch.I_K"]) == 1.0


@pytest.mark.parametrize("law", LAWS)
@given(V=volts, K_o=millimolar, Mg=st.floats(1e-3, 20))
def test_block_grows_with_magnesium_and_vanishes_without(law: str, V: float, K_o: float, Mg: float) -> None:
    free = [float(evaluate(SYSTEMS[law], V, 110.0, K_o, m)["romk.unblocked"]) for m in (0.0, Mg, 2 * Mg)]
    assert free[0] == 1.0
    assert 1.0 > free[1] > free[2] > 0.0


@pytest.mark.parametrize("law", ["romk", "romk_power"])
@given(V=volts, K_o=millimolar)
def test_depolarisation_strengthens_the_block(law: str, V: float, K_o: float) -> None:
    here, above = (evaluate(SYSTEMS[law], v, 110.0, K_o, 1.0)["romk.unblocked"] for v in (V, V + 5.0))
    assert above < here


def test_a_permeant_blocker_is_driven_out_far_above_its_minimum() -> None:
    free = evaluate(SYSTEMS["romk_permeant"], np.array([-120.0, 0.0, 120.0]), 110.0, 110.0, 5.0)[
        "romk.unblocked"
    ]
    assert free[1] < free[0]
    assert free[1] < free[2]


@given(V=volts, Mg=st.floats(0, 20))
def test_external_potassium_relieves_the_block(V: float, Mg: float) -> None:
    for law in LAWS:
        low, high = (evaluate(SYSTEMS[law], V, 110.0, K, Mg)["romk.Ki"] for K in (5.0, 100.0))
        assert low < high


def test_numbers_worked_out_from_the_guide_by_the_audit() -> None:
    """Ki at -50 mV 16.1 and 4.8 mM; block at 0.5 and 1 mM, and 63 % at +40 mV (25 °C)."""
    system, T = SYSTEMS["romk"], 298.15
    for Ki0, Ki_50, half, whole in ((5.0, 16.1, 3.0, 5.9), (1.5, 4.8, 9.4, 17.2)):
        at = evaluate(system, -50.0, 110.0, 100.0, np.array([0.5, 1.0]), T=T, romk__Ki0=Ki0)
        assert at["romk.Ki"] == pytest.approx(Ki_50, abs=0.05)
        assert 100 * (1 - at["romk.unblocked"]) == pytest.approx([half, whole], abs=0.1)
    strong = evaluate(system, 40.0, 110.0, 100.0, 1.0, T=T, romk__Ki0=1.5)
    assert 100 * (1 - strong["romk.unblocked"]) == pytest.approx(63, abs=0.5)


@pytest.mark.parametrize(
    ("Ki0", "Ki_60", "block_60", "Ki_40", "block_40"),
    [
        (5.0, 19.2, (4.9, 2.5, 1.5), 12.3, (7.5, 3.9, 2.4)),
        (2.0, 7.7, (11.5, 6.1, 3.8), 4.9, (16.9, 9.2, 5.8)),
        (1.0, 3.9, (20.6, 11.5, 7.2), 2.5, (28.9, 16.9, 10.9)),
    ],
)
def test_the_audits_table_of_block_at_body_temperature(
    Ki0: float, Ki_60: float, block_60: tuple[float, ...], Ki_40: float, block_40: tuple[float, ...]
) -> None:
    for V, Ki, block in ((-60.0, Ki_60, block_60), (-40.0, Ki_40, block_40)):
        at = evaluate(SYSTEMS["romk"], V, 110.0, 100.0, np.array([1.0, 0.5, 0.3]), T=310.15, romk__Ki0=Ki0)
        assert at["romk.Ki"] == pytest.approx(Ki, abs=0.1)
        assert 100 * (1 - at["romk.unblocked"]) == pytest.approx(block, abs=0.15)


def test_competition_gives_the_guides_three_points() -> None:
    """K0 1.3 mM and K_comp 35 mM give 1.34, 1.67 and 5.0 mM at 1, 10 and 100 mM external K+."""
    Ki0 = 1.3 * (1 + 100 / 35)
    at = evaluate(SYSTEMS["romk"], 0.0, 110.0, np.array([1.0, 10.0, 100.0]), 1.0, romk__Ki0=Ki0)
    assert at["romk.Ki_0mV"] == pytest.approx([1.34, 1.67, 5.0], abs=0.02)


def test_the_sign_the_guide_prints_would_fail() -> None:
    """Planted error: with the guide's sign the block would be strongest at negative potentials."""
    wrong = evaluate(SYSTEMS["romk"], np.array([-60.0, 40.0]), 110.0, 100.0, 1.0, romk__z_delta=-0.6)
    assert wrong["romk.unblocked"][0] < wrong["romk.unblocked"][1]


def test_the_nernst_potential_agrees_with_constants_of_another_package() -> None:
    at = evaluate(SYSTEMS["romk"], 0.0, 140.0, 4.0, 0.0, T=310.15)
    expected = 1000 * scipy_constants.k * 310.15 / scipy_constants.e * math.log(4 / 140)
    assert at["patch.E_K"] == pytest.approx(expected, rel=1e-9)
