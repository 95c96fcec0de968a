"""A study as a person writes it: a TOML file that names raw files, solutions and questions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kalimag.errors import InvalidInput
from kalimag.registry import LIBRARY, choices

SCHEMA = "kalimag/study/1"
_KEYS = ("schema", "title", "question", "synthetic", "seed", "note", "analysis")
_ROW_KEYS = ("id", "assay", "title")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Row:
    """One `[[analysis]]` of a study: what is asked of which files.

    `content` is what TOML gives; paths in it are relative to `folder`, the folder of the study.
    """

    id: str
    assay: str
    content: Mapping[str, Any]
    folder: Path
    study: str

    def problem(self, found: str, expected: str = "", remedy: str = "") -> InvalidInput:
        """An error about this analysis, ready to raise."""
        return InvalidInput(f"reading the analysis '{self.id}' of {self.study}", found, expected, remedy)

    def refuse_unknown(self, known: Iterable[str]) -> None:
        """Refuse keys that mean nothing to this assay, and suggest the one that was probably meant."""
        refuse_unknown(self.content, (*_ROW_KEYS, *known), self.problem)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required where no default is given."""
        value = self.content.get(key, default)
        if not isinstance(value, str) or not (value.strip() or value == default):
            found = f"'{key}' is missing" if key not in self.content else f"'{key}' is {value!r}"
            raise self.problem(found, f"a text for '{key}'")
        return value.strip()

    def file(self, key: str) -> Path:
        """A file that exists."""
        path = self.folder / self.text(key)
        if not path.is_file():
            raise self.problem(
                f"the file '{self.text(key)}' ('{key}') is not there",
                f"a file, by its path from the folder of {self.study}",
            )
        return path

    def shown(self, key: str) -> str:
        """A file as typed in the folder of the study; of an absolute path, which is a machine's, its name."""
        text = self.text(key)
        return Path(text).name if Path(text).is_absolute() else text

    @property
    def bundled(self) -> bool:
        """Whether the study is the one that comes with the package."""
        return self.folder.resolve().is_relative_to(LIBRARY.resolve())

    def seconds(self, key: str) -> tuple[float, float] | None:
        """A stretch of time, written ``["1.2 s", "1.45 s"]``; None where the key is absent."""
        from kalimag.units import parse

        value = self.content.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 2:
            raise self.problem(f"'{key}' is {value!r}", 'begin and end, such as ["1.2 s", "1.45 s"]')
        begin, end = (parse(str(part), "s", what=f"'{key}' of the analysis '{self.id}'") for part in value)
        if not begin < end:
            raise self.problem(f"'{key}' ends before it begins", 'begin and end, such as ["1.2 s", "1.45 s"]')
        return begin, end


@dataclass(frozen=True)
class Study:
    """A whole study: its question, and the analyses that are to answer it."""

    path: Path
    text: str
    title: str
    question: str
    synthetic: bool
    seed: int
    note: str
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        """A short name: the file's, or its folder's where the file is simply called study.toml."""
        return self.path.stem if self.path.stem != "study" else self.path.absolute().parent.name


def read_study(path: Path, seed: int | None = None) -> Study:
    """Read a study and refuse what cannot be meant.

    Parameters
    ----------
    path : the TOML file.
    seed : takes the place of the study's own.

    Returns
    -------
    Study

    Raises
    ------
    InvalidInput : no such file, no TOML, another schema, an unknown key, no analysis, or an id given twice.
    """
    text, content = _document(path)

    def problem(found: str, expected: str = "", remedy: str = "") -> InvalidInput:
        return InvalidInput(f"reading {path.name}", found, expected, remedy)

    if content.get("schema") != SCHEMA:
        found = f"its schema is {content.get('schema')!r}" if "schema" in content else "it names no schema"
        raise problem(found, f'the line: schema = "{SCHEMA}"')
    refuse_unknown(content, _KEYS, problem)
    for key, kind, word in (("title", str, "a text"), ("question", str, "a text"), ("note", str, "a text")):
        if not isinstance(content.get(key, ""), kind) or (key == "title" and not content.get(key)):
            raise problem(f"'{key}' is {content.get(key)!r}", word)
    synthetic, own_seed = content.get("synthetic", False), content.get("seed", 1)
    if not isinstance(synthetic, bool):
        raise problem(f"'synthetic' is {synthetic!r}", "true or false")
    if isinstance(own_seed, bool) or not isinstance(own_seed, int) or own_seed < 0:
        raise problem(f"'seed' is {own_seed!r}", "a whole number, 0 or more")
    return Study(
        path=path,
        text=text,
        title=content["title"],
        question=content.get("question", ""),
        synthetic=synthetic,
        seed=own_seed if seed is None else seed,
        note=content.get("note", ""),
        rows=_rows(content.get("analysis"), path, problem),
    )


def refuse_unknown(content: Mapping[str, Any], known: Iterable[str], problem: Any) -> None:
    """Refuse the first key that is not known, with the nearest one that is."""
    known = tuple(known)
    for key in content:
        if key not in known:
            raise problem(f"the key '{key}' is not known", *choices(key, known))


def _document(path: Path) -> tuple[str, dict[str, Any]]:
    doing = f"reading the study {path}"
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except (FileNotFoundError, IsADirectoryError) as error:
        there = "there is a folder of that name" if path.is_dir() else "there is no such file"
        remedy = f"Did you mean '{path / 'study.toml'}'?" if (path / "study.toml").is_file() else ""
        raise InvalidInput(doing, there, "a study written in TOML", remedy) from error
    except UnicodeDecodeError as error:
        raise InvalidInput(doing, "it is not text in UTF-8", "a study written in TOML") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(doing, f"it is not TOML: {error}", "a study written in TOML") from error


def _rows(tables: Any, path: Path, problem: Any) -> tuple[Row, ...]:
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise problem("it asks for no analysis", "at least one [[analysis]] with an id and an assay")
    rows: list[Row] = []
    for number, table in enumerate(tables, 1):
        row = Row(str(table.get("id", number)), "", table, path.parent, path.name)
        row = Row(row.text("id"), row.text("assay"), table, path.parent, path.name)
        if not _FILE_NAME.fullmatch(row.id):
            raise row.problem(f"the id is '{row.id}'", "letters, digits, '-' and '_': it names files")
        if row.id in {other.id for other in rows}:
            raise problem(f"two analyses have the id '{row.id}'", "an id of its own for each")
        rows.append(row)
    return tuple(rows)
