"""`kalimag evidence list`: every number there is, and what sources say."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.estimated import measures_alike, typed_and_seen, value_and_interval
from kalimag.cli.layout import table
from kalimag.cli.options import answers
from kalimag.errors import UsageProblem

if TYPE_CHECKING:
    from kalimag.evidence import Observation

Lister = Callable[[str | None, str | None], Answer]


def _estimates(topic: str | None, unit: str | None) -> Answer:
    if topic is not None and not verbs.evidence_topics().get(topic, True):
        return _claims(topic, unit)  # nothing is concluded from them yet
    rows = [
        row for row in verbs.evidence_list(topic) if unit is None or measures_alike(row.estimate.unit, unit)
    ]
    head = ("name", "value", "95 %", "rule", "typed", "seen")
    cells = (
        (
            row.name,
            *value_and_interval(row.estimate, unit),
            row.rule,
            *typed_and_seen(row.estimate.claims),
        )
        for row in rows
    )
    return Answer({"rows": [row.as_json() for row in rows]}, table(head, cells))


def _claims(topic: str | None, unit: str | None) -> Answer:
    found = verbs.evidence_claims(topic)
    claims = tuple(found.claims.values())
    said = {claim.id: claim.as_text(unit) for claim in claims if unit is None or claim.measures(unit)}
    cells = (
        (
            claim.id,
            shorten(said[claim.id], 60, placeholder=" …"),
            claim.access,
            *typed_and_seen((claim,)),
        )
        for claim in claims
        if claim.id in said
    )
    rows = [claim.as_json() | {"says": said[claim.id]} for claim in claims if claim.id in said]
    warnings = tuple(str(problem) for problem in found.problems)
    return Answer(
        {"claims": rows}, table(("claim", "says", "read", "typed", "seen"), cells), warnings=warnings
    )


def _observations(topic: str | None, unit: str | None) -> Answer:
    found = [one for one in verbs.observations(topic).values() if unit is None or _says(one, unit)]
    cells = (
        (
            one.id,
            one.measured,
            "; ".join(_says(one, unit)) or "–",
            one.compare.as_text() if one.compare else "–",
            one.flag,
            *typed_and_seen(one.claims),
        )
        for one in found
    )
    head = ("id", "measured", "says", "compared by", "read", "typed", "seen")
    return Answer({"observations": [one.as_json() for one in found]}, table(head, cells))


def _says(one: Observation, unit: str | None) -> list[str]:
    numeric = [claim for claim in one.claims if not claim.statement]
    if unit is not None:
        numeric = [claim for claim in numeric if claim.measures(unit, one.valence)]
    return [claim.as_text(unit, one.valence) for claim in numeric]


def _disputes(_topic: str | None, unit: str | None) -> Answer:
    if unit is not None:
        raise UsageProblem("listing disputes", f"--unit {unit}", "no unit: a dispute has no number")
    found = tuple(verbs.disputes().values())
    cells = ((one.id, one.title, one.switch, ", ".join(one.discriminating)) for one in found)
    head = ("id", "dispute", "switch", "what could decide")
    return Answer({"disputes": [one.as_json() for one in found]}, table(head, cells))


LISTS: dict[str, Lister] = {
    "estimates": _estimates,
    "claims": _claims,
    "observations": _observations,
    "disputes": _disputes,
}


@click.command()
@click.argument("topic", required=False)
@click.option(
    "--of", "what", metavar="WHAT", type=click.Choice(list(LISTS)), default="estimates", show_default=True,
    help="estimates, claims, observations or disputes.",
)  # fmt: skip
@click.option("--unit", metavar="UNIT", help="Show numbers in this unit, and only those that can be.")
@answers
def command(topic: str | None, what: str, unit: str | None) -> Answer:
    """List the numbers of one topic, or of all.

    Estimates with their 95 % interval, the rule that made them, how the claims behind them were typed (twice
    alike, once, or readers disagree) and whether they were seen where they were published; or the claims
    themselves, what a model must face, or what is in dispute. Of a topic without estimates the claims are
    listed.
    """
    return LISTS[what](topic, unit)
