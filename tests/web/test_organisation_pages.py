"""Pages of organisations: found, declared, joined, answered for; names are for members."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communaux.core import organisations, services
from communaux.core.models import Membership, Organisation, Person
from communaux.core.rules import is_member, is_owner

pytestmark = pytest.mark.django_db
DECLARE = "/organisations/nouvelle/"
FORM = {"name": "Association de démonstration", "kind": "association", "siret": "", "rna": ""}


@pytest.fixture
def people(person: Callable[..., Person]) -> dict[str, Person]:
    made = {name: person(f"{name}@demo.example") for name in ("ana", "bob", "cleo")}
    return made | {"odile": person("odile@demo.example", operator=True)}


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def declare(client: Client, **more: str) -> object:
    (key,) = re.findall(r'name="key" value="([\w-]+)"', client.get(DECLARE).text)
    return client.post(DECLARE, FORM | {"key": key} | more)


def posts(page: str) -> list[str]:
    """Where the buttons on members and requests lead."""
    return re.findall(r'action="([^"]+/membres/[^"]+)"', page)


def test_from_declaration_to_a_second_member(people: dict[str, Person]) -> None:
    ana, bob, odile = (as_(people[name]) for name in ("ana", "bob", "odile"))
    page = declare(ana)["location"]
    made = Organisation.objects.get()
    assert page == f"/organisations/{made.pk}/"
    assert "un responsable du guichet répond" in ana.get(page).text
    assert "Association de démonstration" in odile.get("/organisations/").text.split("Premiers membres")[1][:200]
    assert "Premiers membres" not in ana.get("/organisations/").text
    row = Membership.objects.get()
    assert posts(odile.get(page).text)[:2] == [f"{page}membres/{row.pk}/confirmer/", f"{page}membres/{row.pk}/retirer/"]
    assert ana.post(f"{page}membres/{row.pk}/confirmer/").status_code == 403
    assert odile.post(f"{page}membres/{row.pk}/confirmer/").status_code == 302
    assert is_owner(people["ana"], made)
    assert bob.post(f"{page}rejoindre/").status_code == 302
    asked = Membership.objects.get(person=people["bob"])
    assert "ses responsables répondent" in bob.get(page).text
    assert ana.post(f"{page}membres/{asked.pk}/confirmer/").status_code == 302
    assert is_member(people["bob"], made)
    assert ana.post(f"{page}membres/{asked.pk}/nommer/", {"role": "co_owner"}).status_code == 302
    assert "coresponsable" in ana.get(page).text
    assert bob.post(f"{page}membres/{row.pk}/nommer/", {"role": "owner"}).status_code == 403
    assert ana.post(f"{page}membres/{row.pk}/retirer/").status_code == 409, "the last owner"
    assert bob.post(f"{page}membres/{asked.pk}/retirer/").status_code == 302
    assert not is_member(people["bob"], made)
    assert "Association de démonstration" in ana.get("/mon-compte/").text


def test_names_are_for_members_and_operators(people: dict[str, Person], desk: Person) -> None:
    body = services.create_organisation(desk, name="Commune", kind="local_authority", at=timezone.now())
    services.add_member(desk, body, person=people["ana"], starts_on=timezone.localdate(), at=timezone.now())
    organisations.ask_to_join(people["bob"], body, at=timezone.now())
    path = f"/organisations/{body.pk}/"
    seen = {name: "<strong>ana</strong>" in as_(people[name]).get(path).text for name in people}
    assert seen == {"ana": True, "bob": False, "cleo": False, "odile": True}
    visitor = Client().get(path)
    assert (visitor.status_code, "<strong>ana</strong>" in visitor.text, "1 membre" in visitor.text) == (
        200,
        False,
        True,
    )
    assert "<strong>bob</strong>" not in as_(people["ana"]).get(path).text, "a mere member does not answer requests"
    for page in ("/journal/", f"{path}", "/organisations/"):
        assert ">ana<" not in Client().get(page).text, page


@pytest.mark.parametrize("field", ["siret", "rna"])
def test_a_number_that_is_known_leads_to_its_organisation(people: dict[str, Person], field: str) -> None:
    number = {"siret": "356 000 000 00048", "rna": "w123 456789"}[field]
    first = declare(as_(people["ana"]), **{field: number})
    answer = declare(as_(people["bob"]), name="Autre nom", **{field: number.replace(" ", "")})
    assert answer["location"] == first["location"]
    assert "déjà connu" in as_(people["bob"]).get("/").text or Organisation.objects.count() == 1


def test_two_clicks_declare_one(people: dict[str, Person]) -> None:
    client = as_(people["ana"])
    first = declare(client)
    second = client.post(DECLARE, FORM | {"key": str(Organisation.objects.get().pk)})
    assert second["location"] == first["location"]
    assert (Organisation.objects.count(), Membership.objects.count()) == (1, 1)


def test_two_bodies_without_number_may_share_a_name(people: dict[str, Person]) -> None:
    declare(as_(people["ana"]), kind="informal")
    declare(as_(people["bob"]), kind="informal")
    assert Organisation.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("name", "", "obligatoire"),
        ("name", "x" * 251, "250"),
        ("kind", "royaume", "royaume"),
        ("siret", "123", "a 14 chiffres"),
        ("siret", "35600000000046", "La clé de ce SIRET est fausse"),
        ("siret", "<script>", "que des chiffres et des espaces"),
        ("rna", "🌱", "Un numéro RNA est un W"),
        ("key", "not a key", ""),
    ],
)
def test_bad_input_is_told_and_nothing_is_lost(people: dict[str, Person], field: str, typed: str, told: str) -> None:
    answer = declare(as_(people["ana"]), **{field: typed})
    assert (answer.status_code, 'role="alert"' in answer.text, told in answer.text) == (200, True, True)
    assert ("<script>" in answer.text, Organisation.objects.count()) == (False, 0)
    if field != "name":
        assert "Association de démonstration" in answer.text


def test_a_stale_button_is_told(people: dict[str, Person]) -> None:
    page = declare(as_(people["ana"]))["location"]
    row = Membership.objects.get()
    assert as_(people["ana"]).post(f"{page}membres/{row.pk}/retirer/").status_code == 302
    odile = as_(people["odile"])
    assert odile.post(f"{page}membres/{row.pk}/confirmer/").status_code == 409
    assert odile.post(f"{page}membres/999999/confirmer/").status_code == 404
    assert (
        odile.post(f"/organisations/018f0000-0000-7000-8000-000000000009/membres/{row.pk}/retirer/").status_code == 404
    )
    assert odile.get(f"{page}rejoindre/").status_code == 405
    assert odile.get("/organisations/018f0000-0000-7000-8000-000000000009/").status_code == 404


def test_a_visitor_is_asked_to_sign_in(people: dict[str, Person]) -> None:
    page = declare(as_(people["ana"]))["location"]
    row, visitor = Membership.objects.get(), Client()
    assert visitor.get(DECLARE)["location"] == f"/connexion/?next={DECLARE}"
    for path in (f"{page}rejoindre/", f"{page}membres/{row.pk}/confirmer/", f"{page}membres/{row.pk}/retirer/"):
        assert visitor.post(path).status_code == 403, path
    assert Membership.objects.asked().count() == 1


def test_the_list_is_searched_and_paged(people: dict[str, Person], desk: Person) -> None:
    for number in range(21):
        services.create_organisation(desk, name=f"Corps {number:02}", kind="company", at=timezone.now())
    text = Client().get("/organisations/").text
    assert ("21 organismes" in text, text.count("<h2><a"), 'rel="next"' in text) == (True, 20, True)
    assert Client().get("/organisations/?page=2").text.count("<h2><a") == 1
    found = Client().get("/organisations/", {"q": "corps 07"}).text
    assert found.count("<h2><a") == 1
    hostile = Client().get("/organisations/", {"q": '"><script>' + "x" * 500}).text
    assert ("<script>x" in hostile, "Aucun n’a ce nom" in hostile) == (False, True)


def test_pages_ask_as_much_for_three_as_for_one(people: dict[str, Person], desk: Person) -> None:
    body = services.create_organisation(desk, name="Commune", kind="local_authority", at=timezone.now())
    paths = ("/organisations/", f"/organisations/{body.pk}/", "/mon-compte/")
    client, counts = as_(people["odile"]), []
    for names in (["ana"], ["bob", "cleo"]):
        for name in names:
            services.add_member(desk, body, person=people[name], starts_on=timezone.localdate(), at=timezone.now())
            more = services.create_organisation(desk, name=f"Corps {name}", kind="company", at=timezone.now())
            organisations.ask_to_join(people["odile"], more, at=timezone.now())
            newcomer = Person.objects.create(display_name=f"Nouveau {name}", mail=f"n{name}@demo.example")
            organisations.ask_to_join(newcomer, body, at=timezone.now())
        counts.append([queries(client, path) for path in paths])
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 17  # three of them for what the body gives, promises and mentors


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_a_number_that_the_desk_knows_fills_an_empty_name_once_it_was_read(people: dict[str, Person]) -> None:
    ana = as_(people["ana"])
    assert "le guichet connaît leurs noms" in ana.get(DECLARE).text
    page = declare(ana, name=" ", siret="213 300 635 00017", kind="local_authority").text
    assert Organisation.objects.count() == 0, "nothing before it is read"
    assert "codes officiels de 2026, INSEE et DGCL" in page
    assert 'name="name" value="Bordeaux"' in page
    assert 'value="213 300 635 00017"' in page
    (key,) = re.findall(r'name="key" value="([\w-]+)"', page)
    sent = {"name": "Bordeaux", "kind": "local_authority", "siret": "213 300 635 00017", "rna": "", "key": key}
    shown = ana.get(ana.post(DECLARE, sent)["location"]).text
    made = Organisation.objects.get()
    assert (made.name, made.kind, made.siren) == ("Bordeaux", "local_authority", "213300635")
    assert (made.siret, made.territory_code) == ("21330063500017", "33063")
    assert ("SIRET 21330063500017" in shown, "Vous avez écrit" in shown) == (True, False)


def test_what_was_typed_stays_and_is_told(people: dict[str, Person]) -> None:
    ana = as_(people["ana"])
    shown = ana.get(declare(ana, name="Opéra de Bordeaux", siret="213300635", kind="association")["location"]).text
    made = Organisation.objects.get()
    assert (made.name, made.kind, made.siren, made.siret) == ("Opéra de Bordeaux", "association", "213300635", None)
    assert "celui de «\u202fBordeaux\u202f» (codes officiels de 2026, INSEE et DGCL)" in shown
    assert "celui d’une collectivité territoriale" in shown
    assert "SIREN 213300635" in shown
    assert "aucun numéro connu" not in shown
    assert f"/organisations/{made.pk}/" in ana.get("/organisations/?q=213+300").text
    again = declare(as_(people["bob"]), name="", siret="213 300 635")
    assert again["location"] == f"/organisations/{made.pk}/", "known by its SIREN alone: nothing to read again"
    kept = as_(people["cleo"])
    page = declare(kept, name="", siret="24330031600011", kind="company").text
    assert ('value="Bordeaux Métropole"' in page, "celui d’une collectivité territoriale" in page) == (True, True)
    assert '<option value="company" selected>' in page


def test_a_number_that_nobody_knows_blocks_nothing(people: dict[str, Person]) -> None:
    ana = as_(people["ana"])
    page = declare(ana, name="", siret="732 829 320 00074").text
    assert "Le guichet ne connaît pas de nom pour ce numéro" in page
    assert 'value="732 829 320 00074"' in page
    declare(ana, siret="732 829 320 00074")
    made = Organisation.objects.get()
    assert (made.name, made.siret, made.territory_code) == (FORM["name"], "73282932000074", "")
    page = declare(ana, name="", siret="213300636").text
    assert "La clé de ce SIREN est fausse" in page
    assert "codes officiels de 2026" not in page
    assert "obligatoire" in declare(ana, name="").text
