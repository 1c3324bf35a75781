"""Mail that leaves: each once, the same when sent again, never a private text; a server that is down, slow or says no."""

from __future__ import annotations

import html.parser
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from doubles import mail_server
from doubles.mail_server import MailServer
from factories import NOW, CommonsFactory

from communaux.core import delivery, journal, letters, notify, outbox, subscriptions
from communaux.core.models import Digest, MailChannel, Notification, OutboxItem, Person

pytestmark = pytest.mark.django_db
HOSTILE = "Vélos\r\nBcc: tous@demo.example\r\n\r\n<script>alert(1)</script> & <b>gras</b>\u202e"


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server.running() as running:
        settings.MAILERS = running.mailers
        yield running


@pytest.fixture
def readers(person: Callable[..., Person], desk: Person, server: MailServer) -> list[Person]:
    made = [person(f"lectrice{n}@demo.example") for n in range(3)]
    notify.follow(NOW)
    OutboxItem.objects.all().delete()
    Notification.objects.all().delete()
    return made


def ask(desk: Person, who: list[Person], name: str = "Prêt de vélos", verb: str = "catalogue.withhold") -> None:
    """Something to be told at once about a commons that these follow."""
    commons = CommonsFactory(name=name)
    for one in who:
        subscriptions.choose_frequency(one, kind="news", frequency="immediate", at=NOW)
        subscriptions.follow(one, kind="commons", subject_id=str(commons.pk), at=NOW)
    line = journal.Line(verb, ("commons", str(commons.pk)), {}, {}, reason="raison privée", private={"who": "secret"})
    journal.append(desk, NOW, line)


def run(at: datetime = NOW) -> delivery.Round:
    return delivery.run(lambda: at)


def states() -> list[tuple[str, str, int]]:
    rows = OutboxItem.objects.order_by("to", "created_at").values_list("state", "failure", "attempts")
    return list(rows)


