"""After an import: relations that records tell of each other, and pairs that may be one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import databases
import pytest
from factories import CommonsFactory, MappedFactory

from communaux.catalogue.formats.mapped import Event, Link, Mapped, Reading
from communaux.catalogue.importing import run_import
from communaux.catalogue.keyring import Keyring
from communaux.catalogue.linking import link
from communaux.catalogue.models import Commons, LifeEvent, MatchProposal, Relation
from communaux.catalogue.queries import commons as commons_queries
from communaux.core import services
from communaux.core.models import Entry, Person

pytestmark = pytest.mark.django_db

# Of a link that stores relations and proposes nothing, however many records there are; PostgreSQL asks for the journal's pen.
QUERIES = 21 + databases.is_postgres()

type Bring = Callable[..., None]


@pytest.fixture
def bring(desk: Person, now: datetime) -> Bring:
    def run(key: str, *records: Mapped) -> None:
        run_import(desk, key, Reading(tuple(records)), etag="", at=now)

    return run


def told(kind: str, value: str, scheme: str = "record") -> dict[str, object]:
    return {"links": (Link(kind, scheme, value),)}


def edges() -> set[tuple[str, str, str]]:
    return set(Relation.objects.values_list("a__slug", "b__slug", "kind"))


def test_a_relation_keeps_its_direction_and_its_source(bring: Bring, desk: Person) -> None:
    bring("sill", MappedFactory(external_id="a", **told("based_on", "b")), MappedFactory(external_id="b"))
    assert link(desk) == (1, 0)
    assert edges() == {("a", "b", "based_on")}
    assert Relation.objects.get().source_id == "sill"
    line = Entry.objects.get(act="catalogue.relate")
    assert line.subject_id == str(Commons.objects.get(slug="a").pk)


def test_a_second_pass_adds_nothing(bring: Bring, desk: Person) -> None:
    bring("sill", MappedFactory(external_id="a", **told("based_on", "b")), MappedFactory(external_id="b"))
    link(desk)
    lines = Entry.objects.count()
    assert (link(desk), Entry.objects.count()) == ((0, 0), lines)


@pytest.mark.parametrize("kind", sorted(Relation.SYMMETRIC))
def test_a_symmetric_relation_told_from_both_sides_is_one(bring: Bring, desk: Person, kind: str) -> None:
    bring("sill", MappedFactory(external_id="a", **told(kind, "b")), MappedFactory(external_id="b", **told(kind, "a")))
    assert link(desk)[0] == 1
    stored = Relation.objects.get()
    assert stored.a_id < stored.b_id


@pytest.mark.parametrize("kind", sorted(Relation.ACYCLIC))
def test_no_circle_is_closed(bring: Bring, desk: Person, kind: str) -> None:
    chain = [MappedFactory(external_id=one, **told(kind, other)) for one, other in ("ab", "bc", "ca", "dd")]
    bring("sill", *chain)
    link(desk)
    assert edges() == {("a", "b", kind), ("b", "c", kind)}


def test_a_circle_is_allowed_where_it_means_something(bring: Bring, desk: Person) -> None:
    bring("sill", *(MappedFactory(external_id=one, **told("feeds_data_to", other)) for one, other in ("ab", "ba")))
    assert link(desk)[0] == 2


@pytest.mark.parametrize(
    ("scheme", "value", "found"),
    [
        ("name", "Bétâ", True),
        ("url", "http://www.beta.example/", True),
        ("repository", "https://github.com/demo/beta.git", True),
        ("wikidata", "Q2", True),
        ("record", "b", True),
        ("record", "nowhere", False),
        ("name", "nowhere", False),
        ("isbn", "b", False),
    ],
)
def test_how_the_other_end_is_found(bring: Bring, desk: Person, scheme: str, value: str, found: bool) -> None:
    beta = MappedFactory(
        external_id="b",
        name="Beta",
        url="https://beta.example",
        repository="https://github.com/demo/beta",
        identifiers=(("wikidata", "Q2"),),
    )
    bring("sill", MappedFactory(external_id="a", **told("extends", value, scheme)), beta)
    assert link(desk)[0] == int(found)


def test_an_unknown_kind_of_relation_is_left_out(bring: Bring, desk: Person) -> None:
    bring("sill", MappedFactory(external_id="a", **told("cousin_of", "b")), MappedFactory(external_id="b"))
    assert link(desk)[0] == 0


def test_the_two_dia_are_not_proposed(bring: Bring, desk: Person) -> None:
    """Same name, other Wikidata id and repository: −5 points."""
    bring("sill", MappedFactory(external_id="1", name="Dia", identifiers=(("wikidata", "Q1"),)))
    bring("opensustain", MappedFactory(external_id="d", name="Dia", identifiers=(("wikidata", "Q2"),)))
    assert link(desk) == (0, 0)


def test_twins_are_proposed_with_their_signals(bring: Bring, desk: Person) -> None:
    bring("sill", MappedFactory(external_id="1", name="OpenFisca", identifiers=(("wikidata", "Q64777688"),)))
    bring("dpga", MappedFactory(external_id="f", name="OpenFisca", identifiers=(("wikidata", "Q64777688"),)))
    assert link(desk) == (0, 1)
    pair = MatchProposal.objects.get()
    assert pair.a_id < pair.b_id
    assert pair.state == "open"
    assert pair.signals == {"wikidata": 500, "name": 200, "licence_family": 50, "other_repository": -100}
    assert pair.score == 6.5


def test_twins_are_weighed_with_the_points_in_force(bring: Bring, desk: Person, now: datetime) -> None:
    for key in ("sill", "dpga"):
        bring(key, MappedFactory(external_id=key, name="OpenFisca", identifiers=(("wikidata", "Q64777688"),)))
    services.set_weights(desk, area="same", values={"wikidata": "100", "name": "50"}, at=now)
    assert link(desk) == (0, 0)
    services.set_weights(desk, area="same", values={"wikidata": "600"}, at=now)
    assert link(desk) == (0, 1)
    pair = MatchProposal.objects.get()
    assert (pair.signals["wikidata"], pair.weights_version) == (600, 2)


@pytest.mark.parametrize("state", ["same", "different", "undone", "open"])
def test_a_judged_pair_is_left_as_it_was_judged(bring: Bring, desk: Person, state: str) -> None:
    for key in ("sill", "dpga"):
        bring(key, MappedFactory(external_id=key, name="OpenFisca", identifiers=(("wikidata", "Q64777688"),)))
    link(desk)
    MatchProposal.objects.update(state=state)
    assert link(desk) == (0, 0)
    assert MatchProposal.objects.get().state == state


def test_a_relation_no_longer_told_is_taken_back_and_said(bring: Bring, desk: Person) -> None:
    one, other = MappedFactory(external_id="a", **told("based_on", "b")), MappedFactory(external_id="b")
    bring("sill", one, other)
    link(desk)
    bring("sill", replace(one, links=(), raw={"v": 2}), other)
    assert (link(desk), edges()) == ((0, 0), set())
    line = Entry.objects.filter(act="catalogue.relate").latest("seq")
    assert (line.before, line.after, line.reason) == ({"relation": "based_on", "with": "b"}, {}, "sill")
    bring("sill", replace(one, raw={"v": 3}), other)
    assert (link(desk)[0], edges()) == (1, {("a", "b", "based_on")})


def test_a_relation_without_a_source_stays(bring: Bring, desk: Person) -> None:
    bring("sill", MappedFactory(external_id="a"), MappedFactory(external_id="b"))
    a, b = Commons.objects.order_by("slug")
    Relation.objects.create(a=a, b=b, kind="extends")
    link(desk)
    assert edges() == {("a", "b", "extends")}


def test_a_relation_that_another_source_tells_changes_its_source(bring: Bring, desk: Person) -> None:
    beta = MappedFactory(external_id="b", name="Beta", identifiers=(("wikidata", "Q2"),))
    same = {"name": "Alpha", "url": "https://a.example", "repository": "https://github.com/demo/alpha"}
    first = MappedFactory(external_id="1", **same, **told("extends", "Q2", "wikidata"))
    bring("sill", first, beta)
    bring("betagouv", MappedFactory(external_id="2", **same, **told("extends", "Q2", "wikidata")))
    link(desk)
    assert Relation.objects.get().source_id == "sill"
    bring("sill", replace(first, links=(), raw={"v": 2}), beta)
    link(desk)
    assert Relation.objects.get().source_id == "betagouv"


def test_a_name_that_two_commons_bear_since_breaks_no_relation(bring: Bring, desk: Person) -> None:
    bring("sill", MappedFactory(external_id="a", **told("extends", "Dia", "name")), MappedFactory(name="Dia"))
    link(desk)
    bring("opensustain", MappedFactory(name="Dia"))
    link(desk)
    assert edges() == {("a", "dia", "extends")}


def test_relations_of_a_commons_that_no_source_names_any_more_stay(bring: Bring, desk: Person) -> None:
    others = [MappedFactory(external_id="b"), *MappedFactory.build_batch(8)]
    bring("sill", MappedFactory(external_id="a", **told("based_on", "b")), *others)
    link(desk)
    bring("sill", *others)
    link(desk)
    assert edges() == {("a", "b", "based_on")}


@pytest.mark.parametrize("size", [3, 30])
def test_records_are_found_by_number_in_one_look(
    bring: Bring, desk: Person, size: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    bring("sill", *(MappedFactory(external_id=f"n{n}", **told("extends", f"n{n + 1}")) for n in range(size)))
    ring = Keyring()
    with django_assert_num_queries(QUERIES):
        assert link(desk, ring)[0] == size - 1


def test_an_event_points_to_the_other_commons_it_names(bring: Bring, desk: Person) -> None:
    fork = Event("fork", date(2010, 9, 28), other="OpenOffice")
    bring("seeds", MappedFactory(name="LibreOffice", events=(fork, Event("created", date(2010, 1, 1)))))
    link(desk)
    assert LifeEvent.objects.get(kind="fork").other is None
    assert LifeEvent.objects.get(kind="fork").other_name == "OpenOffice"
    bring("sill", MappedFactory(name="Open-Office"))
    link(desk)
    assert LifeEvent.objects.get(kind="fork").other == Commons.objects.get(name="Open-Office")
    assert LifeEvent.objects.get(kind="created").other is None


def test_where_a_commons_lives_on_is_its_published_successor(now: datetime) -> None:
    old, fork, heir, closed = (CommonsFactory(slug=slug) for slug in ("old", "fork", "heir", "closed"))
    Commons.objects.filter(pk=closed.pk).update(state="withheld")
    for a, kind in ((fork, "fork_of"), (closed, "successor_of"), (heir, "successor_of")):
        Relation.objects.create(a=a, b=old, kind=kind)
    assert commons_queries.sheet(commons_queries.by_slug("old")).successor == heir
    Relation.objects.filter(a=heir).delete()
    assert commons_queries.sheet(commons_queries.by_slug("old")).successor == fork
    Relation.objects.filter(a=fork).delete()
    assert commons_queries.sheet(commons_queries.by_slug("old")).successor is None
