"""How far a solution is from dropping a solid: saturation indices from activities of free ions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from kalimag.evidence.document import Table, read_document, tables
from kalimag.evidence.source import load_source
from kalimag.registry import entries
from kalimag.solutions.water import Array

FOLDER = "solids"
_NONE_M = 1e-20


@dataclass(frozen=True)
class Solid:
    """A solid and its solubility product.

    Parameters
    ----------
    name : as it is shown.
    formula : what it is made of.
    ions : how many of each free ion it is made of.
    log_K : log10 of the solubility product, activities in M.
    sd : standard deviation of `log_K`.
    slow : whether solutions live with it for days although it should form.
    assumed : why the number stands without a source; empty where one was read.
    """

    name: str
    formula: str
    ions: Mapping[str, int]
    log_K: float
    sd: float
    slow: bool
    assumed: str = ""


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
        assumed = head.text("assumed", "")
        if not assumed:
            load_source(head.text("source"))
        found += [_solid(row, head, assumed) for row in tables(document, "solid")]
    return tuple(found)


def _solid(row: Table, head: Table, assumed: str) -> Solid:
    row.refuse_unknown(("name", "formula", "ions", "log_K", "sd", "slow"))
    ions, log_K, sd = row.table("ions"), row.number("log_K"), row.number("sd")
    sd = head.number("sd") if sd is None else sd
    if ions is None or not ions.content or log_K is None:
        raise row.problem("it lacks 'ions' or 'log_K'", "both")
    if sd is None or sd <= 0:
        raise row.problem(f"its 'sd' is {sd}", "a standard deviation above 0, here or in [table]")
    counts = {ion: int(ions.number(ion) or 0) for ion in ions.content}
    slow = row.content.get("slow") is True
    return Solid(row.text("name"), row.text("formula"), counts, log_K, sd, slow, assumed)


def present(activity_M: Mapping[str, Array]) -> tuple[Solid, ...]:
    """The solids whose ions are all there.

    Parameters
    ----------
    activity_M : of free ions by name, M, shape (rows,); the first row decides.

    Returns
    -------
    tuple of Solid
    """
    none = np.zeros(1)
    return tuple(
        solid for solid in load_solids() if all(activity_M.get(ion, none)[0] > _NONE_M for ion in solid.ions)
    )


def saturation_indices(
    activity_M: Mapping[str, Array], normals: Mapping[str, Array] | None = None
) -> dict[str, Array]:
    """log10 of ion product over solubility product, for every solid whose ions are all there.

    Parameters
    ----------
    activity_M : of free ions by name, M, shape (rows,).
    normals : draws of the solubility products by solid, in standard deviations, shape (rows,).

    Returns
    -------
    dict from solid to index, shape (rows,); above 0 it can form.
    """
    found = {}
    for solid in present(activity_M):
        index = np.full(len(activity_M[next(iter(solid.ions))]), -solid.log_K)
        for ion, count in solid.ions.items():
            index = index + count * np.log10(np.maximum(activity_M[ion], _NONE_M))
        if normals is not None:
            index = index - solid.sd * normals[solid.name]
        found[solid.name] = index
    return found
