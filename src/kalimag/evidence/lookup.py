"""What is known about one number: what we conclude, and everything anybody says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kalimag.errors import EvidenceProblem
from kalimag.evidence.claim import Claim, find_claim
from kalimag.evidence.claim_file import claims_on_demand, read_claims, topics
from kalimag.evidence.document import Table
from kalimag.evidence.estimate import Estimate, estimate_keys, load_estimate
from kalimag.evidence.ledger import LedgerRow
from kalimag.evidence.source import Source
from kalimag.registry import LIBRARY, choices, entries


@dataclass(frozen=True)
class EvidenceOn:
    """What is known about one number: the estimate, None where there is none, and what sources say."""

    name: str
    estimate: Estimate | None
    claims: tuple[Claim, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of all claims, each once."""
        found = {claim.source.key: claim.source for claim in self.claims}
        return tuple(found[key] for key in sorted(found))

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        row = None if self.estimate is None else LedgerRow(self.name, self.estimate).as_json()
        return {
            "name": self.name,
            "estimate": row,
            "claims": [claim.as_json() for claim in self.claims],
            "sources": [source.as_json() for source in self.sources],
        }


def find_one(claim_id: str, library: Path = LIBRARY) -> Claim:
    """One claim by its id; EvidenceProblem names the nearest one."""
    topic = claim_id.partition(".")[0]
    return find_claim(claim_id, claims_on_demand(topic, library, strict=True), Table({}, f"'{claim_id}'"))


def look_up(name: str, library: Path = LIBRARY) -> EvidenceOn:
    """Find the estimate of a number and every claim on it, used or not.

    Parameters
    ----------
    name : mechanism and parameter, such as "romk.Ki0", or a claim, such as "romk.Ki0/guide-100K".
    library : the folder that holds estimates/, evidence/ and sources/.

    Returns
    -------
    EvidenceOn

    Raises
    ------
    EvidenceProblem : nothing is known by this name.
    """
    if "/" in name:
        return EvidenceOn(name, None, (find_one(name, library),))
    mechanism = name.partition(".")[0]
    keys = estimate_keys(mechanism, library)
    said = _said(name, library) if mechanism in topics(library) else {}
    estimate = load_estimate(name, library) if name in keys else None
    claims = {claim.id: claim for claim in said.values() if claim.parameter == name}
    if estimate is not None:
        rejected = (item.claim for item in estimate.rejected)
        claims |= {claim.id: claim for claim in (*estimate.claims, *rejected)}
    if estimate is None and not claims:
        names = {*keys, *(claim.parameter for claim in said.values())} or entries("estimates", ".toml")
        raise EvidenceProblem(f"looking up '{name}'", "nothing is known by this name", *choices(name, names))
    return EvidenceOn(name, estimate, tuple(claims.values()))


def _said(name: str, library: Path) -> Mapping[str, Claim]:
    found = read_claims(name.partition(".")[0], library)
    for claim_id, problem in found.refused.items():
        if claim_id.partition("/")[0] == name:
            raise problem
    return found.claims
