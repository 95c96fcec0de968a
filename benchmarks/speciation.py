"""Free Mg2+ of the guide's pipette by kalimag and by PHREEQC: same constants, same activity model.

CPU time, as both are asked for it: one solution alone, one of many solved together, the whole of `check`, and
10 000 draws of one recipe. PHREEQC is given a database of our species and nothing else, which is kind to it;
its time is for one SOLUTION block, read, solved and asked for one molality. It is compiled, kalimag is not.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stopwatch import save

from kalimag.solutions import check, read_recipe
from kalimag.solutions.balance import Problem
from kalimag.solutions.equilibrium import solve
from kalimag.solutions.mixture import draw, mixture_of, problem_at

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "solutions"))
from phreeqc_database import closed, database, input_of, spelled  # the oracle of the tests

REPEATS, DRAWS, TOGETHER = 9, 10_000, 1000
GOAL_MS, GOAL_DRAWS_S = 0.3, 1.0


def cpu_s(way: Callable[[], Any], times: int) -> float:
    """Least CPU time of one call, over some rounds of so many calls."""
    way()
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        for _ in range(times):
            way()
        best = min(best, (time.process_time() - start) / times)
    return best


def peer(problem: Problem, T_degC: float) -> Callable[[], float]:
    """PHREEQC with our species, asked for free Mg2+ in M."""
    from phreeqpython import PhreeqPython

    asked = spelled(problem)[problem.chemistry.index("Mg")]
    with TemporaryDirectory() as folder:
        (Path(folder) / "ours.dat").write_text(database(problem) + "END\n", encoding="utf-8")
        engine = PhreeqPython(database="ours.dat", database_directory=Path(folder))
    words = input_of(problem, T_degC)

    def ask() -> float:
        engine.ip.run_string(words)
        return float(engine.ip.get_molality(1, asked))

    return ask


def main() -> None:
    recipe = read_recipe("guide-pipette").with_amount("MgCl2", 1.0)
    mixture = mixture_of(recipe)
    one = problem_at(mixture, draw(mixture, 0, 1), recipe.temperature_degC, slice(0, 1))
    many = problem_at(mixture, draw(mixture, TOGETHER - 1, 1), recipe.temperature_degC, slice(None))
    bath = read_recipe("guide-bath")
    open_to_gas = mixture_of(bath)
    second = problem_at(open_to_gas, draw(open_to_gas, 0, 1), bath.temperature_degC, slice(0, 1))
    bath_s = cpu_s(lambda: solve(second), 300)
    phreeqc, mg = peer(one, recipe.temperature_degC), mixture.chemistry.index("Mg")
    their_bath = cpu_s(peer(closed(second), bath.temperature_degC), 300)
    alone, theirs = cpu_s(lambda: solve(one), 300), cpu_s(phreeqc, 300)
    together = cpu_s(lambda: solve(many), 3) / TOGETHER
    whole, draws_s = cpu_s(lambda: check(recipe, draws=0), 50), cpu_s(lambda: check(recipe, draws=DRAWS), 1)
    save(
        "speciation",
        {
            "job": "free Mg2+ of the guide's pipette with 1 mM MgCl2, pH by KOH",
            "clock": "CPU time of the process, all threads",
            "species": len(mixture.chemistry.species),
            "milliseconds": {
                "kalimag, one solution alone": round(1e3 * alone, 3),
                f"kalimag, one of {TOGETHER} together": round(1e3 * together, 4),
                "kalimag, check from recipe to result without draws": round(1e3 * whole, 3),
                "PHREEQC, one solution": round(1e3 * theirs, 3),
                "kalimag, the guide's bath under its gas, pH unknown": round(1e3 * bath_s, 3),
                "PHREEQC, the guide's bath under its gas": round(1e3 * their_bath, 3),
            },
            "asked_for_ms": GOAL_MS,
            "PHREEQC_takes_times_as_long": {
                "as one alone": round(theirs / alone, 2),
                "as one of many": round(theirs / together, 1),
            },
            "draws": {"number": DRAWS, "seconds": round(draws_s, 3), "asked_for": GOAL_DRAWS_S},
            "free_Mg_mM": {
                "kalimag": round(1e3 * float(solve(one).species_M[0, mg]), 6),
                "PHREEQC": round(1e3 * phreeqc(), 6),
            },
            "peer": {"phreeqpython": version("phreeqpython")},
        },
    )


if __name__ == "__main__":
    main()
