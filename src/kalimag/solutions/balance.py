"""The equations of an equilibrium: what is conserved, what is held, and what is added to get there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from kalimag.errors import KalimagError
from kalimag.solutions.chemistry import Chemistry
from kalimag.solutions.water import Array, Index


@dataclass(frozen=True, eq=False)
class Addition:
    """Something added until a condition holds, such as KOH until the pH is right.

    Parameters
    ----------
    name : what it is ("KOH").
    parts : components in one of it; a hydroxide counts as a proton taken away.
    pivot : the component of `parts` by which it is added, "K" for KOH.
    free_M : the free concentration of the pivot to be reached, shape (rows,); None for a titrant, whose
        condition is that the activity of H is held.
    """

    name: str
    parts: Mapping[str, float]
    pivot: str
    free_M: Array | None = None


@dataclass(frozen=True, eq=False)
class Problem:
    """Solutions to be solved together: one chemistry, any number of rows (solutions, or draws of one).

    Parameters
    ----------
    chemistry : components and species.
    ln_beta : ln of the formation constants at I = 0, shape (rows, species).
    totals_M : what was put in, shape (rows, components); of H, protons minus hydroxide.
    slope : Debye–Hückel slope A, shape (rows,); 0 switches activity off.
    held : ln of the activity that is held, by component, shape (rows,).
    additions : what is added until a condition holds; one titrant where H is held.
    """

    chemistry: Chemistry
    ln_beta: Array
    totals_M: Array
    slope: Array
    held: Mapping[str, Array] = field(default_factory=dict)
    additions: tuple[Addition, ...] = ()


@dataclass(frozen=True, eq=False)
class Scheme:
    """What does not depend on amounts. Every equation reads ln(sum of terms) = ln(sum of other terms).

    Parameters
    ----------
    mix : shape (components, components); what no addition can change, as sums of components.
    unknown : columns of the components that are solved for, n of them; ionic strength comes after them.
    order : rows of `mix` that the unknowns are solved from.
    weights : of the species in the equations, shape (n + 1, species); the last one is ionic strength.
    targets : places of unknowns whose free concentration is asked for.
    spectators : columns of components that bind nothing; their concentration is their total.
    own : for each component, the species that is that component and nothing else.
    squares : squared charge of each component, 0 for H.
    metals : unknown columns with more than one positive charge, targets not among them.
    rest, rest_counts : the other unknown columns but H, and how often species hold them.
    pivots, pivot_places : columns of what is added, and where they stand among the unknowns.
    """

    mix: Array
    unknown: Index
    order: Index
    weights: Array
    targets: tuple[int, ...]
    spectators: Index
    own: Index
    squares: Array
    metals: Index
    rest: Index
    rest_counts: Array
    pivots: Index
    pivot_places: Index


def scheme_of(problem: Problem) -> Scheme:
    """The scheme of a problem; problems that differ in numbers only share it."""
    additions = tuple(
        (a.name, tuple(a.parts.items()), a.pivot, a.free_M is not None) for a in problem.additions
    )
    return _scheme(problem.chemistry, tuple(problem.held), additions)


_Added = tuple[str, tuple[tuple[str, float], ...], str, bool]


@lru_cache(maxsize=64)
def _scheme(system: Chemistry, held: tuple[str, ...], additions: tuple[_Added, ...]) -> Scheme:
    nu, size = system.stoichiometry, len(system.components)
    mix = _conserved(system, additions)
    pivots = {system.index(pivot): wanted for _, _, pivot, wanted in additions}
    changed = mix != np.eye(size)
    idle = (np.abs(nu).sum(axis=0) == 1) & ~changed.any(axis=0) & ~changed.any(axis=1)
    idle[[*pivots, *map(system.index, held)]] = False
    unknown = [k for k in range(size) if system.components[k] not in held and not idle[k]]
    # the equation of H is free where H is held, and serves the titrant
    order = [system.index("H") if k in pivots else k for k in unknown]
    own = [int(np.flatnonzero((nu == row).all(axis=1))[0]) for row in np.eye(size)]
    strength = system.charges**2 / 2
    strength[np.array(own)[idle]] = 0.0
    metals = [k for k in unknown if system.charges[own[k]] > 1 and not pivots.get(k)]
    rest = np.array([k for k in unknown if k and k not in metals], dtype=int)
    squares = system.charges[own] ** 2
    squares[system.index("H")] = 0.0
    return Scheme(
        mix=mix,
        unknown=np.array(unknown, dtype=int),
        order=np.array(order, dtype=int),
        weights=np.vstack([(mix @ nu.T)[order], strength]),
        targets=tuple(place for place, k in enumerate(unknown) if pivots.get(k)),
        spectators=np.flatnonzero(idle),
        own=np.array(own, dtype=int),
        squares=squares,
        metals=np.array(metals, dtype=int),
        rest=rest,
        rest_counts=np.abs(nu[:, rest]),
        pivots=np.array(list(pivots), dtype=int),
        pivot_places=np.array([unknown.index(k) for k in pivots], dtype=int),
    )


def _conserved(system: Chemistry, additions: tuple[_Added, ...]) -> Array:
    """Sums of components that no addition changes; the row of a pivot, spent on its amount, is left empty."""
    mix = np.eye(len(system.components))
    for name, parts, pivot_name, _ in additions:
        given = dict(parts)
        share = mix @ np.array([given.get(component, 0.0) for component in system.components])
        pivot = system.index(pivot_name)
        if share[pivot] == 0:
            raise KalimagError(f"setting up the addition of {name}", f"{pivot_name} is spoken for already")
        mix = mix - np.outer(share / share[pivot], mix[pivot])
        mix[pivot] = 0.0
    return mix


def amounts(problem: Problem, scheme: Scheme) -> Array:
    """What the equations must add up to, shape (rows, n + 1); of ionic strength, minus the spectators'."""
    kept = problem.totals_M @ scheme.mix.T
    squares = problem.chemistry.charges[scheme.own[scheme.spectators]] ** 2 / 2
    inert = problem.totals_M[:, scheme.spectators] @ squares
    return np.concatenate([kept[:, scheme.order], -inert[:, None]], axis=1)
