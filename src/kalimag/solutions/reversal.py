"""Two speciated solutions at a membrane and at a tip: reversal potentials, osmolality, junction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kalimag.errors import InvalidInput
from kalimag.solutions.junction import henderson_mV, nernst_planck_mV, thermal_voltage_mV
from kalimag.solutions.mobilities import Mobility, mobility_of
from kalimag.solutions.side import Ranged, Side
from kalimag.solutions.water import Array

IONS = ("K", "Na", "Cl", "Mg", "Ca", "H", "HCO3")
CONFIGURATIONS = ("whole-cell", "outside-out", "inside-out", "cell-attached", "two-electrode")
INSIDE_IS_BATH = ("inside-out",)
_TRACE_mM, _PLENTY_mM = 1e-12, 0.01


@dataclass(frozen=True, eq=False)
class Junction:
    """The junction potential of a pair, V_bath − V_pipette.

    Parameters
    ----------
    nernst_planck_mV, henderson_mV : rows as in the solutions, shape (rows,).
    mobilities : of every ion that counts.
    assumed : those of them that nobody has published, where there is more than 0.01 mM of the ion.
    shares : how much of the spread of the Nernst–Planck value each mobility explains, largest first.
    """

    nernst_planck_mV: Array
    henderson_mV: Array
    mobilities: tuple[Mobility, ...]
    shares: Mapping[str, float]
    assumed: tuple[Mobility, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "nernst_planck": Ranged.of(self.nernst_planck_mV).as_json(),
            "henderson": Ranged.of(self.henderson_mV).as_json(),
            "convention": "V_bath - V_pipette; V_m = V_command - V_LJ (whole-cell), its negative inside-out",
            "assumed_mobilities": [mobility.as_json() for mobility in self.assumed],
            "most_of_the_spread": list(self.shares)[:2],
        }


def junction_between(pipette: Side, bath: Side, *, seed: int = 1) -> Junction:
    """The junction potential of two speciated solutions, with draws of the mobilities.

    Parameters
    ----------
    pipette, bath : at one temperature, with the same number of rows.
    seed : of the draws.

    Returns
    -------
    Junction

    Raises
    ------
    InvalidInput : the temperatures differ.
    """
    _refuse_two_temperatures(pipette, bath)
    ions = _ions(pipette, bath)
    z = np.array([mobility.z for mobility in ions], dtype=float)
    sides = [np.stack([side.rows_of(ion.ion) for ion in ions], axis=1) for side in (pipette, bath)]
    rows = max(len(side) for side in sides)
    amounts = [np.broadcast_to(side, (rows, len(ions))) if len(side) == 1 else side for side in sides]
    mobility = _drawn(ions, rows, seed)
    T = np.full(rows, pipette.T_degC)
    nernst_planck = nernst_planck_mV(z, mobility, amounts[0], amounts[1], T)
    plenty = np.maximum(sides[0][0], sides[1][0]) > _PLENTY_mM
    return Junction(
        nernst_planck_mV=nernst_planck,
        henderson_mV=henderson_mV(z, mobility, amounts[0], amounts[1], T),
        mobilities=ions,
        shares=_shares(ions, mobility, nernst_planck),
        assumed=tuple(ion for ion, there in zip(ions, plenty, strict=True) if ion.assumed and there),
    )


def reversal_potentials(pipette: Side, bath: Side, configuration: str = "whole-cell") -> dict[str, Array]:
    """The Nernst potential of every ion that both solutions hold, from free concentrations.

    Parameters
    ----------
    pipette, bath : at one temperature.
    configuration : which side is inside the membrane.

    Returns
    -------
    dict from ion to mV, inside minus outside, shape (rows,).

    Raises
    ------
    InvalidInput : the temperatures differ.
    """
    _refuse_two_temperatures(pipette, bath)
    inside, outside = (bath, pipette) if configuration in INSIDE_IS_BATH else (pipette, bath)
    found = {}
    for ion in IONS:
        within, without = inside.rows_of(ion), outside.rows_of(ion)
        if min(within.min(), without.min()) <= _TRACE_mM:
            continue
        z = float(inside.charges[inside.species.index(ion)])
        potential: Array = thermal_voltage_mV(np.array(pipette.T_degC)) / z * np.log(without / within)
        found[ion] = potential
    return found


def osmolality_difference(pipette: Side, bath: Side) -> Array:
    """Pipette minus bath, mOsm/kg, shape (rows,)."""
    return pipette.osmolality_mOsm - bath.osmolality_mOsm


def _refuse_two_temperatures(pipette: Side, bath: Side) -> None:
    if abs(pipette.T_degC - bath.T_degC) > 1e-9:
        raise InvalidInput(
            f"putting {pipette.name} and {bath.name} together",
            f"one is at {pipette.T_degC:g} degC and the other at {bath.T_degC:g} degC",
            "one temperature", "Write the temperature of the experiment into both recipes.",
        )  # fmt: skip


def _ions(pipette: Side, bath: Side) -> tuple[Mobility, ...]:
    """Every charged species that is more than a trace on either side."""
    found: dict[str, Mobility] = {}
    for side in (pipette, bath):
        for place, name in enumerate(side.species):
            z = round(float(side.charges[place]))
            if z and name not in found and side.species_mM[:, place].max() > _TRACE_mM:
                found[name] = mobility_of(name, z, side.ligand_of.get(name, ""))
    return tuple(found.values())


def _drawn(ions: tuple[Mobility, ...], rows: int, seed: int) -> Array:
    """Row 0 as published, the rest drawn; every ion has its own stream, so one more changes no other."""
    table = np.empty((rows, len(ions)))
    for place, ion in enumerate(ions):
        stream = int.from_bytes(hashlib.sha256(ion.ion.encode()).digest()[:8], "big")
        normal = np.random.default_rng([seed, stream]).standard_normal(rows)
        normal[0] = 0.0
        table[:, place] = ion.value * np.exp(ion.relative_sd * normal)
    return table


def _shares(ions: tuple[Mobility, ...], mobility: Array, result: Array) -> dict[str, float]:
    """Squared correlation of each mobility's draws with the result, largest first."""
    if len(result) < 20 or np.ptp(result[1:]) == 0:
        return {}
    y = result[1:] - result[1:].mean()
    x = np.log(mobility[1:])
    x = x - x.mean(axis=0)
    square = (x.T @ y) ** 2 / ((x**2).sum(axis=0) * (y @ y))
    order = np.argsort(-square)
    return {ions[place].ion: float(square[place]) for place in order}
