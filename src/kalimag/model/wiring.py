"""How names find each other when an assembly is flattened.

A name is looked up in: explicit wires, the part's own module, the membrane it sits in (`x_i` and `x_o` are
its two sides), the protocol. Siblings never share. Three prefixes have a meaning: `d_x` is the rate of change
of x, `sum_x` collects every x in this membrane, `zero_x` is a residual that fixes x.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kalimag.errors import UnitMismatch, WiringProblem
from kalimag.model.assembly import Assembly
from kalimag.model.function import Function
from kalimag.model.mechanism import Mechanism, Parameter
from kalimag.model.system import Input, Step, System
from kalimag.units import factor


@dataclass(frozen=True)
class _Wiring:
    assembly: Assembly

    @cached_property
    def mechanisms(self) -> dict[str, tuple[Mechanism, ...]]:
        """Every part, the membranes themselves included, with the mechanisms that give it equations."""
        found: dict[str, tuple[Mechanism, ...]] = {p: (m,) for p, m in self.assembly.parts.items()}
        for name, membrane in self.assembly.membranes.items():
            for part, laws in [(name, membrane.mechanisms), *((p, (m,)) for p, m in membrane.holds.items())]:
                if part in found:
                    raise WiringProblem(self.doing, f"two parts are named '{part}'", "every name once")
                found[part] = laws
        return found

    @cached_property
    def functions(self) -> dict[str, tuple[Mechanism, Function]]:
        """Every equation by the name it computes; those whose result is held are left out."""
        found: dict[str, tuple[Mechanism, Function]] = {}
        for part, laws in self.mechanisms.items():
            for law in laws:
                for name, function in law.functions.items():
                    target = f"{part}.{name}"
                    if target in found:
                        both = f"{found[target][0].id} and {law.id}"
                        raise WiringProblem(
                            self.doing, f"'{target}' is computed twice, by {both}", "one equation for it"
                        )
                    found[target] = (law, function)
        held = self.assembly.held
        stands = {
            f"{p}.{pre}{x}" for p, _, x in (h.partition(".") for h in held) for pre in ("", "d_", "zero_")
        }
        return {target: pair for target, pair in found.items() if target not in stands}

    @cached_property
    def unknowns(self) -> dict[str, str]:
        """States (`d_x`) and algebraic unknowns (`zero_x`) with their unit, as their equations use them."""
        found = {}
        for target in self.functions:
            part, _, name = target.partition(".")
            for prefix in ("d_", "zero_"):
                if name.startswith(prefix):
                    found[f"{part}.{name.removeprefix(prefix)}"] = self._unit_in_use(
                        part, name.removeprefix(prefix)
                    )
        return found

    @property
    def doing(self) -> str:
        return f"wiring '{self.assembly.id}'"

    def _unit_in_use(self, part: str, name: str) -> str:
        for law in self.mechanisms[part]:
            for function in law.functions.values():
                if name in function.signals:
                    return function.signals[name]
        needs = f"nothing in '{part}' uses {name}, so its unit is not known"
        raise WiringProblem(self.doing, needs, f"an equation of '{part}' with an argument {name}")

    def unit(self, name: str) -> str | None:
        """The unit of anything that can drive a wire; None when there is no such thing."""
        if name in self.assembly.held:
            return self.assembly.held[name]
        if name in self.functions:
            return self.functions[name][1].unit
        return self.unknowns.get(name)

    def sources(self, part: str, argument: str) -> tuple[str, ...]:
        """What drives an argument of a part; the order of look-up is the module's docstring."""
        if argument.startswith("sum_"):
            return self._everything_here(part, argument.removeprefix("sum_"))
        wired = self.assembly.wires.get(f"{part}.{argument}")
        for candidates in (
            [wired] if wired else [],
            [f"{part}.{argument}"],
            self._around(part, argument),
            [argument],
        ):
            found = list(dict.fromkeys(name for name in candidates if self.unit(name) is not None))
            if len(found) > 1:
                raise WiringProblem(
                    self.doing,
                    f"'{argument}' of '{part}' could be {' or '.join(found)}",
                    "one source",
                    f'Say which with a wire: "{part}.{argument}" = "{found[0]}".',
                )
            if found:
                return (found[0],)
        raise self._undriven(part, argument)

    def _membrane_of(self, part: str) -> str | None:
        for name, membrane in self.assembly.membranes.items():
            if part == name or part in membrane.holds:
                return name
        return None

    def _around(self, part: str, argument: str) -> Iterator[str]:
        name = self._membrane_of(part)
        if name is None:
            return
        membrane = self.assembly.membranes[name]
        stem, _, side = argument.rpartition("_")
        if stem and side in ("i", "o"):
            yield f"{membrane.inside if side == 'i' else membrane.outside}.{stem}"
        yield f"{name}.{argument}"

    def _everything_here(self, part: str, name: str) -> tuple[str, ...]:
        if part not in self.assembly.membranes:
            raise WiringProblem(
                self.doing, f"'sum_{name}' stands in '{part}'", "a membrane, which holds parts"
            )
        holds = self.assembly.membranes[part].holds
        return tuple(f"{held}.{name}" for held in sorted(holds) if f"{held}.{name}" in self.functions)

    def _undriven(self, part: str, argument: str) -> WiringProblem:
        name = self._membrane_of(part)
        tried = [f"{part}.{argument}", *self._around(part, argument)]
        wanted = tried[-1] if name else tried[0]
        users = [
            t for t, (_, f) in self.functions.items() if t.startswith(f"{part}.") and argument in f.signals
        ]
        held = ", ".join(sorted(self.assembly.held)) or "nothing"
        return WiringProblem(
            self.doing,
            f"nothing drives '{wanted}' (needed by {', '.join(users)})",
            f"one of {', '.join(dict.fromkeys(tried))}",
            f"Wire it to an output or hold it in the protocol. Held now: {held}.",
        )

    def step(self, target: str) -> Step:
        """One equation with all its arguments connected."""
        part = target.partition(".")[0]
        law, function = self.functions[target]
        inputs = tuple(self._input(part, argument, unit) for argument, unit in function.signals.items())
        return Step(target, law.id, function, inputs, {name: f"{part}.{name}" for name in function.params})

    def _input(self, part: str, argument: str, unit: str) -> Input:
        sources = self.sources(part, argument)
        factors = []
        for source in sources:
            given = self.unit(source) or unit
            try:
                factors.append(1.0 if given == unit else factor(given, unit))
            except UnitMismatch as error:
                found = f"{source} is in {given}"
                raise WiringProblem(self.doing, found, f"{unit} for '{argument}' of '{part}'") from error
        return Input(argument, sources, tuple(factors))


