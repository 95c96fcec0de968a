"""What stands on the bottle, taken apart into components: K-gluconate, MgCl2.6H2O, ATP-Mg, Na2HPO4."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from math import gcd
from pathlib import Path
from typing import TypeVar

from kalimag.errors import InvalidInput
from kalimag.evidence.document import Table, read_document, tables
from kalimag.registry import LIBRARY
from kalimag.units import parse

_HYDRATE = re.compile(
    r"[\s.·•*-]+((\d+(\.\d+)?|x|n)?\s*H2O|(mono|di|tri|tetra|penta|hexa|hepta|deca)?hydrate)$", re.I
)
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


def find_salt(name: str, doing: str = "looking for a salt") -> Salt:
    """The salt of this name, in any usual spelling.

    Parameters
    ----------
    name : such as "K-gluconate", "MgCl2·6H2O", "potassium chloride", "GTP-Na2".
    doing : for the message.

    Returns
    -------
    Salt

    Raises
    ------
    InvalidInput : no such salt (the nearest is named), an ion alone, or a formula with a charge.
    """
    shelf = load_shelf()
    key = plain(_HYDRATE.sub("", name.strip()))
    if key in shelf.salts:
        return shelf.salts[key]
    for cation, anion, rest in _pairs(key, shelf):
        salt = _joined(name, cation, anion, rest, doing)
        if salt is not None:
            return salt
    ion = shelf.cations.get(key) or shelf.anions.get(key) or shelf.anions.get(key.rstrip("+-0123456789"))
    if ion is not None:
        other = shelf.cations["na"] if ion.whole_charge < 0 else shelf.anions["cl"]
        pair = (other, ion) if ion.whole_charge < 0 else (ion, other)
        whole = _joined(f"{pair[0].component}-{pair[1].names[0]}", *pair, ("", "", ""), doing)
        raise InvalidInput(
            doing, f"'{name}' is an ion without its counter-ion", "the salt that was weighed in",
            f"Such as '{whole.name}'." if whole else "",
        )  # fmt: skip
    near = nearest(name, shelf)
    raise InvalidInput(
        doing, f"there is no salt called '{name}'", "a name that library/salts knows, or ions it knows",
        f"Did you mean '{near}'?" if near else "",
    )  # fmt: skip


def plain(name: str) -> str:
    """A name without what people write differently: case, hyphens, dots, brackets and spaces."""
    return _PUNCTUATION.sub("", name).lower()


def nearest(name: str, shelf: Shelf) -> str:
    """The known name that looks most like this one; empty where none does."""
    shown = {key: salt.name for key, salt in shelf.salts.items()}
    for cation in ("K", "Na", "Mg", "Ca", "Cs"):
        for key, anion in shelf.anions.items():
            salt = _joined(f"{cation}-{key}", shelf.cations[plain(cation)], anion, ("", "", ""), "")
            if salt is not None:
                shown |= {plain(salt.name): salt.name, plain(cation) + key: salt.name}
    found = get_close_matches(plain(name), shown, n=1, cutoff=0.6)
    return shown[found[0]] if found else ""


def _pairs(key: str, shelf: Shelf) -> Iterator[tuple[Ion, Ion, tuple[str, str, str]]]:
    """Ways to read a name as cation and anion: the two, and (cations, protons, anions) as written."""
    for name, cation in sorted(shelf.cations.items(), key=lambda item: -len(item[0])):
        if key.startswith(name):
            count, rest = re.fullmatch(r"(\d*)(.*)", key[len(name) :]).groups()  # type: ignore[union-attr]
            if rest in shelf.anions:
                yield cation, shelf.anions[rest], (count, "", "")
            for other, anion in shelf.anions.items():
                if (match := re.fullmatch(rf"(?:h(\d*))?{re.escape(other)}(\d*)", rest)) is None:
                    continue
                acid = rest.startswith("h") and not other.startswith("h")
                if not acid or anion.acid_salts:
                    yield cation, anion, (count, (match[1] or "1") if acid else "", match[2])
    for name, anion in sorted(shelf.anions.items(), key=lambda item: -len(item[0])):
        match = re.fullmatch(r"(\D+)(\d*)(?:salt)?", key[len(name) :]) if key.startswith(name) else None
        if match is not None and match[1] in shelf.cations:
            yield shelf.cations[match[1]], anion, (match[2], "", "")


def _joined(name: str, cation: Ion, anion: Ion, written: tuple[str, str, str], doing: str) -> Salt | None:
    """A neutral salt of two ions; None where this cannot be meant, InvalidInput where it is charged."""
    notes = [ion.note for ion in (cation, anion) if ion.note]
    cations, protons, anions = (int(count) if count else None for count in written)
    if anion.acid_salts and (cations or anion.whole_charge <= -cation.charge):
        n = cations or (anion.cations if cation.charge == 1 else 1)
        m, acid = anions or 1, -(n * cation.charge + (anions or 1) * anion.whole_charge)
        if acid < 0 or (protons is not None and protons != acid):
            raise InvalidInput(doing, f"'{name}' is not neutral", f"charges that add up to 0, not {-acid:+d}")
        if cations is None and anion.cations > 1:
            notes.append(
                f"'{name}' does not say how many {cation.component}: read as {_formula(cation, n, anion, 1)}."
            )
    else:
        spelled = anions is None and cations is None and (len(plain(name)) > 6 or "-" in name or " " in name)
        common = gcd(cation.charge, abs(anion.whole_charge))
        right = abs(anion.whole_charge) // common, cation.charge // common
        n, m, acid = (*right, 0) if spelled else (cations or 1, anions or 1, 0)
        if n * cation.charge + m * anion.whole_charge:
            raise InvalidInput(
                doing, f"'{name}' is not neutral", "charges that add up to 0",
                f"Did you mean '{_formula(cation, right[0], anion, right[1])}'?",
            )  # fmt: skip
    parts = anion.parts(m) | {cation.component: float(n)}
    if acid:
        parts["H"] = parts.get("H", 0.0) + acid
    shown = _formula(cation, n, anion, m)
    return Salt(shown, parts, tuple(notes), usual_mM=_narrower(cation.usual_mM, anion.usual_mM, n))


def _narrower(
    cation: tuple[float, float] | None, anion: tuple[float, float] | None, n: int
) -> tuple[float, float] | None:
    """What is usual of a salt: never more than of either ion, and as little as the rarer one is used."""
    if cation is None or anion is None:
        return anion if cation is None else cation
    return cation[0] / n, min(cation[1] / n, anion[1])


def _formula(cation: Ion, n: int, anion: Ion, m: int) -> str:
    short = anion.names[0]
    if len(short) > 5:
        return f"{cation.component if n == 1 else f'{cation.component}{n}'}-{short}"
    base = short if m == 1 or len(short) < 3 else f"({short})"
    return f"{cation.component}{n if n > 1 else ''}{base}{m if m > 1 else ''}"


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
