"""The block by intracellular Mg2+ said to be strongest where the cell is negative: the sign is wrong."""

from __future__ import annotations

from kalimag.audit.consequence import Consequence, Row
from kalimag.audit.guide import number
from kalimag.model import System, load_assembly
from kalimag.model.library_values import library_values

VOLTAGE, TEMPERATURE, K_IN, K_OUT = -60.0, 310.15, 140.0, 100.0  # mV, K, mM, mM
RESTING_MG, DEPLETED_MG = "ions.free_Mg_cTAL/dai-quamme-1991", "ions.free_Mg_cTAL_depleted/dai-quamme-1991"


def finding() -> Consequence:
    """The block at -60 mV with the sign of the law and with the sign of the guide's sentence."""
    system = load_assembly("patch").system()
    values = library_values(system).preset("guide")
    for parameter, claim_id, unit in (
        ("romk.Ki0", "romk.Ki0/guide-100K", "mM"),
        ("romk.z_delta", "romk.z_delta/guide", "1"),
    ):
        values = values.override(parameter, number(claim_id, unit), unit, "the number the guide prints")
    right = values.numbers()
    wrong = right | {"romk.z_delta": -right["romk.z_delta"]}
    fall = tuple(number(claim_id, "mM") for claim_id in (RESTING_MG, DEPLETED_MG))
    blocks = [_blocks(system, wrong, right, mg) for mg in (1.0, 0.5, 0.3)]
    seems, is_so = (_gain(system, numbers, *fall) for numbers in (wrong, right))
    what = f"gain of conductance when Mg2+ falls from {fall[0]:g} to {fall[1]:g} mM"
    return Consequence(
        id="block_sign",
        order=1,
        title="The sign of the voltage dependence of the block",
        claims=(
            "romk.block_sign/guide",
            "romk.Ki0/guide-100K",
            "romk.z_delta/guide",
            RESTING_MG,
            DEPLETED_MG,
        ),
        heads=("as the guide's sentence has it", "as the guide's own constants have it"),
        rows=(*blocks, Row(what, seems, is_so, "percent")),
        sentence=(
            f"With the guide's own constants 0.5 mM Mg2+ blocks {blocks[1].ours:.2g} % of ROMK at "
            f"{VOLTAGE:g} mV; whoever takes the sentence at its word finds {blocks[1].guide:.2g} %, "
            f"and a fall of Mg2+ that opens {is_so:.2g} % more conductance seems to open "
            f"{seems:.2g} %."
        ),
        assumptions=(
            f"External K+ of {K_OUT:g} mM, where the guide states Ki(0); {TEMPERATURE - 273.15:g} °C.",
            "Ki(0) and z_delta are the guide's and nobody has verified them; only the sign is at issue.",
            "The fall of Mg2+ is that of cultured thick limb cells after 16 h without Mg.",
        ),
    )


def _blocks(system: System, wrong: dict[str, float], right: dict[str, float], mg: float) -> Row:
    what = f"block at {VOLTAGE:g} mV by {mg:g} mM Mg2+"
    return Row(what, _block(system, wrong, mg), _block(system, right, mg), "percent")


def _current(system: System, numbers: dict[str, float], mg: float) -> float:
    held = {"patch.V": VOLTAGE, "patch.T": TEMPERATURE, "inner.K": K_IN, "outer.K": K_OUT, "inner.Mg": mg}
    return float(system(held, numbers)["patch.I_K"])


def _block(system: System, numbers: dict[str, float], mg: float) -> float:
    return 100 * (1 - _current(system, numbers, mg) / _current(system, numbers, 0.0))


def _gain(system: System, numbers: dict[str, float], before: float, after: float) -> float:
    return 100 * (_current(system, numbers, after) / _current(system, numbers, before) - 1)
