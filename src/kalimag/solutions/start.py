"""Where the solver begins: ligands as if there were no metal, metals as if they were traces, pH by a scan."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from kalimag.solutions.activity import davies
from kalimag.solutions.balance import Problem, Scheme
from kalimag.solutions.chemistry import LN10, Chemistry
from kalimag.solutions.water import Array

_TRACE_M = 1e-30
_SCAN = -LN10 * np.arange(-1.5, 16.0, 0.5)


def first_guess(problem: Problem, scheme: Scheme, amounts: Array) -> Array:
    """A place to begin, shape (rows, n + 1): ln activities of the unknowns, and ln of the ionic strength."""
    system = problem.chemistry
    alone, squares = _alone(system), system.charges[scheme.own] ** 2
    strength = np.clip(0.3 * np.abs(problem.totals_M[:, 1:]) @ squares[1:], 1e-8, 0.3)
    repelled = LN10 * problem.slope * davies(strength)
    exponent = problem.ln_beta + repelled[:, None] * system.charges**2
    known = np.maximum(problem.totals_M, _TRACE_M)
    x = np.log(known)
    x[:, 0] = 0.0
    for name, value in problem.held.items():
        x[:, system.index(name)] = value
    if "H" not in problem.held:
        x[:, 0] = _scanned(problem, exponent, alone, known)
    forms = np.exp(np.minimum(exponent + x[:, :1] * system.stoichiometry[:, 0], 300.0)) @ alone
    bound = [k for k in scheme.unknown if k]
    x[:, bound] -= np.log(forms[:, bound])
    _put_metals(problem, scheme, x, exponent)
    _put_additions(problem, scheme, x, exponent, amounts)
    c = np.exp(np.minimum(exponent + x @ system.stoichiometry.T, 0.0))
    strength = c @ scheme.weights[-1] - amounts[:, -1]
    guess: Array = np.column_stack([x[:, scheme.unknown], np.log(np.clip(strength, 1e-12, 1.0))])
    return guess


def _put_metals(problem: Problem, scheme: Scheme, x: Array, exponent: Array) -> None:
    """Metals bind as traces would, unless they fill a ligand; then ligands make room for them."""
    if not scheme.metals:
        return
    totals, nu = problem.totals_M, problem.chemistry.stoichiometry
    turned = nu.T
    x[:, scheme.metals] -= 14.0  # so thin that no ligand holds two
    for k in scheme.metals:
        c = np.exp(np.minimum(exponent + x @ turned, 300.0))
        bound = (c * turned[k]) @ nu
        share = np.maximum(totals[:, k], _TRACE_M) / bound[:, k]
        bound *= share[:, None]
        bound[:, [0, k]] = 0.0
        full = bound > totals
        left = totals[:, k] - (full * totals).sum(axis=1)
        counted = np.maximum(totals[:, k] - (full * bound).sum(axis=1), _TRACE_M)
        x[:, k] += np.log(share * np.where(left > 0.01 * totals[:, k], left / counted, 1.0))
    c = np.exp(np.minimum(exponent + x @ turned, 300.0))
    wanted, found = np.maximum(totals[:, scheme.rest], _TRACE_M), c @ np.abs(nu[:, scheme.rest])
    x[:, scheme.rest] += np.log(wanted / np.maximum(found, _TRACE_M))


@lru_cache(maxsize=64)
def _alone(system: Chemistry) -> Array:
    """Species of one component each besides protons; shape (species, components)."""
    nu = system.stoichiometry
    others = np.abs(nu[:, 1:]).sum(axis=1) == 1
    alone = (nu == 1) & others[:, None]
    alone[:, 0] = False
    return np.asarray(alone, dtype=np.float64)


def _put_additions(problem: Problem, scheme: Scheme, x: Array, exponent: Array, amounts: Array) -> None:
    """Free concentrations that are asked for, and as much titrant as the protons need."""
    system = problem.chemistry
    for addition in problem.additions:
        column = system.index(addition.pivot)
        own = scheme.own[column]
        if addition.free_M is not None:
            x[:, column] = np.log(addition.free_M) - exponent[:, own]
            continue
        place = int(np.flatnonzero(scheme.unknown == column)[0])
        x[:, column] = np.log(_TRACE_M)
        c = np.exp(np.minimum(exponent + x @ system.stoichiometry.T, 0.0))
        weight = scheme.weights[place]
        scale = np.maximum(c @ np.abs(weight), np.abs(amounts[:, place]))
        needed = problem.totals_M[:, column] + 0.01
        if weight[own]:
            needed = (amounts[:, place] - c @ weight) / weight[own]
        x[:, column] = np.log(np.maximum(needed, 0.05 * scale)) - exponent[:, own]


def _scanned(problem: Problem, exponent: Array, alone: Array, known: Array) -> Array:
    """ln activity of H where the protons balance, metals left out; shape (rows,)."""
    system, nu = problem.chemistry, problem.chemistry.stoichiometry
    columns = [0, *(system.index(name) for name in problem.held)]
    held = exponent + sum(
        (value[:, None] * nu[:, system.index(name)] for name, value in problem.held.items()),
        start=np.zeros((1, len(nu))),
    )
    water = np.abs(np.delete(nu, columns, axis=1)).sum(axis=1) == 0
    excess = np.empty((len(_SCAN), len(exponent)))
    for step, x in enumerate(_SCAN):
        c = np.exp(np.minimum(held + x * nu[:, 0], 300.0))
        bound = (c * nu[:, 0]) @ alone / np.maximum(c @ alone, _TRACE_M) * known
        excess[step] = bound.sum(axis=1) + (c * nu[:, 0]) @ water - problem.totals_M[:, 0]
    first = np.clip((excess > 0).sum(axis=0) - 1, 0, len(_SCAN) - 2)
    high, low = (excess[first + k, np.arange(len(exponent))] for k in (0, 1))
    share = np.clip(high / np.where(high == low, 1.0, high - low), 0.0, 1.0)
    between: Array = _SCAN[first] + share * (_SCAN[first + 1] - _SCAN[first])
    return between
