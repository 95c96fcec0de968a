"""How far a solution is from dropping a solid: saturation indices from activities of free ions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import log10

from kalimag.evidence.document import read_document, tables
from kalimag.evidence.source import load_source
from kalimag.registry import entries

FOLDER = "solids"
_NONE_M = 1e-20


@dataclass(frozen=True)
class Solid:
    """A solid and its solubility product.

    Parameters
    ----------
    name : as it is shown.
    ions : how many of each free ion it is made of.
    log_K : log10 of the solubility product, activities in M.
    slow : whether solutions live with it for days although it should form.
    """

    name: str
    ions: Mapping[str, int]
    log_K: float
    slow: bool


@cache
def load_solids() -> tuple[Solid, ...]:
    """Every solid of the library.

    Returns
    -------
    tuple of Solid

    Raises
    ------
    EvidenceProblem : something is missing or impossible.
    """
    found = []
    for path in entries(FOLDER, ".toml").values():
        document = read_document(path)
        head = document.table("table")
        if head is None:
            raise document.problem("there is no [table]", "one that says source and spread")
        load_source(head.text("source"))
        for row in tables(document, "solid"):
            ions, log_K = row.table("ions"), row.number("log_K")
            if ions is None or not ions.content or log_K is None:
                raise row.problem("it lacks 'ions' or 'log_K'", "both")
            counts = {ion: int(ions.number(ion) or 0) for ion in ions.content}
            found.append(Solid(row.text("name"), counts, log_K, row.content.get("slow") is True))
    return tuple(found)


def saturation_indices(activity_M: Mapping[str, float]) -> dict[str, float]:
    """log10 of ion product over solubility product, for every solid whose ions are all there.

    Parameters
    ----------
    activity_M : of free ions by name, M.

    Returns
    -------
    dict from solid to index; above 0 it can form.
    """
    return {
        solid.name: sum(count * log10(activity_M[ion]) for ion, count in solid.ions.items()) - solid.log_K
        for solid in load_solids()
        if all(activity_M.get(ion, 0.0) > _NONE_M for ion in solid.ions)
    }
