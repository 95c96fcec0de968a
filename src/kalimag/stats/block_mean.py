"""Mean of a trace whose neighbouring samples resemble each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCKS = 10


@dataclass(frozen=True)
class BlockMean:
    """Mean, standard deviation of the samples, standard error of the mean (None if too short), count.

    `drift` is the mean of the later half less that of the earlier, with its standard error; 0 if too short.
    """

    mean: float
    sd: float
    sem: float | None
    count: int
    drift: float = 0.0
    drift_error: float = 0.0


def block_mean(trace: NDArray[np.floating[Any]], blocks: int = BLOCKS) -> BlockMean:
    """Average a trace; the standard error comes from means of consecutive blocks, not from single samples.

    Means of blocks that are long against the correlation time are independent of each other, so that noise of
    any colour, and drift within the trace, widen the error as they should; when a block is only five
    correlation times long, the error comes out a tenth too small.

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
    mean, sd = float(values.mean()), float(values.std())
    blocks = min(blocks, count // 2)
    if blocks < 3:
        return BlockMean(mean, sd, None, count)
    edges = np.linspace(0, count, blocks + 1).astype(int)
    means = np.add.reduceat(values, edges[:-1]) / np.diff(edges)
    sem = float(means.std(ddof=1) / np.sqrt(blocks))
    if blocks < 6:
        return BlockMean(mean, sd, sem, count)
    early, late = means[: blocks // 2], means[-(blocks // 2) :]
    error = float(np.sqrt((early.var(ddof=1) + late.var(ddof=1)) / len(early)))
    return BlockMean(mean, sd, sem, count, float(late.mean() - early.mean()), error)
