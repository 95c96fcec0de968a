"""The comparison of the two entries is shown every error it is there for."""

from __future__ import annotations

from pathlib import Path

import pytest

from kalimag.errors import CheckFailed, EvidenceProblem
from kalimag.evidence import compare_entries

ROW = """
[[claim]]
id = "romk.K_half/paper-1997"
value = 11.5
unit = "mmol/l"
spread = { kind = "sem", value = 1.3, n = 19 }
source = "a"
as_printed = "11.5 mM"
conditions = { temperature = "22 degC", bath = "Mg-free" }
where = "abstract"
access = "abstract"
read_by = "AB"

[[claim]]
id = "romk.Ki0/guide"
low = 1
high = 2
unit = "mM"
spread = { kind = "range" }
where = "row 2"
access = "printed"
printed_citation = "[4]"
verdict = "unverified"
read_by = "AB"
"""
SECOND = (
    ROW.replace('source = "a"\nas_printed = "11.5 mM"\n', "")
    .replace('"AB"', '"CD"')
    .replace('"mmol/l"', '"mM"')
    .replace("abstract", "Abstract, line 5", 1)
)


def entered(folder: Path, first: str, second: str) -> tuple[Path, Path]:
    """Two files in two folders."""
    paths = folder / "evidence" / "romk.toml", folder / "second" / "romk.toml"
    for path, text in zip(paths, (first, second), strict=True):
        path.parent.mkdir()
        path.write_text(text)
    return paths


def test_an_honest_second_entry_agrees(tmp_path: Path) -> None:
    assert compare_entries(*entered(tmp_path, ROW, SECOND)) == {}


def test_another_unit_for_the_same_number_agrees(tmp_path: Path) -> None:
    other = SECOND.replace('value = 11.5\nunit = "mM"', 'value = 11500\nunit = "uM"').replace("1.3", "1300")
    assert compare_entries(*entered(tmp_path, ROW, other)) == {}


@pytest.mark.parametrize(
    ("old", "new", "claim", "said"),
    [
        ("11.5", "1.15", "romk.K_half/paper-1997", "value: 11.5 and 1.15 mmol/l"),
        ("11.5", "11.50001", "romk.K_half/paper-1997", "value: 11.5 and 11.5 mmol/l"),
        ('unit = "mM"', 'unit = "uM"', "romk.K_half/paper-1997", "value: 11.5 and 0.0115 mmol/l"),
        (
            'unit = "mM"',
            'unit = "mV"',
            "romk.K_half/paper-1997",
            "value: mV and mmol/l measure different things",
        ),
        ('"sem"', '"sd"', "romk.K_half/paper-1997", "spread kind: sem and sd"),
        ("value = 1.3", "value = 1.4", "romk.K_half/paper-1997", "spread: 1.3 and 1.4 mmol/l"),
        ("n = 19", "n = 9", "romk.K_half/paper-1997", "n: 19 and 9"),
        (", n = 19", "", "romk.K_half/paper-1997", "n: 19 and None"),
        (
            'access = "Abstract, line 5"',
            'access = "memory"',
            "romk.K_half/paper-1997",
            "memory: False and True",
        ),
        ('"CD"', '"AB"', "romk.K_half/paper-1997", "reader: both were typed by AB"),
        ("high = 2", "high = 20", "romk.Ki0/guide", "high: 2 and 20 mM"),
        ("low = 1\n", "", "romk.Ki0/guide", "low: 1.0 and None"),
        ('"unverified"', '"right"', "romk.Ki0/guide", "verdict: unverified and right"),
        ('"[4]"', '"[2]"', "romk.Ki0/guide", "printed_citation: [4] and [2]"),
        ('access = "abstract"', 'access = "full"', "romk.K_half/paper-1997", "access: abstract and full"),
        (
            'read_by = "CD"',
            'source = "b"\nread_by = "CD"',
            "romk.K_half/paper-1997",
            "source: a and b",
        ),
        (
            'read_by = "CD"',
            'as_printed = "11.5"\nread_by = "CD"',
            "romk.K_half/paper-1997",
            "as_printed: 11.5 mM and 11.5",
        ),
        (
            '"22 degC"',
            '"32 degC"',
            "romk.K_half/paper-1997",
            "conditions, temperature: 22 degC and 32 degC",
        ),
        ('"Mg-free"', '"Mg-rich"', "romk.K_half/paper-1997", "conditions, bath: Mg-free and Mg-rich"),
        ("paper-1997", "paper-1998", "romk.K_half/paper-1997", "no second entry"),
        ("paper-1997", "paper-1998", "romk.K_half/paper-1998", "only in the second entry"),
    ],
)
def test_a_planted_error_is_found(tmp_path: Path, old: str, new: str, claim: str, said: str) -> None:
    second = (
        SECOND.replace('access = "abstract"', 'access = "Abstract, line 5"') if "line 5" in old else SECOND
    )
    assert old in second
    assert said in compare_entries(*entered(tmp_path, ROW, second.replace(old, new, 1)))[claim]


def test_one_file_is_not_two_entries(tmp_path: Path) -> None:
    first, _ = entered(tmp_path, ROW, SECOND)
    with pytest.raises(CheckFailed, match="it is the first entry itself"):
        compare_entries(first, first)
    link = tmp_path / "link.toml"
    link.symlink_to(first)
    with pytest.raises(CheckFailed, match="it is the first entry itself"):
        compare_entries(first, link)


def test_a_copy_is_not_a_second_entry(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match="byte-for-byte copy"):
        compare_entries(*entered(tmp_path, ROW, ROW))


def test_a_copy_with_other_initials_is_not_a_second_entry(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match="the first with other initials"):
        compare_entries(*entered(tmp_path, ROW, "# mine\n" + ROW.replace('"AB"', '"CD"')))


@pytest.mark.parametrize(("first", "second"), [("", SECOND), (ROW, "# nothing yet\n"), ("", "#\n")])
def test_an_empty_list_proves_nothing(tmp_path: Path, first: str, second: str) -> None:
    with pytest.raises(CheckFailed, match="claims were found; expected at least one on each side"):
        compare_entries(*entered(tmp_path, first, second))


def test_no_second_file_proves_nothing(tmp_path: Path) -> None:
    first, second = entered(tmp_path, ROW, SECOND)
    second.unlink()
    with pytest.raises(CheckFailed, match="2 and 0 claims were found"):
        compare_entries(first, second)


def test_a_claim_typed_twice_by_one_reader_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceProblem, match="is given twice"):
        compare_entries(*entered(tmp_path, ROW, SECOND + SECOND))
