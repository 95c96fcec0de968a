"""What a source says: one number, range or statement, as printed, with its spread and its conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kalimag.evidence.document import Table
from kalimag.evidence.entry import NO_SPREAD, Spread
from kalimag.evidence.interval import outward
from kalimag.evidence.source import Source
from kalimag.registry import choices

ACCESS = ("full", "printed", "file", "abstract", "opening", "secondary", "memory", "calculated")
VERDICTS = ("right", "right value, wrong citation", "wrong", "misread", "unverified")
MEMORY_DIGITS = 1  # more would give the number in the middle away
MEMORY_FACTOR = 2.0  # a number typed from memory is shown as an interval of this factor to either side
_UNSEEN = ("memory", "secondary")  # read nowhere, or only where another quotes it
_DOUBTFUL = ("wrong", "misread", "unverified")


@dataclass(frozen=True)
class Finding:
    """What became of a row of the guide when it was held against the primary literature.

    Parameters
    ----------
    printed_citation : the guide's reference numbers.
    verdict : one of `VERDICTS`.
    reason : why.
    primary : key of the source where the number should come from; empty where unknown.
    compare : ids of the claims it was compared with.
    """

    printed_citation: str
    verdict: str
    reason: str
    primary: str = ""
    compare: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim:
    """One thing one source says; it is not the truth, and its number is never converted.

    Parameters
    ----------
    id : parameter and who said it, such as "romk.Ki0/guide-100K".
    source : the source it was read in.
    where : page, table or figure.
    access : how this number was read, one of `ACCESS`.
    value : the number; None for a range, a series or a statement.
    low, high : ends of a range; one alone is a bound.
    values : the numbers of a series, such as before and after.
    at, at_unit : where each number of a series stands, along time or another axis.
    unit : as printed; empty for a statement.
    statement : the sense of what was said, where it is not a number.
    as_printed : the characters in the source.
    spread : what the source prints after its ±.
    system : channel, cell and configuration.
    conditions : by name, as text.
    method : how it was measured.
    read_by : who typed it.
    checked_by : who typed it again, blind, and got the same; empty where nobody did.
    disagreement : who typed it again and reads it differently, and in what; empty where nobody does.
    finding : for a row of the guide, what the audit found.
    follows_from : claims this one was calculated from.
    note : anything else a reader must know.
    title : what it is about, for a table; empty where the id says it.
    replaces : the claim of the library that a user's own claim stands in for; None where it does not.
    overrides_because : the user's reason for that.
    """

    id: str
    source: Source
    where: str
    access: str
    read_by: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    values: tuple[float, ...] = ()
    at: tuple[float, ...] = ()
    at_unit: str = ""
    unit: str = ""
    statement: str = ""
    as_printed: str = ""
    spread: Spread = NO_SPREAD
    system: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict, hash=False)
    method: str = ""
    checked_by: str = ""
    disagreement: str = ""
    finding: Finding | None = None
    follows_from: tuple[Claim, ...] = ()
    note: str = ""
    title: str = ""
    replaces: Claim | None = None
    overrides_because: str = ""

    @property
    def parameter(self) -> str:
        """What the number is, such as "romk.Ki0": the id up to the slash."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """What it is about, in words: its title, or its parameter without the topic."""
        return self.title or self.parameter.partition(".")[2].replace("_", " ")

    @property
    def checked(self) -> bool:
        """Whether a second person typed the same number without having seen this one."""
        return bool(self.checked_by)

    @property
    def typed(self) -> str:
        """How it was typed: "twice" alike, "once", or "readers disagree"."""
        return "twice" if self.checked else "readers disagree" if self.disagreement else "once"

    @property
    def verified(self) -> bool:
        """Whether somebody has seen the number where it was published, and all it was calculated from."""
        doubtful = self.finding is not None and self.finding.verdict in _DOUBTFUL
        seen = self.access not in _UNSEEN and not doubtful
        return seen and all(claim.verified for claim in self.follows_from)

    @property
    def recalled(self) -> tuple[float, float] | None:
        """What a number typed from memory is shown as: an interval around it, never the number."""
        if self.access != "memory" or self.value is None:
            return None
        low, high = sorted((self.value / MEMORY_FACTOR, self.value * MEMORY_FACTOR))
        return outward(low, high, MEMORY_DIGITS)

    def as_text(self, unit: str | None = None, valence: int | None = None) -> str:
        """The number as the source prints it, or in another unit; from memory, a wide interval."""
        from kalimag.evidence.claim_text import claim_text

        return claim_text(self, unit, valence)

    def measures(self, unit: str, valence: int | None = None) -> bool:
        """Whether its number can be shown in this unit; UnitMismatch where there is no such unit."""
        from kalimag.evidence.claim_text import measures

        return measures(self, unit, valence)

    def as_json(self) -> dict[str, object]:
        """The fields, for the JSON envelope."""
        from kalimag.evidence.claim_text import claim_record

        return claim_record(self)


def find_claim(claim_id: str, claims: Mapping[str, Claim], wanted_by: Table) -> Claim:
    """One claim by id; EvidenceProblem names the nearest one."""
    if claim_id not in claims:
        raise wanted_by.problem(f"there is no claim '{claim_id}'", *choices(claim_id, claims))
    return claims[claim_id]
