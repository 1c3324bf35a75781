"""The real public catalogues, imported and merged whole: literal counts, second run, twins, quality of search."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import databases
import pytest
from pytest_django import DjangoDbBlocker
from slices import bring
from slices import whole as read_whole

from communaux.catalogue import importing, indexing, linking
from communaux.catalogue.models import Commons, MatchProposal, SourceRecord
from communaux.catalogue.queries.search import search
from communaux.core import journal
from communaux.core.models import Person
from communaux.engines.search import Case
from communaux.engines.search.evaluate import CaseScore, means, score_case

pytestmark = [pytest.mark.django_db, pytest.mark.shared]

# Records read of each source (01 § 6): literal, so that a reader that loses one is seen.
COUNTS = {
    "sill": 240,
    "betagouv": 662,
    "awesome-selfhosted": 1348,
    "opensustain": 2703,
    "dpga": 228,
    "canada-ore": 164,
    "communs-te": 145,
}
KEYS = ["seeds", "publiccode", *COUNTS]


@dataclass
class Whole:
    outcomes: dict[str, importing.Outcome]
    seconds: dict[str, float] = field(default_factory=dict)


@pytest.fixture(scope="module")
def whole(django_db_setup: None, django_db_blocker: DjangoDbBlocker, shared: Path) -> Iterator[Whole]:
    with django_db_blocker.unblock():
        indexing.newest.forget()
        desk, start = Person.objects.desk(), time.monotonic()
        made = Whole({key: bring(desk, key, None) for key in KEYS})
        made.seconds["import"] = time.monotonic() - start
        indexing.reindex(desk)
        made.seconds["index"] = time.monotonic() - start - made.seconds["import"]
        linking.link(desk)
        yield made
        indexing.newest.forget()
        databases.empty()


def test_every_record_of_every_source_is_there(whole: Whole) -> None:
    read = {key: outcome.counts.created for key, outcome in whole.outcomes.items() if key in COUNTS}
    assert read == COUNTS
    stored = {key: SourceRecord.objects.filter(source=key).count() for key in COUNTS}
    assert stored == COUNTS
    assert not SourceRecord.objects.filter(state="live", commons=None).exists()


def test_the_journal_of_the_whole_import_holds(whole: Whole) -> None:
    verdict = journal.verify()
    assert verdict.holds
    assert verdict.count > sum(COUNTS.values()) / 2


def test_a_second_run_changes_nothing(whole: Whole, desk: Person) -> None:
    before = list(Commons.objects.order_by("pk").values_list("pk", "updated_at"))
    read_whole.cache_clear()
    for key in KEYS:
        again = bring(desk, key, None).counts
        assert (again.created, again.updated, again.gone) == (0, 0, 0), key
    assert list(Commons.objects.order_by("pk").values_list("pk", "updated_at")) == before
    assert not indexing.is_due()


def test_no_slug_is_lost_and_no_sheet_is_empty(whole: Whole) -> None:
    assert not Commons.objects.filter(records=None).exists()
    assert not Commons.objects.filter(name="").exists()
    assert not Commons.objects.filter(resources=None, records__state="live").exists()


@pytest.mark.parametrize("name", ["Global Forest Watch", "OpenFisca", "Nextcloud"])
def test_known_twins_are_one_or_proposed(whole: Whole, name: str) -> None:
    rows = list(Commons.objects.filter(name__iexact=name).order_by("pk"))
    for a, b in pairwise(rows):
        assert MatchProposal.objects.filter(a__in=[a, b], b__in=[a, b]).exists()


def test_the_two_dia_are_two(whole: Whole) -> None:
    dia = {r.source_id: r.commons_id for r in SourceRecord.objects.filter(commons__name__iexact="dia")}
    assert dia["sill"] != dia["opensustain"]
    assert not MatchProposal.objects.filter(a__name__iexact="dia", b__name__iexact="dia").exists()


def test_umap_lives_although_its_product_ended(whole: Whole) -> None:
    umap = Commons.objects.get(slug="umap")
    assert "ended" in {r.mapped.get("stage") for r in umap.records.filter(source="betagouv")} or umap.stage != "ended"
    assert umap.stage != "ended"


def test_hostile_html_of_real_catalogues_is_cleaned(whole: Whole) -> None:
    for tag in ("<script", "<iframe", "<img", "javascript:", "onerror="):
        assert not Commons.objects.filter(text_html__contains=f'"{tag}').exists()
        assert tag in {"javascript:", "onerror="} or not Commons.objects.filter(text_html__contains=tag).exists()


PREFIX = {
    "communs-te": "mec",
    "awesome-selfhosted": "ash",
    "canada-ore": "ore",
    "betagouv": "beta",
    "opensustain": "ost",
    "publiccode": "pc",
}


def slugs_by_entry() -> dict[str, str]:
    """Id that the shared cases know a record by → the commons it was merged into."""
    rows = SourceRecord.objects.exclude(commons=None).values_list("source_id", "external_id", "commons__slug")
    return {f"{PREFIX.get(source, source)}:{external}": slug for source, external, slug in rows}


def score(case: Case, slugs: dict[str, str]) -> CaseScore:
    """A hit counts if any record of its commons, or of one shown under it as probably the same, is listed."""
    found = search(case.need, lang=None, facets={}).found[:10]
    above = {twin.slug: one.commons.slug for one in found for twin in one.twins}
    grades: dict[str, int] = {}
    for entry, grade in case.relevant.items():
        slug = slugs.get(entry, entry)
        hit = above.get(slug, slug)
        grades[hit] = max(grade, grades.get(hit, 0))
    return score_case(replace(case, relevant=grades), [one.commons.slug for one in found])


def test_quality_through_the_app_on_the_public_cases(whole: Whole, shared: Path) -> None:
    rows = json.loads((shared / "search" / "sample_cases.json").read_text())
    cases = [Case(r["id"], r["need"], r["relevant"]) for r in rows]
    slugs = slugs_by_entry()
    unknown = [entry for case in cases for entry in case.relevant if entry not in slugs]
    got = means([score(case, slugs) for case in cases])
    told = f"nDCG@10 {got.ndcg:.3f}, success@10 {got.success:.3f}, MRR@10 {got.mrr:.3f}"
    print(f"\nthrough the app: {told}; entries without a commons: {unknown}; seconds: {whole.seconds}")
    assert (got.ndcg >= 0.72, got.success >= 0.93, got.mrr >= 0.72) == (True, True, True), told
