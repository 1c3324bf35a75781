"""Generations of the index: built when due, two kept, the same bytes from nothing, never in the way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_ox.models import OxTask
from factories import NOW, MappedFactory

from communaux.catalogue import changes, indexing, tasks, weights
from communaux.catalogue.formats.mapped import Mapped, Reading
from communaux.catalogue.importing import run_import
from communaux.catalogue.matching import SAME
from communaux.catalogue.models import Commons, SearchIndex, Theme, Unindexed
from communaux.catalogue.queries.search import search
from communaux.core import services
from communaux.core.models import Person
from communaux.data import thesaurus_files
from communaux.engines.search import Index, Thesaurus, build, parse
from communaux.engines.search.text import ANALYSIS_VERSION

pytestmark = pytest.mark.django_db

type Bring = Callable[..., None]
type Capture = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


@pytest.fixture(scope="module")
def two_domains() -> Thesaurus:
    """Two domains of the shipped thesaurus: the whole takes seconds to compile for each index."""
    files = {name: text for name, text in thesaurus_files().items() if name in {"cantine.toml", "sante.toml"}}
    return replace(parse(files).thesaurus, sha256="two domains")


@pytest.fixture(autouse=True)
def _small_thesaurus(two_domains: Thesaurus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "thesaurus", lambda: two_domains)
    monkeypatch.setattr(indexing, "shipped_sha256", lambda: two_domains.sha256)


@pytest.fixture
def bring(desk: Person, now: datetime) -> Bring:
    def run(*records: Mapped) -> None:
        run_import(desk, "sill", Reading(tuple(records)), etag="", at=now, accept_loss=True)

    return run


CANTEEN = {"external_id": "1", "name": "Marmite", "short": {"fr": "Gérer la cantine de l'école et les menus"}}
MAPS = {"external_id": "2", "name": "uMap", "short": {"fr": "Des cartes en ligne"}}


def found(text: str) -> list[str]:
    indexing.newest.forget()
    return [one.commons.slug for one in search(text, lang="fr", facets={}).found]


def test_an_index_is_built_once_and_again_only_after_a_change(bring: Bring, desk: Person) -> None:
    bring(MappedFactory(**CANTEEN))
    first = indexing.reindex(desk)
    assert first is not None
    assert (first.generation, first.n_docs) == (1, 1)
    assert (indexing.is_due(), indexing.reindex(desk)) == (False, None)
    bring(MappedFactory(**CANTEEN), MappedFactory(**MAPS))
    second = indexing.reindex(desk)
    assert second is not None
    assert (second.generation, second.n_docs) == (2, 2)


def test_a_change_can_be_found_once_indexed(bring: Bring, desk: Person) -> None:
    marmite: Mapped = MappedFactory(**CANTEEN)
    bring(marmite)
    indexing.reindex(desk)
    assert (found("cantine"), found("bibliothèque")) == (["marmite"], [])
    bring(replace(marmite, short={"fr": "Gérer la bibliothèque"}, raw={"v": 2}))
    indexing.reindex(desk)
    assert (found("cantine"), found("bibliothèque")) == ([], ["marmite"])


def test_a_slow_import_that_ends_after_a_newer_one_is_indexed_too(bring: Bring, desk: Person, now: datetime) -> None:
    """Both bear the time they started at; the index must not take the later for the end of all changes."""
    bring(MappedFactory(**CANTEEN))
    indexing.reindex(desk)
    bring(MappedFactory(**CANTEEN), MappedFactory(**MAPS))
    assert indexing.is_due()


def test_two_generations_are_kept(bring: Bring, desk: Person) -> None:
    bring(MappedFactory(**CANTEEN))
    for _ in range(4):
        indexing.reindex(desk, force=True)
    assert list(SearchIndex.objects.order_by("generation").values_list("generation", flat=True)) == [3, 4]
    assert len(set(SearchIndex.objects.values_list("sha256", flat=True))) == 1


def test_built_from_nothing_it_is_the_same(bring: Bring, desk: Person) -> None:
    bring(MappedFactory(**CANTEEN), MappedFactory(**MAPS))
    stored = indexing.reindex(desk)
    assert stored is not None
    same, kept, rebuilt = indexing.verify()
    assert (same, kept) == (True, rebuilt)
    assert kept == stored.sha256
    bring(MappedFactory(**CANTEEN))
    assert indexing.verify()[0] is False


def test_without_an_index_names_answer(bring: Bring, client: Client) -> None:
    bring(MappedFactory(**CANTEEN), MappedFactory(**MAPS))
    answer = search("umap", lang="fr", facets={})
    assert (answer.degraded, [one.commons.slug for one in answer.found]) == (True, ["umap"])
    assert search("cartes", lang="fr", facets={}).found == ()
    page = client.get("/chercher/?q=umap")
    assert (page.status_code, "uMap" in page.text) == (200, True)


@pytest.mark.parametrize("change", [{"analysis_version": "other"}, {"payload": b"garbage"}])
def test_an_index_of_another_version_is_not_used(
    bring: Bring, desk: Person, client: Client, change: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    bring(MappedFactory(**CANTEEN), MappedFactory(**MAPS))
    indexing.reindex(desk)
    SearchIndex.objects.update(**change)
    indexing.newest.forget()
    assert search("umap", lang="fr", facets={}).degraded
    assert client.get("/chercher/?q=umap").status_code == 200


def test_another_analysis_makes_a_rebuild_due(bring: Bring, desk: Person) -> None:
    bring(MappedFactory(**CANTEEN))
    indexing.reindex(desk)
    SearchIndex.objects.update(analysis_version="other")
    assert indexing.is_due()
    made = indexing.reindex(desk)
    assert made is not None
    assert found("cantine") == ["marmite"]


def unreadable(now: datetime, generation: int = 99) -> SearchIndex:
    """A generation whose bytes are not an index."""
    about = {"thesaurus_sha256": "", "weights_version": 1, "made_for": now.date(), "built_at": now}
    version = str(ANALYSIS_VERSION)
    return SearchIndex.objects.create(
        generation=generation, n_docs=0, payload=b"no index", sha256="", analysis_version=version, **about
    )


@pytest.mark.parametrize("fresh", [True, False])
def test_an_old_generation_answers_while_the_new_is_unreadable(
    bring: Bring, desk: Person, now: datetime, fresh: bool
) -> None:
    """In a process that had loaded it, and in one that starts."""
    bring(MappedFactory(**CANTEEN))
    indexing.reindex(desk)
    assert found("cantine") == ["marmite"]
    unreadable(now)
    if fresh:
        indexing.newest.forget()
    indexing.newest.look_again()
    assert [one.commons.slug for one in search("cantine", lang="fr", facets={}).found] == ["marmite"]


def test_dated_weights_make_a_new_index_due_and_are_those_it_is_made_with(bring: Bring, desk: Person) -> None:
    bring(MappedFactory(**CANTEEN))
    first = indexing.reindex(desk)
    assert first is not None
    assert (first.weights_version, indexing.is_due()) == (0, False)
    services.set_weights(desk, area="search", values={"theme": "0.25", "pool": "150"}, at=NOW)
    assert indexing.is_due()
    second = indexing.reindex(desk)
    assert second is not None
    kept = Index.from_bytes(bytes(second.payload), second.generation).parts.weights
    assert (second.weights_version, kept.theme, kept.pool) == (1, 0.25, 150)
    assert weights.same() == (0, SAME)


def test_a_refused_generation_is_read_once_and_the_next_one_asked_for_once(
    bring: Bring, desk: Person, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    bring(MappedFactory(**CANTEEN))
    indexing.reindex(desk)
    unreadable(now)
    indexing.newest.forget()
    read = []
    with CaptureQueriesContext(connection) as queries:
        for _ in range(5):
            indexing.newest.look_again()
            search("cantine", lang="fr", facets={})
    read = [one["sql"] for one in queries if '"payload"' in one["sql"]]
    assert len(read) == 2  # the refused one, and the one before it
    assert waiting_tasks() == 1
    Unindexed.objects.all().delete()
    indexing.newest.look_again()
    search("cantine", lang="fr", facets={})
    assert waiting_tasks() == 1  # not again and again, if the worker is of another version too


def waiting_tasks() -> int:
    return OxTask.objects.filter(task_path="communaux.catalogue.tasks.reindex").count()


def test_a_page_without_index_asks_for_one(client: Client) -> None:
    assert client.get("/chercher/?q=umap").status_code == 200
    assert waiting_tasks() == 1


def test_a_desk_that_cannot_ask_still_answers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("readonly database")

    monkeypatch.setattr(changes, "ask", refuse)
    assert client.get("/chercher/?q=umap").status_code == 200


def test_while_one_thread_loads_the_others_answer_from_the_old_index(bring: Bring, desk: Person) -> None:
    bring(MappedFactory(**CANTEEN))
    indexing.reindex(desk)
    old = indexing.newest.get()
    indexing.newest.look_again()
    assert indexing.newest.lock.acquire()
    try:
        assert indexing.newest.get() is old
    finally:
        indexing.newest.lock.release()


@pytest.mark.usefixtures("desk")
def test_a_hundred_changes_ask_for_one_build(bring: Bring, django_capture_on_commit_callbacks: Capture) -> None:
    for i in range(100):
        with django_capture_on_commit_callbacks(execute=True):
            changes.changed()
        if i == 0:
            bring(MappedFactory(**CANTEEN))
    assert waiting_tasks() == 1
    tasks.reindex.func()
    assert Unindexed.objects.count() == 0
    assert found("cantine") == ["marmite"]
    with django_capture_on_commit_callbacks(execute=True):
        changes.changed()
    assert waiting_tasks() == 2


def test_a_change_while_an_index_is_built_belongs_to_the_next(
    bring: Bring, desk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if it was made, and dated, before: what counts is when it was committed."""
    bring(MappedFactory(**CANTEEN))

    def late(*given: object, **named: object) -> Index:
        made = build(*given, **named)
        bring(MappedFactory(**CANTEEN), MappedFactory(**MAPS))
        Commons.objects.update(updated_at=datetime(2020, 1, 1, tzinfo=UTC))
        monkeypatch.setattr(indexing, "build", build)
        return made

    monkeypatch.setattr(indexing, "build", late)
    indexing.reindex(desk)
    assert indexing.is_due()
    indexing.reindex(desk)
    assert not indexing.is_due()
    assert found("cartes") == ["umap"]


