"""What a block experiment says, in a physiologist's words, made from its numbers and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from kalimag.assays.romk_block_common import NOMINAL
from kalimag.report.content import Contrast
from kalimag.report.numbers import brief, digits, fixed, in_words, with_unit

if TYPE_CHECKING:
    from kalimag.assays.romk_block_law import BlockLaw
    from kalimag.assays.romk_block_result import ParameterInterval, RomkBlockResult

Truth = Mapping[str, tuple[float, str]]
SYMBOLS = {"z_delta": "zδ", "between_patch_sd": "Spread between patches"}
_EXAMPLE_MG_MM, _INWARD_MV, _OUTWARD_MV = 1.0, -60.0, 40.0


def symbol(name: str) -> str:
    """The name of a parameter as papers print it."""
    return SYMBOLS.get(name, name)


def said(row: ParameterInterval) -> str:
    """A parameter with its interval for a sentence."""
    return in_words(row.value, row.low, row.high, row.unit, row.level)


def _at(row: ParameterInterval) -> str:
    return row.at.replace(", external K+ ", " and external K+ of ")


def answer(found: RomkBlockResult, law: BlockLaw, truth: Truth) -> tuple[str, ...]:
    """The answer in sentences, the most important first.

    Parameters
    ----------
    found : the result of the assay.
    law : the law of block it was fitted with.
    truth : what the data were made with, by parameter; empty for real ones.

    Returns
    -------
    tuple of str. Where the fit did not converge they say what cannot be said, and what to measure next.
    """
    if not found.outcome.converged:
        return _open(found)
    Ki0, z_delta = found.parameters["Ki0"], found.parameters["z_delta"]
    donors = f" from {_count(found.n_donors, 'donor')}" if found.n_donors else ""
    site = (
        f"Cytosolic Mg2+ blocks the channel with a dissociation constant Ki0 of {said(Ki0)} at {_at(Ki0)} "
        f"({_count(Ki0.n_patches, 'patch', 'patches')}{donors})."
    )
    steep = (
        f"The block deepens with depolarisation: zδ is {said(z_delta)}, so that Ki falls e-fold every "
        f"{_e_fold(found, law)} mV."
    )
    return (
        f"{site} {steep}",
        f"{_external(found, law)} {_spread(found)}".strip(),
        _example(found, law),
        *_recovered(found, comparable(found, law, truth)),
    )


def _count(number: int | None, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _open(found: RomkBlockResult) -> tuple[str, ...]:
    """What cannot be said, what still can, and what to measure."""
    told = [f"The data do not settle the question. {found.outcome.sentence}"]
    closed = [row for row in found.parameters.values() if row.closed]
    if closed:
        rows = "; ".join(f"{symbol(row.name)} {said(row)}" for row in closed)
        told.append(f"What was fitted all the same, and is not to be relied on alone: {rows}.")
    refused: dict[str, list[str]] = {}
    for row in found.parameters.values():
        if row.value is None and row.reason:
            refused.setdefault(row.reason.rstrip("."), []).append(symbol(row.name))
    told += [f"{', '.join(names)} cannot be given: {reason}." for reason, names in refused.items()]
    return tuple(told)


def _e_fold(found: RomkBlockResult, law: BlockLaw) -> str:
    """Millivolts that change Ki by a factor of e, at the temperature of the recordings."""
    value = found.parameters["z_delta"].value
    slope = law.slope_of_ln_Ki("patch.V", 1.0) if value is None else _per_mV(found, law, value)
    return digits(abs(1.0 / slope), 3)


def _per_mV(found: RomkBlockResult, law: BlockLaw, z_delta: float) -> float:
    low, high = (_Ki(found, law, V, z_delta) for V in (-1.0, 1.0))
    return float(np.log(high / low) / 2.0)


def _Ki(found: RomkBlockResult, law: BlockLaw, V_mV: float, z_delta: float) -> float:
    held = _held(found, V_mV, law.K_ref)
    return float(law.evaluate(held, {"z_delta": z_delta})["romk.Ki"])


def _held(found: RomkBlockResult, V_mV: float, K_out_mM: float) -> dict[str, float]:
    used = [fit for fit in found.patches if fit.used]
    temperature = float(np.mean([np.mean(fit.observations.temperature_K) for fit in used]))
    K_in = float(np.mean([fit.observations.K_in_mM for fit in used]))
    conditions = {"patch.V": V_mV, "patch.T": temperature, "inner.K": K_in, "outer.K": K_out_mM}
    return conditions | {"inner.Mg": _EXAMPLE_MG_MM}


def _external(found: RomkBlockResult, law: BlockLaw) -> str:
    rows = sorted(found.by_K_out.items())
    if len(rows) < 2:
        return "External K+ was the same in all patches, so that its effect was not measured."
    (K_low, least), (K_high, most) = rows[0], rows[-1]
    ends = f"Ki0 is {said(least)} at {digits(K_low)} mM and {said(most)} at {digits(K_high)} mM external K+."
    direction = _direction(found, law, K_low, K_high)
    if direction == 0:
        return f"Whether external K+ changes the block cannot be said from these patches: {ends}"
    return f"External K+ {'relieves' if direction > 0 else 'strengthens'} the block: {ends}"


def _direction(found: RomkBlockResult, law: BlockLaw, K_low: float, K_high: float) -> int:
    """1 where Ki0 surely rises with external K+, -1 where it surely falls, 0 where that is not sure."""
    rows = [found.parameters[name] for name in law.external if name in found.parameters]
    if rows and all(row.closed for row in rows):
        signs = set()
        for end in ("low", "high"):
            numbers = {"Ki0": 1.0, **{row.name: float(getattr(row, end)) for row in rows}}
            ln_Ki0, _ = law.ln_Ki0_at(np.array([K_low, K_high]), numbers)
            signs.add(int(np.sign(ln_Ki0[1] - ln_Ki0[0])))
        return signs.pop() if len(signs) == 1 else 0
    least, most = found.by_K_out[K_low], found.by_K_out[K_high]
    if not (least.closed and most.closed):
        return 0
    rises, falls = (most.low or 0.0) > (least.high or 0.0), (least.low or 0.0) > (most.high or 0.0)
    return int(rises) - int(falls)


def _spread(found: RomkBlockResult) -> str:
    row = found.parameters.get("between_patch_sd")
    if row is None or row.value is None:
        return ""
    value, low, high = (None if x is None else 100.0 * x for x in (row.value, row.low, row.high))
    return f"From patch to patch Ki0 varies by {in_words(value, low, high, '%', row.level)}."


def _example(found: RomkBlockResult, law: BlockLaw) -> str:
    """What the fitted numbers mean for the current, at two voltages and the ends of external K+."""
    z_delta, told = found.parameters["z_delta"].value, list[str]()
    rows = sorted(found.by_K_out.items()) or [(law.K_ref, found.parameters["Ki0"])]
    for K_out, row in dict([rows[-1], rows[0]]).items():
        if row.value is None or z_delta is None:
            continue
        numbers = {"Ki0": row.value, "K_ref": K_out, "z_delta": z_delta}
        parts = [
            float(law.evaluate(_held(found, V, K_out), numbers)["romk.unblocked"])
            for V in (_INWARD_MV, _OUTWARD_MV)
        ]
        inward, outward = (f"{digits(100.0 * (1.0 - part), 2)} %" for part in parts)
        if told:
            told.append(f"{inward} and {outward} with {digits(K_out)} mM")
            continue
        voltages = (
            f"{inward} of the current at {digits(_INWARD_MV)} mV and {outward} at +{digits(_OUTWARD_MV)} mV"
        )
        told.append(f"{voltages} with {digits(K_out)} mM external K+")
    return f"By these numbers {digits(_EXAMPLE_MG_MM)} mM free Mg2+ blocks {'; '.join(told)}."


def comparable(found: RomkBlockResult, law: BlockLaw, truth: Truth) -> Truth:
    """The true values that mean the same as ours; Ki0 only where it was found at the truth's external K+."""
    K_ref = truth.get("K_ref", (law.K_ref, "mM"))[0]
    same = found.parameters["Ki0"].at.endswith(f"external K+ {K_ref:g} mM")
    return {name: row for name, row in truth.items() if name != "Ki0" or same}


