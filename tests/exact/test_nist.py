"""Nonlinear least squares against the certified values of NIST's Statistical Reference Datasets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kalimag.stats.least_squares import complex_step, least_squares, residuals_of
from kalimag.stats.separable import Separable

exp, cos, sin, pi = np.exp, np.cos, np.sin, np.pi

MODELS: dict[str, Any] = {
    "Chwirut1": lambda b, x: exp(-b[0] * x) / (b[1] + b[2] * x),
    "Chwirut2": lambda b, x: exp(-b[0] * x) / (b[1] + b[2] * x),
    "DanWood": lambda b, x: b[0] * x ** b[1],
    "ENSO": lambda b, x: (
        b[0]
        + b[1] * cos(2 * pi * x / 12)
        + b[2] * sin(2 * pi * x / 12)
        + b[4] * cos(2 * pi * x / b[3])
        + b[5] * sin(2 * pi * x / b[3])
        + b[7] * cos(2 * pi * x / b[6])
        + b[8] * sin(2 * pi * x / b[6])
    ),
    "Eckerle4": lambda b, x: b[0] / b[1] * exp(-0.5 * ((x - b[2]) / b[1]) ** 2),
    "Gauss1": lambda b, x: (
        b[0] * exp(-b[1] * x)
        + b[2] * exp(-((x - b[3]) ** 2) / b[4] ** 2)
        + b[5] * exp(-((x - b[6]) ** 2) / b[7] ** 2)
    ),
    "Hahn1": lambda b, x: (
        (b[0] + b[1] * x + b[2] * x**2 + b[3] * x**3) / (1 + b[4] * x + b[5] * x**2 + b[6] * x**3)
    ),
    "Kirby2": lambda b, x: (b[0] + b[1] * x + b[2] * x**2) / (1 + b[3] * x + b[4] * x**2),
    "Lanczos1": lambda b, x: b[0] * exp(-b[1] * x) + b[2] * exp(-b[3] * x) + b[4] * exp(-b[5] * x),
    "MGH09": lambda b, x: b[0] * (x**2 + x * b[1]) / (x**2 + x * b[2] + b[3]),
    "Misra1a": lambda b, x: b[0] * (1 - exp(-b[1] * x)),
    "Misra1b": lambda b, x: b[0] * (1 - (1 + b[1] * x / 2) ** -2),
    "Rat42": lambda b, x: b[0] / (1 + exp(b[1] - b[2] * x)),
    "Thurber": lambda b, x: (
        (b[0] + b[1] * x + b[2] * x**2 + b[3] * x**3) / (1 + b[4] * x + b[5] * x**2 + b[6] * x**3)
    ),
}

# Searched parameters, and the basis that multiplies the others (in the certified order of those others).
SEPARABLE: dict[str, tuple[list[int], Any]] = {
    "DanWood": ([1], lambda u, x: [x ** u[0]]),
    "ENSO": (
        [3, 6],
        lambda u, x: [
            1 + 0 * x * u[0],
            cos(2 * pi * x / 12) + 0 * u[0],
            sin(2 * pi * x / 12) + 0 * u[0],
            cos(2 * pi * x / u[0]),
            sin(2 * pi * x / u[0]),
            cos(2 * pi * x / u[1]),
            sin(2 * pi * x / u[1]),
        ],
    ),
    "Hahn1": (
        [4, 5, 6],
        lambda u, x: [x**k / (1 + u[0] * x + u[1] * x**2 + u[2] * x**3) for k in range(4)],
    ),
    "Lanczos1": ([1, 3, 5], lambda u, x: [exp(-k * x) for k in u]),
    "Misra1a": ([1], lambda u, x: [1 - exp(-u[0] * x)]),
    "Thurber": (
        [4, 5, 6],
        lambda u, x: [x**k / (1 + u[0] * x + u[1] * x**2 + u[2] * x**3) for k in range(4)],
    ),
}


def certified(path: Path) -> dict[str, Any]:
    """Starts, certified values, their standard deviations, residual sum of squares and data of one file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [re.findall(r"[-+.\dE]+", line.split("=")[1]) for line in lines if re.match(r"\s*b\d+ =", line)]
    numbers = np.array(rows, dtype=float)
    rss = next(float(line.split()[-1]) for line in lines if line.startswith("Residual Sum of Squares"))
    data = np.loadtxt(lines[60:])
    return {"starts": numbers[:, :2].T, "b": numbers[:, 2], "sd": numbers[:, 3], "rss": rss, "data": data}