def test_a_mail_as_it_leaves(readers: list[Person], desk: Person, server: MailServer) -> None:
    ask(desk, readers[:1])
    assert run().mail == outbox.Drained(sent=1)
    [(to, _raw)] = server.letters
    sent = server.read()
    assert to == "lectrice0@demo.example"
    assert sent["Subject"] == "Prêt de vélos\u00a0: retiré du guichet\u00a0: son adresse dit pourquoi — Communaux"
    assert [part.get_content_type() for part in sent.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert (sent["Auto-Submitted"], sent["List-Unsubscribe-Post"]) == ("auto-generated", "List-Unsubscribe=One-Click")
    link = sent["List-Unsubscribe"]
    assert link.startswith("<http://127.0.0.1:8000/desabonnement/")
    assert letters.read_token(link.rstrip("/>").rpartition("/")[2]) == (readers[0].pk, ["news"])
    text, page = (sent.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert link.strip("<>") in text
    assert link.strip("<>") in page
    assert "http://127.0.0.1:8000/communs/" in text
    assert '<html lang="fr">' in page


def test_no_pixel_no_private_text_no_name_of_a_person(readers: list[Person], desk: Person, server: MailServer) -> None:
    ask(desk, readers[:1])
    run()
    raw = server.letters[0][1].decode()
    everything = server.read().as_string() + raw
    assert [
        word for word in ("raison priv", "secret", "<img", "src=", "lectrice1", "Lectrice") if word in everything
    ] == []


def test_in_the_language_of_each(readers: list[Person], desk: Person, server: MailServer) -> None:
    Person.objects.filter(pk=readers[0].pk).update(lang="en")
    ask(desk, readers[:1])
    run()
    sent = server.read()
    assert sent["Subject"] == "Prêt de vélos: taken off the desk: its address says why — Communaux"
    assert "/en/mon-espace/" in sent.get_body(("plain",)).get_content()
    assert sent["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/en/desabonnement/")


def test_a_hostile_name_stays_a_name(readers: list[Person], desk: Person, server: MailServer) -> None:
    ask(desk, readers[:1], HOSTILE)
    assert run().mail.sent == 1
    sent = server.read()
    assert [to for to, _raw in server.letters] == ["lectrice0@demo.example"]
    assert (sent["Bcc"], sent["Cc"]) == (None, None)
    assert sent["Subject"].startswith("Vélos Bcc: tous@demo.example <script>alert(1)</script> & <b>gras</b>\u00a0: ")
    page = sent.get_body(("html",)).get_content()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;gras&lt;/b&gt;</a></h2>" in page
    found = Tags()
    found.feed(page)
    assert found.seen == {"html", "head", "meta", "title", "body", "h1", "h2", "a", "ul", "li", "p", "hr"}
    lines = sent.get_body(("plain",)).get_content().splitlines()
    assert "Vélos Bcc: tous@demo.example <script>alert(1)</script> & <b>gras</b>" in lines


class Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)


def test_a_very_long_name_is_cut(readers: list[Person], desk: Person, server: MailServer) -> None:
    ask(desk, readers[:1], "👨‍👩‍👧 " * 41)
    assert run().mail.sent == 1
    name = server.read()["Subject"].partition("\u00a0:")[0]
    assert (len(name), name[-1]) == (120, "…")


def test_everybody_once_over_one_connection(readers: list[Person], desk: Person, server: MailServer) -> None:
    ask(desk, readers)
    assert (run().mail.sent, run().mail.sent) == (3, 0)
    assert sorted(to for to, _raw in server.letters) == [one.mail for one in readers]
    assert server.sessions == 1


def test_a_server_that_is_down_is_tried_again_later_and_later(
    readers: list[Person], desk: Person, server: MailServer, settings: Any
) -> None:
    good, settings.MAILERS = settings.MAILERS, _nobody_listens(settings.MAILERS)
    ask(desk, readers)
    assert run().mail == outbox.Drained(put_off=1)  # no use to try the others
    assert sorted(states()) == [("waiting", "", 0), ("waiting", "", 0), ("waiting", "down", 1)]
    tried = OutboxItem.objects.get(attempts=1)
    pauses = []
    for _n in range(12):
        pauses.append((tried.next_try_at - NOW).total_seconds())
        outbox._put_off(tried, "x", NOW)
        tried.refresh_from_db()
    assert all(low <= pause <= high for pause, (low, high) in zip(pauses, _bounds(), strict=False))
    settings.MAILERS = good
    assert run(NOW + timedelta(days=1)).mail.sent == 3


def _nobody_listens(mailers: dict[str, Any]) -> dict[str, Any]:
    return {"default": mailers["default"] | {"OPTIONS": mailers["default"]["OPTIONS"] | {"port": 1}}}


def _bounds() -> Iterator[tuple[float, float]]:
    for n in range(12):
        pause = min(60 * 2**n, 21_600)
        yield pause * 0.8 - 1, pause * 1.2 + 1


def test_after_a_week_it_is_too_late(readers: list[Person], desk: Person, settings: Any, server: MailServer) -> None:
    good, settings.MAILERS = settings.MAILERS, _nobody_listens(settings.MAILERS)
    ask(desk, readers[:1])
    run()
    settings.MAILERS = good
    assert run(NOW + timedelta(days=7, minutes=1)).mail == outbox.Drained(failed=1)
    assert (states(), server.letters) == ([("failed", "expired", 1)], [])


def test_a_slow_server_is_waited_for_then_left(
    readers: list[Person], desk: Person, server: MailServer, settings: Any
) -> None:
    server.slow = 0.4
    ask(desk, readers[:1])
    assert run().mail.sent == 1
    settings.MAILERS["default"]["OPTIONS"]["timeout"] = 0.2
    ask(desk, readers[1:])
    assert run().mail == outbox.Drained(put_off=1)
    assert sorted(states()) == [("sent", "", 0), ("waiting", "", 0), ("waiting", "down", 1)]


def test_sending_stops_when_its_time_is_over(readers: list[Person], desk: Person, server: MailServer) -> None:
    ask(desk, readers)
    ticks = iter(range(1000))
    done = delivery.run(lambda: NOW + timedelta(seconds=20 * next(ticks)), within=timedelta(seconds=50))
    assert (done.mail.sent, done.waiting) == (1, 2)
    assert run(NOW + timedelta(hours=1)).mail.sent == 2


def test_one_refused_address_does_not_stop_the_others_and_is_left_alone_in_the_end(
    readers: list[Person], desk: Person, server: MailServer
) -> None:
    server.answers[readers[0].mail] = "550 no such user"
    for n in range(1, 5):
        ask(desk, readers)
        run()
        channel = MailChannel.objects.get()
        assert (channel.person, channel.refusals) == (readers[0], min(n, 3))
        assert (channel.paused_at is not None) == (n >= 3)
    assert sorted(to for to, _raw in server.letters) == 4 * [readers[1].mail] + 4 * [readers[2].mail]
    mine = OutboxItem.objects.filter(to=readers[0])
    assert list(mine.values_list("state", "failure", "detail")) == 3 * [("failed", "rejected", "550")]
    assert subscriptions.paused(readers[0]) == channel
    subscriptions.resume_mail(readers[0], at=NOW)
    del server.answers[readers[0].mail]
    ask(desk, readers[:1])
    assert run().mail.sent == 1
    assert MailChannel.objects.count() == 0


def test_a_success_between_two_refusals_begins_anew(readers: list[Person], desk: Person, server: MailServer) -> None:
    for answer in ("550 no", "550 no", "250 ok", "550 no", "550 no"):
        server.answers[readers[0].mail] = answer
        ask(desk, readers[:1])
        run()
    assert (MailChannel.objects.get().refusals, subscriptions.paused(readers[0])) == (2, None)


def test_a_new_address_begins_anew(readers: list[Person], desk: Person, server: MailServer) -> None:
    MailChannel.objects.create(person=readers[0], address=readers[0].mail, refusals=3, paused_at=NOW)
    readers[0].mail = "nouvelle@demo.example"
    readers[0].save()
    assert subscriptions.paused(readers[0]) is None
    ask(desk, readers[:1])
    assert run().mail.sent == 1


def test_come_back_later_is_not_a_refusal(readers: list[Person], desk: Person, server: MailServer) -> None:
    server.answers[readers[0].mail] = "450 greylisted"
    ask(desk, readers)
    assert run().mail == outbox.Drained(sent=2, put_off=1)
    assert MailChannel.objects.count() == 0
    server.answers.clear()
    assert run(NOW + timedelta(minutes=2)).mail.sent == 1


def test_nothing_leaves_to_accounts_closed_erased_or_left_alone_meanwhile(
    readers: list[Person], desk: Person, server: MailServer
) -> None:
    ask(desk, readers)
    notify.follow(NOW)
    Person.objects.filter(pk=readers[0].pk).update(is_active=False)
    Person.objects.filter(pk=readers[1].pk).update(erased_at=NOW)
    MailChannel.objects.create(person=readers[2], address=readers[2].mail, refusals=3, paused_at=NOW)
    assert run().mail == outbox.Drained(failed=3)
    assert (states(), server.letters) == (3 * [("failed", "cancelled", 0)], [])


def test_what_was_settled_meanwhile_is_not_asked_by_mail(
    readers: list[Person], desk: Person, server: MailServer
) -> None:
    ask(desk, readers[:1])
    notify.follow(NOW)
    Notification.objects.filter(channel="mail").update(state="settled")
    assert run().mail == outbox.Drained(failed=1)
    assert server.letters == []


def test_a_bad_address_in_the_database_is_a_refused_one(
    readers: list[Person], desk: Person, server: MailServer
) -> None:
    Person.objects.filter(pk=readers[0].pk).update(mail="pas une adresse")
    ask(desk, readers)
    assert run().mail == outbox.Drained(sent=2, failed=1)


class Killed(BaseException):
    """The process ends here: nothing that follows is run."""


class SentThenKilled(BaseEmailBackend):
    """The letter is on its way, and the process dies before it can note it."""

    def send_messages(self, messages: list[Any]) -> int:
        mail.outbox += messages
        raise Killed


def test_killed_between_sending_and_marking_it_is_the_same_mail_again(
    readers: list[Person], desk: Person, server: MailServer, settings: Any
) -> None:
    good = settings.MAILERS
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.SentThenKilled"}}
    ask(desk, readers[:1])
    with pytest.raises(Killed):
        run()
    settings.MAILERS = good
    assert run(NOW + outbox.LEASE - timedelta(seconds=1)).mail == outbox.Drained()
    assert run(NOW + outbox.LEASE + timedelta(seconds=1)).mail == outbox.Drained(sent=1)
    first, again = mail.outbox[0].message(), server.read()
    kept = ("Message-ID", "Date", "Subject", "To", "List-Unsubscribe")
    assert [again[name] for name in kept] == [first[name] for name in kept]
    bodies = [[one.get_body((kind,)).get_content() for kind in ("plain", "html")] for one in (first, again)]
    assert [text.replace("\r\n", "\n") for text in bodies[0]] == [text.replace("\r\n", "\n") for text in bodies[1]]


def test_taken_without_a_word_it_is_the_same_mail_again(
    readers: list[Person], desk: Person, server: MailServer
) -> None:
    server.silent_after_data = True
    ask(desk, readers[:1])
    assert run().mail == outbox.Drained(put_off=1)
    server.silent_after_data = False
    assert run(NOW + timedelta(minutes=2)).mail.sent == 1
    assert server.read(0)["Message-ID"] == server.read(1)["Message-ID"]


def test_two_notices_have_two_numbers(readers: list[Person], desk: Person, server: MailServer) -> None:
    ask(desk, readers[:1])
    ask(desk, readers)
    run()
    numbers = [server.read(n)["Message-ID"] for n in range(4)]
    assert len(set(numbers)) == 4
    assert all(number.endswith("@127.0.0.1>") for number in numbers)


def test_the_mail_of_a_digest_dates_it(readers: list[Person], desk: Person, server: MailServer) -> None:
    ask(desk, [])
    commons = CommonsFactory()
    subscriptions.follow(readers[0], kind="commons", subject_id=str(commons.pk), at=NOW)
    journal.append(desk, NOW, journal.Line("catalogue.describe", ("commons", str(commons.pk))))
    morning = NOW + timedelta(days=1)
    run(morning)
    assert Digest.objects.get().sent_at == morning


def test_a_desk_without_mail_tells_on_pages_only(readers: list[Person], desk: Person, settings: Any) -> None:
    settings.MAILERS = {}
    ask(desk, readers)
    assert run().mail == outbox.Drained()
    assert (OutboxItem.objects.count(), Notification.objects.filter(channel="inapp").count()) == (0, 3)


@pytest.mark.parametrize(
    ("text", "read"),
    [("", None), ("x", None), ("WyJ4Il0:abc", None), ("é\x00" * 1000, None)],
)
def test_a_link_that_is_not_ours_opens_nothing(text: str, read: None) -> None:
    assert letters.read_token(text) is read
