"""Words that editors change: measured before, one decision, on top of the shipped ones, undone to the byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from factories import NOW, MappedFactory
from rules import has_perm
from slices import bring_in

from communaux.catalogue import effect, indexing, services, tasks, words
from communaux.catalogue.models import Commons, SearchIndex, SearchLog, ThesaurusChange, Unindexed
from communaux.catalogue.queries import thesaurus as queries
from communaux.catalogue.queries.search import search
from communaux.core import services as core_services
from communaux.core import tasks as core_tasks
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.models import Entry, Person
from communaux.data import search_cases, thesaurus_files
from communaux.engines.search import Parsed, parse
from communaux.engines.search.overlay import WordChange
from communaux.engines.search.text import fold

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def two_domains() -> Parsed:
    """Two domains of the shipped thesaurus: the whole takes seconds to compile for each index."""
    return parse({name: text for name, text in thesaurus_files().items() if name in {"cantine.toml", "sante.toml"}})


@pytest.fixture(autouse=True)
def _small_thesaurus(two_domains: Parsed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "_read", lambda: two_domains.thesaurus)
    monkeypatch.setattr(indexing, "shipped", lambda: two_domains)
    monkeypatch.setattr(indexing, "shipped_sha256", lambda: two_domains.thesaurus.sha256)


@pytest.fixture
def add(two_domains: Parsed) -> WordChange:
    """A word nobody says, for the function of the first entry of the canteen's domain."""
    concept = next(one for one in two_domains.thesaurus.concepts if "menus" in " ".join(one.fr))
    return WordChange("add_label", concept.id, "everyday_fr", "frichti des mioches")


@pytest.fixture
def editor(person: Callable[..., Person], desk: Person) -> Person:
    made = person("edith@demo.example")
    core_services.grant(desk, made, role="editor", object_type="theme", object_id="cantine", at=NOW)
    return made


@pytest.fixture
def canteen(desk: Person, add: WordChange, two_domains: Parsed) -> None:
    """Two commons: one does what the word means, the other holds one of its letters."""
    concept = next(one for one in two_domains.thesaurus.concepts if one.id == add.concept)
    does = MappedFactory(external_id="demo-1", name="Marmite", short={"fr": f"{concept.fr[0]} pour les écoles"})
    other = MappedFactory(external_id="demo-2", name="Mioches et compagnie", short={"fr": "Garder des enfants"})
    bring_in(desk, "sill", does, other)
    indexing.reindex(desk)


def measured(by: Person, change: ThesaurusChange) -> dict[str, Any]:
    told = effect.measure(change, date(2026, 9, 1), lambda _done, _total: None)
    return services.keep_effect(by, change, effect=json.loads(json.dumps(told)), at=NOW).effect or {}


def accept(by: Person, change: ThesaurusChange) -> ThesaurusChange:
    measured(by, change)
    return services.accept_word(by, change, wanted=indexing.wanted_sha256(), at=LATER)


def found(text: str) -> list[str]:
    indexing.newest.forget()
    return [one.commons.slug for one in search(text, lang="fr", facets={}).found]


