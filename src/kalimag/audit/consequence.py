"""One error and what follows from it, in numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One number as the guide would have it and as it is.

    Parameters
    ----------
    what : what is computed, with its conditions.
    guide, ours : the number if the guide is followed, and the number otherwise; None where there is none.
    unit : of both.
    """

    what: str
    guide: float | None
    ours: float | None
    unit: str


@dataclass(frozen=True)
class Consequence:
    """An error of the guide and what it does to a number somebody would use.

    Parameters
    ----------
    id : name of its file.
    order : where it stands among the others.
    title : in a few words.
    claims : ids of the guide's claims it is about, and of those it is computed from.
    heads : what the two columns of numbers are.
    rows : the numbers.
    sentence : what follows, with the numbers in it.
    assumptions : what was taken for granted, one sentence each.
    """

    id: str
    order: int
    title: str
    claims: tuple[str, ...]
    heads: tuple[str, str]
    rows: tuple[Row, ...]
    sentence: str
    assumptions: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The record, for the JSON envelope."""
        return vars(self) | {
            "claims": list(self.claims),
            "heads": list(self.heads),
            "rows": [vars(row) for row in self.rows],
            "assumptions": list(self.assumptions),
        }
