"""Search through the catalogue: hits dressed, twins under one hit, why and why not, a fixed number of queries."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.test import Client
from slices import Slice

from communaux.catalogue import indexing
from communaux.catalogue.models import Commons, MatchProposal
from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.queries.search import search, why_not
from communaux.core.errors import NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def test_a_need_in_everyday_words_finds_its_commons() -> None:
    answer = search("carte en ligne pour la commune", lang="fr", facets={})
    assert "umap" in [one.commons.slug for one in answer.found[:5]]
    assert all(one.hit.reasons for one in answer.found)
    assert not answer.degraded


def test_a_name_comes_first() -> None:
    for name in ("Panoramax", "OpenFisca", "Scaphandre", "PeerTube"):
        assert search(name, lang=None, facets={}).found[0].commons.name == name


def test_facets_filter_and_add_up() -> None:
    every = search("logiciel libre", lang="fr", facets={})
    only = search("logiciel libre", lang="fr", facets={"source": ["seeds"]})
    assert 0 < only.result.total < every.result.total
    assert {r.source_id for one in only.found for r in one.commons.records.all() if r.source_id == "seeds"} == {"seeds"}
    assert only.chosen == {"source": ("seeds",)}


def test_an_unknown_facet_value_is_ignored_and_said() -> None:
    answer = search("cartes", lang="fr", facets={"licence": ["nowhere"]})
    assert [notice.code for notice in answer.result.notices] == ["unknown_facet"]
    assert answer.result.total == search("cartes", lang="fr", facets={}).result.total


@pytest.mark.parametrize(("asked", "shown"), [(0, 1), (-5, 1), (1, 1), (999, None)])
def test_pages_beyond_the_last_show_the_last(asked: int, shown: int | None) -> None:
    answer = search("logiciel", lang="fr", facets={}, page=asked)
    assert (answer.page, answer.asked_page) == (shown or answer.pages, asked)
    assert answer.found


def test_pages_hold_every_hit_once() -> None:
    first = search("logiciel", lang="fr", facets={})
    slugs = [
        slug
        for page in range(1, first.pages + 1)
        for one in search("logiciel", lang="fr", facets={}, page=page).found
        for slug in (one.commons.slug, *(twin.slug for twin in one.twins))
    ]
    assert len(slugs) == len(set(slugs)) == min(first.result.total, 100)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "le la les",
        "a\x00b",
        "%",
        '"sans fin',
        "😀🏳️‍🌈",
        "x" * 10_000,
        "cantine " * 2_000,
        "-cantine",
        '""',
        "\u202e",
    ],
)
def test_odd_queries_are_answered(text: str) -> None:
    start = time.process_time()
    answer = search(text, lang=None, facets={})
    assert answer.page == 1
    assert time.process_time() - start < 2  # a query nobody types must not stop the desk


def test_a_hit_that_is_probably_the_same_stands_under_the_better_one() -> None:
    first, second = search("logiciel", lang="fr", facets={}).found[:2]
    a, b = sorted((first.commons, second.commons), key=lambda c: c.pk)
    MatchProposal.objects.update_or_create(a=a, b=b, defaults={"score": 7, "signals": {"name": 200}, "state": "open"})
    grouped = search("logiciel", lang="fr", facets={}).found
    assert grouped[0].commons == first.commons
    assert second.commons in grouped[0].twins
    assert second.commons not in [one.commons for one in grouped]
    MatchProposal.objects.filter(a=a, b=b).update(state="different")
    assert [one.commons for one in search("logiciel", lang="fr", facets={}).found[:2]] == [
        first.commons,
        second.commons,
    ]


@pytest.mark.parametrize("name", ["panoramax", "Panoramax", "PANORAMAX"])
def test_why_not_answers_for_a_slug_or_a_name(name: str) -> None:
    absent = why_not("gérer la cantine", name, lang="fr", facets={})
    assert (absent.commons.slug, absent.told is not None) == ("panoramax", True)
    assert absent.state == absent.told.state != "hit"


def test_why_not_tells_of_a_filter() -> None:
    absent = why_not("photos de rue", "panoramax", lang="fr", facets={"source": ["sill"]})
    assert absent.told is not None
    assert absent.told.removed_by == ("source",)


def test_why_not_tells_of_states() -> None:
    one = Commons.objects.get(slug="panoramax")
    Commons.objects.filter(pk=one.pk).update(state="withheld")
    assert why_not("photos", "panoramax", lang="fr", facets={}).state == "withheld"
    kept = Commons.objects.get(slug="umap")
    Commons.objects.filter(pk=one.pk).update(state="merged", merged_into=kept)
    assert why_not("photos", "panoramax", lang="fr", facets={}).state == "merged"
    Commons.objects.create(slug="tout-neuf", name="Tout neuf", updated_at=one.updated_at)
    assert why_not("photos", "Tout neuf", lang="fr", facets={}).state == "not_indexed"


@pytest.mark.parametrize("name", ["personne ne porte ce nom", "", "%", "\x00".strip("\x00")])
def test_why_not_of_nothing_is_told(name: str) -> None:
    with pytest.raises(NotFound):
        why_not("photos", name, lang="fr", facets={})


def test_a_sheet_holds_the_three_axes() -> None:
    sheet = commons_queries.sheet(commons_queries.by_slug("panoramax"))
    assert sheet.resources
    assert {r.source_id for r in sheet.records} >= {"seeds"}
    assert sheet.relations or sheet.events


def queries_of(client: Client, counter: Callable[..., object], path: str) -> int:
    client.get(path)  # what is read once a process
    indexing.newest.looked = time.monotonic()  # it asks for a newer generation every two seconds
    with counter() as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.fixture
def counter() -> Callable[..., object]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return lambda: CaptureQueriesContext(connection)


@pytest.mark.parametrize("path", ["/communs/", "/chercher/?q=logiciel", "/api/v1/commons", "/api/v1/search?q=logiciel"])
def test_lists_cost_the_same_with_one_and_three(
    client: Client, counter: Callable[..., object], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from communaux.catalogue.queries import search as search_queries

    counts = []
    for size in (1, 3):
        monkeypatch.setattr(search_queries, "PER_PAGE", size)
        suffix = f"?limit={size}" if path == "/api/v1/commons" else ""
        counts.append(queries_of(client, counter, path + suffix))
    assert counts[0] == counts[1] <= 12


def test_sheets_cost_the_same_whatever_they_hold(
    client: Client, counter: Callable[..., object], catalogue: Slice
) -> None:
    slugs = list(Commons.objects.filter(state="published").order_by("slug").values_list("slug", flat=True)[:12])
    counts = {slug: queries_of(client, counter, f"/communs/{slug}/") for slug in [*slugs, "umap", "panoramax"]}
    assert max(counts.values()) <= 12
    bare = min(counts.values())
    assert max(counts.values()) - bare <= 1, counts  # nothing is read row by row
