"""`kalimag assay iv`: current against voltage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.layout import interval, number, paragraph, table
from kalimag.cli.options import Quantities, answers

if TYPE_CHECKING:
    from kalimag.assays.iv_result import IVResult

LINES = 60


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--channel", metavar="NAME", help="Name or number; the first clamped current if not given.")
@click.option("--window", metavar="FROM:TO", help="When to read, such as 1.2s:1.45s; chosen if not given.")
@click.option(
    "--command", "asked", metavar="MV,…", help="The voltage, where the file does not know it: -60mV."
)
@click.option("--slope-range", type=Quantities("mV"), help="Where to fit the slope: -110,-70mV.")
@click.option("--configuration", metavar="NAME", help="Correct to the membrane, such as whole-cell.")
@click.option("--junction-potential", metavar="MV", help="Bath minus pipette when zeroed, such as 4mV.")
@click.option("--series-resistance", metavar="MOHM", help="The uncompensated part, such as 5MOhm.")
@click.option("--resting-potential", metavar="MV", help="Of the cell, cell-attached only: -70mV.")
@click.option("--junction-potential-applied", is_flag=True, help="The amplifier has taken it off already.")
@answers
def command(
    files: tuple[Path, ...],
    channel: str | None,
    window: str | None,
    asked: str | None,
    slope_range: tuple[float, ...] | None,
    **electrode: Any,
) -> Answer:
    """Read current against voltage.

    From steps, levels or ramps, with reversal potential and slope conductance. Without --configuration the
    voltages are those of the command, corrected for nothing. With one FILE the result is as `kalimag.iv`
    gives it; with several it is {"recordings": [...]}, one such result for each.
    """
    if slope_range is not None and len(slope_range) != 2:
        raise click.BadParameter("two voltages, such as -110,-70mV.", param_hint="--slope-range")
    limits = None if slope_range is None else (min(slope_range), max(slope_range))
    settings: dict[str, Any] = {"channel": channel, "window": window, "command": asked, **electrode}
    found = [verbs.iv(file, slope_range_mV=limits, **settings) for file in files]
    told = [one.as_json() for one in found]
    return Answer(
        told[0] if len(told) == 1 else {"recordings": told},
        "\n\n".join("\n".join(_page(one)) for one in found),
        files,
        tuple(f"{one.file}: {warning}" for one in found for warning in one.warnings),
    )


def _page(found: IVResult) -> Iterator[str]:
    from kalimag.io.synthetic import MARK

    first, last = found.window_s
    yield f"{found.file}, {found.channel}: {found.kind}"
    yield from (paragraph(text) for text in found.warnings if text.startswith(MARK))
    yield paragraph(f"{first:.6g} to {last:.6g} s; {found.window_rule}", "window")
    yield paragraph(f"{found.command.source}; check: {found.command.check}. {found.command.text}", "command")
    yield paragraph(found.frame, "frame")
    if found.potential not in found.frame:
        yield paragraph(found.potential, "voltage")
    yield _rows(found)
    yield paragraph(found.reversal.text, "reversal")
    yield paragraph(_slope(found), "slope")
    yield from (paragraph(f"sweep {one.sweep}: {one.reason}", "left out") for one in found.excluded)


def _rows(found: IVResult) -> str:
    membrane = found.rows[0].V_m_mV is not None
    head = ("sweep", "V mV", "I pA", "SD pA", "samples", *(("V_m mV", "I_m pA") if membrane else ()))
    cells = (
        (
            "all" if row.sweep is None else str(row.sweep),
            number(row.V_mV),
            number(row.I_pA),
            number(row.I_sd_pA, 3),
            str(row.n_samples),
            *((number(row.V_m_mV), number(row.I_m_pA)) if membrane else ()),
        )
        for row in found.rows[:LINES]
    )
    more = len(found.rows) - LINES
    return table(head, cells) + (f"\nand {more} more rows; --json has them all" if more > 0 else "")


def _slope(found: IVResult) -> str:
    slope = found.slope
    if slope.value_nS is None or slope.range_mV is None:
        return slope.text
    reach = f"{slope.level:.0%} interval {interval(slope.low_nS, slope.high_nS)} nS"
    where = f"from {slope.range_mV[0]:.4g} to {slope.range_mV[1]:.4g} mV"
    text = f"{number(slope.value_nS)} nS {where}, {reach} ({slope.method})"
    return f"{text}; {slope.text}" if slope.text else text
