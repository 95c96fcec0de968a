"""`kalimag evidence show`: where one number comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.layout import interval, number, paragraph
from kalimag.cli.options import answers

if TYPE_CHECKING:
    from kalimag.evidence import Claim, Estimate


@click.command()
@click.argument("name")
@answers
def command(name: str) -> Answer:
    """Show where a number comes from.

    NAME is a parameter such as romk.Ki0: what we conclude, from which claims and by which rule, what was
    rejected and why, and the source of each claim.
    """
    found = verbs.evidence_show(name)
    return Answer(found.as_json(), "\n".join(_page(found)))


def _page(found: verbs.EvidenceOn) -> Iterator[str]:
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
        yield from _claim(claim)
    yield ""
    yield from (f"[{source.key}] {source.reference()}" for source in found.sources)


def _estimate(estimate: Estimate) -> Iterator[str]:
    yield f"{estimate.key} = {number(estimate.value)} {estimate.unit}  (95 %: {interval(*estimate.interval)})"
    yield f"  rule      {estimate.rule}"
    yield paragraph(estimate.because, "  ")
    if estimate.variability is not None:
        yield f"  differs   95 of 100: {interval(*estimate.variability.interval())} {estimate.unit}"
    for claim in estimate.claims:
        yield f"  uses      {claim.id}"
    for rejection in estimate.rejected:
        yield f"  rejects   {rejection.claim.id}: {rejection.reason}"
    for step in estimate.transfers:
        factor = f"× {step.multiply:g}, give or take a factor of {step.widen:g}"
        yield f"  transfer  {step.source} → {step.target}: {factor}. {step.because}"
    if estimate.assumed:
        yield "  ASSUMED: no measurement stands behind it."
    elif not estimate.checked:
        yield "  UNCHECKED: a claim behind it was not typed twice, or not seen where it was published."


def _claim(claim: Claim) -> Iterator[str]:
    yield f"  {claim.id}: {claim.as_text()}"
    yield f"    source    [{claim.source.key}] {claim.where} (read: {claim.access})"
    if claim.system or claim.conditions:
        conditions = ", ".join(f"{name} {text}" for name, text in claim.conditions.items())
        yield f"    measured  {'; '.join(filter(None, (claim.system, conditions)))}"
    yield f"    read by   {claim.read_by}; checked by {claim.checked_by or 'nobody'}"
    if claim.finding is not None:
        yield f"    verdict   {claim.finding.verdict}: {claim.finding.reason}"
    if claim.note:
        yield paragraph(claim.note, "    ")
