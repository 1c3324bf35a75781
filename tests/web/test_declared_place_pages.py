"""Pages of one place: declared, changed, withdrawn by its body; taken off by an editor; what is wrong is told and kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from territory.lists import SIRET
from territory.small import NOW, bring, commune

from communaux.core import services as core
from communaux.core.models import Organisation, Person
from communaux.territory.models import Place

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> 🦆"


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


@pytest.fixture
def member(person: Callable[..., Person]) -> Person:
    return person("lise@demo.example")


@pytest.fixture
def body(desk: Person, member: Person) -> Organisation:
    made = core.create_organisation(desk, name="Atelier de démonstration", kind="association", at=NOW)
    core.add_member(desk, made, person=member, starts_on=timezone.localdate() - timedelta(days=9), at=NOW)
    return made


def given(**more: Any) -> dict[str, Any]:
    told = {"name": "Atelier", "siret": SIRET, "place": "33063", "steps": ["collection", "sorting"], "streams": ""}
    return told | {"volumes": "", "label": "", "website": ""} | more


def declare(client: Client, body: Organisation, **more: Any) -> Any:
    return client.post(f"/organisations/{body.pk}/reemploi/", given(**more))


def main(client: Client, path: str) -> str:
    page = client.get(path).text
    return page[page.index("<main") : page.index("</main>")]


def test_declared_read_in_the_chain_changed_and_withdrawn(client: Client, body: Organisation, member: Person) -> None:
    client.force_login(member)
    assert f"/organisations/{body.pk}/reemploi/" in main(client, f"/organisations/{body.pk}/")
    for _twice in range(2):
        answer = declare(client, body, name=HOSTILE, streams="ordinateurs, écrans", volumes="1 200")
        assert answer.status_code == 302
    place = Place.objects.get()
    assert answer["location"] == f"/lieux/{place.pk}/"
    assert (place.streams, place.volumes_per_year) == (["ordinateurs", "écrans"], 1200)
    page = main(client, f"/lieux/{place.pk}/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 🦆" in page
    assert "Déclaré par Atelier de démonstration" in page
    assert "Collecte, Tri" in page
    assert "déclaré par Atelier de démonstration" in main(client, "/filieres/commune/33063/")
    form = main(client, f"/lieux/{place.pk}/modifier/")
    assert 'value="ordinateurs, écrans"' in form
    answer = client.post(f"/lieux/{place.pk}/modifier/", given(name="Atelier", steps=["distribution"]))
    assert (answer.status_code, Place.objects.get().steps) == (302, ["distribution"])
    assert client.post(f"/lieux/{place.pk}/", {"do": "withdraw"}).status_code == 302
    assert "Retiré par son organisme" in main(client, f"/lieux/{place.pk}/")
    assert "Atelier de démonstration" not in main(client, "/filieres/commune/33063/")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"siret": ""}, "Numéro SIRET"),
        ({"siret": "123"}, "14 chiffres"),
        ({"siret": "12345678901234"}, "clé"),
        ({"siret": "0" * 14}, "Indiquez le numéro SIRET"),
        ({"place": "Nulle-Part"}, "Aucune commune"),
        ({"place": "Saint-Denis"}, "93066"),
        ({"place": "243300316"}, "Aucune commune"),
        ({"steps": []}, "Ce que vous y faites"),
        ({"steps": ["autre"]}, "autre"),
        ({"volumes": "beaucoup"}, "beaucoup"),
        ({"volumes": "-1"}, "-1"),
        ({"website": "javascript:alert(1)"}, "javascript:alert(1)"),
        ({"name": "a" * 300}, "200"),
        ({"streams": "b" * 400}, "300"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(
    client: Client, body: Organisation, member: Person, wrong: dict[str, Any], words: str
) -> None:
    client.force_login(member)
    answer = declare(client, body, label=HOSTILE, **wrong)
    assert (answer.status_code, Place.objects.count()) == (422, 0)
    assert words in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 🦆" in answer.text


def test_a_refusal_of_the_service_stands_in_the_form(client: Client, body: Organisation, member: Person) -> None:
    Organisation.objects.filter(pk=body.pk).update(siret="73282932000074")
    client.force_login(member)
    answer = declare(client, body, label=HOSTILE)
    assert (answer.status_code, "732829320" in answer.text) == (422, True)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 🦆" in answer.text


def test_others_declare_and_change_nothing(
    client: Client, body: Organisation, member: Person, person: Callable[..., Person]
) -> None:
    client.force_login(member)
    declare(client, body)
    place = Place.objects.get()
    client.logout()
    assert client.get(f"/lieux/{place.pk}/modifier/").status_code == 302
    client.force_login(person("autre@demo.example"))
    assert "<button" not in main(client, f"/lieux/{place.pk}/")
    assert f"/organisations/{body.pk}/reemploi/" not in main(client, f"/organisations/{body.pk}/")
    codes = [
        client.get(f"/organisations/{body.pk}/reemploi/").status_code,
        declare(client, body).status_code,
        client.get(f"/lieux/{place.pk}/modifier/").status_code,
        *(
            client.post(f"/lieux/{place.pk}/", {"do": do, "reason": "x"}).status_code
            for do in ("withdraw", "withhold", "restore")
        ),
    ]
    assert codes == [403] * 6
    assert client.get("/lieux/99999999999/").status_code == 404


def test_an_editor_takes_a_place_off_with_a_reason_and_brings_it_back(
    client: Client, desk: Person, person: Callable[..., Person]
) -> None:
    place = Place.objects.create(
        source="demo", source_id="1", name="Espace de démonstration", territory=commune("33063"), phone="05 00 00 00 00"
    )
    editor = person("editrice@mairie.example")
    core.grant(desk, editor, role="editor", object_type="instance", at=timezone.now())
    client.force_login(editor)
    path = f"/lieux/{place.pk}/"
    assert client.post(path, {"do": "withhold", "reason": " "}).status_code == 422
    assert client.post(path, {"do": "withhold", "reason": HOSTILE}).status_code == 302
    answer = client.get(path)
    assert (answer.status_code, "05 00 00 00 00" in answer.text) == (410, False)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 🦆" in answer.text
    for other in ("/lieux/", "/se-faire-aider/?commune=33063", "/territoires/commune/33063/", "/carte/lieux.geojson"):
        assert ("Espace de démonstration" in client.get(other).text) is False
    assert client.get("/api/v1/territories/commune/33063/places").json()["total"] == 0
    assert client.post(path, {"do": "restore", "reason": "Vérifié."}).status_code == 302
    assert (client.get(path).status_code, "05 00 00 00 00" in client.get(path).text) == (200, True)
    assert "Espace de démonstration" in client.get("/lieux/").text


@pytest.mark.parametrize("path", ["/organisations/{body}/reemploi/", "/filieres/commune/33063/", "/lieux/"])
def test_as_many_questions_for_three_as_for_one(client: Client, body: Organisation, member: Person, path: str) -> None:
    client.force_login(member)

    def queries() -> int:
        client.get(path.format(body=body.pk))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path.format(body=body.pk)).status_code == 200
        return len(seen)

    declare(client, body)
    one = queries()
    for siret in ("73282932000074", "55208131766522"):
        assert declare(client, body, siret=siret).status_code == 302
    assert queries() == one
