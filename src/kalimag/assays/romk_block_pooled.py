"""What the usual way would have said: one fit to all points of all patches, each taken as independent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kalimag.assays.romk_block_external import ExternalDependence, external_dependence
from kalimag.assays.romk_block_fit import PatchModel
from kalimag.assays.romk_block_law import BlockLaw
from kalimag.assays.romk_block_result import ParameterInterval, PatchFit
from kalimag.stats.least_squares import Floats, least_squares
from kalimag.stats.profile import profile_interval, t_threshold
from kalimag.stats.separable import Separable

_METHOD = "all points as if independent, profile likelihood, t with {df} degrees of freedom"
_MEANING = "what pooling the points would say; its interval does not count patches"


@dataclass(frozen=True, eq=False)
class PooledModel:
    """The basis of all patches' currents: own conductance and leak for each, one block for all.

    Searched are first the numbers of `external` (ln Ki0 and the like), then the rest of the block's shape.
    """

    patches: tuple[PatchModel, ...]
    run_downs: tuple[Floats, ...]
    external: ExternalDependence

    def basis(self, u: Floats) -> tuple[Floats, Floats]:
        """Two columns per patch (points, 2 patches), and derivatives (searched, points, 2 patches)."""
        shared = len(self.external.names)
        ln_Ki0, slopes_of_Ki0 = self.external.law(u[:shared])
        sizes = [len(patch.seen) for patch in self.patches]
        columns = np.zeros((sum(sizes), 2 * len(sizes)))
        slopes = np.zeros((len(u), *columns.shape))
        begin = 0
        for k, (patch, left) in enumerate(zip(self.patches, self.run_downs, strict=True)):
            here = slice(begin, begin + sizes[k])
            own, own_slopes = patch.basis(np.concatenate([ln_Ki0[k : k + 1], u[shared:]]))
            columns[here, 2 * k] = own[:, 0] * left
            columns[here, 2 * k + 1] = own[:, 1]
            channel = own_slopes[:, :, 0] * left
            slopes[:shared, here, 2 * k] = slopes_of_Ki0[k][:, None] * channel[0]
            slopes[shared:, here, 2 * k] = channel[1:]
            begin += sizes[k]
        return columns, slopes


def pooled_points(
    law: BlockLaw, fits: Sequence[PatchFit], level: float, seed: int
) -> dict[str, ParameterInterval]:
    """Fit all points of all patches at once, as if no patch differed from another.

    Parameters
    ----------
    law : the block law.
    fits : patches that converged, at least one.
    level : of the intervals.
    seed : of the starts.

    Returns
    -------
    dict from name to ParameterInterval, the same names as over patches except the spread between patches.
    """
    ln_Ki0 = np.array([fit.ln_Ki0 for fit in fits])
    external = external_dependence(law, [fit.observations.K_out_mM for fit in fits], ln_Ki0, seed)
    patches = tuple(PatchModel(law, fit.observations, 0.0, False) for fit in fits)
    model = PooledModel(patches, tuple(fit.run_down for fit in fits), external)
    seen = [fit.observations for fit in fits]
    problem = Separable(
        model.basis,
        np.concatenate([one.I_pA for one in seen]),
        1.0 / np.concatenate([fit.sd_pA for fit in fits]),
    )
    limits = [patch.limits() for patch in patches]
    lower = np.concatenate([external.search.lower, np.min([low for low, _ in limits], axis=0)[1:]])
    upper = np.concatenate([external.search.upper, np.max([high for _, high in limits], axis=0)[1:]])
    rest = np.array([law.domain_of(name).to_free(_middle(fits, name)) for name in law.shape[1:]])
    start = np.concatenate([np.median(external.search.starts, axis=0), rest])
    best = least_squares(problem.residuals, start, lower, upper)
    df = len(problem.y) - len(best.u) - 2 * len(fits)
    rise = best.cost / df * t_threshold(level, df) ** 2
    rows = {}
    for k, name in enumerate((*external.names, *law.shape[1:])):
        if name not in law.shape and name not in law.external:
            continue
        profile = profile_interval(problem.residuals, best, k, rise, (lower, upper))
        back = law.domain_of(name).from_free
        low, high = (None if end is None else back(end) for end in (profile.low, profile.high))
        row = ParameterInterval(
            name, law.unit_of(name), back(float(best.u[k])), low, high, level, len(fits), meaning=_MEANING
        )
        at = f"0 mV, external K+ {external.K_ref_mM:g} mM" if name == "Ki0" else ""
        rows[name] = replace(row, at=at, method=_METHOD.format(df=df))
        if not row.closed:
            rows[name] = rows[name].refused(f"nothing in the data limits {name}", keep_bounds=True)
    return rows


def _middle(fits: Sequence[PatchFit], name: str) -> float:
    return float(np.median([fit.numbers[name] for fit in fits]))
