"""`kalimag evidence show`: where one number comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.estimated import amount_of, measures_alike, typed_and_seen, value_and_interval
from kalimag.cli.layout import interval, paragraph
from kalimag.cli.options import answers
from kalimag.errors import EvidenceProblem, KalimagError, UnitMismatch
from kalimag.registry import choices

if TYPE_CHECKING:
    from kalimag.evidence import Claim, Estimate
    from kalimag.evidence.lookup import EvidenceOn


@click.command()
@click.argument("name")
@click.option("--unit", metavar="UNIT", help="Show the numbers in this unit; what is stored stays as it is.")
@answers
def command(name: str, unit: str | None) -> Answer:
    """Show where a number comes from.

    NAME is a parameter such as romk.Ki0: what we conclude, from which claims and by which rule, what was
    rejected and why, and the source of each claim. It may also be a single claim such as romk.Ki0/guide-100K,
    an observation such as H1b, or a dispute such as S1.
    """
    if "." not in name:
        record, text = _observation(name, unit) if name in verbs.observations() else _dispute(name, unit)
        return Answer(record, text)
    found = verbs.evidence_show(name)
    shown = _shown(name, found.claims, unit, _valence(found) if unit else None)
    same = found.estimate if unit is None or found.estimate is None else _in_unit(found.estimate, unit)
    if found.estimate is not None and same is None and not found.claims:
        raise _no_such_measure(name, str(unit), found.estimate.unit)
    return Answer(found.as_json() | {"shown": shown}, "\n".join(_page(found, shown, unit if same else None)))


def _shown(
    name: str, claims: tuple[Claim, ...], unit: str | None, valence: int | None = None
) -> dict[str, str]:
    can = {claim.id for claim in claims if unit is not None and claim.measures(unit, valence)}
    if unit is not None and claims and not can:
        raise _no_such_measure(name, unit, ", ".join(sorted({claim.unit for claim in claims} - {""})))
    return {claim.id: claim.as_text(unit if claim.id in can else None, valence) for claim in claims}


def _valence(found: EvidenceOn) -> int | None:
    ours = {claim.id for claim in found.claims}
    observed = (one for one in verbs.observations().values() if ours & {claim.id for claim in one.claims})
    return next((one.valence for one in observed if one.valence is not None), None)


def _in_unit(estimate: Estimate, unit: str) -> Estimate | None:
    return estimate if measures_alike(estimate.unit, unit) else None


def _no_such_measure(name: str, unit: str, units: str) -> KalimagError:
    return UnitMismatch(
        f"showing {name} in {unit}", "it measures something else", units or "no unit: it is words"
    )


def _page(found: EvidenceOn, shown: Mapping[str, str], unit: str | None) -> Iterator[str]:
    if found.estimate is not None:
        yield from _estimate(found.estimate, unit)
        yield ""
    elif "/" not in found.name:
        yield f"{found.name}: no estimate; nothing in the library uses this number yet."
        yield ""
    yield (
        f"What sources say about {found.name}:"
        if found.claims
        else f"No source says anything on {found.name}."
    )
    for claim in found.claims:
        yield from _claim(claim, shown[claim.id])
    yield ""
    yield from (paragraph(f"[{source.key}] {source.reference()}") for source in found.sources)


def _estimate(estimate: Estimate, unit: str | None) -> Iterator[str]:
    value, between = value_and_interval(estimate, unit)
    yield f"{estimate.key}: {between}, in 95 of 100" if value == "–" else f"{estimate.key} = {value}"
    if value != "–" and not estimate.uncertainty.exact:
        yield paragraph(f"{between}, in 95 of 100", "interval")
    if estimate.variability is not None:
        yield paragraph(f"{interval(*estimate.variability.interval())}, in 95 of 100 patches", "differs")
    yield paragraph(f"{estimate.rule}. {estimate.because}", "rule")
    yield from (paragraph(claim.id, "uses") for claim in estimate.claims)
    yield from (paragraph(f"{item.claim.id}: {item.reason}", "rejects") for item in estimate.rejected)
    for step in estimate.transfers:
        factor = f"× {step.multiply:g}, give or take a factor of {step.widen:g}"
        yield paragraph(f"{step.source} → {step.target}: {factor}. {step.because}", "transfer")
    yield from _doubts(estimate)


def _doubts(estimate: Estimate) -> Iterator[str]:
    if estimate.assumed:
        yield paragraph("No measurement stands behind it.", "ASSUMED")
    unseen = [claim.id for claim in estimate.claims if not claim.verified]
    if unseen:
        yield paragraph(f"Nobody has seen {' or '.join(unseen)} where it was published.", "DOUBT")
    once = [claim.id for claim in estimate.claims if claim.typed == "once"]
    if once:
        yield paragraph(f"Only one reader typed {' and '.join(once)}.", "DOUBT")
    disputed = [claim.id for claim in estimate.claims if claim.disagreement]
    if disputed:
        yield paragraph(f"Two readers disagree on {' and '.join(disputed)}.", "DOUBT")


def _claim(claim: Claim, shown: str) -> Iterator[str]:
    yield f"  {claim.id}: {shown}"
    if claim.replaces is not None:
        yield paragraph(f"{claim.replaces.as_text()}. {claim.overrides_because}", "yours for", 4)
    yield paragraph(f"[{claim.source.key}] {claim.where} (read: {claim.access})", "source", 4)
    if claim.system or claim.conditions:
        conditions = ", ".join(f"{name.replace('_', ' ')} {text}" for name, text in claim.conditions.items())
        yield paragraph("; ".join(filter(None, (claim.system, conditions))), "measured", 4)
    yield paragraph(f"{claim.read_by}; {_again(claim)}", "read by", 4)
    if claim.finding is not None:
        yield paragraph(f"{claim.finding.verdict}. {claim.finding.reason}", "verdict", 4)
    if claim.note:
        yield paragraph(claim.note, "note", 4)


def _again(claim: Claim) -> str:
    if claim.disagreement:
        return f"typed again, blind, and read otherwise: {claim.disagreement}"
    return f"typed again, blind, by {claim.checked_by}" if claim.checked else "typed only once"


def _observation(name: str, unit: str | None) -> tuple[Mapping[str, object], str]:
    one = verbs.observations()[name]
    every = (*one.claims, *one.beside)
    if unit is not None and not every:
        raise _no_such_measure(name, unit, "")
    shown = _shown(name, every, unit, one.valence)
    lines = [f"{one.id}: {one.measured}", paragraph(one.whom, "in whom")]
    for label, claims in (("says", one.claims), ("beside", one.beside)):
        lines += [paragraph(f"{shown[claim.id]} [{claim.source.key}; {claim.id}]", label) for claim in claims]
    if one.compare is not None:
        output = amount_of(f"{one.output}, in", one.unit) if one.unit != "1" else one.output
        lines.append(paragraph(f"{output}: {one.compare.as_text()}. {one.compare.because}", "compared"))
    if one.scenario:
        there = "in the library" if one.runnable else "not written yet"
        lines.append(paragraph(f"{one.scenario} ({there})", "scenario"))
    lines += [paragraph(text, label) for text, label in ((one.gap, "gap"), (one.note, "note")) if text]
    how, seen = typed_and_seen(one.claims)
    said = f"{one.flag}; typed: {how}; seen where published: {seen}" if one.claims else one.flag
    lines.append(paragraph(said, "read"))
    return one.as_json() | {"shown": shown}, "\n".join(lines)


def _dispute(name: str, unit: str | None) -> tuple[Mapping[str, object], str]:
    known = verbs.disputes()
    if name not in known:
        raise EvidenceProblem(
            f"looking up '{name}'",
            "there is no observation or dispute of this name",
            *choices(name, [*known, *verbs.observations()]),
        )
    one = known[name]
    if unit is not None:
        raise _no_such_measure(name, unit, "")
    lines = [f"{one.id}: {one.title}", paragraph(one.claim, "claim"), paragraph(one.switch, "switch")]
    for label, side in (("for", one.speaks_for), ("against", one.speaks_against)):
        lines += [paragraph(f"{item.text} [{', '.join(item.refs)}]", label) for item in side]
    lines += [paragraph(", ".join(one.discriminating), "decided by"), paragraph(one.test, "test")]
    return one.as_json(), "\n".join(lines)
