"""The block law as the fit needs it: currents and Ki of the patch assembly, with exact derivatives.

Every number comes from calling the assembly's system; no equation is written here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kalimag.errors import UsageProblem
from kalimag.stats.domains import Domain, domain
from kalimag.stats.least_squares import Floats
from kalimag.units import convert

if TYPE_CHECKING:
    from kalimag.assays.romk_block_result import PatchObservations
    from kalimag.model import System

_STEP = 1e-30
PART = "romk"
_ROOM_K = 295.15


@dataclass(frozen=True, eq=False)
class BlockLaw:
    """One law of block in a patch.

    `values` are the library's numbers, which serve for everything that is not fitted. `shape` are the
    parameters of Ki that act within one patch ("Ki0", "z_delta", ...), `external` those that act only
    through external K+, `known` what the library holds possible of all these (95 %).
    """

    model: str
    system: System
    values: Mapping[str, float]
    shape: tuple[str, ...]
    external: tuple[str, ...]
    known: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def load(cls, model: str) -> BlockLaw:
        """The law of this name in the library.

        Raises
        ------
        InvalidInput : there is no mechanism of that name.
        UsageProblem : it has no block by Mg2+ with Ki0 and z_delta.
        """
        from kalimag.evidence import estimate_key, load_values
        from kalimag.model import load_assembly

        system = load_assembly("patch").with_part(PART, model).system()
        _require_block(model, system)
        keys = {
            name: estimate_key(name.partition(".")[2], tuple(key.partition(".")[0] for key in lineage))
            for name, lineage in system.estimate_keys.items()
        }
        estimates = load_values(keys)
        values = estimates.numbers() | {f"{PART}.g_max": 1.0}
        everywhere = cls(model, system, values, (), ())
        acting = [name for name in system.params if name.startswith(f"{PART}.") and name != f"{PART}.K_ref"]
        at_reference = [name for name in acting if everywhere.slope_of_ln_Ki(name, 1.0) != 0]
        elsewhere = [name for name in acting if everywhere.slope_of_ln_Ki(name, 0.5) != 0]
        shape, all_of_Ki = map(_short, (at_reference, elsewhere))
        leading = ("Ki0", "z_delta")
        others = tuple(name for name in shape if name not in leading)
        external = tuple(name for name in all_of_Ki if name not in shape)
        known = {name: estimates[f"{PART}.{name}"].interval for name in (*leading, *others, *external)}
        return cls(model, system, values, leading + others, external, known)

    def known_Ki0_at(self, K_out_mM: float) -> tuple[float, float]:
        """What the library holds possible of Ki0 at one external K+, mM, whatever its dependence on K+."""
        ratios = []
        for name in self.external:
            for end in self.known[name]:
                ln_Ki, _ = self.ln_Ki0_at(np.array([K_out_mM, self.K_ref]), {name: end})
                ratios.append(float(np.exp(ln_Ki[0] - ln_Ki[1])))
        low, high = self.known["Ki0"]
        return low * min(ratios, default=1.0), high * max(ratios, default=1.0)

    @property
    def K_ref(self) -> float:
        """External K+ at which Ki0 is stated, mM."""
        return self.values[f"{PART}.K_ref"]

    def domain_of(self, name: str) -> Domain:
        """Where a parameter of the law lives."""
        return domain(self.system.params[f"{PART}.{name}"].domain)

    def unit_of(self, name: str) -> str:
        """The declared unit of a parameter of the law."""
        return self.system.params[f"{PART}.{name}"].unit

    def meaning_of(self, name: str) -> str:
        """What a parameter of the law means."""
        return self.system.params[f"{PART}.{name}"].meaning

    def evaluate(self, held: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
        """All outputs of the system; `changed` replaces the library's numbers by short name ("Ki0")."""
        own = {f"{PART}.{name}": value for name, value in changed.items()}
        return self.system(held, {**self.values, **own})

    def ln_Ki0_at(self, K_out: Floats, numbers: Mapping[str, float]) -> tuple[Floats, dict[str, Floats]]:
        """Logarithm of Ki0 carried to each external K+ (mM), and its derivative by every given number."""
        K_out = np.asarray(K_out, dtype=float)
        held = held_at(V=0.0, T=_ROOM_K, K_in=K_out, K_out=K_out, Mg=0.0)
        names = list(numbers)
        varied = {name: np.full((len(names), 1), value, dtype=complex) for name, value in numbers.items()}
        for row, name in enumerate(names):
            varied[name][row] += 1j * _STEP
        ln_Ki = np.log(self.evaluate(held, varied)[f"{PART}.Ki_0mV"] + np.zeros_like(K_out))
        return ln_Ki[0].real, dict(zip(names, ln_Ki.imag / _STEP, strict=True))

    def thermal_mV(self, seen: PatchObservations) -> float:
        """RT/F in one patch, mV."""
        known = self.evaluate(conditions_of(seen), {})["patch.V_T"]
        return convert(float(np.mean(known)), self.system.outputs["patch.V_T"], "mV")

    def slope_of_ln_Ki(
        self, name: str, K_out_over_K_ref: float, V_mV: float = 10.0, T_K: float = _ROOM_K
    ) -> float:
        """Derivative of ln Ki by one run name, with everything else as in the library."""
        K_out = self.K_ref * K_out_over_K_ref
        held = held_at(V=V_mV, T=T_K, K_in=K_out, K_out=K_out, Mg=0.0)
        nudged = {**self.values, name: self.values[name] + 1j * _STEP}
        Ki = self.system(held, nudged)[f"{PART}.Ki"]
        return float(np.imag(np.log(Ki)) / _STEP)


def held_at(V: Any, T: Any, K_in: Any, K_out: Any, Mg: Any) -> dict[str, Any]:
    """The held wires at one place: membrane potential (mV), temperature (K), K+ and Mg2+ (mM)."""
    return {"patch.V": V, "patch.T": T, "inner.K": K_in, "outer.K": K_out, "inner.Mg": Mg}


def conditions_of(seen: PatchObservations) -> dict[str, Any]:
    """The held wires of one patch, for `BlockLaw.evaluate`."""
    return held_at(seen.V_mV, seen.temperature_K, seen.K_in_mM, seen.K_out_mM, seen.Mg_mM)


def _short(names: list[str]) -> tuple[str, ...]:
    return tuple(name.partition(".")[2] for name in names)


def _require_block(model: str, system: System) -> None:
    wanted = [f"{PART}.{name}" for name in ("Ki0", "z_delta", "K_ref", "g_max")]
    missing = [name for name in wanted if name not in system.params]
    outputs = [f"{PART}.{name}" for name in ("Ki", "Ki_0mV", "I_K")]
    missing += [name for name in outputs if name not in system.outputs]
    if missing:
        raise UsageProblem(
            f"choosing '{model}' as the law of block",
            f"it has no {', '.join(missing)}",
            "a law of block by Mg2+, such as romk",
        )
