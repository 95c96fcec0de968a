"""How two solutions together are shown to a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kalimag.cli.layout import paragraph, table

if TYPE_CHECKING:
    from kalimag.solutions.together import Together


def pair_page(found: Together) -> Iterator[str]:
    """Junction, reversal potentials and osmolality of a pair, in lines; nothing for one solution alone.

    Parameters
    ----------
    found : of `check_together`.

    Returns
    -------
    iterator of str.
    """
    from kalimag.solutions.reversal import osmolality_difference
    from kalimag.solutions.side import Ranged

    pair, junction = found.pair, found.pair.junction
    if pair.bath is None or junction is None:
        return
    yield f"{pair.pipette.name} and {pair.bath.name}, {pair.configuration}"
    ways = {"Nernst-Planck": junction.nernst_planck_mV, "Henderson": junction.henderson_mV}
    for way, rows in ways.items():
        reach = Ranged.of(rows)
        shown = f"{reach.value:.2f} mV ({reach.low:.2f} to {reach.high:.2f})"
        yield f"  junction potential, bath minus pipette, {way}: {shown}"
    apart = Ranged.of(osmolality_difference(pair.pipette, pair.bath))
    yield f"  osmolality, pipette minus bath: {apart.value:.0f} mOsm ({apart.low:.0f} to {apart.high:.0f})"
    if junction.assumed:
        names = ", ".join(mobility.ion for mobility in junction.assumed)
        yield paragraph(f"the mobility of {names}: nobody has published it", "assumed")
    reversals = {ion: Ranged.of(potential) for ion, potential in pair.E_rev_mV.items()}
    yield ""
    yield table(
        ("reverses at", "mV", "95 %"),
        ((ion, f"{row.value:.1f}", f"{row.low:.1f} to {row.high:.1f}") for ion, row in reversals.items()),
    )


def criticism(found: Together) -> Iterator[str]:
    """What is wrong, worst first; what the page of one solution says already is left to it."""
    said = {finding for solution in found.solutions for finding in solution.findings}
    for finding in found.findings:
        if finding not in said:
            yield paragraph(finding.sentence, finding.severity)
