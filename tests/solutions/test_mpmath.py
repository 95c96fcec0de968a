"""The equations of mass, charge and activity, written down once more and solved to 50 digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from kalimag.solutions import Recipe, read_recipe, written_recipe
from kalimag.solutions.equilibrium import Equilibrium
from kalimag.solutions.mixture import draw, mixture_of
from kalimag.solutions.solved import solved

POTASSIUM = {"pH": 7.2, "titrant": "KOH"}
RECIPES: dict[str, Recipe] = {
    "pipette": read_recipe("guide-pipette"),
    "pipette R4N": written_recipe(
        {"K-gluconate": "115 mM", "NaCl": "4 mM", "MgCl2": "5 mM", "ATP-Mg": "2 mM", "HEPES": "40 mM"},
        "37 degC",
        constants="R4N",
        **POTASSIUM,
    ),
    "calcium buffer": written_recipe(
        {"KCl": "130 mM", "EGTA": "10 mM", "CaCl2": "9.99 mM", "HEPES": "10 mM", "MgCl2": "1 mM"}, **POTASSIUM
    ),
    "many ligands": written_recipe(
        {"KCl": "20 mM", "MgSO4": "3 mM", "CaCl2": "1 mM", "K-citrate": "5 mM", "K4BAPTA": "2 mM",
         "EDTA": "1 mM",
         "NaH2PO4": "4 mM", "NaF": "2 mM", "Na2ATP": "3 mM", "Na-phosphocreatine": "5 mM", "MOPS": "10 mM"},
        "30 degC", constants="R4N", pH=7.0, titrant="NaOH",
    ),
    "bath": read_recipe("guide-bath"),
    "acid": written_recipe(
        {"H3PO4": "10 mM", "MgSO4": "10 mM", "citric acid": "5 mM"}, pH=2.5, titrant="KOH"
    ),
    "unbuffered": written_recipe({"NaCl": "150 mM", "MgCl2": "1 mM"}, constants="R4N"),
}  # fmt: skip


def found_by_us(recipe: Recipe) -> Equilibrium:
    mixture = mixture_of(recipe)
    found, _ = solved(mixture, draw(mixture, 0, 1))
    return found


def disagreement(found: Equilibrium) -> float:
    """Largest relative difference of any species from a solution to 50 digits of the plain equations."""
    problem, system = found.problem, found.problem.chemistry
    mp: Any = mpmath.mp.clone()
    mp.dps = 50
    nu = [[mp.mpf(float(n)) for n in row] for row in system.stoichiometry]
    z2 = [mp.mpf(float(z)) ** 2 for z in system.charges]
    beta = [mp.mpf(float(value)) for value in problem.ln_beta[0]]
    slope = mp.mpf(float(problem.slope[0])) * mp.log(10)
    there = [
        k for k, name in enumerate(system.components) if problem.totals_M[0, k] or name in ("H", "K", "Na")
    ]
    there = [k for k in there if np.isfinite(found.ln_activity[0, k])]
    held = {system.index(name): mp.mpf(float(value[0])) for name, value in problem.held.items()}
    free = [k for k in there if k not in held]
    added = [{system.index(n): mp.mpf(c) for n, c in a.parts.items()} for a in problem.additions]

    def concentrations(x: dict[int, Any], strength: Any) -> list[Any]:
        root = mp.sqrt(strength)
        g = slope * (root / (1 + root) - mp.mpf("0.3") * strength)
        used = [all(not n or k in x for k, n in enumerate(row)) for row in nu]
        return [
            mp.exp(beta[i] + sum(nu[i][k] * x[k] for k in x) + g * z2[i]) if used[i] else mp.mpf(0)
            for i in range(len(nu))
        ]

    def equations(*unknown: Any) -> list[Any]:
        x = {**dict(zip(free, unknown, strict=False)), **held}
        strength, amounts = mp.exp(unknown[len(free)]), unknown[len(free) + 1 :]
        c = concentrations(x, strength)
        rows = []
        for k in there:
            if k in held and not (k == 0 and added):
                continue
            extra = sum(amount * parts.get(k, 0) for amount, parts in zip(amounts, added, strict=True))
            balance = (
                sum(nu[i][k] * c[i] for i in range(len(nu))) - mp.mpf(float(problem.totals_M[0, k])) - extra
            )
            rows.append(balance * 1000)
        return [*rows, (sum(z2[i] * c[i] for i in range(len(nu))) / 2 - strength) * 1000]

    begin = [mp.mpf(float(found.ln_activity[0, k])) for k in free]
    begin += [mp.log(mp.mpf(float(found.I_M[0]))), *(mp.mpf(float(m)) for m in found.added_M[0])]
    solution = mp.findroot(equations, begin, tol=1e-60, maxsteps=20)
    x = {**dict(zip(free, solution, strict=False)), **held}
    exact = concentrations(x, mp.exp(solution[len(free)]))
    assert abs(sum(float(z) * c for z, c in zip(system.charges, exact, strict=True))) < 1e-15
    pairs = [(ours, true) for ours, true in zip(found.species_M[0], exact, strict=True) if true]
    assert len(pairs) > 5
    return float(max(abs(mp.mpf(float(ours)) / true - 1) for ours, true in pairs))


@pytest.mark.parametrize("name", RECIPES)
def test_fifty_digits(name: str) -> None:
    found = found_by_us(RECIPES[name])
    assert found.converged.all()
    assert disagreement(found) < 1e-9


def test_a_planted_error_is_seen() -> None:
    found = found_by_us(RECIPES["pipette"])
    found.species_M[0, 3] *= 1 + 1e-8
    assert disagreement(found) > 1e-9
