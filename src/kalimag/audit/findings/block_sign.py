"""The block by intracellular Mg2+ said to be strongest where the cell is negative: the sign is wrong."""

from __future__ import annotations

from kalimag.audit.consequence import Consequence, Row
from kalimag.audit.guide import number, range_of
from kalimag.model import System, load_assembly
from kalimag.model.library_values import library_values

VOLTAGE, TEMPERATURE, K_IN = -60.0, 310.15, 140.0  # mV, K, mM
MUCH_K, LITTLE_K = 100.0, 10.0  # mM, outside: where the guide states Ki(0)
AT_MUCH, AT_LITTLE, CHARGE = "romk.Ki0/guide-100K", "romk.Ki0/guide-1-10K", "romk.z_delta/guide"
RESTING_MG, DEPLETED_MG = "ions.free_Mg_cTAL/dai-quamme-1991", "ions.free_Mg_cTAL_depleted/dai-quamme-1991"


def finding() -> Consequence:
    """The block at -60 mV with the sign of the law and with the sign of the guide's sentence."""
    system = load_assembly("patch").system()
    fall = number(RESTING_MG, "mM"), number(DEPLETED_MG, "mM")
    much = _Block(system, number(AT_MUCH, "mM"), MUCH_K)
    weak, strong = (_Block(system, ki, LITTLE_K) for ki in reversed(range_of(AT_LITTLE, "mM")))
    blocks = [much.row(mg) for mg in (1.0, 0.5, 0.3)]
    gain, low, high = (block.gain_row(*fall) for block in (much, weak, strong))
    little = [weak.row(0.5), strong.row(0.5)]
    return Consequence(
        id="block_sign",
        order=1,
        title="The sign of the voltage dependence of the block",
        claims=("romk.block_sign/guide", AT_MUCH, AT_LITTLE, CHARGE, RESTING_MG, DEPLETED_MG),
        heads=("as the guide's sentence has it", "as the guide's own constants have it"),
        rows=(*blocks, *little, gain, low, high),
        sentence=(
            f"With the guide's own constants 0.5 mM Mg2+ blocks {blocks[1].ours:.2g} % of ROMK at "
            f"{VOLTAGE:g} mV and {MUCH_K:g} mM external K+, and {little[0].ours:.2g} to "
            f"{little[1].ours:.3g} % at {LITTLE_K:g} mM; whoever takes the sentence at its word finds "
            f"{blocks[1].guide:.2g} % and {little[0].guide:.2g} to {little[1].guide:.2g} %. A fall "
            f"of Mg2+ that opens {gain.ours:.2g} % more conductance, or {low.ours:.2g} to {high.ours:.2g} %, "
            f"seems to open {gain.guide:.2g} %, or {low.guide:.2g} to {high.guide:.2g} %."
        ),
        assumptions=(
            f"Ki(0) of {much.ki:g} mM at {MUCH_K:g} mM external K+ and of {strong.ki:g} to {weak.ki:g} mM at "
            f"{LITTLE_K:g} mM, as the guide has them; {TEMPERATURE - 273.15:g} °C.",
            "Ki(0) and z_delta are the guide's and nobody has verified them; only the sign is at issue.",
            "The fall of Mg2+ is that of cultured thick limb cells after 16 h without Mg.",
        ),
    )


class _Block:
    def __init__(self, system: System, ki: float, k_out: float) -> None:
        self.system, self.ki, self.k_out = system, ki, k_out
        values = library_values(system).preset("guide")
        because = "the number the guide prints"
        values = values.override("romk.Ki0", ki, "mM", because).override("romk.K_ref", k_out, "mM", because)
        self.right = values.override("romk.z_delta", number(CHARGE, "1"), "1", because).numbers()
        self.wrong = self.right | {"romk.z_delta": -self.right["romk.z_delta"]}

    def row(self, mg: float) -> Row:
        what = f"block at {VOLTAGE:g} mV by {mg:g} mM Mg2+, Ki(0) {self.ki:g} mM at {self.k_out:g} mM K+"
        seems, is_so = (
            100 * (1 - self._current(numbers, mg) / self._current(numbers, 0.0))
            for numbers in (self.wrong, self.right)
        )
        return Row(what, seems, is_so, "percent")

    def gain_row(self, before: float, after: float) -> Row:
        what = f"gain of conductance when Mg2+ falls from {before:g} to {after:g} mM, Ki(0) {self.ki:g} mM"
        seems, is_so = (
            100 * (self._current(numbers, after) / self._current(numbers, before) - 1)
            for numbers in (self.wrong, self.right)
        )
        return Row(what, seems, is_so, "percent")

    def _current(self, numbers: dict[str, float], mg: float) -> float:
        held = {"patch.V": VOLTAGE, "patch.T": TEMPERATURE, "inner.K": K_IN, "outer.K": self.k_out}
        return float(self.system(held | {"inner.Mg": mg}, numbers)["patch.I_K"])
