"""Imports: slices, second runs, what disappears, what is bad, what is hostile."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from factories import MappedFactory

from communaux.catalogue import importing
from communaux.catalogue.formats.mapped import Mapped, Reading
from communaux.catalogue.importing import run_import
from communaux.catalogue.models import Commons, Identifier, Resource, Source, SourceRecord, Text
from communaux.catalogue.services.imports import Counts
from communaux.core import journal
from communaux.core.errors import Conflict, NotAllowed, NotFound
from communaux.core.models import Entry, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(desk: Person, now: datetime) -> Callable[..., importing.Outcome]:
    def run(*records: Mapped, key: str = "sill", **given: object) -> importing.Outcome:
        options = {"etag": "", "at": now} | given
        return run_import(desk, key, Reading(tuple(records)), **options)

    return run


def catalogue() -> list[tuple[object, ...]]:
    """Everything that matters in the tables, in a fixed order."""
    return [
        *SourceRecord.objects.order_by("source", "external_id").values_list(
            "external_id", "state", "raw_sha256", "commons"
        ),
        *Commons.objects.order_by("slug").values_list("slug", "name", "state", "short", "stage"),
        *Source.objects.order_by("key").values_list("key", "title", "etag", "last_run_at"),
    ]


def test_a_record_becomes_a_commons_with_all_around_it(bring: Callable[..., importing.Outcome], now: datetime) -> None:
    outcome = bring(
        MappedFactory(external_id="1", name="uMap", short={"fr": "Des cartes"}, long={"fr": "## Quoi\ntexte"})
    )
    assert outcome.counts == Counts(created=1)
    commons = Commons.objects.get()
    assert (commons.slug, commons.name, commons.state, commons.short) == ("umap", "uMap", "published", "Des cartes")
    assert commons.text_html == "<h4>Quoi</h4>\n<p>texte</p>\n"
    assert commons.records.get().source_id == "sill"
    resource = commons.resources.get()
    assert (resource.kind, resource.licence_spdx, resource.open) == ("software", "AGPL-3.0-only", "yes")
    found = set(commons.identifiers.values_list("scheme", "value"))
    assert found == {("sill", "1"), ("repository", "github.com/demo/1")}
    assert commons.texts.get().lang == "fr"
    assert journal.verify().holds


def test_the_same_records_again_change_nothing(bring: Callable[..., importing.Outcome]) -> None:
    records = MappedFactory.build_batch(5)
    bring(*records)
    before, lines = catalogue(), Entry.objects.filter(subject_kind="commons").count()
    updated = dict(Commons.objects.values_list("slug", "updated_at"))
    assert bring(*records).counts == Counts(unchanged=5)
    assert (catalogue(), Entry.objects.filter(subject_kind="commons").count()) == (before, lines)
    assert dict(Commons.objects.values_list("slug", "updated_at")) == updated


def test_the_same_files_are_not_worked_through_again(bring: Callable[..., importing.Outcome]) -> None:
    record = MappedFactory()
    assert not bring(record, etag="abc").skipped
    again = bring(record, etag="abc")
    assert (again.skipped, again.counts) == (True, Counts(unchanged=1))
    assert not bring(record, etag="def").skipped


def test_what_changed_is_told_field_by_field(bring: Callable[..., importing.Outcome], now: datetime) -> None:
    record = MappedFactory(external_id="1", name="uMap")
    bring(record)
    changed = replace(record, short={"fr": "Autre"}, raw={"id": "1", "v": 2})
    assert bring(changed, MappedFactory(external_id="2")).counts == Counts(created=1, updated=1)
    commons = Commons.objects.get(slug="umap")
    line = Entry.objects.filter(subject_id=str(commons.pk)).latest("seq")
    assert (line.act, line.before, line.after) == (
        "catalogue.import",
        {"short": "Un outil commun."},
        {"short": "Autre"},
    )
    assert line.reason == "sill"


def test_one_line_of_the_journal_tells_the_run(bring: Callable[..., importing.Outcome]) -> None:
    bring(MappedFactory(), MappedFactory(hidden_reason="test"))
    line = Entry.objects.filter(subject_kind="source", act="catalogue.import").latest("seq")
    assert line.subject_id == "sill"
    assert line.after == {"created": 2, "updated": 0, "unchanged": 0, "hidden": 1, "gone": 0}


def test_a_record_that_is_gone_leaves_its_sheet_standing(bring: Callable[..., importing.Outcome]) -> None:
    records = MappedFactory.build_batch(10)
    bring(*records)
    slug = Commons.objects.get(name=records[0].name).slug
    assert bring(*records[1:]).counts == Counts(unchanged=9, gone=1)
    commons = Commons.objects.get(slug=slug)
    assert (commons.state, commons.records.get().state, commons.name) == ("withheld", "gone", records[0].name)
    assert bring(*records).counts == Counts(updated=1, unchanged=9)
    assert Commons.objects.get(slug=slug).state == "published"
    assert Commons.objects.count() == 10


def test_a_source_that_lost_many_is_refused_and_nothing_changes(
    bring: Callable[..., importing.Outcome], now: datetime
) -> None:
    records = MappedFactory.build_batch(10)
    bring(*records)
    before, lines = catalogue(), Entry.objects.count()
    with pytest.raises(Conflict) as refused:
        bring(*records[:5], at=now + timedelta(days=1))
    assert refused.value.details == {"lost": 5, "live": 10}
    assert (catalogue(), Entry.objects.count()) == (before, lines)
    assert bring(*records[:5], accept_loss=True).counts == Counts(unchanged=5, gone=5)


def test_a_fifth_may_go_without_asking(bring: Callable[..., importing.Outcome]) -> None:
    records = MappedFactory.build_batch(10)
    bring(*records)
    assert bring(*records[:8]).counts.gone == 2


def test_a_record_set_aside_is_kept_without_a_sheet(bring: Callable[..., importing.Outcome]) -> None:
    assert bring(MappedFactory(hidden_reason="test")).counts == Counts(created=1, hidden=1)
    record = SourceRecord.objects.get()
    assert (record.state, record.hidden_reason, record.commons, Commons.objects.count()) == ("hidden", "test", None, 0)


def test_a_record_set_aside_later_leaves_its_commons(bring: Callable[..., importing.Outcome]) -> None:
    record = MappedFactory(external_id="1")
    bring(record)
    bring(replace(record, hidden_reason="spam"))
    assert SourceRecord.objects.get().commons is None
    assert Commons.objects.get().state == "withheld"


def test_two_sources_speak_of_one_commons(bring: Callable[..., importing.Outcome]) -> None:
    umap = {"name": "uMap", "repository": "https://github.com/umap-project/umap", "url": "https://umap-project.org"}
    bring(MappedFactory(external_id="1", licence_raw="BSD-3-Clause", **umap), key="sill")
    bring(MappedFactory(external_id="umap", licence_raw="AGPL-3.0-only", short={"fr": "b"}, **umap), key="betagouv")
    commons = Commons.objects.get()
    assert set(commons.records.values_list("source_id", flat=True)) == {"sill", "betagouv"}
    assert commons.resources.get().licence_spdx == "BSD-3-Clause"
    assert [one["source"] for one in commons.conflicts["licence_raw"]] == ["sill", "betagouv"]
    assert commons.provenance["licence_raw"] == commons.records.get(source="sill").pk


def test_the_two_dia_stay_two(bring: Callable[..., importing.Outcome]) -> None:
    bring(MappedFactory(external_id="1", name="Dia", repository="https://gitlab.gnome.org/GNOME/dia"), key="sill")
    bring(MappedFactory(external_id="dia", name="Dia", repository="https://github.com/climate/dia"), key="opensustain")
    assert Commons.objects.filter(name="Dia").count() == 2
    assert sorted(Commons.objects.values_list("slug", flat=True)) == ["dia", "dia-opensustain"]


def test_a_licence_that_is_not_open_is_not_published_as_a_commons(bring: Callable[..., importing.Outcome]) -> None:
    bring(MappedFactory(external_id="1", licence_raw="⊘"), MappedFactory(external_id="2", licence_raw="N/A"))
    states = dict(Commons.objects.values_list("records__external_id", "state"))
    assert states == {"1": "withheld", "2": "published"}
    assert list(Resource.objects.order_by("pk").values_list("open", "licence_raw")) == [("no", "⊘"), ("unknown", "N/A")]


def test_repositories_without_a_sheet_only_identify(bring: Callable[..., importing.Outcome]) -> None:
    bring(MappedFactory(external_id="1", repository="https://github.com/demo/umap"), key="sill")
    bring(
        MappedFactory(external_id="a", repository="https://github.com/demo/umap"),
        MappedFactory(external_id="b", repository="https://github.com/demo/other"),
        key="code-gouv-fr",
    )
    commons = Commons.objects.get()
    attached = dict(SourceRecord.objects.filter(source="code-gouv-fr").values_list("external_id", "commons"))
    assert attached == {"a": commons.pk, "b": None}


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>Nom & <b>gras</b>"


def test_hostile_words_are_stored_harmless(bring: Callable[..., importing.Outcome]) -> None:
    bring(
        MappedFactory(
            external_id="1", name="Outil", short={"fr": HOSTILE}, long={"fr": f"{HOSTILE}\n\n[x](javascript:alert(1))"}
        )
    )
    html = Text.objects.get().text_html + Commons.objects.get().text_html
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_nul_in_a_file_does_not_stop_an_import(desk: Person, now: datetime) -> None:
    row = {
        "id": "carte",
        "name": "Car\x00te",
        "url": "https://github.com/demo/carte",
        "description": "Des \x00cartes",
        "category": "a\x00",
    }
    reading = importing.read("opensustain", {"opensustain/projects.json": json.dumps([row]).encode()})
    assert run_import(desk, "opensustain", reading, etag="", at=now).counts == Counts(created=1)
    assert Commons.objects.values_list("name", "short").get() == ("Carte", "Des cartes")


def test_huge_values_do_not_stop_an_import(bring: Callable[..., importing.Outcome]) -> None:
    bring(
        MappedFactory(external_id="1", name="x" * 400, url="https://a.example/" + "y" * 3000),
        MappedFactory(external_id="2", licence_raw="z" * 900, version="v" * 200),
    )
    assert sorted(len(name) for name in Commons.objects.values_list("name", flat=True)) == [1, 250]
    assert max(len(url) for url in Resource.objects.values_list("url", flat=True)) == 1000


def test_one_hundred_records_share_an_identifier_without_stopping(bring: Callable[..., importing.Outcome]) -> None:
    same = "https://github.com/demo/monorepo"
    bring(*(MappedFactory(name=f"Outil {n}", repository=same, identifiers=(("wikidata", "Q1"),)) for n in range(6)))
    assert Commons.objects.count() == 6
    assert Identifier.objects.filter(scheme="wikidata").count() == 1


def test_only_operators_import(person: Callable[..., Person], now: datetime) -> None:
    with pytest.raises(NotAllowed):
        run_import(person("reader@demo.example"), "sill", Reading((MappedFactory(),)), etag="", at=now)
    assert (Source.objects.count(), SourceRecord.objects.count()) == (0, 0)


def test_an_unknown_source_is_told_with_those_that_are_known(desk: Person, now: datetime) -> None:
    with pytest.raises(NotFound, match="awesome-selfhosted"):
        run_import(desk, "nowhere", Reading(()), etag="", at=now)


def test_a_slice_that_fails_is_not_half_written(
    bring: Callable[..., importing.Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first slice stays, the second leaves nothing, the same import again completes it."""
    monkeypatch.setattr(importing, "SLICE", 3)
    records = MappedFactory.build_batch(6)
    broken = [*records[:5], replace(records[5], community={"x": 0.5})]  # a float has no canonical form
    with pytest.raises(TypeError, match="float"):
        bring(*broken)
    assert SourceRecord.objects.count() == Commons.objects.count() == 3
    assert journal.verify().holds
    assert bring(*records).counts == Counts(created=3, unchanged=3)
    assert SourceRecord.objects.count() == Commons.objects.count() == 6


def test_progress_is_told_slice_by_slice(
    bring: Callable[..., importing.Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "SLICE", 2)
    told: list[tuple[int, int | None]] = []
    bring(*MappedFactory.build_batch(5), report=lambda done, total: told.append((done, total)))
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_shipped_facts_speak_last(bring: Callable[..., importing.Outcome], desk: Person, now: datetime) -> None:
    umap = {"name": "uMap", "repository": "https://github.com/umap-project/umap", "url": "https://umap-project.org"}
    fact = MappedFactory(external_id="1", licence_raw="MIT", raw={"shipped_facts": True}, **umap)
    bring(fact, key="sill")
    bring(MappedFactory(external_id="u", licence_raw="AGPL-3.0-only", **umap), key="awesome-selfhosted")
    assert Commons.objects.get().resources.get().licence_spdx == "AGPL-3.0-only"