def digits(found: np.ndarray, wanted: np.ndarray) -> float:
    """Correct significant digits of the worst value."""
    return float(-np.log10(np.max(np.abs(found - wanted) / np.abs(wanted)) + 1e-16))


def check(found: np.ndarray, wanted: np.ndarray, least: float) -> None:
    assert digits(found, wanted) >= least, f"{digits(found, wanted):.1f} digits: {found} is not {wanted}"


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("name", sorted(MODELS))
def test_certified_values(shared: Path, name: str, start: int) -> None:
    case = certified(shared / "data/bench/nist_strd" / f"{name}.dat")
    y, x = case["data"].T
    fit = least_squares(residuals_of(lambda b: MODELS[name](b, x), y), case["starts"][start], tolerance=1e-9)
    assert fit.converged
    check(fit.u, case["b"], 6)
    if name != "Lanczos1":  # its residuals are rounding errors of the data themselves
        check(np.array([fit.cost]), np.array([case["rss"]]), 9)
        check(np.sqrt(np.diag(fit.covariance(fit.cost / (len(y) - len(fit.u))))), case["sd"], 5)


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("name", sorted(SEPARABLE))
def test_certified_values_by_projection(shared: Path, name: str, start: int) -> None:
    case = certified(shared / "data/bench/nist_strd" / f"{name}.dat")
    y, x = case["data"].T
    searched, columns = SEPARABLE[name]

    def basis(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        def flat(z: np.ndarray) -> np.ndarray:
            return np.column_stack(columns(z, x)).ravel()

        value, slope = complex_step(flat, u)
        shape = (len(x), -1)
        return value.reshape(shape), np.stack([column.reshape(shape) for column in slope.T])

    problem = Separable(basis, y, np.ones(len(x)))
    fit = least_squares(problem.residuals, case["starts"][start][searched], tolerance=1e-9)
    assert fit.converged
    others = [k for k in range(len(case["b"])) if k not in searched]
    check(fit.u, case["b"][searched], 6)
    check(problem.coefficients(fit.u), case["b"][others], 6)


def test_the_check_fails_on_a_wrong_digit(shared: Path) -> None:
    case = certified(shared / "data/bench/nist_strd" / "Misra1a.dat")
    with pytest.raises(AssertionError, match="digits"):
        check(case["b"] * (1 + 2e-6), case["b"], 6)


def test_the_jacobian_of_the_projection_is_exact() -> None:
    rng = np.random.default_rng(3)
    x = np.linspace(0.1, 3, 20)
    y = 2 * exp(-x) + exp(-3 * x) + 0.05 * rng.standard_normal(20)

    def basis(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        columns = exp(-np.outer(x, u))
        slopes = np.zeros((2, 20, 2))
        slopes[0, :, 0], slopes[1, :, 1] = -x * columns[:, 0], -x * columns[:, 1]
        return columns, slopes

    problem = Separable(basis, y, 1 / (0.05 + 0.1 * x))
    u, step = np.array([0.7, 2.0]), 1e-6
    _, jacobian = problem.residuals(u)
    for k in range(2):
        du = step * np.eye(2)[k]
        slope = (problem.residuals(u + du)[0] - problem.residuals(u - du)[0]) / (2 * step)
        np.testing.assert_allclose(jacobian[:, k], slope, rtol=1e-6, atol=1e-6)
