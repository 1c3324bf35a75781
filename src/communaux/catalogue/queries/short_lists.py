"""Lists of some commons, read in one question: themes, identifiers, texts, recommendations, uses, experiences, stewards…"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, CharField, Model, QuerySet, UUIDField, Value, When
from django.db.models.functions import Cast, Coalesce

from communaux.catalogue.models import (
    Commons,
    Experience,
    Identifier,
    Recommendation,
    ReplacedProduct,
    Reuse,
    Text,
    Theme,
)
from communaux.core.models import Grant, Organisation, Person

_words = partial(Value, output_field=CharField())
_NO: Final = _words("")

# Name of the manager → a row of it from columns of text, those it has no use for left
MADE: Final[dict[str, Callable[..., Model]]] = {
    "themes": lambda key, fr, en, *_: Theme(key=key, fr=fr, en=en),
    "identifiers": lambda scheme, value, until, *_: Identifier(
        scheme=scheme, value=value, until=date.fromisoformat(until) if until else None
    ),
    "texts": lambda lang, short, md, html, features: Text(
        lang=lang, short=short, text_md=md, text_html=html, features=json.loads(features)
    ),
    "recommendations": lambda body, label, *_: Recommendation(by_org=body, label=label),
    "replaces": lambda product, *_: ReplacedProduct(product=product),
    "reuses": lambda body, kind, *_: Reuse(organisation=Organisation(name=body), kind=kind, state="confirmed"),
    "stewards": lambda name, since, until, *_: Grant(
        person=Person(display_name=name),
        starts_on=date.fromisoformat(since),
        ends_on=date.fromisoformat(until) if until else None,
    ),
    "experiences": lambda again, *_: Experience(again=again),
}
WIDTH: Final = 5  # of the widest row


def _row(name: str, rows: QuerySet[Any], commons: str | Case, *told: str | Coalesce | Cast) -> QuerySet[Any, Any]:
    """Rows of one width, as a union asks: name of the list, commons, what is told, nothing."""
    return rows.values_list(_words(name), commons, *told, *[_NO] * (WIDTH - len(told)))


def _stewards(ids: Collection[UUID], day: date) -> QuerySet[Any, Any]:
    """Grants number what they are on in text: the number comes back as the other lists have it."""
    held = Grant.objects.on(day).filter(role="steward", object_type="commons", object_id__in=[str(pk) for pk in ids])
    numbers = (When(object_id=str(pk), then=Value(pk, output_field=UUIDField())) for pk in ids)
    name = Coalesce("person__display_name", "organisation__name", output_field=CharField())
    since, until = Cast("starts_on", CharField()), Coalesce(Cast("ends_on", CharField()), _NO)
    return _row("stewards", held, Case(*numbers, output_field=UUIDField()), name, since, until)


def _asked(ids: Collection[UUID]) -> dict[str, QuerySet[Any, Any]]:
    of = {"commons__in": ids}
    until = Coalesce(Cast("until", CharField()), _NO)
    confirmed = Reuse.objects.filter(**of, state="confirmed")
    told = Experience.objects.filter(reuse__commons__in=ids, withdrawn_at=None)
    texts, features = Text.objects.filter(**of), Cast("features", CharField())
    return {
        "themes": _row("themes", Theme.objects.filter(**of), "commons", "key", "fr", "en"),
        "identifiers": _row("identifiers", Identifier.objects.filter(**of), "commons", "scheme", "value", until),
        "texts": _row("texts", texts, "commons", "lang", "short", "text_md", "text_html", features),
        "recommendations": _row("recommendations", Recommendation.objects.filter(**of), "commons", "by_org", "label"),
        "replaces": _row("replaces", ReplacedProduct.objects.filter(**of), "commons", "product"),
        "reuses": _row("reuses", confirmed, "commons", "organisation__name", "kind"),
        "experiences": _row("experiences", told, "reuse__commons", "again"),
    }


def short_lists(
    columns: Sequence[Commons], names: Sequence[str], *, stewards_on: date | None = None
) -> dict[UUID, dict[str, list[Model]]]:
    """Read these lists of some commons; leave them also where the managers of each look for what was prefetched."""
    ids = [one.pk for one in columns]
    first, *more = (_asked(ids)[name] for name in names)
    if stewards_on:
        names, more = [*names, "stewards"], [*more, _stewards(ids, stewards_on)]
    found: dict[UUID, dict[str, list[Model]]] = defaultdict(lambda: {name: [] for name in names})
    for name, commons, *told in sorted(first.union(*more, all=True)):
        found[commons][name].append(MADE[name](*told))
    for one in columns:
        one.__dict__.setdefault("_prefetched_objects_cache", {}).update(found[one.pk])
    return found
