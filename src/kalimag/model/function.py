"""One equation: what it needs, in which units, and what it gives; all read from its signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

from kalimag.errors import WiringProblem
from kalimag.units import Unit


@dataclass(frozen=True)
class Function:
    """An equation as a plain function: arguments before the `*` are signals, after it parameters.

    `home` is the module in which the equation is written; a mechanism that borrows it keeps that name here.
    """

    name: str
    home: str
    call: Callable[..., Any]
    signals: Mapping[str, str]
    params: Mapping[str, str]
    unit: str
    doc: str

    @classmethod
    def of(cls, call: Callable[..., Any]) -> Function:
        """Read an equation's signature; WiringProblem when an argument or the result has no unit."""
        name, hints = call.__name__, get_type_hints(call, include_extras=True)
        signals: dict[str, str] = {}
        params: dict[str, str] = {}
        for argument, declared in inspect.signature(call).parameters.items():
            unit = _unit(hints.get(argument), name, f"argument '{argument}'")
            (params if declared.kind is declared.KEYWORD_ONLY else signals)[argument] = unit
        doc = inspect.getdoc(call) or ""
        if not doc:
            raise WiringProblem(
                f"reading the equation '{name}'", "it has no docstring", "one line that says what it is"
            )
        return cls(
            name, call.__module__, call, signals, params, _unit(hints.get("return"), name, "result"), doc
        )


def _unit(hint: Any, name: str, what: str) -> str:
    for part in get_args(hint):
        if isinstance(part, Unit):
            return part.symbol
    raise WiringProblem(
        f"reading the equation '{name}'",
        f"its {what} has no unit",
        "an annotation from kalimag.units such as mV or mM",
    )