@pytest.mark.usefixtures("canteen")
def test_a_word_is_proposed_measured_accepted_and_undone(editor: Person, desk: Person, add: WordChange) -> None:
    SearchLog.objects.create(day=NOW.date(), query_masked="frichti des mioches [n]", n=1)
    first = SearchIndex.objects.latest("generation")
    assert found("frichti des mioches") == ["mioches-et-compagnie"]
    change = services.propose_word(editor, add, why="Des parents le disent", at=NOW)
    told = measured(editor, change)
    assert told["word"] == {
        "text": "frichti des mioches",
        "known": False,
        "understood": True,
        "before": ["mioches-et-compagnie"],
        "after": ["marmite", "mioches-et-compagnie"],
    }
    assert told["searches"] == {
        "n": 1,
        "changed": 1,
        "shown": [{"query": "frichti des mioches", "comes": ["marmite"], "goes": []}],
    }
    assert (told["base"], told["problems"], told["documents"]) == (indexing.shipped_sha256(), [], 2)
    assert indexing.is_due() is False  # nothing changes before somebody accepts it
    services.accept_word(editor, change, wanted=indexing.wanted_sha256(), at=LATER)
    assert indexing.is_due() is True
    indexing.reindex(desk)
    assert found("frichti des mioches")[0] == "marmite"
    second = SearchIndex.objects.latest("generation")
    assert (second.thesaurus_sha256, indexing.verify()[0]) == (indexing.wanted_sha256(), True)
    assert "frichti des mioches" in queries.concept(add.concept)[0].everyday_fr
    back = services.propose_word(editor, add.undo, undoes=change, at=LATER)
    assert measured(editor, back)["word"]["after"] == ["mioches-et-compagnie"]
    services.accept_word(editor, back, wanted=indexing.wanted_sha256(), at=LATER)
    indexing.reindex(desk)
    third = SearchIndex.objects.latest("generation")
    assert third.generation == first.generation + 2
    assert (third.sha256, third.thesaurus_sha256) == (first.sha256, first.thesaurus_sha256)
    assert found("frichti des mioches") == ["mioches-et-compagnie"]
    acts = list(Entry.objects.filter(subject_kind="thesauruschange").order_by("seq").values_list("act", flat=True))
    assert acts == [f"catalogue.{verb}_word" for verb in ("propose", "accept", "propose", "accept")]


@pytest.mark.usefixtures("canteen")
def test_another_process_serves_the_accepted_words_once_it_has_loaded_them(
    editor: Person, desk: Person, add: WordChange
) -> None:
    accept(editor, services.propose_word(editor, add, at=NOW))
    indexing.newest.forget()
    assert indexing.thesaurus().sha256 == indexing.shipped_sha256()  # before it has an index: the shipped words
    indexing.reindex(desk)
    indexing.newest.forget()
    assert indexing.newest.get() is not None
    assert indexing.thesaurus().sha256 == indexing.wanted_sha256() != indexing.shipped_sha256()


@pytest.mark.usefixtures("canteen")
def test_cases_get_better_or_worse(editor: Person, desk: Person, add: WordChange) -> None:
    (row,) = [row for row in search_cases()["cantine"] if row["id"] == "cantine-01"]
    entry = next(name for name in row["relevant"] if name.startswith("beta:")).partition(":")[2]
    concept = indexing.wanted().concepts[[one.id for one in indexing.wanted().concepts].index(add.concept)]
    does = MappedFactory(external_id=entry, name="Zéro reste", short={"fr": f"{concept.fr[0]} chiffrée"})
    bring_in(desk, "betagouv", does)
    assert [(case.id, dict(case.relevant)) for case in effect.judgeable()] == [("cantine-01", {"zero-reste": 2})]
    label = replace(add, label="jettent la moitié de leur assiette")
    change = services.propose_word(editor, label, at=NOW)
    told = measured(editor, change)["cases"]
    assert (told["n"], told["better"], told["worse"], told["before"]["success"]) == (1, 1, 0, 0.0)
    assert told["shown"] == [{"need": row["need"], "before": 0.0, "after": round(told["after"]["ndcg"], 3)}]
    accept(editor, change)
    back = measured(editor, services.propose_word(editor, label.undo, at=NOW))["cases"]
    assert (back["better"], back["worse"], back["after"]) == (0, 1, told["before"])


def test_no_third_of_the_cases_kept_out_of_tuning_is_used(desk: Person) -> None:
    rows = search_cases()["cantine"]
    numbers = {name.partition(":")[2] for row in rows for name in row["relevant"] if name.startswith("beta:")}
    for number in sorted(numbers):
        bring_in(desk, "betagouv", MappedFactory(external_id=number, name=f"Commun {number}"))
    kept_out = {row["id"] for place, row in enumerate(rows) if place % 3 == 2}
    judged = {case.id for case in effect.judgeable()}
    assert judged
    assert not judged & kept_out


