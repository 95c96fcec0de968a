"""Reading evidence from TOML: every key is asked for by name, and a key nobody knows is refused."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from kalimag.errors import EvidenceProblem
from kalimag.evidence.own_folder import own_folder
from kalimag.registry import choices

_KEY = re.compile(r"^[\w'\"-]+\s*=")


@dataclass(frozen=True)
class Table:
    """One table of a TOML file and where it stands.

    Parameters
    ----------
    content : keys and values as TOML gives them.
    place : what this table is, for messages ("claim 'romk.Ki0/guide-100K' in romk.toml").
    lines : the whole file, for the line number in messages; empty where there is none.
    start : the line this table begins at, from 1; 0 where it is not known.
    """

    content: Mapping[str, object]
    place: str
    lines: tuple[str, ...] = field(default=(), repr=False)
    start: int = 0

    def problem(self, found: str, expected: str = "", remedy: str = "", key: str = "") -> EvidenceProblem:
        """An error about this table, or one key of it, ready to raise."""
        line = line_of(self, key)
        where = f"{self.place}, line {line}" if line else self.place
        return EvidenceProblem(f"reading {where}", found, expected, remedy)

    def refuse_unknown(self, known: Iterable[str]) -> None:
        """Refuse keys that mean nothing here, and suggest the one that was probably meant."""
        known = tuple(known)
        for key in self.content:
            if key not in known:
                raise self.problem(f"the key '{key}' is not known", *choices(key, known), key=key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required unless a default is given."""
        if key not in self.content and default is not None:
            return default
        value = self.content.get(key)
        if not isinstance(value, str) or (default is None and not value.strip()):
            found = f"'{key}' is missing" if key not in self.content else f"'{key}' is {value!r}"
            raise self.problem(found, f"a text for '{key}'", key=key)
        return value.strip()

    def number(self, key: str) -> float | None:
        """A finite number, or None where the key is absent."""
        value = self.content.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.problem(
                f"'{key}' is {value!r}",
                "a finite number",
                "Write the unit under 'unit', not in the number.",
                key,
            )
        return float(value)

    def word(self, key: str, words: Iterable[str], default: str | None = None) -> str:
        """One of a few words."""
        value, words = self.text(key, default), tuple(words)
        if value not in words and value != default:
            raise self.problem(f"'{key}' is '{value}'", *choices(value, words), key=key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where the key is absent."""
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.problem(f"'{key}' is {value!r}", "a list of texts", key=key)
        return tuple(value)

    def named_texts(self, key: str) -> Mapping[str, str]:
        """A table of texts by name; empty where the key is absent."""
        value = self.content.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self.problem(
                f"'{key}' is {value!r}", "a table of texts, such as { temperature = '22 degC' }", key=key
            )
        return MappingProxyType(dict(value))

    def table(self, key: str) -> Table | None:
        """A table inside this one, or None where the key is absent."""
        value = self.content.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.problem(f"'{key}' is {value!r}", "a table", key=key)
        return Table(value, f"'{key}' of {self.place}", self.lines, _start_of(self, key))


def numbers(table: Table, key: str, *, gaps: bool = False) -> tuple[float, ...]:
    """A list of finite numbers, empty where there is no such key; with `gaps`, nan is one not printed."""
    value = table.content.get(key, [])
    if not isinstance(value, list) or not all(_is_number(item, gaps) for item in value):
        raise table.problem(f"'{key}' is {value!r}", "a list of finite numbers", key=key)
    return tuple(float(item) for item in value)


def _is_number(item: object, gaps: bool) -> bool:
    if isinstance(item, bool) or not isinstance(item, int | float):
        return False
    return math.isfinite(item) or (gaps and math.isnan(item))


def line_of(table: Table, key: str = "") -> int:
    """The line a key of a table is given in; that of the table itself where the key is not found."""
    for number in range(table.start + 1, len(table.lines) + 1) if key else ():
        text = table.lines[number - 1].strip()
        if text.startswith("[[") or (table.start and text.startswith("[")):
            break
        if _KEY.match(text) and text.partition("=")[0].strip().strip("'\"") == key:
            return number
    return table.start


def _start_of(table: Table, key: str) -> int:
    for number, text in enumerate(table.lines[table.start :], table.start + 1):
        header = text.partition("#")[0].strip().replace('"', "")
        if header.startswith("[") and header.endswith((f".{key}]", f"[{key}]")):
            return number
    return line_of(table, key)


def tables(outer: Table, key: str) -> tuple[Table, ...]:
    """A list of tables inside a table; empty where the key is absent."""
    value = outer.content.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise outer.problem(f"'{key}' is not a list of tables", f"[[{key}]]", key=key)
    starts = [n for n, text in enumerate(outer.lines, 1) if text.partition("#")[0].strip() == f"[[{key}]]"]
    known = starts if len(starts) == len(value) else [outer.start] * len(value)
    return tuple(
        Table(item, f"{key} '{item.get('id', number)}' in {outer.place}", outer.lines, known[number - 1])
        for number, item in enumerate(value, 1)
    )


def read_document(path: Path) -> Table:
    """Read one TOML file.

    Parameters
    ----------
    path : the file.

    Returns
    -------
    Table, with the path in its messages.

    Raises
    ------
    EvidenceProblem : the file is missing, cannot be opened, or is not TOML.
    """
    name = str(path) if path.is_relative_to(own_folder()) else f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
        return Table(tomllib.loads(text), name, tuple(text.splitlines()))
    except FileNotFoundError as error:
        there = sorted(other.stem for other in path.parent.glob("*.toml"))
        expected, remedy = choices(path.stem, there)
        raise EvidenceProblem(f"reading {name}", "there is no such file", expected, remedy) from error
    except OSError as error:
        found = "it is a folder" if path.is_dir() else f"it cannot be opened ({error.strerror})"
        raise EvidenceProblem(f"reading {name}", found, "a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EvidenceProblem(f"reading {name}", f"it is not valid TOML ({error})") from error
