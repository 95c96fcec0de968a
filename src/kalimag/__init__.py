"""kalimag: an open workbench for the cellular mechanisms of magnesium-potassium codependence.

The verbs of the command line are functions here, loaded on first use: ``kalimag.read(path)``,
``kalimag.iv(path)``, ``kalimag.romk_block(folder)``, ``kalimag.explain("romk.Ki0")``, ``kalimag.run()``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kalimag.verbs import *  # noqa: F403

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Give the verb of this name; nothing heavy is imported until it is called."""
    if not name.startswith("_"):
        from importlib import import_module

        verbs = import_module("kalimag.verbs")
        if name in verbs.__all__:
            return getattr(verbs, name)
    raise AttributeError(f"module 'kalimag' has no attribute '{name}'")


def __dir__() -> list[str]:
    """Name what is here, the verbs included."""
    from importlib import import_module

    return sorted({*globals(), *import_module("kalimag.verbs").__all__})
