"""The typed part of a claim: number, unit and spread, as one person copies them out of a source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from kalimag.errors import UnitMismatch
from kalimag.evidence.document import Table, numbers
from kalimag.evidence.printed import not_printed, printed_numbers
from kalimag.units import quantity

SPREADS = ("sd", "sem", "ci95", "range", "unstated", "none", "exact")
_SPREADS_WITHOUT_NUMBER = ("range", "none", "exact")


@dataclass(frozen=True)
class Spread:
    """What a source prints after its ±.

    Parameters
    ----------
    kind : sd, sem, ci95 (half width, or both ends), unstated (a number of unknown kind), range (the low and
        high of the claim), none, exact.
    value : the number, in the unit of the claim; None for range, none, exact, and where both ends are given.
    n : how many; None where not printed.
    low, high : ends of an interval that is not the same to both sides.
    values : of a series, one for each number; None where none is printed.
    """

    kind: str
    value: float | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None
    values: tuple[float | None, ...] = ()


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
    values : numbers of a series, such as before and after.
    at, at_unit : where along time or another axis each of them stands; empty where there is no axis.
    source, access : where and how it was read; empty where this reader did not say.
    as_printed : the characters in the source; empty where this reader did not copy them.
    conditions : by name, as text.
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
    values: tuple[float, ...] = ()
    at: tuple[float, ...] = ()
    at_unit: str = ""
    source: str = ""
    access: str = ""
    as_printed: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def parameter(self) -> str:
        """What the number is: the id up to the slash."""
        return self.id.partition("/")[0]

    @classmethod
    def read(cls, table: Table) -> Entry:
        """Read one [[claim]]; EvidenceProblem where it says nothing, too much, or no unit."""
        value, low, high = (table.number(key) for key in ("value", "low", "high"))
        values, at = numbers(table, "values"), numbers(table, "at")
        statement = bool(table.text("statement", ""))
        numeric = _is_numeric(table, value, low, high, values)
        if numeric == statement:
            found = "it gives both a number and a statement" if numeric else "it says nothing"
            raise table.problem(found, "either 'value', 'low' and/or 'high', or 'values', or 'statement'")
        spread = _spread(table, len(values))
        _require_sense(table, spread, value)
        entry = cls(
            id=table.text("id"),
            value=value,
            low=low,
            high=high,
            unit=_unit(table, "unit") if numeric else table.text("unit", ""),
            statement=statement,
            spread=spread,
            memory=table.text("access") == "memory",
            printed_citation=table.text("printed_citation", ""),
            verdict=table.text("verdict", ""),
            read_by=table.text("read_by"),
            values=values,
            at=at,
            at_unit=_unit(table, "at_unit") if at else "",
            source=table.text("source", ""),
            access=table.text("access"),
            as_printed=table.text("as_printed", ""),
            conditions=table.named_texts("conditions"),
        )
        _require_printed(table, entry)
        return entry


def _is_numeric(
    table: Table, value: float | None, low: float | None, high: float | None, values: tuple[float, ...]
) -> bool:
    at = numbers(table, "at")
    bounded = low is not None or high is not None
    if sum((value is not None, bounded, bool(values))) > 1:
        raise table.problem("it gives a value and a range or a series", "one of the three", key="value")
    if low is not None and high is not None and low >= high:
        raise table.problem(f"low is {low:g} and high is {high:g}", "low below high", key="low")
    if at and len(at) != len(values):
        raise table.problem(f"'at' holds {len(at)} numbers", f"{len(values)}, one for each value", key="at")
    return value is not None or bounded or bool(values)


def _require_printed(table: Table, entry: Entry) -> None:
    text, spread = entry.as_printed, entry.spread
    if not text or entry.statement or (entry.access == "calculated" and not printed_numbers(text)):
        return
    typed = [entry.value, entry.low, entry.high, *entry.values]
    if "±" in text or "+/-" in text:
        typed += [spread.value, *spread.values]
    missing = not_printed(
        text, (number for number in (*typed, spread.low, spread.high) if number is not None)
    )
    if missing:
        raise table.problem(
            f"'as_printed' is '{text}', and {missing[0]:.12g} was typed, which is not in it",
            "the characters of the source, with every number as it was typed",
            "Look into the source again: one of the two is wrong.",
            "as_printed",
        )


def _unit(table: Table, key: str) -> str:
    unit = table.text(key, "")
    if not unit:
        raise table.problem(f"'{key}' is missing", "the unit as printed, or '1' for a pure number")
    try:
        quantity(1.0, unit)
    except UnitMismatch as error:
        raise table.problem(f"'{key}' is '{unit}'", "a unit such as mM, mV, pS, percent", key=key) from error
    return unit


def _spread(table: Table, series: int) -> Spread:
    inner = table.table("spread")
    if inner is None:
        return NO_SPREAD
    inner.refuse_unknown(("kind", "value", "n", "low", "high", "values"))
    kind, value, n = inner.word("kind", SPREADS), inner.number("value"), inner.number("n")
    low, high, values = inner.number("low"), inner.number("high"), numbers(inner, "values", gaps=True)
    ends = low is not None and high is not None
    given = sum((value is not None, ends, bool(values)))
    if given != int(kind not in _SPREADS_WITHOUT_NUMBER) or (value is not None and value <= 0):
        raise inner.problem(
            f"the spread is of kind '{kind}' with value {value}",
            "a positive value; none of it for range, none and exact",
        )
    if (ends and (kind != "ci95" or (low or 0) >= (high or 0))) or (low is None) != (high is None):
        raise inner.problem(
            f"the spread runs from {low} to {high}", "both ends, of kind ci95, low below high"
        )
    if values and (len(values) != series or any(item <= 0 for item in values)):
        raise inner.problem(f"the spread holds {len(values)} values", f"{series} positive ones")
    if n is not None and (n < 1 or n != int(n)):
        raise inner.problem(f"n is {n:g}", "a whole number of experiments")
    gaps = tuple(None if math.isnan(item) else item for item in values)
    return Spread(kind, value, None if n is None else int(n), low, high, gaps)


def _require_sense(table: Table, spread: Spread, value: float | None) -> None:
    low, high = spread.low, spread.high
    if low is not None and high is not None and (value is None or not low <= value <= high):
        raise table.problem(
            f"the interval {low:g} to {high:g} does not hold {value}", "one around the value", key="spread"
        )
