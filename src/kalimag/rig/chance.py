"""Chance that is the same on every machine and with every release of NumPy.

NumPy keeps the raw bits of a generator the same for ever, but not what its `normal` makes of them; so the
bits are turned into numbers here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def _printable(value: float) -> float:
    """Six digits: the truth can be copied by hand, and the last bit of a machine's `exp` does not matter."""
    return float(f"{value:.6g}")


class Chance:
    """A stream of random numbers that depends on the seed and on what it is drawn for, and on nothing else.

    Parameters
    ----------
    seed : the seed of the experiment, 0 or larger.
    purpose : numbers that tell one stream from another, such as patch and file.
    """

    def __init__(self, seed: int, *purpose: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=purpose))

    def uniform(self, n: int) -> Numbers:
        """Shape (n,), strictly between 0 and 1."""
        raw = np.asarray(self._bits.random_raw(n), dtype=np.uint64) >> np.uint64(11)
        return (raw.astype(np.float64) + 0.5) * 2.0**-53

    def normal(self, n: int) -> Numbers:
        """Shape (n,), mean 0 and standard deviation 1 (Box and Muller)."""
        u = self.uniform(2 * n)
        return np.asarray(np.sqrt(-2.0 * np.log(u[:n])) * np.cos(2.0 * math.pi * u[n:]))

    def lognormal(self, median: float, spread: float) -> float:
        """One positive number; `spread` is the coefficient of variation of the population."""
        return _printable(median * math.exp(math.sqrt(math.log1p(spread**2)) * float(self.normal(1)[0])))

    def between(self, low: float, high: float) -> float:
        """One number, all between the two equally likely."""
        return _printable(low + (high - low) * float(self.uniform(1)[0]))

    def shuffled(self, items: tuple[float, ...]) -> tuple[float, ...]:
        """The items in random order."""
        return tuple(items[int(k)] for k in np.argsort(self.uniform(len(items)), kind="stable"))
