"""A licence that no list knows is kept as it is written; it is said beside its field and where what is missing is told."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from django.test import Client

from communaux.catalogue.models import Commons
from communaux.catalogue.near_licences import USUAL, doubtful, nearest
from communaux.catalogue.queries import editable
from communaux.core import services
from communaux.core.models import Person

DRAFT = {"name": "Prêt de vélos", "address": "https://github.com/demo/pret-de-velos"}
TOLD = "est gardé, mais ce n’est pas un identifiant de la liste SPDX."
SOME = f"«\u202fbidon\u202f» {TOLD} Quelques-uns de cette liste\u00a0: {', '.join(USUAL)}."


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("GPL v3", "GPL-3.0-or-later"),
        ("agplv3", "AGPL-3.0-or-later"),
        ("licence mit", "MIT"),
        ("apache 2", "Apache-2.0"),
        ("cc by sa", "CC-BY-SA-4.0"),
        ("EUPL", "EUPL-1.2"),
        ("Licence Ouverte", "etalab-2.0"),
        ("AGPL-3.0-onli", "AGPL-3.0-or-later"),
    ],
)
def test_the_nearest_id_stands_first(text: str, first: str) -> None:
    assert doubtful(text)
    assert nearest(text)[0] == first
    assert len(nearest(text)) <= 4


@pytest.mark.parametrize("text", ["bidon", "zzz", "", "…", "x" * 400, "🙈"])
def test_nothing_is_near_a_text_of_no_licence(text: str) -> None:
    assert nearest(text) == ()


@pytest.mark.parametrize("text", ["", "  ", "MIT", "agpl-3.0", "MIT OR Apache-2.0", "⊘ Proprietary", "CC-BY-NC-4.0"])
def test_a_licence_that_is_known_or_not_told_is_no_doubt(text: str) -> None:
    assert not doubtful(text)


@pytest.fixture
def author(client: Client, person: Callable[..., Person]) -> Person:
    made = person("autrice@example.org")
    client.force_login(made)
    return made


@pytest.fixture
def draft(client: Client, author: Person) -> Commons:
    client.post("/communs/proposer/", DRAFT)
    return Commons.objects.get()


def told(client: Client, path: str) -> str:
    return html.unescape(client.get(path).text)


def saved(client: Client, draft: Commons, licence: str) -> str:
    """The page that follows."""
    path = f"/communs/{draft.slug}/modifier/"
    form = client.get(path).context["form"]
    shown = {name: form[name].value() or "" for name in ("name", "kind", "url", "repository", "seen")}
    answer = client.post(path, shown | {"licence": licence}, follow=True)
    assert answer.redirect_chain
    return html.unescape(answer.text)


@pytest.mark.django_db
def test_it_is_kept_and_told_beside_its_field_and_with_what_is_missing(client: Client, draft: Commons) -> None:
    page = saved(client, draft, "bidon")
    assert editable.current(draft)["licence"] == "bidon"
    assert page.count(SOME) == 1
    assert f"<li>une licence connue et ouverte<br>{SOME}</li>" in page
    assert f'id="id_licence_helptext">{SOME}</p>' in told(client, f"/communs/{draft.slug}/modifier/")


@pytest.mark.django_db
def test_a_near_miss_shows_what_may_be_meant(client: Client, draft: Commons) -> None:
    near = "Les plus proches\u00a0: GPL-3.0-or-later, GPL-3.0-only, LGPL-3.0-or-later, LGPL-3.0-only."
    assert f"«\u202fGPL v3\u202f» {TOLD} {near}" in saved(client, draft, "GPL v3")
    assert TOLD not in saved(client, draft, "GPL-3.0-only")
    assert TOLD not in told(client, f"/communs/{draft.slug}/modifier/")


@pytest.mark.django_db
def test_hostile_and_endless_texts_are_only_texts(client: Client, draft: Commons) -> None:
    saved(client, draft, "<b>x</b>")
    assert "«\u202f&lt;b&gt;x&lt;/b&gt;\u202f»" in client.get(f"/communs/{draft.slug}/modifier/").text
    assert f"«\u202f{'x' * 100}…\u202f» {TOLD}" in saved(client, draft, "x" * 300)


@pytest.mark.django_db
def test_on_a_published_sheet_it_is_told_once_saved(
    client: Client, desk: Person, draft: Commons, author: Person
) -> None:
    services.grant(desk, author, role="editor", object_type="instance", at=draft.updated_at)
    Commons.objects.update(state="published", published_at=draft.updated_at)
    assert saved(client, draft, "bidon").count(SOME) == 1
