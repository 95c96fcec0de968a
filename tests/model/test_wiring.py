"""How names find each other: what is joined, what is converted, and what is refused."""

from __future__ import annotations

import types
from dataclasses import replace

import pytest

from kalimag.errors import InvalidInput, WiringProblem
from kalimag.model import Assembly, Mechanism, Membrane, load_assembly

HEADER = "from kalimag.units import *\nfrom kalimag.ops import exp\nfrom typing import Annotated\n"
UNITS = "umol_min = Annotated[float, Unit('umol/min')]\nmmol_min = Annotated[float, Unit('mmol/min')]\n"


def mechanism(name: str, text: str) -> Mechanism:
    """A mechanism from text, as if it were a file of the library."""
    module = types.ModuleType(name)
    exec(HEADER + UNITS, module.__dict__)
    for key in [k for k, v in module.__dict__.items() if isinstance(v, types.FunctionType)]:
        if key != "exp":
            del module.__dict__[key]
    exec(text, module.__dict__)
    return Mechanism.of(module)


NERNST = Mechanism.load("membrane")
ROMK = Mechanism.load("romk")
LEAK = mechanism(
    "leak",
    'PARAMS={"g": ("positive", "x")}\n'
    'def I_K(V: mV, E_K: mV, *, g: nS) -> pA:\n    "d"\n    return g * (V - E_K)',
)
HELD = {"patch.V": "mV", "patch.T": "K", "inner.K": "mM", "inner.Mg": "mM", "outer.K": "mM"}


def patch(**parts: Mechanism) -> Assembly:
    return Assembly("test", "", {"patch": Membrane((NERNST,), "inner", "outer", parts)}, held=HELD)


def test_two_channels_in_a_membrane_add_up_without_being_registered() -> None:
    listing = patch(romk=ROMK, leak=LEAK).system().listing()
    assert "membrane.I_K(leak.I_K + romk.I_K)" in listing


def test_unit_conversion_is_visible_and_right() -> None:
    system = patch(romk=ROMK).system()
    assert "membrane.E_K(inner.K, outer.K, 1000 * patch.V_T)" in system.listing()
    pump = mechanism("pump", 'PARAMS={}\ndef uptake(x: umol_min) -> umol_min:\n    "d"\n    return x')
    pool = mechanism(
        "pool", 'PARAMS={}\ndef total(uptake: mmol_min) -> mmol_min:\n    "d"\n    return uptake'
    )
    joined = Assembly(
        "a", "", {}, {"pump": pump, "pool": pool}, {"pool.uptake": "pump.uptake"}, {"pump.x": "umol/min"}
    )
    assert "pool.total(0.001 * pump.uptake)" in joined.system().listing()
    assert joined.system()({"pump.x": 5.0}, {})["pool.total"] == pytest.approx(0.005)


def test_units_that_measure_different_things_are_refused() -> None:
    with pytest.raises(WiringProblem, match=r"outer.K is in mV"):
        replace(patch(romk=ROMK), held=HELD | {"outer.K": "mV"}).system()


def test_siblings_never_share() -> None:
    """A channel that wants a name only its neighbour computes must not get it."""
    needy = mechanism(
        "needy", 'PARAMS={}\ndef I_K(V: mV, unblocked: one) -> pA:\n    "d"\n    return V*unblocked'
    )
    with pytest.raises(WiringProblem, match=r"nothing drives 'patch\.unblocked'"):
        patch(romk=ROMK, needy=needy).system()


def test_ambiguity_is_refused() -> None:
    other = mechanism("other", 'PARAMS={}\ndef E_K(T: K) -> mV:\n    "d"\n    return 0*T')
    with pytest.raises(WiringProblem, match="computed twice, by membrane and other"):
        Assembly(
            "a", "", {"patch": Membrane((NERNST, other), "inner", "outer", {"romk": ROMK})}, held=HELD
        ).system()
    with pytest.raises(WiringProblem, match=r"'K_o' of '.*' could be outer.K or patch.K_o"):
        replace(patch(romk=ROMK), held=HELD | {"patch.K_o": "mM"}).system()
    with pytest.raises(WiringProblem, match="two parts are named 'romk'"):
        Assembly("a", "", {"patch": Membrane((), "i", "o", {"romk": ROMK})}, {"romk": ROMK}).system()


