"""Commitments: written down, answered for, asked about on their day, kept or given up; counted on the balance."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import rules
from django.core.mail import EmailMessage
from django.db import DatabaseError, IntegrityError, transaction
from uses import Cast

from communaux.core import journal, letters, notify, outbox, signed_links
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.models import Entry, Notification, OutboxItem, Person, SignedLink
from communaux.gatherings import life, services, shipped
from communaux.gatherings.letters import INVITATION, PURPOSE
from communaux.gatherings.models import Commitment, Edition, FollowUp, Reminder, Roadmap
from communaux.gatherings.queries import commitments, editions
from communaux.gatherings.services import News, Round

pytestmark = pytest.mark.django_db
PARTS = ("member", "second", "former", "outsider", "editor", "steward", "operator", "reader")
MEETING = {
    "name": "Journée des communs",
    "kind": "local",
    "starts_on": date(2023, 3, 4),
    "ends_on": date(2023, 3, 5),
    "place_name": "Mairie",
    "timezone": "Europe/Paris",
}
DAY = date(2023, 8, 31)


def noon(*day: int) -> datetime:
    return datetime(*day, 11, 0, tzinfo=UTC)  # type: ignore[misc]  # year, month, day


@pytest.fixture
def meeting(cast: Cast, now: datetime) -> Edition:
    """Organised by the other body: whoever writes is not who answers."""
    return services.open_edition(cast["outsider"], cast.other, key=uuid4(), told=MEETING, at=now)


def told(cast: Cast, **more: Any) -> dict[str, Any]:
    words = {"text": "Publier les données des marchés.", "body": cast.town.name, "carrier": cast.town, "due_on": DAY}
    return words | more


@pytest.fixture
def made(cast: Cast, meeting: Edition, now: datetime) -> Commitment:
    return services.add_commitment(cast["outsider"], meeting, key=uuid4(), told=told(cast), at=now)


@pytest.fixture
def asked(made: Commitment, cast: Cast, now: datetime) -> Commitment:
    return services.stand_for(cast["member"], made, role="acheteuse", at=now)


def again(one: Commitment) -> Commitment:
    return Commitment.objects.get(pk=one.pk)


def link(one: Commitment, at: datetime) -> SignedLink:
    assert one.contact
    return signed_links.give(PURPOSE, journal.subject_of(one), one.contact, at)


def test_who_may_do_what(made: Commitment, meeting: Edition, cast: Cast) -> None:
    rights = {
        "add_commitment": (meeting, {"outsider"}),
        "change_commitment": (made, {"outsider"}),
        "drop_commitment": (made, {"outsider"}),
        "stand_for": (made, {"member", "second"}),
        "tell_news": (made, {"member", "second"}),
    }
    for act, (thing, may) in rights.items():
        found = {part for part in PARTS if rules.has_perm(f"gatherings.{act}", cast[part], thing)}
        assert (act, found) == (act, may)
        assert not rules.has_perm(f"gatherings.{act}", None, thing)


def test_nobody_answers_for_a_body_that_the_desk_does_not_know(meeting: Edition, cast: Cast, now: datetime) -> None:
    words = told(cast, body="Association des voisins", carrier=None)
    one = services.add_commitment(cast["outsider"], meeting, key=uuid4(), told=words, at=now)
    for part in PARTS:
        with pytest.raises(NotAllowed):
            services.stand_for(cast[part], one, role="x", at=now)


def test_two_clicks_make_one(meeting: Edition, cast: Cast, now: datetime) -> None:
    key = uuid4()
    first, second = (
        services.add_commitment(cast["outsider"], meeting, key=key, told=told(cast), at=now) for _time in range(2)
    )
    assert (first, Commitment.objects.filter(edition=meeting).count()) == (second, 1)
    other = services.open_edition(cast["outsider"], cast.other, key=uuid4(), told=MEETING, at=now)
    elsewhere = services.add_commitment(cast["outsider"], other, key=key, told=told(cast), at=now)
    assert (elsewhere.pk != key, elsewhere.edition) == (True, other)


def test_the_journal_tells_the_words_and_no_person(asked: Commitment, cast: Cast) -> None:
    lines = Entry.objects.filter(subject_kind="commitment").order_by("seq")
    assert [one.act for one in lines] == ["gatherings.add_commitment", "gatherings.stand_for"]
    assert lines[0].after["text"] == "Publier les données des marchés."
    assert lines[1].after == {"contact_role": "acheteuse"}
    assert str(cast["member"].pk) not in str([(one.before, one.after) for one in lines])


def test_words_change_until_its_body_answers_for_it(made: Commitment, cast: Cast, now: datetime) -> None:
    by = cast["outsider"]
    services.change_commitment(by, made, base=1, told={"text": "Publier les marchés."}, at=now)
    with pytest.raises(Conflict, match="entre-temps"):
        services.change_commitment(by, made, base=1, told={"text": "Autre chose."}, at=now)
    assert (again(made).text, again(made).written) == ("Publier les marchés.", 2)
    services.stand_for(cast["member"], made, role="acheteuse", at=now)
    with pytest.raises(Conflict, match="reste tel quel"):
        services.change_commitment(by, made, base=2, told={"text": "Rien du tout."}, at=now)
    with pytest.raises(Conflict, match="reste tel quel"):
        services.drop_commitment(by, made, at=now)
    assert again(made).text == "Publier les marchés."


def test_what_nobody_said_is_taken_away(made: Commitment, cast: Cast, now: datetime) -> None:
    services.drop_commitment(cast["outsider"], made, at=now)
    assert not Commitment.objects.filter(pk=made.pk).exists()


def test_news_keep_the_words_too(made: Commitment, cast: Cast, now: datetime) -> None:
    services.tell_news(cast["second"], made, news=News("blocked", "Il manque un logiciel."), at=now)
    with pytest.raises(Conflict, match="reste tel quel"):
        services.drop_commitment(cast["outsider"], again(made), at=now)


def test_one_colleague_is_asked(asked: Commitment, cast: Cast, now: datetime) -> None:
    with pytest.raises(Conflict, match="collègue"):
        services.stand_for(cast["second"], asked, role="élue", at=now)
    services.stand_for(cast["member"], asked, role="directrice", at=now)
    assert again(asked).contact_role == "directrice"


def test_nobody_is_asked_whom_mail_does_not_reach(made: Commitment, cast: Cast, now: datetime) -> None:
    Person.objects.filter(pk=cast["member"].pk).update(mail=None)
    with pytest.raises(Conflict, match="ne vous parvient pas"):
        services.stand_for(Person.objects.get(pk=cast["member"].pk), made, role="x", at=now)


@pytest.mark.parametrize(
    ("status", "state"), [("advances", "open"), ("blocked", "open"), ("stopped", "dropped"), ("delivered", "kept")]
)
def test_an_answer_by_the_link(asked: Commitment, desk: Person, now: datetime, status: str, state: str) -> None:
    sent = link(asked, now)
    news = News(status, "Voilà.", "https://demo.example/preuve")
    line = services.answer_link(desk, sent, news=news, at=now)
    services.answer_link(desk, sent, news=news, at=now)
    assert (again(asked).state, line.role, line.organisation, line.about) == (state, "acheteuse", asked.carrier, asked)
    assert asked.follow_ups.count() == 1
    entry = Entry.objects.order_by("-seq").first()
    assert entry
    assert (entry.act, entry.subject_id, entry.after["follow_up"]) == ("gatherings.tell_news", str(asked.pk), status)
    assert "Voilà." not in str(entry.after)
    if state != "open":
        with pytest.raises(Conflict, match="son histoire est close"):
            services.answer_link(desk, sent, news=News("advances", "Encore."), at=now)


def test_kept_needs_evidence(asked: Commitment, cast: Cast, now: datetime) -> None:
    with pytest.raises(NotReady, match="où l’on peut voir"):
        services.tell_news(cast["member"], asked, news=News("delivered", "Fait."), at=now)
    assert (again(asked).state, asked.follow_ups.count()) == ("open", 0)


def test_nobody_is_asked_any_more(asked: Commitment, desk: Person, now: datetime) -> None:
    sent = link(asked, now)
    services.stop_asking(desk, sent, at=now)
    assert (again(asked).contact, again(asked).contact_role, again(asked).carrier) == (None, "", asked.carrier)
    with pytest.raises(Conflict, match="ne demande plus"):
        services.answer_link(desk, sent, news=News("advances", "x"), at=now)
    assert services.remind(desk, at=noon(2030, 1, 1)) == Round(0, 0, 0)


def test_five_runs_send_one_mail_on_its_day_then_each_year(
    asked: Commitment, desk: Person, cast: Cast, mailbox: list[EmailMessage]
) -> None:
    assert services.remind(desk, at=noon(2023, 8, 30)).sent == 0
    assert [services.remind(desk, at=noon(2023, 8, 31) + timedelta(minutes=n)).sent for n in range(5)] == [
        1,
        0,
        0,
        0,
        0,
    ]
    assert OutboxItem.objects.filter(subject_kind=INVITATION).count() == 1
    assert [services.remind(desk, at=noon(2024, 8, day)).sent for day in (30, 31)] == [0, 1]
    assert list(asked.reminders.order_by("due_on").values_list("kind", "due_on")) == [
        ("due", DAY),
        ("yearly", date(2024, 8, 31)),
    ]
    outbox.drain(letters.compose, lambda: noon(2024, 8, 31))
    (sent,) = mailbox  # the first link was replaced before its mail left
    given = Reminder.objects.get(kind="yearly").link
    assert given
    assert f"/suivi/{signed_links.secret(given)}/" in sent.body
    assert "s’est engagé lors de «\u202fJournée des communs\u202f»" in sent.body
    assert f"/engagements/{asked.pk}/" in sent.body
    assert sent.to == [cast["member"].mail]
    services.answer_link(desk, given, news=News("delivered", "Fait.", "https://demo.example/"), at=noon(2024, 9, 1))
    assert services.remind(desk, at=noon(2030, 1, 1)) == Round(0, 0, 0), "kept: nobody is asked"


def test_a_late_run_sends_only_the_last_and_a_dry_one_nothing(asked: Commitment, desk: Person) -> None:
    assert services.remind(desk, at=noon(2026, 1, 1), write=False).sent == 1
    assert Reminder.objects.count() == 0
    assert services.remind(desk, at=noon(2026, 1, 1)).sent == 1
    assert Reminder.objects.get().due_on == date(2025, 8, 31)


def test_a_new_link_to_the_address_on_file(asked: Commitment, desk: Person, now: datetime) -> None:
    made = services.ask_again(desk, link(asked, now - timedelta(days=70)), at=now)
    assert (made.kind, made.about) == ("again", asked)
    with pytest.raises(Conflict, match="déjà parti"):
        services.ask_again(desk, link(asked, now), at=now)


@pytest.mark.parametrize(
    ("by", "day", "due"),
    [
        (date(2024, 2, 29), date(2024, 2, 28), None),
        (date(2024, 2, 29), date(2025, 2, 27), ("due", date(2024, 2, 29))),
        (date(2024, 2, 29), date(2025, 2, 28), ("yearly", date(2025, 2, 28))),
        (None, date(2024, 3, 4), None),
        (None, date(2024, 3, 5), ("yearly", date(2024, 3, 5))),
        (None, date(2022, 1, 1), None),
    ],
)
def test_the_clock_of_a_commitment(by: date | None, day: date, due: tuple[str, date] | None) -> None:
    assert life.promised(by, date(2023, 3, 5), day) == due


def test_what_is_made_up_is_never_asked_about(editions: None, cast: Cast, desk: Person, now: datetime) -> None:
    one = Commitment.objects.get(edition__slug="rencontre-fictive", state="open", carrier=cast.town)
    with pytest.raises(Conflict, match="inventé pour la démonstration"):
        services.stand_for(cast["member"], one, role="x", at=now)
    Commitment.objects.filter(pk=one.pk).update(contact=cast["member"], contact_role="x")
    assert services.remind(desk, at=now + timedelta(days=4000)) == Round(0, 0, 0)


def test_the_facts_tell_one_real_commitment_and_nothing_of_its_life(
    editions: None, desk: Person, now: datetime
) -> None:
    (one,) = Commitment.objects.filter(edition__fictive=False)
    assert (one.text, one.source) == ("Digital Commons First et son guichet unique", "002")
    unknown = (one.body, one.carrier, one.contact, one.due_on, one.state, one.follow_ups.count())
    assert unknown == ("", None, None, None, "open", 0)
    for given in shipped.real():
        assert services.load_edition(desk, given, at=now) is False
    Edition.objects.update(facts_sha256="")
    for given in (*shipped.real(), *shipped.made_up()):
        services.load_edition(desk, given, at=now)
    assert Commitment.objects.count() == 4
    assert FollowUp.objects.filter(commitment__isnull=False).count() == 3
    with pytest.raises(shipped.BadFacts, match="news"):
        shipped.only_what_is_said("x", [{"key": "a", "text": "b", "source": "002", "news": []}])


def test_the_ledger_only_grows_and_is_of_one_thing(asked: Commitment, cast: Cast, now: datetime) -> None:
    line = services.tell_news(cast["member"], asked, news=News("advances", "Cela avance."), at=now)
    for change in (
        lambda: FollowUp.objects.filter(pk=line.pk).update(text="Autre chose."),
        lambda: FollowUp.objects.filter(pk=line.pk).update(commitment=None),
        lambda: FollowUp.objects.filter(pk=line.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert FollowUp.objects.get(pk=line.pk).text == "Cela avance."
    for subject in ({}, {"commitment": asked, "roadmap": Roadmap(pk=uuid4())}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FollowUp.objects.create(at=now, kind="human", status="advances", text="x", **subject)
        with pytest.raises(IntegrityError), transaction.atomic():
            Reminder.objects.create(kind="due", due_on=DAY, sent_at=now, **subject)


def test_members_and_followers_are_told(meeting: Edition, cast: Cast, desk: Person, now: datetime) -> None:
    notify.follow(now)
    Notification.objects.all().delete()
    services.add_commitment(cast["outsider"], meeting, key=UUID(int=7), told=told(cast), at=now)
    one = Commitment.objects.get(edition=meeting)
    services.tell_news(cast["second"], one, news=News("advances", "Cela avance."), at=now)
    notify.follow(now)
    rows = Notification.objects.filter(channel="inapp").values_list("person__display_name", "entry__act")
    assert sorted(rows) == [
        ("member", "gatherings.add_commitment"),
        ("member", "gatherings.tell_news"),
        ("second", "gatherings.add_commitment"),
    ]


def test_the_scoreboard_counts_none_one_and_an_even_number(meeting: Edition, cast: Cast, now: datetime) -> None:
    day, by = date(2024, 9, 1), cast["outsider"]
    assert editions.promised(meeting, day) == life.Promises(0, 0, 0, 0, 0, 0, None)
    first = services.add_commitment(by, meeting, key=uuid4(), told=told(cast), at=now)
    assert editions.promised(meeting, DAY) == life.Promises(1, 0, 0, 0, 0, 0, None)
    assert editions.promised(meeting, day) == life.Promises(1, 0, 0, 1, 1, 0, None)
    (told_of,) = [commitments.standing(one, day) for one in commitments.listed(meeting)]
    assert (told_of.late, told_of.quiet) == (True, date(2023, 3, 5)), "silent since the end of the meeting"
    services.tell_news(cast["member"], first, news=News("stopped", "Non."), at=noon(2023, 5, 5))
    second = services.add_commitment(by, meeting, key=uuid4(), told=told(cast, due_on=None), at=now)
    proof = News("delivered", "Oui.", "https://demo.example/")
    services.tell_news(cast["member"], second, news=proof, at=noon(2023, 8, 5))
    assert editions.promised(meeting, day) == life.Promises(2, 1, 1, 0, 0, 2, 3.5)
