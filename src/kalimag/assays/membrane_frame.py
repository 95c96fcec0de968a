"""The one place where membrane potential and membrane current are made from command and amplifier current.

V is inside minus outside, current is positive outward. The junction potential is V_bath - V_pipette at the
tip when the amplifier was zeroed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kalimag.errors import InvalidInput
from kalimag.registry import choices

Floats = NDArray[np.float64]
SERIES_ERROR_MV = 5.0
_MV_PER_PA_MOHM = 1e-3


@dataclass(frozen=True)
class Configuration:
    """How the pipette sits on the membrane: the sign of command and current, and what else V needs."""

    name: str
    sign: float
    has_junction: bool = True
    has_rest: bool = False


CONFIGURATIONS = {
    row.name: row
    for row in (
        Configuration("inside-out", -1.0),
        Configuration("cell-attached", -1.0, has_rest=True),
        Configuration("outside-out", 1.0),
        Configuration("whole-cell", 1.0),
        Configuration("two-electrode", 1.0, has_junction=False),
    )
}


@dataclass(frozen=True, eq=False)
class MembranePoints:
    """Points in the membrane frame, shape (points,) each.

    `series_error_mV` is what the series resistance took from the command, already taken off `V_mV`.
    """

    V_mV: Floats
    I_pA: Floats
    series_error_mV: Floats

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """Points whose series error is above 5 mV: small errors of the resistance matter there."""
        return np.abs(self.series_error_mV) > SERIES_ERROR_MV


@dataclass(frozen=True)
class MembraneFrame:
    """What has to be known to read an amplifier's numbers at the membrane.

    Parameters
    ----------
    configuration : inside-out, outside-out, whole-cell, cell-attached or two-electrode.
    junction_potential_mV : V_bath - V_pipette at the tip when zeroed.
    junction_potential_applied : whether the amplifier has already taken it off the command.
    series_resistance_MOhm : the part that was not compensated.
    resting_potential_mV : of the cell; needed cell-attached, where the membrane adds it.

    Raises
    ------
    InvalidInput : an unknown configuration, a resting potential missing or out of place, a junction
        potential with two electrodes, a negative resistance, or a number that is not finite.
    """

    configuration: str
    junction_potential_mV: float = 0.0
    junction_potential_applied: bool = False
    series_resistance_MOhm: float = 0.0
    resting_potential_mV: float | None = None

    def __post_init__(self) -> None:
        doing = f"reading voltages in the configuration '{self.configuration}'"
        if self.configuration not in CONFIGURATIONS:
            raise InvalidInput(doing, "it is not known", *choices(self.configuration, CONFIGURATIONS))
        how = CONFIGURATIONS[self.configuration]
        if how.has_rest and self.resting_potential_mV is None:
            raise InvalidInput(
                doing, "no resting potential is given", 'one, such as resting_potential = "-70 mV"'
            )
        if not how.has_rest and self.resting_potential_mV is not None:
            raise InvalidInput(doing, "a resting potential is given", "one only when cell-attached")
        if not how.has_junction and self.junction_potential_mV != 0:
            found = f"a junction potential of {self.junction_potential_mV:g} mV is given"
            raise InvalidInput(doing, found, "none: the voltage electrode is not the current electrode")
        numbers = (self.junction_potential_mV, self.series_resistance_MOhm, self.resting_potential_mV or 0.0)
        if not np.isfinite(numbers).all() or self.series_resistance_MOhm < 0:
            raise InvalidInput(
                doing, f"the numbers {numbers}", "finite numbers, and a resistance from 0 MOhm"
            )

    def corrected_by_the_amplifier(self, applied_mV: float) -> MembraneFrame:
        """This frame for a recording whose own header says that `applied_mV` was taken off; never twice.

        Raises
        ------
        InvalidInput : the header says so and `junction_potential_applied` does not.
        """
        if applied_mV != 0 and self.junction_potential_mV != 0 and not self.junction_potential_applied:
            raise InvalidInput(
                "correcting for the junction potential",
                f"the recording says that the amplifier already took off {applied_mV:g} mV",
                "one correction, not two",
                "Write junction_potential_applied = true, or leave the junction potential out.",
            )
        return self

    def points(self, command_mV: Floats, amplifier_pA: Floats) -> MembranePoints:
        """Bring command and amplifier current to the membrane.

        Parameters
        ----------
        command_mV : the voltage asked of the amplifier, shape (points,).
        amplifier_pA : the current it measured, shape (points,).

        Returns
        -------
        MembranePoints

        Raises
        ------
        InvalidInput : shapes differ, or a number is not finite.
        """
        command, current = np.asarray(command_mV, dtype=float), np.asarray(amplifier_pA, dtype=float)
        if command.shape != current.shape or not np.isfinite([command, current]).all():
            doing = "bringing voltages and currents to the membrane"
            raise InvalidInput(
                doing, "they do not pair up or are not finite", "one finite current for each voltage"
            )
        how = CONFIGURATIONS[self.configuration]
        left = 0.0 if self.junction_potential_applied else self.junction_potential_mV
        I_m = how.sign * current
        error = I_m * self.series_resistance_MOhm * _MV_PER_PA_MOHM
        V_m = (self.resting_potential_mV or 0.0) + how.sign * (command - left) - error
        return MembranePoints(V_m, I_m, error)

    @property
    def potential(self) -> str:
        """Which potential comes out, and what it is not corrected for because nobody said how large it is."""
        junction = self.junction_potential_mV or self.junction_potential_applied
        how = CONFIGURATIONS[self.configuration]
        missing = ["junction potential"] if how.has_junction and not junction else []
        missing += [] if self.series_resistance_MOhm else ["series resistance"]
        left = f", not corrected for {' or '.join(missing)}" if missing else ""
        return f"membrane potential ({self.configuration}){left}"

    def described(self) -> str:
        """One sentence for a report."""
        how = CONFIGURATIONS[self.configuration]
        rest = "V_rest " if how.has_rest else ""
        sign = "- " if how.sign < 0 else "+ " if rest else ""
        took = self.junction_potential_mV != 0 and not self.junction_potential_applied
        command = "(V_command - V_LJ)" if took else "V_command"
        text = f"{self.configuration}: V_m = {rest}{sign}{command}"
        text += " - I_m R_s" if self.series_resistance_MOhm else ""
        text += f", I_m = {'-' if how.sign < 0 else ''}I_amplifier"
        if self.junction_potential_mV:
            text += f"; V_LJ = {self.junction_potential_mV:g} mV"
            text += " (already taken off by the amplifier)" if self.junction_potential_applied else ""
        if self.series_resistance_MOhm:
            text += f"; R_s = {self.series_resistance_MOhm:g} MOhm not compensated"
        return text + "."
