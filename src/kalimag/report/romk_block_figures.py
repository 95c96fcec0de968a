"""The figures of a block experiment in the order of reading, with captions that explain their symbols."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kalimag.assays.romk_block_common import NOMINAL
from kalimag.report.content import Figure
from kalimag.report.numbers import digits
from kalimag.report.romk_block_words import answer_in_short

if TYPE_CHECKING:
    import matplotlib.figure

    from kalimag.assays.romk_block_result import PatchFit, RomkBlockResult
    from kalimag.assays.solutions import FileSolutions, Solutions
    from kalimag.io.recording import Recording

Drawing = tuple[str, str, str, Callable[[], "matplotlib.figure.Figure"]]


def figures(
    name: str, found: RomkBlockResult, table: Solutions, recordings: Mapping[Path, Recording], command: str
) -> tuple[Figure, ...]:
    """Draw everything a reader needs to judge the answer; nothing where no patch could be used.

    Parameters
    ----------
    name : of the analysis; ends the name of every figure.
    found : the result of the assay.
    table, recordings : what it was made from.
    command : gives the same numbers on the command line.

    Returns
    -------
    tuple of Figure.
    """
    from kalimag.report import romk_block_affinity, romk_block_currents
    from kalimag.report.svg import drawn

    if not any(fit.used for fit in found.patches):
        return ()
    told: list[Drawing] = [
        _example(found, table, recordings),
        ("currents", "Currents and fit", _CURRENTS, lambda: romk_block_currents.current_voltage(found)),
        ("affinity", "Affinity", _affinity(found), lambda: romk_block_affinity.affinity(found)),
        ("patches", "Patch by patch", _patches(found), lambda: romk_block_affinity.forest(found)),
        ("residuals", "Residuals", _RESIDUALS, lambda: romk_block_currents.residuals(found)),
    ]
    made = []
    for kind, title, caption, make in told:
        spoken = f"{caption} {answer_in_short(found)}"
        one = f"{kind}-{name}"
        made.append(Figure(one, title, caption, spoken, command, drawn(make, one, title, spoken)))
    return tuple(made)


_CURRENTS = (
    "Steady membrane current against membrane potential in one patch for each external K⁺, the one nearest "
    "to the middle of its group. Points: measured, corrected for junction potential and series resistance; "
    "open symbols repeat a solution later. Lines: the fitted law with leak and run-down."
)
_PATCHES = (
    "Ki0 of each patch with its 95 % profile-likelihood interval (circles), the interval over patches "
    "(diamond), and what counting every point as independent{nominal} would have said (square)."
)
_RESIDUALS = (
    "What the fits leave, in standard deviations, against voltage (left; dashed: ±2) and against the "
    "quantiles of a normal distribution (right; independent normal errors lie on the line)."
)


def _patches(found: RomkBlockResult) -> str:
    nominal = any(row.method.startswith(NOMINAL) for row in found.pooled.values())
    return _PATCHES.format(nominal=" and all Mg²⁺ as free" if nominal else "")


def _affinity(found: RomkBlockResult) -> str:
    told = (
        "Dissociation constant of Mg²⁺ against membrane potential. Lines: mean over patches of the fitted "
        f"law, bands: {digits(100 * found.level)} % intervals over patches. Points: Ki from the currents at "
        "one voltage alone, mean and SD over patches, without the law's dependence on voltage."
    )
    if len(found.by_K_out) > 1:
        told += " Right: Ki0 against external K⁺; circles: patches, bars: mean and interval, line: the law."
    return told


def _example(found: RomkBlockResult, table: Solutions, recordings: Mapping[Path, Recording]) -> Drawing:
    """The control and the highest Mg2+ of one patch, as the amplifier gave them."""
    from kalimag.assays.iv import iv
    from kalimag.report import traces
    from kalimag.report.romk_block_currents import typical_patches

    fit = typical_patches(found)[-1]
    pair = _ends(fit, table)
    sign, told = _sign(pair[0])
    shots = []

    for one in pair:
        recording = recordings[one.path]
        window = iv(recording).window_s
        shots.append(traces.Shot(recording, 0, (window,), recording.commands[0], sign))
    titles = [f"{digits(one.Mg_mM)} mM Mg²⁺" for one in pair]
    caption = (
        f"Patch {fit.observations.id}, external K⁺ {digits(fit.observations.K_out_mM)} mM{told}. "
        f"{traces.caption(*shots)}"
    )
    return "traces", "Traces without and with Mg²⁺", caption, lambda: traces.draw(*shots, titles=titles)


def _ends(fit: PatchFit, table: Solutions) -> tuple[FileSolutions, FileSolutions]:
    (patch,) = (patch for patch in table.patches if patch.id == fit.observations.id)
    used = [file for file in patch.files if not file.exclude]
    return min(used, key=lambda file: file.Mg_mM), max(used, key=lambda file: file.Mg_mM)


def _sign(file: FileSolutions) -> tuple[int, str]:
    """Which way round the membrane sees what the amplifier recorded, and how a caption says it."""
    if file.frame.configuration not in ("inside-out", "cell-attached"):
        return 1, ", as recorded"
    told = "with the signs of the membrane (outward current and depolarisation upward), not yet corrected"
    return -1, f", {told}"
