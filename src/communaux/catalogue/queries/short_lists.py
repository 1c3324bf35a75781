"""Short lists of some commons, read in one question: themes, identifiers, recommendations, replaced products, uses, experiences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, Model, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from communaux.catalogue.models import (
    Commons,
    Experience,
    Identifier,
    Recommendation,
    ReplacedProduct,
    Reuse,
    Theme,
)
from communaux.core.models import Organisation

_words = partial(Value, output_field=CharField())
_NO: Final = _words("")

# Name of the manager → a row of it from three columns of text
MADE: Final[dict[str, Callable[[str, str, str], Model]]] = {
    "themes": lambda key, fr, en: Theme(key=key, fr=fr, en=en),
    "identifiers": lambda scheme, value, until: Identifier(
        scheme=scheme, value=value, until=date.fromisoformat(until) if until else None
    ),
    "recommendations": lambda body, label, _no: Recommendation(by_org=body, label=label),
    "replaces": lambda product, _no, _none: ReplacedProduct(product=product),
    "reuses": lambda body, kind, _no: Reuse(organisation=Organisation(name=body), kind=kind, state="confirmed"),
    "experiences": lambda again, _no, _none: Experience(again=again),
}


def _asked(ids: Collection[UUID]) -> dict[str, QuerySet[Any, Any]]:
    of = {"commons__in": ids}
    until = Coalesce(Cast("until", CharField()), _NO)
    confirmed = Reuse.objects.filter(**of, state="confirmed")
    told = Experience.objects.filter(reuse__commons__in=ids, withdrawn_at=None)
    return {
        "themes": Theme.objects.filter(**of).values_list(_words("themes"), "commons", "key", "fr", "en"),
        "identifiers": Identifier.objects.filter(**of).values_list(
            _words("identifiers"), "commons", "scheme", "value", until
        ),
        "recommendations": Recommendation.objects.filter(**of).values_list(
            _words("recommendations"), "commons", "by_org", "label", _NO
        ),
        "replaces": ReplacedProduct.objects.filter(**of).values_list(
            _words("replaces"), "commons", "product", _NO, _NO
        ),
        "reuses": confirmed.values_list(_words("reuses"), "commons", "organisation__name", "kind", _NO),
        "experiences": told.values_list(_words("experiences"), "reuse__commons", "again", _NO, _NO),
    }


def short_lists(columns: Sequence[Commons], names: Sequence[str]) -> dict[UUID, dict[str, list[Model]]]:
    """Read these lists of some commons; leave them also where the managers of each look for what was prefetched."""
    first, *more = (_asked([one.pk for one in columns])[name] for name in names)
    found: dict[UUID, dict[str, list[Model]]] = defaultdict(lambda: {name: [] for name in names})
    for name, commons, *told in sorted(first.union(*more, all=True)):
        found[commons][name].append(MADE[name](*told))
    for one in columns:
        one.__dict__.setdefault("_prefetched_objects_cache", {}).update(found[one.pk])
    return found
