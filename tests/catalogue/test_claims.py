"""Who speaks for a commons: asked with a proof, found good by an editor, given for one year by a second person."""

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
from communaux.core import dual
from communaux.core import services as core_services
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.models import DualAct, Entry, Grant, Person

pytestmark = pytest.mark.django_db
TODAY = timezone.localtime().replace(
    hour=12, minute=0
)  # at noon: late in the evening a year later is a day later in summer


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
def second(person: Callable[..., Person], desk: Person) -> Person:
    made = person("elise@demo.example")
    core_services.grant(desk, made, role="editor", object_type="instance", at=NOW)
    return made


def prepared(editor: Person, asked: Claim) -> DualAct:
    services.accept_claim(editor, asked, at=TODAY)
    act = claim_queries.act_of(asked, TODAY)
    assert act
    return act


def confirmed(editor: Person, second: Person, asked: Claim) -> None:
    act = prepared(editor, asked)
    dual.release(second, act, seen=act.payload_sha256, at=TODAY)


@pytest.fixture
def asked(asker: Person, commons: Commons) -> Claim:
    return services.claim(asker, commons, proof="file", locator="https://x.example/AUTHORS", at=TODAY)


def test_two_persons_give_the_role_for_a_year(
    asker: Person, editor: Person, second: Person, commons: Commons, asked: Claim
) -> None:
    assert list(claim_queries.waiting()) == [asked]
    act = prepared(editor, asked)
    assert list(claim_queries.waiting()) == []
    assert not is_steward(asker, commons)
    dual.release(second, act, seen=act.payload_sha256, at=TODAY)
    assert is_steward(asker, commons)
    held = Grant.objects.get(role="steward")
    assert (held.ends_on - held.starts_on).days == 365
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, held.granted_by) == ("confirmed", second, second)
    lines = Entry.objects.order_by("-seq").values_list("act", flat=True)[:4]
    assert list(lines) == [
        *("core.release_dual_act", "catalogue.confirm_claim"),
        *("catalogue.accept_claim", "core.prepare_dual_act"),
    ]
    with pytest.raises(Conflict):
        services.claim(asker, commons, proof="dns", locator="x", at=TODAY)


def test_who_found_the_proof_good_does_not_release_it(asker: Person, editor: Person, asked: Claim) -> None:
    act = prepared(editor, asked)
    with pytest.raises(NotAllowed) as refused:
        dual.release(editor, act, seen=act.payload_sha256, at=TODAY)
    assert refused.value.message == "Vous avez préparé cet acte\u00a0: une autre personne doit le valider."
    assert Grant.objects.filter(role="steward").count() == 0


def test_an_operator_may_be_the_second_person(editor: Person, asked: Claim, person: Callable[..., Person]) -> None:
    act = prepared(editor, asked)
    dual.release(person("odile@demo.example", operator=True), act, seen=act.payload_sha256, at=TODAY)
    assert Grant.objects.get(role="steward").person == asked.person


def test_the_second_person_may_refuse_and_the_first_may_take_back(
    editor: Person, second: Person, asked: Claim, commons: Commons
) -> None:
    dual.refuse(editor, prepared(editor, asked), reason="Je relis", at=TODAY)
    asked.refresh_from_db()
    assert (asked.state, claim_queries.act_of(asked, TODAY)) == ("asked", None)
    act = prepared(editor, asked)
    with pytest.raises(Conflict):
        services.accept_claim(second, asked, at=TODAY)
    with pytest.raises(Conflict):
        services.refuse_claim(second, asked, reason="Non", at=TODAY)
    dual.refuse(second, act, reason="Le fichier n’existe pas", at=TODAY)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.reason) == ("refused", second, "Le fichier n’existe pas")


def test_a_claim_that_moved_to_another_sheet_is_prepared_again(
    editor: Person, second: Person, asked: Claim, asker: Person
) -> None:
    act, other = prepared(editor, asked), CommonsFactory(slug="umap-2")
    Claim.objects.update(commons=other)
    with pytest.raises(Conflict) as refused:
        dual.release(second, act, seen=act.payload_sha256, at=TODAY)
    assert refused.value.code == "payload_changed"
    services.accept_claim(second, asked, at=TODAY)
    act.refresh_from_db()
    again = claim_queries.act_of(asked, TODAY)
    assert again
    assert (act.state, again.subject_id, again.prepared_by) == ("expired", str(other.pk), second)


