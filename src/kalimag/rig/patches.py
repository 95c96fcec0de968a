"""The patches of a virtual experiment: what each one is like, and in which solutions it is put, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from kalimag.model import System
from kalimag.rig.amplifier import Steps, membrane_potential
from kalimag.rig.bench import Bench, Solution
from kalimag.rig.chance import Chance, Numbers

FIRST_DAY = datetime(2026, 2, 2, 10, 0)


@dataclass(frozen=True)
class Preparation:
    """What patches are like, apart from the channel. Two numbers are the ends of a range, drawn evenly.

    `Ki0_spread` and `g_max_spread` are coefficients of variation from patch to patch. With `junction` the
    electrode has the junction potential of its solutions, otherwise none. `run_down_per_min` is the part of
    the current lost in a minute, at first.
    """

    Ki0_spread: float = 0.15
    g_max_spread: float = 0.3
    leak_nS: tuple[float, float] = (0.1, 1.0)
    series_MOhm: tuple[float, float] = (1.0, 3.0)
    junction: bool = True
    run_down_per_min: tuple[float, float] = (0.01, 0.03)
    solution_change_s: tuple[float, float] = (40.0, 60.0)

    @classmethod
    def ideal(cls) -> Preparation:
        """Patches that are all alike and have no leak, series resistance, junction potential or run-down."""
        none = (0.0, 0.0)
        return cls(0.0, 0.0, leak_nS=none, series_MOhm=none, junction=False, run_down_per_min=none)


@dataclass(frozen=True)
class Bath:
    """One file's worth: the solution at the cytosolic side, and when its first sweep began."""

    path: str
    inside: Solution
    started: datetime


@dataclass(frozen=True)
class Patch:
    """One patch, as only the rig knows it."""

    id: str
    number: int
    donor: str
    outside: Solution
    temperature_K: float
    values: Mapping[str, float]
    leak_nS: float
    series_MOhm: float
    junction_mV: float
    run_down_per_min: float
    baths: tuple[Bath, ...]

    def remaining(self, bath: Bath, steps: Steps) -> Numbers:
        """Part of the channels still there at each sweep; 1 when the first file began. Shape (sweeps,)."""
        since = (bath.started - self.baths[0].started).total_seconds() + np.array(steps.starts_s)
        return np.asarray(np.exp(-self.run_down_per_min * since / 60.0))

    def held(self, V: Any, inside: Solution) -> dict[str, Any]:
        """What the experimenter holds, by the wires of the model."""
        return {
            "patch.V": V,
            "patch.T": self.temperature_K,
            "inner.K": inside.K_mM,
            "inner.Mg": inside.Mg_mM,
            "outer.K": self.outside.K_mM,
        }

    def current(self, system: System, V: Any, bath: Bath, remaining: Any) -> Any:
        """Outward current in pA at V_m in mV: channel and seal, which reverses at 0 mV."""
        values = {**self.values, "romk.g_max": self.values["romk.g_max"] * remaining}
        return system(self.held(V, bath.inside), values)["patch.I_K"] + self.leak_nS * V

    def Ki_0mV(self, system: System) -> float:
        """Dissociation constant of Mg2+ at 0 mV with the K+ of this pipette, in mM."""
        return float(f"{system(self.held(0.0, self.baths[0].inside), self.values)['romk.Ki_0mV']:.10g}")

    def amplifier_current(
        self, system: System, command_mV: Numbers, bath: Bath, remaining: Numbers
    ) -> Numbers:
        """Steady current in pA as the amplifier shows it, for each command; inside-out."""
        V = membrane_potential(
            -(command_mV - self.junction_mV),
            self.series_MOhm,
            lambda V: self.current(system, V, bath, remaining),
        )
        return -np.asarray(self.current(system, V, bath, remaining))


@dataclass(frozen=True)
class Plan:
    """Who is put into what: mM of free Mg2+ on the cytosolic side and of K+ on both, as wished for."""

    patches: int
    mg: tuple[float, ...]
    k_out: tuple[float, ...]
    k_in: float
    temperature_K: float


def draw(
    plan: Plan, bench: Bench, number: int, values: Mapping[str, float], prep: Preparation, *, seed: int
) -> Patch:
    """One patch: its own numbers, its pipette, and its solutions with control first and last.

    Parameters
    ----------
    plan, bench : what is wished for, and the solutions mixed for it.
    number : 0 for the first; the patches of one donor have one of each pipette solution.
    values : the population's parameters by run name.
    seed : of the experiment; a patch does not change when others are added.
    """
    chance = Chance(seed, number, 0)
    donor, pipette = divmod(number, len(plan.k_out))
    own = {
        "romk.Ki0": chance.lognormal(values["romk.Ki0"], prep.Ki0_spread),
        "romk.g_max": chance.lognormal(values["romk.g_max"], prep.g_max_spread),
    }
    K_out, name = plan.k_out[pipette], f"p{number + 1:02d}"
    begun = FIRST_DAY + timedelta(days=donor, minutes=45 * pipette + round(chance.between(0, 20)))
    return Patch(
        id=name,
        number=number,
        donor=f"frog-{donor + 1}",
        outside=bench.pipettes[K_out],
        temperature_K=plan.temperature_K,
        values={**values, **own},
        leak_nS=chance.between(*prep.leak_nS),
        # what the experimenter writes down is rounded, and here it is also true
        series_MOhm=round(chance.between(*prep.series_MOhm), 1),
        junction_mV=bench.junction_mV(K_out) if prep.junction else 0.0,
        run_down_per_min=chance.between(*prep.run_down_per_min),
        baths=_baths(name, begun, bench.row((0.0, *chance.shuffled(plan.mg), 0.0)), prep, chance),
    )


def _baths(
    name: str, begun: datetime, order: Sequence[Solution], prep: Preparation, chance: Chance
) -> tuple[Bath, ...]:
    waits = [0.0, *(chance.between(*prep.solution_change_s) for _ in order[1:])]
    times = [begun + timedelta(milliseconds=round(1e3 * t)) for t in np.cumsum(waits)]
    return tuple(
        Bath(f"patches/{name}_{k}.abf", solution, time)
        for k, (solution, time) in enumerate(zip(order, times, strict=True))
    )
