"""Rows and records of the tests where only one or two fields matter."""

from __future__ import annotations

from datetime import UTC, datetime

import factory

from communaux.catalogue.formats.mapped import Mapped
from communaux.catalogue.models import Commons, Source, SourceRecord

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


class MappedFactory(factory.Factory):
    """A record as a reader gives it: a name, a repository of its own, an open licence, one French line."""

    class Meta:
        model = Mapped

    external_id = factory.Sequence(lambda n: f"outil-{n}")
    name = factory.LazyAttribute(lambda o: o.external_id.replace("-", " ").capitalize())
    repository = factory.LazyAttribute(lambda o: f"https://github.com/demo/{o.external_id}")
    licence_raw = "AGPL-3.0-only"
    lang = ("fr",)
    short = factory.LazyFunction(lambda: {"fr": "Un outil commun."})
    raw = factory.LazyAttribute(lambda o: {"id": o.external_id, "name": o.name, "short": dict(o.short), "kind": o.kind})
    kind = "software"


class SourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Source
        django_get_or_create = ("key",)

    key = factory.Sequence(lambda n: f"source-{n}")
    title = factory.LazyAttribute(lambda o: f"Catalogue {o.key}")
    licence = "etalab-2.0"
    attribution = "Demo"
    format = "sill"
    priority = 30


class CommonsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Commons

    slug = factory.Sequence(lambda n: f"commun-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").capitalize())
    published_at = NOW
    updated_at = NOW


class RecordFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SourceRecord

    source = factory.SubFactory(SourceFactory)
    external_id = factory.Sequence(lambda n: f"record-{n}")
    raw = factory.LazyFunction(dict)
    raw_sha256 = "0" * 64
    mapped = factory.LazyAttribute(lambda o: {"external_id": o.external_id, "name": o.external_id})
    fetched_at = NOW
