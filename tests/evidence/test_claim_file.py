"""Files of claims: series, uneven intervals, the line of an error, and a user's own folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kalimag.errors import EvidenceProblem
from kalimag.evidence import audit_all, load_claims, load_estimate, load_source, read_claims, topics
from kalimag.evidence.own_folder import VARIABLE, own_folder, shelves

Edit = Callable[[str, str, str], Path]
OWN = """
[[claim]]
id = "romk.K_half/loffler-hunter-1997"
value = 14
unit = "mM"
spread = { kind = "sem", value = 1, n = 6 }
source = "our-patches"
where = "notebook 3"
access = "full"
read_by = "AB"
overrides_because = "Measured in our own oocytes."

[[claim]]
id = "romk.K_half/our-patches"
value = 13
unit = "mM"
source = "our-patches"
where = "notebook 4"
access = "full"
read_by = "AB"
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's own folder, with two claims and their source."""
    folder = tmp_path / "own"
    for name, text in (
        ("evidence/romk.toml", OWN),
        ("sources/our-patches.toml", 'kind = "this_analysis"\ntitle = "Our patches"\naccess = "full"\n'),
    ):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def test_a_series_keeps_its_numbers_its_axis_and_its_spreads() -> None:
    claim = load_claims("depletion")["depletion.FE_Mg/quamme-1989"]
    assert (claim.values, claim.at, claim.at_unit) == ((17.2, 5.9), (0.0, 20.0), "h")
    assert claim.spread.values == (2.7, 1.2)
    assert claim.as_text() == "17.2 ± 2.7 → 5.9 ± 1.2 percent"
    missing = load_claims("trials")["trials.serum_K_KCl/wuermser-2000"]
    assert missing.spread.values == (0.44, None)
    assert (
        load_claims("k_load")["k_load.serum_K_meal/preston-2015"].as_text() == "9 points, 3.863 to 4.504 mM"
    )


def test_an_uneven_interval_is_kept_as_printed() -> None:
    claim = load_claims("clinic")["clinic.cetuximab_risk_ratio/cetuximab-2013"]
    assert (claim.spread.low, claim.value, claim.spread.high) == (5.08, 8.60, 14.54)


def test_another_unit_is_shown_and_none_is_stored() -> None:
    claim = load_claims("ions")["ions.free_Mg_RBC/rbc-nmr-1989"]
    assert claim.as_text("mM") == "0.178 ± 0.0063 mM"
    assert (claim.unit, claim.value) == ("uM", 178.0)
    assert not claim.measures("mV")
    temperature = load_claims("protocol_oocyte")["protocol_oocyte.incubation_temperature/guide"]
    assert temperature.as_text("K") == "289.15–291.15 K"


SERIES = 'values = [17.2, 5.9]\nunit = "percent"\nat = [0, 20]\nat_unit = "h"'
SPREAD = 'spread = { kind = "unstated", values = [2.7, 1.2] }'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (SERIES, SERIES.replace("[0, 20]", "[0, 10, 20]"), "'at' holds 3 numbers; expected 2"),
        (SERIES, SERIES.replace('\nat_unit = "h"', ""), "'at_unit' is missing"),
        (SERIES, SERIES.replace('"h"', '"hrs of day"'), "'at_unit' is 'hrs of day'"),
        (SERIES, SERIES.replace("17.2, 5.9", '17.2, "5.9"'), "'values' is"),
        (SERIES, SERIES.replace("17.2, 5.9", "17.2, nan"), "'values' is"),
        (SERIES, SERIES + "\nvalue = 3", "a value and a range or a series"),
        (SPREAD, SPREAD.replace("2.7, 1.2", "2.7"), "the spread holds 1 values; expected 2"),
        (SPREAD, SPREAD.replace("2.7, 1.2", "2.7, -1"), "positive ones"),
        (SPREAD, SPREAD.replace("unstated", "none"), "kind 'none'"),
        ('unit = "percent"', 'unit = "procent"', "'unit' is 'procent'; expected a unit such as"),
    ],
)
def test_a_damaged_series_is_refused_in_words(edit: Edit, old: str, new: str, said: str) -> None:
    # other claims of the file are in percent too, so the edit is made inside this one
    block = f"{SERIES}\n{SPREAD}"
    library = edit("evidence/depletion.toml", block, block.replace(old, new, 1))
    with pytest.raises(EvidenceProblem, match=f"(?s){said}"):
        load_claims("depletion", library)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (15, 20, "the interval 15 to 20 does not hold 8.6"),
        (20, 15, "low below high"),
    ],
)
def test_an_interval_that_cannot_be_is_refused(edit: Edit, low: float, high: float, said: str) -> None:
    library = edit("evidence/clinic.toml", "low = 5.08, high = 14.54", f"low = {low}, high = {high}")
    with pytest.raises(EvidenceProblem, match=said):
        load_claims("clinic", library)