def _in_order(steps: dict[str, Step], doing: str) -> tuple[Step, ...]:
    """Steps so that each stands after what it needs, parts kept together as written; a loop is refused."""
    done: dict[str, Step] = {}
    trail: list[str] = []

    def visit(target: str) -> None:
        if target in done:
            return
        if target in trail:
            loop = " -> ".join([*trail[trail.index(target) :], target])
            raise WiringProblem(
                doing, f"{loop} is a loop", "a chain", "Make one of them a state (d_x) or hold it."
            )
        trail.append(target)
        for wire in steps[target].inputs:
            for source in wire.sources:
                if source in steps:
                    visit(source)
        trail.pop()
        done[target] = steps[target]

    for target in steps:
        visit(target)
    return tuple(done.values())


def flatten(assembly: Assembly) -> System:
    """The steps of an assembly in order of evaluation.

    Parameters
    ----------
    assembly : parts, membranes, wires and held wires.

    Returns
    -------
    System

    Raises
    ------
    WiringProblem : a loop, an ambiguous or undriven name, or units that cannot be converted.
    """
    wiring = _Wiring(assembly)
    steps = {target: wiring.step(target) for target in wiring.functions}
    params: dict[str, Parameter] = {}
    keys: dict[str, tuple[str, ...]] = {}
    for part, laws in wiring.mechanisms.items():
        for law in laws:
            for name, parameter in law.params.items():
                params[f"{part}.{name}"] = parameter
                keys[f"{part}.{name}"] = tuple(f"{source}.{name}" for source in (law.id, *law.parents))
    used = {name for step in steps.values() for name in step.params.values()}
    params = {name: parameter for name, parameter in params.items() if name in used}
    keys = {name: key for name, key in keys.items() if name in used}
    order = _in_order(steps, wiring.doing)
    return System(assembly.id, order, assembly.held, wiring.unknowns, params, keys)
