"""What was written to an ambassador: read by that person alone, said to be answered once, told to who wrote."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import rules
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import NOW
from territory.small import bring, commune

from communaux.catalogue import services
from communaux.core import delivery, notify
from communaux.core.errors import NotAllowed
from communaux.core.models import Entry, Notification, Person
from communaux.territory.ambassadors import Terms
from communaux.territory.models import Ambassador, AmbassadorRequest
from communaux.territory.services import answer_request, write_to_ambassador
from communaux.territory.services.ambassadors import Message

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> 🦆"


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


@pytest.fixture
def claire(person: Callable[..., Person]) -> Person:
    return person("claire@demo.example")


@pytest.fixture
def mine(claire: Person) -> Ambassador:
    return services.become_ambassador(claire, terms=Terms(True, [commune("33063")]), at=NOW)


def send(to: Ambassador, text: str = "Bonjour, par où commencer ?", sender: str = "lise@demo.example", n: int = 0):
    message = Message(uuid4(), sender, text, "Commune de démonstration" if n == 0 else "")
    return write_to_ambassador(Person.objects.desk(), to, message=message, at=NOW + timedelta(hours=2 * n))


def shown(client: Client, path: str = "/mon-espace/messages/") -> str:
    page = client.get(path).text
    return page[page.index("<main") : page.index("</main>")]


def test_role_by_action(mine: Ambassador, claire: Person, person: Callable[..., Person]) -> None:
    asked = send(mine)
    people = {
        "claire": claire,
        "lise": person("lise@demo.example"),
        "other": person("autre@demo.example"),
        "operator": person("op@demo.example", operator=True),
        "nobody": None,
    }
    found = {who: rules.has_perm("territory.answer_request", by, asked) for who, by in people.items()}
    assert found == dict.fromkeys(people, False) | {"claire": True}
    with pytest.raises(NotAllowed):
        answer_request(people["other"], asked, at=NOW)


def test_the_space_asks_and_the_page_tells(client: Client, mine: Ambassador, claire: Person) -> None:
    client.force_login(claire)
    assert "Personne ne vous a encore écrit" in shown(client)
    assert "Commune de démonstration" not in shown(client, "/mon-espace/")
    asked = send(mine, HOSTILE)
    assert '<a href="/mon-espace/messages/">Commune de démonstration</a>' in shown(client, "/mon-espace/")
    page = shown(client)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 🦆" in page
    assert 'href="mailto:lise@demo.example"' in page
    for _twice in range(2):
        assert client.post(f"/mon-espace/messages/{asked.pk}/repondu/").status_code == 302
    assert Entry.objects.filter(act="territory.answer_request").count() == 1
    assert re.findall(r'<span class="state yes">(.*?)</span>', shown(client)) == ["Répondu"]
    assert "<button" not in shown(client)
    assert "Commune de démonstration" not in shown(client, "/mon-espace/")


def test_nobody_else_reads_or_answers(client: Client, mine: Ambassador, person: Callable[..., Person]) -> None:
    asked = send(mine, "Un message privé")
    assert client.get("/mon-espace/messages/")["location"] == "/connexion/?next=/mon-espace/messages/"
    assert client.post(f"/mon-espace/messages/{asked.pk}/repondu/").status_code == 403
    for who in (person("autre@demo.example"), person("op@demo.example", operator=True)):
        client.force_login(who)
        assert "Un message privé" not in shown(client)
        assert client.post(f"/mon-espace/messages/{asked.pk}/repondu/").status_code == 404
    assert client.get(f"/mon-espace/messages/{asked.pk}/repondu/").status_code == 405
    assert AmbassadorRequest.objects.get().answered_at is None


def test_who_wrote_from_an_account_is_told_and_the_journal_names_nobody(
    mine: Ambassador, claire: Person, person: Callable[..., Person]
) -> None:
    lise = person("lise@demo.example")
    first, second = send(mine, sender="LISE@demo.example"), send(mine, sender="inconnue@demo.example")
    for asked in (first, second):
        answer_request(claire, asked, at=NOW)
    entry = Entry.objects.filter(act="territory.answer_request").first()
    assert (entry.actor, entry.before, entry.after, entry.private) == (claire, {}, {}, None)
    notify.follow(NOW)
    rows = Notification.objects.filter(entry__act="territory.answer_request", channel="inapp")
    assert list(rows.values_list("person", "kind", "entry__subject_id")) == [(lise.pk, "news", str(first.pk))]


def test_the_mail_says_where(mine: Ambassador, mailbox: list[EmailMessage]) -> None:
    send(mine)
    delivery.run(lambda: NOW + timedelta(minutes=1))
    assert "/mon-espace/messages/" in mailbox[0].body


def test_who_stopped_still_reads_and_is_asked_nothing(client: Client, mine: Ambassador, claire: Person) -> None:
    send(mine)
    services.stop_ambassador(claire, mine, at=NOW)
    client.force_login(claire)
    assert "par où commencer" in shown(client)
    assert "Commune de démonstration" not in shown(client, "/mon-espace/")


def test_what_waits_stands_first(client: Client, mine: Ambassador, claire: Person) -> None:
    asked = [send(mine, f"Message numéro {n}", f"p{n}@demo.example", n) for n in range(4)]
    answer_request(claire, asked[0], at=NOW + timedelta(hours=9))
    answer_request(claire, asked[2], at=NOW + timedelta(hours=10))
    client.force_login(claire)
    assert re.findall(r"numéro (\d)", shown(client)) == ["1", "3", "2", "0"]


@pytest.mark.parametrize("path", ["/mon-espace/messages/", "/mon-espace/"])
def test_as_many_questions_for_three_as_for_one(client: Client, mine: Ambassador, claire: Person, path: str) -> None:
    client.force_login(claire)

    def queries() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    send(mine)
    one = queries()
    send(mine, n=1), send(mine, n=2)
    assert queries() == one
