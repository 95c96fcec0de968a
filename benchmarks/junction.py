"""Time the junction potential of twelve ions, and hold it against scipy's boundary-value solver.

The goal is 20 ms. The peer is `solve_bvp` on all concentrations, as one would write it in an afternoon.
"""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_bvp
from stopwatch import best_of, ratios, save

from kalimag.solutions.junction import henderson_mV, nernst_planck_mV, thermal_voltage_mV

# A K-gluconate pipette against a bicarbonate bath, mM: z, mobility relative to K+, pipette, bath.
TABLE = np.array([
    [-1, 0.33, 110.0, 0.0], [-1, 0.30, 5.0, 0.0], [-2, 0.24, 1.0, 0.0], [-2, 0.15, 2.0, 0.0],
    [-1, 0.449, 0.0, 1.2], [2, 0.361, 2.0, 1.5], [-2, 0.544, 0.0, 1.5], [2, 0.405, 0.0, 2.4],
    [1, 1.0, 130.0, 3.0], [-1, 0.605, 0.0, 25.0], [-1, 1.038, 24.0, 133.8], [1, 0.682, 11.0, 152.2],
])  # fmt: skip
Z, U, PIPETTE, BATH = TABLE.T
T = np.array([25.0])


def ours() -> float:
    return float(nernst_planck_mV(Z, U[None], PIPETTE[None], BATH[None], T)[0])


def boundary_values() -> float:
    """All concentrations and φ along x; the flows are parameters."""

    def slopes(_x: np.ndarray, y: np.ndarray, flow: np.ndarray) -> np.ndarray:
        c = y[:-1]
        field = -(Z @ flow) / (Z**2 @ c)
        return np.vstack([-flow[:, None] - Z[:, None] * c * field, field])

    def ends(first: np.ndarray, last: np.ndarray, flow: np.ndarray) -> np.ndarray:
        fixed = np.concatenate([first[:-1] - PIPETTE, last[:-2] - BATH[:-1]])
        return np.concatenate([fixed, [first[-1], (Z * U) @ flow]])

    x = np.linspace(0, 1, 25)
    guess = np.vstack([PIPETTE[:, None] + (BATH - PIPETTE)[:, None] * x, 0.5 * x])
    found = solve_bvp(slopes, ends, x, guess, PIPETTE - BATH, tol=1e-8)
    return float(thermal_voltage_mV(T)[0] * found.y[-1, -1])


def main() -> None:
    rows = 200
    many = [np.repeat(a[None], rows, axis=0) for a in (U, PIPETTE, BATH)]
    ways = {
        "kalimag": ours,
        "solve_bvp": boundary_values,
        "kalimag, 200 rows": lambda: nernst_planck_mV(Z, *many, np.full(rows, 25.0)),
    }
    best = best_of(ways, 5)
    save(
        "junction",
        {
            "what": "junction potential of 12 ions, stationary Nernst–Planck",
            "goal_ms": 20.0,
            "kalimag_ms": round(best["kalimag"] * 1e3, 3),
            "kalimag_200_rows_ms": round(best["kalimag, 200 rows"] * 1e3, 2),
            "times_longer": ratios({k: best[k] for k in ("kalimag", "solve_bvp")}, "kalimag"),
            "apart_mV": abs(ours() - boundary_values()),
            "nernst_planck_mV": ours(),
            "henderson_mV": float(henderson_mV(Z, U[None], PIPETTE[None], BATH[None], T)[0]),
        },
    )


if __name__ == "__main__":
    main()
