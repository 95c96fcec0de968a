"""How fast ions move, as evidence: tables of the library, and what is assumed where no table has the ion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kalimag.evidence.claim import ACCESS
from kalimag.evidence.document import Table, read_document, tables
from kalimag.evidence.source import Source, load_source
from kalimag.registry import LIBRARY, entries

FOLDER = "mobilities"
QUANTITIES = {"equivalent conductivity": "S*cm^2/mol", "relative mobility": "1"}
_POTASSIUM_S_cm2_mol = 73.5  # equivalent conductivity of K+, to which "relative" refers in both tables
_BY_CHARGE = {1: 0.5, 2: 0.3, 3: 0.25, 4: 0.2}  # when not even a relative is known
_RELATIVE_SD, _UNKNOWN_SD = 0.25, 0.4
_FASTEST_PAIR = 0.4  # an ion pair carries the water of its metal, however fast the anion is alone


@dataclass(frozen=True)
class Mobility:
    """The absolute mobility of one ion, relative to K+.

    Parameters
    ----------
    ion : species, as the solutions name it.
    z : charge number.
    value : equivalent conductivity over |z|, over that of K+.
    relative_sd : standard deviation of its logarithm.
    source : where it was read; None where nothing was.
    access : how it was read.
    assumed : why this number, where nobody has published one; empty otherwise.
    """

    ion: str
    z: int
    value: float
    relative_sd: float
    source: Source | None
    access: str
    assumed: str = ""

    def as_json(self) -> dict[str, object]:
        """The fields, for the JSON envelope."""
        return {
            "ion": self.ion, "z": self.z, "relative_to_K": self.value, "relative_sd": self.relative_sd,
            "source": None if self.source is None else self.source.key,
            "access": self.access, "assumed": self.assumed,
        }  # fmt: skip


@cache
def load_mobilities(library: Path = LIBRARY) -> Mapping[str, Mobility]:
    """Every mobility of the library; where several tables have an ion, the one with the least spread.

    Parameters
    ----------
    library : the folder that holds mobilities/ and sources/.

    Returns
    -------
    Mapping from ion to Mobility.

    Raises
    ------
    EvidenceProblem : something is missing, unknown, impossible or said twice in one table.
    """
    found: dict[str, Mobility] = {}
    for rows in mobility_tables(library).values():
        for name, mobility in rows.items():
            if name not in found or mobility.relative_sd < found[name].relative_sd:
                found[name] = mobility
    return MappingProxyType(found)


def mobility_tables(library: Path = LIBRARY) -> dict[str, dict[str, Mobility]]:
    """Each table by itself, so that two that have the same ion can be held against each other."""
    paths = entries(FOLDER, ".toml") if library == LIBRARY else _beside(library)
    return {name: _table(read_document(path), library) for name, path in paths.items()}


def mobility_of(species: str, z: int, ligand: str = "") -> Mobility:
    """The mobility of a species; where no table has it, that of its ligand, and it says so.

    Parameters
    ----------
    species : its name.
    z : its charge number, not 0.
    ligand : the organic or inorganic anion it is made of; empty for none.

    Returns
    -------
    Mobility
    """
    known = load_mobilities()
    if species in known and known[species].z == z:
        return known[species]
    if ligand in known:
        near = known[ligand]
        value = min(near.value, _FASTEST_PAIR)
        why = f"that of {ligand}" if value == near.value else f"an ion pair slower than {ligand}"
        return Mobility(species, z, value, _RELATIVE_SD, None, "assumed", why)
    value = _BY_CHARGE.get(abs(z), _BY_CHARGE[4])
    return Mobility(species, z, value, _UNKNOWN_SD, None, "assumed", f"a guess from its charge {z:+d}")


def _beside(library: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted((library / FOLDER).glob("*.toml"))}


_HEAD = ("source", "where", "access", "read_by", "quantity", "unit", "temperature", "relative_sd", "because",
         "assumed")  # fmt: skip


def _table(document: Table, library: Path) -> dict[str, Mobility]:
    document.refuse_unknown(("table", "ion"))
    head = document.table("table")
    if head is None:
        raise document.problem("there is no [table]", "one that says source, quantity, unit and spread")
    head.refuse_unknown(_HEAD)
    source = load_source(head.text("source"), library)
    quantity, access = head.word("quantity", QUANTITIES), head.word("access", ACCESS)
    if head.text("unit") != QUANTITIES[quantity]:
        raise head.problem(f"the unit is '{head.text('unit')}'", f"'{QUANTITIES[quantity]}' for {quantity}")
    head.text("where"), head.text("read_by"), head.text("temperature"), head.text("because")
    sd = head.number("relative_sd")
    if sd is None or not 0 < sd < 1:
        raise head.problem(f"'relative_sd' is {sd}", "a number between 0 and 1, such as 0.05")
    assumed = head.content.get("assumed") is True
    rows: dict[str, Mobility] = {}
    for row in tables(document, "ion"):
        name, z, value = _row(row, quantity)
        if name in rows:
            raise row.problem(f"'{name}' is given twice", "each ion once in a table")
        why = row.text("like") if assumed else ""
        rows[name] = Mobility(name, z, value, sd, source, access, why)
    return rows


def _row(row: Table, quantity: str) -> tuple[str, int, float]:
    row.refuse_unknown(("name", "z", "value", "like"))
    name, z, value = row.text("name"), row.number("z"), row.number("value")
    if z is None or z == 0 or z != int(z):
        raise row.problem(f"the charge of '{name}' is {z}", "a whole number that is not 0")
    if value is None or value <= 0:
        raise row.problem(f"the value of '{name}' is {value}", "a number above 0")
    scale = abs(z) * _POTASSIUM_S_cm2_mol if quantity == "equivalent conductivity" else 1.0
    return name, int(z), value / scale
