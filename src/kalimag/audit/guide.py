"""Reading numbers out of claims for the findings."""

from __future__ import annotations

from kalimag.errors import EvidenceProblem
from kalimag.evidence import Claim, read_claims
from kalimag.evidence.claim import find_claim
from kalimag.evidence.document import Table
from kalimag.units import convert


def claim(claim_id: str) -> Claim:
    """One claim of the library, by its id."""
    known = read_claims(claim_id.partition(".")[0]).claims
    return find_claim(claim_id, known, Table({}, f"a finding on '{claim_id}'"))


def number(claim_id: str, unit: str) -> float:
    """The number a claim prints, in the unit asked for.

    Parameters
    ----------
    claim_id : of a claim with a single number that somebody has read.
    unit : of the result.

    Returns
    -------
    float

    Raises
    ------
    EvidenceProblem : it is a range, a statement, or from memory.
    """
    found = claim(claim_id)
    if found.value is None or found.recalled is not None:
        raise EvidenceProblem(
            "computing a finding", f"{claim_id} says {found.as_text()}", "a number that was read"
        )
    return convert(found.value, found.unit, unit)


def range_of(claim_id: str, unit: str) -> tuple[float, float]:
    """Both ends of a range a claim prints, in the unit asked for; EvidenceProblem where it has none."""
    found = claim(claim_id)
    if found.low is None or found.high is None or found.access == "memory":
        raise EvidenceProblem(
            "computing a finding", f"{claim_id} says {found.as_text()}", "a range that was read"
        )
    return convert(found.low, found.unit, unit), convert(found.high, found.unit, unit)
