"""The potential between two solutions that meet: generalised Henderson, and stationary Nernst–Planck.

Both treat the boundary as dilute and electroneutral. Henderson takes every concentration as linear across it;
Nernst–Planck lets each ion flow at a constant rate and finds the profile. Signs: V_LJ = V_bath − V_pipette.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kalimag.errors import InvalidInput
from kalimag.registry import choices
from kalimag.solutions.junction_planck import planck_drop
from kalimag.solutions.water import ZERO_CELSIUS_K, Array

GAS_CONSTANT_J, FARADAY_C = 8.31446261815324, 96485.33212331001  # exact (SI 2019)
LARGEST_IMBALANCE = 1e-6  # of all charges; a table typed by hand is off by far more
DOING = "computing a junction potential"


@dataclass(frozen=True)
class JunctionIon:
    """One ion of a junction.

    Parameters
    ----------
    name : for messages.
    z : charge number, not 0.
    mobility : absolute mobility in any unit, the same for all; equivalent conductivity over |z| is one.
    pipette_mM, bath_mM : concentrations of this species, free of what is bound elsewhere.
    """

    name: str
    z: int
    mobility: float
    pipette_mM: float
    bath_mM: float


@dataclass(frozen=True)
class JunctionPotential:
    """V_bath − V_pipette by both ways, in mV."""

    nernst_planck_mV: float
    henderson_mV: float


def closed_with(ions: Sequence[JunctionIon], name: str) -> list[JunctionIon]:
    """The same table with the amount of one ion changed on both sides until each is electroneutral.

    Parameters
    ----------
    ions : as typed by hand.
    name : the ion that is known least.

    Returns
    -------
    list of JunctionIon

    Raises
    ------
    InvalidInput : there is no such ion, or its amount would have to be negative.
    """
    ion = next((ion for ion in ions if ion.name == name), None)
    if ion is None:
        raise InvalidInput(DOING, f"'{name}' is not among the ions", *choices(name, [i.name for i in ions]))
    missing = [
        -sum(i.z * amount for i, amount in zip(ions, side, strict=True)) / ion.z for side in _sides(ions)
    ]
    closed = replace(ion, pipette_mM=ion.pipette_mM + missing[0], bath_mM=ion.bath_mM + missing[1])
    if min(closed.pipette_mM, closed.bath_mM) < 0:
        raise InvalidInput(
            DOING, f"{name} cannot close the table: {closed.pipette_mM:.4g} and {closed.bath_mM:.4g} mM",
            "amounts of 0 or more",
        )  # fmt: skip
    return [closed if i is ion else i for i in ions]


def _sides(ions: Sequence[JunctionIon]) -> tuple[list[float], list[float]]:
    return [ion.pipette_mM for ion in ions], [ion.bath_mM for ion in ions]


def thermal_voltage_mV(T_degC: Array) -> Array:
    """RT/F in mV."""
    return 1e3 * GAS_CONSTANT_J * (np.asarray(T_degC) + ZERO_CELSIUS_K) / FARADAY_C


def junction_potential(ions: Sequence[JunctionIon], T_degC: float) -> JunctionPotential:
    """The junction potential of one pair of solutions.

    Parameters
    ----------
    ions : every ion of either solution.
    T_degC : temperature.

    Returns
    -------
    JunctionPotential

    Raises
    ------
    InvalidInput : a solution without ions, one that is not electroneutral, a negative number, a charge of 0.
    """
    table = np.array([[ion.z, ion.mobility, ion.pipette_mM, ion.bath_mM] for ion in ions], dtype=float)
    if not len(table):
        raise InvalidInput(DOING, "there are no ions", "the ions of both solutions")
    z, mobility, pipette, bath = table.T
    _refuse(ions)
    rows = mobility[None], pipette[None], bath[None]
    T = np.array([T_degC])
    return JunctionPotential(float(nernst_planck_mV(z, *rows, T)[0]), float(henderson_mV(z, *rows, T)[0]))


def henderson_mV(z: Array, mobility: Array, pipette_mM: Array, bath_mM: Array, T_degC: Array) -> Array:
    """V_bath − V_pipette after Henderson, any valences.

    Parameters
    ----------
    z : charge numbers, shape (ions,).
    mobility, pipette_mM, bath_mM : shape (rows, ions).
    T_degC : shape (rows,).

    Returns
    -------
    Array, mV, shape (rows,).
    """
    conductance = ((z**2 * mobility)[:, None, :] * np.stack([pipette_mM, bath_mM], axis=1)).sum(axis=2)
    driven = (z * mobility * (bath_mM - pipette_mM)).sum(axis=1)
    found: Array = thermal_voltage_mV(T_degC) * -driven * _log_slope(conductance[:, 0], conductance[:, 1])
    return found


def nernst_planck_mV(z: Array, mobility: Array, pipette_mM: Array, bath_mM: Array, T_degC: Array) -> Array:
    """V_bath − V_pipette from stationary flows, converged to 1e-8 mV.

    Parameters and Returns as for `henderson_mV`; what is not electroneutral by rounding is shared out.

    Raises
    ------
    KalimagError : the profile did not converge.
    """
    pipette, bath = (_neutral(z, side) for side in (pipette_mM, bath_mM))
    return thermal_voltage_mV(T_degC) * planck_drop(z, mobility, pipette, bath)


def imbalance(z: Array, concentration: Array) -> Array:
    """Net charge over all charges, between −1 and 1, shape (rows,)."""
    charge = z * concentration
    net: Array = charge.sum(axis=-1) / np.maximum(np.abs(charge).sum(axis=-1), 1e-300)
    return net


def _neutral(z: Array, concentration: Array) -> Array:
    """Every ion scaled by its sign, so that the charges add up to nothing."""
    share = imbalance(z, concentration)[:, None]
    return concentration / (1 + np.sign(z) * share)


def _log_slope(a: Array, b: Array) -> Array:
    """ln(b/a) / (b − a), also where a = b."""
    ratio = (b - a) / a
    near = np.abs(ratio) < 1e-6
    safe = np.where(near, 1.0, ratio)
    return np.where(near, 1 - ratio / 2 + ratio**2 / 3, np.log1p(safe) / safe) / a


def _refuse(ions: Sequence[JunctionIon]) -> None:
    for ion in ions:
        numbers = (ion.mobility, ion.pipette_mM, ion.bath_mM)
        if not np.isfinite(numbers).all() or min(numbers) < 0 or ion.mobility == 0 or ion.z == 0:
            raise InvalidInput(
                DOING,
                f"{ion.name} has charge {ion.z}, mobility {ion.mobility:g}, "
                f"{ion.pipette_mM:g} mM in the pipette and {ion.bath_mM:g} mM in the bath",
                "a charge that is not 0, a mobility above 0, and concentrations of 0 or more",
            )
    z = np.array([ion.z for ion in ions], dtype=float)
    for side in ("pipette", "bath"):
        amounts = np.array([getattr(ion, f"{side}_mM") for ion in ions])
        if not (amounts > 0).any():
            raise InvalidInput(DOING, f"the {side} holds no ion", "ions on both sides")
        off = float(imbalance(z, amounts))
        if abs(off) > LARGEST_IMBALANCE:
            kind = "cations" if off > 0 else "anions"
            raise InvalidInput(
                DOING, f"the {side} has {abs(z @ amounts):.4g} meq/l more {kind} than their partners",
                "an electroneutral solution", "Name the missing counter-ion, or let the titrant balance it.",
            )  # fmt: skip
