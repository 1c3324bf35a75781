"""Every text of the SPDX list is its own family, however it is wrapped, marked up or encoded; two in a file are two."""

from __future__ import annotations

import html
import json
import lzma
import textwrap
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communaux import data
from communaux.engines.assess import corpus
from communaux.engines.assess.corpus import BadCorpus, Corpus
from communaux.engines.assess.licence_texts import Reading, read_text
from tests.assess.conftest import TEXTS


def paragraphs(text: str) -> list[str]:
    return [" ".join(one.split()) for one in text.split("\n\n")]


VARIANTS: dict[str, Callable[[str], bytes]] = {
    "wrapped": lambda text: "\n\n".join(
        textwrap.fill(one, 60, break_long_words=False, break_on_hyphens=False) for one in paragraphs(text)
    ).encode(),
    "long lines": lambda text: "\n\n".join(paragraphs(text)).encode(),
    "CRLF and BOM": lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
    "UTF-16": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "HTML": lambda text: (
        "<!DOCTYPE html><html><head><style>p {color: red}</style></head><body>"
        + "".join(f"<p>{html.escape(one)}</p>\n" for one in text.split("\n\n"))
        + "</body></html>"
    ).encode(),
    "Markdown": lambda text: (
        "# Licence\n\n" + "\n\n".join("> " + one.replace("\n", "\n> ") for one in text.split("\n\n"))
    ).encode(),
}


def score(found: Reading, licence_id: str) -> float:
    return max((one.score for one in found.matches[:1] if licence_id in one.family.ids), default=0.0)


@pytest.mark.whole
def test_each_text_is_of_its_family_at_one(spdx: dict[str, str], known: Corpus) -> None:
    assert len(spdx) == 727
    assert {key: score(read_text(text.encode(), known), key) for key, text in spdx.items()} == dict.fromkeys(spdx, 1.0)


@pytest.mark.whole
@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_still_the_text(name: str, spdx: dict[str, str], known: Corpus) -> None:
    found = {key: score(read_text(VARIANTS[name](text), known), key) for key, text in spdx.items()}
    assert {key: one for key, one in found.items() if one < 0.98} == {}


def test_latin_1_is_read(spdx: dict[str, str], known: Corpus) -> None:
    text = spdx["CECILL-2.1"].replace("œ", "oe").replace("’", "'")
    found = read_text(text.encode("latin-1", "ignore"), known)
    assert [(one.family.name, one.kind) for one in found.matches] == [("CECILL-2.1", "exact")]


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read(content: bytes) -> None:
    found = read_text(content, corpus.shipped())
    assert all(0 <= one.score <= 1 for one in found.matches)
    assert 0 <= found.rest <= 1


@pytest.mark.whole
def test_the_corpus_is_made_again_byte_for_byte(spdx: dict[str, str]) -> None:
    listed = json.loads(lzma.decompress(TEXTS.read_bytes()))
    approved = frozenset(key for key, one in listed.items() if one["osiApproved"])
    made = corpus.pack({key: (key, text) for key, text in spdx.items()}, approved)
    assert made == data.licence_texts()


@pytest.mark.parametrize(
    "content", [b"", b"x", lzma.compress(b"no line"), lzma.compress(b"{}\n"), lzma.compress(b"[]\n")]
)
def test_what_is_no_corpus_is_refused(content: bytes) -> None:
    with pytest.raises(BadCorpus):
        corpus.unpack(content)


def test_a_trigram_of_one_row_leads_back_to_it(known: Corpus) -> None:
    row = 3
    codes = np.unique(corpus.trigrams(known.rows[row]))
    at = np.searchsorted(known.codes, codes)
    assert all(row in known.holders[known.starts[one] : known.starts[one + 1]] for one in at.tolist())


def test_of_very_many_texts_twelve_are_told(spdx: dict[str, str], known: Corpus) -> None:
    names = ["MIT", "ISC", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "EPL-2.0", "CDDL-1.0", "Artistic-2.0"]
    names += ["CC0-1.0", "Zlib", "PostgreSQL", "Unlicense", "OFL-1.1", "EUPL-1.2"]
    found = read_text("\n\n".join(spdx[name] for name in names).encode(), known)
    assert (len(found.matches), {one.kind for one in found.matches}) == (12, {"exact"})


def test_a_modified_text_beside_an_exact_one(spdx: dict[str, str], known: Corpus) -> None:
    words = spdx["Apache-2.0"].split(" ")
    modified = " ".join(f"other{at}" if at % 100 == 7 else word for at, word in enumerate(words))
    found = read_text(f"{spdx['MPL-2.0']}\n\n{modified}".encode(), known)
    assert [(one.family.name, one.kind) for one in found.matches][1] == ("Apache-2.0", "modified")
