"""Stability constants as evidence: one file of the library for each ligand, read for one convention."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kalimag.evidence.claim import Claim
from kalimag.evidence.document import Table, read_document, tables
from kalimag.evidence.entry import Entry
from kalimag.evidence.second_entry import disagreements, second_entries
from kalimag.evidence.source import load_source
from kalimag.registry import LIBRARY, choices, entries
from kalimag.solutions.conventions import CONVENTIONS, refuse_double_counting, refuse_medium
from kalimag.units import convert, parse

FOLDER, SECOND = "constants", "second_constants"
_TERM = re.compile(r"([+-])?\s*(\d+)?\s*([A-Za-z][\w()-]*)")


@dataclass(frozen=True)
class Step:
    """One reaction that makes a species, with its constant as measured.

    Parameters
    ----------
    species : what is made.
    reagents : what it is made of, with counts; a proton that leaves counts −1.
    log_K : log10 of the constant for concentrations in M, at `T_degC` and ionic strength `I_M`.
    sd : standard deviation of `log_K`.
    enthalpy_kJ, enthalpy_sd_kJ : of the reaction, per mol.
    claims : what sources say; the constant and then the enthalpy, as far as they are not assumed.
    assumed : what is assumed here and why; empty where nothing is.
    medium : the salt it was measured in, such as "K+" or "R4N+", where a recipe says so itself.
    """

    species: str
    reagents: tuple[tuple[str, int], ...]
    log_K: float
    T_degC: float
    I_M: float
    sd: float
    enthalpy_kJ: float
    enthalpy_sd_kJ: float
    claims: tuple[Claim, ...] = ()
    assumed: tuple[str, ...] = ()
    medium: str = "unstated"


@dataclass(frozen=True)
class Ligand:
    """Something that binds protons or metals, and the species it forms under one convention.

    Parameters
    ----------
    name : as in formulas ("ATP").
    charge : of the form that has lost all its protons.
    title : what it is.
    steps : the reactions, each species made of those before it.
    left_out : what is known to be missing.
    gas : the gas it is in equilibrium with, as a step from that gas; None for most.
    """

    name: str
    charge: int
    title: str
    steps: tuple[Step, ...]
    left_out: str = ""
    gas: Step | None = None


def ligand_names() -> tuple[str, ...]:
    """The ligands the library has constants for."""
    return tuple(entries(FOLDER, ".toml"))


@cache
def load_ligand(name: str, convention: str, library: Path = LIBRARY) -> Ligand:
    """Load the constants of one ligand.

    Parameters
    ----------
    name : such as "ATP"; the file is constants/ATP.toml.
    convention : one of `CONVENTIONS`.
    library : the folder that holds constants/, second_constants/ and sources/.

    Returns
    -------
    Ligand

    Raises
    ------
    EvidenceProblem : something is missing, unknown, said twice or contradicts itself.
    """
    document = read_document(library / FOLDER / f"{name}.toml")
    document.refuse_unknown(("ligand", "gas", "species", "claim"))
    head = document.table("ligand")
    if head is None or head.text("name") != name:
        raise document.problem("it does not say which ligand it is about", f"[ligand] with name = '{name}'")
    head.refuse_unknown(("name", "charge", "title", "left_out"))
    charge = head.number("charge")
    if charge is None or charge != int(charge):
        raise head.problem(f"the charge is {charge}", "a whole number, all protons lost", key="charge")
    claims = load_constant_claims(name, library)
    reader = _StepReader(claims, convention, _spreads(library))
    steps = tuple(reader.read(table) for table in tables(document, "species") if convention in table.content)
    gas = document.table("gas")
    return Ligand(
        name=name,
        charge=int(charge),
        title=head.text("title"),
        steps=steps,
        left_out=head.text("left_out", ""),
        gas=None if gas is None else reader.read_gas(gas),
    )


def load_constant_claims(name: str, library: Path = LIBRARY) -> Mapping[str, Claim]:
    """What sources say about one ligand, by claim id, with `checked_by` where a second reader agrees."""
    path = library / FOLDER / f"{name}.toml"
    seconds = second_entries(path, library / SECOND / f"{name}.toml")
    claims: dict[str, Claim] = {}
    for table in tables(read_document(path), "claim"):
        entry = Entry.read(table)
        if entry.id in claims:
            raise table.problem("the id is given twice", "one claim of each id")
        second = seconds.get(entry.id)
        agreed = second is not None and not disagreements(entry, second)
        claims[entry.id] = Claim(
            id=entry.id,
            source=load_source(table.text("source"), library),
            where=table.text("where"),
            access=table.text("access"),
            read_by=entry.read_by,
            value=entry.value,
            unit=entry.unit,
            as_printed=table.text("as_printed", ""),
            spread=entry.spread,
            conditions=table.named_texts("conditions"),
            checked_by=second.read_by if second and agreed else "",
            note=table.text("note", ""),
        )
    return claims


@cache
def _spreads(library: Path) -> Mapping[str, Mapping[str, float]]:
    document = read_document(library / FOLDER / "_spreads.toml")
    return {
        kind: {table.text("name"): float(table.number("sd") or 0) for table in tables(document, kind)}
        for kind in ("log_K", "enthalpy")
    }


def reagents_of(text: str, wanted_by: Table) -> tuple[tuple[str, int], ...]:
    """Read the left side of a reaction, such as "Mg + ATP" or "GTP - H"."""
    found = tuple(
        (name, (-1 if sign == "-" else 1) * int(count or 1)) for sign, count, name in _TERM.findall(text)
    )
    if not found or _TERM.sub("", text).strip():
        raise wanted_by.problem(f"'{text}' is no reaction", "species joined by + or -, such as 'Mg + ATP'")
    return found


@dataclass(frozen=True)
class _StepReader:
    """Reads the [[species]] tables of one file, for one convention."""

    claims: Mapping[str, Claim]
    convention: str
    spreads: Mapping[str, Mapping[str, float]]

    def read(self, table: Table) -> Step:
        """One species; EvidenceProblem where its claims belong to another convention."""
        table.refuse_unknown(
            ("name", "from", "inverse", *CONVENTIONS, "spread", "enthalpy", "assumed_enthalpy",
             "enthalpy_spread", "because")
        )  # fmt: skip
        reagents = reagents_of(table.text("from"), table)
        refuse_double_counting(reagents, self.convention, table)
        claims: list[Claim] = []
        assumed: list[str] = []
        log_K, T_degC, I_M = self._constant(table, self.convention, claims, assumed)
        enthalpy = self._enthalpy(table, claims, assumed)
        sign = -1 if table.content.get("inverse") is True else 1
        return Step(
            species=table.text("name"),
            reagents=reagents,
            log_K=sign * log_K,
            T_degC=T_degC,
            I_M=I_M,
            sd=self._sd("log_K", table.text("spread"), table),
            enthalpy_kJ=sign * enthalpy,
            enthalpy_sd_kJ=self._sd("enthalpy", table.text("enthalpy_spread"), table),
            claims=tuple(claims),
            assumed=tuple(assumed),
        )

    def read_gas(self, table: Table) -> Step:
        """The [gas] table: the dissolved form made from the gas, in M per atmosphere."""
        table.refuse_unknown(("name", "species", "log_K", "enthalpy"))
        claims: list[Claim] = []
        log_K, T_degC, I_M = self._constant(table, "log_K", claims, [])
        gas = ((table.text("name"), 1),)
        enthalpy = self._enthalpy(table, claims, [])
        sd = self._sd("log_K", "well known proton", table), self._sd("enthalpy", "printed", table)
        return Step(
            table.text("species"), gas, log_K, T_degC, I_M, sd[0], enthalpy, sd[1], claims=tuple(claims)
        )

    def _constant(
        self, table: Table, key: str, claims: list[Claim], assumed: list[str]
    ) -> tuple[float, float, float]:
        if isinstance(table.content[key], dict):
            inner = table.table(key)
            assert inner is not None
            value = inner.number("assumed")
            if value is None:
                raise inner.problem("'assumed' is missing", "a claim id, or { assumed = …, temperature = … }")
            assumed.append(f"log K {value:g}. {table.text('because', 'Nobody has looked it up.')}")
            return value, *_conditions(inner.text("temperature"), inner.text("ionic_strength"))
        claim = self._claim(table, key)
        if key in CONVENTIONS:
            refuse_medium(claim, self.convention, table)
        claims.append(claim)
        where = claim.conditions
        return float(claim.value or 0.0), *_conditions(where["temperature"], where["ionic_strength"])

    def _enthalpy(self, table: Table, claims: list[Claim], assumed: list[str]) -> float:
        if "enthalpy" not in table.content:
            value = table.number("assumed_enthalpy")
            if value is None:
                raise table.problem("it has no enthalpy", "'enthalpy' or 'assumed_enthalpy'")
            assumed.append(f"enthalpy {value:g} kJ/mol. {table.text('because', 'None is printed.')}")
            return value
        claim = self._claim(table, "enthalpy")
        claims.append(claim)
        return convert(float(claim.value or 0.0), claim.unit, "kJ/mol")

    def _claim(self, table: Table, key: str) -> Claim:
        name = table.text(key)
        if name not in self.claims:
            raise table.problem(f"there is no claim '{name}'", *choices(name, self.claims))
        return self.claims[name]

    def _sd(self, kind: str, name: str, table: Table) -> float:
        if name not in self.spreads[kind]:
            raise table.problem(f"the spread '{name}' is not known", *choices(name, self.spreads[kind]))
        return self.spreads[kind][name]


def _conditions(temperature: str, ionic_strength: str) -> tuple[float, float]:
    return parse(temperature, "degC", "a temperature"), parse(ionic_strength, "M", "an ionic strength")
