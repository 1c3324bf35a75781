"""Spaces of the interface: narrow and unbroken before double signs in French, none in English; thousands set apart."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import html5lib
import pytest
from django.apps import apps
from django.test import Client
from django.utils import translation
from test_pages import PAGES

from communaux.data import thesaurus_files
from communaux.web.glossary import WORDS
from communaux.web.typography import dated, grouped, listed, pair, quoted, typeset

SIGN = re.compile(r"\S+ [;:!?%»](?=\s|$|\))|« \S+")


@pytest.mark.parametrize(
    ("given", "french", "english"),
    [
        ("Pourquoi ?", "Pourquoi\u202f?", "Pourquoi?"),
        ("12 %", "12\u202f%", "12%"),
        ("un ; deux : trois !", "un\u202f; deux\u202f: trois\u202f!", "un; deux: trois!"),
        ("à 12:30, https://a.example/?q=1", "à 12:30, https://a.example/?q=1", "à 12:30, https://a.example/?q=1"),
    ],
)
def test_one_filter_sets_both_languages(given: str, french: str, english: str) -> None:
    with translation.override("fr"):
        assert (typeset(given), typeset(french)) == (french, french)
    with translation.override("en"):
        assert typeset(given) == english


def test_pairs_lists_and_thousands() -> None:
    with translation.override("fr"):
        assert (pair("Thème", "Cartes"), listed(["a", "b"])) == ("Thème\u202f: Cartes", "a\u202f; b")
        assert (grouped(5403), quoted("BSD")) == ("5\u202f403", "«\u202fBSD\u202f»")
    with translation.override("en"):
        assert (pair("Theme", "Maps"), listed(["a", "b"])) == ("Theme: Maps", "a; b")
        assert (grouped(5403), quoted("BSD")) == ("5,403", "“BSD”")


@pytest.mark.parametrize(
    ("day", "precision", "french", "english"),
    [
        (date(2021, 1, 1), "day", "1er janvier 2021", "1 January 2021"),
        (date(2021, 1, 11), "day", "11 janvier 2021", "11 January 2021"),
        (date(2021, 1, 1), "month", "janvier 2021", "January 2021"),
        (date(2021, 1, 1), "year", "2021", "2021"),
        (datetime(2021, 8, 1, 7, 5, tzinfo=UTC), "minute", "1er août 2021, 07:05", "1 August 2021, 07:05"),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(day: date, precision: str, french: str, english: str) -> None:
    with translation.override("fr"):
        assert dated(day, precision) == french
    with translation.override("en"):
        assert dated(day, precision) == english


@pytest.fixture(scope="module")
def written(catalogue: object) -> str:
    """All that others wrote: catalogues, and the files we ship."""
    rows = [
        str(row) for model in apps.get_models() for row in model._base_manager.values_list() if model._meta.db_table
    ]
    return "\n".join([*rows, *map(str, thesaurus_files().values()), *(str(word) for word in WORDS)])


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["/", "/en/"])
@pytest.mark.parametrize(
    "path", [*PAGES, "nulle-part/", "chercher/?theme=cartographie&q=carte", "communs/?theme=cantine"]
)
def test_no_plain_space_before_a_sign(client: Client, written: str, prefix: str, path: str) -> None:
    page = html5lib.parse(client.get(prefix + path).text, namespaceHTMLElements=False)
    texts = [text for text in page.itertext() if SIGN.search(text)]
    assert [found for text in texts for found in SIGN.findall(text) if found not in written] == []
