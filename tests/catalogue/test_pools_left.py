"""What is answered or closed leaves the needs it stood with; too few dissolve them, and their page says what became of each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from factories import NOW, CommonsFactory
from territory.small import bring, commune

from communaux.catalogue import services, standing
from communaux.catalogue.models import Need, NeedPool, Theme
from communaux.catalogue.queries import pools
from communaux.core import notify
from communaux.core import services as core_services
from communaux.core.errors import Conflict
from communaux.core.models import Entry, Notification, Person
from communaux.territory import counters

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()
    Theme.objects.create(key="urbanisme", fr="Urbanisme", en="Planning")


@pytest.fixture
def authors(person: Callable[..., Person]) -> list[Person]:
    return [person(f"p{n}@demo.example") for n in range(3)]


def express(by: Person, title: str) -> Need:
    told: dict[str, Any] = {"title": title, "text_md": "", "kind": "service", "for_whom": "", "org": None}
    told |= {"theme_id": "urbanisme", "territory": commune("33063"), "generation": 1, "lang": "fr"}
    return services.express_need(by, key=uuid4(), given=told, hits=[], query="", at=NOW)


def together(authors: list[Person], n: int) -> tuple[NeedPool, list[Need]]:
    needs = [express(by, f"Suivre les trous {i}") for i, by in enumerate(authors[:n])]
    pool = services.pool_needs(
        authors[0], needs[0], key=uuid4(), others=needs[1:], title="Ensemble", text_md="", lang="fr", at=NOW
    )
    return pool, needs


def answered(by: Person, need: Need, at: Any = NOW) -> None:
    services.match_need(by, need, commons=CommonsFactory(name="Relevé libre"), why="Il le fait.", at=at)
    services.answer_need(by, need, at=at)


def closed(by: Person, need: Need, at: Any = NOW) -> None:
    services.close_need(by, need, reason="no_longer_needed", at=at)


def reopened(by: Person, need: Need, at: Any = NOW) -> None:
    services.match_need(by, need, commons=CommonsFactory(), why="Il le fait.", at=at)
    services.reopen_need(by, need, reason="Non.", at=at)


def stand() -> list[tuple[str, bool]]:
    return [(one.state, one.pool is not None) for one in Need.objects.order_by("title")]


def acts(kind: str) -> list[str]:
    rows = Entry.objects.filter(subject_kind=kind, act__contains="pool").exclude(act="catalogue.join_pool")
    return list(rows.order_by("seq").values_list("act", flat=True))


@pytest.mark.parametrize(("end", "state"), [(answered, "answered"), (closed, "closed"), (reopened, "open")])
def test_of_three_one_leaves_and_two_stay(authors: list[Person], end: Callable[..., None], state: str) -> None:
    _pool, needs = together(authors, 3)
    end(authors[0], needs[0])
    assert stand() == [(state, False), ("pooled", True), ("pooled", True)]
    sheet = pools.sheet(NeedPool.objects.get())
    assert (sheet.pool.state, set(sheet.needs), sheet.gone) == ("open", set(needs[1:]), [needs[0]])
    assert sheet.persons == 2
    assert acts("needpool") == ["catalogue.pool_needs", "catalogue.leave_pool"]
    assert Entry.objects.filter(act="catalogue.leave_pool").latest("seq").after == {"need": needs[0].slug}
    assert counters.differences([standing.counted], DAY) == {}


@pytest.mark.parametrize(("end", "state"), [(answered, "answered"), (closed, "closed"), (reopened, "open")])
def test_of_two_the_other_stands_alone_again(authors: list[Person], end: Callable[..., None], state: str) -> None:
    pool, needs = together(authors, 2)
    end(authors[0], needs[0])
    assert stand() == [(state, False), ("open", False)]
    sheet = pools.sheet(NeedPool.objects.get())
    assert (sheet.pool.state, sheet.needs, set(sheet.gone)) == ("dissolved", [], set(needs))
    assert acts("needpool") == [
        "catalogue.pool_needs",
        "catalogue.leave_pool",
        "catalogue.leave_pool",
        "catalogue.dissolve_pool",
    ]
    entry = Entry.objects.get(act="catalogue.dissolve_pool")
    assert (entry.actor, entry.before, entry.after) == (authors[0], {"state": "open"}, {"state": "dissolved"})
    with pytest.raises(Conflict):
        services.join_pool(authors[1], Need.objects.get(pk=needs[1].pk), pool=pool, at=NOW)
    assert counters.differences([standing.counted], DAY) == {}


def test_what_waits_for_a_use_holds_the_others_and_stays_matched(authors: list[Person]) -> None:
    _pool, needs = together(authors, 2)
    services.match_need(authors[0], needs[0], commons=CommonsFactory(), why="Il le fait.", at=NOW)
    assert stand() == [("matched", True), ("pooled", True)]
    services.leave_pool(authors[1], needs[1], at=NOW)
    assert stand() == [("matched", False), ("open", False)]
    assert NeedPool.objects.get().state == "dissolved"
    services.answer_need(authors[0], needs[0], at=NOW)
    assert stand() == [("answered", False), ("open", False)]


@pytest.mark.parametrize("states", [("answered", "answered"), ("answered", "pooled"), ("closed", "matched")])
def test_a_recount_dissolves_what_has_too_few_left(
    authors: list[Person], desk: Person, states: tuple[str, str]
) -> None:
    """Needs that were answered before they left what they stood in by themselves."""
    pool, needs = together(authors, 2)
    kept, _kept_needs = together(authors, 2)
    for need, state in zip(needs, states, strict=True):
        ended = {"close_reason": "withdrawn", "closed_at": NOW} if state == "closed" else {}
        answer = {"answer_commons": CommonsFactory()} if state in {"answered", "matched"} else {}
        Need.objects.filter(pk=need.pk).update(state=state, **ended, **answer)
    assert services.settle_pools(desk, at=NOW) == 1
    assert services.settle_pools(desk, at=NOW) == 0
    assert (NeedPool.objects.get(pk=pool.pk).state, NeedPool.objects.get(pk=kept.pk).state) == ("dissolved", "open")
    found = Need.objects.filter(pk__in=[need.pk for need in needs]).order_by("title")
    alone = ["open" if state == "pooled" else state for state in states]
    assert list(found.values_list("state", "pool")) == [(state, None) for state in alone]
    assert pools.sheet(NeedPool.objects.get(pk=pool.pk)).gone == sorted(found, key=lambda one: (-one.weight, one.pk))


def test_those_who_stood_there_to_the_end_are_told(authors: list[Person], desk: Person) -> None:
    pool, needs = together(authors, 3)
    body = core_services.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=NOW)
    core_services.add_member(desk, body, person=authors[2], starts_on=DAY - timedelta(days=9), at=NOW)
    services.leave_pool(authors[2], needs[2], at=NOW)
    closed(authors[0], needs[0], NOW + timedelta(days=1))
    notify.follow(NOW + timedelta(days=1))
    told = Notification.objects.filter(entry__act="catalogue.dissolve_pool", channel="inapp")
    assert list(told.values_list("person", "kind")) == [(authors[1].pk, "decided")]
    assert notify.shown(one.entry for one in told)["needpool", str(pool.pk)].name == "Ensemble"


def test_whoever_carried_it_is_told_too(authors: list[Person], desk: Person) -> None:
    pool, needs = together(authors, 2)
    body = core_services.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=NOW)
    core_services.add_member(desk, body, person=authors[2], starts_on=DAY - timedelta(days=9), at=NOW)
    services.carry_pool(authors[2], pool, org=body, at=NOW)
    closed(authors[0], needs[0])
    notify.follow(NOW)
    told = Notification.objects.filter(entry__act="catalogue.dissolve_pool", channel="inapp")
    assert set(told.values_list("person", flat=True)) == {authors[1].pk, authors[2].pk}


@pytest.mark.parametrize(
    ("prefix", "words"),
    [("", ("Ce que sont devenus ces besoins", "Réponse", "Dissous")), ("/en", ("What became of them", "Answered by:"))],
)
def test_its_page_says_what_became_of_each(
    client: Client, authors: list[Person], prefix: str, words: tuple[str, ...]
) -> None:
    pool, needs = together(authors, 2)
    answered(authors[0], needs[0])
    page = client.get(f"{prefix}{pool.get_absolute_url()}").text
    for one in (*words, "Relevé libre", *(f"{prefix}/besoins/{need.slug}/" for need in needs)):
        assert one in page
    assert "<dt>" not in page
    assert 'value="carry"' not in page
