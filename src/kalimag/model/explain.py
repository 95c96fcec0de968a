"""From the figure in the paper to an output: claims, estimate, steps, and how much it matters."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

from kalimag import registry
from kalimag.errors import UsageProblem
from kalimag.model.assembly import Assembly
from kalimag.model.library_values import library_values
from kalimag.model.system import Step
from kalimag.units import typed

if TYPE_CHECKING:
    from kalimag.evidence import Estimate, Values

_WIDTH = 100
_NUDGE = 1e-20  # a complex step: its square is lost in rounding, so the derivative is exact


@dataclass(frozen=True, eq=False)
class Explanation:
    """How one parameter acts on one output, at one point.

    `elasticity` is the percentage by which the output changes for one per cent of the parameter (None where
    the output is zero); `over_interval` is the output at both ends of the parameter's 95 % interval;
    `after_10_percent` the output when the parameter is 10 % higher.
    """

    name: str
    output: str
    assembly: str
    estimate: Estimate
    meaning: str
    steps: tuple[Step, ...]
    at: Mapping[str, tuple[float, str]]
    value: float
    unit: str
    after_10_percent: float
    over_interval: tuple[float, float]
    elasticity: float | None

    def as_json(self) -> dict[str, Any]:
        """Plain values for the JSON envelope."""
        from kalimag.evidence import LedgerRow

        return {
            "name": self.name,
            "meaning": self.meaning,
            "output": self.output,
            "assembly": self.assembly,
            "estimate": LedgerRow(self.name, self.estimate).as_json(),
            "claims": [claim.as_json() for claim in self.estimate.claims],
            "steps": [
                {"step": str(step), "says": step.function.doc, "body": _body(step)} for step in self.steps
            ],
            "at": {name: {"value": value, "unit": unit} for name, (value, unit) in self.at.items()},
            "value": self.value,
            "unit": self.unit,
            "after_10_percent": self.after_10_percent,
            "over_interval": list(self.over_interval),
            "elasticity": self.elasticity,
        }

    def as_text(self) -> str:
        """What `kalimag explain` prints."""
        lines = [*self._number(), "", *self._chain(), "", *self._sensitivity()]
        return "\n".join(_folded(line) for line in lines)

    def _number(self) -> list[str]:
        estimate, (low, high) = self.estimate, self.estimate.interval
        state = "checked" if estimate.checked else "UNCHECKED"
        unit = "" if estimate.unit == "1" else f" {estimate.unit}"
        lines = [f"{self.name}: {self.meaning}", "", "What sources say"]
        for claim in estimate.claims:
            lines.append(f"  {_says(claim):<14} {claim.id}")
            lines.append(f"  {'':<14} {claim.source.reference()}; {claim.where} ({_seen(claim)})")
        for item in estimate.rejected:
            lines.append(f"  {_says(item.claim):<14} {item.claim.id}, not used: {item.reason}")
        if not estimate.claims:
            lines.append("  nothing that was measured")
        lines += ["", "What this package takes"]
        lines.append(
            f"  {estimate.value:.3g}{unit}, 95 % {low:.3g} to {high:.3g}{unit} ({estimate.rule}; {state})"
        )
        return [*lines, f"  {estimate.because}"]

    def _chain(self) -> list[str]:
        lines = [f"How it reaches {self.output}"]
        for step in self.steps:
            lines += [f"  {step}", f"      {_body(step)}    # {step.function.doc}"]
        return lines

    def _sensitivity(self) -> list[str]:
        point = ", ".join(f"{name} = {value:g} {unit}" for name, (value, unit) in self.at.items())
        low, high = self.over_interval
        change = self.after_10_percent - self.value
        lines = ["How much it matters", f"  at {point}:"]
        lines.append(f"  {self.output} = {self.value:.4g} {self.unit}")
        more = f"{change:+.3g} {self.unit}"
        if self.elasticity is not None:
            more = f"{100 * change / self.value:+.2f} % ({more})"
        lines.append(f"  10 % more of {self.name} changes it by {more}")
        ends = f"{low:.4g} {self.unit} at its lower end to {high:.4g} {self.unit} at its upper end"
        return [*lines, f"  over the 95 % interval of {self.name}: {ends}"]


def explain(
    name: str,
    output: str,
    assembly: Assembly,
    at: Mapping[str, str] | None = None,
    values: Values | None = None,
) -> Explanation:
    """Walk from a parameter to an output.

    Parameters
    ----------
    name : run name of a parameter, such as "romk.Ki0".
    output : such as "patch.I_K".
    assembly : where both are.
    at : held wires as people write them ("patch.V": "-40 mV"); the rest stand where the assembly says.
    values : numbers of the run; the library's estimates when None.

    Returns
    -------
    Explanation

    Raises
    ------
    UsageProblem : no such parameter or held wire, the parameter does not act on the output, or a held wire is
        given in a unit that cannot be converted.
    """
    system = assembly.system()
    values = library_values(system) if values is None else values
    if name not in system.params:
        choices = registry.choices(name, system.params)
        raise UsageProblem(f"explaining '{name}' in '{assembly.id}'", "it has no such parameter", *choices)
    steps = system.path(name, output)
    if not steps:
        reached = [step.target for step in system.steps if system.path(name, step.target)]
        raise UsageProblem(
            f"explaining '{name}'", f"it does not act on {output}", f"one of {', '.join(reached)}"
        )
    held = _point(assembly, at or {})
    numbers = values.numbers()

    def run(number: complex) -> Any:
        return system(held, {**numbers, name: number})[output]

    centre, (low, high) = numbers[name], values[name].interval
    value = float(run(centre))
    slope = run(complex(centre, centre * _NUDGE)).imag / _NUDGE
    return Explanation(
        name,
        output,
        assembly.id,
        values[name],
        system.params[name].meaning,
        steps,
        {wire: (held[wire], unit) for wire, unit in system.held.items()},
        value,
        system.outputs[output],
        float(run(1.1 * centre)),
        (float(run(low)), float(run(high))),
        float(slope / value) if value else None,
    )


def _point(assembly: Assembly, at: Mapping[str, str]) -> dict[str, float]:
    doing = f"placing '{assembly.id}'"
    for wire in at:
        if wire not in assembly.held:
            raise UsageProblem(
                doing, f"nothing named '{wire}' is held", *registry.choices(wire, assembly.held)
            )
    given = {**assembly.at, **at}
    missing = [wire for wire in assembly.held if wire not in given]
    if missing:
        raise UsageProblem(doing, f"{', '.join(missing)} is not given", "a quantity for every held wire")
    return {wire: typed(given[wire], unit, wire) for wire, unit in assembly.held.items()}


def _body(step: Step) -> str:
    """The equation as its author wrote it."""
    source = inspect.getsource(step.function.call)
    return source.rpartition("return ")[2].strip()


def _folded(line: str) -> str:
    """A long line over several, set in as deep as it begins."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return fill(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _says(claim: Any) -> str:
    """What a source says; of a number from memory that number, since no source printed our interval."""
    if claim.recalled is None:
        return str(claim.as_text())
    return f"about {claim.value:g} {claim.unit}, remembered"


def _seen(claim: Any) -> str:
    return f"{claim.access}, {'read twice' if claim.checked else 'read once'}"
