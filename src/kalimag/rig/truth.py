"""The true values of a virtual experiment: central values of the library, unless somebody sets others."""

from __future__ import annotations

from collections.abc import Mapping

from kalimag.errors import EvidenceProblem, UsageProblem
from kalimag.evidence import Values, estimate_key, load_values
from kalimag.model import System
from kalimag.registry import choices
from kalimag.units import typed


def true_values(system: System, settings: Mapping[str, str], preset: str = "") -> Values:
    """The parameters of the typical patch.

    Parameters
    ----------
    system : the model of the patch.
    settings : quantities by run name, as people write them ({"romk.Ki0": "4 mM"}).
    preset : numbers of one author, from library/presets; none if empty.

    Returns
    -------
    Values, with every parameter of the system.

    Raises
    ------
    UsageProblem : a setting names no parameter of this model, cannot be read, measures something else, or is
        no value the parameter can have.
    """
    wanted = {name: _key(name, keys) for name, keys in system.estimate_keys.items()}
    values = load_values(wanted)
    if preset:
        values = values.preset(preset)
    for name, text in settings.items():
        doing = f"setting {name} to {text}"
        if name not in values:
            raise UsageProblem(doing, "the model has no such parameter", *choices(name, values))
        unit = values[name].unit
        value = typed(text, unit, name)
        try:
            values = values.override(name, value, unit, "set for this virtual experiment")
        except EvidenceProblem as error:
            raise UsageProblem(doing, error.found, error.expected) from error
    return values


def _key(name: str, keys: tuple[str, ...]) -> str:
    """The estimate that serves a parameter: of the law itself, or of the one it is borrowed from."""
    mechanisms = tuple(key.partition(".")[0] for key in keys)
    return estimate_key(name.partition(".")[2], mechanisms)
