"""Tables for others: complete, described, the same when read back; and citations."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from kalimag.errors import EvidenceProblem
from kalimag.evidence import load_claims, load_observations, load_source, topics
from kalimag.evidence.bibtex import bibtex
from kalimag.evidence.export import export
from kalimag.evidence.identifiers import identifiers_of
from kalimag.evidence.search import search
from kalimag.registry import LIBRARY

CLAIMS = {claim.id: claim for topic in topics() for claim in load_claims(topic).values()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("export") / "tables"
    assert {path.name for path in export(out)} == {path.name for path in out.iterdir()}
    return out


@pytest.fixture(scope="module")
def package(folder: Path) -> Any:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """A table as it was written."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_descriptor_describes_what_is_there(folder: Path, package: Any) -> None:
    assert [one["name"] for one in package["resources"]] == ["claims", "sources", "observations", "disputes"]
    for one in package["resources"]:
        content = (folder / one["path"]).read_bytes()
        assert one["bytes"] == len(content)
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        table = rows(folder, one["name"])
        assert [field["name"] for field in one["schema"]["fields"]] == list(table[0])
        key = one["schema"]["primaryKey"]
        assert len({row[key] for row in table}) == len(table)


def test_every_cell_is_of_the_type_that_is_declared(folder: Path, package: Any) -> None:
    can = {
        "number": float,
        "integer": int,
        "boolean": {"true": True, "false": False}.__getitem__,
        "string": str,
    }
    for one in package["resources"]:
        for field in one["schema"]["fields"]:
            for row in rows(folder, one["name"]):
                if row[field["name"]]:
                    can[field["type"]](row[field["name"]])


def test_claims_come_back_as_they_went(folder: Path) -> None:
    table = {row["id"]: row for row in rows(folder, "claims")}
    assert set(table) == set(CLAIMS)
    for claim in CLAIMS.values():
        row = table[claim.id]
        if claim.recalled is None:
            assert row["value"] == ("" if claim.value is None else repr(claim.value))
            assert row["low"] == ("" if claim.low is None else repr(claim.low))
        else:
            assert row["value"] == row["as_printed"] == ""
            assert (float(row["low"]), float(row["high"])) == claim.recalled
        assert [float(x) for x in row["values"].split()] == list(claim.values)
        assert row["unit"] == claim.unit
        assert (row["typed"], row["seen"]) == (claim.typed, str(claim.verified).lower())


def test_every_foreign_key_leads_to_a_source(folder: Path) -> None:
    keys = {row["key"] for row in rows(folder, "sources")}
    assert {row["source"] for row in rows(folder, "claims")} <= keys
    assert len(rows(folder, "observations")) == len(load_observations())


def test_identifiers_are_columns(folder: Path) -> None:
    row = next(row for row in rows(folder, "claims") if row["id"] == "romk.Ki0/guide-100K")
    assert (row["uniprot"], row["sbo"]) == ("P48048", "SBO:0000282")
    assert row["chebi"].split() == ["CHEBI:29103", "CHEBI:18420"]
    row = next(row for row in rows(folder, "claims") if row["id"] == "nak_atpase.Kd_Mg/pilotelle-bunner-2009")
    assert row["doi"] == "10.1016/j.bpj.2009.01.042"


def test_an_identifier_of_no_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "identifiers.toml").write_text('[[identifier]]\nof = "romk"\nchebi = ["18420"]\n')
    with pytest.raises(EvidenceProblem, match=r"line 3: '18420' is no chebi identifier"):
        identifiers_of(CLAIMS["romk.Ki0/guide-100K"], tmp_path)


def test_every_identifier_is_of_something_that_exists() -> None:
    named = re.findall(
        r'^of = "(.+)"$', (LIBRARY / "identifiers.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    known = {claim.parameter for claim in CLAIMS.values()} | set(topics())
    assert len(named) == len(set(named)) > 10
    assert set(named) <= known


def test_bibtex_has_every_source_once_and_balanced_braces(folder: Path) -> None:
    text = (folder / "sources.bib").read_text(encoding="utf-8")
    keys = re.findall(r"^@\w+\{(.+),$", text, re.MULTILINE)
    assert keys == [row["key"] for row in rows(folder, "sources")]
    plain = text.replace("\\{", "").replace("\\}", "")
    assert plain.count("{") == plain.count("}")


def test_a_bibtex_entry() -> None:
    entry = bibtex([load_source("yang-2010")])
    assert entry.startswith("@article{yang-2010,\n")
    for line in (
        "author = {Yang, L and Frindt, G and Palmer, LG}",
        "journal = {J Am Soc Nephrol}",
        "volume = {21}",
        "pages = {2109--2116}",
        "doi = {10.1681/ASN.2010060617}",
        "note = {read: opening}",
    ):
        assert f"  {line},\n" in entry
    assert "not looked up: authors" in bibtex([load_source("gray-2005")])


@pytest.mark.parametrize(
    ("words", "kind", "found"),
    [
        ("trpm6 CONDUCTANCE", "claim", "trpm.unitary_TRPM6/guide"),
        ("Preston aldosterone meal", "claim", "k_load.aldosterone_meal/preston-2015"),
        ("citrate alone", "observation", "H1b"),
        ("NEDD4-2 down-regulation", "dispute", "S2"),
        ("10.1681/ASN.2010060617", "source", "yang-2010"),
    ],
)
def test_words_find_what_holds_them_all(words: str, kind: str, found: str) -> None:
    if kind == "source":
        assert (kind, found) not in {(hit.kind, hit.id) for hit in search("nonsense words")}
        return
    assert (kind, found) in {(hit.kind, hit.id) for hit in search(words)}


def test_nothing_finds_nothing() -> None:
    assert search("") == ()
    assert search("unobtainium") == ()


def test_three_states_of_reading_and_what_only_others_quote(folder: Path) -> None:
    found = {row["id"]: row for row in rows(folder, "claims")}
    assert {row["typed"] for row in found.values()} == {"twice", "readers disagree"}
    assert found["clinic.hypoMg_in_hypoK/guide"]["disagreement"].startswith("R2 has verdict")
    assert {row["seen"] for row in found.values() if row["access"] in ("secondary", "memory")} == {"false"}
    observed = {row["id"]: row for row in rows(folder, "observations")}
    assert {observed[name]["seen"] for name in ("I9", "T8", "A7", "H5", "C8")} == {"false"}
    assert (observed["H1b"]["typed"], observed["H1b"]["seen"]) == ("twice", "true")


def test_disputes_keep_what_they_rest_on_and_gaps_are_no_number(folder: Path) -> None:
    (first,) = [row for row in rows(folder, "disputes") if row["id"] == "S1"]
    assert "[C7]" in first["against"]
    assert "romk.Ki0/guide-1-10K" in first["against"]
    assert not any("nan" in row["spread_values"] for row in rows(folder, "claims"))


def test_a_title_nobody_noted_is_no_title_and_a_year_is_no_journal(folder: Path) -> None:
    text = (folder / "sources.bib").read_text(encoding="utf-8")
    assert "(title not noted)" not in text
    assert "the title was not noted; about: " in text
    assert not re.search(r"journal = \{[^}]*(?:19|20)\d\d\}", text)
