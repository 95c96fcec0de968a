"""What a source prints is read for its numbers, and a typed number that is not among them is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kalimag.errors import EvidenceProblem
from kalimag.evidence import load_claims, topics
from kalimag.evidence.document import read_document, tables
from kalimag.evidence.entry import Entry
from kalimag.evidence.printed import not_printed, printed_numbers

CLAIM = """
[[claim]]
id = "x.y/z"
{numbers}
unit = "mM"
as_printed = "{printed}"
access = "{access}"
read_by = "AB"
"""


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("11.5 ± 1.3 mM", (11.5, 1.3)),
        ("−60 mV", (-60,)),
        ("between -5 and 10", (-5, 10)),
        ("38% - 64.84%", (38, 64.84)),
        ("5 mM - 10 mM", (5, 10)),
        ("0.70–1.10 mmol/L", (0.7, 1.1)),
        ("(-16.7)", (-16.7,)),
        ("3 × 10⁻⁴ M", (3e-4,)),
        ("2.5e-3", (2.5e-3,)),
        ("1,250 patients", (1250,)),
        (".35-.4", (0.35, 0.4)),
        ("Mg2+, 3 mM", (3,)),
        ("three sodium ions", (3,)),
        ("stage V-VI", (5, 6)),
        ("about half", ()),
    ],
)
def test_numbers_are_read_as_printed(text: str, numbers: tuple[float, ...]) -> None:
    assert printed_numbers(text) == pytest.approx(numbers)


def test_a_fall_may_be_typed_with_a_sign_and_a_sign_is_never_dropped() -> None:
    assert not_printed("fell by 30 %", [-30]) == ()
    assert not_printed("−30 %", [30]) == (30,)


def entry(folder: Path, numbers: str, printed: str, access: str = "abstract") -> Entry:
    """One entry, as it is read from a file."""
    path = folder / "x.toml"
    path.write_text(CLAIM.format(numbers=numbers, printed=printed, access=access))
    return Entry.read(tables(read_document(path), "claim")[0])


@pytest.mark.parametrize(
    ("numbers", "printed", "missing"),
    [
        ("value = 0.8", "8.0 mM", "0.8"),
        ("low = 1\nhigh = 2", "1-20 mM", "2"),
        ("values = [3.3, 3.8]", "3.3 to 8.3", "3.8"),
        ('value = 11.5\nspread = { kind = "sem", value = 1.3 }', "11.5 ± 3.1 mM", "1.3"),
        ('value = 8.6\nspread = { kind = "ci95", low = 5.1, high = 14.5 }', "8.6 (5.1-15.4)", "14.5"),
    ],
)
def test_a_number_that_is_not_in_what_is_printed_is_refused(
    tmp_path: Path, numbers: str, printed: str, missing: str
) -> None:
    for access in ("abstract", "calculated"):
        with pytest.raises(EvidenceProblem, match=f"'as_printed' is .* and {missing} was typed"):
            entry(tmp_path, numbers, printed, access)


def test_words_a_number_was_calculated_from_need_no_number(tmp_path: Path) -> None:
    assert entry(tmp_path, "value = 1", "about halfway", "calculated").value == 1
    with pytest.raises(EvidenceProblem):
        entry(tmp_path, "value = 1", "about halfway")


def test_every_digit_swapped_in_what_the_shipped_claims_print_is_caught() -> None:
    planted = 0
    for claim in (claim for topic in topics() for claim in load_claims(topic).values()):
        typed = [
            number for number in (claim.value, claim.low, claim.high, *claim.values) if number is not None
        ]
        if not claim.as_printed or len(typed) != 1 or len(printed_numbers(claim.as_printed)) != 1:
            continue
        for found in re.finditer(r"[1-9]", claim.as_printed):
            other = (
                claim.as_printed[: found.start()]
                + str(int(found[0]) % 9 + 1)
                + claim.as_printed[found.end() :]
            )
            if printed_numbers(other) != printed_numbers(claim.as_printed):
                assert not_printed(other, typed), (claim.id, other)
                planted += 1
    assert planted > 20
