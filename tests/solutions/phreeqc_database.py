"""A chemistry of ours written down as a database of PHREEQC, with Davies for every ion, and solved there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np
from phreeqpython import PhreeqPython

from kalimag.solutions.balance import Problem
from kalimag.solutions.chemistry import LN10, counted_from

_WATER = """SOLUTION_MASTER_SPECIES
H H+ -1 H 1.008
H(0) H2 0 H
H(1) H+ -1 0
E e- 0 0 0
O H2O 0 O 16
O(0) O2 0 O
O(-2) H2O 0 0
"""
_SPECIES = """SOLUTION_SPECIES
H+ = H+
 log_k 0
e- = e-
 log_k 0
H2O = H2O
 log_k 0
2 H2O = O2 + 4 H+ + 4 e-
 log_k -86.08
2 H+ + 2 e- = H2
 log_k -3.15
"""


def charged(formula: str, charge: float) -> str:
    """A formula with its charge, as PHREEQC spells it."""
    return (
        formula
        if not charge
        else f"{formula}{'+' if charge > 0 else '-'}{abs(int(charge)) if abs(charge) > 1 else ''}"
    )


def spelled(problem: Problem) -> list[str]:
    """Names of the species: every component is an element of its own."""
    system = problem.chemistry
    elements = ["H"] + [f"X{ascii_lowercase[k]}" for k in range(len(system.components) - 1)]
    names = []
    for row, charge in zip(system.stoichiometry, system.charges, strict=True):
        protons = int(row[0])
        formula = "".join(
            f"{element}{int(n) if n > 1 else ''}"
            for element, n in zip(elements[1:], row[1:], strict=True)
            if n
        )
        formula = f"{'H' if protons > 0 else ''}{protons if protons > 1 else ''}{formula}"
        formula += f"{'OH' if protons == -1 else ''}"
        assert protons >= -1, "two protons less than none cannot be spelled"
        names.append(charged(formula, charge))
    return names


def database(problem: Problem, log_K: Any = None) -> str:
    """The database; `log_K` of the species in place of those of the problem."""
    system, names = problem.chemistry, spelled(problem)
    log_K = problem.ln_beta[0] / LN10 if log_K is None else log_K
    own = [
        int(np.flatnonzero((system.stoichiometry == row).all(axis=1))[0])
        for row in np.eye(len(system.components))
    ]
    masters, species = [_WATER], [_SPECIES]
    for k in own[1:]:
        element = names[k].rstrip("+-0123456789")
        masters.append(f"{element} {names[k]} 0 {element} 100\n")
    for i, name in enumerate(names):
        if i == own[0]:
            continue
        left = "" if i in own else _left(system.stoichiometry[i], [names[k] for k in own])
        reaction = (
            f"{name} = {name}"
            if i in own
            else f"{left} = {name}{' + H+' if system.stoichiometry[i, 0] < 0 else ''}"
        )
        gamma = "" if system.charges[i] else " -gamma 1 0\n"
        species.append(f"{reaction}\n log_k {float(log_K[i]):.12f}\n{gamma}")
    return "".join([*masters, *species, *_gases(problem)])


def closed(problem: Problem) -> Problem:
    """The same problem with every component counted from its bare ion again, as PHREEQC has to spell it."""
    system, ln_beta = problem.chemistry, problem.ln_beta
    for name in problem.held:
        bare = system.species.index(name) if name != "H" else -1
        if bare >= 0 and system.stoichiometry[bare, 0]:
            ln_beta = ln_beta - system.stoichiometry[:, system.index(name)] * ln_beta[:, [bare]]
            system = counted_from(system, name, name, int(system.stoichiometry[bare, 0]))
    return replace(problem, chemistry=system, ln_beta=ln_beta)


def _gases(problem: Problem) -> list[str]:
    """A phase for each gas: the neutral species whose activity is held."""
    return [
        f"PHASES\nGas{name}\n {theirs} = {theirs}\n log_k 0\n" for name, theirs in _dissolved(problem).items()
    ]


def _dissolved(problem: Problem) -> dict[str, str]:
    """The neutral species that a gas holds, as PHREEQC spells it, by component."""
    system, names = problem.chemistry, spelled(problem)
    found = {}
    for component in set(problem.held) - {"H"}:
        column = system.stoichiometry[:, system.index(component)]
        alone = np.abs(system.stoichiometry[:, 1:]).sum(axis=1) == 1
        found[component] = names[int(np.flatnonzero((column == 1) & alone & (system.charges == 0))[0])]
    return found


def _left(row: Any, masters: list[str]) -> str:
    parts = ["H2O"] if row[0] < 0 else [f"{int(row[0])} H+"] if row[0] > 0 else []
    parts += [f"{int(n)} {master}" for n, master in zip(row[1:], masters[1:], strict=True) if n]
    return " + ".join(parts)


def solved_by_phreeqc(problem: Problem, T_degC: float, folder: Path, log_K: Any = None) -> dict[str, float]:
    """Free concentration of every species in mol/kg of water, by our names.

    Parameters
    ----------
    problem : one row; a titrant, if any, adds one ion, which PHREEQC finds from neutrality.
    T_degC : temperature, for PHREEQC's own water.
    folder : to write the database in.
    log_K : formation constants in place of those of the problem.
    """
    (folder / "ours.dat").write_text(database(problem, log_K) + "END\n")
    engine = PhreeqPython(database="ours.dat", database_directory=folder)
    engine.ip.run_string(input_of(problem, T_degC))
    found = engine.get_solution(1).species
    return {
        ours: found.get(theirs, 0.0)
        for ours, theirs in zip(problem.chemistry.species, spelled(problem), strict=True)
    }


def input_of(problem: Problem, T_degC: float) -> str:
    """A problem of one row as PHREEQC reads it."""
    system = problem.chemistry
    pivot = problem.additions[0].pivot if problem.additions else ""
    lines = ["SOLUTION 1", f" temp {T_degC}", " units mol/kgw", " pe 4"]
    pH = -float(problem.held["H"][0]) / LN10 if "H" in problem.held else 7.0
    lines.append(f" pH {pH!r}{'' if pivot else ' charge'}")
    for k, name in enumerate(system.components[1:], 1):
        if name in problem.held:
            pressure = float(problem.held[name][0]) / LN10
            lines.append(f" X{ascii_lowercase[k - 1]} 0.001 Gas{name} {pressure!r}")
            continue
        total = float(problem.totals_M[0, k])
        amount = f"{max(total, 1e-3)!r} charge" if name == pivot else repr(total)
        if total or name == pivot:
            lines.append(f" X{ascii_lowercase[k - 1]} {amount}")
    return "\n".join([*lines, "END"]) + "\n"
