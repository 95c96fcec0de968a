"""The numbers a system needs, from the estimates of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kalimag.evidence import Values
    from kalimag.model.system import System


def library_values(system: System) -> Values:
    """The estimate behind every parameter of a system.

    Parameters
    ----------
    system : a parameter that its mechanism has no estimate for takes that of the mechanism it borrows from.

    Returns
    -------
    Values, by the names the system uses, in the units it declares.

    Raises
    ------
    EvidenceProblem : a parameter has no estimate, or one in another unit than the equation's.
    """
    from kalimag.errors import EvidenceProblem
    from kalimag.evidence import estimate_key, load_values

    wanted = {}
    for name, keys in system.estimate_keys.items():
        mechanisms = tuple(key.partition(".")[0] for key in keys)
        wanted[name] = estimate_key(name.rpartition(".")[2], mechanisms)
    values = load_values(wanted)
    for name, parameter in system.params.items():
        if (values[name].unit, values[name].domain) != (parameter.unit, parameter.domain):
            raise EvidenceProblem(
                f"loading {name}",
                f"its estimate is a {values[name].domain} number in {values[name].unit}",
                f"a {parameter.domain} number in {parameter.unit}, as its equation declares",
            )
    return values