@pytest.mark.parametrize(
    ("old", "new", "offset"),
    [
        ('value = 105\nunit = "pS"', 'value = "105"\nunit = "pS"', 0),
        ('value = 105\nunit = "pS"', 'value = 105\nunit = "pSiemans"', 1),
    ],
)
def test_an_error_names_file_line_and_field(edit: Edit, old: str, new: str, offset: int) -> None:
    library = edit("evidence/trpm.toml", old, new)
    lines = (library / "evidence" / "trpm.toml").read_text(encoding="utf-8").splitlines()
    line = next(k for k, text in enumerate(lines, 1) if text == new.splitlines()[offset])
    with pytest.raises(
        EvidenceProblem, match=rf"evidence/trpm\.toml, line {line}: '(value|unit)' is .*expected"
    ):
        load_claims("trpm", library)


def test_one_bad_claim_costs_no_other(edit: Edit) -> None:
    whole = read_claims("trpm").claims
    library = edit("evidence/trpm.toml", "value = 105", 'value = "105"')
    found = read_claims("trpm", library)
    assert set(whole) - set(found.claims) == {"trpm.unitary_TRPM7/pharmrev"}
    assert [type(problem) for problem in found.problems] == [EvidenceProblem]
    table = audit_all(library)
    lost = {"trpm.unitary_TRPM7/guide"}
    assert {row.claim.id for row in audit_all().rows} - {row.claim.id for row in table.rows} == lost
    assert len(table.problems) == 2, "the claim itself, and the row that is compared with it"


def test_two_bad_claims_are_both_told(edit: Edit) -> None:
    edit("evidence/trpm.toml", "value = 105", 'value = "105"')
    library = edit("evidence/trpm.toml", "value = 83.6", 'value = "83.6"')
    with pytest.raises(EvidenceProblem, match=r"(?s)'83\.6'.*'105'"):
        load_claims("trpm", library)


def test_a_file_that_is_not_toml_costs_only_itself(library: Path) -> None:
    (library / "evidence" / "trpm.toml").write_text("id = \n")
    table = audit_all(library)
    assert any("not valid TOML" in str(problem) for problem in table.problems)
    assert len(table.rows) > 40


def test_a_claim_of_another_topic_is_refused(edit: Edit) -> None:
    library = edit("evidence/trpm.toml", 'id = "trpm.unitary_TRPM7/pharmrev"', 'id = "romk.g/pharmrev"')
    with pytest.raises(EvidenceProblem, match="of another topic"):
        load_claims("trpm", library)


def test_a_users_own_claim_stands_in_with_its_reason(own: Path) -> None:
    assert own_folder() == own
    assert len(shelves()) == 2
    claims = load_claims("romk")
    mine = claims["romk.K_half/loffler-hunter-1997"]
    assert (mine.value, mine.overrides_because) == (14.0, "Measured in our own oocytes.")
    assert mine.replaces is not None
    assert mine.replaces.value == 11.5
    assert not mine.checked
    assert claims["romk.K_half/our-patches"].replaces is None
    assert load_estimate("romk.K_half").value == pytest.approx(14.0)
    assert load_source("our-patches").title == "Our patches"


def test_without_the_folder_the_library_is_as_it_was(own: Path, library: Path) -> None:
    assert load_claims("romk", library)["romk.K_half/loffler-hunter-1997"].value == 11.5


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('overrides_because = "Measured in our own oocytes."\n', "", "expected 'overrides_because'"),
        ("loffler-hunter-1997", "loffler-1997", "overrides a claim that does not exist"),
        ("14", '"14"', "'value' is '14'"),
    ],
)
def test_a_users_own_error_is_told_with_the_users_file(own: Path, old: str, new: str, said: str) -> None:
    path = own / "evidence" / "romk.toml"
    path.write_text(OWN.replace(old, new, 1))
    with pytest.raises(EvidenceProblem, match=said) as caught:
        load_claims("romk")
    assert str(path) in str(caught.value)
    assert "romk.K_half/gray-2005" in read_claims("romk").claims, "nothing else is lost"


def test_a_user_may_have_a_topic_of_their_own(own: Path) -> None:
    (own / "evidence" / "kir21.toml").write_text(
        OWN.replace("romk.", "kir21.").split("[[claim]]")[2].join(["[[claim]]", ""])
    )
    assert "kir21" in topics()
    assert load_claims("kir21")["kir21.K_half/our-patches"].value == 13.0


def test_the_folder_is_that_of_the_settings_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert own_folder().parts[-2:] == ("kalimag", "evidence")
