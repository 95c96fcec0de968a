"""Everything an equation may call: one name for floats, arrays, quantities and symbols."""

from __future__ import annotations

import importlib
import math
from typing import Any, cast

import numpy as np


def _library(x: Any) -> Any:
    """The package whose functions accept this kind of argument."""
    if isinstance(x, float | int):
        return math
    package = type(x).__module__.partition(".")[0]
    if package == "sympy":
        return importlib.import_module("sympy")
    return np


def exp(x: float) -> float:
    """Natural exponential of a pure number."""
    return cast(float, _library(x).exp(x))


def log(x: float) -> float:
    """Natural logarithm of a pure, positive number."""
    return cast(float, _library(x).log(x))


def sqrt(x: float) -> float:
    """Square root."""
    return cast(float, _library(x).sqrt(x))


def power(x: float, n: float) -> float:
    """A positive number raised to any power."""
    return cast(float, x**n)
