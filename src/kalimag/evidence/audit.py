"""The guide's rows beside the primary literature: what it says, what was found, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kalimag.evidence.claim import Claim, find_claim, load_claims
from kalimag.evidence.document import Table
from kalimag.registry import LIBRARY
from kalimag.units import convert


@dataclass(frozen=True)
class Comparison:
    """A row of the guide and one other claim.

    Parameters
    ----------
    claim : the other claim.
    same : whether it is on the same quantity.
    ratio : guide over other; None where the two are not single numbers of one quantity.
    """

    claim: Claim
    same: bool
    ratio: float | None

    def as_text(self) -> str:
        """The comparison in a few words."""
        times = "" if self.ratio is None else f" (guide / this = {self.ratio:.2g})"
        what = "" if self.same else f"{self.claim.parameter.partition('.')[2]} "
        return f"{self.claim.source.key}, {self.claim.access}: {what}{self.claim.as_text()}{times}"


@dataclass(frozen=True)
class AuditRow:
    """One row of the guide.

    Parameters
    ----------
    claim : what the guide says.
    comparisons : what others say.
    verdict, reason : what was found.
    printed_citation : the guide's own reference numbers.
    primary : key of the source where the number should come from; empty where unknown.
    """

    claim: Claim
    comparisons: tuple[Comparison, ...]
    verdict: str
    reason: str
    printed_citation: str
    primary: str

    def as_json(self) -> dict[str, object]:
        """The row, for the JSON envelope."""
        return {
            "id": self.claim.id,
            "parameter": self.claim.parameter,
            "guide": self.claim.as_text(),
            "conditions": dict(self.claim.conditions),
            "printed_citation": self.printed_citation,
            "comparisons": [
                {
                    "id": comparison.claim.id,
                    "source": comparison.claim.source.key,
                    "access": comparison.claim.access,
                    "says": comparison.claim.as_text(),
                    "ratio": comparison.ratio,
                }
                for comparison in self.comparisons
            ],
            "verdict": self.verdict,
            "reason": self.reason,
            "primary": self.primary,
            "checked": self.claim.checked,
        }


def audit(mechanism: str, library: Path = LIBRARY) -> tuple[AuditRow, ...]:
    """Hold the guide's rows on one mechanism against what others say.

    Parameters
    ----------
    mechanism : such as "romk".
    library : the folder that holds evidence/ and sources/.

    Returns
    -------
    tuple of AuditRow, in the order of the evidence file; empty where the guide says nothing.

    Raises
    ------
    EvidenceProblem : the claims cannot be read, or a row is compared with a claim that does not exist.
    UnitMismatch : a row is compared with a number that measures something else.
    """
    claims = load_claims(mechanism, library)
    rows = []
    for claim in claims.values():
        if claim.finding is None:
            continue
        place = Table({}, f"the finding on '{claim.id}'")
        others = tuple(find_claim(other, claims, place) for other in claim.finding.compare)
        rows.append(
            AuditRow(
                claim=claim,
                comparisons=tuple(_compare(claim, other) for other in others),
                verdict=claim.finding.verdict,
                reason=claim.finding.reason,
                printed_citation=claim.finding.printed_citation,
                primary=claim.finding.primary,
            )
        )
    return tuple(rows)


def _compare(guide: Claim, other: Claim) -> Comparison:
    same = guide.parameter == other.parameter
    if not same or guide.value is None or other.value is None:
        return Comparison(other, same, None)
    return Comparison(other, same, guide.value / convert(other.value, other.unit, guide.unit))
