"""Newton's method in logarithms with an exact Jacobian, for many rows of one scheme together."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from kalimag.solutions.activity import davies_with_slope
from kalimag.solutions.balance import Problem, Scheme
from kalimag.solutions.chemistry import LN10, Chemistry
from kalimag.solutions.minimum import minimised
from kalimag.solutions.water import Array, Index, Mask

Rows = slice | Index
TOLERANCE, PATIENCE = 1e-13, 15  # of a step in ln; where rounding is coarser, 1e-8 after some patience
MAX_STEP = 3.0
BOLD_STEPS, CAREFUL_STEPS = 40, 200
_NO_IONS_M = 1e-18  # keeps the logarithm of ionic strength finite where nothing has a charge
ONE_ION_M = 1.7e-24  # one in a litre; less is none
_NEAR = 1e-5
ABSENT = -690.0  # ln of a concentration that is as good as none


class Newton:
    """Residuals and their derivatives, and the steps taken with them.

    Parameters
    ----------
    problem : what is solved.
    scheme, amounts : its equations.
    """

    def __init__(self, problem: Problem, scheme: Scheme, amounts: Array) -> None:
        self.problem, self.scheme, self.amounts = problem, scheme, amounts
        self.slope = problem.slope * LN10
        self.squares = problem.chemistry.charges**2
        self.nu, self.stacked, signed = _stacked(problem.chemistry, scheme)
        self.heads = len(scheme.weights) + len(signed)
        # a slice gives views, which is quicker than a list of places; most schemes have one such equation
        self.signed: Rows = slice(signed[0], signed[0] + 1) if len(signed) == 1 else signed
        self.base = problem.ln_beta
        for name, value in problem.held.items():
            column = problem.chemistry.stoichiometry[:, problem.chemistry.index(name)]
            self.base = self.base + value[:, None] * column
        self.more_M, self.less_M = np.maximum(-amounts, 0), np.maximum(amounts, 0)
        self.more_M[:, -1] += _NO_IONS_M
        self.absent = np.abs(amounts) < ONE_ION_M
        self.absent[:, [*signed, *scheme.targets, -1]] = False
        self.any_absent = bool(self.absent.any())
        wanted = [a.free_M for a in problem.additions if a.free_M is not None]
        self.wanted = np.log(np.column_stack(wanted)) if wanted else np.zeros((len(amounts), 0))

    def run(self, these: slice, begin: Array) -> tuple[Array, Mask, int]:
        """Step some rows until each has stopped.

        Parameters
        ----------
        these : the rows.
        begin : where to begin, shape (rows, n + 1).

        Returns
        -------
        unknowns, whether each row settled, and the steps of the slowest.
        """
        u = self.placed(these, begin)
        settled, last = np.zeros(len(u), dtype=bool), np.full(len(u), np.inf)
        rows: Rows = these
        active: Rows = slice(None)
        for step in range(1, BOLD_STEPS + 1):
            move, _ = self.step(rows, u[active])
            size = np.abs(move).max(axis=1)
            u[active] += np.minimum(np.maximum(move, -MAX_STEP), MAX_STEP)
            near = size.min() < _NEAR
            if near:
                settled[active] = _stopped(size, last[active], step)
            last[active] = size
            if (
                near and settled.any()
            ):  # views while everybody is under way, copies of the others from then on
                active = np.flatnonzero(~settled)
                if not len(active):
                    return u, settled, step
                rows = active + these.start
        left = np.flatnonzero(~settled)
        begin = begin[left]
        if not self.problem.additions:
            begin = minimised(self, left + these.start, begin)
        u[left], settled[left] = self.descend(left + these.start, begin)
        return u, settled, step

    def placed(self, these: Rows, u: Array) -> Array:
        """A copy of unknowns with those that are not there put out of the way."""
        return np.where(self.absent[these], ABSENT, u) if self.any_absent else np.array(u)

    def descend(self, these: Index, begin: Array) -> tuple[Array, Mask]:
        """Steps that never let the residuals grow, for rows that went round in circles."""
        u = self.placed(these, begin)
        settled = np.zeros(len(these), dtype=bool)
        best = np.full(len(these), np.inf)
        tried, share, move = u.copy(), np.ones(len(these)), np.zeros_like(u)
        for _ in range(CAREFUL_STEPS):
            new, residual = self.step(these, tried)
            norm, size = np.linalg.norm(residual, axis=1), np.abs(new).max(axis=1)
            better = (norm < best) & np.isfinite(size)
            settled |= better & (size < 1e-8)
            u[better], best[better], move[better] = tried[better], norm[better], new[better]
            share = np.where(better, np.minimum(1.0, MAX_STEP / np.maximum(size, MAX_STEP)), share / 3)
            tried = u + share[:, None] * move
            if (settled | (share < 1e-9)).all():
                break
        return u + np.where(settled[:, None], move, 0.0), settled

    def concentrations(self, these: Rows, u: Array) -> tuple[Array, Array, Array, Array]:
        """Of all species (rows, species); ionic strength, −ln γ at one charge, and its slope (rows,)."""
        strength = np.exp(u[:, -1])
        F, slope = davies_with_slope(strength)
        g = self.slope[these] * F
        exponent = self.base[these] + u[:, :-1] @ self.nu.T + g[:, None] * self.squares
        return np.exp(np.minimum(exponent, 300.0)), strength, g, self.slope[these] * slope

    def step(self, these: Rows, u: Array) -> tuple[Array, Array]:
        """The Newton step from `u`, and the residuals there."""
        c, strength, g, dg = self.concentrations(these, u)
        size = len(self.scheme.weights)
        sums = c @ self.stacked
        slopes = sums[:, self.heads :].reshape(len(c), -1, size)
        slopes[:, :, -1] *= dg[:, None]
        more = np.maximum(sums[:, :size] + self.more_M[these], 1e-300)
        less = self.less_M[these].copy()
        less[:, -1] = strength
        jacobian = slopes[:, :size] / more[:, :, None]
        jacobian[:, -1, -1] -= 1.0
        if self.heads > size:
            less[:, self.signed] += sums[:, size : self.heads]
            np.maximum(less, 1e-300, out=less)
            jacobian[:, self.signed] -= slopes[:, size:] / less[:, self.signed, None]
        if self.any_absent:
            more[self.absent[these]] = 1.0
            self._leave_out(these, less, jacobian)
        residual = np.log(more / less)
        for number, place in enumerate(self.scheme.targets):
            square = self.squares[self.scheme.own[self.scheme.unknown[place]]]
            residual[:, place] = u[:, place] + square * g - self.wanted[these, number]
            jacobian[:, place] = 0.0
            jacobian[:, place, place] = 1.0
            jacobian[:, place, -1] = square * dg
        return -_solved(jacobian, residual), residual

    def _leave_out(self, these: Rows, less: Array, jacobian: Array) -> None:
        row, place = np.nonzero(self.absent[these])
        less[row, place] = 1.0
        jacobian[row, place] = 0.0
        jacobian[row, place, place] = 1.0


def _stopped(size: Array, last: Array, step: int) -> Mask:
    """Whether what a next step would do, judged by how the last two shrank, is rounding only."""
    if step > PATIENCE:
        return size < 1e-8
    return (size < _NEAR) & (size * (size / last) ** 2 < TOLERANCE)


@lru_cache(maxsize=64)
def _stacked(system: Chemistry, scheme: Scheme) -> tuple[Array, Array, Index]:
    """What concentrations are multiplied with: both sides of the equations first, then all derivatives."""
    nu = system.stoichiometry[:, scheme.unknown]
    each = np.concatenate([nu, system.charges[:, None] ** 2], axis=1)
    signed = np.flatnonzero((scheme.weights < 0).any(axis=1))
    sides = np.vstack([np.maximum(scheme.weights, 0), np.maximum(-scheme.weights[signed], 0)])
    slopes = sides.T[:, :, None] * each[:, None, :]
    return nu, np.concatenate([sides.T, slopes.reshape(len(nu), -1)], axis=1), signed


def _solved(jacobian: Array, residual: Array) -> Array:
    try:
        move = np.linalg.solve(jacobian, residual[:, :, None])
    except np.linalg.LinAlgError:
        move = np.linalg.solve(jacobian + 1e-9 * np.eye(jacobian.shape[1]), residual[:, :, None])
    return np.asarray(move[:, :, 0], dtype=np.float64)
