"""Claims: as printed, complete, and never more certain than they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kalimag.errors import EvidenceProblem
from kalimag.evidence import Claim, load_claims
from kalimag.registry import entries
from kalimag.units import quantity

Edit = Callable[[str, str, str], Path]
CLAIMS = [claim for name in entries("evidence", ".toml") for claim in load_claims(name).values()]
GRAY = 'id = "romk.K_half/gray-2005"\nvalue = 20\nunit = "mM"\nspread = { kind = "none" }'


def test_the_rows_of_the_guide_are_all_there() -> None:
    rows = {claim.id: claim.finding.verdict for claim in CLAIMS if claim.finding is not None}
    assert {row: verdict for row, verdict in rows.items() if row.startswith("romk.")} == {
        "romk.Ki0/guide-100K": "unverified",
        "romk.Ki0/guide-1-10K": "unverified",
        "romk.z_delta/guide": "unverified",
        "romk.block_sign/guide": "wrong",
    }
    assert len(rows) >= 59


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_every_claim_says_where_it_stands_and_who_read_it(claim: Claim) -> None:
    assert claim.where
    assert claim.read_by
    assert claim.checked_by != claim.read_by
    assert claim.as_text()
    assert claim.as_json()["id"] == claim.id


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.unit], ids=lambda claim: claim.id)
def test_every_unit_is_a_unit(claim: Claim) -> None:
    quantity(1.0, claim.unit)


def test_numbers_stay_as_printed() -> None:
    claim = load_claims("romk")["romk.K_half/loffler-hunter-1997"]
    assert (claim.value, claim.unit) == (11.5, "mmol/l")
    assert (claim.spread.kind, claim.spread.value, claim.spread.n) == ("unstated", 1.3, 19)
    assert claim.source.key == "loffler-hunter-1997"


def test_memory_and_what_follows_from_it_is_not_verified() -> None:
    claims = load_claims("romk")
    assert not claims["romk.Ki0/nichols-1994"].verified
    assert not claims["romk.Ki0/guide-100K"].verified
    assert not claims["romk.K_comp/audit"].verified, "calculated from rows nobody has verified"
    assert claims["romk.z_delta/lu-mackinnon-1995"].verified
    assert claims["romk.K_half/gray-2005"].verified


def test_a_claim_without_a_second_entry_is_not_checked(library: Path) -> None:
    (library / "second" / "romk.toml").unlink()
    assert not any(claim.checked for claim in load_claims("romk", library).values())


def test_a_claim_the_second_reader_types_differently_is_not_checked(edit: Edit) -> None:
    assert load_claims("romk")["romk.K_half/gray-2005"].checked_by == "R2"
    library = edit("second/romk.toml", "value = 20.0", "value = 21.0")
    claims = load_claims("romk", library)
    assert not claims["romk.K_half/gray-2005"].checked
    assert claims["romk.unitary_inward/am-j-physiol-1995"].checked


def test_ranges_bounds_and_numbers_print_themselves() -> None:
    claims = load_claims("romk")
    assert claims["romk.n_K/audit"].as_text() == "0.35–0.4"
    assert claims["romk.K_half/gray-2005"].as_text() == "20 mM"
    assert claims["romk.Ki0/guide-100K"].as_text() == "~5 mM"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (GRAY, GRAY.replace('\nunit = "mM"', ""), "'unit' is missing.*as printed, or '1'"),
        (GRAY, GRAY.replace("value = 20\n", ""), "it says nothing"),
        (GRAY, GRAY.replace("value = 20", "value = nan"), "'value' is nan; expected a finite number"),
        (GRAY, GRAY.replace("value = 20", 'value = "20"'), "'value' is '20'; expected a finite number"),
        (GRAY, GRAY.replace("value = 20", "value = true"), "'value' is True"),
        (GRAY, GRAY.replace("value = 20", "value = 20\nlow = 1"), "a value and a range or a series"),
        (GRAY, GRAY.replace("value = 20", "low = 20\nhigh = 20"), "low is 20 and high is 20"),
        (
            GRAY,
            GRAY.replace("value = 20", "valeu = 20\nlow = 1"),
            "'valeu' is not known.*Did you mean 'value'",
        ),
        (GRAY, GRAY.replace("value = 20", 'value = 20\nstatement = "so"'), "both a number and a statement"),
        (GRAY, GRAY.replace('"none"', '"sem"'), "kind 'sem' with value None"),
        (GRAY, GRAY.replace('"none"', '"none", value = 2'), "kind 'none' with value 2"),
        (GRAY, GRAY.replace('"none"', '"sd", value = 2, n = 2.5'), "n is 2.5"),
        (GRAY, GRAY.replace('"none"', '"SEM", value = 2'), "'kind' is 'SEM'.*sem"),
        (GRAY, GRAY.replace('"none"', '"none", m = 2'), "'m' is not known"),
        (GRAY, GRAY.replace("gray-2005", "loffler-hunter-1997"), "the id is given twice"),
        (GRAY, GRAY.replace("romk.K_half/gray-2005", "romk.K_half"), "the id has no slash"),
        (GRAY, GRAY + '\nchecked_by = "R9"', "'checked_by' is not known"),
        (GRAY, GRAY + '\nverdict = "right"', "'verdict' is given, but the source is a paper"),
        (GRAY, GRAY + "\nconditions = { T = 22 }", "'conditions' is.*a table of texts"),
        (GRAY, GRAY + '\nfollows_from = ["romk.K_half/nobody"]', "there is no claim 'romk.K_half/nobody'"),
        (
            GRAY,
            GRAY + '\nfollows_from = ["romk.Ki0/nichols-1994"]',
            "access is 'abstract' and 'follows_from'",
        ),
        ('source = "gray-2005"', 'source = "grey-2005"', "there is no such file.*gray-2005"),
        ('source = "gray-2005"', "", "'source' is missing"),
        ('read_by = "R1"', 'read_by = ""', "'read_by' is ''"),
        ('verdict = "unverified"', 'verdict = "unsure"', "'verdict' is 'unsure'.*unverified"),
        ('primary = "yang-2010"', 'primary = "yang-2011"', "no such file.*yang-2010"),
        ("[[claim]]", "[[claims]]", "'claims' is not known.*Did you mean 'claim'"),
        ('method = "passes', '# method = "passes', "it is calculated, and 'method' is missing"),
    ],
)
def test_a_damaged_claim_is_refused_in_words(edit: Edit, old: str, new: str, said: str) -> None:
    library = edit("evidence/romk.toml", old, new)
    with pytest.raises(EvidenceProblem, match=f"(?s){said}"):
        load_claims("romk", library)


def test_the_message_names_the_claim_and_the_file(edit: Edit) -> None:
    library = edit("evidence/romk.toml", GRAY, GRAY.replace('\nunit = "mM"', ""))
    with pytest.raises(EvidenceProblem, match=r"reading claim 'romk.K_half/gray-2005' in evidence/romk.toml"):
        load_claims("romk", library)


def test_a_file_without_claims_is_refused(library: Path) -> None:
    (library / "evidence" / "romk.toml").write_text("")
    with pytest.raises(EvidenceProblem, match="it holds no claim"):
        load_claims("romk", library)


def test_a_mechanism_without_evidence_is_refused() -> None:
    with pytest.raises(EvidenceProblem, match="Did you mean 'romk'"):
        load_claims("rmok")
