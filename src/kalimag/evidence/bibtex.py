"""Sources as BibTeX, with what nobody has looked up marked in a note."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kalimag.evidence.source import Source

_TYPES = {"paper": "article", "textbook": "book"}
_VOLUME = re.compile(
    r"^(?P<journal>.*?)(?: (?P<year>\d{4}))?;(?P<volume>[\w-]+)(?:\(\d+\))?(?::(?P<pages>[\w–-]+))?$"
)
_YEAR = re.compile(r",? (?:19|20)\d{2}$")
_SPECIAL = re.compile(r"([&%$#_{}])")


def bibtex(sources: Iterable[Source]) -> str:
    """Write sources as BibTeX.

    Parameters
    ----------
    sources : in the order they are written.

    Returns
    -------
    str, one entry for each.
    """
    return "\n\n".join(_entry(source) for source in sources) + "\n"


def _entry(source: Source) -> str:
    noted = "not noted" not in source.title
    fields = {
        "title": f"{{{_plain(source.title)}}}" if noted else "",
        "author": _authors(_plain(source.authors)),
    }
    fields |= _journal(source.journal)
    fields |= {"year": "" if source.year is None else str(source.year), "doi": source.doi, "url": source.url}
    fields["pmid"] = source.pmid
    notes = [f"read: {source.access}"] + (
        [] if noted else [f"the title was not noted; about: {source.title.partition(' (')[0]}"]
    )
    if source.from_memory:
        notes.append(f"not looked up: {', '.join(source.from_memory)}")
    fields["note"] = _plain("; ".join(notes))
    lines = [f"  {name} = {{{text}}}," for name, text in fields.items() if text]
    return "\n".join([f"@{_TYPES.get(source.kind, 'misc')}{{{source.key},", *lines, "}"])


def _authors(text: str) -> str:
    names = [name.strip() for name in text.replace(" and others", ", others").split(",") if name.strip()]
    return " and ".join(_inverted(name) for name in names)


def _inverted(name: str) -> str:
    family, _, initials = name.rpartition(" ")
    return (
        f"{family}, {initials}"
        if family and initials.isupper()
        else name
        if name == "others"
        else f"{{{name}}}"
    )


def _journal(text: str) -> dict[str, str]:
    match = _VOLUME.match(text)
    if match is None:
        return {"journal": _plain(_YEAR.sub("", text))}  # the year has a field of its own
    pages = (match["pages"] or "").replace("–", "--").replace("-", "--").replace("----", "--")
    return {"journal": _plain(match["journal"]), "volume": match["volume"], "pages": pages}


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