def test_the_checker_refuses_a_word_of_another_function(editor: Person, two_domains: Parsed, add: WordChange) -> None:
    other = next(one for one in two_domains.thesaurus.concepts if one.domain == "sante")
    change = services.propose_word(editor, replace(add, label=other.fr[0]), at=NOW)
    (problem,) = measured(editor, change)["problems"]
    assert problem == f"label « {' '.join(fold(other.fr[0]).split())} » is also in {add.concept}"
    with pytest.raises(NotReady, match=r"th[ée]saurus"):
        services.accept_word(editor, change, wanted=indexing.wanted_sha256(), at=LATER)
    assert ThesaurusChange.objects.get().state == "proposed"


def test_a_function_keeps_enough_words(editor: Person, two_domains: Parsed) -> None:
    thin = min(
        (one for one in two_domains.thesaurus.concepts if one.domain == "cantine"),
        key=lambda one: len(one.en) + len(one.everyday_en),
    )
    english = [("en", word) for word in thin.en[1:]] + [("everyday_en", word) for word in thin.everyday_en]
    for into, label in english[: len(english)]:
        change = services.propose_word(editor, WordChange("remove_label", thin.id, into, label), at=NOW)
        if measured(editor, change)["problems"]:
            break
        services.accept_word(editor, change, wanted=indexing.wanted_sha256(), at=LATER)
    kept = next(one for one in indexing.wanted().concepts if one.id == thin.id)
    assert len(kept.en) + len(kept.everyday_en) == 2
    assert "English labels, needs" in measured(editor, change)["problems"][0]


def test_it_is_measured_on_the_words_of_today(editor: Person, add: WordChange) -> None:
    change = services.propose_word(editor, add, at=NOW)
    with pytest.raises(NotReady):
        services.accept_word(editor, change, wanted=indexing.wanted_sha256(), at=LATER)
    measured(editor, change)
    accept(editor, services.propose_word(editor, replace(add, label="popote des mioches"), at=NOW))
    with pytest.raises(NotReady):
        services.accept_word(editor, change, wanted=indexing.wanted_sha256(), at=LATER)
    assert accept(editor, change).number == 2


def test_a_change_that_means_nothing_any_more_is_told_and_not_accepted(editor: Person, add: WordChange) -> None:
    change = services.propose_word(editor, add.undo, at=NOW)
    assert measured(editor, change)["fault"] == "absent"
    with pytest.raises(NotReady):
        services.accept_word(editor, change, wanted=indexing.wanted_sha256(), at=LATER)


def test_of_two_editors_who_decide_one_change_the_second_is_told(editor: Person, add: WordChange, desk: Person) -> None:
    change = services.propose_word(editor, add, at=NOW)
    accept(editor, change)
    lines = Entry.objects.count()
    with pytest.raises(Conflict):
        services.refuse_word(editor, change, reason="Non", at=LATER)
    with pytest.raises(Conflict):
        services.accept_word(editor, change, wanted=indexing.wanted_sha256(), at=LATER)
    assert (Entry.objects.count(), ThesaurusChange.objects.get().state) == (lines, "accepted")
    assert Unindexed.objects.exists()


def test_it_is_refused_with_a_reason(editor: Person, add: WordChange) -> None:
    change = services.propose_word(editor, add, at=NOW)
    with pytest.raises(NotReady):
        services.refuse_word(editor, change, reason="  ", at=LATER)
    services.refuse_word(editor, change, reason="Trop rare", at=LATER)
    change.refresh_from_db()
    assert (change.state, change.reason, change.decided_by, change.number) == ("refused", "Trop rare", editor, None)
    assert indexing.wanted_sha256() == indexing.shipped_sha256()


def test_the_same_change_proposed_twice_is_one(editor: Person, add: WordChange) -> None:
    first = services.propose_word(editor, add, at=NOW)
    assert services.propose_word(editor, add, at=LATER) == first
    assert Entry.objects.filter(act="catalogue.propose_word").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ThesaurusChange.objects.create(
            concept=add.concept, op=add.op, payload=words.payload_of(add), by=editor, proposed_at=NOW
        )
    services.refuse_word(editor, first, reason="Non", at=LATER)
    assert services.propose_word(editor, add, at=LATER) != first


@pytest.mark.parametrize("label", ["x" * 81, "x" * 10_000])
def test_a_word_is_short(editor: Person, add: WordChange, label: str) -> None:
    with pytest.raises(NotReady):
        services.propose_word(editor, replace(add, label=label), at=NOW)


