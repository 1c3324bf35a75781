"""What the search engine reads of a commons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from factories import MappedFactory

from communaux.catalogue.formats.mapped import Event, Mapped, Reading
from communaux.catalogue.importing import run_import
from communaux.catalogue.models import Commons
from communaux.catalogue.queries.documents import activity, documents
from communaux.core.models import Person
from communaux.engines.search import Doc
from communaux.engines.search.model import Wording

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 1)


@pytest.fixture
def doc(desk: Person, now: datetime) -> Callable[..., Doc]:
    def make(**said: object) -> Doc:
        record: Mapped = MappedFactory(external_id="1", name="uMap", **said)
        run_import(desk, "awesome-selfhosted", Reading((record,)), etag="", at=now)
        (made,) = documents(TODAY)
        return made

    return make


def test_every_searchable_field_is_there(doc: Callable[..., Doc]) -> None:
    made = doc(
        names=("µMap",),
        short={"en": "Maps", "fr": "Des cartes"},
        long={"fr": "Texte long"},
        features={"fr": ("partager",)},
        tags=("Maps",),
        orgs=("OSM-FR",),
        platforms=("web",),
        lang=("en", "fr"),
    )
    assert (made.id, made.names, made.lang) == ("umap", ("uMap", "µMap"), ("en", "fr"))
    assert made.wordings == (Wording("fr", "Des cartes", "Texte long\npartager"), Wording("en", "Maps", ""))
    assert (made.short, made.long) == ("", "")
    assert (made.tags, made.orgs, made.platforms, made.licence) == (("Maps",), ("OSM-FR",), ("web",), "AGPL-3.0-only")
    assert made.source_tags == {"awesome": ("Maps",)}
    assert made.facets["source"] == ("awesome-selfhosted",)
    assert made.facets["kind"] == ("software",)
    assert made.facets["stage"] == made.facets["activity"] == ("unknown",)


def test_signs_of_markdown_are_no_words(doc: Callable[..., Doc]) -> None:
    """Excerpts show these texts as they are."""
    told = {
        "short": {"fr": "Des **cartes**"},
        "long": {"fr": "## Problème\nTout\nseul"},
        "features": {"fr": ("*partager*",)},
    }
    assert doc(**told).wordings == (Wording("fr", "Des cartes", "Problème\n\nTout seul\npartager"),)


@pytest.mark.parametrize(
    ("stage", "cause", "ended", "early"),
    [
        ("ended", "no_money", True, False),
        ("ended", "stopped_at_investigation", False, True),
        ("operated", "", False, False),
    ],
)
def test_ends_lower_a_commons_and_early_stops_more(
    doc: Callable[..., Doc], stage: str, cause: str, ended: bool, early: bool
) -> None:
    prior = doc(stage=stage, events=(Event("end", cause=cause),) if cause else ()).prior
    assert (prior.ended, prior.stopped_early) == (ended, early)


@pytest.mark.parametrize(
    ("sign", "told"),
    [
        (None, "unknown"),
        (TODAY, "active"),
        (TODAY - timedelta(days=365), "active"),
        (TODAY - timedelta(days=366), "quiet"),
    ],
)
def test_activity(sign: date | None, told: str) -> None:
    assert activity(sign, TODAY) == told


def test_only_published_commons_are_indexed_in_order_of_slug(desk: Person, now: datetime) -> None:
    records = [MappedFactory(external_id=name, name=name) for name in ("b-2", "a", "b", "withheld", "draft")]
    run_import(desk, "sill", Reading(tuple(records)), etag="", at=now)
    Commons.objects.filter(slug="withheld").update(state="withheld")
    Commons.objects.filter(slug="draft").update(state="draft")
    assert sorted(made.id for made in documents(TODAY)) == ["a", "b", "b-2"]
