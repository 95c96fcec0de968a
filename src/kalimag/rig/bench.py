"""The solutions of a virtual experiment: recipes as a careful laboratory writes them, and what is in them.

The chemistry is that of `kalimag.solutions` with its central constants. What it finds is rounded before it is
used, so that the last digits of a machine do not reach the files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from kalimag.errors import KalimagError, UsageProblem
from kalimag.evidence.document import Table
from kalimag.solutions import Recipe, check, free_to_total
from kalimag.solutions.pairing import side_of
from kalimag.solutions.recipe_file import SCHEMA, recipe_from
from kalimag.solutions.reversal import junction_between
from kalimag.solutions.salts import find_salt
from kalimag.solutions.side import Side

PH, HEPES_MM, EDTA_MM = 7.4, 5.0, 0.2
FOLDER = "recipes"
QUESTION = "block of ROMK by cytosolic Mg2+"
OUTSIDE = "External side of an inside-out patch: the pipette. EDTA for traces of Mg2+ and Ca2+. No Na+."
INSIDE = "Cytosolic side of an inside-out patch: the bath. No polyamines. KCl and the KOH make up the K+."
_ROUNDS, _REACHED = 6, 0.01


@dataclass(frozen=True)
class Solution:
    """One solution that was mixed.

    Parameters
    ----------
    path : its recipe, relative to the folder of the experiment.
    text : of that recipe.
    K_mM, Mg_mM : free, six digits.
    MgCl2_mM : as weighed in.
    side : everything that is in it.
    """

    path: str
    text: str
    K_mM: float
    Mg_mM: float
    MgCl2_mM: float
    side: Side


@dataclass(frozen=True)
class Bench:
    """All solutions of an experiment.

    Parameters
    ----------
    pipettes : by the K+ asked for, mM.
    baths : by the free Mg2+ asked for, mM; 0 among them.
    """

    pipettes: Mapping[float, Solution]
    baths: Mapping[float, Solution]

    @property
    def solutions(self) -> tuple[Solution, ...]:
        """Pipettes first, each from low to high."""
        return tuple(shelf[level] for shelf in (self.pipettes, self.baths) for level in sorted(shelf))

    def row(self, mg: Sequence[float]) -> tuple[Solution, ...]:
        """The baths in which a patch is put one after the other."""
        return tuple(self.baths[Mg] for Mg in mg)

    def junction_mV(self, K_out_mM: float) -> float:
        """V_bath - V_pipette, zeroed in the bath without Mg2+; to 0.1 uV."""
        found = junction_between(self.pipettes[K_out_mM].side, self.baths[0.0].side)
        return round(float(found.nernst_planck_mV[0]), 4) + 0.0


def mixed(mg: Sequence[float], k_out: Sequence[float], k_in: float, temperature_degC: float) -> Bench:
    """Mix all solutions of an experiment.

    Parameters
    ----------
    mg : free Mg2+ in mM; a bath without Mg2+ is mixed besides.
    k_out, k_in : all K+ in mM, that of the titrant included, in pipettes and in baths.
    temperature_degC : at which they are used and their pH is set.

    Returns
    -------
    Bench

    Raises
    ------
    UsageProblem : a level that cannot be reached.
    """
    salt = max(k_in, *k_out)
    return Bench(
        {K: _pipette(K, salt, temperature_degC) for K in k_out},
        {Mg: _bath(Mg, k_in, temperature_degC) for Mg in (0.0, *mg)},
    )


def six(value: float) -> float:
    """Rounded to six significant digits."""
    return float(f"{value:.6g}")


def _pipette(K_mM: float, salt_mM: float, T_degC: float) -> Solution:
    """KCl and NMDG-Cl are as much together in all pipettes; NMDG also sets the pH, and brings no K+."""
    salts = {"KCl": K_mM, "NMDG-Cl": salt_mM - K_mM, "HEPES": HEPES_MM, "EDTA": EDTA_MM}
    text = _text(f"pipette {K_mM:.10g} mM K", T_degC, "NMDG", salts, OUTSIDE)
    with _mixing(f"mixing a pipette solution with {K_mM:.10g} mM K+"):
        return _solution(f"{FOLDER}/pipette_{K_mM:.10g}K.toml", text, 0.0)


def _bath(Mg_mM: float, K_mM: float, T_degC: float) -> Solution:
    """KCl and MgCl2 such that K+ and free Mg2+ are what was asked for."""
    name = f"inside {Mg_mM:.10g} mM Mg"

    def text(KCl: float, MgCl2: float) -> str:
        salts = {"KCl": KCl, "MgCl2": MgCl2, "HEPES": HEPES_MM, "EDTA": EDTA_MM}
        return _text(name, T_degC, "KOH", salts, INSIDE)

    doing = f"mixing a bath with {Mg_mM:.10g} mM free Mg2+ and {K_mM:.10g} mM K+"
    with _mixing(doing):
        KCl, MgCl2 = _amounts(doing, lambda KCl: _read(text(KCl, 0.0)), Mg_mM, K_mM)
        found = _solution(f"{FOLDER}/inside_{Mg_mM:.10g}Mg.toml", text(KCl, MgCl2), MgCl2)
    if abs(found.Mg_mM - Mg_mM) > _REACHED * Mg_mM:
        raise UsageProblem(doing, f"with {MgCl2:g} mM MgCl2 {found.Mg_mM:g} mM is free", "another free Mg2+")
    return found


def _amounts(
    doing: str, without_Mg: Callable[[float], Recipe], Mg_mM: float, K_mM: float
) -> tuple[float, float]:
    """KCl and MgCl2 in mM, six digits: Mg2+ drives protons off EDTA, and the KOH that takes them up is K+."""
    KCl, MgCl2 = K_mM, 0.0
    for _ in range(_ROUNDS):
        if Mg_mM:
            design = free_to_total(without_Mg(KCl), {"Mg": Mg_mM}, draws=0)
            MgCl2, found = design.salts_mM["MgCl2"].value, design.speciation
        else:
            found = check(without_Mg(KCl), draws=0)
        assert found.titrant_mM is not None
        KCl = K_mM - found.titrant_mM.value
        if KCl <= 0:
            least = f"the KOH that brings it to pH {PH} is {found.titrant_mM.value:.3g} mM of K+ alone"
            raise UsageProblem(doing, least, "more K+ than that in the bath")
    return six(KCl), six(MgCl2)


@contextmanager
def _mixing(doing: str) -> Iterator[None]:
    """What the chemistry refuses was asked for on the command line, not in a recipe."""
    try:
        yield
    except KalimagError as error:
        raise UsageProblem(doing, error.found, error.expected, error.remedy) from error


def _read(text: str) -> Recipe:
    return recipe_from(Table(tomllib.loads(text), "a recipe of the rig"))


def _solution(path: str, text: str, MgCl2_mM: float) -> Solution:
    """What the chemistry says of a recipe just as it stands in its file."""
    side = side_of(_read(text), draws=0)
    return Solution(path, text, six(side.free_mM("K")), six(side.free_mM("Mg")), MgCl2_mM, side)


def _text(name: str, T_degC: float, titrant: str, salts: Mapping[str, float], comment: str) -> str:
    lines = [
        "# SYNTHETIC: nobody mixed this; it goes with calculated recordings.",
        f"# {comment}",
        f'schema = "{SCHEMA}"',
        f'name = "{name}"',
        f'temperature = "{T_degC:.10g} degC"',
        f"pH = {PH}",
        f'titrant = "{titrant}"',
        "",
        "[use]",
        'configuration = "inside-out"',
        f'question = "{QUESTION}"',
        "",
        "[salts]",
    ]
    return "\n".join([*lines, *(_line(salt, amount) for salt, amount in salts.items() if amount)]) + "\n"


def _line(salt: str, amount_mM: float) -> str:
    """One ingredient; an amount lower than recipes hold is declared to be meant."""
    usual, amount = find_salt(salt).usual_mM, f'"{amount_mM:.6g} mM"'
    meant = usual is None or usual[0] <= amount_mM
    return f"{salt} = {amount}" if meant else f"{salt} = {{ amount = {amount}, unusual = true }}"
