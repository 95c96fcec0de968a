"""The audit as a page: everything on it, nothing from outside, the same bytes each time."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from kalimag.audit import consequences
from kalimag.audit.page import audit_page, prose
from kalimag.evidence import AuditTable, audit_all


class Reader(HTMLParser):
    """What a browser would make of it: text, ids, links, and tags left open."""

    VOID = frozenset({"meta", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.ids += [said["id"] or ""] if "id" in said else []
        self.links += [said["href"] or ""] if tag == "a" else []
        self.loaded += [tag] if "src" in said or tag in ("link", "script", "iframe") else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def table() -> AuditTable:
    return audit_all()


@pytest.fixture(scope="module")
def page(table: AuditTable) -> str:
    return audit_page(table, consequences())


@pytest.fixture(scope="module")
def read(page: str) -> Any:
    reader = Reader()
    reader.feed(page)
    assert not reader.open
    return reader


def test_every_row_and_every_finding_is_on_it(table: AuditTable, read: Any) -> None:
    assert {row.claim.id for row in table.rows} <= set(read.ids)
    for row in table.rows:
        assert prose(row.reason) in read.text
        assert prose(row.claim.as_text()) in read.text
    for one in consequences():
        assert prose(one.sentence) in read.text


def test_it_asks_for_nothing(page: str, read: Any) -> None:
    assert not read.loaded
    assert not re.search(r"url\(|@import", page)
    assert all(link.startswith("#") for link in read.links)


def test_links_lead_somewhere_and_no_id_is_there_twice(read: Any) -> None:
    assert {link[1:] for link in read.links} <= set(read.ids)
    assert len(read.ids) == len(set(read.ids))


def test_unchecked_is_said_on_top(table: AuditTable, read: Any) -> None:
    assert f"{len(table.unchecked)} of {len(table.rows)} rows are unchecked" in read.text


def test_readers_who_disagree_are_not_called_one_reader(table: AuditTable, read: Any) -> None:
    disagreed = [row for row in table.rows if row.claim.disagreement]
    once = [row for row in table.rows if row.claim.typed == "once"]
    assert len(disagreed) + len(once) == len(table.unchecked)
    assert disagreed
    assert not once
    assert f"{len(disagreed)} of them: a second reader typed them" in read.text
    assert "one reader typed them, and no second one" not in read.text
    for row in disagreed:
        assert row.claim.disagreement in read.text
    single = replace(disagreed[0], claim=replace(disagreed[0].claim, disagreement=""))
    page = audit_page(AuditTable((single, *table.rows[1:]), ()), ())
    assert "1 of them: one reader typed them, and no second one" in page


def test_lines_of_one_recipe_are_told_as_one(table: AuditTable, read: Any) -> None:
    assert "18 misread, 15 of them lines of one recipe" in read.text


def test_a_source_nobody_has_read_is_not_what_should_be_cited(page: str, table: AuditTable) -> None:
    wrong = [row for row in table.rows if row.verdict == "right value, wrong citation" and row.primary]
    assert page.count("Should cite") == len(wrong)
    assert "Probably from" in page


def test_what_is_from_memory_is_not_printed_as_a_value(page: str) -> None:
    assert "16.7" not in page
    assert "[from memory]" in page


def test_the_same_library_gives_the_same_bytes(page: str, table: AuditTable) -> None:
    assert audit_page(table, consequences()) == page


def test_ions_are_printed_as_ions() -> None:
    assert prose("Mg2+ and K+ of MgCl2 at -60 mV, 1-2 mM, 3 uM, z_delta") == (
        "Mg²⁺ and K⁺ of MgCl₂ at −60 mV, 1-2 mM, 3 µM, zδ"
    )
    assert prose("1.25 mM NaH2PO4") == "1.25 mM NaH₂PO₄"
