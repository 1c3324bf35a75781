"""Places where a human helps, as things on a map."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from django.conf import settings

from communaux.territory.features import Asked, Feature, position
from communaux.territory.models import Place
from communaux.territory.models.places import PlaceQuerySet


def places(asked: Asked) -> Iterator[Feature]:
    """One feature for each place that receives people; a place has no theme, so none is of one."""
    for one in _shown(asked).select_related("territory").order_by("pk").iterator(chunk_size=500):
        yield Feature(
            number=f"lieux-{one.pk}",
            name=one.name,
            description=one.address,
            url=one.url or f"{settings.DESK_URL}{one.territory.get_absolute_url()}",
            theme="",
            territory=one.territory,
            state=",".join(one.services),
            updated_at=datetime.combine(one.updated_on, time(), UTC) if one.updated_on else None,
            licence="",
            position=position(one.lat, one.lon),
        )


def unplaced(asked: Asked) -> int:
    """How many of them have no position."""
    return _shown(asked).filter(lat=None).count()


def _shown(asked: Asked) -> PlaceQuerySet:
    rows = Place.objects.shown().helping()
    rows = rows.inside(asked.territory) if asked.territory else rows
    return rows.none() if asked.theme else rows