def test_an_index_read_before_that_of_another_process_is_not_stored_after_it(
    bring: Bring, desk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(MappedFactory(**CANTEEN))
    first = indexing.reindex(desk)

    def overtaken(*given: object, **named: object) -> Index:
        monkeypatch.setattr(indexing, "build", build)
        indexing.reindex(desk, force=True)
        return build(*given, **named)

    monkeypatch.setattr(indexing, "build", overtaken)
    assert first is not None
    assert indexing.reindex(desk, force=True) is None
    assert list(SearchIndex.objects.order_by("generation").values_list("generation", flat=True)) == [1, 2]


def test_another_day_makes_a_rebuild_due_and_changes_no_check(
    bring: Bring, desk: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What shows a sign of life today is quiet in a year, without any change."""
    bring(MappedFactory(**CANTEEN, last_sign_on=now.date()))
    monkeypatch.setattr(indexing.timezone, "localdate", lambda *_at: now.date())
    indexing.reindex(desk)
    assert (indexing.is_due(), indexing.verify()[0]) == (False, True)
    later = now.date() + timedelta(days=400)
    monkeypatch.setattr(indexing.timezone, "localdate", lambda *_at: later)
    assert (indexing.is_due(), indexing.verify()[0]) == (True, True)
    indexing.reindex(desk)
    indexing.newest.forget()
    assert search("cantine", lang="fr", facets={}).result.counts["activity"] == {"quiet": 1}
    assert indexing.verify()[0]


def test_an_empty_catalogue_has_an_index_too(desk: Person) -> None:
    made = indexing.reindex(desk)
    assert made is not None
    assert made.n_docs == 0
    assert found("cantine") == []


def test_themes_are_read_from_the_text_unless_a_person_chose(bring: Bring, desk: Person) -> None:
    bring(MappedFactory(**CANTEEN), MappedFactory(**MAPS | {"themes": ("sante",)}))
    indexing.reindex(desk)
    assert set(Theme.objects.values_list("key", flat=True)) == {"cantine", "sante"}
    themes = {c.slug: sorted(t.key for t in c.themes.all()) for c in Commons.objects.prefetch_related("themes")}
    assert "cantine" in themes["marmite"]
    assert themes["umap"] == ["sante"]


def test_functions_asked_for_come_first(bring: Bring, desk: Person) -> None:
    bring(MappedFactory(**CANTEEN | {"short": {"fr": "Rendez-vous de santé, dossier médical, vaccination, cantine"}}))
    indexing.reindex(desk)
    index = indexing.newest.get()
    assert index is not None
    first = indexing.performed(index, "marmite", ())
    asked = next(one for one, strength in indexing._functions(index, 0) if one not in first)
    assert indexing.performed(index, "marmite", {asked}) == (asked, first[0])
    assert indexing.performed(index, "nowhere", ()) == ()


def test_progress_of_the_build_is_told(bring: Bring, desk: Person) -> None:
    bring(MappedFactory(**CANTEEN), MappedFactory(**MAPS))
    told: list[tuple[int, int]] = []
    indexing.reindex(desk, lambda done, total: told.append((done, total)))
    assert told[-1] == (2, 2)
