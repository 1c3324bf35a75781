"""Take a road map up, answer by a link, be asked at the right time, fall silent."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import rules
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone
from test_adapting import adapted
from uses import Cast

from communaux.core import journal, letters, outbox, signed_links
from communaux.core.errors import Conflict, Gone, NotAllowed, NotFound, NotReady, Refusal
from communaux.core.models import Entry, OutboxItem, Person, SignedLink
from communaux.gatherings import services
from communaux.gatherings.letters import INVITATION, PURPOSE
from communaux.gatherings.models import FollowUp, Reminder, Roadmap
from communaux.gatherings.services import News

pytestmark = pytest.mark.django_db
ADVANCES = News("advances", "Le référentiel est écrit.")
PARTS = ("member", "second", "former", "outsider", "editor", "steward", "operator", "reader")


def again(roadmap: Roadmap) -> Roadmap:
    return Roadmap.objects.get(pk=roadmap.pk)


def link(roadmap: Roadmap, at: datetime) -> SignedLink:
    assert roadmap.contact
    return signed_links.give(PURPOSE, journal.subject_of(roadmap), roadmap.contact, at)


def test_a_member_takes_it_up(carried: Roadmap, cast: Cast, now: datetime) -> None:
    kept = again(carried)
    assert (kept.state, kept.carrier, kept.contact, kept.adopted_at) == ("adopted", cast.town, cast["member"], now)
    entry = Entry.objects.order_by("-seq").first()
    assert entry
    assert entry.act == "gatherings.adopt"
    assert entry.after == {
        "adopted_at": entry.after["adopted_at"],
        "carrier_name": cast.town.name,
        "contact_role": "chargée du numérique",
        "roadmap_state": "adopted",
    }


def test_who_may_take_it_up(real: Roadmap, cast: Cast, now: datetime) -> None:
    for part in ("former", "outsider", "editor", "steward", "operator", "reader"):
        with pytest.raises(NotAllowed):
            services.adopt(cast[part], real, organisation=cast.town, role="x", at=now)
    assert again(real).carrier is None
    services.adopt(cast["second"], real, organisation=cast.town, role="x", at=now)
    with pytest.raises(Conflict, match="porte déjà"):
        services.adopt(cast["outsider"], real, organisation=cast.other, role="x", at=now)


def test_nobody_takes_up_what_is_made_up(editions: None, cast: Cast, now: datetime) -> None:
    made_up = Roadmap.objects.get(slug="boite-a-outils")
    with pytest.raises(Conflict, match="inventée pour la démonstration"):
        services.adopt(cast["member"], made_up, organisation=cast.town, role="x", at=now)


def test_nobody_takes_up_what_is_over_or_without_mail(real: Roadmap, cast: Cast, now: datetime) -> None:
    Roadmap.objects.filter(pk=real.pk).update(state="abandoned")
    with pytest.raises(Conflict, match="son histoire est close"):
        services.adopt(cast["member"], real, organisation=cast.town, role="x", at=now)
    Roadmap.objects.filter(pk=real.pk).update(state="published")
    Person.objects.filter(pk=cast["member"].pk).update(mail=None)
    with pytest.raises(Conflict, match="ne vous parvient pas"):
        services.adopt(Person.objects.get(pk=cast["member"].pk), real, organisation=cast.town, role="x", at=now)


def test_who_may_tell_news_signed_in(carried: Roadmap, cast: Cast) -> None:
    found = {part: rules.has_perm("gatherings.tell_news", cast[part], again(carried)) for part in PARTS}
    assert found == dict.fromkeys(PARTS, False) | {"member": True, "second": True}
    assert {part for part in PARTS if rules.has_perm("gatherings.remind", cast[part])} == {"operator"}


@pytest.mark.parametrize(
    ("status", "state"),
    [("advances", "in_progress"), ("blocked", "adopted"), ("stopped", "abandoned"), ("delivered", "delivered")],
)
def test_an_answer_by_the_link(carried: Roadmap, desk: Person, now: datetime, status: str, state: str) -> None:
    sent, at = link(carried, now), now + timedelta(days=91)
    with pytest.raises(Gone):
        signed_links.opened(signed_links.secret(sent), PURPOSE, at)
    fresh = link(carried, at)
    opened = signed_links.opened(signed_links.secret(fresh), PURPOSE, at)
    made = services.answer_link(desk, opened, news=News(status, "Voilà.", "https://demo.example/preuve"), at=at)
    assert (again(carried).state, made.role, made.organisation) == (state, "chargée du numérique", carried.carrier)
    assert SignedLink.objects.get(pk=fresh.pk).used_at == at
    entry = Entry.objects.order_by("-seq").first()
    assert entry
    assert (entry.act, entry.subject_id) == ("gatherings.tell_news", str(carried.pk))
    assert entry.after["follow_up"] == status
    assert "Voilà." not in str(entry.after)
    assert journal.verify().holds


def test_delivered_needs_evidence_and_nothing_is_lost(carried: Roadmap, cast: Cast, now: datetime) -> None:
    with pytest.raises(NotReady, match="où l’on peut voir"):
        services.tell_news(cast["member"], again(carried), news=News("delivered", "Fini."), at=now)
    assert (again(carried).state, FollowUp.objects.filter(roadmap=carried).count()) == ("adopted", 0)


def test_a_second_answer_corrects_and_the_first_stays(carried: Roadmap, cast: Cast, now: datetime) -> None:
    services.tell_news(cast["member"], again(carried), news=ADVANCES, at=now)
    services.tell_news(cast["second"], again(carried), news=News("blocked", "En fait, non."), at=now)
    assert list(carried.follow_ups.order_by("pk").values_list("status", flat=True)) == ["advances", "blocked"]
    assert again(carried).state == "in_progress"


def test_the_same_said_twice_is_one_line(carried: Roadmap, cast: Cast, now: datetime) -> None:
    for _time in range(3):
        services.tell_news(cast["member"], again(carried), news=ADVANCES, at=now + timedelta(seconds=_time))
    assert carried.follow_ups.count() == 1
    services.tell_news(cast["member"], again(carried), news=ADVANCES, at=now + timedelta(days=1))
    assert carried.follow_ups.count() == 2


def test_what_is_over_is_closed(carried: Roadmap, cast: Cast, now: datetime) -> None:
    services.tell_news(cast["member"], again(carried), news=News("stopped", "Plus de moyens."), at=now)
    with pytest.raises(Conflict, match="son histoire est close"):
        services.tell_news(cast["member"], again(carried), news=ADVANCES, at=now)


def test_a_link_is_a_secret_of_which_only_the_hash_is_kept(carried: Roadmap, now: datetime) -> None:
    sent = link(carried, now)
    secret = signed_links.secret(sent)
    assert len(secret) == 43
    assert signed_links.opened(secret, PURPOSE, now).pk == sent.pk
    assert secret not in str(
        [*SignedLink.objects.values_list(), *Entry.objects.values_list("before", "after", "private")]
    )
    for wrong in (secret[:-1], secret + "x", "", "é\udcff", "x" * 5000):
        with pytest.raises(NotFound):
            signed_links.opened(wrong, PURPOSE, now)
    with pytest.raises(NotFound):
        signed_links.opened(secret, "another", now)


def test_a_newer_link_takes_the_place_of_the_one_before(carried: Roadmap, now: datetime) -> None:
    first, second = link(carried, now), link(carried, now + timedelta(days=1))
    with pytest.raises(Gone) as gone:
        signed_links.opened(signed_links.secret(first), PURPOSE, now + timedelta(days=1))
    assert gone.value.details == {"why": "revoked"}
    assert signed_links.opened(signed_links.secret(second), PURPOSE, now + timedelta(days=60)).pk == second.pk
    with pytest.raises(Gone) as gone:
        signed_links.opened(signed_links.secret(second), PURPOSE, now + timedelta(days=61))
    assert gone.value.details == {"why": "expired"}


def test_nobody_is_asked_any_more(carried: Roadmap, desk: Person, now: datetime) -> None:
    sent = link(carried, now)
    services.stop_asking(desk, sent, at=now)
    services.stop_asking(desk, sent, at=now)
    kept = again(carried)
    assert (kept.contact, kept.contact_role, kept.carrier, kept.state) == (None, "", carried.carrier, "adopted")
    assert Entry.objects.filter(act="gatherings.stop_asking").count() == 1
    with pytest.raises(Conflict):
        services.answer_link(desk, sent, news=ADVANCES, at=now)
    assert services.remind(desk, at=now + timedelta(days=100)) == services.Round(0, 0, 1)


def at(*day: int) -> datetime:
    return datetime(*day, 11, 0, tzinfo=UTC)  # type: ignore[misc]  # year, month, day


def adopted(roadmap: Roadmap, when: datetime) -> None:
    Roadmap.objects.filter(pk=roadmap.pk).update(adopted_at=when)


def test_five_runs_send_one_mail(carried: Roadmap, desk: Person) -> None:
    adopted(carried, at(2023, 8, 31))
    assert services.remind(desk, at=at(2023, 11, 29)).sent == 0
    assert [services.remind(desk, at=at(2023, 11, 30) + timedelta(minutes=n)).sent for n in range(5)] == [1, 0, 0, 0, 0]
    assert OutboxItem.objects.filter(subject_kind=INVITATION).count() == 1
    assert list(carried.reminders.values_list("kind", "due_on")) == [("m3", at(2023, 11, 30).date())]


def test_a_late_run_sends_only_the_last(carried: Roadmap, desk: Person) -> None:
    adopted(carried, at(2023, 8, 31))
    assert services.remind(desk, at=at(2024, 3, 5)).sent == 1
    assert list(carried.reminders.values_list("kind", "due_on")) == [("m6", at(2024, 2, 29).date())]
    assert services.remind(desk, at=at(2024, 3, 6)).sent == 0


def test_a_dry_run_writes_nothing(carried: Roadmap, desk: Person) -> None:
    adopted(carried, at(2023, 8, 31))
    lines = Entry.objects.count()
    told = services.remind(desk, at=at(2025, 1, 1), write=False)
    assert (told.sent, told.silent, told.unreached) == (1, 1, 0)
    assert (Reminder.objects.count(), Entry.objects.count(), again(carried).state) == (0, lines, "adopted")


def test_a_year_without_answer_is_told_and_news_wake_it(carried: Roadmap, cast: Cast, desk: Person) -> None:
    adopted(carried, at(2024, 2, 29))
    services.remind(desk, at=at(2025, 2, 27))
    assert again(carried).state == "adopted"
    assert services.remind(desk, at=at(2025, 2, 28)).silent == 1
    assert services.remind(desk, at=at(2025, 3, 1)).silent == 0
    entry = Entry.objects.order_by("-seq").first()
    assert entry
    assert (entry.act, entry.after) == ("gatherings.fell_silent", {"roadmap_state": "dormant"})
    services.tell_news(cast["member"], again(carried), news=ADVANCES, at=at(2025, 3, 2))
    assert again(carried).state == "in_progress"


def test_a_sign_seen_by_the_desk_does_not_break_the_silence(carried: Roadmap, desk: Person) -> None:
    adopted(carried, at(2024, 2, 29))
    FollowUp.objects.create(
        roadmap=carried, at=at(2025, 2, 1), kind="auto", status="sign", text="Une évaluation a changé."
    )
    assert services.remind(desk, at=at(2025, 2, 28)).silent == 1


def test_a_made_up_road_map_is_never_asked_about(editions: None, desk: Person, now: datetime) -> None:
    before = dict(Roadmap.objects.values_list("slug", "state"))
    assert services.remind(desk, at=now + timedelta(days=4000)) == services.Round(0, 0, 0)
    assert dict(Roadmap.objects.values_list("slug", "state")) == before


def test_where_nobody_carries_who_published_is_asked(
    real: Roadmap, cast: Cast, desk: Person, now: datetime, mailbox: list[EmailMessage]
) -> None:
    made = adapted(real, cast, now - timedelta(days=100))
    assert services.remind(desk, at=now) == services.Round(1, 0, 0)
    outbox.drain(letters.compose, lambda: now)
    (sent,) = mailbox
    assert sent.to == [cast["reader"].mail]
    assert "aucun organisme ne la porte encore" in sent.body
    given = Reminder.objects.get(roadmap=made).link
    assert given
    services.answer_link(desk, given, news=ADVANCES, at=now)
    assert (again(made).state, made.follow_ups.get().organisation) == ("published", None)
    assert services.remind(desk, at=now + timedelta(days=400)).silent == 0, (
        "its page tells the silence, it sleeps under nobody"
    )
    services.adopt(cast["member"], made, organisation=cast.town, role="élue", at=now)
    with pytest.raises(Conflict, match="ne demande plus"):
        services.answer_link(desk, given, news=ADVANCES, at=now)


def test_who_published_can_stop_being_asked(real: Roadmap, cast: Cast, desk: Person, now: datetime) -> None:
    made = adapted(real, cast, now - timedelta(days=100))
    services.stop_asking(desk, link(made, now), at=now)
    assert services.remind(desk, at=now) == services.Round(0, 0, 0)


def test_the_mail_holds_the_link_and_no_name(
    carried: Roadmap, desk: Person, cast: Cast, now: datetime, mailbox: list[EmailMessage]
) -> None:
    adopted(carried, now - timedelta(days=100))
    services.remind(desk, at=now)
    outbox.drain(letters.compose, lambda: now)
    (sent,) = mailbox
    reminder = Reminder.objects.get()
    assert reminder.link
    assert f"/suivi/{signed_links.secret(reminder.link)}/" in sent.body
    assert sent.to == [cast["member"].mail]
    assert sent.subject == f"{carried.title}\u00a0: où en êtes-vous\u202f?"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_mail_about_a_link_that_was_taken_back_does_not_leave(
    carried: Roadmap, desk: Person, now: datetime, mailbox: list[EmailMessage]
) -> None:
    adopted(carried, now - timedelta(days=100))
    services.remind(desk, at=now)
    link(carried, now)
    outbox.drain(letters.compose, lambda: now)
    assert mailbox == []


def test_a_new_link_once_a_day_to_the_address_on_file(carried: Roadmap, desk: Person, now: datetime) -> None:
    old, late = link(carried, now), now + timedelta(days=70)
    made = services.ask_again(desk, old, at=late)
    assert (made.kind, made.due_on) == ("again", timezone.localdate(late))
    with pytest.raises(Conflict, match="déjà parti"):
        services.ask_again(desk, old, at=late)
    assert services.remind(desk, at=late + timedelta(days=40)).sent == 1, (
        "what was asked for does not stand for the clock's own"
    )
    services.stop_asking(desk, old, at=late)
    with pytest.raises(Conflict, match="ne demande plus"):
        services.ask_again(desk, SignedLink.objects.get(pk=old.pk), at=late + timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_two_bodies_at_once_one_carries(editions: None, cast: Cast, now: datetime) -> None:
    real, found = Roadmap.objects.get(slug="reconditionne"), list[str]()

    def take(part: str) -> None:
        try:
            services.adopt(
                cast[part], real, organisation=cast.town if part == "member" else cast.other, role=part, at=now
            )
            found.append(part)
        except Refusal as refusal:
            found.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(part,)) for part in ("member", "outsider")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    kept = again(real)
    assert sorted(found) == sorted(["carried_already", kept.contact_role])
    assert Entry.objects.filter(act="gatherings.adopt").count() == 1
