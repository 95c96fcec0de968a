"""`kalimag evidence cite`: the sources behind a number, to be cited."""

from __future__ import annotations

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.layout import paragraph
from kalimag.cli.options import answers


@click.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--bibtex", "as_bibtex", is_flag=True, help="As BibTeX.")
@answers
def command(names: tuple[str, ...], as_bibtex: bool) -> Answer:
    """Print the sources behind some numbers.

    NAMES are parameters such as romk.Ki0, claims such as romk.Ki0/guide-100K, observations such as H1b, or
    sources such as gray-2005.
    What nobody has looked up is marked.
    """
    from kalimag.evidence.bibtex import bibtex

    sources = verbs.evidence_cite(names)
    entries = bibtex(sources)
    text = (
        entries.rstrip("\n")
        if as_bibtex
        else "\n".join(paragraph(f"[{source.key}] {source.reference()}") for source in sources)
    )
    return Answer({"sources": [source.as_json() for source in sources], "bibtex": entries}, text)
