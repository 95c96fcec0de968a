"""The unit check: an equation called with numbers and with quantities must give the same thing."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from kalimag.errors import UnitMismatch
from kalimag.model.function import Function
from kalimag.units import quantity


def check_units(function: Function, *, seed: int = 0, draws: int = 3, rel: float = 1e-9) -> None:
    """Call an equation with floats and with quantities at the same random points and compare.

    Parameters
    ----------
    function : the equation.
    seed, draws : random positive arguments between 0.5 and 2, this many times.
    rel : relative difference allowed.

    Raises
    ------
    UnitMismatch : the units do not combine, the result is not in the declared unit, or the numbers differ.
    """
    doing = f"checking the units of {function.home.rpartition('.')[2]}.{function.name}"
    chance = random.Random(seed)
    for _ in range(draws):
        numbers = {name: chance.uniform(0.5, 2.0) for name in [*function.signals, *function.params]}
        units = {**function.signals, **function.params}
        try:
            plain = _call(function, numbers)
            given = _call(function, {name: quantity(value, units[name]) for name, value in numbers.items()})
            measured = quantity(1.0, "1") * given
            measured = float(measured.to(quantity(1.0, function.unit).units).magnitude)
        except Exception as error:
            raise UnitMismatch(doing, str(error), f"a result in {function.unit}") from error
        if abs(measured - plain) > rel * abs(plain):
            found = f"with units it gives {measured:.6g} {function.unit}, without them {plain:.6g}"
            raise UnitMismatch(
                doing, found, "the same number", "A factor between two units is missing or too much."
            )


def _call(function: Function, values: Mapping[str, Any]) -> Any:
    signals = [values[name] for name in function.signals]
    return function.call(*signals, **{name: values[name] for name in function.params})
