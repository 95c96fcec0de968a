"""Pooling studies that differ more than their own errors allow: a mean, and a spread between studies."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kalimag.errors import EvidenceProblem


@dataclass(frozen=True)
class Pooled:
    """Several studies as one.

    Parameters
    ----------
    mean : weighted over the studies.
    error : its standard error, from the weights alone.
    between : variance between studies.
    q : Cochran's heterogeneity.
    scatter : weighted variance of the studies around the mean, over what the weights expect (Hartung-Knapp).
    studies : how many.
    """

    mean: float
    error: float
    between: float
    q: float
    scatter: float
    studies: int

    @property
    def error_95(self) -> float:
        """Half the 95 % interval of the mean: t, and never less scatter than the weights expect."""
        from scipy.special import stdtrit

        reach = float(stdtrit(self.studies - 1, 0.975))
        return reach * self.error * math.sqrt(max(1.0, self.scatter))


def pool(effects: Sequence[float], variances: Sequence[float], method: str = "DL") -> Pooled:
    """Pool studies with random effects.

    Parameters
    ----------
    effects : one for each study, on a scale where they are normal.
    variances : the squared standard error of each.
    method : how the variance between studies is found: "DL" (DerSimonian-Laird) or "REML".

    Returns
    -------
    Pooled

    Raises
    ------
    EvidenceProblem : fewer than two studies, a variance that is not positive, or no such method.
    """
    doing = "pooling studies"
    if len(effects) < 2 or len(effects) != len(variances):
        raise EvidenceProblem(
            doing, f"there are {len(effects)} effects and {len(variances)} variances", "two or more of each"
        )
    if not all(math.isfinite(x) for x in effects) or not all(v > 0 and math.isfinite(v) for v in variances):
        raise EvidenceProblem(
            doing, "an effect or a variance is not a usable number", "finite, variances positive"
        )
    if method not in METHODS:
        raise EvidenceProblem(doing, f"the method is '{method}'", f"one of {', '.join(METHODS)}")
    between = METHODS[method](effects, variances)
    weights = [1 / (variance + between) for variance in variances]
    mean = _mean(effects, weights)
    square = sum(w * (y - mean) ** 2 for w, y in zip(weights, effects, strict=True))
    return Pooled(
        mean=mean,
        error=1 / math.sqrt(sum(weights)),
        between=between,
        q=_heterogeneity(effects, variances),
        scatter=square / (len(effects) - 1),
        studies=len(effects),
    )


def der_simonian_laird(effects: Sequence[float], variances: Sequence[float]) -> float:
    """The variance between studies from the moment of Cochran's Q; not below 0."""
    weights = [1 / variance for variance in variances]
    scale = sum(weights) - sum(w * w for w in weights) / sum(weights)
    return max(0.0, (_heterogeneity(effects, variances) - (len(effects) - 1)) / scale)


def restricted_likelihood(effects: Sequence[float], variances: Sequence[float]) -> float:
    """The variance between studies of greatest restricted likelihood, by Fisher scoring; not below 0."""
    between = der_simonian_laird(effects, variances)
    for _ in range(200):
        weights = [1 / (variance + between) for variance in variances]
        total, square = sum(weights), sum(w * w for w in weights)
        mean = _mean(effects, weights)
        score = (
            sum(w * w * (y - mean) ** 2 for w, y in zip(weights, effects, strict=True))
            - total
            + square / total
        )
        information = square - 2 * sum(w**3 for w in weights) / total + (square / total) ** 2
        step = score / information
        new = max(0.0, between + step)
        if abs(new - between) <= 1e-12 * (1 + between):
            return new
        between = new
    raise EvidenceProblem(
        "pooling studies", "the restricted likelihood did not settle", "", "Use the method DL."
    )


METHODS: dict[str, Callable[[Sequence[float], Sequence[float]], float]] = {
    "DL": der_simonian_laird,
    "REML": restricted_likelihood,
}


def _mean(effects: Sequence[float], weights: Sequence[float]) -> float:
    return sum(w * y for w, y in zip(weights, effects, strict=True)) / sum(weights)


def _heterogeneity(effects: Sequence[float], variances: Sequence[float]) -> float:
    weights = [1 / variance for variance in variances]
    mean = _mean(effects, weights)
    return sum(w * (y - mean) ** 2 for w, y in zip(weights, effects, strict=True))
