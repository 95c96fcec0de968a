"""What a claim is about, in public registries: UniProt, ChEBI and SBO."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kalimag.evidence.claim import Claim
from kalimag.evidence.document import read_document, tables
from kalimag.registry import LIBRARY

_FORMS = {
    "uniprot": re.compile(r"[OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d([A-Z][A-Z0-9]{2}\d){1,2}"),
    "chebi": re.compile(r"CHEBI:\d+"),
    "sbo": re.compile(r"SBO:\d{7}"),
}
REGISTRIES = tuple(_FORMS)


def identifiers_of(claim: Claim, library: Path = LIBRARY) -> dict[str, tuple[str, ...]]:
    """The numbers of a claim's subject in public registries.

    Parameters
    ----------
    claim : any; what is known of its topic and of its parameter is put together.
    library : the folder that holds identifiers.toml.

    Returns
    -------
    dict from registry ("uniprot", "chebi", "sbo") to identifiers; empty where none is known.

    Raises
    ------
    EvidenceProblem : an identifier does not have the form of its registry.
    """
    known = _known(library)
    found: dict[str, tuple[str, ...]] = {}
    for registry in REGISTRIES:
        names = (claim.parameter, claim.parameter.partition(".")[0])
        listed = [number for name in names for number in known.get(name, {}).get(registry, ())]
        found[registry] = tuple(dict.fromkeys(listed))
    return found


@cache
def _known(library: Path) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    path = library / "identifiers.toml"
    if not path.is_file():
        return {}
    found: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for table in tables(read_document(path), "identifier"):
        table.refuse_unknown(("of", *REGISTRIES))
        for registry in REGISTRIES:
            for number in table.texts(registry):
                if not _FORMS[registry].fullmatch(number):
                    raise table.problem(f"'{number}' is no {registry} identifier", key=registry)
        found[table.text("of")] = {registry: table.texts(registry) for registry in REGISTRIES}
    return found
