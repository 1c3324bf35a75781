"""Milestones of a road map: written with its words, reached by news, kept when the words around them change."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta

import pytest
from test_adapting import WORDS, adapted
from uses import Cast

from communaux.core.models import Entry
from communaux.gatherings import services, shipped
from communaux.gatherings.forms import NewsForm, RoadmapForm, filled
from communaux.gatherings.models import Milestone, Roadmap
from communaux.gatherings.pads import Aim
from communaux.gatherings.queries import roadmaps
from communaux.gatherings.services import News, Words

pytestmark = pytest.mark.django_db


def with_aims(*aims: Aim, of: Words = WORDS) -> Words:
    return dataclasses.replace(of, phases=(dataclasses.replace(of.phases[0], aims=aims), *of.phases[1:]))


def lines(roadmap: Roadmap) -> list[str]:
    return Roadmap.objects.get(pk=roadmap.pk).milestones


@pytest.fixture
def made(real: Roadmap, cast: Cast, now: datetime) -> Roadmap:
    """Adapted and carried by the town, with two milestones."""
    one = adapted(real, cast, now)
    words = with_aims(Aim("une liste", date(2027, 6, 30)), Aim("un lieu"))
    services.edit(cast["reader"], one, base=roadmaps.fingerprint(one), words=words, at=now)
    return services.adopt(cast["member"], one, organisation=cast.town, role="chargée du numérique", at=now)


def test_news_reach_a_milestone(made: Roadmap, cast: Cast, now: datetime) -> None:
    first = roadmaps.waiting(made)[0]
    told = News("advances", "La liste est ouverte.", "https://ville.example/liste", [first.pk])
    services.tell_news(cast["member"], made, news=told, at=now)
    kept = Milestone.objects.get(pk=first.pk)
    assert (kept.done_at, kept.done_role, kept.evidence_url) == (
        now,
        "chargée du numérique",
        "https://ville.example/liste",
    )
    assert [one.text for one in roadmaps.waiting(made)] == ["un lieu"]
    entry = Entry.objects.order_by("-seq").first()
    assert entry
    assert entry.after["milestones"] == ["1 - [x] une liste @2027-06-30", "1 - [ ] un lieu"]


def test_a_milestone_of_another_road_map_is_not_reached(made: Roadmap, cast: Cast, now: datetime) -> None:
    other = adapted(made, cast, now)
    words = with_aims(Aim("ailleurs"))
    services.edit(cast["reader"], other, base=roadmaps.fingerprint(other), words=words, at=now)
    (foreign,) = roadmaps.waiting(other)
    services.tell_news(cast["member"], made, news=News("advances", "Bien.", "", [foreign.pk]), at=now)
    assert [one.text for one in roadmaps.waiting(other)] == ["ailleurs"]


def test_words_change_around_what_is_reached(made: Roadmap, cast: Cast, now: datetime) -> None:
    reached = [roadmaps.waiting(made)[0].pk]
    services.tell_news(cast["member"], made, news=News("advances", "Une.", "https://a.example/", reached), at=now)
    words = with_aims(
        Aim("un lieu", date(2028, 1, 1)), Aim("une liste", date(2027, 6, 30), done=True), Aim("un budget")
    )
    later = now + timedelta(days=2)
    services.edit(cast["member"], made, base=roadmaps.fingerprint(made), words=words, at=later)
    assert lines(made) == [
        "1 - [ ] un lieu @2028-01-01",
        "1 - [x] une liste @2027-06-30",
        "1 - [ ] un budget",
    ]
    kept = Milestone.objects.get(text="une liste")
    assert (kept.done_at, kept.evidence_url) == (now, "https://a.example/")
    services.edit(cast["member"], made, base=roadmaps.fingerprint(made), words=with_aims(Aim("une liste")), at=later)
    kept.refresh_from_db()
    assert (lines(made), kept.done_at, kept.done_role, kept.evidence_url) == (["1 - [ ] une liste"], None, "", "")


def test_who_changes_milestones_with_old_words_before_their_eyes_is_told(
    made: Roadmap, cast: Cast, now: datetime
) -> None:
    base = roadmaps.fingerprint(made)
    Milestone.objects.filter(text="un lieu").update(due_on=date(2029, 1, 1))
    with pytest.raises(services.adapting.Conflict):
        services.edit(cast["member"], made, base=base, words=WORDS, at=now)


def test_the_form_reads_lines(made: Roadmap) -> None:
    begun = filled(Roadmap.objects.get(pk=made.pk))
    assert begun["aims_1"] == "- [ ] une liste @2027-06-30\n- [ ] un lieu"
    form = RoadmapForm(begun | {"aims_2": "deux\n- [x] trois @2027-01-01\n\ndeux"})
    assert form.is_valid(), form.errors
    assert form.words().phases[1].aims == [Aim("deux"), Aim("trois", date(2027, 1, 1), done=True)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("- [ ] la liste @2027-02-31", "n’existe pas"),
        ("x" * 301, "300"),
        ("\n".join(str(n) for n in range(21)), "20"),
        ("Écrire à lise@mairie.example", "publics"),
    ],
)
def test_what_is_no_milestone_is_said(made: Roadmap, typed: str, said: str) -> None:
    form = RoadmapForm(filled(made) | {"aims_3": typed})
    assert said in form.errors["aims_3"][0]


def test_news_of_a_road_map_without_milestones_asks_for_none(real: Roadmap, made: Roadmap) -> None:
    words = dict.fromkeys(("advances", "blocked", "stopped", "delivered"), "")
    assert "reached" not in NewsForm(words=words, waiting=list(roadmaps.waiting(real))).fields
    assert "reached" in NewsForm(words=words, waiting=list(roadmaps.waiting(made))).fields


def test_no_real_road_map_is_given_a_milestone(editions: None) -> None:
    assert not Milestone.objects.filter(phase__roadmap__fictive=False).exists()
    assert Milestone.objects.filter(phase__roadmap__fictive=True).exists()
    told = {"phases": [{"title": "a", "text": "b", "milestones": ["- [ ] c"]}] * 3}
    with pytest.raises(shipped.BadFacts, match="milestones"):
        shipped.only_what_is_told("x", told)