def _recovered(found: RomkBlockResult, truth: Truth) -> tuple[str, ...]:
    known = [(row, *truth[name]) for name, row in found.parameters.items() if name in truth and row.closed]
    if not known:
        return ()
    inside = [row for row, value, _ in known if (row.low or 0.0) <= value <= (row.high or 0.0)]
    made = ", ".join(f"{symbol(row.name)} {with_unit(digits(value), unit)}" for row, value, unit in known)
    if len(known) == 1:
        held = f"it lies {'inside' if inside else 'outside'} its interval"
    else:
        held = "all lie" if len(inside) == len(known) else f"{len(inside)} of {len(known)} lie"
        held += " inside their intervals"
    return (f"The data are synthetic. They were made with {made}; {held}.",)


def contrasts(found: RomkBlockResult, truth: Truth) -> tuple[Contrast, ...]:
    """What counting every point as independent would have said, beside what the patches say.

    Parameters
    ----------
    found : the result of the assay.
    truth : what the data were made with; empty for real ones.

    Returns
    -------
    tuple of Contrast, one for each parameter that both ways give.
    """
    rows = []
    for name, usual in found.pooled.items():
        ours = found.parameters.get(name)
        if ours is None or usual.value is None:
            continue
        told = (
            brief(ours.value, ours.low, ours.high, ours.unit)
            if ours.closed
            else f"not determined. {ours.reason}"
        )
        made = with_unit(digits(truth[name][0]), ours.unit) if name in truth else ("–" if truth else "")
        what = f"{symbol(name)} at {_at(ours)}" if ours.at else symbol(name)
        rows.append(
            Contrast(
                what,
                brief(usual.value, usual.low, usual.high, usual.unit),
                told,
                _why(found),
                made,
                usual.method.startswith(NOMINAL),
            )
        )
    return tuple(rows)


