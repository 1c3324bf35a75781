"""Who speaks for a commons: asked with a proof, decided by another person, for one year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from factories import NOW, CommonsFactory
from rules import has_perm

from communaux.catalogue import services
from communaux.catalogue.models import Claim, Commons
from communaux.catalogue.queries import claims as claim_queries
from communaux.catalogue.rules import is_steward
from communaux.core import services as core_services
from communaux.core.errors import Conflict, NotReady
from communaux.core.models import Entry, Grant, Person

pytestmark = pytest.mark.django_db
TODAY = timezone.now()


@pytest.fixture
def commons() -> Commons:
    return CommonsFactory(slug="umap", name="uMap")


@pytest.fixture
def asker(person: Callable[..., Person]) -> Person:
    return person("autrice@demo.example")


@pytest.fixture
def editor(person: Callable[..., Person], desk: Person) -> Person:
    made = person("edith@demo.example")
    core_services.grant(desk, made, role="editor", object_type="instance", at=NOW)
    return made


@pytest.fixture
def asked(asker: Person, commons: Commons) -> Claim:
    return services.claim(asker, commons, proof="file", locator="https://x.example/AUTHORS", at=TODAY)


def test_a_draft_is_claimed_by_its_author_and_is_there_for_nobody_else(
    asker: Person, person: Callable[..., Person], client: Client
) -> None:
    draft = services.start_proposal(asker, name="Vélos", address="https://a.example", given={}, at=TODAY)
    path, proof = f"/communs/{draft.slug}/s-en-occuper/", {"proof": "dns", "locator": "a.example"}
    client.force_login(person("passante@demo.example"))
    assert client.get(path).status_code == 404
    client.force_login(asker)
    page = client.post(path, proof, follow=True)
    assert Claim.objects.get().commons == draft
    assert f'<a href="/communs/{draft.slug}/publier/">Vélos</a>' in page.text


def test_a_confirmed_claim_gives_the_role_for_a_year(
    asker: Person, editor: Person, commons: Commons, asked: Claim
) -> None:
    assert not is_steward(asker, commons)
    services.confirm_claim(editor, asked, at=TODAY)
    assert is_steward(asker, commons)
    held = Grant.objects.get(role="steward")
    assert (held.ends_on - held.starts_on).days == 365
    assert Entry.objects.latest("seq").act == "catalogue.confirm_claim"
    with pytest.raises(Conflict):
        services.claim(asker, commons, proof="dns", locator="x", at=TODAY)


def test_one_open_claim_and_one_decision(asker: Person, editor: Person, commons: Commons, asked: Claim) -> None:
    with pytest.raises(Conflict):
        services.claim(asker, commons, proof="dns", locator="x", at=TODAY)
    with pytest.raises(NotReady):
        services.refuse_claim(editor, asked, reason=" ", at=TODAY)
    services.refuse_claim(editor, asked, reason="Le fichier n’existe pas", at=TODAY)
    with pytest.raises(Conflict):
        services.confirm_claim(editor, asked, at=TODAY)
    assert Grant.objects.filter(role="steward").count() == 0
    services.claim(asker, commons, proof="dns", locator="x", at=TODAY)
    assert [one.state for one in claim_queries.of_commons(commons, asker)] == ["refused", "asked"]


def test_roles_and_acts(
    asker: Person, editor: Person, asked: Claim, commons: Commons, person: Callable[..., Person]
) -> None:
    own = services.claim(editor, commons, proof="dns", locator="x", at=TODAY)
    who = {"asker": asker, "editor": editor, "reader": person("lea@demo.example"), "visitor": None}
    may = {
        name: (
            has_perm("catalogue.claim", one, commons),
            has_perm("catalogue.confirm_claim", one, asked),
            has_perm("catalogue.refuse_claim", one, asked),
            has_perm("catalogue.confirm_claim", one, own),
        )
        for name, one in who.items()
    }
    assert may == {
        "asker": (True, False, False, False),
        "editor": (True, True, True, False),
        "reader": (True, False, False, False),
        "visitor": (False, False, False, False),
    }


def test_the_database_itself_refuses_ones_own_decision(asker: Person, asked: Claim) -> None:
    with pytest.raises(IntegrityError):
        Claim.objects.filter(pk=asked.pk).update(decided_by=asker)


def test_the_pages(client: Client, asker: Person, editor: Person, commons: Commons) -> None:
    client.force_login(asker)
    assert "errors" in client.post("/communs/umap/s-en-occuper/", {"proof": "file"}).content.decode()
    sent = {"proof": "file", "locator": "<b>AUTHORS"}
    assert client.post("/communs/umap/s-en-occuper/", sent).status_code == 302
    assert client.post("/communs/umap/s-en-occuper/", sent).status_code == 409
    path = f"/demandes/{Claim.objects.get().pk}/"
    page = client.get(path).content.decode()
    assert "&lt;b&gt;AUTHORS" in page
    assert 'value="confirm"' not in page
    assert client.post(path, {"do": "confirm"}).status_code == 403
    client.force_login(editor)
    assert 'value="confirm"' in client.get(path).content.decode()
    assert client.post(path, {"do": "nothing"}).status_code == 422
    assert client.post(path, {"do": "confirm"}).status_code == 302
    assert client.post(path, {"do": "confirm"}).status_code == 409


def test_somebody_else_does_not_read_a_claim(client: Client, asked: Claim, person: Callable[..., Person]) -> None:
    client.force_login(person("lea@demo.example"))
    assert client.get(f"/demandes/{asked.pk}/").status_code == 403


def test_one_or_three_cost_the_same(
    person: Callable[..., Person], asked: Claim, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        assert len([(one.person.display_name, list(one.commons.themes.all())) for one in claim_queries.waiting()]) == 1
    for n in range(2):
        who = person(f"p{n}@demo.example")
        services.claim(who, CommonsFactory(), proof="dns", locator="x", at=TODAY + timedelta(hours=n))
    with django_assert_num_queries(2):
        assert len([(one.person.display_name, list(one.commons.themes.all())) for one in claim_queries.waiting()]) == 3
