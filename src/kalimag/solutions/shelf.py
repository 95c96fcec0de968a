"""The bottles and ions of library/salts, by every name they go by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from kalimag.errors import InvalidInput
from kalimag.evidence.document import Table, read_document, tables
from kalimag.registry import LIBRARY
from kalimag.units import parse

_PUNCTUATION = re.compile(r"[\s\-_.·•()]")
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Varies:
    """A count that differs from bottle to bottle.

    Parameters
    ----------
    component, per : so many of the first for each of the second.
    sd : standard deviation of that number.
    because : why; shown beside results.
    """

    component: str
    per: str
    sd: float
    because: str


@dataclass(frozen=True)
class Salt:
    """Something that is weighed in.

    Parameters
    ----------
    name : as it is shown.
    parts : components in one formula unit, protons among them; a hydroxide is −1 proton. Neutral together.
    notes : how the name was read, and what a reader must know.
    varies : a count that is not exact; None for most.
    usual_mM : what recipes hold; None where anything goes.
    """

    name: str
    parts: Mapping[str, float]
    notes: tuple[str, ...] = ()
    varies: Varies | None = None
    usual_mM: tuple[float, float] | None = None


@dataclass(frozen=True)
class Ion:
    """One half of a salt, with the names it goes by."""

    component: str
    charge: int
    names: tuple[str, ...]
    count: int = 1
    protons: int = 0
    acid_salts: bool = False
    cations: int = 1
    note: str = ""
    usual_mM: tuple[float, float] | None = None

    @property
    def whole_charge(self) -> int:
        """Charge with the protons it still has."""
        return self.count * self.charge + self.protons

    def parts(self, times: int) -> dict[str, float]:
        """Components of so many of these ions."""
        found: dict[str, float] = {self.component: float(times * self.count)}
        if self.protons:
            found["H"] = found.get("H", 0.0) + times * self.protons
        return found


@dataclass(frozen=True)
class Shelf:
    """All bottles and ions of the library, by every name they go by."""

    salts: Mapping[str, Salt]
    cations: Mapping[str, Ion]
    anions: Mapping[str, Ion]
    charges: Mapping[str, int]


def plain(name: str) -> str:
    """A name without what people write differently: case, small digits, hyphens, dots, brackets, spaces."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", name)).lower()


@cache
def load_shelf(library: Path = LIBRARY) -> Shelf:
    """Every file of library/salts; a new bottle is a new entry in any of them, or a new file."""
    salts: dict[str, Salt] = {}
    cations: dict[str, Ion] = {}
    anions: dict[str, Ion] = {}
    charges = {"H": 1}
    for path in sorted((library / "salts").glob("*.toml")):
        document = read_document(path)
        document.refuse_unknown(("cation", "anion", "salt"))
        for kind, found in (("cation", cations), ("anion", anions)):
            for table in tables(document, kind):
                ion = _ion(table)
                charges[ion.component] = ion.charge
                for name in ion.names:
                    _put(found, name, ion, table)
        for table in tables(document, "salt"):
            salt = _salt(table)
            for name in (salt.name, *table.texts("names")):
                _put(salts, name, salt, table)
    for key, salt in salts.items():
        if salt.usual_mM is None:
            usual = [ion.usual_mM for ion in anions.values() if ion.component in salt.parts and ion.count > 0]
            salts[key] = replace(salt, usual_mM=usual[0] if usual else None)
        charge = sum(count * charges.setdefault(part, 0) for part, count in salt.parts.items())
        if charge:
            raise InvalidInput("reading library/salts", f"'{salt.name}' has the charge {charge:+g}", "0")
    return Shelf(salts, cations, anions, charges)


def _put(shelf: dict[str, Thing], name: str, thing: Thing, table: Table) -> None:
    if plain(name) in shelf:
        raise table.problem(f"the name '{name}' is given twice")
    shelf[plain(name)] = thing


def _usual(table: Table) -> tuple[float, float] | None:
    ends = table.texts("usual")
    return (parse(ends[0], "mM"), parse(ends[1], "mM")) if ends else None


def _ion(table: Table) -> Ion:
    known = ("component", "charge", "names", "count", "protons", "acid_salts", "cations", "note", "usual")
    table.refuse_unknown(known)
    numbers = {
        key: int(table.number(key) or 0) for key in ("count", "protons", "cations") if key in table.content
    }
    return Ion(
        component=table.text("component"),
        charge=int(table.number("charge") or 0),
        names=table.texts("names"),
        acid_salts=table.content.get("acid_salts") is True,
        note=table.text("note", ""),
        usual_mM=_usual(table),
        **numbers,
    )


def _salt(table: Table) -> Salt:
    table.refuse_unknown(("name", "parts", "names", "note", "usual", "varies"))
    parts, varies = table.table("parts"), table.table("varies")
    if parts is None or not parts.content:
        raise table.problem("'parts' is missing", "what it is made of, such as { Mg = 1, Cl = 2 }")
    note = table.text("note", "")
    return Salt(
        name=table.text("name"),
        parts={name: parts.number(name) or 0.0 for name in parts.content},
        notes=(note,) if note else (),
        varies=None
        if varies is None
        else Varies(
            varies.text("component"), varies.text("for"), varies.number("sd") or 0.0, varies.text("because")
        ),
        usual_mM=_usual(table),
    )
