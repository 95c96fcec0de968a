"""Sources: read strictly, and honest about what was not looked up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kalimag.errors import EvidenceProblem
from kalimag.evidence import load_source
from kalimag.registry import LIBRARY

Edit = Callable[[str, str, str], Path]
KEYS = sorted(path.stem for path in (LIBRARY / "sources").glob("*.toml"))


def test_there_are_sources() -> None:
    assert len(KEYS) >= 10


@pytest.mark.parametrize("key", KEYS)
def test_every_source_is_read_and_prints_one_line(key: str) -> None:
    source = load_source(key)
    line = source.reference()
    assert source.title in line
    assert line.endswith(".")
    assert "\n" not in line
    assert source.as_json()["key"] == key


@pytest.fixture(scope="module")
def shelved() -> str:
    """Everything in the library except the sources themselves."""
    files = [path for path in LIBRARY.rglob("*") if path.suffix in (".toml", ".py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files if path.parent.name != "sources")


@pytest.mark.parametrize("key", KEYS)
def test_every_source_is_wanted_by_something_in_the_library(key: str, shelved: str) -> None:
    assert key in shelved


def test_what_is_from_memory_is_marked_where_it_is_printed() -> None:
    line = load_source("gray-2005").reference()
    assert "Gray DA, Frindt G, Palmer LG [from memory]" in line
    assert "CCD [from memory]" not in line


def test_a_source_that_nobody_read_says_so() -> None:
    assert load_source("nichols-1994").access == "memory"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "paper"', 'kind = "papers"', "'kind' is 'papers'.*Did you mean 'paper'"),
        ("year = 2005", "yaer = 2005", "the key 'yaer' is not known.*Did you mean 'year'"),
        ("title =", "# title =", "'title' is missing"),
        ("year = 2005", 'year = "2005"', "'year' is '2005'; expected a finite number"),
        ("access =", "# access =", "'access' is missing"),
        ('"authors", "journal"', '"authors", "doi"', "'from_memory' names 'doi', which is not given here"),
        ("year = 2005", "year 2005", "not valid TOML"),
    ],
)
def test_a_damaged_source_is_refused_in_words(edit: Edit, old: str, new: str, said: str) -> None:
    library = edit("sources/gray-2005.toml", old, new)
    with pytest.raises(EvidenceProblem, match=f"(?s)sources/gray-2005.toml.*{said}"):
        load_source("gray-2005", library)


def test_a_source_that_is_not_there_gets_the_nearest_name() -> None:
    with pytest.raises(EvidenceProblem, match=r"there is no such file.*Did you mean 'gray-2005'"):
        load_source("grey-2005")
