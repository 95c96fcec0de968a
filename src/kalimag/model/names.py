"""Every name an assembly computes, holds or solves for, with its unit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kalimag.errors import WiringProblem
from kalimag.model.assembly import Assembly, Membrane
from kalimag.model.function import Function
from kalimag.model.mechanism import Mechanism

RATE, RESIDUAL = "d_", "zero_"


@dataclass(frozen=True)
class Names:
    """What can drive a wire in an assembly."""

    assembly: Assembly

    @property
    def doing(self) -> str:
        """What is being done, for messages."""
        return f"wiring '{self.assembly.id}'"

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
        """Every equation by the name it computes; one whose result the experimenter holds is left out."""
        found: dict[str, tuple[Mechanism, Function]] = {}
        for part, laws in self.mechanisms.items():
            for law in laws:
                for name, function in law.functions.items():
                    target = f"{part}.{name}"
                    if target in found:
                        both = f"{found[target][0].id} and {law.id}"
                        raise WiringProblem(self.doing, f"'{target}' is computed twice, by {both}", "once")
                    found[target] = (law, function)
        halves = [name.partition(".") for name in self.assembly.held]
        held = {f"{part}.{prefix}{x}" for part, _, x in halves for prefix in ("", RATE, RESIDUAL)}
        return {target: pair for target, pair in found.items() if target not in held}

    @cached_property
    def unknowns(self) -> dict[str, str]:
        """States (`d_x`) and algebraic unknowns (`zero_x`) with their unit, as their equations use them."""
        found = {}
        for target in self.functions:
            part, _, name = target.partition(".")
            for prefix in (RATE, RESIDUAL):
                if name.startswith(prefix):
                    unknown = name.removeprefix(prefix)
                    found[f"{part}.{unknown}"] = self._unit_in_use(part, unknown)
        return found

    def unit(self, name: str) -> str | None:
        """The unit of anything that can drive a wire; None when there is no such thing."""
        if name in self.assembly.held:
            return self.assembly.held[name]
        if name in self.functions:
            return self.functions[name][1].unit
        return self.unknowns.get(name)

    def membrane_of(self, part: str) -> tuple[str, Membrane] | None:
        """The membrane a part sits in or is."""
        for name, membrane in self.assembly.membranes.items():
            if part == name or part in membrane.holds:
                return name, membrane
        return None

    def _unit_in_use(self, part: str, name: str) -> str:
        for law in self.mechanisms[part]:
            for function in law.functions.values():
                if name in function.signals:
                    return function.signals[name]
        needs = f"nothing in '{part}' uses {name}, so its unit is not known"
        raise WiringProblem(self.doing, needs, f"an equation of '{part}' with an argument {name}")
