"""Needs put together: who may, once, of one theme, left again, carried by one body; people of distinct communes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from factories import NOW, CommonsFactory
from rules import has_perm
from territory.small import bring, commune

from communaux.catalogue import services, standing
from communaux.catalogue.models import Need, NeedPool, Theme
from communaux.catalogue.queries import pools
from communaux.core import services as core_services
from communaux.core.errors import Conflict, NotAllowed, NotFound, NotReady
from communaux.core.models import Entry, Organisation, Person
from communaux.territory import counters
from communaux.territory.models import Territory

pytestmark = pytest.mark.django_db
DAY = NOW.date()
KEY = UUID("00000000-0000-4000-8000-000000000009")


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()
    Theme.objects.bulk_create([Theme(key=key, fr=key, en=key) for key in ("urbanisme", "mobilite")])


@pytest.fixture
def people(person: Callable[..., Person], desk: Person) -> dict[str, Person]:
    made = {
        name: person(f"{name}@demo.example") for name in ("author", "other", "member", "editor", "theme", "animator")
    }
    core_services.grant(desk, made["editor"], role="editor", object_type="instance", at=NOW)
    core_services.grant(desk, made["theme"], role="editor", object_type="theme", object_id="urbanisme", at=NOW)
    ends = {"ends_on": DAY + timedelta(days=300)}
    place = {"object_type": "territory", "object_id": "departement:33"}
    core_services.grant(desk, made["animator"], role="animator", **place, **ends, at=NOW)
    return made


@pytest.fixture
def town(desk: Person, people: dict[str, Person]) -> Organisation:
    made = core_services.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=NOW)
    core_services.add_member(desk, made, person=people["member"], starts_on=DAY - timedelta(days=9), at=NOW)
    return made


def express(by: Person, code: str = "33063", theme: str = "urbanisme", **more: Any) -> Need:
    told = {"title": "Suivre les trous", "text_md": "", "kind": "service", "for_whom": "", "org": None}
    told |= {"theme_id": theme, "territory": commune(code), "generation": 1, "lang": "fr"} | more
    return services.express_need(by, key=uuid4(), given=told, hits=[], query="", at=NOW)


def put(by: Person, need: Need, *others: Need, key: UUID = KEY) -> NeedPool:
    return services.pool_needs(
        by, need, key=key, others=others, title=" Suivre ensemble ", text_md="**Tous.**", lang="fr", at=NOW
    )


@pytest.mark.parametrize(
    ("who", "pools_it", "leaves"),
    [
        ("author", True, True),
        ("other", False, False),
        ("member", False, False),
        ("editor", True, True),
        ("theme", True, True),
        ("animator", True, False),
    ],
)
def test_who_may_put_a_need_together_and_take_it_out(
    people: dict[str, Person], who: str, pools_it: bool, leaves: bool
) -> None:
    need = express(people["author"])
    for verb, may in (("pool_needs", pools_it), ("join_pool", pools_it), ("leave_pool", leaves)):
        assert has_perm(f"catalogue.{verb}", people[who], need) is may
    assert has_perm("catalogue.pool_needs", None, need) is False
    need.territory = commune("97411")
    assert has_perm("catalogue.pool_needs", people["animator"], need) is False
    need.territory = None
    assert has_perm("catalogue.pool_needs", people["animator"], need) is False


@pytest.mark.parametrize(
    ("who", "puts_down"), [("member", True), ("editor", True), ("author", False), ("theme", False)]
)
def test_who_may_say_that_a_body_carries_it_no_more(
    people: dict[str, Person], town: Organisation, who: str, puts_down: bool
) -> None:
    pool = put(people["author"], express(people["author"]), express(people["other"]))
    assert has_perm("catalogue.put_down_pool", people["member"], pool) is False
    pool.carrier = town
    assert has_perm("catalogue.put_down_pool", people[who], pool) is puts_down
    assert has_perm("catalogue.carry_pool", people[who], pool) is True
    assert has_perm("catalogue.carry_pool", None, pool) is False


def test_needs_are_put_together_once(people: dict[str, Person]) -> None:
    first, second = express(people["author"]), express(people["other"], "33281")
    pool = put(people["author"], first, second)
    assert put(people["author"], first, second) == pool
    assert (pool.slug, pool.title, pool.text_html) == (
        "suivre-ensemble",
        "Suivre ensemble",
        "<p><strong>Tous.</strong></p>\n",
    )
    assert list(Need.objects.order_by("pk").values_list("state", "pool")) == [("pooled", KEY)] * 2
    assert counters.differences([standing.counted], DAY) == {}
    verbs = list(Entry.objects.filter(act__contains="pool").order_by("seq").values_list("act", "subject_kind"))
    assert verbs == [("catalogue.join_pool", "need")] * 2 + [("catalogue.pool_needs", "needpool")]
    third = express(people["other"], "33498")
    services.join_pool(people["other"], third, pool=pool, at=NOW)
    assert Need.objects.filter(pool=pool).count() == 3


def test_what_cannot_be_put_together_is_refused_and_changes_nothing(people: dict[str, Person]) -> None:
    need, elsewhere = express(people["author"]), express(people["other"], theme="mobilite")
    closed = express(people["other"])
    services.close_need(people["other"], closed, reason="duplicate", at=NOW)
    for others, refused in (((), NotReady), ((need,), NotReady), ((elsewhere,), NotReady), ((closed,), Conflict)):
        with pytest.raises(refused):
            put(people["author"], need, *others)
    with pytest.raises(NotAllowed):
        put(people["other"], need, express(people["other"]))
    assert NeedPool.objects.count() == 0
    assert Need.objects.filter(state="pooled").count() == 0


def test_a_need_leaves_and_too_few_dissolve(people: dict[str, Person]) -> None:
    needs = [express(people["author"]), express(people["other"]), express(people["other"], "33281")]
    pool = put(people["author"], *needs)
    services.leave_pool(people["other"], needs[1], at=NOW)
    assert NeedPool.objects.get().state == "open"
    services.leave_pool(people["other"], needs[2], at=NOW)
    assert NeedPool.objects.get().state == "dissolved"
    assert set(Need.objects.values_list("state", "pool")) == {("open", None)}
    with pytest.raises(Conflict):
        services.leave_pool(people["other"], needs[2], at=NOW)
    with pytest.raises(Conflict):
        services.join_pool(people["author"], needs[0], pool=pool, at=NOW)
    assert counters.differences([standing.counted], DAY) == {}


def test_one_body_carries_it_and_says_why_it_stops(people: dict[str, Person], town: Organisation, desk: Person) -> None:
    pool = put(people["author"], express(people["author"]), express(people["other"]))
    with pytest.raises(NotAllowed):
        services.carry_pool(people["other"], pool, org=town, at=NOW)
    services.carry_pool(people["member"], pool, org=town, at=NOW)
    services.carry_pool(people["member"], pool, org=town, at=NOW)
    assert Entry.objects.filter(act="catalogue.carry_pool").count() == 1
    second = core_services.create_organisation(desk, name="Autre commune", kind="local_authority", at=NOW)
    core_services.add_member(desk, second, person=people["other"], starts_on=DAY - timedelta(days=9), at=NOW)
    with pytest.raises(Conflict, match="Commune de démonstration"):
        services.carry_pool(people["other"], pool, org=second, at=NOW)
    pool = NeedPool.objects.get()
    with pytest.raises(NotReady):
        services.put_down_pool(people["member"], pool, reason=" ", at=NOW)
    services.put_down_pool(people["member"], pool, reason="Plus d’agent.", at=NOW)
    services.carry_pool(people["other"], pool, org=second, at=NOW)
    assert NeedPool.objects.get().carrier == second
    assert Entry.objects.get(act="catalogue.put_down_pool").reason == "Plus d’agent."


def test_the_sheet_counts_bodies_and_persons_once(people: dict[str, Person], town: Organisation) -> None:
    member = people["member"]
    first, second = express(member, org=town), express(member, "33281", org=town)
    services.support_need(people["author"], first, at=NOW)
    services.support_need(people["author"], second, at=NOW)
    sheet = pools.sheet(put(member, first, second))
    assert (sheet.bodies, sheet.persons, len(sheet.needs)) == ([town], 1, 2)
    with pytest.raises(NotFound):
        pools.by_slug("nulle-part\x00")


def test_people_are_those_of_distinct_communes_in_any_order() -> None:
    """A commune and the body it is in count once; who lives where nobody counted is named, not added."""
    places = [
        commune("33063"),
        Territory.objects.get(kind="epci", code="243300316"),
        commune("98901"),
        commune("97411"),
    ]
    wanted = 261804 + 74000 + 156149
    for order in permutations([one.pk for one in places]):
        found = pools.population(order)
        assert (found.people, found.communes, [one.name for one in found.unknown]) == (wanted, 4, ["Île de Clipperton"])
    assert pools.population([]) == pools.Population(None, 0, [])


def test_a_pooled_need_may_be_matched_and_opened_again_alone(people: dict[str, Person]) -> None:
    first, second = express(people["author"]), express(people["other"])
    put(people["author"], first, second)
    services.match_need(people["author"], first, commons=CommonsFactory(), why="Il le fait.", at=NOW)
    services.reopen_need(people["author"], first, reason="Non.", at=NOW)
    assert Need.objects.filter(pk=first.pk).values_list("state", "pool").get() == ("open", None)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_support_a_need_once_each_and_the_weight_is_that_of_both(
    person: Callable[..., Person], desk: Person
) -> None:
    """One body by two of its members, at the same moment: one support; the weight is what a count gives."""
    author, one, other = (person(f"{name}@demo.example") for name in ("autrice", "un", "autre"))
    body = core_services.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=NOW)
    for member in (one, other):
        core_services.add_member(desk, body, person=member, starts_on=DAY - timedelta(days=9), at=NOW)
    need = express(author)
    ready = Barrier(2)

    def support(by: Person) -> None:
        ready.wait(timeout=30)
        try:
            services.support_need(by, need, org=body, at=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(support, (one, other)))
    kept = Need.objects.get(pk=need.pk)
    assert (kept.supports.count(), kept.weight) == (1, 6)
    assert counters.differences([standing.counted], DAY) == {}
