"""Random numbers by name, so that what two solutions share is drawn alike in both."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from kalimag.solutions.water import Array

OWN = ("amount of ", "pH")


def standard_normals(names: Sequence[str], solution: str, count: int, seed: int) -> Array:
    """One column of standard normal numbers for each name, the same wherever the name occurs.

    Constants and bottles are the same in every solution; what was weighed and how the pH was read is its own.

    Parameters
    ----------
    names : of what varies.
    solution : name of the solution.
    count : of draws.
    seed : of all of them.

    Returns
    -------
    Array, shape (count, names).
    """
    found = np.empty((count, len(names)))
    for column, name in enumerate(names):
        stream = f"{solution}: {name}" if name.startswith(OWN) else name
        word = int.from_bytes(hashlib.sha256(stream.encode()).digest()[:8], "big")
        found[:, column] = np.random.default_rng([seed, word]).standard_normal(count)
    return found
