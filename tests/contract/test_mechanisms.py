"""What every mechanism in the library must satisfy; a new file is tested by being there."""

from __future__ import annotations

import ast
import inspect
import math
import random
import textwrap

import pytest

from kalimag import registry
from kalimag.evidence import estimate_key, load_estimate
from kalimag.model import Assembly, Function, Mechanism, Membrane, load_assembly
from kalimag.model.library_values import library_values
from kalimag.model.unit_check import check_units
from kalimag.units import parse

MECHANISMS = sorted(registry.entries("mechanisms", ".py"))
ASSEMBLIES = sorted(registry.entries("assemblies", ".toml"))
FUNCTIONS = [(m, f) for m in MECHANISMS for f in Mechanism.load(m).functions]
SPAN = {"mV": (15.0, 150.0), "V": (0.015, 0.15), "K": (273.0, 323.0)}
ALLOWED_NUMBERS = {0, 1, 2, -1, 3, 4}


def bare_numbers(source: str) -> list[float]:
    """Literals in an equation other than 0, 1, 2, -1 and small whole exponents."""
    tree = ast.parse(textwrap.dedent(source))
    exponents = {
        id(n.right) for n in ast.walk(tree) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Pow)
    }
    numbers = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, int | float)]
    return [
        n.value for n in numbers if n.value not in ({0, 1, 2} if id(n) not in exponents else ALLOWED_NUMBERS)
    ]


def body_lines(source: str) -> int:
    """Lines of an equation after its docstring."""
    function = ast.parse(textwrap.dedent(source)).body[0]
    assert isinstance(function, ast.FunctionDef)
    statements = function.body[1:]
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def function(mechanism: str, name: str) -> Function:
    return Mechanism.load(mechanism).functions[name]


def test_the_library_is_not_empty() -> None:
    assert {"romk", "membrane"} <= set(MECHANISMS)
    assert "patch" in ASSEMBLIES
    assert len(FUNCTIONS) > 10


@pytest.mark.parametrize(("mechanism", "name"), FUNCTIONS)
def test_an_equation_gives_the_same_with_numbers_and_with_quantities(mechanism: str, name: str) -> None:
    check_units(function(mechanism, name))


@pytest.mark.parametrize(("mechanism", "name"), FUNCTIONS)
def test_an_equation_holds_no_bare_number_and_is_short(mechanism: str, name: str) -> None:
    source = inspect.getsource(function(mechanism, name).call)
    assert bare_numbers(source) == []
    assert body_lines(source) <= 5
    assert "\n" not in function(mechanism, name).doc, "one line says what an equation is"


@pytest.mark.parametrize(("mechanism", "name"), FUNCTIONS)
def test_an_equation_is_finite_over_its_domain(mechanism: str, name: str) -> None:
    law, chance = function(mechanism, name), random.Random(1)
    for _ in range(50):
        signals = [chance.uniform(*SPAN.get(unit, (0.01, 200.0))) for unit in law.signals.values()]
        params = {key: 10 ** chance.uniform(-1, 0.5) for key in law.params}
        assert math.isfinite(law.call(*signals, **params))


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_every_parameter_has_an_estimate_in_the_declared_unit(mechanism: str) -> None:
    loaded = Mechanism.load(mechanism)
    for name, parameter in loaded.params.items():
        estimate = load_estimate(estimate_key(name, (loaded.id, *loaded.parents)))
        assert estimate.unit == parameter.unit, f"{mechanism}.{name}"
        assert estimate.domain == parameter.domain, f"{mechanism}.{name}"


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_mechanism_says_what_it_leaves_out_and_where_it_is_from(mechanism: str) -> None:
    loaded = Mechanism.load(mechanism)
    text = registry.find("mechanisms", ".py", mechanism).read_text(encoding="utf-8")
    assert loaded.title
    assert "Leaves out" in text
    assert "Sources:" in text


@pytest.mark.parametrize("assembly", ASSEMBLIES)
def test_every_assembly_flattens_and_runs_where_it_stands(assembly: str) -> None:
    loaded = load_assembly(assembly)
    system = loaded.system()
    held = {name: parse(loaded.at[name], unit) for name, unit in system.held.items()}
    out = system(held, library_values(system).numbers(), dict.fromkeys(system.states, 1.0))
    assert set(out) == set(system.outputs)
    assert all(math.isfinite(value) for value in out.values())


# Each check above is shown what it must not let pass.

SLIPS = {
    "volt for millivolt": "def f(V_: V, V_T: mV) -> one:\n    'd'\n    return V_ / V_T",
    "wrong dimension": "def f(a: mV, *, g: nS) -> mV:\n    'd'\n    return g * a",
    "forgotten V_T": "def f(V_: mV, *, z_delta: one) -> one:\n    'd'\n    return exp(-z_delta * V_)",
    "micro beside milli": "def f(Mg: uM, Ki: mM) -> one:\n    'd'\n    return Mg / Ki",
    "a factor that hides it": "def f(Mg: uM, Ki: mM) -> one:\n    'd'\n    return Mg / (1000 * Ki)",
    "thermal voltage as a number": "def f(V_: mV) -> one:\n    'd'\n    return exp(V_ / 26.7)",
    "nanoampere for picoampere": "def f(g: nS, V_: mV) -> nA:\n    'd'\n    return g * V_",
}


@pytest.mark.parametrize("slip", SLIPS)
def test_the_unit_check_catches(slip: str, tmp_path: object) -> None:
    from typing import Annotated

    from kalimag import units
    from kalimag.errors import UnitMismatch
    from kalimag.ops import exp

    space = dict(vars(units)) | {"exp": exp}
    space |= {name: Annotated[float, units.Unit(name)] for name in ("uM", "nA")}
    exec(SLIPS[slip], space)
    with pytest.raises(UnitMismatch):
        check_units(Function.of(space["f"]))


def test_the_literal_search_catches_a_number_in_an_equation() -> None:
    assert bare_numbers("def E(V):\n    'd'\n    return V + 35000") == [35000]
    assert bare_numbers("def h(x):\n    'd'\n    return 1 / (1 + x**4)") == []
    assert bare_numbers("def h(x):\n    'd'\n    return 4 * x") == [4]


def test_a_mechanism_whose_params_differ_from_its_signatures_is_refused() -> None:
    import types

    from kalimag.errors import WiringProblem
    from kalimag.library.mechanisms.channels import romk

    module = types.ModuleType("planted")
    module.__dict__.update({"I_K": romk.I_K, "PARAMS": {"g": ("positive", "not the name in the signature")}})
    with pytest.raises(WiringProblem, match="g_max"):
        Mechanism.of(module)


def test_an_assembly_can_be_built_by_hand() -> None:
    patch = load_assembly("patch")
    membrane = patch.membranes["patch"]
    assert Assembly("mine", "", {"patch": Membrane(**vars(membrane))}, held=patch.held).system().steps
