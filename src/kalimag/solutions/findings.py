"""What a critic finds, and the critics there are: every module of the folder critic/ that has `find`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from kalimag.errors import KalimagError
from kalimag.solutions.pair import Pair

SEVERITIES = ("fault", "warning", "note")
FOLDER = "kalimag.solutions.critic"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or that must be known.

    Parameters
    ----------
    severity : "fault" (the experiment answers another question), "warning" (it must be corrected for or
        reported), "note" (good to know).
    sentence : one sentence, with a number in it.
    value : that number.
    unit : of the number.
    rule : name of the critic's file; filled in by `criticise`.
    """

    severity: str
    sentence: str
    value: float
    unit: str
    rule: str = ""

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "rule": self.rule, "severity": self.severity, "sentence": self.sentence,
            "value": self.value, "unit": self.unit,
        }  # fmt: skip


Critic = Callable[[Pair], Finding | None]


@cache
def critics(folder: str = FOLDER) -> dict[str, Critic]:
    """Every rule, by the name of its file.

    Parameters
    ----------
    folder : the package to look through.

    Returns
    -------
    dict from rule to its function `find`.

    Raises
    ------
    KalimagError : a file of the folder has no function `find`.
    """
    found: dict[str, Critic] = {}
    for module in sorted(
        pkgutil.iter_modules(importlib.import_module(folder).__path__), key=lambda m: m.name
    ):
        find = getattr(importlib.import_module(f"{folder}.{module.name}"), "find", None)
        if not callable(find):
            raise KalimagError(
                f"looking for critics in {folder}", f"{module.name}.py has no function 'find'",
                "find(pair) -> Finding | None",
            )  # fmt: skip
        found[module.name] = find
    return found


def criticise(pair: Pair) -> tuple[Finding, ...]:
    """Ask every critic.

    Parameters
    ----------
    pair : the solutions and their use.

    Returns
    -------
    tuple of Finding, faults first, then by the name of the rule.
    """
    found = []
    for rule, find in critics().items():
        finding = find(pair)
        if finding is not None:
            found.append(Finding(finding.severity, finding.sentence, finding.value, finding.unit, rule))
    return tuple(sorted(found, key=lambda finding: (SEVERITIES.index(finding.severity), finding.rule)))
