"""Walking from a number in a paper to a current and back."""

from __future__ import annotations

import json

import pytest

from kalimag.errors import UsageProblem
from kalimag.model import load_assembly
from kalimag.model.explain import explain

PATCH = load_assembly("patch")


def test_the_chain_from_Ki0_to_the_current() -> None:
    told = explain("romk.Ki0", "patch.I_K", PATCH)
    assert [step.target for step in told.steps] == [
        "romk.Ki_0mV",
        "romk.Ki",
        "romk.unblocked",
        "romk.I_K",
        "patch.I_K",
    ]
    assert {claim.id for claim in told.estimate.claims} >= {"romk.Ki0/guide-100K"}


@pytest.mark.parametrize("Mg", ["0.2 mM", "1 mM", "5 mM"])
def test_the_elasticity_is_the_fraction_blocked(Mg: str) -> None:
    """For I = I0 / (1 + Mg/Ki), d ln I / d ln Ki0 is Mg / (Mg + Ki): one line of algebra, not our code."""
    told = explain("romk.Ki0", "patch.I_K", PATCH, {"inner.Mg": Mg, "patch.V": "-40 mV"})
    free = explain("romk.Ki0", "romk.unblocked", PATCH, {"inner.Mg": Mg, "patch.V": "-40 mV"})
    assert told.elasticity == pytest.approx(1 - free.value, rel=1e-12)
    assert told.after_10_percent / told.value == pytest.approx(1.1 ** (1 - free.value), rel=2e-3)


def test_the_interval_of_the_parameter_becomes_that_of_the_output() -> None:
    told = explain("romk.Ki0", "patch.I_K", PATCH)
    low, high = told.over_interval
    assert low < told.value < high


def test_no_elasticity_where_the_output_is_zero() -> None:
    told = explain("romk.g_max", "patch.I_K", PATCH, {"patch.V": "0 mV"})
    assert told.value == 0.0
    assert told.elasticity is None
    assert "changes it by +0 pA" in told.as_text()


def test_a_larger_inward_current_is_more_not_less() -> None:
    told = explain("romk.Ki0", "patch.I_K", PATCH, {"patch.V": "-40 mV"})
    assert told.value < 0
    assert told.elasticity is not None
    assert told.elasticity > 0
    assert f"changes it by +{100 * (told.after_10_percent / told.value - 1):.2f} %" in told.as_text()


def test_text_and_json_say_the_same() -> None:
    told = explain("romk.z_delta", "patch.I_K", PATCH)
    record = json.loads(json.dumps(told.as_json(), allow_nan=False))
    assert record["steps"][0]["body"] == "Ki_0mV * exp(-z_delta * V / V_T)"
    text = told.as_text()
    for piece in ("UNCHECKED", "exp(-z_delta * V / V_T)", "at patch.V = 40 mV", f"{told.value:.4g} pA"):
        assert piece in text


@pytest.mark.parametrize(
    ("name", "output", "at", "expected"),
    [
        ("romk.ki0", "patch.I_K", {}, "Did you mean 'romk.Ki0'"),
        ("romk.Ki0", "patch.E_K", {}, "it does not act on patch.E_K"),
        ("romk.Ki0", "patch.I_K", {"patch.v": "1 mV"}, "Did you mean 'patch.V'"),
    ],
)
def test_what_cannot_be_explained_says_why(name: str, output: str, at: dict[str, str], expected: str) -> None:
    with pytest.raises(UsageProblem, match=expected):
        explain(name, output, PATCH, at)


def test_a_unit_that_does_not_fit_is_refused() -> None:
    with pytest.raises(UsageProblem, match="a unit that converts to mV"):
        explain("romk.Ki0", "patch.I_K", PATCH, {"patch.V": "5 mM"})
