"""`kalimag evidence show`: where one number comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.layout import amount, interval, paragraph
from kalimag.cli.options import answers
from kalimag.errors import EvidenceProblem
from kalimag.registry import choices

if TYPE_CHECKING:
    from kalimag.evidence import Claim, Estimate
    from kalimag.evidence.lookup import EvidenceOn


@click.command()
@click.argument("name")
@click.option("--unit", metavar="UNIT", help="Show the claims in this unit; what is stored stays as it is.")
@answers
def command(name: str, unit: str | None) -> Answer:
    """Show where a number comes from.

    NAME is a parameter such as romk.Ki0: what we conclude, from which claims and by which rule, what was
    rejected and why, and the source of each claim. It may also be an observation such as H1b, or a dispute
    such as S1.
    """
    if "." not in name:
        record, text = _observation(name) if name in verbs.observations() else _dispute(name)
        return Answer(record, text)
    found = verbs.evidence_show(name)
    shown = {
        claim.id: claim.as_text(unit if unit and claim.measures(unit) else None) for claim in found.claims
    }
    return Answer(found.as_json() | {"shown": shown}, "\n".join(_page(found, shown)))


def _page(found: EvidenceOn, shown: Mapping[str, str]) -> Iterator[str]:
    if found.estimate is None:
        yield f"{found.name}: no estimate; nothing in the library uses this number yet."
    else:
        yield from _estimate(found.estimate)
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


def _estimate(estimate: Estimate) -> Iterator[str]:
    exact = estimate.uncertainty.exact
    yield f"{estimate.key} = {amount(estimate.value, estimate.unit, 10 if exact else 4)}"
    if not exact:
        yield paragraph(f"{interval(*estimate.interval)}, in 95 of 100", "interval")
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
    once = [claim.id for claim in estimate.claims if not claim.checked]
    if once:
        yield paragraph(f"Only one reader typed {' and '.join(once)}.", "DOUBT")


def _claim(claim: Claim, shown: str) -> Iterator[str]:
    yield f"  {claim.id}: {shown}"
    if claim.replaces is not None:
        yield paragraph(f"{claim.replaces.as_text()}. {claim.overrides_because}", "yours for", 4)
    yield paragraph(f"[{claim.source.key}] {claim.where} (read: {claim.access})", "source", 4)
    if claim.system or claim.conditions:
        conditions = ", ".join(f"{name.replace('_', ' ')} {text}" for name, text in claim.conditions.items())
        yield paragraph("; ".join(filter(None, (claim.system, conditions))), "measured", 4)
    yield paragraph(f"{claim.read_by}; typed again, blind, by {claim.checked_by or 'nobody'}", "read by", 4)
    if claim.finding is not None:
        yield paragraph(f"{claim.finding.verdict}. {claim.finding.reason}", "verdict", 4)
    if claim.note:
        yield paragraph(claim.note, "note", 4)


def _observation(name: str) -> tuple[Mapping[str, object], str]:
    one = verbs.observations()[name]
    lines = [f"{one.id}: {one.measured}", paragraph(one.whom, "in whom")]
    lines += [
        paragraph(f"{claim.as_text()} [{claim.source.key}; {claim.id}]", "says") for claim in one.claims
    ]
    if one.compare is not None:
        lines.append(paragraph(f"{one.output}: {one.compare.as_text()}. {one.compare.because}", "compared"))
    if one.scenario:
        there = "in the library" if one.runnable else "not written yet"
        lines.append(paragraph(f"{one.scenario} ({there})", "scenario"))
    lines += [paragraph(text, label) for text, label in ((one.gap, "gap"), (one.note, "note")) if text]
    checked = "typed twice" if one.checked else "unchecked"
    lines.append(paragraph(f"{one.flag}, {checked}", "read"))
    return one.as_json(), "\n".join(lines)


def _dispute(name: str) -> tuple[Mapping[str, object], str]:
    known = verbs.disputes()
    if name not in known:
        raise EvidenceProblem(
            f"looking up '{name}'",
            "there is no observation or dispute of this name",
            *choices(name, [*known, *verbs.observations()]),
        )
    one = known[name]
    lines = [f"{one.id}: {one.title}", paragraph(one.claim, "claim"), paragraph(one.switch, "switch")]
    for label, side in (("for", one.speaks_for), ("against", one.speaks_against)):
        lines += [paragraph(f"{item.text} [{', '.join(item.refs)}]", label) for item in side]
    lines += [paragraph(", ".join(one.discriminating), "decided by"), paragraph(one.test, "test")]
    return one.as_json(), "\n".join(lines)
