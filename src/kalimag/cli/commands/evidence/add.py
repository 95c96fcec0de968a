"""`kalimag evidence add`: a claim of your own, beside the library's."""

from __future__ import annotations

import click

from kalimag import verbs
from kalimag.cli.envelope import Answer
from kalimag.cli.options import answers

SOURCE = {
    "kind": "Kind of source: paper, dataset, textbook, this_analysis, standard",
    "title": "Its title",
    "access": "How much of it was read: full, abstract, opening, secondary, memory, file",
}


@click.command()
@click.option(
    "--set", "given", multiple=True, metavar="KEY=TEXT", help="An answer, such as unit=mM; repeatable."
)
@answers
def command(given: tuple[str, ...]) -> Answer:
    """Write a claim of your own.

    Asks for what is missing: id, value, unit, spread, source, where, access, read_by. The file goes into your
    own folder: the one KALIMAG_EVIDENCE names, or the evidence folder of your settings. A claim of an id the
    library has needs overrides_because; it then stands in for the library's, wherever that is used. Answers
    for a source the library does not have begin with 'source.', such as source.title=….
    """
    from kalimag.evidence.add import REQUIRED

    answers_given = dict(_pair(item) for item in given)
    fields = {name: _answer(name, question, answers_given) for name, question in REQUIRED.items()}
    fields |= {name: text for name, text in answers_given.items() if not name.startswith("source.")}
    source = None
    if not verbs.evidence_has_source(fields["source"]):
        source = {
            name: _answer(f"source.{name}", question, answers_given) for name, question in SOURCE.items()
        }
        more = {name: text for name, text in answers_given.items() if name.startswith("source.")}
        source |= {name.removeprefix("source."): text for name, text in more.items()}
    path, claim = verbs.evidence_add(fields, source)
    lines = [f"{claim.id}: {claim.as_text()}", f"written to {path}; unchecked until somebody types it again."]
    if claim.replaces is not None:
        lines.append(f"It stands in for {claim.replaces.as_text()}, as the library has it.")
    return Answer({"file": str(path), "claim": claim.as_json()}, "\n".join(lines))


def _pair(item: str) -> tuple[str, str]:
    name, equals, text = item.partition("=")
    if not equals or not name.strip() or not text.strip():
        raise click.UsageError(f"--set: '{item}' is not KEY=TEXT, such as unit=mM.")
    return name.strip(), text.strip()


def _answer(name: str, question: str, given: dict[str, str]) -> str:
    if name in given:
        return given[name]
    try:
        return str(click.prompt(question, err=True)).strip()
    except click.Abort as stop:
        if isinstance(stop.__context__, KeyboardInterrupt):
            raise
        raise click.UsageError(
            f"'{name}' is missing, and nobody is there to be asked; give --set {name}=…."
        ) from stop
