"""Reference numbers for solutions, and chemistry made of the constants they were calculated with."""

from __future__ import annotations

import ast
import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kalimag.solutions.constants import Ligand, Step, load_ligand

Rows = list[dict[str, Any]]
CONVENTION = {"K": "K-medium", "R": "R4N"}
NAMES = {"Glu": "gluconate", "Hep": "HEPES"}


@pytest.fixture(scope="session")
def bench(shared: Path) -> Path:
    """Reference data on solutions."""
    return shared / "data" / "bench"


@pytest.fixture(scope="session")
def rows_of(bench: Path) -> Callable[[str], Rows]:
    """The rows of a reference table, by its path."""

    def read(name: str) -> Rows:
        with (bench / name).open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert rows, f"{name} is empty"
        return rows

    return read


@pytest.fixture(scope="session")
def reference_ligands(rows_of: Callable[[str], Rows]) -> Callable[..., tuple[Ligand, ...]]:
    """Ligands with the constants, and only the species, of the reference calculation."""
    table = rows_of("reference/constants_used.csv")

    def made(which: str, leave_out: str = "") -> tuple[Ligand, ...]:
        found = []
        for name in ("ATP", "GTP", "Glu", "Hep"):
            steps = tuple(
                Step(
                    species=row["species"],
                    reagents=tuple(
                        (NAMES.get(k, k), n) for k, n in ast.literal_eval(row["stoichiometry"]).items()
                    ),
                    log_K=float(row["logK0_25C_cumulative"]),
                    T_degC=25.0,
                    I_M=0.0,
                    sd=0.1,
                    enthalpy_kJ=float(row["dH_kJ_mol"]),
                    enthalpy_sd_kJ=2.0,
                )
                for row in table
                if row["set"] == which and name in ast.literal_eval(row["stoichiometry"])
                if row["species"] != leave_out
            )
            full = NAMES.get(name, name)
            found.append(Ligand(full, load_ligand(full, "R4N").charge, full, steps))
        water = load_ligand("OH", CONVENTION[which])
        alone = tuple(step for step in water.steps if step.species == "OH")
        return (*found, Ligand("OH", -1, "water, without its metal complexes", alone))

    return made
