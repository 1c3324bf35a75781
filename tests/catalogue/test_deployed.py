"""Presences that uses open and close, seats of bodies, counts by theme: whatever is done, they are what a recount finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from factories import CommonsFactory
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from territory.small import NOW, bring, commune
from uses import LONG_AGO, Cast, cast

from communaux import cli
from communaux.catalogue import deployed, services, tasks
from communaux.catalogue.models import Commons, Merge, Reuse, Theme
from communaux.core import organisations
from communaux.core import services as core
from communaux.core.errors import Conflict, Refusal
from communaux.core.ids import uuid7
from communaux.core.models import Entry, Organisation, Person
from communaux.core.settings import SCHEDULES
from communaux.territory import counters, presences
from communaux.territory.models import Presence, Territory, TerritoryStat
from communaux.territory.queries import around

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 1)


@pytest.fixture
def town(desk: Person) -> Cast:
    """The town has its seat in Bordeaux; its commons has two themes."""
    bring()
    found = cast(desk)
    for key in ("cartographie", "mobilite", "sante"):
        Theme.objects.create(key=key, fr=key, en=key)
    found.commons.themes.set(["cartographie", "mobilite"])
    services.seat_body(desk, found.town, territory=commune("33063"), at=NOW)
    return found


def told(kind: str = "commons") -> list[tuple[Any, ...]]:
    rows = Presence.objects.filter(obj_kind=kind).order_by("pk")
    return list(rows.values_list("obj_id", "territory__code", "role", "since", "until", "source"))


def differences() -> dict[Any, Any]:
    return counters.differences(deployed.OWNERS, DAY)


def counted(code: str = "33063", kind: str = "commune") -> dict[str, int]:
    """Theme → deployments inside."""
    rows = TerritoryStat.objects.filter(territory__code=code, territory__kind=kind, measure="commons_deployed", n__gt=0)
    return dict(rows.values_list("theme", "n"))


def test_a_confirmed_use_runs_in_the_territory_of_its_body_until_it_ends(town: Cast) -> None:
    use = town.declared()
    assert told() == []
    services.confirm_reuse(town["second"], use, at=NOW)
    row = (str(town.commons.pk), "33063", "deployed", date(2024, 3, 1), None, "Commune de démonstration")
    assert told() == [row]
    assert [counted(), counted("FR", "pays")] == [{"": 1, "cartographie": 1, "mobilite": 1}] * 2
    services.end_reuse(town["member"], use, until=date(2026, 8, 1), cause="cost", at=NOW)
    assert told() == [(*row[:4], date(2026, 8, 1), row[5])]
    assert (counted(), differences()) == ({}, {})


def test_what_nobody_confirms_again_closes_and_opens_again(town: Cast) -> None:
    use = town.confirmed()
    later = NOW + timedelta(days=400)
    services.mark_stale_reuses(town["desk"], at=later)
    assert [row[4] for row in told()] == [date(2027, 9, 1)]
    assert counted() == {}
    use.refresh_from_db()
    services.renew_reuse(town["member"], use, at=later)
    assert [row[4] for row in told()] == [None]
    assert counted() == {"": 1, "cartographie": 1, "mobilite": 1}


@pytest.mark.parametrize(("kind", "roles"), [("deploys", ["deployed"]), ("hosts", ["deployed"]), ("contributes", [])])
def test_who_only_contributes_does_not_say_that_it_runs_there(town: Cast, kind: str, roles: list[str]) -> None:
    town.confirmed(kind=kind)
    assert [row[2] for row in told()] == roles


@pytest.mark.parametrize("code", ["", "99999", "01", "nulle part"])
def test_a_body_of_unknown_territory_opens_nothing(town: Cast, code: str) -> None:
    Territory.objects.create(kind="departement", code="01", name="Ain", name_key="ain", millesime=2026, valid_from=DAY)
    Territory.objects.create(
        kind="region", code="01", name="Guadeloupe", name_key="guadeloupe", millesime=2026, valid_from=DAY
    )
    Organisation.objects.filter(pk=town.town.pk).update(territory_code=code)
    town.town.refresh_from_db()
    town.confirmed()
    assert told() == []


def test_two_uses_from_one_territory_share_a_presence(town: Cast) -> None:
    first = town.confirmed()
    body = town.body("Association de démonstration", territory_code="33063")
    second = town.confirmed(organisation=body, since=date(2020, 1, 1))
    assert (len(told()), counted()[""]) == (1, 1)
    services.end_reuse(town["member"], first, until=date(2026, 8, 20), cause="other", at=NOW)
    assert [row[4] for row in told()] == [None]
    services.end_reuse(town["member"], second, until=date(2026, 8, 10), cause="other", at=NOW)
    assert [row[4] for row in told()] == [date(2026, 8, 20)]
    assert differences() == {}


def test_what_was_said_by_hand_stays_when_a_use_ends(town: Cast) -> None:
    presences.begin(
        commune("33063"), ("commons", str(town.commons.pk)), role="deployed", since=LONG_AGO, source="Enquête", at=NOW
    )
    use = town.confirmed()
    services.end_reuse(town["member"], use, until=DAY, cause="other", at=NOW)
    assert [(row[4], row[5]) for row in told()] == [(None, "Enquête")]


def test_a_body_that_moves_takes_its_uses_along(town: Cast) -> None:
    town.confirmed()
    services.seat_body(town["desk"], town.town, territory=commune("29155"), at=NOW + timedelta(days=10))
    assert [(row[1], row[4]) for row in told()] == [("33063", date(2026, 9, 10)), ("29155", None)]
    assert [(row[1], row[4]) for row in told("actor")] == [("33063", date(2026, 9, 10)), ("29155", None)]
    assert (counted(), counted("29155")) == ({}, {"": 1, "cartographie": 1, "mobilite": 1})
    services.seat_body(town["desk"], town.town, territory=commune("29155"), at=NOW + timedelta(days=11))
    assert len(told("actor")) == 2
    last = Entry.objects.filter(act="catalogue.seat_body").order_by("-seq")[1]
    assert (last.before, last.after) == ({"territory_code": "33063"}, {"territory_code": "29155"})


def test_a_body_that_comes_back_opens_its_uses_again(town: Cast) -> None:
    town.confirmed()
    for n, code in enumerate(("29155", "33063"), 1):
        services.seat_body(town["desk"], town.town, territory=commune(code), at=NOW + timedelta(days=5 * n))
    assert [(row[1], row[4]) for row in told()] == [("33063", None), ("29155", date(2026, 9, 10))]
    assert live(DAY + timedelta(days=10)) == wanted()


def test_a_code_of_two_territories_is_no_seat(town: Cast) -> None:
    twin = Territory.objects.create(
        kind="region", code="33", name="Trente-trois", name_key="trente trois", millesime=2026, valid_from=DAY
    )
    with pytest.raises(Conflict):
        services.seat_body(town["desk"], town.town, territory=twin, at=NOW)
    assert Organisation.objects.get(pk=town.town.pk).territory_code == "33063"


def test_uses_confirmed_before_the_codes_were_loaded(town: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    Organisation.objects.update(territory_code="")
    use = Reuse.objects.get(pk=town.confirmed(organisation=town.town).pk)
    Presence.objects.all().delete() if use.presence is None else None
    Organisation.objects.filter(pk=town.town.pk).update(territory_code="33063")
    assert [services.place_uses(town["desk"], at=NOW) for _time in range(2)] == [2, 0]
    assert ([row[1] for row in told()], [row[1] for row in told("actor")]) == (["33063"], ["33063"])
    assert cli.main(["territory", "presences"]) == 0
    assert capsys.readouterr().out == "0 new presences\n"
    tasks.place_uses.call()
    assert counters.differences(deployed.OWNERS, datetime.now(tz=NOW.tzinfo).date()) == {}
    assert "communaux.catalogue.tasks.place_uses" in {one["task"] for one in SCHEDULES.values()}


def test_a_body_that_nobody_speaks_for_yet_has_no_seat_on_the_pages_of_territories(town: Cast) -> None:
    """Anybody may declare one, whose number tells its place."""
    key, told_of = uuid7(), {"name": "Bordeaux", "kind": "local_authority", "siret": "21330063500017"}
    made = organisations.declare(town["reader"], key=key, at=NOW, **told_of, siren="213300635", territory_code="33063")
    services.place_uses(town["desk"], at=NOW)
    assert [row for row in told("actor") if row[0] == str(made.pk)] == []
    organisations.confirm_member(town["operator"], made.memberships.get(), at=NOW)
    services.place_uses(town["desk"], at=NOW)
    assert [row[1] for row in told("actor") if row[0] == str(made.pk)] == ["33063"]


def test_check_tells_a_body_that_nobody_knows(town: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    presences.begin(commune("33063"), ("actor", "personne"), role="seat", since=DAY, source="Demo", at=NOW)
    assert cli.main(["territory", "check"]) == 1
    assert capsys.readouterr().out == "actor personne is present somewhere and nobody knows it\n"


def test_other_themes_other_counts(town: Cast) -> None:
    town.confirmed()
    services.set_themes(town["desk"], {"umap": ["sante"]}, at=NOW)
    assert counted("33", "departement") == {"": 1, "sante": 1}
    assert differences() == {}


def merged(town: Cast, absorbed: Commons) -> Merge:
    return services.merge(town["editor"], town.commons, absorbed, reason="Le même", at=NOW)


def test_a_merge_moves_presences_and_undoing_it_gives_them_back(town: Cast) -> None:
    other = CommonsFactory(slug="carte-libre")
    other.themes.set(["sante"])
    town.confirmed()
    town.confirmed(commons=other, since=date(2025, 1, 1))
    town.confirmed(commons=other, kind="hosts", organisation=town.body("Ailleurs", territory_code="29155"))
    was, numbers = told(), counted("FR", "pays")
    assert numbers == {"": 3, "cartographie": 1, "mobilite": 1, "sante": 2}
    made = merged(town, other)
    assert [row[:2] for row in told()] == [(str(town.commons.pk), code) for code in ("33063", "29155")]
    assert (counted("FR", "pays"), differences()) == ({"": 2, "cartographie": 2, "mobilite": 2}, {})
    services.undo_merge(town["editor"], made, reason="Non", at=NOW)
    assert sorted(told()) == sorted(was)
    assert (counted("FR", "pays"), differences()) == (numbers, {})


def test_a_use_that_ended_while_merged_is_not_open_again_after(town: Cast) -> None:
    other = CommonsFactory(slug="carte-libre")
    town.confirmed()
    use = town.confirmed(commons=other, since=date(2025, 1, 1))
    made = merged(town, other)
    use.refresh_from_db()
    services.end_reuse(town["member"], use, until=date(2026, 8, 3), cause="other", at=NOW)
    assert [row[4] for row in told()] == [None]
    services.undo_merge(town["editor"], made, reason="Non", at=NOW)
    assert {row[0]: row[4] for row in told()} == {str(town.commons.pk): None, str(other.pk): date(2026, 8, 3)}
    assert differences() == {}


@pytest.mark.parametrize("way", [1, -1])
def test_a_body_that_moved_while_merged_has_left_both(town: Cast, way: int) -> None:
    other, later = CommonsFactory(slug="carte-libre"), NOW + timedelta(days=9)
    for commons in (town.commons, other):
        town.confirmed(commons=commons)
    town.confirmed(organisation=town.body("Voisine", territory_code="33063"))
    made = services.merge(town["editor"], *(town.commons, other)[::way], reason="Le même", at=NOW)
    services.seat_body(town["desk"], town.town, territory=commune("33281"), at=later)
    services.undo_merge(town["editor"], made, reason="Non", at=later)
    assert live(later.date()) == wanted()
    assert counters.differences(deployed.OWNERS, later.date()) == {}


VERBS = ("declare", "confirm", "end", "renew", "stale", "merge", "undo", "themes", "seat", "hand")
ACTS = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=16)


class Story:
    """Acts drawn by lot on three commons and three bodies, a day apart, after five uses; what is refused writes nothing."""

    def __init__(self, town: Cast) -> None:
        self.town, self.at = town, NOW
        self.commons = [town.commons, *(CommonsFactory(slug=f"autre-{n}") for n in range(2))]
        self.commons[1].themes.set(["sante"])
        self.bodies = [
            town.town,
            *(town.body(f"Corps {n}", territory_code=code) for n, code in ((1, "33063"), (2, "40001"))),
        ]
        for n, body in ((0, 0), (0, 1), (1, 0), (1, 1), (2, 2)):
            said = {"commons": self.commons[n], "organisation": self.bodies[body]}
            town.confirmed(since=DAY - timedelta(days=n + body), **said)
        self.places = [commune(code) for code in ("33063", "33281", "40001", "98735")]

    def act(self, verb: str, a: int, b: int) -> None:
        self.at += timedelta(days=1)
        try:
            getattr(self, verb)(a, b)
        except Refusal:
            """Said already, ended already, merged already: nothing was written."""

    def use(self, a: int) -> Reuse | None:
        uses = list(Reuse.objects.order_by("pk"))
        return uses[a % len(uses)] if uses else None

    def declare(self, a: int, b: int) -> None:
        commons, kind = Commons.objects.get(pk=self.commons[a % 3].pk), ("uses", "hosts", "contributes")[b % 3]
        said = {"commons": commons, "organisation": self.bodies[b % 3], "kind": kind, "since": DAY - timedelta(days=a)}
        self.confirm_of(self.town.declared(at=self.at, **said), a)

    def confirm_of(self, use: Reuse, a: int) -> None:
        if a % 2 == 0:
            services.confirm_reuse(self.town["second"], use, at=self.at)

    def confirm(self, a: int, b: int) -> None:
        if use := self.use(a):
            services.confirm_reuse(self.town["second"], use, at=self.at)

    def renew(self, a: int, b: int) -> None:
        if use := self.use(a):
            services.renew_reuse(self.town["member"], use, at=self.at)

    def end(self, a: int, b: int) -> None:
        if use := self.use(a):
            until = DAY - timedelta(days=b) if b else self.at.date() - timedelta(days=1)
            services.end_reuse(self.town["member"], use, until=until, cause="other", at=self.at)

    def stale(self, a: int, b: int) -> None:
        Reuse.objects.filter(state="confirmed", pk__in=[use.pk for use in [self.use(a)] if use]).update(
            confirm_by=self.at.date() - timedelta(days=1)
        )
        services.mark_stale_reuses(self.town["desk"], at=self.at)

    def merge(self, a: int, b: int) -> None:
        two = [Commons.objects.get(pk=self.commons[n % 3].pk) for n in (a, b)]
        services.merge(self.town["editor"], *two, reason="Le même", at=self.at)

    def undo(self, a: int, b: int) -> None:
        if made := Merge.objects.filter(undone_at=None).order_by("pk").first():
            services.undo_merge(self.town["editor"], made, reason="Non", at=self.at)

    def themes(self, a: int, b: int) -> None:
        keys = ["cartographie", "mobilite", "sante"]
        found = {one.slug: keys[: (a + n) % 3] for n, one in enumerate(self.commons)}
        services.set_themes(self.town["desk"], found, at=self.at)

    def seat(self, a: int, b: int) -> None:
        services.seat_body(self.town["desk"], self.bodies[a % 3], territory=self.places[b % 4], at=self.at)

    def hand(self, a: int, b: int) -> None:
        obj = ("commons", str(self.commons[a % 3].pk))
        day = self.at.date()
        presences.begin(self.places[b % 4], obj, role="pilot", since=day, source="Demo", at=self.at)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
@example(acts=[("declare", 2, 0), ("merge", 0, 2), ("seat", 0, 1), ("undo", 0, 0)])
@example(acts=[("declare", 2, 0), ("merge", 2, 0), ("seat", 0, 1), ("undo", 0, 0)])
def test_counters_are_a_recount_and_presences_are_the_uses_whatever_is_done(acts: list[Any], story: Story) -> None:
    with transaction.atomic():
        story.at = NOW
        for verb, a, b in acts:
            story.act(verb, a, b)
        assert counters.differences(deployed.OWNERS, story.at.date()) == {}
        assert live(story.at.date()) == wanted()
        transaction.set_rollback(True)


def live(day: date) -> set[tuple[str, int]]:
    rows = Presence.objects.live(day).filter(obj_kind="commons", role="deployed").values_list("obj_id", "territory_id")
    assert len(rows) == len(set(rows))
    return set(rows)


def wanted() -> set[tuple[str, int]]:
    """Each confirmed use that runs, where its body has its seat, of the commons that it is a use of today."""
    uses = Reuse.objects.filter(state="confirmed").exclude(kind="contributes").select_related("commons", "organisation")
    places = {one.code: one.pk for one in Territory.objects.filter(kind="commune")}
    return {
        (str(one.commons.merged_into_id or one.commons_id), places[one.organisation.territory_code]) for one in uses
    }


@pytest.fixture
def story(town: Cast) -> Story:
    return Story(town)


def test_as_many_questions_for_a_use_among_many(town: Cast, django_assert_max_num_queries: Callable[..., Any]) -> None:
    for n in range(5):
        town.confirmed(organisation=town.body(f"Corps {n}", territory_code="33281"), commons=CommonsFactory())
    use = town.declared()
    with django_assert_max_num_queries(45, connection=connection):
        services.confirm_reuse(town["second"], use, at=NOW)
    assert counted("33", "departement")[""] == 6


def sign_in(client: Client, by: Person) -> None:
    client.force_login(by, backend="communaux.core.sign_in.LocalAccounts")


@pytest.fixture
def owner(town: Cast) -> Person:
    place = {"object_type": "organisation", "object_id": str(town.other.pk)}
    core.grant(town["desk"], town["outsider"], role="owner", starts_on=LONG_AGO, at=NOW, **place)
    return town["outsider"]


def test_the_page_says_where_a_body_is(town: Cast, owner: Person, client: Client) -> None:
    sign_in(client, owner)
    page = reverse("seat_organisation", args=[town.other.pk])
    assert f'href="{page}"' in client.get(reverse("organisation", args=[town.other.pk])).content.decode()
    for typed, words in (
        ("Saint-Denis", "Plusieurs lieux répondent"),
        ("<script>alert(1)</script>", "Aucun lieu"),
        ("🦆", "Aucun lieu"),
        ("", "obligatoire"),
        ("a" * 9000, "au plus"),
    ):
        answer = client.post(page, {"place": typed})
        assert (answer.status_code, words in answer.content.decode()) == (422, True), typed
        assert b"<script>alert" not in answer.content
    for _click in range(2):
        assert client.post(page, {"place": "Mérignac"})["Location"] == reverse("organisation", args=[town.other.pk])
    assert [row[1] for row in told("actor")] == ["33063", "33281"]
    assert "33281" in client.get(reverse("organisation", args=[town.other.pk])).content.decode()
    assert around.counts(commune("33281")) == {"actors": 1}


def test_only_who_answers_for_a_body_says_where_it_is(town: Cast, client: Client) -> None:
    page = reverse("seat_organisation", args=[town.other.pk])
    assert client.get(page).status_code == 302
    assert client.post(page, {"place": "33281"}).status_code == 403
    sign_in(client, town["reader"])
    assert [client.get(page).status_code, client.post(page, {"place": "33281"}).status_code] == [403, 403]