@pytest.mark.parametrize("fault", ["unknown_concept", "unknown_list", "empty", "already", "absent"])
def test_each_fault_has_its_sentence(editor: Person, add: WordChange, fault: Any) -> None:
    with pytest.raises(NotReady) as refused:
        services.propose_word(editor, add, fault=fault, at=NOW)
    assert refused.value.message


def test_a_pair_of_words_is_measured_like_a_word(person: Callable[..., Person], desk: Person, canteen: None) -> None:
    chief = person("chef@demo.example")
    core_services.grant(desk, chief, role="editor", object_type="instance", at=NOW)
    bring_in(
        desk,
        "sill",
        MappedFactory(external_id="demo-3", name="Kettle", lang=("en",), short={"en": "Boiling zyglotrons"}),
    )
    pair = WordChange("add_wordpair", fr="zyglotrons", en="boiling")
    change = services.propose_word(chief, pair, at=NOW)
    assert change.wording == "zyglotrons = boiling"
    assert measured(chief, change)["word"]["text"] == "zyglotrons"
    services.accept_word(chief, change, wanted=indexing.wanted_sha256(), at=LATER)
    assert [(pair.fr, pair.en) for pair in indexing.wanted().words][-1] == ("zyglotrons", ("boiling",))


@pytest.mark.usefixtures("canteen")
def test_the_measure_is_work_with_a_bar(editor: Person, add: WordChange) -> None:
    change = services.propose_word(editor, add, at=NOW)
    task = core_tasks.start(
        editor, kind="words", title="Effet", work=tasks.measure_words, change=str(change.pk), at=NOW
    )
    for _ in range(2):  # safe to run twice
        tasks.measure_words.func(str(task.pk), str(change.pk))
    task.refresh_from_db()
    change.refresh_from_db()
    assert (task.state, task.done, task.total) == ("done", 4, 4)
    assert core_tasks.messages(task)[-1].endswith("0 recherches.") or "0 searches" in core_tasks.messages(task)[-1]
    assert change.effect is not None


def test_roles_and_acts(editor: Person, person: Callable[..., Person], desk: Person, add: WordChange) -> None:
    """Role × action, on a word of the domain of the editor."""
    chief, elsewhere = person("chef@demo.example"), person("ailleurs@demo.example")
    core_services.grant(desk, chief, role="editor", object_type="instance", at=NOW)
    core_services.grant(desk, elsewhere, role="editor", object_type="theme", object_id="sante", at=NOW)
    who = {
        "editor": editor,
        "chief": chief,
        "elsewhere": elsewhere,
        "reader": person("quelquun@demo.example"),
        "visitor": None,
    }
    acts = ("propose", "measure", "accept", "refuse")
    allowed = {
        name: " ".join(act for act in acts if has_perm(f"catalogue.{act}_word", one, add)) for name, one in who.items()
    }
    every = "propose measure accept refuse"
    assert allowed == {"editor": every, "chief": every, "elsewhere": "", "reader": "", "visitor": ""}
    pair = WordChange("add_wordpair", fr="a", en="b")
    assert [name for name, one in who.items() if has_perm("catalogue.propose_word", one, pair)] == ["chief"]
    with pytest.raises(NotAllowed):
        services.propose_word(who["reader"], add, at=NOW)


@pytest.mark.usefixtures("canteen")
def test_the_commons_of_a_function(add: WordChange) -> None:
    total, commons = queries.performing(add.concept)
    assert (total, [one.slug for one in commons]) == (1, ["marmite"])
    assert queries.performing("nulle.part") == (0, [])
    indexing.newest.forget()
    SearchIndex.objects.all().delete()
    assert queries.performing(add.concept) == (0, [])
    assert Commons.objects.count() == 2


def test_functions_are_found_by_any_of_their_words(two_domains: Parsed) -> None:
    concept = two_domains.thesaurus.concepts[0]
    assert concept in queries.holding(concept.fr[0].upper())
    assert queries.holding("  \x00 ") == []
    assert queries.holding("zzqxv") == []
    assert sum(len(field.concepts) for field in queries.fields()) == len(two_domains.thesaurus.concepts)
