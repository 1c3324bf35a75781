"""Ambassadors: who may do what, counters that follow, messages that leave once and are erased, the part *relay*."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override
from factories import NOW, CommonsFactory
from territory.small import PARIS, bring, commune

from communaux.catalogue import services, tasks
from communaux.catalogue.models import Commons, CommonsAmbassador
from communaux.catalogue.queries import ambassadors as reading
from communaux.catalogue.queries.suggestions import Suggestion
from communaux.core import accounts, delivery
from communaux.core.errors import BadRequest, Conflict, NotAllowed, TooMany
from communaux.core.models import Entry, OutboxItem, Person
from communaux.core.settings import SCHEDULES
from communaux.engines.fit import WEIGHTS, Fit
from communaux.territory import counters
from communaux.territory.ambassadors import Terms
from communaux.territory.models import Ambassador, AmbassadorRequest, Presence, Territory, TerritoryStat
from communaux.territory.queries import ambassadors as around
from communaux.territory.services import recount, write_to_ambassador
from communaux.territory.services.ambassadors import Message
from communaux.territory.tasks import forget_messages

pytestmark = pytest.mark.django_db
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
DAY = NOW.date()


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


@pytest.fixture
def claire(person: Callable[..., Person]) -> Person:
    return person("claire.secrete@demo.example")


@pytest.fixture
def mailbox(settings: Any) -> list[EmailMessage]:
    settings.MAILERS = MAILERS
    mail.outbox = []
    return mail.outbox


def place(kind: str, code: str) -> Territory:
    return Territory.objects.get(kind=kind, code=code)


def terms(*codes: str, **more: Any) -> Terms:
    return Terms(**{"consent": True, "territories": [commune(code) for code in codes]} | more)


def become(by: Person, *codes: str, commons: tuple[Commons, ...] = (), at: Any = NOW, **more: Any) -> Ambassador:
    return services.become_ambassador(by, terms=terms(*codes, **more), commons=commons, at=at)


def said(text: str = "Bonjour, par où commencer ?", sender: str = "lise@mairie.example", **more: Any) -> Message:
    return Message(**{"key": uuid4(), "from_mail": sender, "text": text} | more)


def counted() -> dict[str, int]:
    rows = TerritoryStat.objects.filter(measure="ambassadors", theme="", n__gt=0)
    return {f"{kind}:{code}": n for kind, code, n in rows.values_list("territory__kind", "territory__code", "n")}


def acts() -> list[str]:
    return list(Entry.objects.filter(act__contains="ambassador").order_by("seq").values_list("act", flat=True))


def test_role_by_action(person: Callable[..., Person], claire: Person) -> None:
    mine, other, operator = (
        become(claire, "33063"),
        person("autre@demo.example"),
        person("op@demo.example", operator=True),
    )
    people = (claire, other, operator, AnonymousUser(), None)
    matrix = {
        "catalogue.become_ambassador": [True, True, True, False, False],
        "catalogue.change_ambassador": [True, False, False, False, False],
        "catalogue.stop_ambassador": [True, False, True, False, False],
        "territory.write_to_ambassador": [True] * 5,
    }
    assert {name: [rules.has_perm(name, by, mine) for by in people] for name in matrix} == matrix
    with pytest.raises(NotAllowed):
        services.change_ambassador(other, mine, terms=terms("33281"), at=NOW)
    with pytest.raises(NotAllowed):
        services.stop_ambassador(other, mine, at=NOW)


def test_counters_follow_and_equal_a_recount(claire: Person, person: Callable[..., Person], desk: Person) -> None:
    become(claire, "33063", "97411")
    become(person("b@demo.example"), "33063")
    told = {"commune:33063": 2, "epci:243300316": 2, "departement:33": 2, "region:75": 2, "pays:FR": 2, "ue:EU": 2}
    told |= {"commune:97411": 1, "epci:249740119": 1, "departement:974": 1, "region:04": 1}
    assert counted() == told
    become(claire, "33281", at=NOW + timedelta(days=3))
    assert {key: n for key, n in counted().items() if key in {"commune:33063", "commune:33281", "pays:FR"}} == {
        "commune:33063": 1,
        "commune:33281": 1,
        "pays:FR": 2,
    }
    assert recount(desk, owners=[counters.of_presences], at=NOW + timedelta(days=3)) == 0


def test_a_person_of_several_places_is_one_in_what_holds_them(claire: Person, person: Callable[..., Person]) -> None:
    places = [commune("33063"), commune("33498"), place("departement", "33")]
    mine = services.become_ambassador(claire, terms=terms(territories=places), commons=(), at=NOW)
    one = {"commune:33063": 1, "commune:33498": 1, "departement:33": 1, "region:75": 1, "pays:FR": 1}
    assert {key: n for key, n in counted().items() if key in one} == one
    assert set(counted().values()) == {1}
    assert recount(Person.objects.desk(), owners=[counters.of_presences], at=NOW) == 0
    become(person("autre@demo.example"), "33063")
    assert (counted()["departement:33"], counted()["commune:33063"], counted()["commune:33498"]) == (2, 2, 1)
    services.change_ambassador(claire, mine, terms=terms("33498"), at=NOW + timedelta(days=2))
    assert (counted()["departement:33"], counted()["commune:33063"]) == (2, 1)


def test_sent_twice_becomes_one_ambassador_and_one_line(claire: Person) -> None:
    commons = CommonsFactory()
    assert become(claire, "33063", commons=(commons,)) == become(claire, "33063", commons=(commons,))
    assert (Ambassador.objects.count(), CommonsAmbassador.objects.count(), acts()) == (
        1,
        1,
        ["catalogue.become_ambassador"],
    )
    entry = Entry.objects.get(act="catalogue.become_ambassador")
    assert entry.after == {
        "commons": [commons.slug],
        "covers": ["commune:33063"],
        "languages": [],
        "since": "2026-09-01",
    }


def test_a_change_tells_what_differs(claire: Person) -> None:
    first, second = CommonsFactory(), CommonsFactory()
    become(claire, "33063", commons=(first,))
    mine = become(claire, "33281", commons=(second,), languages=("fr",), at=NOW + timedelta(days=1))
    entry = Entry.objects.get(act="catalogue.change_ambassador")
    assert (entry.before, entry.after) == (
        {"commons": [first.slug], "covers": ["commune:33063"], "languages": []},
        {"commons": [second.slug], "covers": ["commune:33281"], "languages": ["fr"]},
    )
    rows = Presence.objects.filter(obj_kind="ambassador", obj_id=str(mine.pk)).order_by("since")
    assert [(one.territory.code, one.since, one.until) for one in rows] == [
        ("33063", DAY, DAY),
        ("33281", DAY + timedelta(days=1), None),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"consent": False},
        {"territories": []},
        {"languages": ["klingon"]},
    ],
)
def test_what_no_form_sends_is_refused(claire: Person, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        services.become_ambassador(claire, terms=terms(*([] if "territories" in wrong else ["33063"]), **wrong), at=NOW)
    assert (Ambassador.objects.count(), acts()) == (0, [])


def test_six_territories_or_commons_are_too_many(claire: Person) -> None:
    with pytest.raises(BadRequest):
        become(claire, "33063", "33281", "33498", "40001", "40002", "40227")
    with pytest.raises(BadRequest):
        become(claire, "33063", commons=tuple(CommonsFactory() for _ in range(6)))
    with pytest.raises(BadRequest):
        become(claire, "33063", commons=(CommonsFactory(state="withheld"),))


def test_stopping_hides_counts_and_erases_words_and_one_may_begin_again(claire: Person) -> None:
    commons = CommonsFactory()
    mine = become(claire, "33063", commons=(commons,), note="Je connais les logiciels libres")
    services.stop_ambassador(claire, mine, at=NOW)
    mine.refresh_from_db()
    assert (mine.until, mine.note, counted(), around.live().count()) == (DAY, "", {}, 0)
    assert CommonsAmbassador.objects.filter(until=None).count() == 0
    with pytest.raises(Conflict):
        services.stop_ambassador(claire, mine, at=NOW)
    with pytest.raises(Conflict):
        services.change_ambassador(claire, mine, terms=terms("33063"), at=NOW)
    again = become(claire, "33063")
    assert (again.pk != mine.pk, counted()["commune:33063"]) == (True, 1)


def test_an_operator_stops_with_a_reason_and_the_person_is_told(claire: Person, person: Callable[..., Person]) -> None:
    mine = become(claire, "33063")
    services.stop_ambassador(person("op@demo.example", operator=True), mine, at=NOW, reason="Demandé par courrier")
    assert Entry.objects.get(act="catalogue.stop_ambassador").reason == "Demandé par courrier"
    delivery.run(lambda: NOW + timedelta(minutes=1))
    assert list(
        claire.notifications.filter(entry__act="catalogue.stop_ambassador", channel="inapp").values_list("kind")
    ) == [("decided",)]


def test_an_erased_account_is_no_ambassador_and_the_night_ends_it(claire: Person) -> None:
    become(claire, "33063", at=timezone.now() - timedelta(days=2))
    accounts.erase_person(claire, claire, at=timezone.now())
    assert around.live().count() == 0
    tasks.stop_erased_ambassadors.func()
    assert (Ambassador.objects.filter(until=None).count(), counted()) == (0, {})
    names = {one["task"] for one in SCHEDULES.values()}
    assert {"communaux.catalogue.tasks.stop_erased_ambassadors", "communaux.territory.tasks.forget_messages"} <= names


def test_a_message_leaves_once_and_answers_go_to_its_sender(
    claire: Person, desk: Person, mailbox: list[EmailMessage]
) -> None:
    mine, message = (
        become(claire, "33063"),
        said("Bonjour <b>Claire</b> & tous 🦆", from_org="Commune de démonstration"),
    )
    first = write_to_ambassador(desk, mine, message=message, at=NOW)
    assert write_to_ambassador(desk, mine, message=message, at=NOW) == first
    delivery.run(lambda: NOW + timedelta(minutes=1))
    delivery.run(lambda: NOW + timedelta(minutes=2))
    (sent,) = mailbox
    assert (sent.to, sent.reply_to) == ([claire.mail], ["lise@mairie.example"])
    assert "Bonjour <b>Claire</b> & tous 🦆" in sent.body
    assert "Commune de démonstration" in sent.body
    assert sent.subject.startswith("Un message pour vous")
    entry = Entry.objects.get(act="territory.write_to_ambassador")
    assert (entry.actor, entry.before, entry.after, entry.private) == (desk, {}, {}, None)


def test_three_an_hour_of_one_address_whoever_it_writes_to(
    claire: Person, desk: Person, person: Callable[..., Person]
) -> None:
    to = [become(claire, "33063"), become(person("b@demo.example"), "33281")]
    for n in range(3):
        write_to_ambassador(desk, to[n % 2], message=said(f"Bonjour numéro {n}"), at=NOW)
    with pytest.raises(TooMany):
        write_to_ambassador(desk, to[0], message=said(sender="LISE@mairie.example"), at=NOW + timedelta(minutes=59))
    write_to_ambassador(desk, to[0], message=said(sender="autre@mairie.example"), at=NOW)
    write_to_ambassador(desk, to[0], message=said(), at=NOW + timedelta(minutes=61))
    assert (AmbassadorRequest.objects.count(), OutboxItem.objects.count()) == (5, 5)


def test_the_key_of_somebody_elses_form_opens_nothing(claire: Person, desk: Person) -> None:
    mine, key = become(claire, "33063"), uuid4()
    first = write_to_ambassador(desk, mine, message=said(key=key), at=NOW)
    other = write_to_ambassador(desk, mine, message=said("Un tout autre message", key=key), at=NOW)
    assert (first.pk, other.pk != key) == (UUID(str(key)), True)


def test_who_stopped_or_cannot_be_reached_gets_nothing_and_it_is_said(claire: Person, desk: Person) -> None:
    mine = become(claire, "33063")
    Person.objects.filter(pk=claire.pk).update(mail=None)
    with pytest.raises(Conflict, match="rien n’a été envoyé"):
        write_to_ambassador(desk, mine, message=said(), at=NOW)
    services.stop_ambassador(desk, mine, at=NOW)
    with pytest.raises(Conflict):
        write_to_ambassador(desk, mine, message=said(), at=NOW)
    assert (AmbassadorRequest.objects.count(), OutboxItem.objects.count()) == (0, 0)


def test_messages_are_erased_a_year_after_the_last_exchange(claire: Person, desk: Person) -> None:
    mine, today = become(claire, "33063"), timezone.now()
    old, answered, recent = (
        write_to_ambassador(desk, mine, message=said(f"Message {days}"), at=today - timedelta(days=days))
        for days in (366, 400, 364)
    )
    AmbassadorRequest.objects.filter(pk=answered.pk).update(answered_at=today - timedelta(days=30))
    forget_messages.func()
    assert set(AmbassadorRequest.objects.values_list("pk", flat=True)) == {answered.pk, recent.pk}
    assert old.pk not in {answered.pk, recent.pk}


def test_those_of_a_territory_the_nearest_first_and_those_around(claire: Person, person: Callable[..., Person]) -> None:
    town = become(claire, "33063")
    wide = services.become_ambassador(
        person("b@demo.example"), terms=Terms(True, [place("departement", "33")]), at=NOW - timedelta(days=1)
    )
    become(person("c@demo.example"), "97411")
    bordeaux, gironde = commune("33063"), place("departement", "33")
    assert list(around.covering(bordeaux, DAY)) == [town, wide]
    assert list(around.covering(gironde, DAY)) == [wide]
    assert {one.pk for one in around.listed(gironde, DAY)} == {town.pk, wide.pk}
    assert around.listed(None, DAY).count() == 3


@pytest.mark.parametrize(
    ("covered", "asked", "near"),
    [
        (("commune", "33281"), ("commune", "33063"), True),  # the same EPCI
        (("epci", "243300316"), ("commune", "33063"), True),
        (("region", "75"), ("commune", "33063"), True),
        (("commune", "33498"), ("commune", "33063"), False),  # the same département, another EPCI
        (("commune", "29155"), ("commune", "29155"), True),  # an island without EPCI
        (("departement", "29"), ("commune", "29155"), True),
        (("commune", "98735"), ("commune", "29155"), False),
        (("commune", "93066"), ("epci", PARIS), True),
        (("commune", "33063"), ("departement", "33"), False),
        (("departement", "33"), ("departement", "33"), True),
    ],
)
def test_relay(claire: Person, covered: tuple[str, str], asked: tuple[str, str], near: bool) -> None:
    commons, other = CommonsFactory(), CommonsFactory()
    become_at = Terms(True, [place(*covered)])
    mine = services.become_ambassador(claire, terms=become_at, commons=[commons], at=NOW)
    told = reading.relays({commons.pk, other.pk}, place(*asked), DAY)
    assert told == ({commons.pk: "claire.secrete"} if near else {})
    services.stop_ambassador(claire, mine, at=NOW)
    assert reading.relays({commons.pk}, place(*asked), DAY) == {}


def test_one_live_ambassador_per_person_is_a_rule_of_the_database(claire: Person) -> None:
    become(claire, "33063")
    with pytest.raises(IntegrityError), transaction.atomic():
        Ambassador.objects.create(person=claire, consent_at=NOW, since=DAY)


@pytest.mark.parametrize(
    ("lang", "words"), [("fr", "relais 0,10 (Claire en parle"), ("en", "relay 0.10 (Claire is an")]
)
def test_the_sentence_of_a_suggestion_names_the_ambassador(lang: str, words: str) -> None:
    fitting = Fit("a", text=0.5, relay=1.0)
    one = Suggestion(CommonsFactory(), 1, fitting, fitting.points(WEIGHTS), fitting.score(WEIGHTS), relay="Claire")
    with override(lang):
        assert words in render_to_string("catalogue/need_score.html", {"one": one})
