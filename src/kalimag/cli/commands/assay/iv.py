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
@answers
def command(
    files: tuple[Path, ...],
    channel: str | None,
    window: str | None,
    asked: str | None,
    slope_range: tuple[float, ...] | None,
) -> Answer:
    """Read current against voltage.

    From steps, levels or ramps, with reversal potential and slope conductance. With one FILE the result is as
    `kalimag.iv` gives it; with several it is {"recordings": [...]}, one such result for each.
    """
    if slope_range is not None and len(slope_range) != 2:
        raise click.BadParameter("two voltages, such as -110,-70mV.", param_hint="--slope-range")
    limits = None if slope_range is None else (min(slope_range), max(slope_range))
    settings: dict[str, Any] = {"channel": channel, "window": window, "command": asked}
    found = [verbs.iv(file, slope_range_mV=limits, **settings) for file in files]
    told = [one.as_json() for one in found]
    return Answer(
        told[0] if len(told) == 1 else {"recordings": told},
        "\n\n".join("\n".join(_page(one)) for one in found),
        files,
        tuple(f"{one.file}: {warning}" for one in found for warning in one.warnings),
    )


def _page(found: IVResult) -> Iterator[str]:
    first, last = found.window_s
    yield f"{found.file}, {found.channel}: {found.kind}"
    yield paragraph(f"{first:.6g} to {last:.6g} s; {found.window_rule}", "window")
    yield paragraph(f"{found.command.source}; check: {found.command.check}. {found.command.text}", "command")
    yield paragraph(found.frame, "frame")
    yield _rows(found)
    yield paragraph(found.reversal.text, "reversal")
    yield paragraph(_slope(found), "slope")
    yield from (paragraph(f"sweep {one.sweep}: {one.reason}", "left out") for one in found.excluded)


def _rows(found: IVResult) -> str:
    head = ("sweep", "V mV", "I pA", "SD pA", "samples")
    cells = (
        (
            "all" if row.sweep is None else str(row.sweep),
            number(row.V_mV),
            number(row.I_pA),
            number(row.I_sd_pA, 3),
            str(row.n_samples),
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
