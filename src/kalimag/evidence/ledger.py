"""Exactly what one run used: every number, its interval, its rule, its claims and its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kalimag.errors import EvidenceProblem
from kalimag.evidence.estimate import Estimate
from kalimag.evidence.source import Source
from kalimag.registry import choices


@dataclass(frozen=True)
class LedgerRow:
    """One number of a run.

    Parameters
    ----------
    name : as the run calls it.
    estimate : what stands behind it.
    """

    name: str
    estimate: Estimate

    @property
    def value(self) -> float:
        """The number, in `unit`."""
        return self.estimate.value

    @property
    def unit(self) -> str:
        """The declared unit."""
        return self.estimate.unit

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval, in `unit`."""
        return self.estimate.interval

    @property
    def rule(self) -> str:
        """How the number came about."""
        return self.estimate.rule

    @property
    def claims(self) -> tuple[str, ...]:
        """Ids of the claims it rests on."""
        return tuple(claim.id for claim in self.estimate.claims)

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of the sources of those claims, each once."""
        return tuple(dict.fromkeys(claim.source.key for claim in self.estimate.claims))

    @property
    def overridden(self) -> Mapping[str, str]:
        """Why a claim of the library was replaced by the user's, by id; empty where none was."""
        claims = (claim for claim in self.estimate.claims if claim.replaces is not None)
        return {claim.id: claim.overrides_because for claim in claims}

    @property
    def reason(self) -> str:
        """Why it is not the number of the library; empty where it is."""
        own = (self.estimate.because,) if self.rule == "override" else ()
        return " ".join((*own, *(f"{name}: {why}" for name, why in self.overridden.items())))

    @property
    def checked(self) -> bool:
        """Whether every claim behind it was typed twice and seen where it was published."""
        return self.estimate.checked

    def as_json(self) -> dict[str, object]:
        """The row, for the JSON envelope."""
        estimate, before = self.estimate, self.estimate.replaced
        low, high = self.interval
        return {
            "name": self.name,
            "key": estimate.key,
            "value": self.value,
            "unit": self.unit,
            "low": low,
            "high": high,
            "level": 0.95,
            "rule": self.rule,
            "because": estimate.because,
            "claims": list(self.claims),
            "sources": list(self.sources),
            "rejected": {item.claim.id: item.reason for item in estimate.rejected},
            "overridden": dict(self.overridden),
            "reason": self.reason,
            "transfers": [vars(step) for step in estimate.transfers],
            "assumed": estimate.assumed,
            "checked": self.checked,
            "replaced": None
            if before is None
            else {"value": before.value, "unit": before.unit, "rule": before.rule},
        }


@dataclass(frozen=True)
class Difference:
    """A number in which two runs differ; None where a run does not use it."""

    name: str
    here: LedgerRow | None
    there: LedgerRow | None


@dataclass(frozen=True)
class Ledger:
    """What one run used.

    Parameters
    ----------
    rows : one for each number.
    """

    rows: tuple[LedgerRow, ...]

    @classmethod
    def of(cls, values: Mapping[str, Estimate], used: Iterable[str] | None = None) -> Ledger:
        """The ledger of these values.

        Parameters
        ----------
        values : usually `Values`.
        used : names the run used; all where not given.

        Returns
        -------
        Ledger

        Raises
        ------
        EvidenceProblem : a name that was used has no value.
        """
        names = tuple(values) if used is None else tuple(used)
        for name in names:
            if name not in values:
                raise EvidenceProblem("writing the ledger", f"'{name}' has no value", *choices(name, values))
        return cls(tuple(LedgerRow(name, values[name]) for name in names))

    def bibliography(self) -> tuple[Source, ...]:
        """The sources of every number used, each once, by key."""
        found = {claim.source.key: claim.source for row in self.rows for claim in row.estimate.claims}
        return tuple(found[key] for key in sorted(found))

    def assumptions(self) -> tuple[LedgerRow, ...]:
        """Rows behind which stands no measurement: assumed, or set by the user."""
        return tuple(row for row in self.rows if row.estimate.assumed)

    def unchecked(self) -> tuple[LedgerRow, ...]:
        """Rows that rest on a claim nobody has typed twice, or nobody has seen where it was published."""
        return tuple(row for row in self.rows if row.estimate.claims and not row.checked)

    def diff(self, other: Ledger) -> tuple[Difference, ...]:
        """The numbers in which two runs differ, by name: in value, interval, rule, sources or reason."""
        here, there = ({row.name: row for row in ledger.rows} for ledger in (self, other))
        pairs = ((name, here.get(name), there.get(name)) for name in sorted(here.keys() | there.keys()))
        return tuple(Difference(name, a, b) for name, a, b in pairs if _numbers(a) != _numbers(b))

    def as_json(self) -> dict[str, object]:
        """The ledger, for the JSON envelope."""
        return {
            "rows": [row.as_json() for row in self.rows],
            "bibliography": [source.as_json() for source in self.bibliography()],
            "assumed": [row.name for row in self.assumptions()],
            "unchecked": [row.name for row in self.unchecked()],
        }


def _numbers(row: LedgerRow | None) -> tuple[object, ...]:
    if row is None:
        return ()
    return row.value, row.unit, row.interval, row.rule, row.claims, row.sources, row.reason
