"""What a person can ask of the evidence: one function each, the same for Python and for the command line.

They are offered by `kalimag.verbs`; every function imports what it needs when it is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kalimag.evidence import (
        Claim,
        ClaimFile,
        LedgerRow,
        Source,
    )
    from kalimag.evidence.lookup import EvidenceOn
    from kalimag.evidence.search import Hit
    from kalimag.evidence.used import Change, Used

__all__ = [
    "evidence_add",
    "evidence_cite",
    "evidence_claims",
    "evidence_export",
    "evidence_has_source",
    "evidence_list",
    "evidence_search",
    "evidence_show",
    "evidence_topics",
    "evidence_used",
    "ledger_diff",
]


def evidence_show(name: str) -> EvidenceOn:
    """Look up where a number comes from.

    Parameters
    ----------
    name : mechanism and parameter, such as "romk.Ki0".

    Returns
    -------
    EvidenceOn

    Raises
    ------
    EvidenceProblem : nothing is known by this name.
    """
    from kalimag.evidence.lookup import look_up

    return look_up(name)


def evidence_list(mechanism: str | None = None) -> tuple[LedgerRow, ...]:
    """List the numbers there are.

    Parameters
    ----------
    mechanism : such as "romk"; all when None.

    Returns
    -------
    tuple of LedgerRow, with value, interval, rule and claims.

    Raises
    ------
    EvidenceProblem : no such mechanism.
    """
    from kalimag.evidence import Ledger, load_values
    from kalimag.registry import entries

    names = list(entries("estimates", ".toml")) if mechanism is None else [mechanism]
    return Ledger.of(load_values(names)).rows


def evidence_claims(topic: str | None = None) -> ClaimFile:
    """List what sources say.

    Parameters
    ----------
    topic : such as "trpm"; all when None.

    Returns
    -------
    ClaimFile, the claims and what could not be read.

    Raises
    ------
    EvidenceProblem : no such topic.
    """
    from kalimag.evidence import ClaimFile, read_claims, topics

    found = [read_claims(name) for name in (topics() if topic is None else (topic,))]
    claims = {claim.id: claim for one in found for claim in one.claims.values()}
    return ClaimFile(claims, tuple(problem for one in found for problem in one.problems))


def evidence_topics() -> dict[str, bool]:
    """The topics there is evidence on, and whether the library concludes anything from it.

    Returns
    -------
    dict from topic to whether it has estimates.
    """
    from kalimag.evidence import topics
    from kalimag.registry import entries

    estimated = entries("estimates", ".toml")
    return {topic: topic in estimated for topic in sorted({*topics(), *estimated})}


def evidence_search(words: str) -> tuple[Hit, ...]:
    """Find claims, observations, disputes and sources that hold all of some words.

    Parameters
    ----------
    words : such as "TRPM6 conductance".

    Returns
    -------
    tuple of Hit; empty where nothing was found.

    Raises
    ------
    EvidenceProblem : the library cannot be read.
    """
    from kalimag.evidence.search import search

    return search(words)


def evidence_cite(names: Iterable[str]) -> tuple[Source, ...]:
    """The sources behind some names.

    Parameters
    ----------
    names : keys of sources, ids of claims, parameters, or observations.

    Returns
    -------
    tuple of Source, each once.

    Raises
    ------
    EvidenceProblem : nothing is known by one of the names.
    """
    from kalimag.evidence import load_observations, load_source
    from kalimag.evidence.lookup import find_one, look_up

    observed = load_observations()
    found: dict[str, Source] = {}
    for name in names:
        if "/" in name:
            sources: tuple[Source, ...] = (find_one(name).source,)
        elif "." in name:
            sources = look_up(name).sources
        elif name in observed:
            sources = observed[name].sources
        else:
            sources = (load_source(name),)
        found |= {source.key: source for source in sources}
    return tuple(found.values())


def evidence_export(out: str | Path) -> tuple[Path, ...]:
    """Write all evidence as CSV with a Frictionless descriptor, and as BibTeX.

    Parameters
    ----------
    out : the folder.

    Returns
    -------
    tuple of Path.

    Raises
    ------
    EvidenceProblem : a source, an observation or a dispute cannot be read; nothing is written then.
    """
    from kalimag.evidence.export import export

    return export(Path(out))


def evidence_add(fields: Mapping[str, str], source: Mapping[str, str] | None = None) -> tuple[Path, Claim]:
    """Write a claim of your own beside the library's.

    Parameters
    ----------
    fields : as `kalimag.evidence.add.REQUIRED` names them, and any other key of a claim.
    source : kind, title and access of a source the library does not have.

    Returns
    -------
    tuple of Path and Claim.

    Raises
    ------
    EvidenceProblem : something is missing or wrong; nothing is written then.
    """
    from kalimag.evidence.add import write_claim

    return write_claim(fields, source)


def evidence_has_source(key: str) -> bool:
    """Whether the library, or the user's own folder, has a source of this key.

    Parameters
    ----------
    key : such as "gray-2005".

    Returns
    -------
    bool
    """
    from kalimag.evidence.own_folder import shelves

    return any((shelf / "sources" / f"{key}.toml").is_file() for shelf in shelves())


def evidence_used(result: str | Path) -> Used:
    """Read back the numbers a run has used.

    Parameters
    ----------
    result : the folder of a run, or a file in it.

    Returns
    -------
    Used

    Raises
    ------
    InvalidInput : there is no ledger.
    """
    from kalimag.evidence.used import read_used

    return read_used(Path(result))


def ledger_diff(here: str | Path, there: str | Path) -> tuple[Change, ...]:
    """In which numbers two runs differ.

    Parameters
    ----------
    here, there : the folders of two runs, or files in them.

    Returns
    -------
    tuple of Change; empty where both used the same.

    Raises
    ------
    InvalidInput : one has no ledger.
    """
    from kalimag.evidence.used import changes

    return changes(evidence_used(here), evidence_used(there))
