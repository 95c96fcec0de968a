"""The guide's rows beside the primary literature: what it says, what was found, and the verdict."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kalimag.errors import KalimagError
from kalimag.evidence.claim import Claim, Finding, find_claim
from kalimag.evidence.claim_file import claims_on_demand, read_claims, topics
from kalimag.evidence.document import Table
from kalimag.registry import LIBRARY
from kalimag.units import convert

TABLE = "table of magnesium-potassium interactions, "
ORDER = (  # of the guide, as `where` of a row begins
    *(TABLE + block for block in ("ROMK", "TRPM", "Na+", "the heading", "physiological", "clinical")),
    *("section", "protocol on heterologous", "protocol on patch", "protocol on mag", "protocol"),
)
ClaimsOf = Callable[[str], Mapping[str, Claim]]


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
        differs = self.ratio is not None and not math.isclose(self.ratio, 1, rel_tol=1e-3)
        times = f" (guide / this = {self.ratio:.2g})" if differs else ""
        what = "" if self.same else f"{self.claim.name}: "
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
            "title": self.claim.name,
            "where": self.claim.where,
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


@dataclass(frozen=True)
class AuditTable:
    """The whole of the guide, row by row.

    Parameters
    ----------
    rows : by topic, in the order of the files.
    problems : what could not be read; it costs no other row.
    """

    rows: tuple[AuditRow, ...]
    problems: tuple[KalimagError, ...]

    @property
    def verdicts(self) -> dict[str, int]:
        """How many rows have each verdict, the most frequent first."""
        return dict(Counter(row.verdict for row in self.rows).most_common())

    @property
    def unchecked(self) -> tuple[AuditRow, ...]:
        """Rows that nobody has typed a second time."""
        return tuple(row for row in self.rows if not row.claim.checked)


def audit(mechanism: str, library: Path = LIBRARY) -> tuple[AuditRow, ...]:
    """Hold the guide's rows on one topic against what others say.

    Parameters
    ----------
    mechanism : the topic, such as "romk".
    library : the folder that holds evidence/ and sources/.

    Returns
    -------
    tuple of AuditRow, in the order of the evidence file; empty where the guide says nothing.

    Raises
    ------
    EvidenceProblem : the claims cannot be read, or a row is compared with a claim that does not exist.
    UnitMismatch : a row is compared with a number that measures something else.
    """
    found = read_claims(mechanism, library)
    if found.lost and not found.claims:
        raise found.lost[0]
    known = cache(lambda topic: claims_on_demand(topic, library))
    rows = (claim for claim in found.claims.values() if claim.finding is not None)
    return tuple(_row(claim, claim.finding, known) for claim in rows if claim.finding is not None)


def audit_all(library: Path = LIBRARY, topic: str | None = None) -> AuditTable:
    """Hold the whole guide against what others say; a row that cannot be read is told and costs no other.

    Parameters
    ----------
    library : the folder that holds evidence/ and sources/.
    topic : such as "romk"; every one when None.

    Returns
    -------
    AuditTable
    """
    rows: list[AuditRow] = []
    problems: list[KalimagError] = []
    known = cache(lambda name: claims_on_demand(name, library))
    for name in topics(library) if topic is None else (topic,):
        found = read_claims(name, library)
        problems += found.problems
        for claim in found.claims.values():
            try:
                rows += [] if claim.finding is None else [_row(claim, claim.finding, known)]
            except KalimagError as error:
                problems.append(error)
    return AuditTable(tuple(sorted(rows, key=_part_of_the_guide)), tuple(problems))


def _part_of_the_guide(row: AuditRow) -> int:
    return next((n for n, part in enumerate(ORDER) if row.claim.where.startswith(part)), len(ORDER))


def _row(claim: Claim, finding: Finding, known: ClaimsOf) -> AuditRow:
    place = Table({}, f"the finding on '{claim.id}'")
    others = (find_claim(other, known(other.partition(".")[0]), place) for other in finding.compare)
    return AuditRow(
        claim=claim,
        comparisons=tuple(_compare(claim, other) for other in others),
        verdict=finding.verdict,
        reason=finding.reason,
        printed_citation=finding.printed_citation,
        primary=finding.primary,
    )


def _compare(guide: Claim, other: Claim) -> Comparison:
    same = guide.parameter == other.parameter
    if not same or guide.value is None or other.value is None or other.recalled is not None:
        return Comparison(other, same, None)
    return Comparison(other, same, guide.value / convert(other.value, other.unit, guide.unit))
