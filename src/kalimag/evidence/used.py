"""The numbers a run has used, read back from what it left; and in what two runs differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kalimag.errors import InvalidInput

LEDGER = "ledger.json"
_REQUIRED = ("value", "unit", "low", "high", "rule", "claims", "sources")
_COMPARED = (*_REQUIRED, "overridden", "reason")


@dataclass(frozen=True)
class Used:
    """What one run has used.

    Parameters
    ----------
    path : the file it was read from.
    rows : one for each number, as the run wrote it.
    bibliography : its sources.
    """

    path: Path
    rows: tuple[Mapping[str, Any], ...]
    bibliography: tuple[Mapping[str, Any], ...]

    @property
    def assumed(self) -> tuple[str, ...]:
        """Names of the numbers behind which stands no measurement."""
        return tuple(str(row["name"]) for row in self.rows if row["assumed"])

    @property
    def unchecked(self) -> tuple[str, ...]:
        """Names of the numbers that rest on a claim nobody has typed twice or seen where it was published."""
        return tuple(str(row["name"]) for row in self.rows if row["claims"] and not row["checked"])

    def as_json(self) -> dict[str, object]:
        """The rows and the counts, for the JSON envelope."""
        return {
            "rows": [dict(row) for row in self.rows],
            "bibliography": [dict(source) for source in self.bibliography],
            "assumed": list(self.assumed),
            "unchecked": list(self.unchecked),
        }


@dataclass(frozen=True)
class Change:
    """A number in which two runs differ.

    Parameters
    ----------
    name : as both runs call it.
    here, there : its row in each; None where a run does not use it.
    fields : in which parts of the row they differ.
    """

    name: str
    here: Mapping[str, Any] | None
    there: Mapping[str, Any] | None
    fields: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The change, for the JSON envelope."""
        here, there = (None if row is None else dict(row) for row in (self.here, self.there))
        return {"name": self.name, "here": here, "there": there, "fields": list(self.fields)}


def read_used(result: Path) -> Used:
    """Read what a run has used.

    Parameters
    ----------
    result : the folder of a run, its ledger.json, or any other file in that folder.

    Returns
    -------
    Used

    Raises
    ------
    InvalidInput : there is no ledger, or it is not one of ours.
    """
    path = result if result.name == LEDGER else (result if result.is_dir() else result.parent) / LEDGER
    doing = f"reading the ledger of {result.name}"
    if not path.is_file():
        raise InvalidInput(
            doing, f"there is no {LEDGER} in {path.parent.name or path.parent}", "the folder of a run"
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = tuple(content["rows"])
        complete = all({"name", "assumed", "checked", *_REQUIRED} <= set(row) for row in rows)
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(doing, f"it is not a ledger ({error})", "the file a run has written") from error
    if not complete:
        raise InvalidInput(doing, "a row lacks a part", f"{', '.join(('name', *_REQUIRED))} in each")
    return Used(path, rows, tuple(content.get("bibliography", ())))


def changes(here: Used, there: Used) -> tuple[Change, ...]:
    """The numbers in which two runs differ, by name.

    Parameters
    ----------
    here, there : what each has used.

    Returns
    -------
    tuple of Change; empty where both used the same.
    """
    first, second = ({str(row["name"]): row for row in used.rows} for used in (here, there))
    found = []
    for name in sorted(first.keys() | second.keys()):
        a, b = first.get(name), second.get(name)
        fields = _COMPARED if a is None or b is None else _differing(a, b)
        found += [Change(name, a, b, fields)] if fields else []
    return tuple(found)


def _differing(here: Mapping[str, Any], there: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for key in _COMPARED if (here.get(key) or None) != (there.get(key) or None))
