"""Everything an equation may call: one name for floats, arrays, quantities and symbols."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def _library(x: Any) -> Any:
    """The package whose functions accept this kind of argument."""
    if isinstance(x, float | int):
        return math
    package = type(x).__module__.partition(".")[0]
    if package == "sympy":
        import sympy

        return sympy
    return np


def exp(x: Any) -> Any:
    """Natural exponential of a pure number."""
    return _library(x).exp(x)


def log(x: Any) -> Any:
    """Natural logarithm of a pure, positive number."""
    return _library(x).log(x)


def sqrt(x: Any) -> Any:
    """Square root."""
    return _library(x).sqrt(x)
