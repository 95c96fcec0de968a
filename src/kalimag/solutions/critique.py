"""The critics there are, every module of the folder critic/ that has `find`, and what they find together."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from kalimag.errors import KalimagError
from kalimag.solutions.findings import Finding
from kalimag.solutions.pair import Pair

# A fault: the experiment answers another question. A warning: to be corrected for. A note: good to know.
SEVERITIES = ("fault", "warning", "note")
FOLDER = "kalimag.solutions.critic"
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
    found = [finding for find in critics().values() if (finding := find(pair)) is not None]
    return tuple(sorted(found, key=lambda finding: (SEVERITIES.index(finding.severity), finding.rule)))
