"""What an I–V is: rows of voltage and current, reversal potential, conductances, and what was left out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from kalimag.assays.iv_window import Kind


@dataclass(frozen=True)
class IVRow:
    """One point: one sweep at one level, or one bin of a ramp averaged over sweeps (`sweep` is then None).

    `V_mV` and `I_pA` are what the amplifier was asked and what it measured; `V_m_mV` and `I_m_pA` are the
    point at the membrane, outward positive, where a configuration was given. `I_sd_pA` is over samples, in a
    ramp over sweeps; `I_sem_pA` is from block means, in a ramp over sweeps.
    """

    sweep: int | None
    V_mV: float | None
    I_pA: float
    I_sd_pA: float
    I_sem_pA: float | None
    n_samples: int
    n_sweeps: int
    window_s: tuple[float, float]
    V_m_mV: float | None = None
    I_m_pA: float | None = None
    chord_conductance_nS: float | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        """Voltage and current to analyse: at the membrane where known; None without a voltage."""
        if self.V_m_mV is not None and self.I_m_pA is not None:
            return self.V_m_mV, self.I_m_pA
        return None if self.V_mV is None else (self.V_mV, self.I_pA)


@dataclass(frozen=True)
class Reversal:
    """Where the current reverses, and its interval; None, with a sentence, where it cannot be said."""

    value_mV: float | None
    low_mV: float | None
    high_mV: float | None
    level: float
    method: str
    text: str


@dataclass(frozen=True)
class Slope:
    """Slope conductance dI/dV over a range of voltages; None with a sentence where there is none.

    `I_at_0_mV_pA` is where the fitted line meets 0 mV, which may lie outside the range.
    """

    value_nS: float | None
    low_nS: float | None
    high_nS: float | None
    level: float
    range_mV: tuple[float, float] | None
    n: int
    method: str
    text: str
    I_at_0_mV_pA: float | None = None


@dataclass(frozen=True)
class Excluded:
    """A sweep that is not among the rows, and why."""

    sweep: int
    reason: str


@dataclass(frozen=True)
class CommandUsed:
    """Which command gave the voltages: recorded, rebuilt, given by the person, or none."""

    source: Literal["recorded", "rebuilt", "given", "none"]
    check: str
    text: str
    name: str


@dataclass(frozen=True)
class IVResult:
    """The answer of `iv`.

    `frame` says how the analysed voltages came about, `potential` which they are (of the command, or of the
    membrane) and what they are not corrected for. `kind` is "steps" (sweeps differ), "levels" (every sweep
    plays the same), "ramp", "held" (no I–V) or "unknown" (no command). `synthetic` is what the file says of
    itself.
    """

    rows: tuple[IVRow, ...]
    kind: Kind
    channel: str
    channel_index: int
    window_s: tuple[float, float]
    window_rule: str
    command: CommandUsed
    frame: str
    potential: str
    synthetic: bool
    reversal: Reversal
    slope: Slope
    excluded: tuple[Excluded, ...]
    warnings: tuple[str, ...]
    file: str
    sha256: str
    capacitance_pF: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values; the warnings travel beside the result, not in it."""
        plain = asdict(self)
        del plain["warnings"]
        plain["window_s"] = list(self.window_s)
        plain["rows"] = [{**asdict(row), "window_s": list(row.window_s)} for row in self.rows]
        plain["reversal_potential"] = plain.pop("reversal")
        plain["slope_conductance"] = plain.pop("slope")
        if self.slope.range_mV is not None:
            plain["slope_conductance"]["range_mV"] = list(self.slope.range_mV)
        plain["excluded"] = [asdict(one) for one in self.excluded]
        return plain
