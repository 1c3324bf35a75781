"""The board of a workshop: five stages in their order, cards nobody loses, one problem, one road map at the end."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from uuid import uuid4

import pytest
import rules
from django.db import IntegrityError, transaction
from test_adapting import PARTS, WORDS
from uses import Cast, without_boards

from communaux.catalogue.models import Need, Theme
from communaux.core.errors import BadRequest, Conflict, NotAllowed, NotFound, NotReady
from communaux.core.models import Entry
from communaux.gatherings import services
from communaux.gatherings.models import Card, Edition, Group, Problem, Roadmap, Stage
from communaux.gatherings.queries import roadmaps, workshops

pytestmark = pytest.mark.django_db
ACTS = (
    *("describe_group", "add_card", "change_card", "link_need", "write_problem"),
    *("finish_stage", "reopen_stage", "publish_roadmap"),
)


@pytest.fixture
def edition(editions: None) -> Edition:
    """The made-up one: the town organises it."""
    without_boards()
    return Edition.objects.get(slug="rencontre-fictive")


@pytest.fixture
def group(edition: Edition, cast: Cast, now: datetime) -> Group:
    axis = services.open_workshop(cast["member"], edition, label="Réemploi", groups=2, at=now)
    return axis.groups.get(number=1)


def lay(group: Group, cast: Cast, now: datetime, kind: str = "stake", text: str = "Trop de matériel dort.") -> Card:
    return services.add_card(cast["member"], group, key=uuid4(), kind=kind, text=text, at=now)


def finish(group: Group, cast: Cast, now: datetime, *kinds: int) -> None:
    for kind in kinds:
        services.finish_stage(cast["member"], group, kind=kind, facilitator="animatrice", at=now)


def solve(group: Group, cast: Cast, now: datetime, base: str = "", **more: str) -> Problem:
    told = {"statement": "Personne ne sait ce qui dort.", "for_whom": "les écoles", "evidence": ""} | more
    return services.write_problem(cast["member"], group, base=base, **told, at=now)


def publish(group: Group, cast: Cast, now: datetime) -> Roadmap:
    return services.publish_roadmap(cast["second"], group, key=uuid4(), words=WORDS, lang="fr", at=now)


def at_the_end(group: Group, cast: Cast, now: datetime) -> None:
    finish(group, cast, now, 1, 2)
    solve(group, cast, now)
    finish(group, cast, now, 3, 4)


def last() -> Entry:
    return Entry.objects.latest("seq")


def test_an_axis_comes_with_its_groups_each_at_the_first_stage(edition: Edition, cast: Cast, now: datetime) -> None:
    for _time in range(2):
        axis = services.open_workshop(cast["member"], edition, label="Réemploi", groups=3, at=now)
    assert [one.number for one in axis.groups.order_by("number")] == [1, 2, 3]
    assert list(Stage.objects.values_list("kind", "done_at")) == [(1, None)] * 3
    assert services.open_workshop(cast["second"], edition, label="Écoles", groups=1, at=now).position == 2
    assert (last().act, last().after) == ("gatherings.open_workshop", {"axis": "Écoles", "number": 2})


@pytest.mark.parametrize("groups", [0, 9])
def test_an_axis_has_one_to_eight_groups(edition: Edition, cast: Cast, now: datetime, groups: int) -> None:
    with pytest.raises(BadRequest, match="à 8 groupes"):
        services.open_workshop(cast["member"], edition, label="Réemploi", groups=groups, at=now)


def test_who_may_write_on_a_board(group: Group, cast: Cast, now: datetime) -> None:
    card = lay(group, cast, now)
    for act in ACTS:
        place = card if act in {"change_card", "link_need"} else group
        assert {part for part in PARTS if rules.has_perm(f"gatherings.{act}", cast[part], place)} == {
            "member",
            "second",
        }
        assert not rules.has_perm(f"gatherings.{act}", None, place)
    edition = group.edition
    assert {part for part in PARTS if rules.has_perm("gatherings.open_workshop", cast[part], edition)} == {
        "member",
        "second",
    }
    with pytest.raises(NotAllowed):
        services.add_card(cast["outsider"], group, key=uuid4(), kind="stake", text="Non.", at=now)


def test_a_group_is_told_in_numbers(group: Group, cast: Cast, now: datetime) -> None:
    told = services.describe_group(cast["member"], group, label="Les prêteurs", size=5, roles={"élue": 2}, at=now)
    assert (told.label, told.size, told.roles_present) == ("Les prêteurs", 5, {"élue": 2})
    with pytest.raises(BadRequest, match="plus de personnes"):
        services.describe_group(cast["member"], group, label="", size=1, roles={"élue": 2}, at=now)


def test_cards_are_laid_once_on_the_stage_of_their_kind(group: Group, cast: Cast, now: datetime) -> None:
    key = uuid4()
    for _time in range(2):
        services.add_card(cast["member"], group, key=key, kind="stake", text="Trop dort.", at=now)
    assert list(Card.objects.values_list("stage__kind", "text", "kept")) == [(1, "Trop dort.", True)]
    assert (last().act, last().after["text"]) == ("gatherings.add_card", "Trop dort.")
    with pytest.raises(NotReady, match="encore à venir"):
        lay(group, cast, now, "idea")


def test_a_number_that_is_taken_elsewhere_makes_another_card(group: Group, cast: Cast, now: datetime) -> None:
    first = lay(group, cast, now)
    other = Group.objects.get(axis=group.axis, number=2)
    made = services.add_card(cast["member"], other, key=first.pk, kind="stake", text="Autre.", at=now)
    assert (made.pk != first.pk, Card.objects.get(pk=first.pk).text) == (True, "Trop de matériel dort.")


def test_a_full_board_says_so(group: Group, cast: Cast, now: datetime) -> None:
    stage = group.stages.get()
    Card.objects.bulk_create(Card(stage=stage, kind="stake", text=f"n° {n}", created_at=now) for n in range(60))
    with pytest.raises(Conflict, match="plein"):
        lay(group, cast, now)


def test_two_people_change_a_card_and_nothing_is_lost(group: Group, cast: Cast, now: datetime) -> None:
    card = lay(group, cast, now)
    base = workshops.of_card(card)
    services.change_card(cast["member"], card, base=base, text="Le premier.", kept=True, at=now)
    with pytest.raises(Conflict, match="entre-temps"):
        services.change_card(cast["second"], card, base=base, text="Le second.", kept=True, at=now)
    again = services.change_card(cast["member"], card, base=base, text="Le premier.", kept=True, at=now)
    assert again.text == "Le premier.", "the same form twice"
    aside = services.change_card(
        cast["second"], again, base=workshops.of_card(again), text="Le premier.", kept=False, at=now
    )
    assert (aside.kept, last().before, last().after) == (False, {"kept": True}, {"kept": False})
    assert [len(column.aside) for column in workshops.board(group)] == [1, 0, 0, 0, 0]


def test_stages_come_in_their_order_and_are_done_once(group: Group, cast: Cast, now: datetime) -> None:
    with pytest.raises(NotReady, match="encore à venir"):
        finish(group, cast, now, 2)
    finish(group, cast, now, 1, 1)
    assert [column.state for column in workshops.board(group)] == ["done", "open", "to_come", "to_come", "to_come"]
    assert Stage.objects.get(group=group, kind=1).facilitator == "animatrice"
    with pytest.raises(Conflict, match="terminée"):
        lay(group, cast, now)


def test_the_third_needs_the_problem_and_for_whom(group: Group, cast: Cast, now: datetime) -> None:
    with pytest.raises(NotReady):
        solve(group, cast, now)
    finish(group, cast, now, 1, 2)
    with pytest.raises(NotReady, match="le problème"):
        finish(group, cast, now, 3)
    problem = solve(group, cast, now, for_whom="")
    with pytest.raises(NotReady, match="le problème"):
        finish(group, cast, now, 3)
    solve(group, cast, now, workshops.fingerprint(problem))
    finish(group, cast, now, 3)
    with pytest.raises(Conflict, match="terminée"):
        solve(group, cast, now, statement="Autre chose.")


def test_two_people_write_the_problem_and_nothing_is_lost(group: Group, cast: Cast, now: datetime) -> None:
    finish(group, cast, now, 1, 2)
    solve(group, cast, now, statement="Le premier.")
    with pytest.raises(Conflict, match="entre-temps"):
        solve(group, cast, now, statement="Le second.")
    assert solve(group, cast, now, statement="Le premier.").statement == "Le premier.", "the same form twice"
    assert Problem.objects.get().statement == "Le premier."


def test_the_last_needs_the_road_map(group: Group, cast: Cast, now: datetime) -> None:
    with pytest.raises(NotReady, match="encore à venir"):
        publish(group, cast, now)
    at_the_end(group, cast, now)
    with pytest.raises(NotReady, match="trois phases"):
        finish(group, cast, now, 5)
    made = publish(group, cast, now)
    finish(group, cast, now, 5)
    assert (made.edition, made.axis, made.number, made.state, made.published_at, made.fictive) == (
        *(group.edition, "Réemploi", 1, "published"),
        *(now, True),
    )
    assert [one[0] for one in made.phase_words] == ["Compter", "Vendre", "Tenir"]
    assert [column.state for column in workshops.board(group)] == ["done"] * 5


def test_a_group_has_one_road_map_and_the_second_is_told(group: Group, cast: Cast, now: datetime) -> None:
    at_the_end(group, cast, now)
    key = uuid4()
    given = {"key": key, "words": WORDS, "lang": "fr", "at": now}
    assert services.publish_roadmap(cast["member"], group, **given) == services.publish_roadmap(
        cast["member"], group, **given
    )
    with pytest.raises(Conflict, match="entre-temps"):
        publish(group, cast, now)
    assert Roadmap.objects.filter(group=group).count() == 1


@pytest.mark.parametrize(
    "words",
    [
        dataclasses.replace(WORDS, phases=WORDS.phases[:2]),
        dataclasses.replace(WORDS, licence="MIT"),
        dataclasses.replace(WORDS, theme=""),
    ],
)
def test_a_road_map_is_whole_or_refused(group: Group, cast: Cast, now: datetime, words: services.Words) -> None:
    at_the_end(group, cast, now)
    with pytest.raises(BadRequest):
        services.publish_roadmap(cast["member"], group, key=uuid4(), words=words, lang="fr", at=now)
    assert not Roadmap.objects.filter(group=group).exists()


def test_organisers_put_its_words_right_until_a_body_carries_it(group: Group, cast: Cast, now: datetime) -> None:
    at_the_end(group, cast, now)
    made = publish(group, cast, now)
    assert {part for part in PARTS if rules.has_perm("gatherings.edit", cast[part], made)} == {"member", "second"}
    new = dataclasses.replace(WORDS, title="Un titre plus clair")
    services.edit(cast["member"], made, base=roadmaps.fingerprint(made), words=new, at=now)
    Roadmap.objects.filter(pk=made.pk).update(carrier=cast.town)
    carried = Roadmap.objects.get(pk=made.pk)
    assert {part for part in PARTS if rules.has_perm("gatherings.edit", cast[part], carried)} == set()


def test_a_stage_is_opened_again_with_a_reason(group: Group, cast: Cast, now: datetime) -> None:
    finish(group, cast, now, 1)
    with pytest.raises(BadRequest, match="pourquoi"):
        services.reopen_stage(cast["member"], group, kind=1, reason=" ", at=now)
    services.reopen_stage(cast["member"], group, kind=1, reason="Deux personnes arrivent.", at=now)
    assert (last().act, last().reason) == ("gatherings.reopen_stage", "Deux personnes arrivent.")
    with pytest.raises(NotReady, match="rouverte"):
        finish(group, cast, now, 2)
    finish(group, cast, now, 1, 2)
    assert [column.state for column in workshops.board(group)][:3] == ["done", "done", "open"]


def test_a_friction_becomes_a_need_once(group: Group, cast: Cast, now: datetime) -> None:
    theme = Theme.objects.get(key="dechets")
    needs = [
        Need.objects.create(
            slug=f"besoin-{n}", title=f"Besoin {n}", theme=theme, kind="service", opened_at=now, lang="fr"
        )
        for n in (1, 2)
    ]
    stake = lay(group, cast, now)
    with pytest.raises(BadRequest, match="Seule une friction"):
        services.link_need(cast["member"], stake, need=needs[0], at=now)
    finish(group, cast, now, 1)
    friction = lay(group, cast, now, "friction")
    for _time in range(2):
        assert services.link_need(cast["member"], friction, need=needs[0], at=now).need == needs[0]
    with pytest.raises(Conflict, match="déjà"):
        services.link_need(cast["second"], friction, need=needs[1], at=now)


def test_the_database_holds_what_it_can(group: Group, now: datetime) -> None:
    stage = group.stages.get()
    for wrong in ({"text": ""}, {"need_id": uuid4()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Card.objects.create(stage=stage, **{"kind": "stake", "text": "x", "created_at": now} | wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stage.objects.create(group=group, kind=6, opened_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stage.objects.create(group=group, kind=1, opened_at=now)


@pytest.mark.parametrize("address", ["", "1", "1-", "-1", "1-99999", "2-1", "a-b", "1-1-1", "¹-1", "1--1"])
def test_no_other_address_is_a_group(group: Group, address: str) -> None:
    assert workshops.get("rencontre-fictive", "1-1") == group
    with pytest.raises(NotFound):
        workshops.get("rencontre-fictive", address)
