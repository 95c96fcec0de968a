"""`kalimag evidence search`: find what somebody has said."""

from __future__ import annotations

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.layout import paragraph
from kalimag.cli.options import answers


@click.command()
@click.argument("words", nargs=-1, required=True)
@answers
def command(words: tuple[str, ...]) -> Answer:
    """Find claims, observations, disputes and sources.

    WORDS must all be there, in whatever order: an ion, an author, a DOI, a piece of an id.
    """
    hits = verbs.evidence_search(" ".join(words))
    lines = [f"{hit.kind} {hit.id}\n{paragraph(hit.text)}" for hit in hits]
    return Answer(
        {"words": list(words), "hits": [hit.as_json() for hit in hits]},
        "\n".join(lines) or f"Nothing holds all of: {' '.join(words)}.",
        warnings=tuple(str(problem) for problem in verbs.evidence_claims().problems),
    )
