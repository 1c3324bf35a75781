"""Needs on the map: weight, counters, what is inside, around and above a place, what nothing covers, suggestions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from factories import NOW, CommonsFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from territory.small import OVER_DEPARTEMENTS, PLAINE, ROWS, bring, changed, commune

from communaux.catalogue import services, standing
from communaux.catalogue.models import Commons, Need, NeedPool, Theme
from communaux.catalogue.queries import need_gaps, need_places, needs, suggestions
from communaux.core import services as core_services
from communaux.core.models import Organisation, Person
from communaux.territory import cog, counters
from communaux.territory import services as territory_services
from communaux.territory.models import Presence, Territory, TerritoryClosure, TerritoryStat
from communaux.territory.queries import around

pytestmark = pytest.mark.django_db
DAY = NOW.date()
THEMES = ("urbanisme", "mobilite")


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()
    Theme.objects.bulk_create([Theme(key=key, fr=key, en=key) for key in THEMES])


@pytest.fixture
def author(person: Callable[..., Person]) -> Person:
    return person("autrice@demo.example")


def place(kind: str, code: str) -> Territory:
    return Territory.objects.get(kind=kind, code=code)


def express(by: Person, territory: Territory | None, theme: str = "urbanisme", **more: Any) -> Need:
    told = {
        "title": f"Suivre les trous {uuid4().hex[:6]}",
        "text_md": "",
        "kind": "service",
        "for_whom": "",
        "org": None,
    }
    told |= {"theme_id": theme, "territory": territory, "generation": 1, "lang": "fr"} | more
    return services.express_need(by, key=uuid4(), given=told, hits=[], query="", at=NOW)


def deployed(theme: str, territory: Territory, **more: Any) -> Commons:
    commons = CommonsFactory()
    commons.themes.add(theme)
    given = {"role": "deployed", "since": date(2022, 5, 1), "source": "Enquête", "at": NOW} | more
    territory_services.open_presence(Person.objects.desk(), territory, obj=("commons", str(commons.pk)), **given)
    return commons


def counted(kind: str, code: str) -> dict[tuple[str, str], int]:
    rows = TerritoryStat.objects.filter(territory__kind=kind, territory__code=code, n__gt=0)
    return {(one.measure, one.theme): one.n for one in rows}


def test_a_body_weighs_five_and_a_person_one(author: Person, person: Callable[..., Person], desk: Person) -> None:
    town = core_services.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=NOW)
    other = person("autre@demo.example")
    core_services.add_member(desk, town, person=other, starts_on=DAY - timedelta(days=9), at=NOW)
    need = express(author, commune("33063"))
    assert need.weight == 1
    services.support_need(other, need, org=town, at=NOW)
    services.support_need(other, need, org=town, at=NOW)
    assert Need.objects.get().weight == 6
    services.support_need(other, need, at=NOW)
    assert Need.objects.get().weight == 7
    services.withdraw_support(other, need, at=NOW)
    assert Need.objects.get().weight == 1


def test_the_weights_in_force_are_those_an_operator_dated(author: Person, person: Callable[..., Person]) -> None:
    operator = person("op@demo.example", operator=True)
    core_services.set_weights(operator, area="need", values={"organisation": "3", "person": "2"}, at=NOW)
    assert express(author, None).weight == 2


def test_counters_follow_every_state(author: Person) -> None:
    need = express(author, commune("93001"))
    expected = {("needs_open", ""): 1, ("needs_open", "urbanisme"): 1}
    for kind, code in (("commune", "93001"), ("ept", PLAINE), ("departement", "93"), ("region", "11"), ("ue", "EU")):
        assert counted(kind, code) == expected
    assert counted("departement", "33") == {}
    services.match_need(author, need, commons=CommonsFactory(), why="Il le fait.", at=NOW)
    assert counted("pays", "FR") == {}
    services.answer_need(author, need, at=NOW)
    assert counted("pays", "FR") == {("needs_answered", ""): 1, ("needs_answered", "urbanisme"): 1}
    services.reopen_need(author, need, reason="Revenu.", at=NOW)
    assert counted("pays", "FR") == expected
    services.close_need(author, need, reason="withdrawn", at=NOW)
    assert counted("pays", "FR") == {}
    assert counters.differences([standing.counted], DAY) == {}


def test_a_need_of_no_known_place_counts_nowhere(author: Person) -> None:
    express(author, None)
    assert TerritoryStat.objects.filter(n__gt=0).count() == 0
    assert standing.counted(DAY) == {}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["express", "match", "answer", "close", "reopen"]), st.integers(0, 99)), max_size=12
    )
)
def test_counters_are_those_of_a_recount_after_any_acts(author: Person, acts: list[tuple[str, int]]) -> None:
    places = list(Territory.objects.filter(kind__in=["commune", "epci", "region"]).order_by("pk"))
    commons = CommonsFactory()
    does: dict[str, Callable[[Need], object]] = {
        "match": lambda need: services.match_need(author, need, commons=commons, why="Oui.", at=NOW),
        "answer": lambda need: services.answer_need(author, need, at=NOW),
        "close": lambda need: services.close_need(author, need, reason="duplicate", at=NOW),
        "reopen": lambda need: services.reopen_need(author, need, reason="Encore.", at=NOW),
    }
    ready = {"match": ["open"], "answer": ["matched"], "close": ["open"], "reopen": ["matched", "answered", "closed"]}
    for name, number in acts:
        if name == "express":
            express(author, places[number % len(places)], THEMES[number % 2])
        elif rows := list(Need.objects.filter(state__in=ready[name]).order_by("pk")):
            does[name](rows[number % len(rows)])
    assert counters.differences([counters.of_presences, standing.counted], DAY) == {}


def naive_inside(territory: Territory) -> list[Need]:
    inside = set(TerritoryClosure.objects.filter(ancestor=territory).values_list("descendant_id", flat=True))
    rows = [one for one in Need.objects.all() if one.state in {"open", "pooled"} and one.territory_id in inside]
    return sorted(rows, key=lambda one: (-one.weight, one.pk))


@pytest.mark.parametrize("many", [0, need_places.MANY])
def test_the_heaviest_inside_come_first_whatever_the_place(
    author: Person, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    """Sorted, or met by going down the weights of all: the same."""
    monkeypatch.setattr(need_places, "MANY", many)
    chance = Random(7)
    places = list(Territory.objects.order_by("pk"))
    for _number in range(40):
        need = express(author, chance.choice(places))
        Need.objects.filter(pk=need.pk).update(weight=chance.randrange(4), state=chance.choice(["open", "draft"]))
    pool = NeedPool.objects.create(
        title="Ensemble", slug="ensemble", theme_id=THEMES[0], created_by=author, created_at=NOW
    )
    for need in Need.objects.filter(state="open").order_by("pk")[::3]:
        Need.objects.filter(pk=need.pk).update(state="pooled", pool=pool)
    for territory in places:
        assert need_places.inside(territory, limit=99) == naive_inside(territory)
        assert need_places.inside(territory, limit=3) == naive_inside(territory)[:3]


def above(territory: Territory) -> list[Territory]:
    return [one for one, _depth in around.ancestors(territory)]


def scattered(places: list[Territory], chance: Random) -> None:
    """Sixty needs anywhere; a third are drafts."""
    told = {"kind": "service", "lang": "fr", "opened_at": NOW}
    Need.objects.bulk_create(
        Need(
            slug=f"besoin-{number}",
            title=f"Besoin numéro {number}",
            territory=chance.choice(places),
            theme_id=chance.choice(THEMES),
            weight=chance.randrange(4),
            state=chance.choice(["open", "draft", "open"]),
            **told,
        )
        for number in range(60)
    )


def naive_beside(territory: Territory) -> list[Need]:
    """Of its EPCI, then of its département: what is neither inside it nor said of what holds it."""
    held, found = above(territory), list[Need]()
    mine = {one.pk for one in naive_inside(territory)}
    for kind in ("epci", "departement"):
        for body in (one for one in held if one.kind == kind):
            met = mine | {one.pk for one in found}
            found += [one for one in naive_inside(body) if one.pk not in met and one.territory not in held]
    return found


def test_inside_above_and_around_are_those_of_a_naive_search() -> None:
    places = list(Territory.objects.order_by("pk"))
    scattered(places, Random(5))
    for territory in places:
        near, held = need_places.near(territory, above(territory), limit=3), above(territory)
        wide = [one for one in naive_inside(place("ue", "EU")) if one.territory in held]
        assert list(near.here) == naive_inside(territory)[:3]
        assert list(near.above) == wide[: need_places.BESIDE]
        assert list(near.beside) == naive_beside(territory)[: need_places.BESIDE]


def test_around_is_the_epci_first_then_the_departement_and_above_what_holds_it(author: Person) -> None:
    bordeaux = commune("33063")
    here, next_door = express(author, bordeaux), express(author, commune("33281"))
    same_departement = express(author, commune("33498"))
    wide, far = express(author, place("pays", "FR")), express(author, commune("97411"))
    Need.objects.filter(pk=same_departement.pk).update(weight=9)
    near = need_places.near(bordeaux, above(bordeaux))
    assert [one.pk for one in near.here] == [here.pk]
    assert [one.pk for one in near.above] == [wide.pk]
    assert [one.pk for one in near.beside] == [next_door.pk, same_departement.pk]
    assert far not in near.beside
    alone = need_places.near(bordeaux, [])
    assert ([one.pk for one in alone.here], alone.above, alone.beside) == ([here.pk], [], [])


def test_a_commune_with_many_needs_is_not_its_own_neighbour(author: Person) -> None:
    bordeaux = commune("33063")
    for _number in range(3):
        express(author, bordeaux)
    near = need_places.near(bordeaux, above(bordeaux), limit=1)
    assert (len(near.here), near.beside) == (1, [])


def test_of_an_epci_across_departements_the_departement_is_no_neighbourhood(author: Person) -> None:
    body = place("epci", OVER_DEPARTEMENTS)
    inside, other = express(author, commune("40227")), express(author, commune("33063"))
    assert need_places.inside(body) == [inside]
    near = need_places.near(body, above(body))
    assert (list(near.above), list(near.beside)) == ([], [])
    assert other.territory is not None


def test_a_gap_is_a_theme_that_no_commons_covers_where_the_need_stands(author: Person) -> None:
    bordeaux, gironde = commune("33063"), place("departement", "33")
    for territory, theme in ((bordeaux, "urbanisme"), (commune("33498"), "urbanisme"), (bordeaux, "mobilite")):
        express(author, territory, theme)
    assert [(gap.theme.key, gap.n) for gap in need_gaps.gaps(gironde, DAY)] == [("urbanisme", 2), ("mobilite", 1)]
    deployed("urbanisme", place("epci", "243300316"))
    deployed("mobilite", place("region", "11"))
    assert [(gap.theme.key, gap.n) for gap in need_gaps.gaps(gironde, DAY)] == [("mobilite", 1), ("urbanisme", 1)]
    assert [(gap.theme.key, gap.n) for gap in need_gaps.gaps(bordeaux, DAY)] == [("mobilite", 1)]
    hidden = deployed("mobilite", gironde)
    Commons.objects.filter(pk=hidden.pk).update(state="withheld")
    assert [(gap.theme.key, gap.n) for gap in need_gaps.gaps(bordeaux, DAY)] == [("mobilite", 1)]
    Commons.objects.filter(pk=hidden.pk).update(state="published")
    assert need_gaps.gaps(bordeaux, DAY) == []
    Presence.objects.update(until=DAY - timedelta(days=1))
    assert len(need_gaps.gaps(bordeaux, DAY)) == 2


def naive_gaps(territory: Territory) -> list[tuple[str, int]]:
    """Need by need: is a published commons of its theme present where it stands, or in what holds that?"""
    found = Counter[str]()
    live = list(Presence.objects.live(DAY))
    published = {
        theme: {str(one.pk) for one in Commons.objects.filter(state="published", themes=theme)} for theme in THEMES
    }
    for need in naive_inside(territory):
        assert need.territory is not None
        holding = {need.territory_id, *(one.pk for one in above(need.territory))}
        present = {one.obj_id for one in live if one.territory_id in holding}
        found[need.theme_id] += not published[need.theme_id] & present
    return sorted(((key, n) for key, n in found.items() if n), key=lambda one: (-one[1], one[0]))


def test_gaps_are_those_of_a_naive_search() -> None:
    chance = Random(11)
    places = list(Territory.objects.order_by("pk"))
    scattered(places, chance)
    assert [named(one) for one in places] == [naive_gaps(one) for one in places]
    for number in range(24):
        kinds = ("commune",) * 6 + ("epci", "departement")
        where = chance.choice([one for one in places if one.kind == chance.choice(kinds)] or places[:1])
        made = deployed(chance.choice(THEMES), where, until=DAY - timedelta(days=1) if number % 5 == 0 else None)
        made.themes.add(chance.choice(THEMES))
        Commons.objects.filter(pk=made.pk).update(state="withheld" if number % 4 == 0 else "published")
    of_nothing = {"obj_kind": "commons", "role": "deployed", "since": DAY, "source": "Enquête"}
    Presence.objects.create(territory=commune("33063"), obj_id="no number at all", **of_nothing)
    assert [named(one) for one in places] == [naive_gaps(one) for one in places]
    assert any(named(one) for one in places)


def named(territory: Territory) -> list[tuple[str, int]]:
    return [(gap.theme.key, gap.n) for gap in need_gaps.gaps(territory, DAY)]


def test_needs_follow_a_commune_that_was_merged(author: Person) -> None:
    need = express(author, commune("33498"))
    rows = changed(ROWS, without=["C 33498"], more=[("A", "33498", "ancien", "", "33063")])
    territory_services.load(
        Person.objects.desk(),
        cog.read(cog.table(rows).encode(), 2027),
        sha256="2027",
        owners=[counters.of_presences, standing.counted],
        followers=[standing.follow],
        at=NOW,
        report=lambda _done, _total: None,
    )
    assert Need.objects.get(pk=need.pk).territory == commune("33063")
    assert counted("epci", "243300316") == {("needs_open", ""): 1, ("needs_open", "urbanisme"): 1}
    assert counters.differences([standing.counted], DAY) == {}


def test_the_list_inside_a_territory_has_the_heaviest_first(author: Person) -> None:
    light, heavy, _far = (express(author, commune(code)) for code in ("33063", "33281", "97411"))
    Need.objects.filter(pk=heavy.pk).update(weight=9)
    filters = needs.known({"territoire": "departement:33"})
    assert list(needs.listed(filters)) == [heavy, light]
    assert needs.facets(filters)[1] == {"open": 2}
    for text in ("departement:99", "33", "", "commune:", "x" * 999, "\x00:1"):
        assert needs.known({"territoire": text}) == {}


def test_the_nearest_of_a_theme_come_first_to_be_compared(author: Person) -> None:
    codes = ("97411", "40001", "33498", "33281")
    far, region, departement, epci = (express(author, commune(code)) for code in codes)
    ringed = needs.near("urbanisme", commune("33063"))
    assert ringed == [(epci, 0), (departement, 1), (region, 2), (far, 3)]
    assert {(need.pk, ring) for need, ring in needs.near("urbanisme", None)} == {
        (need.pk, 0) for need in (epci, departement, region, far)
    }
    assert needs.near("mobilite", commune("33063")) == []


def test_nearness_counts_up_to_what_holds_it_else_through_what_holds_both(author: Person) -> None:
    bordeaux, ids = commune("33063"), {}
    for name, territory in {
        "here": bordeaux,
        "epci": place("epci", "243300316"),
        "neighbour": commune("33281"),
        "country": place("pays", "FR"),
        "island": commune("97411"),
    }.items():
        ids[str(deployed("urbanisme", territory).pk)] = name
    near = suggestions._nearest(bordeaux, ids, DAY)
    assert {ids[key]: steps for key, (steps, _presence) in near.items()} == {
        "here": 0,
        "epci": 1,
        "neighbour": 2,
        "country": 3,
    }


def test_without_an_index_nothing_is_suggested() -> None:
    told = suggestions.suggest(suggestions.Words("carte"), commune("33063"), DAY)
    assert (list(told.first), list(told.behind), told.version) == ([], [], 0)


def test_a_pooled_need_must_say_in_which_pool(author: Person) -> None:
    from django.db import IntegrityError, transaction

    need = express(author, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(state="pooled")
    assert (NeedPool.objects.count(), Organisation.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("a", "b", "share"),
    [
        ("Suivre les nids de poule", "Suivre les nids de poule !", 1.0),
        ("Suivre les trous", "Suivre les bancs", 2 * 2 / 6),
        ("Cantine", "Piscine", 0.0),
        ("🕳️", "🕳️", 0.0),
    ],
)
def test_titles_are_compared_by_their_words_too(a: str, b: str, share: float) -> None:
    assert needs.in_common(a, b) == needs.in_common(b, a) == pytest.approx(share)
