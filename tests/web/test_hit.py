"""One result of a search: what it is and its licence first, what is unknown said once, no sign of Markdown."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from django.test import Client
from factories import MappedFactory
from slices import bring_in

from communaux.catalogue import indexing
from communaux.catalogue.models import Commons
from communaux.core.models import Person

pytestmark = pytest.mark.django_db
SOURCE = "Socle interministériel de logiciels libres (SILL), septembre 2026 · Comparer"


def hit(client: Client, desk: Person) -> list[str]:
    """The lines of the one result, as they are read."""
    indexing.reindex(desk, force=True)
    page = html.unescape(client.get("/chercher/", {"q": "zzyzx"}).text)
    (found,) = re.findall(r'<p class="meta said">(.*?)</label>', page.partition('class="hits"')[2], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in found.split("\n")]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({}, "étape et activité inconnues"),
        ({"stage": "growth"}, "accélération · activité inconnue"),
        ({"last_sign_on": date(2026, 3, 4)}, "étape inconnue · dernier signe de vie : mars 2026"),
        ({"stage": "growth", "last_sign_on": date(2026, 3, 4)}, "accélération · dernier signe de vie : mars 2026"),
    ],
)
def test_what_is_unknown_is_said_once(client: Client, desk: Person, said: dict[str, object], line: str) -> None:
    bring_in(desk, "sill", MappedFactory(external_id="zzyzx"))
    Commons.objects.update(**said)
    assert hit(client, desk) == [f"logiciel, AGPL-3.0-only · {line}", SOURCE]


def test_what_two_sources_say_alike_is_said_once(client: Client, desk: Person) -> None:
    """Two resources of one licence, two records of one source read in one month."""
    bring_in(desk, "sill", MappedFactory(external_id="zzyzx", repository="https://github.com/demo/a"))
    commons = Commons.objects.get()
    commons.resources.create(kind="software", licence_spdx="AGPL-3.0-only", open="yes", licence_family="copyleft")
    first = commons.records.get()
    first.pk, first.external_id = None, "b"
    first.save(force_insert=True)
    first_line, second = hit(client, desk)
    assert first_line == "logiciel, AGPL-3.0-only · étape et activité inconnues"
    assert second == SOURCE


def test_an_excerpt_shows_no_sign_of_markdown(client: Client, desk: Person) -> None:
    bring_in(desk, "sill", MappedFactory(external_id="1", name="Outil", short={"fr": "Un **zzyzx** de ville"}))
    indexing.reindex(desk, force=True)
    assert "Un <mark>zzyzx</mark> de ville" in client.get("/chercher/", {"q": "zzyzx"}).text
