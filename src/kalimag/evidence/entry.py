"""The typed part of a claim: number, unit and spread, as one person copies them out of a source."""

from __future__ import annotations

from dataclasses import dataclass

from kalimag.evidence.document import Table

SPREADS = ("sd", "sem", "ci95", "range", "unstated", "none", "exact")
_SPREADS_WITHOUT_NUMBER = ("range", "none", "exact")


@dataclass(frozen=True)
class Spread:
    """What a source prints after its ±.

    Parameters
    ----------
    kind : sd, sem, ci95 (half width), unstated (a number of unknown kind), range (the low and high of the
        claim), none, exact.
    value : the number, in the unit of the claim; None for range, none and exact.
    n : how many; None where not printed.
    """

    kind: str
    value: float | None = None
    n: int | None = None


NO_SPREAD = Spread("none")


@dataclass(frozen=True)
class Entry:
    """The typed part of a claim: what a second reader can type again.

    Parameters
    ----------
    id : which claim.
    value, low, high : the number, or the ends of a range.
    unit : as printed.
    statement : whether it is a statement and not a number.
    spread : as printed.
    memory : whether it was typed from memory, nobody having looked it up.
    printed_citation, verdict : for a row of a guide, its reference numbers and what was found.
    read_by : who typed it.
    """

    id: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    statement: bool
    spread: Spread
    memory: bool
    printed_citation: str
    verdict: str
    read_by: str

    @property
    def parameter(self) -> str:
        """What the number is: the id up to the slash."""
        return self.id.partition("/")[0]

    @classmethod
    def read(cls, table: Table) -> Entry:
        """Read one [[claim]]; EvidenceProblem where it says nothing, too much, or no unit."""
        value, low, high = (table.number(key) for key in ("value", "low", "high"))
        statement = bool(table.text("statement", ""))
        numeric = any(number is not None for number in (value, low, high))
        if value is not None and (low is not None or high is not None):
            raise table.problem("it gives a value and a range", "one of the two")
        if numeric == statement:
            found = "it gives both a number and a statement" if numeric else "it says nothing"
            raise table.problem(found, "either 'value', 'low' and/or 'high', or 'statement'")
        if low is not None and high is not None and low >= high:
            raise table.problem(f"low is {low:g} and high is {high:g}", "low below high")
        unit = table.text("unit", "")
        if numeric and not unit:
            raise table.problem("'unit' is missing", "the unit as printed, or '1' for a pure number")
        return cls(
            id=table.text("id"),
            value=value,
            low=low,
            high=high,
            unit=unit,
            statement=statement,
            spread=_spread(table),
            memory=table.text("access") == "memory",
            printed_citation=table.text("printed_citation", ""),
            verdict=table.text("verdict", ""),
            read_by=table.text("read_by"),
        )


def _spread(table: Table) -> Spread:
    inner = table.table("spread")
    if inner is None:
        return NO_SPREAD
    inner.refuse_unknown(("kind", "value", "n"))
    kind, value, n = inner.word("kind", SPREADS), inner.number("value"), inner.number("n")
    if (kind in _SPREADS_WITHOUT_NUMBER) != (value is None) or (value is not None and value <= 0):
        raise inner.problem(
            f"the spread is of kind '{kind}' with value {value}",
            "a positive value; none of it for range, none and exact",
        )
    if n is not None and (n < 1 or n != int(n)):
        raise inner.problem(f"n is {n:g}", "a whole number of experiments")
    return Spread(kind, value, None if n is None else int(n))