def test_nobody_released_it_in_time_and_the_claim_waits_again(editor: Person, second: Person, asked: Claim) -> None:
    act, late = prepared(editor, asked), TODAY + timedelta(days=14)
    assert claim_queries.act_of(asked, late) is None
    with pytest.raises(Conflict):
        dual.release(second, act, seen=act.payload_sha256, at=late)
    services.accept_claim(second, asked, at=late)
    again = claim_queries.act_of(asked, late)
    assert again
    assert again.prepared_by == second


def test_a_steward_may_ask_to_go_on_in_the_last_thirty_days(
    asker: Person, editor: Person, second: Person, commons: Commons, asked: Claim
) -> None:
    confirmed(editor, second, asked)
    held = Grant.objects.get(role="steward")
    early, soon = TODAY + timedelta(days=365 - 31), TODAY + timedelta(days=365 - 30)
    with pytest.raises(Conflict):
        services.claim(asker, commons, proof="dns", locator="x", at=early)
    more = services.claim(asker, commons, proof="dns", locator="x", at=soon)
    services.accept_claim(editor, more, at=soon)
    act = claim_queries.act_of(more, soon)
    assert act
    dual.release(second, act, seen=act.payload_sha256, at=soon)
    newer = Grant.objects.exclude(pk=held.pk).get(role="steward")
    assert newer.starts_on == held.ends_on + timedelta(days=1)


def test_one_open_claim_and_one_decision(asker: Person, editor: Person, commons: Commons, asked: Claim) -> None:
    with pytest.raises(Conflict):
        services.claim(asker, commons, proof="dns", locator="x", at=TODAY)
    with pytest.raises(NotReady):
        services.refuse_claim(editor, asked, reason=" ", at=TODAY)
    services.refuse_claim(editor, asked, reason="Le fichier n’existe pas", at=TODAY)
    with pytest.raises(Conflict):
        services.accept_claim(editor, asked, at=TODAY)
    assert Grant.objects.filter(role="steward").count() == 0
    services.claim(asker, commons, proof="dns", locator="x", at=TODAY)
    assert [one.state for one in claim_queries.of_commons(commons, asker)] == ["refused", "asked"]


def test_roles_and_acts(
    asker: Person, editor: Person, asked: Claim, commons: Commons, person: Callable[..., Person]
) -> None:
    own = services.claim(editor, commons, proof="dns", locator="x", at=TODAY)
    operator = person("odile@demo.example", operator=True)
    who = {
        "asker": asker,
        "editor": editor,
        "operator": operator,
        "reader": person("lea@demo.example"),
        "visitor": None,
    }
    may = {
        name: (
            has_perm("catalogue.claim", one, commons),
            has_perm("catalogue.accept_claim", one, asked),
            has_perm("catalogue.refuse_claim", one, asked),
            has_perm("catalogue.accept_claim", one, own),
            has_perm("catalogue.confirm_claim", one, asked),
            has_perm("catalogue.confirm_claim", one, own),
        )
        for name, one in who.items()
    }
    assert may == {
        "asker": (True, False, False, False, False, False),
        "editor": (True, True, True, False, True, False),
        "operator": (True, False, False, False, True, True),
        "reader": (True, False, False, False, False, False),
        "visitor": (False, False, False, False, False, False),
    }


def test_the_database_itself_refuses_ones_own_decision(asker: Person, asked: Claim) -> None:
    with pytest.raises(IntegrityError):
        Claim.objects.filter(pk=asked.pk).update(decided_by=asker)


def test_the_pages(client: Client, asker: Person, editor: Person, second: Person, commons: Commons) -> None:
    client.force_login(asker)
    assert "errors" in client.post("/communs/umap/s-en-occuper/", {"proof": "file"}).content.decode()
    sent = {"proof": "file", "locator": "<b>AUTHORS"}
    assert client.post("/communs/umap/s-en-occuper/", sent).status_code == 302
    assert client.post("/communs/umap/s-en-occuper/", sent).status_code == 409
    path = f"/demandes/{Claim.objects.get().pk}/"
    page = client.get(path).content.decode()
    assert "&lt;b&gt;AUTHORS" in page
    assert 'value="accept"' not in page
    assert client.post(path, {"do": "accept"}).status_code == 403
    client.force_login(editor)
    assert 'value="accept"' in client.get(path).content.decode()
    assert client.post(path, {"do": "nothing"}).status_code == 422
    assert client.post(path, {"do": "accept"}).status_code == 302
    assert client.post(path, {"do": "accept"}).status_code == 409
    client.force_login(asker)
    page = client.get(path).content.decode()
    assert ("<strong>elise</strong>" in page, 'value="accept"' in page) == (True, False)


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
