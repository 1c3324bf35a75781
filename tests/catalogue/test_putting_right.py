"""Pairs judged, values contested, ends said: who may, what it changes, what it leaves; two at once, one decision."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from django.db import close_old_connections, connection
from django.utils import timezone, translation
from factories import MappedFactory, SourceFactory

from communaux.catalogue.contests import contested
from communaux.catalogue.formats.mapped import Event, Mapped, Reading
from communaux.catalogue.importing import run_import
from communaux.catalogue.models import Commons, LifeEvent, MatchProposal, Merge, Relation, Theme
from communaux.catalogue.queries import pairs as pair_queries
from communaux.catalogue.queries.commons import latest_ends
from communaux.catalogue.queries.search import twins_of
from communaux.catalogue.services import (
    confirm_end,
    end_commons,
    judge_pair,
    merge,
    propose_pair,
    reopen_commons,
    reopen_pair,
    take_back_end,
)
from communaux.catalogue.services.ends import Ending
from communaux.core import contest as contests
from communaux.core import journal
from communaux.core.errors import BadRequest, Conflict, NotAllowed, NotFound, NotReady, Refusal
from communaux.core.models import Contest, Entry, Person
from communaux.core.services import grant

pytestmark = pytest.mark.django_db

UMAP = {"name": "uMap", "repository": "https://github.com/umap-project/umap", "url": "https://umap-project.org"}


@pytest.fixture
def people(desk: Person, person: Callable[..., Person], now: datetime) -> dict[str, Any]:
    """An editor of the desk, of one theme, of two, a steward of uMap, an operator, a reader, a visitor."""
    found: dict[str, Any] = {
        role: person(f"{role}@demo.example") for role in ("editor", "other", "one", "both", "steward", "reader")
    }
    found |= {"operator": person("operator@demo.example", operator=True), "visitor": AnonymousUser(), "nobody": None}
    for key in ("cartographie", "sante"):
        Theme.objects.get_or_create(key=key, defaults={"fr": key, "en": key})
    since = {"at": now, "starts_on": date(2026, 1, 1)}
    for who in ("editor", "other"):
        grant(desk, found[who], role="editor", object_type="instance", **since)
    for who, keys in {"one": ["cartographie"], "both": ["cartographie", "sante"]}.items():
        for key in keys:
            grant(desk, found[who], role="editor", object_type="theme", object_id=key, **since)
    return found


@pytest.fixture
def two(desk: Person, people: dict[str, Any], now: datetime) -> list[Commons]:
    """uMap twice, the first a map, the second of another theme."""
    bring(desk, now, "sill", MappedFactory(external_id="1", **UMAP, themes=("cartographie",)))
    bring(
        desk, now, "dpga", MappedFactory(external_id="2", **UMAP | {"name": "Umap maps", "url": ""}, themes=("sante",))
    )
    found = [Commons.objects.get(slug="umap"), Commons.objects.get(slug="umap-maps")]
    ends = timezone.localdate() + timedelta(days=300)
    grant(
        desk, people["steward"], role="steward", object_type="commons", object_id=str(found[0].pk), at=now, ends_on=ends
    )
    return found


def bring(desk: Person, now: datetime, key: str, *records: Mapped, **more: Any) -> None:
    run_import(desk, key, Reading(tuple(records)), etag="", at=now, **more)


@pytest.fixture
def pair(two: list[Commons], people: dict[str, Any], now: datetime) -> MatchProposal:
    return propose_pair(people["reader"], *two, reason="Le même outil.", at=now)


# Who may -------------------------------------------------------------------------------------------------------------------

# action → who may, of the nine
MAY = {
    "catalogue.propose_pair": {"editor", "other", "one", "both", "steward", "reader", "operator"},
    "catalogue.edit_desk": {"editor", "other", "one", "both"},
    "catalogue.judge_pair": {"editor", "other", "both"},
    "catalogue.reopen_pair": {"editor", "other", "both"},
    "catalogue.merge": {"editor", "other", "one", "both"},
    "catalogue.undo_merge": {"editor", "other", "one", "both"},
    "catalogue.end": {"editor", "other", "one", "both", "steward"},
    "catalogue.reopen": {"editor", "other", "one", "both", "steward"},
    "catalogue.confirm_end": {"editor", "other", "one", "both"},
    "catalogue.take_back_end": {"editor", "other", "one", "both"},
}


def test_role_by_action(people: dict[str, Any], two: list[Commons], pair: MatchProposal) -> None:
    """On uMap (a map), on its pair with one of another theme, on what it was merged into."""
    made = Merge(kept=two[0], absorbed=two[1])
    targets = {"catalogue.judge_pair": pair, "catalogue.reopen_pair": pair, "catalogue.undo_merge": made}
    told = {
        name: {who for who, one in people.items() if rules.has_perm(name, one, targets.get(name, two[0]))}
        for name in MAY
    }
    assert told == MAY


def test_without_a_target_only_an_editor_of_the_desk_may(people: dict[str, Any]) -> None:
    names = set(MAY) - {"catalogue.propose_pair", "catalogue.edit_desk"}
    may = {(name, who) for name in names for who, one in people.items() if rules.has_perm(name, one)}
    assert {who for _name, who in may} == {"editor", "other"}


def test_the_list_of_an_editor_holds_what_the_rule_allows(people: dict[str, Any], pair: MatchProposal) -> None:
    today = timezone.localdate()
    shown = {who for who in ("editor", "other", "one", "both") if pair_queries.to_judge(people[who], today).exists()}
    assert shown == MAY["catalogue.judge_pair"]


# Pairs ---------------------------------------------------------------------------------------------------------------------


def test_a_pair_that_a_person_names_has_its_signals_and_its_reason(pair: MatchProposal, people: dict[str, Any]) -> None:
    assert pair.signals == {"repository": 400, "licence_family": 50}
    assert (pair.state, str(pair.score), pair.proposed_by) == ("open", "4.50", people["reader"])
    assert pair.proposed_because == "Le même outil."


def test_to_name_a_pair_twice_writes_once(
    pair: MatchProposal, two: list[Commons], people: dict[str, Any], now: datetime
) -> None:
    lines = Entry.objects.count()
    assert propose_pair(people["editor"], two[1], two[0], reason="Encore.", at=now) == pair
    assert (Entry.objects.count(), MatchProposal.objects.get().proposed_because) == (lines, "Le même outil.")


def test_a_pair_with_too_few_points_is_not_shown_on_the_sheet(
    desk: Person, two: list[Commons], people: dict[str, Any], now: datetime
) -> None:
    bring(desk, now, "canada-ore", MappedFactory(external_id="3", name="Autre"))
    other = Commons.objects.get(slug="autre")
    assert propose_pair(people["reader"], two[0], other, reason="Je crois.", at=now).score < 4
    assert twins_of(two[0].pk) == []


def test_the_same_then_undone_then_different_then_reopened(
    pair: MatchProposal, two: list[Commons], people: dict[str, Any], now: datetime
) -> None:
    editor = people["editor"]
    assert judge_pair(editor, pair, kept=two[0], reason="Même dépôt.", at=now).state == "same"
    assert Commons.objects.get(slug="umap-maps").merged_into == two[0]
    back = reopen_pair(editor, pair, reason="Deux outils.", at=now)
    assert (back.state, back.by, back.reason, back.decided_at) == ("undone", editor, "Deux outils.", now)
    assert judge_pair(editor, pair, kept=None, reason="Deux outils.", at=now).state == "different"
    assert reopen_pair(editor, pair, reason="Je doute.", at=now).state == "open"
    with pytest.raises(Conflict):
        reopen_pair(editor, pair, reason="Encore.", at=now)
    assert journal.verify().holds


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_judgement_has_a_reason(
    pair: MatchProposal, two: list[Commons], people: dict[str, Any], now: datetime, reason: str
) -> None:
    for kept in (None, two[0]):
        with pytest.raises(NotReady):
            judge_pair(people["editor"], pair, kept=kept, reason=reason, at=now)
    assert MatchProposal.objects.get().state == "open"


def test_the_second_editor_is_told_who_judged_what(
    pair: MatchProposal, two: list[Commons], people: dict[str, Any], now: datetime
) -> None:
    judge_pair(people["editor"], pair, kept=None, reason="Deux outils.", at=now)
    lines = Entry.objects.count()
    with pytest.raises(Conflict) as refused, translation.override("en"):
        judge_pair(people["other"], pair, kept=two[0], reason="Un seul.", at=now)
    told = "editor, editor, has already judged that these are two different commons. Nothing was changed."
    assert (refused.value.message, Entry.objects.count()) == (told, lines)


def test_only_one_of_the_two_can_be_kept(
    desk: Person, pair: MatchProposal, people: dict[str, Any], now: datetime
) -> None:
    bring(desk, now, "canada-ore", MappedFactory(external_id="3", name="Autre"))
    with pytest.raises(BadRequest):
        judge_pair(people["editor"], pair, kept=Commons.objects.get(slug="autre"), reason="x", at=now)


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_make_one_decision(
    pair: MatchProposal, two: list[Commons], people: dict[str, Any], now: datetime
) -> None:
    start, told = threading.Barrier(2), dict[str, str]()

    def judge(who: str, kept: Commons | None) -> None:
        try:
            start.wait(10)
            judge_pair(people[who], pair, kept=kept, reason=who, at=now)
            told[who] = "judged"
        except Refusal as refused:
            told[who] = refused.code
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=judge, args=one) for one in (("editor", two[0]), ("other", None))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(told.values()) == ["judged", "pair_judged"]
    winner = next(who for who, what in told.items() if what == "judged")
    found = MatchProposal.objects.get()
    assert (found.by, found.state) == (people[winner], "same" if winner == "editor" else "different")
    assert Merge.objects.count() == (winner == "editor")
    assert journal.verify().holds


# Contests ------------------------------------------------------------------------------------------------------------------


def settled(
    people: dict[str, Any], commons: Commons, code: str, value: str, now: datetime, verdict: str = "upheld"
) -> Contest:
    """Contested by a reader, answered by whoever may, decided by two editors."""
    made = contested_by(people["reader"], commons, code, value, now)
    late = now + timedelta(days=31)
    for who in ("editor", "other"):
        made = contests.decide_contest(people[who], made, verdict=verdict, reason="Le dépôt le dit.", at=late)
    return made


def contested_by(by: Person, commons: Commons, code: str, value: str, now: datetime) -> Contest:
    return contests.open_contest(
        by,
        subject=("commons", str(commons.pk)),
        field=code,
        proposed=value,
        fact="Un fait.",
        links=["https://a.example"],
        at=now,
    )


FIELDS = {
    "name": "uMap !",
    "short.fr": "Des cartes.",
    "url": "https://umap.example",
    "repository": "https://framagit.org/umap/umap",
    "licence_raw": "MIT",
    "version": "2.0",
    "stage": "paused",
    "is_commons": "partly",
}


@pytest.mark.parametrize("code", FIELDS)
def test_an_upheld_contest_fixes_the_value(
    two: list[Commons], people: dict[str, Any], desk: Person, now: datetime, code: str
) -> None:
    settled(people, two[0], code, FIELDS[code], now)
    again = MappedFactory(external_id="1", **UMAP, version="9", raw={"changed": True})
    bring(desk, now, "sill", again)
    found, main = Commons.objects.get(slug="umap"), two[0].resources.get()
    shown = {
        **{name: getattr(main, name) for name in ("url", "repository", "licence_raw", "version")},
        **{name: getattr(found, name) for name in ("name", "stage", "is_commons")},
        "short.fr": found.short,
    }
    assert (shown[code], found.pinned, found.provenance.get(code, "edit")) == (
        FIELDS[code],
        {code: FIELDS[code]},
        "edit",
    )
    assert Entry.objects.filter(
        act="core.decide_contest", subject_id=str(found.pk), reason="Le dépôt le dit."
    ).exists() or (code in {"url", "repository", "licence_raw", "version"})


def test_a_dismissed_contest_changes_nothing(two: list[Commons], people: dict[str, Any], now: datetime) -> None:
    before = Commons.objects.values().get(slug="umap")
    settled(people, two[0], "stage", "ended", now, verdict="dismissed")
    assert Commons.objects.values().get(slug="umap") == before


def test_contested_is_read_from_what_stands(two: list[Commons], people: dict[str, Any], now: datetime) -> None:
    assert contested(two[0]) == {}
    made = contested_by(people["reader"], two[0], "stage", "paused", now)
    contested_by(people["one"], two[0], "stage", "ended", now)
    assert contested(two[0]) == {"stage": made}
    assert contested(two[1]) == {}
    contests.withdraw_contest(people["reader"], made, at=now)
    assert contested(two[0])["stage"].by == people["one"]


@pytest.mark.parametrize(
    ("code", "value", "error"),
    [
        ("stage", "partout", BadRequest),
        ("is_commons", "peut-être", BadRequest),
        ("url", "javascript:alert(1)", BadRequest),
        ("repository", "//host", BadRequest),
        ("version", "x" * 61, BadRequest),
        ("name", "", BadRequest),
        ("short.de", "Karten", NotFound),
        ("password", "x", NotFound),
        ("event:999999", "", NotFound),
        ("event:²", "", NotFound),
        ("event:" + "9" * 40, "", NotFound),
        ("merge:1", "", NotFound),
    ],
)
def test_what_cannot_be_is_not_opened(
    two: list[Commons], people: dict[str, Any], now: datetime, code: str, value: str, error: type[Refusal]
) -> None:
    with pytest.raises(error):
        contested_by(people["reader"], two[0], code, value, now)
    assert Contest.objects.count() == 0


@pytest.mark.parametrize("subject", ["", "x", "00000000-0000-7000-8000-000000000009"])
def test_a_commons_that_is_not_there_cannot_be_contested(people: dict[str, Any], now: datetime, subject: str) -> None:
    with pytest.raises(NotFound):
        contests.open_contest(
            people["reader"],
            subject=("commons", subject),
            field="name",
            proposed="x",
            fact="x",
            links=["https://a.example"],
            at=now,
        )


def test_a_steward_answers_and_without_one_an_editor_does(
    two: list[Commons], people: dict[str, Any], now: datetime
) -> None:
    kept, other = (contested_by(people["reader"], one, "stage", "paused", now) for one in two)
    may = {
        one.subject_id: {who for who, by in people.items() if rules.has_perm("core.answer_contest", by, one)}
        for one in (kept, other)
    }
    assert may == {str(two[0].pk): {"steward"}, str(two[1].pk): {"editor", "other", "both"}}
    judges = {who for who, by in people.items() if rules.has_perm("core.decide_contest", by, kept)}
    assert judges == {"editor", "other", "one", "both"}


def test_an_upheld_contest_of_an_event_withdraws_it_for_ever(
    desk: Person, two: list[Commons], people: dict[str, Any], now: datetime
) -> None:
    told = MappedFactory(external_id="1", **UMAP, events=(Event("capture", on=date(2020, 1, 1)),), raw={"n": 1})
    bring(desk, now, "sill", told)
    event = two[0].events.get()
    settled(people, two[0], event.code, "", now)
    bring(desk, now, "sill", MappedFactory(external_id="1", **UMAP, events=told.events, version="3", raw={"n": 2}))
    assert (two[0].events.get().pk, two[0].events.get().state) == (event.pk, "withdrawn")


def test_an_upheld_contest_of_an_end_gives_the_stage_back(
    desk: Person, two: list[Commons], people: dict[str, Any], now: datetime
) -> None:
    end = Event("end", on=date(2020, 1, 1), cause="no_money")
    bring(desk, now, "sill", MappedFactory(external_id="1", **UMAP, stage="ended", events=(end,), raw={"n": 1}))
    assert (Commons.objects.get(slug="umap").stage, [e.commons.slug for e in latest_ends()]) == ("ended", ["umap"])
    settled(people, two[0], two[0].events.get().code, "", now)
    assert (Commons.objects.get(slug="umap").stage, list(latest_ends())) == ("", [])


def test_an_upheld_contest_of_a_merge_undoes_it(two: list[Commons], people: dict[str, Any], now: datetime) -> None:
    made = merge(people["editor"], two[0], two[1], reason="Le même.", at=now)
    settled(people, two[0], f"merge:{made.pk}", "", now)
    made.refresh_from_db()
    assert (made.undone_by, made.undone_because) == (people["other"], "Le dépôt le dit.")
    assert Commons.objects.get(slug="umap-maps").state == "published"


def test_a_contest_follows_a_merged_commons(two: list[Commons], people: dict[str, Any], now: datetime) -> None:
    made = contested_by(people["reader"], two[1], "licence_raw", "MIT", now)
    merge(people["editor"], two[0], two[1], reason="Le même.", at=now)
    assert contested(two[0], [two[1].pk]) == {"licence_raw": made}
    late = now + timedelta(days=31)
    for who in ("editor", "other"):
        contests.decide_contest(people[who], made, verdict="upheld", reason="Vu.", at=late)
    assert Commons.objects.get(slug="umap").pinned == {"licence_raw": "MIT"}


# Ends ----------------------------------------------------------------------------------------------------------------------


def incubated(desk: Person, now: datetime) -> tuple[Commons, LifeEvent]:
    """uMap lives; the product of an incubator that bears its name has ended."""
    end = Event("end", on=date(2025, 12, 31), cause="unknown")
    bring(desk, now, "sill", MappedFactory(external_id="1", **UMAP, stage="operated", raw={"n": 1}))
    bring(desk, now, "betagouv", MappedFactory(external_id="umap", **UMAP, stage="ended", events=(end,), raw={"n": 1}))
    found = Commons.objects.get(slug="umap")
    return found, found.events.get()


def test_an_end_that_a_source_declares_is_not_that_of_the_commons_until_confirmed(
    desk: Person, people: dict[str, Any], now: datetime
) -> None:
    umap, end = incubated(desk, now)
    assert (umap.stage, end.state) == ("operated", "declared")
    confirm_end(people["editor"], umap, end, at=now)
    umap.refresh_from_db()
    assert (umap.stage, umap.stage_on, umap.pinned) == (
        "ended",
        date(2025, 12, 31),
        {"stage": "ended", "stage_on": "2025-12-31"},
    )
    bring(desk, now, "sill", MappedFactory(external_id="1", **UMAP, stage="operated", version="2", raw={"n": 2}))
    assert (Commons.objects.get(slug="umap").stage, umap.events.get().state) == ("ended", "confirmed")
    take_back_end(people["editor"], umap, umap.events.get(), reason="C’est le produit.", at=now)
    umap.refresh_from_db()
    assert (umap.stage, umap.stage_on, umap.pinned, umap.events.get().state) == ("operated", None, {}, "declared")


def test_an_end_keeps_what_remains_the_successor_and_what_was_said(
    two: list[Commons], people: dict[str, Any], now: datetime
) -> None:
    said = Ending("goal_reached", date(2026, 3, 1), "month", "Le code.", "swh:1:dir:" + "a" * 40, "Merci.", two[1])
    event = end_commons(people["steward"], two[0], said, at=now)
    umap = Commons.objects.get(slug="umap")
    assert (umap.stage, umap.stage_on, umap.state) == ("ended", None, "published")
    assert (event.kind, event.state, event.precision, event.remains, event.text) == (
        *("end", "confirmed", "month"),
        *("Le code.", "Merci."),
    )
    assert list(Relation.objects.values_list("a__slug", "b__slug", "kind")) == [("umap-maps", "umap", "successor_of")]
    lines = Entry.objects.count()
    with pytest.raises(Conflict):
        end_commons(people["editor"], two[0], said, at=now)
    assert (LifeEvent.objects.filter(kind="end").count(), Entry.objects.count()) == (1, lines)


@pytest.mark.parametrize("stage", ["construction", "operated"])
def test_a_commons_that_had_ended_starts_again(
    two: list[Commons], people: dict[str, Any], desk: Person, now: datetime, stage: str
) -> None:
    end_commons(people["editor"], two[0], Ending("no_money"), at=now)
    reopen_commons(people["steward"], two[0], stage=stage, on=now.date(), reason="Un financement.", at=now)
    bring(desk, now, "sill", MappedFactory(external_id="1", **UMAP, stage="ended", raw={"n": 3}))
    umap = Commons.objects.get(slug="umap")
    assert (umap.stage, umap.stage_on) == (stage, now.date())
    assert list(umap.events.order_by("pk").values_list("kind", "state")) == [
        ("end", "confirmed"),
        ("reopened", "confirmed"),
    ]
    with pytest.raises(Conflict):
        reopen_commons(people["editor"], two[0], stage=stage, on=now.date(), reason="Encore.", at=now)


def test_an_end_that_was_no_end_is_withdrawn_not_deleted(
    two: list[Commons], people: dict[str, Any], now: datetime
) -> None:
    event = end_commons(people["editor"], two[0], Ending("unknown"), at=now)
    take_back_end(people["editor"], two[0], event, reason="Erreur.", at=now)
    event.refresh_from_db()
    assert (event.state, Commons.objects.get(slug="umap").stage) == ("withdrawn", "")
    for act in (confirm_end, take_back_end):
        with pytest.raises(Conflict):
            act(people["editor"], two[0], event, at=now, **({"reason": "x"} if act is take_back_end else {}))


def test_one_that_no_source_names_any_more_can_end(
    desk: Person, two: list[Commons], people: dict[str, Any], now: datetime
) -> None:
    bring(desk, now, "sill", MappedFactory(external_id="9", name="Autre"), accept_loss=True)
    end_commons(people["editor"], two[0], Ending("no_maintainer", date(2026, 3, 9)), at=now)
    umap = Commons.objects.get(slug="umap")
    assert (umap.stage, umap.stage_on, umap.unnamed_on) == ("ended", date(2026, 3, 9), now.date())


def test_who_may_not_ends_nothing(two: list[Commons], people: dict[str, Any], desk: Person, now: datetime) -> None:
    umap, end = incubated(desk, now)
    for who in ("reader", "operator"):
        with pytest.raises(NotAllowed):
            end_commons(people[who], umap, Ending("unknown"), at=now)
    with pytest.raises(NotAllowed):
        confirm_end(people["steward"], umap, end, at=now)
    with pytest.raises(Conflict):
        confirm_end(people["editor"], two[1], end, at=now)
    assert SourceFactory._meta.model.objects.exists()
    assert Commons.objects.get(slug="umap").stage == "operated"


def test_a_merge_carries_a_confirmed_end_and_gives_it_back(
    desk: Person, two: list[Commons], people: dict[str, Any], now: datetime
) -> None:
    umap, end = incubated(desk, now)
    confirm_end(people["editor"], umap, end, at=now)
    made = merge(people["editor"], two[1], umap, reason="Le même.", at=now)
    kept = Commons.objects.get(slug="umap-maps")
    moved = kept.events.get()
    assert (moved.pk, moved.state, kept.stage) == (end.pk, "confirmed", "operated"), "the stage of the kept one stands"
    reopen_pair(people["editor"], MatchProposal.objects.get(), reason="Non.", at=now)
    assert (Commons.objects.get(slug="umap").stage, umap.events.get().pk, made.pk) == ("ended", end.pk, made.pk)
