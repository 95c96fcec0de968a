"""Every number was typed twice, by two people; here the two are held against each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from kalimag.evidence import compare_entries, load_claims
from kalimag.registry import LIBRARY, entries

MECHANISMS = sorted(entries("evidence", ".toml"))

# Open between the readers, with what must be looked up. Whoever settles one takes its line away.
# The numbers of both rows agree. Both say that no source could be read; one reader also counts what the row
# is presented as: two definitions as one range, a block from outside beside sentences on the inside.
OPEN: dict[str, tuple[str, ...]] = {
    "clinic.hypoMg_in_hypoK/guide": ("verdict: misread and unverified",),
    "trpm.Mg_block_monovalent/guide": ("verdict: misread and unverified",),
}


def test_there_is_something_to_compare() -> None:
    assert {"romk", "membrane"} <= set(MECHANISMS)


def second_of(topic: str) -> Path:
    """The second entry; a topic without one is skipped, and the summary says that it is unchecked."""
    path = LIBRARY / "second" / f"{topic}.toml"
    if not path.exists():
        assert not any(claim.checked for claim in load_claims(topic).values())
        pytest.skip(
            f"UNCHECKED: nobody has typed the {len(load_claims(topic))} claims of {topic} a second time"
        )
    return path


def test_no_second_entry_is_without_a_first() -> None:
    assert {path.stem for path in (LIBRARY / "second").glob("*.toml")} <= set(MECHANISMS)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_both_entries_agree(mechanism: str) -> None:
    second = second_of(mechanism)
    still_open = {key: found for key, found in OPEN.items() if key.startswith(f"{mechanism}.")}
    assert compare_entries(LIBRARY / "evidence" / f"{mechanism}.toml", second) == still_open


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_what_both_typed_alike_counts_as_checked(mechanism: str) -> None:
    second_of(mechanism)
    claims = load_claims(mechanism)
    assert {claim.id for claim in claims.values() if not claim.checked} == {
        key for key in OPEN if key.startswith(f"{mechanism}.")
    }
    assert any(claim.checked for claim in claims.values())