def _why(found: RomkBlockResult) -> str:
    ours, usual = found.parameters["Ki0"], found.pooled.get("Ki0", found.parameters["Ki0"])
    points = sum(len(fit.observations) for fit in found.patches if fit.used)
    told = (
        f"The {points} points of all patches could be taken together, as if each were independent. But the "
        "points of one patch share that patch's own Ki0, so that the number of patches counts, not the "
        "number of points."
    )
    if usual.method.startswith(NOMINAL) and ours.value and usual.value:
        told += (
            " Here all Mg2+ that was weighed in is taken for free as well: Ki0 comes out "
            f"{digits(usual.value / ours.value, 2)} times as large."
        )
    ratio = _width_ratio(found, "Ki0")
    if ratio is None:
        return told
    told += f" Over patches, the interval of Ki0 is {digits(ratio, 2)} times as wide as the pooled one."
    other, spread = _width_ratio(found, "z_delta"), found.diagnostics.get("between_patch_sd_ln_z_delta")
    if ratio > 1.0 and other is not None and other < 1.0 and spread is not None:
        differs = f"differs by {digits(100.0 * spread, 2)} %" if spread > 0 else "does not measurably differ"
        told += (
            " That of zδ is narrower than the pooled one: one curve through all points leaves the "
            "differences of Ki0 in its residuals, and these widen every pooled interval, while zδ itself "
            f"{differs} from patch to patch."
        )
    return told


def _width_ratio(found: RomkBlockResult, name: str) -> float | None:
    """How many times as wide as the pooled one our interval is; None where one of them is open."""
    ours, pooled = found.parameters.get(name), found.pooled.get(name)
    widths = [
        row.high - row.low for row in (ours, pooled) if row and row.low is not None and row.high is not None
    ]
    return widths[0] / widths[1] if len(widths) == 2 and widths[1] > 0 else None


def diagnostics(found: RomkBlockResult) -> str:
    """The numbers behind the outcome, in one paragraph."""
    seen = found.diagnostics
    told = [f"Fit: {found.outcome.kind.replace('_', ' ')}, law {found.model}, seed {found.seed}."]
    Q, df = seen.get("Q_Ki0"), seen.get("Q_df")
    if Q is not None and df is not None:
        told.append(f"Q between patches {digits(Q, 4)} with {digits(df)} degrees of freedom.")
    for key, what in (
        ("p_Ki0_law", "The law of external K+ against a Ki0 of its own at each level"),
        ("p_z_delta_same_at_all_K_out", "One zδ at all levels of external K+ against one at each"),
    ):
        p = seen.get(key)
        if p is not None:
            told.append(f"{what}: p = {fixed(p, 2) if p >= 0.01 else digits(p, 1)}.")
    per_mV = seen.get("percent_Ki0_per_mV")
    if per_mV is not None:
        told.append(
            f"One millivolt in the junction potential of all patches moves Ki0 by {digits(per_mV, 2)} %."
        )
    return " ".join(told)


def answer_in_short(found: RomkBlockResult) -> str:
    """The two numbers, for somebody who cannot see a figure."""
    rows = [found.parameters[name] for name in ("Ki0", "z_delta")]
    return "; ".join(f"{symbol(row.name)} {said(row)}" for row in rows) + "."
