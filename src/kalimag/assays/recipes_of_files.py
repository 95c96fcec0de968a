"""What recipes say of one recording: free Mg2+, K+ on both sides and junction potential, with draws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kalimag.errors import InvalidInput
from kalimag.solutions import read_recipe
from kalimag.solutions.pairing import side_of
from kalimag.solutions.reversal import INSIDE_IS_BATH, junction_between
from kalimag.solutions.side import Ranged, Side
from kalimag.solutions.water import ZERO_CELSIUS_K

Floats = NDArray[np.float64]
DRAWS, SEED = 60, 1
CELL_IS_INSIDE = ("cell-attached", "two-electrode")


@dataclass(frozen=True, eq=False)
class FromRecipes:
    """What follows from recipes; row 0 is the best estimate, the other rows are draws.

    Equal rows of two recordings come from equal constants. None where no recipe says it.
    """

    Mg_mM: Floats | None
    K_in_mM: Floats | None
    K_out_mM: Floats | None
    junction_mV: Floats | None
    recipes: tuple[Path, ...]

    def as_json(self) -> dict[str, object]:
        """Each number with its 95 % interval, and the files it comes from."""
        found: dict[str, object] = {"recipes": [path.name for path in self.recipes]}
        for key in ("Mg_mM", "K_in_mM", "K_out_mM", "junction_mV"):
            rows = getattr(self, key)
            if rows is not None:
                found[key] = Ranged.of(rows[np.isfinite(rows)]).as_json()
        return found


def from_recipes(
    doing: str,
    configuration: str,
    temperature_K: float,
    *,
    pipette: Path | None,
    bath: Path | None,
    zeroed_in: Path | None,
) -> FromRecipes | None:
    """Work out what recipes say about one recording.

    Parameters
    ----------
    doing : for messages.
    configuration : which of the two is the cytoplasmic side.
    temperature_K : of the recording; the recipes are taken to it.
    pipette, bath : recipe files; None where there is none.
    zeroed_in : the bath in which the electrode was zeroed; `bath` where None.

    Returns
    -------
    FromRecipes, or None where no recipe is named.

    Raises
    ------
    InvalidInput : a recipe cannot be read or solved.
    """
    paths = tuple(dict.fromkeys(path for path in (pipette, bath, zeroed_in) if path is not None))
    if not paths:
        return None
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise InvalidInput(doing, f"the recipe {', '.join(missing)} is not there", "a recipe file (TOML)")
    T_degC = round(temperature_K - ZERO_CELSIUS_K, 9)
    sides = {path: _side(path, path.stat().st_mtime_ns, T_degC) for path in paths}
    in_pipette = None if pipette is None else sides[pipette]
    in_bath = None if bath is None else sides[bath]
    turned = configuration in INSIDE_IS_BATH
    inside, outside = (in_bath, in_pipette) if turned else (in_pipette, in_bath)
    if configuration in CELL_IS_INSIDE:
        inside, outside = None, in_pipette if configuration == "cell-attached" else in_bath
    at_zero = in_bath if zeroed_in is None else sides[zeroed_in]
    junction = None
    if in_pipette is not None and at_zero is not None and configuration != "two-electrode":
        junction = _junction(in_pipette, at_zero)
    return FromRecipes(
        Mg_mM=None if inside is None else inside.rows_of("Mg"),
        K_in_mM=None if inside is None else inside.rows_of("K"),
        K_out_mM=None if outside is None else outside.rows_of("K"),
        junction_mV=junction,
        recipes=paths,
    )


@lru_cache(maxsize=64)
def _side(path: Path, changed: int, T_degC: float) -> Side:
    """A recipe at the temperature of a recording; its pH stays what it was set to where it was set."""
    del changed  # a file that is written anew is read anew
    recipe = read_recipe(path)
    meter = recipe.temperature_degC if recipe.pH_temperature_degC is None else recipe.pH_temperature_degC
    warmed = replace(
        recipe, temperature_degC=T_degC, pH_temperature_degC=None if recipe.pH is None else meter
    )
    return side_of(warmed, draws=DRAWS, seed=SEED)


def _junction(pipette: Side, bath: Side) -> Floats:
    """Nernst–Planck, for the rows that have a solution on both sides."""
    both = pipette.solved & bath.solved
    rows = np.full(len(both), np.nan)
    rows[both] = junction_between(pipette.kept(both), bath.kept(both), seed=SEED).nernst_planck_mV
    return rows
