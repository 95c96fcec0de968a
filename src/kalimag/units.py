"""Units as annotations inside equations, and conversion at the door.

An equation is annotated ``V: mV`` and is called with plain numbers; a person types ``-60 mV``. Everything
that crosses between the two goes through `parse` and `convert`, where Pint does the arithmetic.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from kalimag.errors import UnitMismatch, UsageProblem


@dataclass(frozen=True)
class Unit:
    """The unit of an argument or result, written as a symbol ("mV", "mM", "1" for a pure number)."""

    symbol: str


one = Annotated[float, Unit("1")]
mV = Annotated[float, Unit("mV")]
V = Annotated[float, Unit("V")]
pA = Annotated[float, Unit("pA")]
nS = Annotated[float, Unit("nS")]
mM = Annotated[float, Unit("mM")]
K = Annotated[float, Unit("K")]
J_per_mol_K = Annotated[float, Unit("J/(mol*K)")]
C_per_mol = Annotated[float, Unit("C/mol")]

_QUANTITY = re.compile(r"^\s*([-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+−]?\d+)?)\s*(.*?)\s*$")
# \u2103, \u00b5 and \u2126 are one character for degree Celsius, and the older signs of micro and ohm
_SPELLINGS = {
    "°C": "degC",
    "\u2103": "degC",
    "μ": "u",
    "\u00b5": "u",
    "Ω": "ohm",
    "\u2126": "ohm",
    "Ohm": "ohm",
    "·": "*",
}


@cache
def _registry() -> Any:
    import pint

    registry: Any = pint.UnitRegistry()
    registry.define("Eq = [equivalents]")  # mEq/L: becomes mmol/L only through the valence of an ion
    return registry


def _unit(symbol: str, doing: str) -> Any:
    for printed, plain in _SPELLINGS.items():
        symbol = symbol.replace(printed, plain)
    try:
        return _registry().Unit("dimensionless" if symbol in ("", "1", "one") else symbol)
    except Exception as error:
        raise UnitMismatch(
            doing, f"the unit '{symbol}' is not known", "a unit such as mV, mM, nS, degC"
        ) from error


def convert(value: float, unit: str, to: str) -> float:
    """Convert a number from one unit to another.

    Parameters
    ----------
    value : the number, in `unit`.
    unit, to : unit symbols; degC and K convert with their offset.

    Returns
    -------
    float, in `to`.

    Raises
    ------
    UnitMismatch : a unit is unknown, or the two measure different things.
    """
    if unit == to:
        return value
    doing = f"converting {value:g} {unit} to {to}"
    given, wanted = _unit(unit, doing), _unit(to, doing)
    try:
        return float(_registry().Quantity(value, given).to(wanted).magnitude)
    except Exception as error:
        raise UnitMismatch(doing, f"{unit} and {to} measure different things") from error


@cache
def factor(unit: str, to: str) -> float:
    """The number to multiply a value in `unit` with to have it in `to` (no offset units)."""
    return convert(1.0, unit, to) - convert(0.0, unit, to)


def parse(text: str, to: str, what: str = "a quantity") -> float:
    """Read a quantity as people write it ("0.5mM", "-60 mV", "22degC") and give it in the unit asked for.

    Parameters
    ----------
    text : number and unit; the unit may be left out only where a pure number is asked for.
    to : the unit of the result.
    what : what is being read, for the error message.

    Returns
    -------
    float, finite, in `to`.

    Raises
    ------
    UnitMismatch : no number, no unit, an unknown unit, or a unit that measures something else.
    """
    doing = f"reading {what} from '{text}'"
    match = _QUANTITY.match(str(text))
    if match is None:
        raise UnitMismatch(
            doing, "it does not begin with a number", f"a number with a unit, such as '1 {to}'"
        )
    number, unit = match.groups()
    value = float(number.replace("−", "-"))
    if not math.isfinite(value):
        raise UnitMismatch(doing, "the number is not finite", f"a finite number in {to}")
    if not unit and to not in ("", "1", "one"):
        raise UnitMismatch(
            doing, "it has no unit", f"a unit such as {to}", f"Write '{number} {to}' if that is meant."
        )
    try:
        return convert(value, unit or "1", to)
    except UnitMismatch as error:
        raise UnitMismatch(doing, error.found, f"a unit that converts to {to}") from error


def typed(text: str, to: str, what: str) -> float:
    """Read a quantity that is an argument of a call; as `parse`, but what is wrong is then the call.

    Parameters
    ----------
    text, to, what : as for `parse`.

    Returns
    -------
    float, finite, in `to`.

    Raises
    ------
    UsageProblem : whatever `parse` would raise.
    """
    try:
        return parse(text, to, what)
    except UnitMismatch as error:
        raise UsageProblem(error.doing, error.found, error.expected, error.remedy) from error


def quantity(value: Any, unit: str) -> Any:
    """A number or array with its unit as a Pint quantity, for the unit check of equations."""
    return _registry().Quantity(value, _unit(unit, f"giving a number the unit {unit}"))
