"""Mean of a trace whose neighbouring samples resemble each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCKS = 10


@dataclass(frozen=True)
class BlockMean:
    """Mean, standard deviation of the samples, standard error of the mean (None if too short), count."""

    mean: float
    sd: float
    sem: float | None
    count: int


def block_mean(trace: NDArray[np.floating[Any]], blocks: int = BLOCKS) -> BlockMean:
    """Average a trace; the standard error comes from means of consecutive blocks, not from single samples.

    A block that is long against the correlation time makes its mean independent of the next one's, so that
    noise of any colour, and drift within the trace, widen the error as they should.

    Parameters
    ----------
    trace : array (samples,), at least one.
    blocks : how many; fewer are used when the trace has under two samples for each, none below three blocks.

    Returns
    -------
    BlockMean, accumulated in double precision; `sd` divides by the number of samples.
    """
    values = np.asarray(trace, dtype=np.float64)
    count = len(values)
    blocks = min(blocks, count // 2)
    sem = None
    if blocks >= 3:
        edges = np.linspace(0, count, blocks + 1).astype(int)
        means = np.add.reduceat(values, edges[:-1]) / np.diff(edges)
        sem = float(np.std(means, ddof=1) / np.sqrt(blocks))
    return BlockMean(float(values.mean()), float(values.std()), sem, count)
