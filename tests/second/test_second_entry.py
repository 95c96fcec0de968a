"""Every number was typed twice, by two people; here the two are held against each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kalimag.evidence import compare_entries, load_claims
from kalimag.registry import LIBRARY, entries

MECHANISMS = sorted(entries("evidence", ".toml"))
TWICE = [topic for topic in MECHANISMS if (LIBRARY / "second" / f"{topic}.toml").exists()]

# Open between the readers, with what must be looked up. Whoever settles one takes its line away.
# Silver: the numbers agree; one reader calls excerpts on public pages an abstract, the other a quotation.
# The guide: the numbers agree, and both say that no source could be read; one reader also counts what the row
# is presented as: two definitions as one range, a block from outside beside sentences on the inside.
OPEN: dict[str, tuple[str, ...]] = {
    "clinic.hypoMg_in_hypoK/guide": ("verdict: misread and unverified",),
    "trpm.Mg_block_monovalent/guide": ("verdict: misread and unverified",),
    "mg_balance.half_time_1/silver": ("access: secondary and abstract",),
    "mg_balance.half_time_2/silver": ("access: secondary and abstract",),
    "mg_balance.half_time_3/silver": ("access: secondary and abstract",),
    "mg_balance.slow_share/silver": ("access: secondary and abstract",),
}


def test_there_is_something_to_compare() -> None:
    assert {"romk", "membrane"} <= set(TWICE)


def test_a_topic_typed_once_is_unchecked_and_the_summary_says_so(
    record_property: Callable[[str, object], None],
) -> None:
    once = {topic: load_claims(topic) for topic in MECHANISMS if topic not in TWICE}
    assert not any(claim.checked for claims in once.values() for claim in claims.values())
    for topic, claims in once.items():
        record_property("told", f"UNCHECKED: {topic} was typed only once ({len(claims)} claims).")


def test_no_second_entry_is_without_a_first() -> None:
    assert {path.stem for path in (LIBRARY / "second").glob("*.toml")} <= set(MECHANISMS)


@pytest.mark.parametrize("mechanism", TWICE)
def test_both_entries_agree(mechanism: str) -> None:
    second = LIBRARY / "second" / f"{mechanism}.toml"
    still_open = {key: found for key, found in OPEN.items() if key.startswith(f"{mechanism}.")}
    assert compare_entries(LIBRARY / "evidence" / f"{mechanism}.toml", second) == still_open


@pytest.mark.parametrize("mechanism", TWICE)
def test_what_both_typed_alike_counts_as_checked(mechanism: str) -> None:
    claims = load_claims(mechanism)
    assert {claim.id for claim in claims.values() if not claim.checked} == {
        key for key in OPEN if key.startswith(f"{mechanism}.")
    }
    assert any(claim.checked for claim in claims.values())