def test_an_explicit_wire_settles_it() -> None:
    held = HELD | {"patch.K_o": "mM"}
    wires = {"romk.K_o": "outer.K", "patch.K_o": "outer.K"}
    assert "romk.saturation(outer.K" in replace(patch(romk=ROMK), held=held, wires=wires).system().listing()


def test_a_loop_is_refused_and_shown() -> None:
    loop = mechanism(
        "loop",
        'PARAMS={}\ndef a(b: one) -> one:\n    "d"\n    return b\n'
        'def b(a: one) -> one:\n    "d"\n    return a',
    )
    with pytest.raises(WiringProblem, match=r"loop.a -> loop.b -> loop.a is a loop"):
        Assembly("a", "", {}, {"loop": loop}).system()


def test_an_undriven_name_says_who_needs_it_and_what_is_held() -> None:
    held = {name: unit for name, unit in HELD.items() if name != "outer.K"}
    with pytest.raises(WiringProblem) as caught:
        replace(patch(romk=ROMK), held=held).system()
    text = str(caught.value)
    assert "needed by" in text
    assert "outer.K" in text
    assert "Held now: inner.K, inner.Mg, patch.T, patch.V" in text


def test_a_state_is_what_has_a_rate_and_a_clamp_takes_its_place() -> None:
    pool = mechanism(
        "pool", 'PARAMS={"k": ("positive", "x")}\ndef d_K(K: mM, *, k: one) -> mM:\n    "d"\n    return -k*K'
    )
    free = Assembly("a", "", {}, {"pool": pool})
    assert free.system().states == {"pool.K": "mM"}
    assert free.system()({}, {"pool.k": 2.0}, {"pool.K": 3.0})["pool.d_K"] == -6.0
    clamped = replace(free, held={"pool.K": "mM"}).system()
    assert clamped.states == {}
    assert clamped.steps == ()


def test_a_residual_fixes_an_unknown() -> None:
    part = mechanism("part", 'PARAMS={}\ndef zero_V(V: mV, E: mV) -> mV:\n    "d"\n    return V-E')
    system = Assembly("a", "", {}, {"part": part}, held={"part.E": "mV"}).system()
    assert system.states == {"part.V": "mV"}
    assert system({"part.E": 5.0}, {}, {"part.V": 5.0})["part.zero_V"] == 0.0


def test_missing_values_are_named() -> None:
    system = patch(romk=ROMK).system()
    with pytest.raises(WiringProblem, match=r"held wire inner.Mg"):
        system({name: 1.0 for name in HELD if name != "inner.Mg"}, dict.fromkeys(system.params, 1.0))
    with pytest.raises(WiringProblem, match=r"parameter romk.Ki0"):
        system(dict.fromkeys(HELD, 1.0), {name: 1.0 for name in system.params if name != "romk.Ki0"})


def test_another_law_in_the_same_place() -> None:
    system = load_assembly("patch").with_part("romk", "romk_power").system()
    assert "romk.n_K" in system.params
    assert "romk.K_comp" not in system.params
    assert system.estimate_keys["romk.Ki0"] == ("romk_power.Ki0", "romk.Ki0")
    with pytest.raises(InvalidInput, match="Did you mean 'romk_power'"):
        load_assembly("patch").with_part("romk", "romk_powr")
    with pytest.raises(WiringProblem, match="it has no part 'rom'"):
        load_assembly("patch").with_part("rom", "romk_power")


def test_only_what_lies_between_is_on_the_path() -> None:
    system = load_assembly("patch").system()
    assert [s.target for s in system.path("romk.K_half", "patch.I_K")] == [
        "romk.saturation",
        "romk.I_K",
        "patch.I_K",
    ]
    assert system.path("romk.Ki0", "romk.saturation") == ()
    with pytest.raises(WiringProblem, match=r"Did you mean 'patch.I_K'"):
        system.upstream("patch.I_k")
