"""Errors of the kind people make are planted in the shipped evidence; each must be caught."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from kalimag.errors import EvidenceProblem
from kalimag.evidence import compare_entries, load_claims
from kalimag.registry import LIBRARY

TOPICS = sorted(path.stem for path in (LIBRARY / "second").glob("*.toml"))
THOUSAND = {
    "mM": "uM",
    "uM": "nM",
    "nM": "uM",
    "mmol/L": "umol/L",
    "mmol/l": "umol/l",
    "mEq/L": "Eq/L",
    "pS": "nS",
    "ms": "s",
    "ng": "ug",
    "nm": "um",
    "umol": "mmol",
    "MOhm": "kohm",
    "mg/dL": "ug/dL",
    "pg/mL": "ng/mL",
}


def blocks(topic: str) -> list[tuple[str, str]]:
    """Every claim of the first entry: its id and its text."""
    text = (LIBRARY / "evidence" / f"{topic}.toml").read_text(encoding="utf-8")
    parts = ["[[claim]]" + part for part in text.split("[[claim]]")[1:]]
    return [(tomllib.loads(part)["claim"][0]["id"], part) for part in parts]


def planted(topic: str, old: str, new: str, folder: Path) -> Path:
    """A copy of the first entry with one claim replaced."""
    text = (LIBRARY / "evidence" / f"{topic}.toml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = folder / f"{topic}.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@cache
def untouched(topic: str) -> Mapping[str, tuple[str, ...]]:
    """What the two entries differ in before anything is planted."""
    return compare_entries(LIBRARY / "evidence" / f"{topic}.toml", LIBRARY / "second" / f"{topic}.toml")


def caught(topic: str, claim: str, old: str, new: str, folder: Path) -> bool:
    """Whether the change of this claim is refused, or seen by the comparison with the second entry."""
    second, before = LIBRARY / "second" / f"{topic}.toml", untouched(topic)
    try:
        after = compare_entries(planted(topic, old, new, folder), second)
    except EvidenceProblem as error:
        return f"'{claim}'" in str(error)
    return after.get(claim) not in (None, before.get(claim)) and after.keys() - before.keys() <= {claim}


def test_there_are_two_entries_to_sabotage() -> None:
    assert {"romk", "membrane"} <= set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_one_digit_swapped_in_any_number_is_caught(topic: str, tmp_path: Path) -> None:
    for claim, text in blocks(topic):
        for found in re.finditer(r"^(?:value|low|high) = -?(\d+\.?\d*)$", text, re.MULTILINE):
            digit = int(found[1][0])
            other = str(digit + 1 if digit < 9 else 8)
            new = text[: found.start(1)] + other + text[found.start(1) + 1 :]
            assert caught(topic, claim, text, new, tmp_path), (claim, found[0])


@pytest.mark.parametrize("topic", TOPICS)
def test_the_last_digit_swapped_in_any_number_is_caught(topic: str, tmp_path: Path) -> None:
    for claim, text in blocks(topic):
        for found in re.finditer(r"^(?:value|low|high) = -?([\d.]{0,9})(\d)$", text, re.MULTILINE):
            # of longer numbers the last digit is below the resolution at which two readings are compared
            other = str((int(found[2]) + 1) % 10)
            new = text[: found.start(2)] + other + text[found.end(2) :]
            assert caught(topic, claim, text, new, tmp_path), (claim, found[0])


@pytest.mark.parametrize("topic", TOPICS)
def test_an_access_promoted_to_full_is_caught(topic: str, tmp_path: Path) -> None:
    for claim, text in blocks(topic):
        new = re.sub(r'^access = ".*"$', 'access = "full"', text, flags=re.MULTILINE)
        assert caught(topic, claim, text, new, tmp_path), claim


@pytest.mark.parametrize("topic", TOPICS)
def test_a_number_that_is_not_the_printed_one_is_caught(topic: str, tmp_path: Path) -> None:
    for claim, text in blocks(topic):
        printed = re.search(r'^as_printed = "[^\d"]*(\d+\.?\d*)[^\d"]*"$', text, re.MULTILINE)
        if printed is not None and "statement = " not in text:
            new = text[: printed.start(1)] + f"7{printed[1]}" + text[printed.end(1) :]
            assert caught(topic, claim, text, new, tmp_path), claim


@pytest.mark.parametrize("topic", TOPICS)
def test_a_unit_off_by_a_thousand_is_caught(topic: str, tmp_path: Path) -> None:
    for claim, text in blocks(topic):
        unit = re.search(r'^unit = "([^"]+)"$', text, re.MULTILINE)
        if unit is not None and unit[1] in THOUSAND:
            new = text.replace(unit[0], f'unit = "{THOUSAND[unit[1]]}"')
            assert caught(topic, claim, text, new, tmp_path), claim


@pytest.mark.parametrize("topic", TOPICS)
def test_a_spread_of_another_kind_is_caught(topic: str, tmp_path: Path) -> None:
    for claim, text in blocks(topic):
        for old, new in (("sd", "sem"), ("sem", "sd"), ("unstated", "sem")):
            if f'kind = "{old}"' in text:
                changed = text.replace(f'kind = "{old}"', f'kind = "{new}"')
                assert caught(topic, claim, text, changed, tmp_path), claim


@pytest.mark.parametrize("topic", TOPICS)
def test_a_printed_citation_that_is_missing_is_caught(topic: str, tmp_path: Path) -> None:
    for claim, text in blocks(topic):
        if "printed_citation" in text:
            new = re.sub(r"^printed_citation = .*\n", "", text, flags=re.MULTILINE)
            assert caught(topic, claim, text, new, tmp_path), claim


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for folder in ("sources", "evidence", "second"):
        shutil.copytree(LIBRARY / folder, tmp_path / folder)
    return tmp_path


@pytest.mark.parametrize("topic", sorted(path.stem for path in (LIBRARY / "evidence").glob("*.toml")))
def test_a_missing_source_and_a_duplicated_id_are_refused(topic: str, library: Path) -> None:
    path = library / "evidence" / f"{topic}.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^source = .*\n", "", text, count=1, flags=re.MULTILINE), encoding="utf-8")
    with pytest.raises(EvidenceProblem, match="'source' is missing"):
        load_claims(topic, library)
    path.write_text(text + "\n[[claim]]" + text.split("[[claim]]")[1], encoding="utf-8")
    with pytest.raises(EvidenceProblem, match=r"line \d+: the id is given twice"):
        load_claims(topic, library)
