"""Water: density, permittivity, vapour pressure, and the Debye–Hückel slope that follows from them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Mask = NDArray[np.bool_]

ZERO_CELSIUS_K = 273.15
GAS_CONSTANT_kJ = 8.31446261815324e-3  # per mol and K, exact (SI 2019)
_ELECTRON_C, _AVOGADRO, _BOLTZMANN_J_K = 1.602176634e-19, 6.02214076e23, 1.380649e-23  # exact (SI 2019)
_VACUUM_F_M = 8.8541878128e-12  # CODATA 2018


def density_kg_m3(T_degC: Array) -> Array:
    """Density of air-free water at 1 atm, 0 to 100 degC (Kell 1975)."""
    t = T_degC
    upper = 999.83952 + t * (16.945176 + t * (-7.9870401e-3 + t * (-46.170461e-6 + t * 105.56302e-9)))
    return (upper - 280.54253e-12 * t**5) / (1 + 16.879850e-3 * t)


def permittivity(T_degC: Array) -> Array:
    """Relative static permittivity of water, 0 to 100 degC (Malmberg and Maryott 1956)."""
    t = T_degC
    return 87.740 + t * (-0.40008 + t * (9.398e-4 + t * -1.410e-6))


def vapour_pressure_atm(T_degC: Array) -> Array:
    """Vapour pressure over water, 0 to 50 degC (Buck 1981)."""
    kPa = 0.61121 * np.exp((18.678 - T_degC / 234.5) * T_degC / (257.14 + T_degC))
    return kPa / 101.325


def debye_hueckel_slope(T_degC: Array) -> Array:
    """Slope A of the limiting law, log10 gamma = −A z² √I with I in M.

    Parameters
    ----------
    T_degC : temperatures, 0 to 100 degC, of any shape.

    Returns
    -------
    Array of that shape; 0.5108 at 25 degC.
    """
    thermal = _VACUUM_F_M * permittivity(T_degC) * _BOLTZMANN_J_K * (T_degC + ZERO_CELSIUS_K)
    pairs = 2 * _AVOGADRO * density_kg_m3(T_degC)
    slope: Array = _ELECTRON_C**3 * np.sqrt(pairs) / (8 * np.pi * np.log(10) * thermal**1.5)
    return slope
