"""Needs without an answer, as things on a map; one that says no place stands on none."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db.models import QuerySet

from communaux.catalogue.models import Need
from communaux.catalogue.queries.need_places import LIVE
from communaux.core.markdown import as_text
from communaux.territory.features import Asked, Feature, position


def needs(asked: Asked) -> Iterator[Feature]:
    """One feature for each need, in the order they were expressed."""
    for need in _live(asked).select_related("territory").order_by("pk").iterator(chunk_size=500):
        place = need.territory
        assert place is not None  # `_live` keeps those that say one
        yield Feature(
            number=f"besoins-{need.pk}",
            name=need.title,
            description=as_text(need.text_md),
            url=f"{settings.DESK_URL}{need.get_absolute_url()}",
            theme=need.theme_id,
            territory=place,
            state=need.state,
            updated_at=need.opened_at,
            licence=need.licence,
            position=position(place.lat, place.lon),
        )


def unplaced(asked: Asked) -> int:
    """How many of them stand in a place whose position nobody knows."""
    return _live(asked).filter(territory__lat=None).count()


def _live(asked: Asked) -> QuerySet[Need]:
    rows = Need.objects.filter(state__in=LIVE).exclude(territory=None)
    rows = rows.filter(territory__above__ancestor=asked.territory) if asked.territory else rows
    return rows.filter(theme=asked.theme) if asked.theme else rows
