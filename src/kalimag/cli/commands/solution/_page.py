"""How a solution is shown to a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kalimag.cli.layout import interval, number, paragraph, table

if TYPE_CHECKING:
    from kalimag.solutions import Speciation, Uncertain

_FEW = 1e-9


def page(found: Speciation) -> Iterator[str]:
    """A solution in lines.

    Parameters
    ----------
    found : any.

    Returns
    -------
    iterator of str.
    """
    recipe = found.recipe
    yield f"{recipe.name}, {recipe.temperature_degC:g} degC, constants {recipe.convention}"
    pH = ranged(found.pH, 3) if recipe.pH is None or recipe.pH_temperature_degC else number(found.pH.value)
    yield f"  pH {pH} (p[H] {found.p_H.value:.3f}), buffering {ranged(found.buffering_mM, 3)} mM per pH"
    if recipe.titrant is not None and found.titrant_mM is not None:
        yield f"  {recipe.titrant.name} needed: {ranged(found.titrant_mM)} mM"
    yield f"  ionic strength {ranged(found.ionic_strength_mM)} mM"
    ideal = number(found.osmolality_ideal_mOsm.value)
    yield f"  osmolality {ranged(found.osmolality_mOsm)} mOsm (plain sum of solutes {ideal})"
    yield ""
    yield table(("", "free mM", "95 %", "activity", "total mM", "mostly from"), _ions(found))
    held = [(name, value) for name, value in found.bound_mM.items() if value.value > _FEW]
    if held:
        yield ""
        yield table(
            ("bound", "mM", "95 %", "mostly from"),
            ((n, number(v.value), interval(v.low, v.high), mostly_from(v)) for n, v in held),
        )
    for finding in found.findings:
        yield paragraph(finding.sentence.removeprefix(f"{recipe.name}: "), finding.severity)


def ranged(value: Uncertain, digits: int = 4) -> str:
    """A number with its interval, where there is one."""
    shown = number(value.value, digits)
    return shown if value.low is None else f"{shown} ({interval(value.low, value.high)})"


def _ions(found: Speciation) -> Iterator[tuple[str, ...]]:
    for name, free in found.free_mM.items():
        activity, total = found.activity_mM.get(name), found.total_mM.get(name)
        yield (
            name,
            number(free.value),
            "" if free.low is None else interval(free.low, free.high),
            number(activity.value if activity else None),
            number(total.value if total else None),
            mostly_from(free),
        )


def mostly_from(value: Uncertain) -> str:
    """The inputs that matter most, with their share of the variance."""
    return ", ".join(f"{driver.name} {100 * driver.share:.0f} %" for driver in value.drivers)
