"""Where the solver begins: ligands as if there were no metal, metals as if they were traces, pH by a scan."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from kalimag.solutions.activity import davies
from kalimag.solutions.balance import Problem, Scheme
from kalimag.solutions.chemistry import LN10, Chemistry
from kalimag.solutions.water import Array

_TRACE_M, _ROUNDS = 1e-30, 3
_BLOCK = 100
_SCAN = -LN10 * np.arange(-1.5, 16.0, 0.5)


def first_guess(problem: Problem, scheme: Scheme, amounts: Array) -> Array:
    """A place to begin, shape (rows, n + 1): ln activities of the unknowns, and ln of the ionic strength."""
    system = problem.chemistry
    alone, nu = _alone(system), system.stoichiometry
    strength = np.minimum(np.maximum(0.3 * np.abs(problem.totals_M) @ scheme.squares, 1e-8), 0.3)
    repelled = LN10 * problem.slope * davies(strength)
    exponent = problem.ln_beta + repelled[:, None] * system.charges**2
    known = np.maximum(problem.totals_M, _TRACE_M)
    x = np.log(known)
    x[:, 0] = 0.0
    for name, value in problem.held.items():
        x[:, system.index(name)] = value
    if "H" not in problem.held:
        x[:, 0] = _scanned(problem, exponent, alone, known)
    forms = np.exp(np.minimum(exponent + x[:, :1] * nu[:, 0], 300.0)) @ alone
    for columns in (scheme.rest, scheme.metals):
        x[:, columns] -= np.log(forms[:, columns])
    _put_metals(problem, scheme, x, exponent)
    _put_additions(problem, scheme, x, exponent, amounts)
    c = np.exp(np.minimum(exponent + x @ nu.T, 0.0))
    guess = np.empty(amounts.shape)
    guess[:, :-1] = x[:, scheme.unknown]
    strength = c @ scheme.weights[-1] - amounts[:, -1]
    guess[:, -1] = np.log(np.minimum(np.maximum(strength, 1e-12), 1.0))
    return guess


def _put_metals(problem: Problem, scheme: Scheme, x: Array, exponent: Array) -> None:
    """Metals bind as traces would, unless they fill a ligand; then ligands make room for them."""
    if not len(scheme.metals):
        return
    totals, nu = problem.totals_M, problem.chemistry.stoichiometry
    turned = nu.T
    x[:, scheme.metals] -= 14.0  # so thin that no ligand holds two
    for k in scheme.metals:
        c = np.exp(np.minimum(exponent + x @ turned, 300.0))
        bound = (c * turned[k]) @ nu
        alone = bound[:, k] - bound[:, 1:k].sum(axis=1) - bound[:, k + 1 :].sum(axis=1)
        bound[:, [0, k]] = 0.0
        x[:, k] += _more(alone, bound, np.maximum(totals[:, k], _TRACE_M), np.maximum(totals, _TRACE_M))
    c = np.exp(np.minimum(exponent + x @ turned, 300.0))
    wanted, found = np.maximum(totals[:, scheme.rest], _TRACE_M), c @ scheme.rest_counts
    x[:, scheme.rest] += np.log(wanted / np.maximum(found, _TRACE_M))


def _more(alone: Array, bound: Array, metal: Array, ligands: Array) -> Array:
    """By how much a trace of metal is raised, in ln, until its ligands are as full as its total makes them.

    Parameters
    ----------
    alone, bound : what of the trace is free, shape (rows,), and held by each component, (rows, components).
    metal, ligands : totals, shapes (rows,) and (rows, components).
    """
    alone = np.maximum(alone, _TRACE_M)
    fullness = bound / ligands
    times = metal / (alone + bound.sum(axis=1))
    for _ in range(_ROUNDS):  # the curve bends down, so Newton comes from below and never jumps over
        room = 1 / (1 + fullness * times[:, None])
        held = bound * room
        found = alone + held.sum(axis=1)
        times = times + (metal - times * found) / (alone + (held * room).sum(axis=1))
    more: Array = np.log(times)
    return more


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
    turned, total = problem.chemistry.stoichiometry.T, problem.totals_M
    for addition, column, place in zip(problem.additions, scheme.pivots, scheme.pivot_places, strict=True):
        own = scheme.own[column]
        if addition.free_M is not None:
            x[:, column] = np.log(addition.free_M) - exponent[:, own]
            continue
        x[:, column] = np.log(_TRACE_M)
        weight, wanted = scheme.weights[place], amounts[:, place]
        has = np.exp(np.minimum(exponent + x @ turned, 0.0)) @ weight
        needed = (wanted - has) / weight[own] if weight[own] else total[:, column] + 0.01
        least = 0.05 * np.maximum(np.abs(wanted), 1e-6)
        x[:, column] = np.log(np.maximum(needed, least)) - exponent[:, own]


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
    together = max(1, _BLOCK // len(exponent))  # of a single row all at once, of many one after the other
    for begin in range(0, len(_SCAN), together):
        points = slice(begin, begin + together)
        c = np.exp(np.minimum(held + _SCAN[points, None, None] * nu[:, 0], 300.0))
        bound = (c * nu[:, 0]) @ alone / np.maximum(c @ alone, _TRACE_M) * known
        excess[points] = bound.sum(axis=2) + (c * nu[:, 0]) @ water - problem.totals_M[:, 0]
    first = np.clip((excess > 0).sum(axis=0) - 1, 0, len(_SCAN) - 2)
    high, low = (excess[first + k, np.arange(len(exponent))] for k in (0, 1))
    share = np.clip(high / np.where(high == low, 1.0, high - low), 0.0, 1.0)
    between: Array = _SCAN[first] + share * (_SCAN[first + 1] - _SCAN[first])
    return between
