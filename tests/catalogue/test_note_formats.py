"""Markdown and ODT of a note: the same things in both, whatever was typed; files that open."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from communaux.catalogue.formats import note_markdown, note_odt
from communaux.catalogue.formats.document import (
    Bullets,
    Document,
    Heading,
    Paragraph,
    Run,
    Table,
    line,
    paragraphs,
    printable,
)
from communaux.web import note_blocks

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
HOSTILE = "# <script>alert(1)</script> [x](javascript:alert(1)) | `a` *b* _c_ 1. - + &amp; \\ ![i](u) ~~s~~"
TYPED = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80) | st.sampled_from(
    ["- a", "1. a", "12) b", "===", "---", "***", "> a", "| a | b |", "    code", "```", "<b>", "&lt;", "+ x", HOSTILE]
)


def content(number: int, reason: str = "Une raison assez longue pour être lue et comprise.") -> dict[str, Any]:
    """A note as it is frozen, with this many candidates."""
    columns = [{"commons": str(i), "name": f"Outil {i:03}"} for i in range(2)]
    return {
        "format": "communaux-note/1",
        "id": "00000000-0000-7000-8000-000000000001",
        "address": "https://desk.example/notes/1/",
        "lang": "fr",
        "title": "Gérer la cantine",
        "need": "Commander les repas.\nEt les payer.",
        "asked_by": {"name": "Commune de démonstration", "siret": "00000000000000"},
        "created_at": "2026-09-01T12:00:00.000000Z",
        "frozen_at": "2026-09-01T13:00:00.000000Z",
        "revises": None,
        "searches": [
            {
                "query": "cantine",
                "filters": {},
                "at": "2026-09-01T12:00:00.000000Z",
                "index_generation": 1,
                "weights_version": 0,
                "thesaurus_version": "a" * 64,
                "total": 1,
                "hits": [{"rank": 1, "commons": "0", "slug": "outil-000", "name": "Outil 000", "reasons": []}],
            }
        ],
        "candidates": [
            {
                "commons": str(i),
                "name": f"Outil {i:03}",
                "address": f"https://desk.example/communs/outil-{i}/",
                "verdict": "not_kept" if i else "reuse",
                "reason_code": "cost" if i else "",
                "reason": reason,
            }
            for i in range(number)
        ],
        "comparison": {
            "columns": columns,
            "rows": [{"key": "licence", "differs": True, "cells": [[{"value": "MIT", "source": "Demo"}], []]}],
        },
        "conclusion": {"choice": "buy", "text": "Faute de mieux.", "giveback": "Le code.", "licence": "MIT"},
        "sources": [{"title": "Demo", "licence": "etalab-2.0", "read_on": "2026-09-01"}],
    }


def parts(data: bytes) -> dict[str, ET.Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: ET.fromstring(packed.read(name)) for name in packed.namelist() if name.endswith(".xml")}


def odt_rows(data: bytes, number: int) -> list[list[str]]:
    """Cells of one table of the document, as text."""
    found = list(parts(data)["content.xml"].iter(f"{TABLE}table"))[number]
    return [
        [" ".join("".join(p.itertext()) for p in cell.iter(f"{TEXT}p")) for cell in row.iter(f"{TABLE}table-cell")]
        for row in found.iter(f"{TABLE}table-row")
    ]


def markdown_rows(data: bytes, number: int) -> list[list[str]]:
    html = MARKDOWN.render(data.decode())
    found = re.findall(r"<table>(.*?)</table>", html, re.DOTALL)[number]
    rows = re.findall(r"<tr>(.*?)</tr>", found, re.DOTALL)
    return [[plain(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def plain(html: str) -> str:
    from html import unescape

    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


@pytest.mark.parametrize("number", [1, 200])
def test_both_files_hold_the_same_candidates(number: int) -> None:
    document = note_blocks.document(content(number), "f" * 64)
    markdown, odt = note_markdown.write(document), note_odt.write(document)
    told = markdown_rows(markdown, 0)
    assert told == odt_rows(odt, 0)
    assert len(told) == number + 1
    assert told[1] == ["Outil 000", "à réutiliser tel quel", "Une raison assez longue pour être lue et comprise."]
    assert markdown_rows(markdown, 1) == odt_rows(odt, 1)


def test_the_note_is_told_in_the_order_it_is_printed() -> None:
    document = note_blocks.document(content(2), "f" * 64)
    assert [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 2] == [
        *("Le besoin", "Ce qui a été cherché", "Ce qui a été regardé", "Côte à côte", "Conclusion", "Sources"),
        "Comment vérifier cette note",
    ]


@pytest.mark.parametrize(
    ("kept", "version", "told"),
    [
        (None, 0, "index numéro 1\u202f; poids livrés avec le guichet"),
        (None, 2, "index numéro 1\u202f; version 2 des poids"),
        ({}, 0, "index du 1er septembre 2026, qui contenait 5\u202f405 communs\u202f; poids livrés avec le guichet"),
        (
            {"weights_since": "2026-05-03T09:00:00+00:00"},
            2,
            "index du 1er septembre 2026, qui contenait 5\u202f405 communs\u202f; version 2 des poids, du 3 mai 2026",
        ),
    ],
)
def test_what_was_searched_with_is_told_in_words(kept: dict[str, str] | None, version: int, told: str) -> None:
    search = content(1)["searches"][0] | {"weights_version": version}
    if kept is not None:
        search["made_with"] = {"index_on": "2026-09-01T10:00:00+00:00", "commons": 5405, **kept}
    blocks = note_blocks.document(content(1) | {"searches": [search]}, "").blocks
    lines = [block.line[0].text for block in blocks if isinstance(block, Paragraph)]
    assert f"Cherché avec\u202f: {told}\u202f; thésaurus d’empreinte {'a' * 12}" in lines


def test_the_law_is_printed_once_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace
    from datetime import date

    from communaux.core import to_verify

    def told() -> bool:
        return "article 16" in note_markdown.write(note_blocks.document(content(1), "")).decode()

    assert told() is False
    key = "note-law-2016"
    row = replace(to_verify.register()[key], state="verified", read_on=date(2026, 1, 1), read_at="https://a.example/")
    monkeypatch.setitem(to_verify.register(), key, row)
    assert told() is True


def test_the_zip_has_its_type_first_and_stored() -> None:
    data = note_odt.write(note_blocks.document(content(3), "f" * 64))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == ["mimetype", "META-INF/manifest.xml", "content.xml", "styles.xml", "meta.xml"]
        first = packed.infolist()[0]
        assert (first.compress_type, first.extra, packed.read("mimetype")) == (0, b"", note_odt.MIME.encode())
    assert data[30:38] == b"mimetype"
    assert data[38 : 38 + len(note_odt.MIME)] == note_odt.MIME.encode()  # where file(1) and offices look for it
    manifest = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}full-path"
    assert [one.get(manifest) for one in parts(data)["META-INF/manifest.xml"]] == ["/", *sorted_parts(data)]


def sorted_parts(data: bytes) -> list[str]:
    return [name for name in parts(data) if not name.startswith("META-INF")]


def test_every_style_that_is_used_is_defined() -> None:
    found = parts(note_odt.write(note_blocks.document(content(3), "f" * 64)))
    style = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}name"
    used = {
        value
        for one in found["content.xml"].iter()
        for name, value in one.attrib.items()
        if name.endswith("}style-name")
    }
    assert used - {one.get(style) for one in found["styles.xml"].iter()} == set()


def test_the_same_document_has_the_same_bytes() -> None:
    document = note_blocks.document(content(9), "f" * 64)
    assert note_odt.write(document) == note_odt.write(document)


def test_control_characters_and_markup_are_text_in_both() -> None:
    reason = f"\x00\x07\x0b\ufffe\uffff\u202e{HOSTILE}\x1b[31m"
    document = note_blocks.document(content(1, reason), "f" * 64)
    markdown, odt = note_markdown.write(document), note_odt.write(document)
    cell = markdown_rows(markdown, 0)[1][2]
    assert cell == odt_rows(odt, 0)[1][2] == f"{HOSTILE}[31m"
    html = MARKDOWN.render(markdown.decode())
    assert ("<script" in html, "javascript:" in re.sub(r">[^<]*<", "><", html)) == (False, False)


@given(TYPED)
def test_what_is_typed_is_read_back_from_markdown(typed: str) -> None:
    """In a paragraph, a heading, a list and a cell: the text, and nothing but the text."""
    from html import unescape

    wanted = printable(typed)
    assume(wanted.split())
    blocks = (Paragraph(line(typed)), Bullets((line(typed),)), Table("", ("a", "b"), (((line(typed),), (line("x"),)),)))
    html = MARKDOWN.render(note_markdown.write(Document(typed, "fr", blocks)).decode())
    found = [unescape(one) for one in re.findall(r"<(?:h1|p|li|td)>([^<]*)</", html)]
    assert [" ".join(one.split()) for one in found] == [*[" ".join(wanted.split())] * 4, "x"]


@given(TYPED)
def test_what_is_typed_is_read_back_from_odt(typed: str) -> None:
    blocks = (Paragraph(line(typed)), Bullets((line(typed),)), Table(typed, (typed,), (((line(typed),),),)))
    found = parts(note_odt.write(Document(typed, "fr", blocks)))["content.xml"]
    told = {" ".join("".join(one.itertext()).split()) for one in found.iter(f"{TEXT}p")}
    assert told <= {" ".join(printable(typed).split()), ""}


def test_only_addresses_of_the_web_are_links() -> None:
    runs = (
        Run("a", "https://a.example/x y>"),
        Run(" ; "),
        Run("b", "javascript:alert(1)"),
        Run(" c", "http://c.example"),
    )
    document = Document("t", "fr", (Paragraph(runs),))
    text = note_markdown.write(document).decode()
    assert text == "# t\n\n[a](<https://a.example/x%20y%3E>) ; b[c](<http://c.example>)\n"
    assert list(re.findall(rb'xlink:href="([^"]+)"', odt_content(document))) == [
        b"https://a.example/x y&gt;",
        b"http://c.example",
    ]


def odt_content(document: Document) -> bytes:
    with zipfile.ZipFile(io.BytesIO(note_odt.write(document))) as packed:
        return packed.read("content.xml")


def test_each_line_typed_is_a_paragraph() -> None:
    assert paragraphs("a\n\n b \r\nc") == [Paragraph(line(one)) for one in ("a", " b ", "c")]


def test_an_office_program_opens_it(tmp_path: Path) -> None:
    """LibreOffice, where it is installed: 200 candidates, a text of control characters and markup; all of it is read."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice on this machine: nothing but the zip and its XML is checked")
    (tmp_path / "note.odt").write_bytes(note_odt.write(note_blocks.document(content(200, f"\x00{HOSTILE}"), "f" * 64)))
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, home, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "note.odt"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    told = (tmp_path / "note.txt").read_text("utf-8-sig")
    assert [told.count(f"Outil {i:03}") > 0 for i in range(200)] == [True] * 200
    assert told.count(HOSTILE) == 200
    assert told.index("Le besoin") < told.index("Ce qui a été cherché") < told.index("Comment vérifier cette note")
