"""A number with its 95 % interval and what the interval comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kalimag.solutions.water import Array

LEVEL = 0.95
_NEGLIGIBLE = 0.005  # of the variance


@dataclass(frozen=True)
class Driver:
    """An input and its share of the variance of a result."""

    name: str
    share: float


@dataclass(frozen=True)
class Uncertain:
    """A result.

    Parameters
    ----------
    value : from nominal inputs.
    low, high : ends of the 95 % interval over draws of all inputs; None where nothing was drawn.
    drivers : the two inputs that matter most.
    """

    value: float
    low: float | None = None
    high: float | None = None
    drivers: tuple[Driver, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Value and interval, and what it comes from, for the JSON envelope."""
        shown: dict[str, object] = {"value": self.value, "low": self.low, "high": self.high}
        if self.drivers:
            shown["from"] = [{"input": d.name, "share": round(d.share, 3)} for d in self.drivers]
        return shown


def summarised(
    outputs: Mapping[tuple[str, str], Array], inputs: Array, names: tuple[str, ...]
) -> dict[tuple[str, str], Uncertain]:
    """Turn rows into intervals.

    Parameters
    ----------
    outputs : by kind and name, shape (rows,); the first row is nominal.
    inputs : that made them, in standard deviations, shape (rows, inputs).
    names : of the inputs.

    Returns
    -------
    dict from kind and name to Uncertain.
    """
    keys, rows = list(outputs), np.column_stack(list(outputs.values()))
    if len(rows) < 3:
        return {key: Uncertain(float(value)) for key, value in zip(keys, rows[0], strict=True)}
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(rows[1:], [tail, 1 - tail], axis=0)
    shares = variance_shares(rows[1:], inputs[1:])
    best = np.argsort(-shares, axis=0)[:2]
    return {
        key: Uncertain(
            float(rows[0, k]),
            float(min(low[k], rows[0, k])),
            float(max(high[k], rows[0, k])),
            tuple(Driver(names[j], float(shares[j, k])) for j in best[:, k] if shares[j, k] > _NEGLIGIBLE),
        )
        for k, key in enumerate(keys)
    }


def variance_shares(rows: Array, inputs: Array) -> Array:
    """Share of the variance of each output that a straight line in each input explains.

    Parameters
    ----------
    rows : outputs, shape (draws, outputs); positive ones are taken in logarithms.
    inputs : shape (draws, inputs), independent of one another.

    Returns
    -------
    Array, shape (inputs, outputs); 0 for an output that does not vary.
    """
    positive = (rows > 0).all(axis=0)
    scaled = np.where(positive, np.log(np.where(positive, rows, 1.0)), rows)
    y, x = scaled - scaled.mean(axis=0), inputs - inputs.mean(axis=0)
    spread = (y**2).sum(axis=0)
    constant = spread <= 1e-20 * len(rows)
    together = (x.T @ y) ** 2 / (x**2).sum(axis=0)[:, None]
    return np.where(constant, 0.0, together / np.where(constant, 1.0, spread))
