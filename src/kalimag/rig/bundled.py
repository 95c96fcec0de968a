"""The study that comes with the package: how it was made, so that it can be made again, byte for byte."""

from __future__ import annotations

from pathlib import Path

from kalimag.registry import LIBRARY
from kalimag.rig.romk_block import RigResult, make

BUNDLED = LIBRARY / "studies" / "romk_block"
SEED = 1
# Round numbers inside the library's intervals; fixed, so that a better estimate does not change the files.
TRUTH = {
    "romk.Ki0": "6 mM",
    "romk.K_ref": "100 mM",
    "romk.z_delta": "0.55",
    "romk.K_comp": "35 mM",
    "romk.K_half": "11.5 mM",
    "romk.g_max": "5 nS",
}


def make_bundled(out: Path = BUNDLED, *, force: bool = False) -> RigResult:
    """Make the bundled study: nine patches, three at each of three [K]o, five levels of Mg2+.

    Parameters
    ----------
    out : the folder; by default the one in the package.
    force : whether what is there may be replaced.

    Returns
    -------
    RigResult
    """
    return make(
        out,
        patches=9,
        mg=(0.2, 0.5, 1.0, 2.0, 5.0),
        k_out=(5.0, 25.0, 110.0),
        seed=SEED,
        spread=0.15,
        settings=TRUTH,
        force=force,
    )
