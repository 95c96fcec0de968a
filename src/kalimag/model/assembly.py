"""An assembly: mechanisms put in their places, read from TOML; nothing is computed here."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kalimag import registry
from kalimag.errors import WiringProblem
from kalimag.model.mechanism import Mechanism

if TYPE_CHECKING:
    from kalimag.model.system import System


@dataclass(frozen=True)
class Membrane:
    """A membrane between two compartments: its equations, and the parts it holds with their mechanisms."""

    mechanisms: tuple[Mechanism, ...]
    inside: str
    outside: str
    holds: Mapping[str, Mechanism]


@dataclass(frozen=True)
class Assembly:
    """Parts, membranes and wires; `held` are the wires in the experimenter's hand, with their units.

    `wires` send a named source into one argument ("pump.Na" = "cell.Na"); `at` is where `explain` stands.
    """

    id: str
    title: str
    membranes: Mapping[str, Membrane]
    parts: Mapping[str, Mechanism] = field(default_factory=dict)
    wires: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)
    at: Mapping[str, str] = field(default_factory=dict)

    def system(self) -> System:
        """Flatten into steps in order of evaluation; WiringProblem on loops, ambiguity, gaps, wrong units."""
        from kalimag.model.wiring import flatten

        return flatten(self)

    def with_part(self, part: str, mechanism: str | Mechanism) -> Assembly:
        """The same assembly with another law in one place ("romk", "romk_power")."""
        law = Mechanism.load(mechanism) if isinstance(mechanism, str) else mechanism
        for name, membrane in self.membranes.items():
            if part in membrane.holds:
                changed = replace(membrane, holds={**membrane.holds, part: law})
                return replace(self, membranes={**self.membranes, name: changed})
        if part in self.parts:
            return replace(self, parts={**self.parts, part: law})
        known = [*self.parts, *(p for m in self.membranes.values() for p in m.holds)]
        raise WiringProblem(
            f"changing a part of '{self.id}'", f"it has no part '{part}'", *registry.choices(part, known)
        )


def load_assembly(name: str) -> Assembly:
    """The assembly of this name in the library.

    Raises
    ------
    InvalidInput : there is none of that name.
    WiringProblem : its file has a key that is not known or a mechanism that does not load.
    """
    return read_assembly(registry.find("assemblies", ".toml", name))


def read_assembly(path: Path) -> Assembly:
    """An assembly from a TOML file anywhere; raises as `load_assembly`."""
    doing = f"reading the assembly {path.name}"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise WiringProblem(doing, str(error), "a readable TOML file") from error
    _known(table, ("title", "membranes", "parts", "wires", "held", "at"), doing)
    membranes = {
        name: _membrane(row, f"{doing}, membrane '{name}'") for name, row in table["membranes"].items()
    }
    parts = {name: Mechanism.load(mechanism) for name, mechanism in table.get("parts", {}).items()}
    rest = {key: table.get(key, {}) for key in ("wires", "held", "at")}
    return Assembly(path.stem, table.get("title", ""), membranes, parts, **rest)


def _membrane(row: Mapping[str, Any], doing: str) -> Membrane:
    _known(row, ("mechanisms", "inside", "outside", "holds"), doing)
    own = tuple(Mechanism.load(name) for name in row["mechanisms"])
    holds = {part: Mechanism.load(name) for part, name in row.get("holds", {}).items()}
    return Membrane(own, row["inside"], row["outside"], holds)


def _known(table: Mapping[str, Any], keys: tuple[str, ...], doing: str) -> None:
    for key in table:
        if key not in keys:
            raise WiringProblem(doing, f"the key '{key}' is not known", *registry.choices(key, keys))
