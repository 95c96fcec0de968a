"""Finding claims, observations, disputes and sources by words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kalimag.evidence.claim import Claim
from kalimag.evidence.claim_file import read_claims, topics
from kalimag.evidence.dispute import load_disputes
from kalimag.evidence.observation import load_observations
from kalimag.registry import LIBRARY


@dataclass(frozen=True)
class Hit:
    """Something that was found.

    Parameters
    ----------
    kind : claim, observation, dispute or source.
    id : by which it can be looked up.
    text : what it says, in a line.
    """

    kind: str
    id: str
    text: str

    def as_json(self) -> dict[str, object]:
        """The hit, for the JSON envelope."""
        return dict(vars(self))


def search(words: str, library: Path = LIBRARY) -> tuple[Hit, ...]:
    """Find everything in the evidence that holds all of some words, whatever their case.

    Parameters
    ----------
    words : such as "TRPM6 conductance"; an author, an ion, a DOI or an id will do.
    library : the folder to look in; a user's own folder is searched with it.

    Returns
    -------
    tuple of Hit: claims, then observations, disputes and sources.

    Raises
    ------
    EvidenceProblem : a file of observations or disputes cannot be read.
    """
    wanted = words.casefold().split()
    if not wanted:
        return ()
    found = (hit for hit, text in _everything(library) if all(word in text.casefold() for word in wanted))
    return tuple(dict.fromkeys(found))


def _everything(library: Path) -> Iterator[tuple[Hit, str]]:
    claims = [claim for topic in topics(library) for claim in read_claims(topic, library).claims.values()]
    for claim in claims:
        yield Hit("claim", claim.id, f"{claim.name}: {claim.as_text()}"), _words_of(claim)
    for observation in load_observations(library).values():
        text = f"{observation.measured}; {observation.whom}"
        yield Hit("observation", observation.id, text), f"{observation.id} {text} {observation.scenario}"
    for dispute in load_disputes(library).values():
        arguments = " ".join(item.text for item in (*dispute.speaks_for, *dispute.speaks_against))
        yield (
            Hit("dispute", dispute.id, dispute.title),
            f"{dispute.id} {dispute.title} {dispute.claim} {arguments}",
        )
    for source in {claim.source.key: claim.source for claim in claims}.values():
        yield (
            Hit("source", source.key, source.reference()),
            f"{source.key} {source.reference()} {source.pmid}",
        )


def _words_of(claim: Claim) -> str:
    finding = "" if claim.finding is None else f"{claim.finding.verdict} {claim.finding.reason}"
    parts = (claim.id, claim.name, claim.as_text(), claim.system, claim.method, claim.note, finding)
    return " ".join((*parts, claim.source.key, claim.source.authors, *claim.conditions.values()))
