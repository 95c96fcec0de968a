"""The text files that go with a virtual experiment: solutions, truth, study and a plain word of warning."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kalimag.rig.patches import Patch

QUESTION = (
    "How tightly does cytosolic Mg2+ bind in the pore of ROMK at 0 mV, how far into the field is its site, "
    "and does external K+ relieve the block?"
)
TITLE = "Block of ROMK by cytosolic Mg2+ in inside-out macropatches"
LEFT_OUT = (
    "channel gating and its noise",
    "slow block, permeation of Mg2+ and polyamines, unless the law has them",
    "errors of weighing and of the pH meter, and the spread of the constants: here the chemistry is exact",
    "Mg2+ and Ca2+ that salts and water bring, and the voltage where a changed bath meets its reference",
    "errors of the stated series resistance",
    "effects of Mg2+ on run-down",
    "differences between donors beyond those between patches",
)


def number(value: float) -> str:
    """A number as a person writes it."""
    return f"{value:.10g}"


def solutions_toml(patches: Sequence[Patch], temperature_degC: float) -> str:
    """What the experimenter wrote down: recipes and electrode of each patch."""
    lines = [
        "# SYNTHETIC: these files were calculated, not recorded.",
        "# Mg is the MgCl2 that was weighed in. What of it is free, K+ and V_LJ follow from the recipes.",
        'schema = "kalimag/solutions/1"',
        'configuration = "inside-out"',
        f'temperature = "{number(temperature_degC)} degC"',
        "junction_potential_applied = false",
    ]
    for patch in patches:
        lines += [
            "",
            "[[patch]]",
            f'id = "{patch.id}"',
            f'donor = "{patch.donor}"',
            f'pipette = "{patch.outside.path}"',
            f'series_resistance = "{number(patch.series_MOhm)} MOhm"',
        ]
        lines += [] if patch.junction_mV else ['junction_potential = "0 mV"']
        for bath in patch.baths:
            lines += ["[[patch.file]]", f'path = "{bath.path}"', f'bath = "{bath.inside.path}"']
            lines.append(f'Mg = "{number(bath.inside.MgCl2_mM)} mM"')
    return "\n".join(lines) + "\n"


def study_toml(seed: int) -> str:
    """The study that asks the question the experiment was made for."""
    return f'''schema = "kalimag/study/1"
title = "{TITLE}"
synthetic = true
note = "SYNTHETIC: calculated by the virtual rig of kalimag, not recorded. True values: truth.json."
question = "{QUESTION}"
seed = {seed}

[[analysis]]
id = "romk-block"
assay = "romk-block"
solutions = "solutions.toml"
'''


def readme(patches: Sequence[Patch], seed: int, law: str) -> str:
    """What nobody should overlook."""
    files = sum(len(patch.baths) for patch in patches)
    return f"""SYNTHETIC DATA. Nothing in this folder was recorded from a living thing.

These {files} files were calculated by kalimag ("kalimag rig romk-block", seed {seed}, law {law}):
{len(patches)} virtual inside-out patches with ROMK channels, in solutions with and without Mg2+.

patches/        one Axon binary file for each patch and solution, in the amplifier's signs
recipes/        the solutions, as a laboratory would write them down: free Mg2+, K+ and the junction
                potential are what "kalimag solution check" finds in them with its central constants
solutions.toml  which of them was in pipette and bath, with the MgCl2 that was weighed in as Mg
study.toml      the question; run it with "kalimag run study.toml"
truth.json      the numbers the files were made with, which no experimenter ever has

Do not use these files as evidence about ROMK. Left out:
""" + "".join(f"  - {item}\n" for item in LEFT_OUT)


def _of(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit}


def patch_truth(patch: Patch, Ki_0mV_mM: float) -> dict[str, Any]:
    """Every number that is this patch's own, and its dissociation constant at 0 mV with its own [K]o."""
    files = [
        {
            "path": bath.path,
            "bath": bath.inside.path,
            "Mg": _of(bath.inside.Mg_mM, "mM"),
            "K_in": _of(bath.inside.K_mM, "mM"),
            "started": bath.started.isoformat(timespec="milliseconds"),
        }
        for bath in patch.baths
    ]
    return {
        "id": patch.id,
        "donor": patch.donor,
        "pipette": patch.outside.path,
        "K_out": _of(patch.outside.K_mM, "mM"),
        "K_in": _of(patch.baths[0].inside.K_mM, "mM"),
        "romk.Ki0": _of(patch.values["romk.Ki0"], "mM"),
        "romk.g_max": _of(patch.values["romk.g_max"], "nS"),
        "romk.Ki_0mV": _of(Ki_0mV_mM, "mM"),
        "leak": _of(patch.leak_nS, "nS"),
        "series_resistance": _of(patch.series_MOhm, "MOhm"),
        "junction_potential": _of(patch.junction_mV, "mV"),
        "run_down": _of(patch.run_down_per_min, "1/min"),
        "files": files,
    }


def as_json(document: Mapping[str, Any]) -> str:
    """JSON that no reader can misunderstand: no NaN, plain letters, an end of line."""
    return json.dumps(document, indent=1, allow_nan=False) + "\n"
