"""How two solutions together are shown to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kalimag.cli.commands.solution._page import mostly_from, ranged
from kalimag.cli.layout import interval, number, paragraph, table

if TYPE_CHECKING:
    from kalimag.solutions import Uncertain
    from kalimag.solutions.together import Together


_NEAR = -0.5  # of a saturation index; 0 is saturated


def pair_page(found: Together) -> Iterator[str]:
    """Junction, reversal potentials and osmolality of a pair, in lines; nothing for one solution alone.

    Parameters
    ----------
    found : of `check_together`.

    Returns
    -------
    iterator of str.
    """
    pair, junction, numbers = found.pair, found.pair.junction, found.numbers()
    if pair.bath is None or junction is None:
        return
    yield f"{pair.pipette.name} and {pair.bath.name}, {pair.configuration}"
    for way, words in (("nernst_planck", "Nernst-Planck"), ("henderson", "Henderson")):
        yield f"  junction potential, bath minus pipette, {words}: {ranged(numbers['junction', way])} mV"
    yield f"  osmolality, pipette minus bath: {ranged(numbers['', 'osmolality'], 3)} mOsm"
    if junction.assumed:
        names = ", ".join(mobility.ion for mobility in junction.assumed)
        yield paragraph(f"the mobility of {names}: nobody has published it", "assumed")
    if pair.inside is None:
        yield "  the cell itself is inside the membrane, so these two give no reversal potential"
    yield ""
    yield table(
        ("", "mV", "95 %", "mostly from"),
        (
            (words, number(value.value), interval(value.low, value.high), mostly_from(value))
            for words, value in _potentials(numbers)
        ),
    )


def _potentials(numbers: Mapping[tuple[str, str], Uncertain]) -> Iterator[tuple[str, Uncertain]]:
    for (kind, name), value in numbers.items():
        if kind == "junction" and name == "nernst_planck":
            yield "junction", value
        elif kind == "E_rev":
            yield f"E_{name}", value


def saturation_lines(found: Together) -> Iterator[str]:
    """Solids that are not far from forming, in lines; nothing where there is none."""
    from kalimag.solutions.together import saturation_of

    rows = [
        (side.name, solid, number(index.value, 3), interval(index.low, index.high), mostly_from(index))
        for side in found.pair.sides
        for solid, index in saturation_of(side).items()
        if index.value > _NEAR
    ]
    if rows:
        yield "solids near or above saturation"
        yield table(("solution", "solid", "log10", "95 %", "mostly from"), rows)


def criticism(found: Together) -> Iterator[str]:
    """What is wrong, worst first; what the page of one solution says already is left to it."""
    said = {finding for solution in found.solutions for finding in solution.findings}
    for finding in found.findings:
        if finding not in said:
            yield paragraph(finding.sentence, finding.severity)
