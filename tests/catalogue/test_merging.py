"""Two commons made one and two again: everything moves, is listed, and goes back exactly, in any order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from factories import CommonsFactory, MappedFactory, RecordFactory, SourceFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communaux.catalogue import merging
from communaux.catalogue.formats.mapped import Event, Link, Mapped, Reading
from communaux.catalogue.importing import run_import
from communaux.catalogue.keyring import Keyring
from communaux.catalogue.linking import link
from communaux.catalogue.models import (
    Claim,
    Commons,
    CommonsAmbassador,
    Fact,
    Identifier,
    LifeEvent,
    MatchProposal,
    Merge,
    Need,
    Provider,
    Recommendation,
    Relation,
    ReplacedProduct,
    Resource,
    Reuse,
    SourceRecord,
    Text,
    Theme,
    Unindexed,
)
from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.queries.search import twins_of
from communaux.catalogue.services import merge, propose_pairs, undo_merge
from communaux.catalogue.services.pins import pin
from communaux.core import journal
from communaux.core.errors import Conflict, NotAllowed
from communaux.core.models import Entry, Organisation, Person
from communaux.core.services import grant
from communaux.gatherings.models import Contribution, Mentoring, Roadmap, RoadmapLink
from communaux.territory.models import Ambassador

pytestmark = pytest.mark.django_db

NAMES = ("a", "b", "c", "d")
REBUILT = (Text, Resource, ReplacedProduct, Fact, Recommendation)  # their numbers may change, what they say may not


@pytest.fixture
def editor(person: Callable[..., Person], desk: Person, now: datetime) -> Person:
    made = person("editor@demo.example")
    grant(desk, made, role="editor", object_type="instance", at=now, starts_on=date(2020, 1, 1))
    return made


@pytest.fixture
def four(desk: Person, now: datetime) -> dict[str, Commons]:
    """Four commons with all that can point to them: told by records, written by hand, related to one another."""
    return made_four(desk, now)


def made_four(desk: Person, now: datetime) -> dict[str, Commons]:
    told = [said(name) for name in NAMES]
    run_import(desk, "sill", Reading(tuple(told[:2])), etag="", at=now)
    run_import(desk, "betagouv", Reading(tuple(told[2:])), etag="", at=now)
    found = {one.slug: one for one in Commons.objects.all()}
    link(desk)
    for name, one in found.items():
        Fact.objects.create(
            commons=one, pillar="community", key="talk", value=name, declared_by="hand", as_of=now.date()
        )
        Fact.objects.create(
            commons=one, pillar="community", key=f"meetings {name}", value=name, declared_by="hand", as_of=now.date()
        )
        Recommendation.objects.create(commons=one, by_org="hand", label=name)
        LifeEvent.objects.create(commons=one, kind="gift", text=f"by hand {name}", state="confirmed")
        Identifier.objects.create(commons=one, scheme="own", value=name)
    pin(desk, found["b"], {"licence_raw": "MIT", "name": "B"}, act="catalogue.import", reason="", at=now)
    for a, b, kind in (
        ("a", "b", "alternative_to"),
        ("a", "c", "depends_on"),
        ("c", "b", "composed_of"),
        ("d", "a", "fork_of"),
    ):
        one, other = (
            sorted((found[a], found[b]), key=lambda c: c.pk) if kind == "alternative_to" else (found[a], found[b])
        )
        Relation.objects.create(a=one, b=other, kind=kind)
    Relation.objects.create(a=found["d"], b=found["b"], kind="fork_of")
    for a, b, state in (("a", "c", "open"), ("b", "c", "different"), ("b", "d", "open")):
        one, other = sorted((found[a], found[b]), key=lambda c: c.pk)
        MatchProposal.objects.create(a=one, b=other, score=4, signals={"name": 200}, state=state)
    return {name: Commons.objects.get(slug=name) for name in found}


def said(name: str) -> Mapped:
    """Records of the four tell events, relations, facts, and one identifier in common."""
    return MappedFactory(
        external_id=name,
        name=name,
        url=f"https://{name}.example",
        identifiers=(("wikidata", "Q1"),) if name in "ab" else (("wikidata", f"Q{name}"),),
        events=(Event("fork", on=date(2020, 1, 1), other="d"), Event("end", on=date(2021, 1, 1), cause="no_money")),
        links=(Link("extends", "name", "c"),) if name != "c" else (),
        replaces=("Produit",),
        recommendation="R",
        community={"steward": name},
        themes=("cartographie",) if name == "a" else (),
    )


def dump() -> list[Any]:
    """The tables of the catalogue; numbers of rows that the records tell again, and times of change, are left out."""
    told: list[Any] = []
    for model in (Commons, SourceRecord, Identifier, LifeEvent, Relation, MatchProposal, *REBUILT):
        fields = [f.attname for f in model._meta.concrete_fields if f.name not in {"updated_at", "raw", "mapped"}]
        judged = {"state", "by_id", "reason", "decided_at"} if model is MatchProposal else set()
        pk = {"id"} if model in REBUILT else set()
        told.append(
            (model.__name__, sorted(map(repr, model.objects.values_list(*[f for f in fields if f not in judged | pk]))))
        )
    told.append(sorted(Commons.themes.through.objects.values_list("commons__slug", "theme_id")))
    return told


def test_every_foreign_key_to_a_commons_has_its_policy() -> None:
    """A table that points to a commons says what becomes of its rows when the commons is merged (catalogue/merging.py)."""
    assert sorted(merging.pointers()) == sorted(merging.POLICIES)


# What people write about a commons: test_what_people_wrote_moves_and_comes_back
WRITTEN = {
    "Claim",
    "CommonsAmbassador",
    "Contribution",
    "DigitalService",  # tests/assessment/test_services_measured.py
    "Mentoring",
    "Need",
    "NeedHit",
    "NoteCandidate",
    "Proposal",
    "Provider",
    "Reuse",
    "RoadmapLink",  # test_links_of_road_maps_move_and_come_back
}


def test_what_people_wrote_moves_and_comes_back(four: dict[str, Commons], editor: Person, now: datetime) -> None:
    a, b = four["a"], four["b"]
    body = Organisation.objects.create(name="Commune de démonstration")
    said = {"organisation": body, "declared_by": editor, "declared_at": now}
    told = {"kind": "uses", "use_case": "Prêter des vélos aux écoles.", "state": "declared"}
    for commons in (a, b):
        Claim.objects.create(commons=commons, person=editor, proof="dns", locator="x", asked_at=now)
    Reuse.objects.create(commons=b, **said, **told)
    Provider.objects.create(commons=b, services=["training"], **said)
    theme = Theme.objects.get_or_create(key="mobilite", defaults={"fr": "Mobilité", "en": "Mobility"})[0]
    asked = {"slug": "des-velos", "title": "Des vélos aux écoles", "kind": "service", "lang": "fr", "state": "matched"}
    need = Need.objects.create(**asked, theme=theme, opened_at=now, answer_commons=b)
    one = Ambassador.objects.create(person=editor, consent_at=now, since=now.date())
    spoken = CommonsAmbassador.objects.create(commons=b, ambassador=one, since=now.date())
    today = {"created_at": now, "commons": b}
    gift = {"kind": "code", "legal_frame": "volunteer", "visibility": "private", "state": "declared", "person": editor}
    donated = Contribution.objects.create(on_date=now.date(), **gift, **today)
    mentored = Mentoring.objects.create(mentor=body, subject="law", starts_on=now.date(), **today)
    made = merge(editor, a, b, reason="the same tool", at=now)
    for row in (donated, mentored):
        row.refresh_from_db()
        assert row.commons == a
    spoken.refresh_from_db()
    assert spoken.commons == a
    assert [Reuse.objects.get().commons, Provider.objects.get().commons] == [a, a]
    need.refresh_from_db()
    assert need.answer_commons == a
    assert sorted(Claim.objects.values_list("commons__slug", flat=True)) == ["a", "b"], "one open claim each"
    undo_merge(editor, made, reason="not the same", at=now)
    assert [Reuse.objects.get().commons, Provider.objects.get().commons] == [b, b]
    for row in (donated, mentored):
        row.refresh_from_db()
        assert row.commons == b
    need.refresh_from_db()
    spoken.refresh_from_db()
    assert [need.answer_commons, spoken.commons] == [b, b]


def test_links_of_road_maps_move_and_come_back(four: dict[str, Commons], editor: Person, now: datetime) -> None:
    a, b = four["a"], four["b"]
    one, both = (Roadmap.objects.create(slug=slug, title=slug, created_at=now) for slug in ("un", "les-deux"))
    for roadmap, commons in ((one, b), (both, a), (both, b)):
        RoadmapLink.objects.create(roadmap=roadmap, commons=commons, rel="reuses", added_at=now)

    def linked() -> list[tuple[str, str]]:
        return sorted(RoadmapLink.objects.values_list("roadmap__slug", "commons__slug"))

    before = linked()
    made = merge(editor, a, b, reason="the same tool", at=now)
    assert linked() == [("les-deux", "a"), ("les-deux", "b"), ("un", "a")], "once each"
    undo_merge(editor, made, reason="not the same", at=now)
    assert linked() == before


def test_every_table_of_the_catalogue_is_in_the_dump(four: dict[str, Commons]) -> None:
    models = (
        {model.__name__ for model, _field in merging.pointers().values()}
        - {"Merge", "Commons_themes", "Repository", "Correction", "Answer"}
        - WRITTEN
    )
    assert models == {name for name, _rows in dump()[:-1]}
    assert [name for name, rows in dump()[:-1] if not rows] == []


def test_a_merge_moves_everything_and_lists_it(four: dict[str, Commons], editor: Person, now: datetime) -> None:
    a, b = four["a"], four["b"]
    made = merge(editor, a, b, reason="the same tool", at=now)
    a.refresh_from_db()
    b.refresh_from_db()
    assert (b.state, b.merged_into_id, b.slug) == ("merged", a.pk, "b")
    assert sorted(a.records.values_list("external_id", flat=True)) == ["a", "b"]
    assert (a.name, a.names) == ("a", ["b"]), "the name that was fixed for the other is not its name"
    assert a.pinned == {"licence_raw": "MIT"}
    assert sorted(a.facts.filter(record=None).values_list("key", flat=True)) == ["meetings a", "meetings b", "talk"]
    assert b.facts.get(record=None).key == "talk", "the same key, day and speaker: it would say the same twice"
    assert sorted(a.recommendations.filter(record=None).values_list("label", flat=True)) == ["a", "b"]
    assert sorted(a.events.filter(record=None).values_list("text", flat=True)) == ["by hand a", "by hand b"]
    assert set(a.identifiers.values_list("scheme", "value")) >= {
        ("own", "a"),
        ("own", "b"),
        ("sill", "b"),
        ("wikidata", "Q1"),
    }
    edges = set(Relation.objects.values_list("a__slug", "b__slug", "kind"))
    assert ("a", "b", "alternative_to") not in edges
    assert ("c", "a", "composed_of") in edges
    assert [edge for edge in edges if "b" in edge[:2]] == []
    assert made.moved["rows"]["sourcerecord.commons"] == [SourceRecord.objects.get(external_id="b").pk]
    assert sorted(one["kind"] for one in made.moved["relations"] if one["dropped"]) == [
        "alternative_to",
        "extends",
        "fork_of",
    ]


def test_what_was_judged_of_the_absorbed_one_holds_for_the_kept_one(
    four: dict[str, Commons], editor: Person, now: datetime
) -> None:
    merge(editor, four["a"], four["b"], reason="same", at=now)
    ab, ac, bc, ad = ("a", "b"), ("a", "c"), ("b", "c"), ("a", "d")
    assert judged() == {ab: "same", ac: "open", bc: "different", ad: "open"}
    assert [one.slug for one in twins_of(four["c"].pk)] == ["a"], "a merged one is no twin any more"


def test_to_merge_then_to_undo_leaves_the_same_tables(four: dict[str, Commons], editor: Person, now: datetime) -> None:
    before = dump()
    made = merge(editor, four["a"], four["b"], reason="same", at=now)
    assert dump() != before
    undone = undo_merge(editor, made, reason="not the same", at=now)
    assert strip_pair(dump()) == strip_pair(before)
    assert (undone.undone_at, undone.undone_by, undone.left) == (now, editor, [])
    pair = MatchProposal.objects.get(a__in=[four["a"], four["b"]], b__in=[four["a"], four["b"]])
    assert (pair.state, pair.reason) == ("undone", "not the same")


def strip_pair(told: list[Any]) -> list[Any]:
    """Without pairs: a merge of two that nobody had compared leaves a pair behind."""
    return [one for one in told if one[0] != "MatchProposal"]


STEPS = st.lists(st.tuples(st.sampled_from(("merge", "undo")), st.integers(0, 11)), min_size=1, max_size=9)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, order=st.randoms(use_true_random=False))
def test_any_order_of_merges_and_undos_comes_back_to_the_same_tables(
    desk: Person, editor: Person, now: datetime, steps: list[tuple[str, int]], order: Any
) -> None:
    with transaction.atomic():
        four = made_four(desk, now)
        before, by_hand, first = strip_pair(dump()), hand_made(), judged()
        for what, number in steps:
            act(editor, four, what, number, now)
            assert hand_made() == by_hand
            assert {slug: commons_queries.by_slug(slug).slug for slug in NAMES} == {slug: slug for slug in NAMES}
            assert not Commons.objects.filter(merged_into__state="merged").exists()
        waiting = list(Merge.objects.filter(undone_at=None))
        order.shuffle(waiting)
        for one in waiting:
            undo_merge(editor, one, reason="end", at=now)
        assert strip_pair(dump()) == before
        assert {pair for pair, state in first.items() if judged()[pair] not in {state, "undone"}} == set()
        transaction.set_rollback(True)


def act(editor: Person, four: dict[str, Commons], what: str, number: int, now: datetime) -> None:
    """Do what can be done; what is refused changes nothing."""
    before = dump()
    try:
        if what == "merge":
            kept, absorbed = [(x, y) for x in NAMES for y in NAMES if x != y][number]
            merge(editor, four[kept], four[absorbed], reason="same", at=now)
        elif standing := list(Merge.objects.filter(undone_at=None).order_by("pk")):
            undo_merge(editor, standing[number % len(standing)], reason="not the same", at=now)
    except Conflict:
        assert dump() == before


def hand_made() -> list[Any]:
    """Rows that a person wrote, wherever they stand: none is ever lost."""
    events = LifeEvent.objects.filter(record=None).values_list("pk", flat=True)
    facts = Fact.objects.filter(record=None).values_list("pk", flat=True)
    related = set(Relation.objects.filter(source=None).values_list("pk", flat=True))
    taken = {
        image["id"]
        for one in Merge.objects.filter(undone_at=None)
        for image in one.moved["relations"]
        if image["dropped"] and image["source_id"] is None
    }
    return [sorted(events), sorted(facts), sorted(related | taken)]


def judged() -> dict[tuple[str, str], str]:
    rows = MatchProposal.objects.values_list("a__slug", "b__slug", "state")
    return {tuple(sorted((a, b))): state for a, b, state in rows}  # type: ignore[misc]


# What is refused -----------------------------------------------------------------------------------------------------------


def test_with_itself_with_a_merged_one_and_twice_undone_are_conflicts(
    four: dict[str, Commons], editor: Person, now: datetime
) -> None:
    a, b, c = four["a"], four["b"], four["c"]
    made = merge(editor, a, b, reason="same", at=now)
    for kept, absorbed, code in (
        (a, a, "same_commons"),
        (b, c, "already_merged"),
        (c, b, "already_merged"),
        (a, b, "already_merged"),
    ):
        before, lines = dump(), Entry.objects.count()
        with pytest.raises(Conflict) as refused:
            merge(editor, kept, absorbed, reason="same", at=now)
        assert (refused.value.code, dump(), Entry.objects.count()) == (code, before, lines)
    undo_merge(editor, made, reason="no", at=now)
    before = dump()
    with pytest.raises(Conflict) as refused:
        undo_merge(editor, made, reason="no", at=now)
    assert (refused.value.code, dump()) == ("already_undone", before)


@pytest.mark.parametrize("state", ["draft", "proposed"])
def test_only_a_published_commons_is_kept(four: dict[str, Commons], editor: Person, now: datetime, state: str) -> None:
    Commons.objects.filter(slug="a").update(state=state)
    with pytest.raises(Conflict) as refused:
        merge(editor, four["a"], four["b"], reason="same", at=now)
    assert refused.value.code == "not_shown"
    merge(editor, four["b"], four["a"], reason="same", at=now)
    undo_merge(editor, Merge.objects.get(), reason="no", at=now)
    assert Commons.objects.get(slug="a").state == state, "undoing publishes nothing"


def test_one_that_no_source_names_any_more_is_not_the_one_to_keep(
    four: dict[str, Commons], editor: Person, now: datetime, desk: Person
) -> None:
    run_import(desk, "sill", Reading((said("b"),)), etag="", at=now, accept_loss=True)
    before = dump()
    with pytest.raises(Conflict) as refused:
        merge(editor, four["a"], four["b"], reason="same", at=now)
    assert (refused.value.code, dump()) == ("kept_unnamed", before)
    undo_merge(editor, merge(editor, four["b"], four["a"], reason="same", at=now), reason="no", at=now)
    assert strip_pair(dump()) == strip_pair(before), "its last view is still there"


def test_two_without_any_record_keep_what_was_written_of_them(editor: Person, now: datetime) -> None:
    one, other = CommonsFactory(name="Un", short="Un."), CommonsFactory(name="Deux")
    made = merge(editor, one, other, reason="same", at=now)
    one.refresh_from_db()
    assert (one.state, one.short, one.unnamed_on) == ("published", "Un.", None)
    undo_merge(editor, made, reason="no", at=now)
    other.refresh_from_db()
    assert (other.state, other.merged_into) == ("published", None)


def test_who_may_not_edit_both_merges_nothing(
    four: dict[str, Commons], person: Callable[..., Person], desk: Person, now: datetime
) -> None:
    half = person("half@demo.example")
    theme = Theme.objects.get(key="cartographie")
    four["b"].themes.set([])
    grant(desk, half, role="editor", object_type="theme", object_id=theme.key, at=now, starts_on=date(2020, 1, 1))
    for kept, absorbed in (("a", "b"), ("b", "a")):
        with pytest.raises(NotAllowed):
            merge(half, four[kept], four[absorbed], reason="same", at=now)
    four["b"].themes.add(theme)
    assert merge(half, four["a"], four["b"], reason="same", at=now).absorbed == four["b"]


# What comes after ----------------------------------------------------------------------------------------------------------


def test_a_later_import_of_the_absorbed_one_lands_on_the_kept_one(
    four: dict[str, Commons], editor: Person, desk: Person, now: datetime
) -> None:
    merge(editor, four["a"], four["b"], reason="same", at=now)
    again = MappedFactory(external_id="b", name="b", url="https://b.example", version="9", raw={"new": 1})
    run_import(desk, "sill", Reading((said("a"), again)), etag="", at=now)
    near = MappedFactory(external_id="b2", name="b", url="https://b.example", repository="https://github.com/demo/b")
    run_import(desk, "dpga", Reading((near,)), etag="", at=now)
    four["a"].refresh_from_db()
    assert sorted(four["a"].records.values_list("external_id", flat=True)) == ["a", "b", "b2"]
    assert four["a"].resources.get().version == "9"
    link(desk)
    assert not Relation.objects.filter(a=four["b"]).exists()


def test_an_import_that_runs_meanwhile_follows_the_merge(
    four: dict[str, Commons], editor: Person, desk: Person, now: datetime
) -> None:
    """It holds who is who in memory since it began."""
    from communaux.catalogue.services import import_slice

    ring, source = Keyring(), SourceFactory(key="dpga")
    merge(editor, four["a"], four["b"], reason="same", at=now)
    near = MappedFactory(external_id="b2", name="b", url="https://b.example", repository="https://github.com/demo/b")
    import_slice(desk, source, [near], ring=ring, at=now)
    assert SourceRecord.objects.get(external_id="b2").commons == four["a"]


def test_a_pair_that_was_judged_is_never_proposed_again(
    four: dict[str, Commons], editor: Person, desk: Person, now: datetime
) -> None:
    undo_merge(editor, merge(editor, four["a"], four["b"], reason="same", at=now), reason="no", at=now)
    before = judged()
    assert before["a", "b"] == "undone"
    assert propose_pairs(desk, ring=Keyring(), similarity=lambda a, b: 1.0, at=now) == 0
    assert judged() == before


def test_what_came_since_stays_on_the_kept_one_and_is_listed(
    four: dict[str, Commons], editor: Person, desk: Person, now: datetime
) -> None:
    a, b = four["a"], four["b"]
    made = merge(editor, a, b, reason="same", at=now)
    event = LifeEvent.objects.create(commons=a, kind="gift", text="since")
    edge = Relation.objects.create(a=a, b=four["c"], kind="extends", since=date(2026, 8, 1))
    record = RecordFactory(source=SourceFactory(key="dpga"), commons=a)
    undone = undo_merge(editor, made, reason="no", at=now)
    assert undone.left == [
        {"what": "relation", "id": str(edge.pk)},
        {"what": "lifeevent", "id": str(event.pk)},
        {"what": "sourcerecord", "id": str(record.pk)},
    ]
    assert {event.commons_id, record.commons_id, edge.a_id} == {a.pk}
    assert LifeEvent.objects.get(pk=event.pk).commons == a


def test_undoing_an_early_merge_leaves_the_later_ones(four: dict[str, Commons], editor: Person, now: datetime) -> None:
    """b into a, then a into c: undoing the first gives b back and leaves a with c, as if the first had never been."""
    first = merge(editor, four["a"], four["b"], reason="same", at=now)
    later = merge(editor, four["c"], four["a"], reason="same", at=now)
    assert Commons.objects.get(slug="b").merged_into == four["c"], "chains are flattened"
    undo_merge(editor, first, reason="no", at=now)
    slugs = dict(Commons.objects.values_list("slug", "merged_into__slug"))
    assert slugs == {"a": "c", "b": None, "c": None, "d": None}
    apart = dump()
    undo_merge(editor, later, reason="no", at=now)
    merge(editor, four["c"], four["a"], reason="same", at=now)
    assert strip_pair(dump()) == strip_pair(apart)


def test_the_index_and_the_history_follow(four: dict[str, Commons], editor: Person, now: datetime) -> None:
    Unindexed.objects.all().delete()
    made = merge(editor, four["a"], four["b"], reason="the same tool", at=now)
    assert Unindexed.objects.filter(asked_at=None).exists()
    told = Entry.objects.filter(act="catalogue.merge", subject_id=str(four["b"].pk)).get()
    assert (told.actor, told.reason, told.after) == (editor, "the same tool", {"merge": made.pk, "merged_into": "a"})
    assert Entry.objects.filter(act="catalogue.merge", subject_id=str(four["a"].pk)).first().after["absorbed"] == "b"
    undo_merge(editor, made, reason="two tools", at=now)
    assert Entry.objects.filter(act="catalogue.undo_merge", reason="two tools").count() >= 2
    assert journal.verify().holds


def test_every_address_of_a_merged_one_moved_for_ever(
    four: dict[str, Commons], editor: Person, now: datetime, client: Client
) -> None:
    merge(editor, four["a"], four["b"], reason="same", at=now)
    merge(editor, four["c"], four["a"], reason="same", at=now)
    for slug in "ab":
        page, api = client.get(f"/communs/{slug}/"), client.get(f"/api/v1/commons/{slug}")
        assert (page.status_code, page["location"]) == (301, "/communs/c/")
        assert (api.status_code, api["location"]) == (308, "/api/v1/commons/c")
