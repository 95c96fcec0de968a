"""A system: the steps of an assembly in order of evaluation, callable with any kind of number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kalimag import registry
from kalimag.errors import WiringProblem
from kalimag.model.function import Function
from kalimag.model.mechanism import Parameter


@dataclass(frozen=True)
class Input:
    """Where one argument of a step comes from: a source, or for `sum_x` several, each with a factor."""

    argument: str
    sources: tuple[str, ...]
    factors: tuple[float, ...]

    def __str__(self) -> str:
        terms = [s if f == 1.0 else f"{f:g} * {s}" for s, f in zip(self.sources, self.factors, strict=True)]
        return " + ".join(terms) or "0"


@dataclass(frozen=True)
class Step:
    """One evaluation: `target` becomes `function` of inputs and parameters (argument to run name)."""

    target: str
    mechanism: str
    function: Function
    inputs: tuple[Input, ...]
    params: Mapping[str, str]

    def __str__(self) -> str:
        given = [*map(str, self.inputs), *(f"{argument}={name}" for argument, name in self.params.items())]
        return f"{self.target} = {self.mechanism}.{self.function.name}({', '.join(given)})"


@dataclass(frozen=True)
class System:
    """The flattened model.

    `held`, `states` and `outputs` map names to units; `params` maps run names ("romk.Ki0") to what they mean,
    `estimate_keys` to the evidence that may serve them, nearest first.
    """

    id: str
    steps: tuple[Step, ...]
    held: Mapping[str, str]
    states: Mapping[str, str]
    params: Mapping[str, Parameter]
    estimate_keys: Mapping[str, tuple[str, ...]]

    @property
    def outputs(self) -> dict[str, str]:
        """Every computed name and its unit, in order of evaluation."""
        return {step.target: step.function.unit for step in self.steps}

    def __call__(
        self, held: Mapping[str, Any], values: Mapping[str, Any], states: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Evaluate every step once.

        Parameters
        ----------
        held, states : numbers or broadcastable arrays in the units of `self.held` and `self.states`.
        values : parameters by run name, in the units of `self.params`.

        Returns
        -------
        dict from every output's name to its value, in `self.outputs`' units.

        Raises
        ------
        WiringProblem : a held wire, state or parameter is missing.
        """
        known: dict[str, Any] = {**held, **(states or {}), **values}
        self._require(known)
        out: dict[str, Any] = {}
        for step in self.steps:
            arguments = [self._input(wire, known) for wire in step.inputs]
            parameters = {argument: known[name] for argument, name in step.params.items()}
            known[step.target] = out[step.target] = step.function.call(*arguments, **parameters)
        return out

    def upstream(self, output: str) -> tuple[Step, ...]:
        """The steps that `output` depends on, in order of evaluation, ending with its own."""
        if output not in self.outputs:
            raise WiringProblem(
                f"looking for an output of '{self.id}'",
                f"there is no '{output}'",
                *registry.choices(output, self.outputs),
            )
        wanted, found = {output}, []
        for step in reversed(self.steps):
            if step.target in wanted:
                found.append(step)
                wanted.update(source for wire in step.inputs for source in wire.sources)
        return tuple(reversed(found))

    def path(self, name: str, output: str) -> tuple[Step, ...]:
        """The steps through which a parameter or wire acts on `output`; empty when it does not."""
        touched = {name}
        for step in self.steps:
            needs = {source for wire in step.inputs for source in wire.sources} | set(step.params.values())
            if needs & touched:
                touched.add(step.target)
        return tuple(step for step in self.upstream(output) if step.target in touched)

    def listing(self) -> str:
        """The model as text: one line a step, unit factors visible."""
        width = max((len(step.target) for step in self.steps), default=0)
        lines = (str(step).split(" = ", 1) for step in self.steps)
        return "\n".join(f"{target:<{width}} = {rest}" for target, rest in lines)

    def _require(self, known: Mapping[str, Any]) -> None:
        for kind, names in (("held wire", self.held), ("state", self.states), ("parameter", self.params)):
            missing = [name for name in names if name not in known]
            if missing:
                raise WiringProblem(
                    f"evaluating '{self.id}'",
                    f"no value was given for the {kind} {', '.join(missing)}",
                    "a number",
                )

    @staticmethod
    def _input(wire: Input, known: Mapping[str, Any]) -> Any:
        terms = [
            known[s] if f == 1.0 else f * known[s] for s, f in zip(wire.sources, wire.factors, strict=True)
        ]
        return sum(terms[1:], start=terms[0]) if terms else 0.0
