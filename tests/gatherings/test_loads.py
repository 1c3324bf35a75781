"""The shipped facts: what the texts say, all of it, and nothing else."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from uses import Cast

from communaux.core import journal
from communaux.core.errors import NotAllowed
from communaux.core.models import Entry, Person
from communaux.gatherings import services, shipped
from communaux.gatherings.models import CallQuestion, Edition, FollowUp, Group, Roadmap
from communaux.gatherings.queries import editions as reading
from communaux.gatherings.queries import proposals, roadmaps

pytestmark = pytest.mark.django_db
SIX = {
    ("1", 1): "reconditionne",
    ("1", 2): "apprentissages-sobriete",
    ("1", 3): "coordination-filiere",
    ("2", 1): "enseignement-numerique-responsable",
    ("2", 2): "solutions-sobres-territoire",
    ("2", 3): "gouvernance-communs-distribues",
}


def test_the_six_road_maps_have_three_phases_and_nothing_that_nobody_told(editions: None) -> None:
    six = Roadmap.objects.filter(edition__slug="nec-2021")
    assert {(one.axis, one.number): one.slug for one in six} == SIX
    assert [one.phases.count() for one in six] == [3] * 6
    told = six.values_list("carrier", "contact", "published_at", "adopted_at", "licence", "state", "follow_ups")
    assert set(told) == {(None, None, None, None, "", "published", None)}
    assert set(six.values_list("phases__starts_on", "phases__ends_on", "phases__gate")) == {(None, None, "")}
    assert six.exclude(theme=None).count() == 6


def test_a_life_that_no_source_tells_is_refused() -> None:
    for name in ("carrier", "news", "adopted_days_ago", "published_days_ago", "licence"):
        with pytest.raises(shipped.BadFacts, match=f"x: the source says nothing of {name}"):
            shipped.only_what_is_told("x", {"title": "x", name: "y"})


def test_a_road_map_has_three_phases() -> None:
    with pytest.raises(shipped.BadFacts, match="has 2 phases"):
        list(shipped.phases("x", {"phases": [{}, {}]}))


def test_texts_that_disagree_are_both_there(editions: None) -> None:
    found = {one.key: one for one in reading.matters(reading.get("nec-2023"))}
    assert [(one.value["fr"], one.sources) for one in found["dates"].sayings] == [
        ("du 18 au 20 octobre 2023", ("003",)),
        ("les 19 et 20 octobre 2023", ("004",)),
    ]
    assert [one.value["en"] for one in found["audience"].sayings] == ["more than two thousand", "close to 2,000"]
    assert [(one.value["fr"], one.sources) for one in found["themes"].sayings] == [("5", ("003", "004"))]
    assert [key for key, one in found.items() if one.disputed] == ["dates", "audience"]
    assert [one.key for one in reading.of_the_series()] == ["since", "themes"]


def test_what_is_known_by_the_year_stays_a_year(editions: None) -> None:
    told = {one.slug: (one.precision, one.ends_on) for one in Edition.objects.filter(fictive=False)}
    assert told["nec-2021"] == ("year", None)
    assert told["nec-2024"] == ("month", None)


def test_the_same_facts_twice_change_nothing(editions: None, desk: Person, now: datetime) -> None:
    lines = Entry.objects.count()
    assert shipped.unchanged(shipped.real())
    assert [services.load_edition(desk, one, at=now) for one in shipped.real()] == [False] * 4
    assert Entry.objects.count() == lines
    assert journal.verify().holds


def test_new_words_reach_a_road_map_that_lives(carried: Roadmap, desk: Person, cast: Cast, now: datetime) -> None:
    (given,) = [one for one in shipped.real() if one.slug == "nec-2021"]
    words = dict(given.roadmaps["reconditionne"]) | {"title": "Un autre titre"}
    new = dataclasses.replace(given, roadmaps=given.roadmaps | {"reconditionne": words})
    assert not shipped.unchanged([new])
    assert services.load_edition(desk, new, at=now)
    kept = Roadmap.objects.get(slug="reconditionne")
    assert (kept.title, kept.carrier, kept.state, kept.phases.count()) == ("Un autre titre", cast.town, "adopted", 3)
    entry = Entry.objects.order_by("-seq").first()
    assert entry
    assert (entry.act, entry.after) == ("gatherings.load", {"title": "Un autre titre"})


def test_only_an_operator_loads(cast: Cast, now: datetime) -> None:
    for part in ("member", "editor", "steward", "reader"):
        with pytest.raises(NotAllowed):
            services.load_edition(cast[part], shipped.made_up()[0], at=now)
    assert services.load_edition(cast["operator"], shipped.made_up()[0], at=now)


def test_the_made_up_edition_shows_a_full_life_and_says_so(editions: None, now: datetime) -> None:
    rows = Roadmap.objects.filter(edition__slug="rencontre-fictive")
    assert set(rows.values_list("fictive", flat=True)) == {True}
    assert dict(rows.values_list("slug", "state")) == {
        "pret-de-materiel": "in_progress",
        "cartes-des-ecoles": "delivered",
        "ateliers-ouverts": "dormant",
        "boite-a-outils": "published",
        "pret-de-materiel-ailleurs": "published",
    }
    balance = reading.balance(reading.get("rencontre-fictive"), (now + timedelta(hours=1)).date())
    assert (balance.published, balance.adopted, balance.delivered, balance.adapted) == (5, 3, 1, 1)
    assert balance.silent == 2
    assert set(Roadmap.objects.filter(fictive=False).values_list("edition__slug", flat=True)) == {"nec-2021"}


def test_of_the_six_nobody_told_anything(editions: None, now: datetime) -> None:
    found = reading.balance(reading.get("nec-2021"), now.date())
    assert (found.published, found.adopted, found.delivered, found.heard, found.months) == (6, 0, 0, 0, None)
    assert found.silent == 6


def test_a_line_of_the_ledger_stays(editions: None) -> None:
    line = FollowUp.objects.first()
    assert line
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        FollowUp.objects.filter(pk=line.pk).update(text="autre chose")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        FollowUp.objects.filter(pk=line.pk).delete()


def test_a_lineage_of_three_generations(editions: None, now: datetime) -> None:
    first = Roadmap.objects.get(slug="pret-de-materiel")
    second = Roadmap.objects.get(slug="pret-de-materiel-ailleurs")
    third = Roadmap.objects.create(slug="petite-fille", title="Petite-fille", adapted_from=second, created_at=now)
    Roadmap.objects.create(slug="arriere", title="Arrière", adapted_from=third, created_at=now)
    assert [(one.roadmap.slug, one.depth) for one in roadmaps.children(first)] == [
        ("pret-de-materiel-ailleurs", 1),
        ("petite-fille", 2),
        ("arriere", 3),
    ]
    assert [(one.roadmap.slug, one.depth) for one in roadmaps.parents(third)] == [
        ("pret-de-materiel-ailleurs", 1),
        ("pret-de-materiel", 2),
    ]


def test_the_made_up_workshop_has_boards_and_says_no_name(editions: None, desk: Person, now: datetime) -> None:
    edition = Edition.objects.get(slug="rencontre-fictive")
    groups = Group.objects.filter(axis__edition=edition).order_by("axis__position", "number")
    assert [(one.group, one.stages.exclude(done_at=None).count()) for one in groups] == [
        ("1-1", 5),
        ("1-2", 5),
        ("2-1", 5),
        ("2-2", 2),
    ]
    assert all(sum(one.roles_present.values()) == one.size for one in groups)
    assert [one.roadmap.slug for one in groups[:3]] == ["pret-de-materiel", "cartes-des-ecoles", "ateliers-ouverts"]
    assert groups[3].stages.get(done_at=None).kind == 3
    (given,) = (one for one in shipped.made_up() if one.slug == edition.slug)
    assert not services.load_edition(desk, given, at=now)
    assert not Group.objects.exclude(axis__edition__fictive=True).exists()


def test_the_made_up_meeting_to_come_takes_proposals(editions: None, cast: Cast, now: datetime) -> None:
    coming = Edition.objects.get(slug="rencontre-fictive-a-venir")
    told = proposals.days(coming, now)
    assert (told.open, len(told.phases), told.reviewed) == (True, 1, False)
    assert {one.variant for one in proposals.questions(coming)} <= set(CallQuestion.Variant.values)
    assert [one.weight for one in proposals.criteria(coming)] == [3, 1]
    given = shipped.made_up()[1]
    changed = dataclasses.replace(given, facts={**given.facts, "place": "Ailleurs"})
    assert services.load_edition(cast["operator"], changed, at=now)
    assert (coming.questions.count(), coming.criteria.count(), coming.review_phases.count()) == (3, 2, 1)
