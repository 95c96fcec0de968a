"""What follows from the errors of the guide that matter, computed with this package's own equations.

Every file in ``findings`` is one of them and is found by being there.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from kalimag.audit.consequence import Consequence, Row
from kalimag.errors import KalimagError

__all__ = ["Consequence", "Row", "consequences"]


def consequences() -> tuple[Consequence, ...]:
    """Compute what follows from each of the errors that matter.

    Returns
    -------
    tuple of Consequence, by the order each one states.

    Raises
    ------
    KalimagError : a file in findings has no function `finding`.
    """
    package = import_module("kalimag.audit.findings")
    found = []
    for module in pkgutil.iter_modules(package.__path__):
        make = getattr(import_module(f"{package.__name__}.{module.name}"), "finding", None)
        if not callable(make):
            raise KalimagError(
                "computing the consequences of the audit",
                f"findings/{module.name}.py has none",
                "a function called 'finding'",
            )
        found.append(make())
    return tuple(sorted(found, key=lambda one: (one.order, one.id)))
