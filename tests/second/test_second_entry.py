"""Every number was typed twice, by two people; here the two are held against each other."""

from __future__ import annotations

import pytest

from kalimag.evidence import compare_entries, load_claims
from kalimag.registry import LIBRARY, entries

MECHANISMS = sorted(entries("evidence", ".toml"))

# Open between the readers, with what must be looked up. Whoever settles one takes its line away.
OPEN: dict[str, tuple[str, ...]] = {}


def test_there_is_something_to_compare() -> None:
    assert {"romk", "membrane"} <= set(MECHANISMS)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_both_entries_agree(mechanism: str) -> None:
    first, second = (LIBRARY / folder / f"{mechanism}.toml" for folder in ("evidence", "second"))
    assert second.exists(), f"nobody has typed {mechanism} a second time"
    still_open = {key: found for key, found in OPEN.items() if key.startswith(f"{mechanism}.")}
    assert compare_entries(first, second) == still_open


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_what_both_typed_alike_counts_as_checked(mechanism: str) -> None:
    claims = load_claims(mechanism)
    assert {claim.id for claim in claims.values() if not claim.checked} == {
        key for key in OPEN if key.startswith(f"{mechanism}.")
    }
    assert any(claim.checked for claim in claims.values())
