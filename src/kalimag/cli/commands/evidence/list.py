"""`kalimag evidence list`: every number there is, and what sources say."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import shorten

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.layout import amount, interval, table
from kalimag.cli.options import answers

Lister = Callable[[str | None, str | None], Answer]


def _estimates(topic: str | None, unit: str | None) -> Answer:
    if topic is not None and not verbs.evidence_topics().get(topic, True):
        return _claims(topic, unit)  # nothing is concluded from them yet
    rows = verbs.evidence_list(topic)
    head = ("name", "value", "95 %", "rule", "checked")
    cells = (
        (
            row.name,
            amount(row.value, row.unit, 10 if row.estimate.uncertainty.exact else 4),
            interval(*row.interval),
            row.rule,
            _checked(row.checked),
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
            _checked(claim.checked and claim.access != "memory"),
        )
        for claim in claims
        if claim.id in said
    )
    rows = [claim.as_json() | {"says": said[claim.id]} for claim in claims if claim.id in said]
    warnings = tuple(str(problem) for problem in found.problems)
    return Answer({"claims": rows}, table(("claim", "says", "read", "checked"), cells), warnings=warnings)


def _observations(topic: str | None, _unit: str | None) -> Answer:
    found = tuple(verbs.observations(topic).values())
    cells = (
        (
            one.id,
            one.measured,
            "; ".join(claim.as_text() for claim in one.claims if not claim.statement) or "–",
            one.compare.as_text() if one.compare else "–",
            one.flag,
            _checked(one.checked),
        )
        for one in found
    )
    head = ("id", "measured", "says", "compared by", "read", "checked")
    return Answer({"observations": [one.as_json() for one in found]}, table(head, cells))


def _disputes(_topic: str | None, _unit: str | None) -> Answer:
    found = tuple(verbs.disputes().values())
    cells = ((one.id, one.title, one.switch, ", ".join(one.discriminating)) for one in found)
    head = ("id", "dispute", "switch", "what could decide")
    return Answer({"disputes": [one.as_json() for one in found]}, table(head, cells))


def _checked(checked: bool) -> str:
    return "yes" if checked else "unchecked"


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
@click.option("--unit", metavar="UNIT", help="Show claims in this unit, and only those that can be.")
@answers
def command(topic: str | None, what: str, unit: str | None) -> Answer:
    """List the numbers of one topic, or of all.

    Estimates with their 95 % interval, the rule that made them, and whether every claim behind them was typed
    twice and seen where it was published; or the claims themselves, what a model must face, or what is in
    dispute. Of a topic without estimates the claims are listed.
    """
    return LISTS[what](topic, unit)
