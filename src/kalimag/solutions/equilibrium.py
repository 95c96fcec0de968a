"""Solving for all free concentrations and the ionic strength at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kalimag.solutions.activity import davies
from kalimag.solutions.balance import Problem, Scheme, amounts, scheme_of
from kalimag.solutions.chemistry import LN10
from kalimag.solutions.newton import Newton
from kalimag.solutions.start import first_guess
from kalimag.solutions.water import Array, Mask

_CHUNK = 1000  # rows that fit into the cache together
_NOTHING_M = 1e-150


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """Solved rows; where `converged` is false the numbers of a row mean nothing and are NaN.

    Parameters
    ----------
    problem : what was solved.
    species_M : shape (rows, species).
    I_M : ionic strength, shape (rows,).
    ln_activity : of the components, shape (rows, components); about −690 where there is none.
    added_M : of each addition, shape (rows, additions); negative where it would have to be taken out.
    converged : shape (rows,).
    iterations : Newton steps of the slowest row.
    unknowns : the solution vector, to start a similar problem from, shape (rows, n + 1).
    """

    problem: Problem
    species_M: Array
    I_M: Array
    ln_activity: Array
    added_M: Array
    converged: Mask
    iterations: int
    unknowns: Array


def solve(problem: Problem, start: Array | None = None) -> Equilibrium:
    """Solve every row of a problem.

    Parameters
    ----------
    problem : chemistry, totals and conditions.
    start : the `unknowns` of a similar problem, shape (rows, n + 1) or (1, n + 1); None to begin afresh.

    Returns
    -------
    Equilibrium; a row that has no solution is marked, never given a number.
    """
    scheme = scheme_of(problem)
    wanted = amounts(problem, scheme)
    newton = Newton(problem, scheme, wanted)
    begin = first_guess(problem, scheme, wanted) if start is None else start
    if len(begin) != len(wanted):
        begin = np.broadcast_to(begin, wanted.shape)
    if len(wanted) <= _CHUNK:
        return _finished(problem, scheme, *newton.run(slice(0, len(wanted)), begin))
    pieces = []
    for first in range(0, len(wanted), _CHUNK):
        these = slice(first, min(first + _CHUNK, len(wanted)))
        pieces.append(newton.run(these, begin[these]))
    unknowns, converged = np.concatenate([p[0] for p in pieces]), np.concatenate([p[1] for p in pieces])
    return _finished(problem, scheme, unknowns, converged, max(piece[2] for piece in pieces))


def _finished(problem: Problem, scheme: Scheme, u: Array, converged: Mask, iterations: int) -> Equilibrium:
    system, n = problem.chemistry, len(scheme.unknown)
    if not converged.all():
        u = np.where(converged[:, None], u, np.nan)
    strength = np.exp(u[:, n])
    g = LN10 * problem.slope * davies(strength)
    x = np.zeros(problem.totals_M.shape)
    x[:, scheme.unknown] = u[:, :n]
    for name, value in problem.held.items():
        x[:, system.index(name)] = value
    c = np.exp(problem.ln_beta + x @ system.stoichiometry.T + g[:, None] * system.charges**2)
    if len(scheme.spectators):
        alone = scheme.own[scheme.spectators]
        c[:, alone] = problem.totals_M[:, scheme.spectators]
        ln_c = np.log(np.maximum(c[:, alone], 1e-300))
        x[:, scheme.spectators] = ln_c - g[:, None] * system.charges[alone] ** 2
    c[c < _NOTHING_M] = 0.0
    if not converged.all():
        c[~converged], x[~converged] = np.nan, np.nan
    spent = scheme.pivots
    parts = [addition.parts[addition.pivot] for addition in problem.additions]
    return Equilibrium(
        problem=problem,
        species_M=c,
        I_M=strength,
        ln_activity=x,
        added_M=(c @ system.stoichiometry[:, spent] - problem.totals_M[:, spent]) / np.array(parts),
        converged=converged,
        iterations=iterations,
        unknowns=u,
    )
