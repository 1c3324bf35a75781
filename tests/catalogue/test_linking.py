"""After an import: relations that records tell of each other, and pairs that may be one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from factories import MappedFactory

from communaux.catalogue.formats.mapped import Link, Mapped, Reading
from communaux.catalogue.importing import run_import
from communaux.catalogue.linking import link
from communaux.catalogue.models import Commons, MatchProposal, Relation
from communaux.core.models import Entry, Person

pytestmark = pytest.mark.django_db

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


@pytest.mark.parametrize("state", ["same", "different", "undone", "open"])
def test_a_judged_pair_is_left_as_it_was_judged(bring: Bring, desk: Person, state: str) -> None:
    for key in ("sill", "dpga"):
        bring(key, MappedFactory(external_id=key, name="OpenFisca", identifiers=(("wikidata", "Q64777688"),)))
    link(desk)
    MatchProposal.objects.update(state=state)
    assert link(desk) == (0, 0)
    assert MatchProposal.objects.get().state == state
