"""Pages of ambassadors: listed, found on their territory, written to without an address being shown, become and stop."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape
from factories import CommonsFactory
from territory.small import bring, commune

from communaux.catalogue import services
from communaux.core import delivery
from communaux.core.errors import BadRequest
from communaux.core.models import Person
from communaux.territory.ambassadors import Terms
from communaux.territory.models import Ambassador, AmbassadorRequest

pytestmark = pytest.mark.django_db
SECRET = "adresse.cachee"
HOSTILE = "<script>alert(1)</script> 🦆"


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


@pytest.fixture
def make(person: Callable[..., Person]) -> Callable[..., Ambassador]:
    def made(name: str = SECRET, code: str = "33063", note: str = "") -> Ambassador:
        by = person(f"{name}@demo.example")
        Person.objects.filter(pk=by.pk).update(display_name=f"Claire {name[-1].upper()}")
        told = Terms(True, [commune(code)], ["fr", "en"], note)
        return services.become_ambassador(by, terms=told, commons=[CommonsFactory()], at=timezone.now())

    return made


def given(**more: str) -> dict[str, str]:
    told = {"text": "Bonjour, par où commencer ?", "from_mail": "lise@mairie.example", "from_org": "", "key": ""}
    return told | more


def form(**more: Any) -> dict[str, Any]:
    return {"place_1": "33063", "languages": ["fr"], "commons": "", "note": "", "consent": "on"} | more


@pytest.mark.parametrize(("prefix", "words"), [("", "1 ambassadrice ou ambassadeur"), ("/en", "1 ambassador")])
def test_the_list_tells_who_where_since_when(
    client: Client, make: Callable[..., Ambassador], prefix: str, words: str
) -> None:
    made = make(note=HOSTILE)
    page = client.get(f"{prefix}/ambassadeurs/").text
    assert f"<h2>{words}</h2>" in page
    assert "<h3>Claire E</h3>" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 🦆" in page
    assert f'href="{prefix}/ambassadeurs/{made.pk}/contacter/"' in page
    assert f'href="{prefix}/territoires/commune/33063/"' in page


def test_by_territory_and_a_code_that_is_none(client: Client, make: Callable[..., Ambassador]) -> None:
    make("claire.a"), make("claire.b", "97411")
    names = lambda where: re.findall(r"<h3>(.*?)</h3>", client.get(f"/ambassadeurs/?territoire={where}").text)  # noqa: E731
    assert names("departement:33") == ["Claire A"]
    assert names("commune:33063") == ["Claire A"]
    assert names("pays:FR") == ["Claire A", "Claire B"]
    assert names("commune:29155") == []
    assert client.get("/ambassadeurs/?territoire=commune:00000").status_code == 404
    assert client.get("/ambassadeurs/?page=9999999").status_code == 200


def test_no_address_of_mail_on_any_page_nor_in_the_api(client: Client, make: Callable[..., Ambassador]) -> None:
    made = make()
    paths = (
        *("/ambassadeurs/", f"/ambassadeurs/{made.pk}/contacter/", "/territoires/commune/33063/", "/journal/"),
        *("/api/v1/territories/commune/33063", "/api/v1/territories?q=bordeaux", "/carte/ambassadeurs/tous/"),
        *("/carte/ambassadeurs/tous/tableau.csv", made.commons.get().commons.get_absolute_url()),
    )
    for prefix in ("", "/en"):
        for path in paths:
            answer = client.get(path if path.startswith("/api") else f"{prefix}{path}", follow=True)
            assert (path, answer.status_code, SECRET in answer.text) == (path, 200, False)
    answer = client.post(f"/ambassadeurs/{made.pk}/contacter/", given(text=""))
    assert (answer.status_code, SECRET in answer.text) == (422, False)


def test_on_the_territory_and_on_what_it_holds(client: Client, make: Callable[..., Ambassador]) -> None:
    made = make()
    assert f"/ambassadeurs/{made.pk}/contacter/" in client.get("/territoires/commune/33063/").text
    assert "Personne ne le couvre en entier" in client.get("/territoires/departement/33/").text
    assert "Personne ne l’est encore ici" in client.get("/territoires/commune/97411/").text


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize(
    "path", ["/ambassadeurs/", "/ambassadeurs/?territoire=commune:33063", "/territoires/commune/33063/"]
)
def test_as_many_questions_for_three_as_for_one(client: Client, make: Callable[..., Ambassador], path: str) -> None:
    make("claire.a")
    one = queries(client, path)
    make("claire.b"), make("claire.c")
    assert queries(client, path) == one


def test_a_visitor_writes_and_the_mail_leaves(
    client: Client, make: Callable[..., Ambassador], mailbox: list[EmailMessage]
) -> None:
    made = make()
    page = client.get(f"/ambassadeurs/{made.pk}/contacter/").text
    (key,) = re.findall(r'name="key" value="([^"]+)"', page)
    for _twice in range(2):
        answer = client.post(f"/ambassadeurs/{made.pk}/contacter/", given(key=key, text=HOSTILE))
        assert answer.status_code == 302
    delivery.run(timezone.now)
    assert [one.reply_to for one in mail.outbox] == [["lise@mairie.example"]]
    assert HOSTILE in mail.outbox[0].body


def test_the_fourth_within_an_hour_is_refused_and_kept(client: Client, make: Callable[..., Ambassador]) -> None:
    made = make()
    for n in range(3):
        assert client.post(f"/ambassadeurs/{made.pk}/contacter/", given(text=f"Bonjour numéro {n}")).status_code == 302
    answer = client.post(f"/ambassadeurs/{made.pk}/contacter/", given(text="Une question de trop"))
    assert answer.status_code == 429
    assert "Réessayez dans une heure" in answer.text
    assert "Une question de trop" in answer.text
    assert AmbassadorRequest.objects.count() == 3


def test_another_address_each_time_is_stopped_too(client: Client, make: Callable[..., Ambassador]) -> None:
    made = make()
    codes = [
        client.post(f"/ambassadeurs/{made.pk}/contacter/", given(from_mail=f"p{n}@mairie.example")).status_code
        for n in range(11)
    ]
    assert codes == [302] * 10 + [429]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "a" * 4000},
        {"from_mail": "pas une adresse"},
        {"from_mail": "a@b.example\nBcc: c@d.example"},
    ],
)
def test_a_message_that_cannot_leave_loses_nothing(
    client: Client, make: Callable[..., Ambassador], wrong: dict[str, str]
) -> None:
    made = make()
    answer = client.post(f"/ambassadeurs/{made.pk}/contacter/", given(from_org=HOSTILE, **wrong))
    assert (answer.status_code, AmbassadorRequest.objects.count()) == (422, 0)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 🦆" in answer.text


def test_whoever_is_signed_in_answers_from_their_account(
    client: Client, make: Callable[..., Ambassador], person: Callable[..., Person]
) -> None:
    made, lise = make(), person("lise@demo.example")
    client.force_login(lise)
    assert 'name="from_mail"' not in client.get(f"/ambassadeurs/{made.pk}/contacter/").text
    client.post(f"/ambassadeurs/{made.pk}/contacter/", given(from_mail="autre@mairie.example"))
    assert AmbassadorRequest.objects.get().from_mail == "lise@demo.example"


def test_become_say_otherwise_and_stop(client: Client, person: Callable[..., Person]) -> None:
    assert client.get("/ambassadeurs/devenir/").status_code == 302
    commons = CommonsFactory(name="Plans partagés")
    client.force_login(person("lise@demo.example"))
    assert client.get("/ambassadeurs/devenir/").status_code == 200
    for _twice in range(2):
        assert client.post("/ambassadeurs/devenir/", form(commons="plans partagés\n")).status_code == 302
    mine = Ambassador.objects.get()
    assert (mine.languages, mine.covers, mine.commons.get().commons) == (["fr"], ["commune:33063"], commons)
    page = client.get("/ambassadeurs/devenir/").text
    assert 'value="33063"' in page
    assert "Vous êtes ambassadrice ou ambassadeur" in page
    assert client.post(f"/ambassadeurs/{mine.pk}/arreter/").status_code == 302
    assert client.get(f"/ambassadeurs/{mine.pk}/contacter/").status_code == 404
    assert client.get(f"/ambassadeurs/{mine.pk}/arreter/").status_code == 405


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"consent": ""}, "J’accepte"),
        ({"place_1": ""}, "Territoire 1"),
        ({"place_1": "Nulle-Part-sur-Mer"}, "Aucun lieu ne porte ce nom"),
        ({"commons": "Un commun inconnu <b>"}, "Un commun inconnu &lt;b&gt;"),
        ({"commons": "\n".join("abcdef")}, "5 communs au plus"),
        ({"place_2": "Saint-Denis"}, "Plusieurs lieux répondent"),
    ],
)
def test_a_form_that_says_too_little_is_told_and_kept(
    client: Client, person: Callable[..., Person], wrong: dict[str, str], words: str
) -> None:
    client.force_login(person("lise@demo.example"))
    answer = client.post("/ambassadeurs/devenir/", form(note=HOSTILE, **wrong))
    assert answer.status_code == 422
    assert words in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 🦆" in answer.text
    assert Ambassador.objects.count() == 0


@pytest.mark.parametrize("note", ["Écrivez à claire@mairie.example", "Appelez le 06 12 34 56 78 <b>vite</b>"])
def test_words_that_tell_an_address_or_a_number_are_refused_and_kept(
    client: Client, person: Callable[..., Person], note: str
) -> None:
    lise = person("lise@demo.example")
    client.force_login(lise)
    answer = client.post("/ambassadeurs/devenir/", form(note=note))
    assert (answer.status_code, Ambassador.objects.count()) == (422, 0)
    assert "Ces mots sont publics" in answer.text
    assert f">\n{escape(note)}</textarea>" in answer.text
    with pytest.raises(BadRequest, match="Ces mots sont publics"):
        services.become_ambassador(lise, terms=Terms(True, [commune("33063")], note=note), at=timezone.now())


def test_which_of_several(client: Client, person: Callable[..., Person]) -> None:
    client.force_login(person("lise@demo.example"))
    client.post("/ambassadeurs/devenir/", form(place_2="Saint-Denis", which_2="commune:97411"))
    assert Ambassador.objects.get().covers == ["commune:33063", "commune:97411"]
    assert 'value="97411"' in client.get("/ambassadeurs/devenir/").text


def test_only_an_operator_sees_how_to_stop_somebody_else(
    client: Client, make: Callable[..., Ambassador], person: Callable[..., Person]
) -> None:
    made = make()
    client.force_login(person("lise@demo.example"))
    assert f"/ambassadeurs/{made.pk}/arreter/" not in client.get("/ambassadeurs/").text
    assert client.post(f"/ambassadeurs/{made.pk}/arreter/").status_code == 403
    client.force_login(person("op@demo.example", operator=True))
    assert f"/ambassadeurs/{made.pk}/arreter/" in client.get("/ambassadeurs/").text
