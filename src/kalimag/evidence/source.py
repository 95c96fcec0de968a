"""Who said it: one paper, data set, standard or analysis, and how much of it was really read."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path

from kalimag.errors import EvidenceProblem
from kalimag.evidence.document import read_document
from kalimag.evidence.own_folder import shelves
from kalimag.registry import LIBRARY, choices

_KEY = re.compile("[a-z0-9][a-z0-9-]*")
KINDS = ("paper", "dataset", "textbook", "guide", "this_analysis", "standard")
ACCESS = ("full", "abstract", "opening", "secondary", "memory", "file")


@dataclass(frozen=True)
class Source:
    """Where a number comes from.

    Parameters
    ----------
    key : name of its file in library/sources, such as "gray-2005".
    kind : one of `KINDS`.
    authors, title, journal : bibliography; journal holds volume and pages.
    year : of publication; None where there is none.
    doi, pmid, url : identifiers; empty where unknown.
    access : how much of it was read, one of `ACCESS`.
    from_memory : names of the bibliographic items above that nobody has looked up.
    note : anything else a reader must know.
    """

    key: str
    kind: str
    title: str
    access: str
    authors: str = ""
    journal: str = ""
    year: int | None = None
    doi: str = ""
    pmid: str = ""
    url: str = ""
    from_memory: tuple[str, ...] = ()
    note: str = ""

    def reference(self) -> str:
        """One line for a bibliography; items nobody has looked up are marked."""
        parts = [self._marked("authors"), self._marked("title"), self._marked("journal")]
        if self.year is not None and str(self.year) not in self.journal:
            parts.append(str(self.year))
        if self.doi:
            parts.append(f"doi:{self._marked('doi')}")
        elif self.pmid:
            parts.append(f"PMID {self._marked('pmid')}")
        elif self.url:
            parts.append(self.url)
        return ". ".join(part for part in parts if part) + "."

    def as_json(self) -> dict[str, object]:
        """The fields and the printed line, for the JSON envelope."""
        record: dict[str, object] = {field.name: getattr(self, field.name) for field in fields(self)}
        return record | {"from_memory": list(self.from_memory), "reference": self.reference()}

    def _marked(self, item: str) -> str:
        text = str(getattr(self, item))
        return f"{text} [from memory]" if text and item in self.from_memory else text


def require_key(key: str, doing: str) -> None:
    """Refuse what cannot be the key of a source, such as a path: a key is the name of a file."""
    if not _KEY.fullmatch(key):
        raise EvidenceProblem(
            doing,
            f"'{key}' cannot be the key of a source",
            "small letters, digits and hyphens, as in gray-2005",
        )


def load_source(key: str, library: Path = LIBRARY) -> Source:
    """Load one source.

    Parameters
    ----------
    key : its name, such as "gray-2005".
    library : the folder that holds sources/.

    Returns
    -------
    Source

    Raises
    ------
    EvidenceProblem : no such source, an unknown key, or something missing.
    """
    require_key(key, f"looking for the source '{key}'")
    places = [shelf / "sources" / f"{key}.toml" for shelf in shelves(library)]
    path = next((path for path in places if path.is_file()), None)
    if path is None:
        there = {path.stem for shelf in shelves(library) for path in shelf.glob("sources/*.toml")}
        raise EvidenceProblem(f"reading sources/{key}.toml", "there is no such file", *choices(key, there))
    table = read_document(path)
    known = tuple(field.name for field in fields(Source) if field.name != "key")
    table.refuse_unknown(known)
    year = table.number("year")
    from_memory = table.texts("from_memory")
    for item in from_memory:
        if item not in known or not table.content.get(item):
            raise table.problem(
                f"'from_memory' names '{item}', which is not given here",
                "the name of a filled item",
                key="from_memory",
            )
    return Source(
        key=key,
        kind=table.word("kind", KINDS),
        title=table.text("title"),
        access=table.word("access", ACCESS),
        authors=table.text("authors", ""),
        journal=table.text("journal", ""),
        year=None if year is None else int(year),
        doi=table.text("doi", ""),
        pmid=table.text("pmid", ""),
        url=table.text("url", ""),
        from_memory=from_memory,
        note=table.text("note", ""),
    )
