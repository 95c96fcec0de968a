"""A mechanism: the equations of one file, with the parameters they need."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from kalimag import ops, registry
from kalimag.errors import WiringProblem
from kalimag.model.function import Function

DOMAINS = ("positive", "fraction", "real")


@dataclass(frozen=True)
class Parameter:
    """What a parameter means, where its values may lie, and its unit."""

    domain: str
    meaning: str
    unit: str


@dataclass(frozen=True)
class Mechanism:
    """Equations that call one another by naming one another's result.

    `parents` are the mechanisms whose equations this one borrows; their estimates serve here too.
    """

    id: str
    title: str
    functions: Mapping[str, Function]
    params: Mapping[str, Parameter]
    parents: tuple[str, ...]

    @classmethod
    def load(cls, name: str) -> Mechanism:
        """The mechanism of this name in the library; InvalidInput names those that exist."""
        path = registry.find("mechanisms", ".py", name)
        dotted = ".".join(path.relative_to(registry.LIBRARY.parent.parent).with_suffix("").parts)
        return cls.of(importlib.import_module(dotted))

    @classmethod
    def of(cls, module: ModuleType) -> Mechanism:
        """Read a module of equations; WiringProblem when PARAMS and the signatures differ."""
        name = module.__name__.rpartition(".")[2]
        functions = {
            key: Function.of(call)
            for key, call in vars(module).items()
            if inspect.isfunction(call) and call.__module__ != ops.__name__ and not key.startswith("_")
        }
        homes = dict.fromkeys(f.home for f in functions.values() if f.home != module.__name__)
        parents = tuple(home.rpartition(".")[2] for home in homes)
        title = (inspect.getdoc(module) or "").partition("\n")[0]
        return cls(name, title, functions, _params(name, module, functions), parents)


def _params(name: str, module: ModuleType, functions: Mapping[str, Function]) -> dict[str, Parameter]:
    doing = f"reading the mechanism '{name}'"
    units: dict[str, str] = {}
    for function in functions.values():
        for key, unit in function.params.items():
            if units.setdefault(key, unit) != unit:
                raise WiringProblem(
                    doing, f"parameter '{key}' is in {units[key]} here and in {unit} there", "one unit"
                )
    declared: Mapping[str, tuple[str, str]] = getattr(module, "PARAMS", {})
    if set(declared) != set(units):
        only_there, only_here = sorted(set(units) - set(declared)), sorted(set(declared) - set(units))
        found = f"PARAMS lacks {only_there} of the signatures, and names {only_here} that no signature has"
        raise WiringProblem(doing, found, "the same names in PARAMS and after the '*' of the equations")
    for key, (domain, _) in declared.items():
        if domain not in DOMAINS:
            raise WiringProblem(
                doing, f"parameter '{key}' has the domain '{domain}'", f"one of {', '.join(DOMAINS)}"
            )
    return {key: Parameter(domain, meaning, units[key]) for key, (domain, meaning) in declared.items()}
