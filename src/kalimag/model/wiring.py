"""How names find each other when an assembly is flattened.

A name is looked up in: explicit wires, the part's own module, the membrane it sits in (`x_i` and `x_o` are
its two sides), the protocol. Siblings never share. Three prefixes have a meaning: `d_x` is the rate of change
of x, `sum_x` collects every x in this membrane, `zero_x` is a residual that fixes x.
"""

from __future__ import annotations

from kalimag.errors import UnitMismatch, WiringProblem
from kalimag.model.assembly import Assembly
from kalimag.model.names import Names
from kalimag.model.system import Input, Step, System
from kalimag.units import factor


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
    names = Names(assembly)
    steps = in_order({target: _step(names, target) for target in names.functions}, names.doing)
    used = {name for step in steps for name in step.params.values()}
    params, keys = {}, {}
    for part, laws in names.mechanisms.items():
        for law in laws:
            for parameter, meaning in law.params.items():
                name = f"{part}.{parameter}"
                if name in used:
                    params[name] = meaning
                    keys[name] = tuple(f"{mechanism}.{parameter}" for mechanism in (law.id, *law.parents))
    return System(assembly.id, steps, assembly.held, names.unknowns, params, keys)


def in_order(steps: dict[str, Step], doing: str) -> tuple[Step, ...]:
    """Steps so that each stands after what it needs, otherwise as written; a loop is a WiringProblem."""
    done: dict[str, Step] = {}
    trail: list[str] = []

    def visit(target: str) -> None:
        if target in done:
            return
        if target in trail:
            loop = " -> ".join([*trail[trail.index(target) :], target])
            remedy = "Make one of them a state (d_x) or hold it."
            raise WiringProblem(doing, f"{loop} is a loop", "a chain", remedy)
        trail.append(target)
        for source in (source for wire in steps[target].inputs for source in wire.sources):
            if source in steps:
                visit(source)
        done[trail.pop()] = steps[target]

    for target in steps:
        visit(target)
    return tuple(done.values())


def _step(names: Names, target: str) -> Step:
    part = target.partition(".")[0]
    law, function = names.functions[target]
    inputs = tuple(_input(names, part, argument, unit) for argument, unit in function.signals.items())
    return Step(target, law.id, function, inputs, {name: f"{part}.{name}" for name in function.params})


def _input(names: Names, part: str, argument: str, unit: str) -> Input:
    found, factors = sources(names, part, argument), []
    for source in found:
        given = names.unit(source) or unit
        try:
            factors.append(1.0 if given == unit else factor(given, unit))
        except UnitMismatch as error:
            expected = f"{unit} for '{argument}' of '{part}'"
            raise WiringProblem(names.doing, f"{source} is in {given}", expected) from error
    return Input(argument, found, tuple(factors))


def sources(names: Names, part: str, argument: str) -> tuple[str, ...]:
    """What drives an argument of a part, in the order of look-up above; a WiringProblem if nothing does."""
    if argument.startswith("sum_"):
        return _everything_here(names, part, argument.removeprefix("sum_"))
    wired = names.assembly.wires.get(f"{part}.{argument}")
    for candidates in (
        [wired] if wired else [],
        [f"{part}.{argument}"],
        _around(names, part, argument),
        [argument],
    ):
        found = list(dict.fromkeys(name for name in candidates if names.unit(name) is not None))
        if len(found) > 1:
            raise WiringProblem(
                names.doing,
                f"'{argument}' of '{part}' could be {' or '.join(found)}",
                "one source",
                f'Say which with a wire: "{part}.{argument}" = "{found[0]}".',
            )
        if found:
            return (found[0],)
    raise _undriven(names, part, argument)


def _around(names: Names, part: str, argument: str) -> list[str]:
    place = names.membrane_of(part)
    if place is None:
        return []
    name, membrane = place
    stem, _, side = argument.rpartition("_")
    here = {"i": [f"{membrane.inside}.{stem}"], "o": [f"{membrane.outside}.{stem}"]}.get(
        side if stem else "", []
    )
    return [*here, f"{name}.{argument}"]


def _everything_here(names: Names, part: str, name: str) -> tuple[str, ...]:
    if part not in names.assembly.membranes:
        raise WiringProblem(names.doing, f"'sum_{name}' stands in '{part}'", "a membrane, which holds parts")
    holds = names.assembly.membranes[part].holds
    return tuple(f"{held}.{name}" for held in sorted(holds) if f"{held}.{name}" in names.functions)


def _undriven(names: Names, part: str, argument: str) -> WiringProblem:
    tried = list(dict.fromkeys([f"{part}.{argument}", *_around(names, part, argument)]))
    own = ((target, f) for target, (_, f) in names.functions.items() if target.startswith(f"{part}."))
    users = [target for target, function in own if argument in function.signals]
    held = ", ".join(sorted(names.assembly.held)) or "nothing"
    return WiringProblem(
        names.doing,
        f"nothing drives '{tried[-1]}' (needed by {', '.join(users)})",
        f"one of {', '.join(tried)}",
        f"Wire it to an output or hold it in the protocol. Held now: {held}.",
    )
