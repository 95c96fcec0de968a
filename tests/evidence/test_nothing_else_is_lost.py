"""A user's bad claim or file is told with its place, and costs nothing but itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from kalimag.errors import EvidenceProblem
from kalimag.evidence import (
    audit,
    audit_all,
    load_disputes,
    load_estimate,
    load_observations,
    load_source,
    read_claims,
)
from kalimag.evidence.add import write_claim
from kalimag.evidence.lookup import look_up
from kalimag.evidence.own_folder import VARIABLE
from kalimag.evidence.search import search

CLAIM = """
[[claim]]
id = "{name}"
value = 14
unit = "{unit}"
source = "{source}"
where = "notebook 3"
access = "full"
read_by = "AB"
"""
OVERRIDE = 'overrides_because = "Measured here."\n'


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's own folder with one source."""
    folder = tmp_path / "own"
    for name in ("evidence", "sources", "second"):
        (folder / name).mkdir(parents=True)
    (folder / "sources" / "ours.toml").write_text('kind = "this_analysis"\ntitle = "Ours"\naccess = "full"\n')
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def written(own: Path, name: str, unit: str = "mM", source: str = "ours", more: str = "") -> Path:
    """A file of one claim in the user's folder."""
    path = own / "evidence" / f"{name.partition('.')[0]}.toml"
    path.write_text(CLAIM.format(name=name, unit=unit, source=source) + more)
    return path


@pytest.mark.parametrize("text", ["[[claim]]\nid=", "", "claim = 3\n", "# nothing yet\n"])
def test_a_file_that_cannot_be_read_leaves_the_library_as_it_is(own: Path, text: str) -> None:
    before = read_claims("ions").claims, load_observations(), load_disputes(), audit_all()
    (own / "evidence" / "ions.toml").write_text(text)
    found = read_claims("ions")
    assert dict(found.claims) == dict(before[0])
    assert len(found.problems) == 1
    assert str(own) in str(found.problems[0])
    assert (dict(load_observations()), dict(load_disputes())) == (dict(before[1]), dict(before[2]))
    assert audit_all().rows == before[3].rows
    assert audit("ions")
    assert search("free Mg")


def test_an_unknown_heading_and_a_bad_second_entry_cost_no_claim(own: Path) -> None:
    path = written(own, "ions.free_Mg_here/ours")
    path.write_text("colour = 3\n" + path.read_text())
    (own / "second" / "ions.toml").write_text('[[claim]]\nid = "ions.free_Mg_here/ours"\n')
    found = read_claims("ions")
    assert "ions.free_Mg_here/ours" in found.claims
    assert len(found.problems) == 2


def test_only_what_needs_the_bad_claim_fails(own: Path) -> None:
    written(own, "romk.K_half/loffler-hunter-1997")
    assert load_estimate("romk.Ki0").value > 0
    for ask in (load_estimate, look_up):
        with pytest.raises(EvidenceProblem, match="'overrides_because' with your reason"):
            ask("romk.K_half")
    assert look_up("romk.unitary_inward").claims


def test_a_run_does_not_pass_over_a_file_that_may_override_its_numbers(own: Path) -> None:
    (own / "evidence" / "romk.toml").write_text("[[claim]]\nid=")
    with pytest.raises(EvidenceProblem, match="not valid TOML"):
        load_estimate("romk.Ki0")


def test_an_unknown_source_is_told_with_file_line_field_and_claim(own: Path) -> None:
    path = written(own, "ions.free_Mg_here/ours", source="raju-1899")
    (problem,) = read_claims("ions").problems
    assert f"claim 'ions.free_Mg_here/ours' in {path}, line 6: 'source' is 'raju-1899'" in str(problem)
    assert "Did you mean 'raju-1989'?" in str(problem)
    assert len(str(problem)) < 500, "not every source there is"


@pytest.mark.parametrize("key", ["../../evil", "..", "a/b", "A b", "", ".hidden", "-x"])
def test_the_key_of_a_source_is_no_path(own: Path, key: str) -> None:
    with pytest.raises(EvidenceProblem, match="cannot be the key of a source"):
        load_source(key)
    fields = {"id": "romk.Ki0/mine", "value": "3", "unit": "mM", "spread": "none", "source": key or "é"}
    before = sorted(own.parent.rglob("*"))
    with pytest.raises(EvidenceProblem, match="cannot be the key of a source"):
        write_claim(
            fields | {"where": "x", "access": "full", "read_by": "AB"},
            {"kind": "paper", "title": "T", "access": "full"},
        )
    assert sorted(own.parent.rglob("*")) == before


@pytest.mark.parametrize("name", ["romk.Ki0/guide-100K", "romk.Ki0/mine"])
def test_what_the_guide_prints_is_not_the_users_to_change(own: Path, name: str) -> None:
    before = audit("romk")
    row = 'printed_citation = ""\nverdict = "right"\nreason = "It is."\n'
    more = OVERRIDE if name.endswith("100K") else row
    written(own, name, source="ours" if name.endswith("100K") else "guide", more=more)
    assert "what the guide prints is not yours to change" in str(read_claims("romk").problems[0])
    assert audit("romk") == audit_all(topic="romk").rows == before


@pytest.mark.parametrize(
    ("unit", "more", "said"),
    [
        ("mV", "", "has the same parameter in 'mM'"),
        ("percent", "", "has the same parameter in 'mM'"),
        ("mV", 'conditions = { of = "Ki0" }\n', "has the same parameter in 'mM'"),
        ("uM", "", ""),
        ("percent", 'conditions = { of = "Ki0 without K" }\n', ""),
    ],
)
def test_one_parameter_is_measured_in_units_of_one_kind(own: Path, unit: str, more: str, said: str) -> None:
    path = written(own, "romk.Ki0/ours", unit=unit, more=more)
    problems = [str(problem) for problem in read_claims("romk").problems]
    assert len(problems) == bool(said)
    assert all(said in problem and f"{path}, line 5" in problem for problem in problems)


@pytest.mark.parametrize(
    ("source", "said"),
    [("voets-2004", "'access' is 'full', but of the source"), ("guide", "the id says 'gray-2005'")],
)
def test_a_claim_that_contradicts_its_source_is_refused(own: Path, source: str, said: str) -> None:
    name = "romk.new/gray-2005" if source == "guide" else "romk.new/mine"
    row = 'printed_citation = ""\nverdict = "right"\nreason = "It is."\n' if source == "guide" else ""
    written(own, name, source=source, more=row)
    (problem,) = read_claims("romk").problems
    assert said in str(problem) or "what the guide prints" in str(problem)
