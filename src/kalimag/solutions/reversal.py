"""Two speciated solutions at a membrane and at a tip: reversal potentials, osmolality, junction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kalimag.errors import InvalidInput
from kalimag.solutions.junction import henderson_mV, nernst_planck_mV, thermal_voltage_mV
from kalimag.solutions.mobilities import Mobility, mobility_of
from kalimag.solutions.side import Side
from kalimag.solutions.streams import OWN, standard_normals
from kalimag.solutions.water import Array

IONS = ("K", "Na", "Cl", "Mg", "Ca", "H", "HCO3")
CONFIGURATIONS = ("whole-cell", "outside-out", "inside-out", "cell-attached", "two-electrode")
INSIDE_IS_BATH = ("inside-out",)
CELL_IS_INSIDE = ("cell-attached", "two-electrode")  # neither solution is the cytoplasm
_TRACE_mM, _PLENTY_mM = 1e-12, 0.01


@dataclass(frozen=True, eq=False)
class Junction:
    """The junction potential of a pair, V_bath − V_pipette.

    Parameters
    ----------
    nernst_planck_mV, henderson_mV : rows as in the solutions, shape (rows,).
    mobilities : of every ion that counts.
    assumed : those of them that nobody has published, where there is more than 0.01 mM of the ion.
    input_names, inputs : what the rows were made with, in standard deviations, shape (rows, inputs).
    """

    nernst_planck_mV: Array
    henderson_mV: Array
    mobilities: tuple[Mobility, ...]
    assumed: tuple[Mobility, ...]
    input_names: tuple[str, ...]
    inputs: Array


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
    mobility, normals = _drawn(ions, rows, seed)
    names, inputs = inputs_of(pipette, bath)
    T = np.full(rows, pipette.T_degC)
    nernst_planck = nernst_planck_mV(z, mobility, amounts[0], amounts[1], T)
    plenty = np.maximum(sides[0][0], sides[1][0]) > _PLENTY_mM
    return Junction(
        nernst_planck_mV=nernst_planck,
        henderson_mV=henderson_mV(z, mobility, amounts[0], amounts[1], T),
        mobilities=ions,
        input_names=(*names, *(f"mobility of {ion.ion}" for ion in ions)),
        inputs=np.hstack([inputs, normals]),
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
    dict from ion to mV, inside minus outside, shape (rows,); empty where the cell itself is inside.

    Raises
    ------
    InvalidInput : the temperatures differ.
    """
    _refuse_two_temperatures(pipette, bath)
    if configuration in CELL_IS_INSIDE:
        return {}
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


def inputs_of(pipette: Side, bath: Side) -> tuple[tuple[str, ...], Array]:
    """What the rows of two solutions were made with; what both share is there once.

    Returns
    -------
    names, and standard deviations from nominal, shape (rows, names).
    """
    columns: dict[str, Array] = {}
    for side in (pipette, bath):
        for place, name in enumerate(side.input_names):
            columns[name if not name.startswith(OWN) else f"{name} in {side.name}"] = side.inputs[:, place]
    rows = max(len(pipette.species_mM), len(bath.species_mM))
    whole = [np.broadcast_to(column, rows) for column in columns.values() if len(column) in (1, rows)]
    return tuple(columns), np.stack(whole, axis=1) if whole else np.zeros((rows, 0))


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


def _drawn(ions: tuple[Mobility, ...], rows: int, seed: int) -> tuple[Array, Array]:
    """Mobilities, row 0 as published and the rest drawn, and the draws in standard deviations."""
    normals = np.vstack([
        np.zeros(len(ions)),
        standard_normals([f"mobility of {ion.ion}" for ion in ions], "", rows - 1, seed),
    ])  # fmt: skip
    value = np.array([ion.value for ion in ions])
    return value * np.exp(np.array([ion.relative_sd for ion in ions]) * normals), normals
