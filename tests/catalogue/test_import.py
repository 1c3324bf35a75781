"""Imports: slices, second runs, what disappears, what is bad, what is hostile."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Model
from factories import MappedFactory

from communaux.catalogue import importing
from communaux.catalogue.formats import bounds
from communaux.catalogue.formats.mapped import Event, Mapped, Reading
from communaux.catalogue.importing import run_import
from communaux.catalogue.keyring import Keyring
from communaux.catalogue.models import (
    Commons,
    Fact,
    Identifier,
    LifeEvent,
    Resource,
    Source,
    SourceRecord,
    Text,
)
from communaux.catalogue.services import attach_identified, imports
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


FULL = {
    "events": (Event("created", date(2020, 1, 1)),),
    "recommendation": "R",
    "community": {"steward": "Mairie"},
    "replaces": ("Trello",),
}


def around(commons: Commons) -> list[list[tuple[object, ...]]]:
    """What a sheet shows besides its own row."""
    return [
        list(commons.texts.values_list("lang", "short")),
        list(commons.resources.values_list("kind", "repository", "licence_spdx")),
        list(commons.events.values_list("kind", "on")),
        list(commons.identifiers.values_list("scheme", "value", "until")),
        list(commons.facts.values_list("key", "value")),
        list(commons.recommendations.values_list("label")),
        list(commons.replaces.values_list("product")),
    ]


def test_a_record_that_is_gone_leaves_its_sheet_standing(
    bring: Callable[..., importing.Outcome], now: datetime
) -> None:
    records = [MappedFactory(**FULL), *MappedFactory.build_batch(9)]
    bring(*records)
    one = Commons.objects.get(name=records[0].name)
    shown = around(one)
    assert all(shown)
    assert bring(*records[1:]).counts == Counts(unchanged=9, gone=1)
    commons = Commons.objects.get(slug=one.slug)
    assert (commons.state, commons.records.get().state, commons.name) == ("withheld", "gone", records[0].name)
    assert (around(commons), commons.short, commons.unnamed_on) == (shown, "Un outil commun.", now.date())
    assert bring(*records).counts == Counts(updated=1, unchanged=9)
    back = Commons.objects.get(slug=one.slug)
    assert (back.state, back.unnamed_on, around(back)) == ("published", None, shown)
    assert Commons.objects.count() == 10


def test_another_source_that_names_a_forsaken_commons_finds_its_sheet(bring: Callable[..., importing.Outcome]) -> None:
    umap = {"name": "uMap", "repository": "https://github.com/umap-project/umap", "url": "https://umap-project.org"}
    bring(MappedFactory(external_id="1", **umap), *(others := MappedFactory.build_batch(9)), key="sill")
    bring(*others, key="sill")
    bring(MappedFactory(external_id="umap", **umap), key="betagouv")
    commons = Commons.objects.get(name="uMap")
    assert (commons.state, commons.unnamed_on) == ("published", None)


def test_a_renamed_repository_keeps_its_old_name(bring: Callable[..., importing.Outcome], now: datetime) -> None:
    old, later = "https://github.com/old/umap", now + timedelta(days=1)
    one = MappedFactory(external_id="1", name="uMap", repository=old, url="https://umap.example")
    bring(one, key="sill")
    bring(replace(one, repository="https://github.com/new/umap", raw={"v": 2}), key="sill", at=later)
    found = Identifier.objects.filter(scheme="repository").order_by("pk").values_list("value", "since", "until")
    assert list(found) == [
        ("github.com/old/umap", None, later.date()),
        ("github.com/new/umap", later.date(), None),
    ]
    bring(MappedFactory(external_id="u", name="uMap", repository=old, url="https://umap.example"), key="opensustain")
    assert Commons.objects.count() == 1


def test_what_a_record_goes_on_telling_keeps_its_row(bring: Callable[..., importing.Outcome]) -> None:
    one = MappedFactory(external_id="1")
    bring(one)
    before = list(Identifier.objects.order_by("pk").values_list("pk", "value"))
    bring(replace(one, raw={"v": 2}, short={"fr": "Autre"}))
    assert list(Identifier.objects.order_by("pk").values_list("pk", "value")) == before


def test_the_licence_of_data_says_nothing_of_a_program(bring: Callable[..., importing.Outcome]) -> None:
    prog = {"name": "Xprog", "url": "https://xprog.org", "repository": "https://github.com/x/xprog"}
    bring(MappedFactory(external_id="x", licence_raw="", **prog), key="sill")
    bring(MappedFactory(external_id="x1", kind="data", licence_raw="CC-BY-NC-4.0", **prog), key="dpga")
    commons = Commons.objects.get()
    found = commons.resources.order_by("pk").values_list("kind", "licence_raw", "open")
    assert list(found) == [("software", "", "unknown"), ("data", "CC-BY-NC-4.0", "no")]
    assert (commons.state, "licence_raw" in commons.provenance, commons.conflicts) == ("published", False, {})


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"und": "Maps"}, {"und": "Maps"}),
        ({"": "Maps"}, {"und": "Maps"}),
        ({"eng": "Maps", "fra": "Cartes"}, {"en": "Maps", "fr": "Cartes"}),
        ({"en": "Maps", "eng": "Charts", "en-GB": "Atlas"}, {"en": "Maps"}),
        ({"gsw": "Charte", "English": "Maps"}, {"gsw": "Charte", "und": "Maps"}),
    ],
)
def test_a_text_is_kept_whatever_its_language(
    bring: Callable[..., importing.Outcome], told: dict[str, str], kept: dict[str, str]
) -> None:
    bring(MappedFactory(short=told, long=told))
    commons = Commons.objects.get()
    assert dict(commons.texts.values_list("lang", "short")) == kept
    assert dict(commons.texts.values_list("lang", "text_md")) == kept
    assert commons.short in kept.values()


@pytest.mark.parametrize(
    ("stage", "event", "on"),
    [
        ("construction", Event("stage", date(2024, 3, 1), text="construction\n\nun mot"), date(2024, 3, 1)),
        ("ended", Event("end", date(2024, 3, 1)), date(2024, 3, 1)),
        ("transferred", Event("transfer", date(2024, 3, 1)), date(2024, 3, 1)),
        ("construction", Event("stage", date(2024, 1, 1), "year", text="construction"), None),
        ("construction", Event("stage", None, text="construction"), None),
        ("construction", Event("end", date(2024, 3, 1)), None),
        ("construction", Event("stage", date(2024, 3, 1), text="Un texte libre"), None),
    ],
)
def test_the_stage_is_dated_by_the_source_that_tells_it(
    bring: Callable[..., importing.Outcome], stage: str, event: Event, on: date | None
) -> None:
    bring(MappedFactory(stage=stage, events=(Event("created", date(2020, 1, 1)), event)))
    commons = Commons.objects.get()
    assert (commons.stage, commons.stage_on) == (stage, on)


def test_a_stage_told_in_two_steps_began_with_the_first(bring: Callable[..., importing.Outcome]) -> None:
    steps = [Event("stage", date(year, 1, 1), text=text) for year, text in ((2021, "growth"), (2023, "growth"))]
    bring(MappedFactory(stage="growth", events=tuple(steps)))
    assert Commons.objects.get().stage_on == date(2021, 1, 1)


def test_a_source_that_lost_many_is_refused_and_nothing_changes(
    bring: Callable[..., importing.Outcome], now: datetime
) -> None:
    records = MappedFactory.build_batch(10)
    bring(*records)
    before, lines = catalogue(), Entry.objects.count()
    with pytest.raises(Conflict) as refused:
        bring(*records[:5], at=now + timedelta(days=1))
    assert refused.value.details == {"lost": 5, "live": 10, "refused": 0}
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


def test_a_repository_joins_the_commons_that_comes_after_it(
    bring: Callable[..., importing.Outcome], now: datetime, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    alone = [MappedFactory(external_id=name, repository=f"https://github.com/demo/{name}") for name in "abc"]
    bring(*alone, key="code-gouv-fr")
    assert Commons.objects.count() == 0
    bring(MappedFactory(external_id="1", repository="https://github.com/demo/a"), key="sill")
    commons = Commons.objects.get()
    assert set(commons.records.values_list("source_id", "external_id")) == {("sill", "1"), ("code-gouv-fr", "a")}
    line = Entry.objects.filter(subject_id=str(commons.pk)).latest("seq")
    assert (line.act, line.after["record"], line.reason) == ("catalogue.import", "code-gouv-fr:a", "code-gouv-fr")
    desk, ring = Person.objects.desk(), Keyring()
    with django_assert_max_num_queries(3):  # a savepoint and one look, whatever the number of records
        assert attach_identified(desk, ring=ring, at=now) == 0


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
    """What is the fault of no row (the work is stopped) leaves whole slices; the same import again completes them."""
    monkeypatch.setattr(importing, "SLICE", 3)
    records = MappedFactory.build_batch(6)

    def stop(done: int, total: int | None) -> None:
        if done:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        bring(*records, report=stop)
    assert SourceRecord.objects.count() == Commons.objects.count() == 3
    assert journal.verify().holds
    assert bring(*records).counts == Counts(created=3, unchanged=3)
    assert SourceRecord.objects.count() == Commons.objects.count() == 6


def test_a_row_that_cannot_be_stored_is_refused_alone_and_says_why(
    bring: Callable[..., importing.Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "SLICE", 3)
    records = MappedFactory.build_batch(6)
    broken = [*records[:4], replace(records[4], community={"x": object()}), records[5]]
    outcome = bring(*broken, etag="abc")
    assert outcome.counts == Counts(created=5)
    assert [(one.where, one.reason) for one in outcome.refused] == [
        (f"sill, {records[4].external_id}", "Not stored: TypeError")
    ]
    assert records[4].name in outcome.refused[0].content
    assert SourceRecord.objects.count() == Commons.objects.count() == 5
    assert journal.verify().holds
    assert bring(*records, etag="abc").counts == Counts(created=1, unchanged=5)  # the same files are tried again


def test_nobody_joins_a_commons_that_was_not_written(bring: Callable[..., importing.Outcome]) -> None:
    """The keys of a refused row are forgotten: its twin makes a commons of its own, under the plain address."""
    umap = {"name": "uMap", "repository": "https://github.com/umap-project/umap", "url": "https://umap-project.org"}
    outcome = bring(
        MappedFactory(external_id="1", community={"x": object()}, **umap), MappedFactory(external_id="2", **umap)
    )
    assert (outcome.counts, len(outcome.refused)) == (Counts(created=1), 1)
    commons = Commons.objects.get()
    assert (commons.slug, commons.records.get().external_id) == ("umap", "2")


def test_a_live_record_whose_row_cannot_be_stored_any_more_stays(bring: Callable[..., importing.Outcome]) -> None:
    records = MappedFactory.build_batch(3)
    bring(*records)
    outcome = bring(*records[:2], replace(records[2], community={"x": object()}))
    assert (outcome.counts, len(outcome.refused)) == (Counts(unchanged=2), 1)
    assert SourceRecord.objects.filter(state="live").count() == 3


def read_awesome(rows: list[dict[str, object]], cut: int | None = None) -> Reading:
    return importing.read("awesome-selfhosted", {"software.json": json.dumps(rows).encode()[:cut]})


@pytest.fixture
def twenty(desk: Person, now: datetime) -> list[dict[str, object]]:
    """Twenty live records, and their rows."""
    rows: list[dict[str, object]] = [{"id": f"r{n}", "name": f"Name {n}", "licenses": ["MIT"]} for n in range(20)]
    run_import(desk, "awesome-selfhosted", read_awesome(rows), etag="", at=now)
    return rows


def live() -> int:
    published = Commons.objects.filter(state="published").count()
    assert SourceRecord.objects.filter(state="live").count() == published
    return published


def test_a_truncated_file_takes_nothing_back(twenty: list[dict[str, object]], desk: Person, now: datetime) -> None:
    reading = read_awesome(twenty, cut=json.dumps(twenty).index('"r18"') + 15)
    assert (len(reading.records), len(reading.refused)) == (18, 1)
    outcome = run_import(desk, "awesome-selfhosted", reading, etag="", at=now)
    assert (outcome.counts, outcome.kept, live()) == (Counts(unchanged=18), 2, 20)


def test_a_row_made_bad_keeps_its_live_record(twenty: list[dict[str, object]], desk: Person, now: datetime) -> None:
    reading = read_awesome([*twenty[:3], {**twenty[3], "name": ""}, *twenty[4:]])
    outcome = run_import(desk, "awesome-selfhosted", reading, etag="", at=now)
    assert (outcome.counts, outcome.kept, live()) == (Counts(unchanged=19), 1, 20)
    accepted = run_import(desk, "awesome-selfhosted", reading, etag="", at=now, accept_loss=True)
    assert (accepted.counts, accepted.kept, live()) == (Counts(unchanged=19, gone=1), 0, 19)


def test_refused_lines_count_as_lost(twenty: list[dict[str, object]], desk: Person, now: datetime) -> None:
    reading = read_awesome([*twenty[:15], *({**row, "name": ""} for row in twenty[15:])])
    with pytest.raises(Conflict) as refused:
        run_import(desk, "awesome-selfhosted", reading, etag="", at=now)
    assert refused.value.details == {"lost": 5, "live": 20, "refused": 5}


def test_a_part_of_a_source_takes_nothing_back(twenty: list[dict[str, object]], desk: Person, now: datetime) -> None:
    reading = read_awesome([{**row, "description": "New"} for row in twenty[:2]])
    outcome = run_import(desk, "awesome-selfhosted", reading, etag="abc", at=now, part=True)
    assert (outcome.counts, outcome.kept, live()) == (Counts(updated=2), 0, 20)
    assert Source.objects.get().etag == ""


def test_files_that_tell_of_one_commons_each_say_nothing_of_others(
    bring: Callable[..., importing.Outcome], desk: Person, now: datetime
) -> None:
    records = MappedFactory.build_batch(3)
    bring(*records, key="publiccode")
    assert bring(records[0], key="publiccode", etag="abc").counts == Counts(unchanged=1)
    assert (live(), Source.objects.get().etag) == (3, "abc")


def test_numbers_with_a_fraction_are_kept_exactly(desk: Person, now: datetime) -> None:
    row = {"id": "p", "title": "P", "fast": [{"montant_ht": 12.5, "promotion": 1}]}
    reading = importing.read("betagouv", {"startups.json": json.dumps([row]).encode()})
    for counts in (Counts(created=1), Counts(unchanged=1)):
        assert run_import(desk, "betagouv", reading, etag="", at=now).counts == counts
    funding = Commons.objects.get().facts.get(key="funding")
    assert funding.value == [{"montant_ht": "12.5", "promotion": 1}]


def test_a_readable_address_always_fits(bring: Callable[..., importing.Outcome]) -> None:
    same = [MappedFactory(external_id=f"{n}", name="x" * 200) for n in range(3)]
    for key in ("awesome-selfhosted", "communs-te"):
        bring(*same, key=key)
    assert max(map(len, Commons.objects.values_list("slug", flat=True))) <= 120
    assert Commons.objects.count() == 6


LONG = "x" * 6_000
LINK = f"https://github.com/{'y' * 3_000}/{'z' * 3_000}"
NO_ID = {"id": LONG, "name": LONG, "title": LONG}
OVERSIZED: dict[str, tuple[str, object]] = {
    "sill": ("sill.json", {"id": "1", "i": LONG, "f": LONG, "l": LONG, "v+": LONG, "st": LONG, "sources": LINK}),
    "betagouv": ("startups.json", {"id": "1", "title": LONG, "mission": LONG, "link": LINK, "repository": LINK}),
    "awesome-selfhosted": (
        "software.json",
        {"id": "1", "name": LONG, "licenses": [LONG, LONG], "source_code_url": LINK, "website_url": LINK}
        | {"current_release": {"tag": LONG}, "related_software_url": LINK, "tags": [LONG]},
    ),
    "opensustain": ("projects.json", {"id": "1", "name": LONG, "url": LINK, "description": LONG, "category": LONG}),
    "dpga": (
        "dpgs.json",
        {"id": "1", "name": LONG, "type": ["software", "data"], "website": LINK, "license": [{"spdx": LONG}]}
        | {"organizations": [{"name": LONG, "org_type": LONG}], "stage": LONG, "aliases": [LONG]},
    ),
    "canada-ore": (
        "code.json",
        {"adminCode": "a", "releases": [{"name": {"en": LONG}, "repositoryURL": {"en": LINK}, "category": LONG}]},
    ),
    "codemeta": (
        "codemeta.json",
        {"@type": "SoftwareSourceCode", "identifier": "1", "name": LONG, "license": [LONG], "softwareVersion": LONG}
        | {"description": {"@language": LONG, "@value": LONG}, "codeRepository": LINK, "sameAs": f"swh:1:{LONG}"},
    ),
    "comptoir": (
        "comptoir.json",
        {"id": 1, "name": LONG, "licence": LONG, "users": [{"name": LONG, "type": LONG}]}
        | {"external_resources": {"website": LINK, "repository": LINK, "wikidata": {"id": LONG}}},
    ),
    "code-gouv-fr": (
        "repositories.csv",
        f"repository_url,name,license,stars_count,topics\nhttps://a.example/1,{LONG},{LONG},{'9' * 5000},{LONG}\n",
    ),
    "communs-te": ("services-import.csv", f"name,sousTitre,redirectionUrl\n{LONG},{LONG},{LINK}\n"),
    "publiccode": (
        "a.publiccode.yml",
        f"name: {LONG}\nurl: {LINK}\nsoftwareVersion: {LONG}\nlegal: {{license: {LONG}}}\ndescription:\n"
        + "".join(
            f"  {lang}: {{shortDescription: {LONG}}}\n"
            for lang in ("en", "eng", "en_GB", "English-description", "un", "it", "fr", "de", "es", "pt", "nl", "pl")
        ),
    ),
    "seeds": (
        "commons.toml",
        f'[a]\nname = "{LONG}"\nlicence = "{LONG}"\nurl = "{LINK}"\ncommunity = {{ {LONG} = "x" }}\n'
        f'[[a.parts]]\nkind = "data"\nname = "{LONG}"\nurl = "{LINK}"\nlicence = "{"MIT OR " * 60}MIT"\n'
        f'[[a.events]]\nkind = "gift"\non = "2024-01-01"\nfrom_party = "{LONG}"\nto_party = "{LONG}"\n',
    ),
}


@pytest.mark.parametrize("key", importing.READERS)
def test_values_longer_than_any_column_cost_no_row(key: str, desk: Person, now: datetime) -> None:
    """PostgreSQL refuses what SQLite swallows: here each reader meets both."""
    name, told = OVERSIZED[key]
    data = told.encode() if isinstance(told, str) else json.dumps([told]).encode()
    reading = importing.read(key, {name: data})
    assert len(reading.records) == 1, reading.refused
    assert run_import(desk, key, reading, etag="", at=now).counts == Counts(created=1)
    assert run_import(desk, key, reading, etag="", at=now).counts == Counts(unchanged=1)


def test_a_row_whose_id_is_too_long_is_refused_alone() -> None:
    reading = read_awesome([NO_ID, {"id": "b", "name": "B"}])
    assert [one.reason for one in reading.refused] == ["Id longer than 300 characters"]
    assert [one.external_id for one in reading.records] == ["b"]


def test_the_bounds_are_those_of_the_tables() -> None:
    def longest(model: type[Model], field: str) -> int | None:
        return model._meta.get_field(field).max_length

    assert longest(SourceRecord, "external_id") == bounds.ID
    assert longest(SourceRecord, "lang") == imports.LANGUAGES
    assert (longest(Resource, "url"), longest(Resource, "repository")) == (bounds.ADDRESS, bounds.ADDRESS)
    assert (longest(Resource, "name"), longest(Resource, "licence_raw")) == (bounds.NAME, bounds.LICENCE)
    assert longest(Resource, "licence_spdx") == bounds.EXPRESSION
    assert (longest(LifeEvent, "from_party"), longest(LifeEvent, "to_party")) == (bounds.PARTY, bounds.PARTY)
    assert longest(Fact, "key") == bounds.FACT


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
