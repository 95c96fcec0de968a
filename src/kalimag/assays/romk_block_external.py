"""How Ki0 depends on external K+ from patch to patch: by the law, or level by level where too few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kalimag.assays.romk_block_law import PART, BlockLaw
from kalimag.stats.domains import Domain, domain
from kalimag.stats.least_squares import Floats
from kalimag.stats.multistart import spread_starts
from kalimag.stats.random_effects import Law, Starts

FEWEST_LEVELS = 3
_SAME_K = 0.01
_STARTS = 8
_FOLD = 100.0
_START_FOLD = 10.0


@dataclass(frozen=True, eq=False)
class Levels:
    """Distinct external K+ (mM, ascending; within 1 % is the same) and each patch's place among them."""

    K_out_mM: Floats
    place: NDArray[np.int64]

    @classmethod
    def of(cls, K_out_mM: Sequence[float]) -> Levels:
        """The levels of these patches."""
        levels: list[float] = []
        for K in sorted(K_out_mM):
            if not levels or levels[-1] * (1 + _SAME_K) < K:
                levels.append(K)
        known = np.array(levels)
        place = np.array([np.argmin(np.abs(np.log(known / K))) for K in K_out_mM], dtype=np.int64)
        return cls(known, place)

    def __len__(self) -> int:
        return len(self.K_out_mM)

    @property
    def design(self) -> Floats:
        """One column per level, shape (patches, levels)."""
        return np.asarray(np.eye(len(self))[self.place])

    def nearest(self, K_mM: float) -> int:
        """The level nearest to a concentration, on a log scale."""
        return int(np.argmin(np.abs(np.log(self.K_out_mM / K_mM))))


@dataclass(frozen=True, eq=False)
class ExternalDependence:
    """ln Ki0 of every patch as a function of few numbers.

    `names` and `homes` are of those numbers, in order; the one at `Ki0_at` is Ki0 at external K+ `K_ref_mM`.
    `law` gives ln Ki0 (patches,) and its Jacobian; `search` where to look.
    """

    names: tuple[str, ...]
    homes: tuple[Domain, ...]
    law: Law
    search: Starts
    K_ref_mM: float
    Ki0_at: int
    by_law: bool


def external_dependence(
    law: BlockLaw, K_out_mM: Sequence[float], ln_Ki0: Floats, seed: int
) -> ExternalDependence:
    """Choose the law where three levels and one patch more than its numbers are there, else the levels.

    Parameters
    ----------
    law : the block law.
    K_out_mM, ln_Ki0 : external K+ and the patch's own estimate, one per patch.
    seed : of the starts.

    Returns
    -------
    ExternalDependence
    """
    levels = Levels.of(K_out_mM)
    if len(levels) >= FEWEST_LEVELS and law.external and len(ln_Ki0) > 1 + len(law.external):
        return _by_law(law, np.array(K_out_mM), ln_Ki0, seed)
    return _by_level(levels, ln_Ki0, law.K_ref)


def _by_law(law: BlockLaw, K_out: Floats, ln_Ki0: Floats, seed: int) -> ExternalDependence:
    names = ("Ki0", *law.external)
    homes = tuple(law.domain_of(name) for name in names)

    def predict(u: Floats) -> tuple[Floats, Floats]:
        numbers = {name: home.from_free(float(x)) for name, home, x in zip(names, homes, u, strict=True)}
        value, slopes = law.ln_Ki0_at(K_out, numbers)
        chain = [slopes[name] * home.slope(float(x)) for name, home, x in zip(names, homes, u, strict=True)]
        return value, np.column_stack(chain)

    centre = np.array([float(np.mean(ln_Ki0))])
    around = [law.values[f"{PART}.{name}"] for name in law.external]
    ends = [
        np.array([home.to_free(value * fold) for home, value in zip(homes[1:], around, strict=True)])
        for fold in (1 / _FOLD, 1 / _START_FOLD, _START_FOLD, _FOLD)
    ]
    low, near, far, high = (
        np.concatenate([centre + d, end]) for d, end in zip((-_WIDE, -0.5, 0.5, _WIDE), ends, strict=True)
    )
    return ExternalDependence(
        names, homes, predict, Starts(spread_starts(near, far, _STARTS, seed), low, high), law.K_ref, 0, True
    )


_WIDE = float(np.log(1e4))


def _by_level(levels: Levels, ln_Ki0: Floats, K_ref: float) -> ExternalDependence:
    design = levels.design
    means = np.asarray(design.T @ ln_Ki0 / design.sum(axis=0))
    at = levels.nearest(K_ref)
    return ExternalDependence(
        names=tuple("Ki0" if k == at else f"Ki0 at {K:g} mM" for k, K in enumerate(levels.K_out_mM)),
        homes=(domain("positive"),) * len(levels),
        law=lambda u: (design @ u, design),
        search=Starts(means[None], means - _WIDE, means + _WIDE),
        K_ref_mM=float(levels.K_out_mM[at]),
        Ki0_at=at,
        by_law=False,
    )
