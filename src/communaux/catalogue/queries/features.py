"""Commons where they run, as things on a map."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import QuerySet

from communaux.catalogue.formats.exported import Exported
from communaux.catalogue.models import Commons
from communaux.catalogue.queries import exports
from communaux.core.ids import is_uuid
from communaux.territory.features import Asked, Feature, position
from communaux.territory.models import Presence
from communaux.territory.models.presences import PresenceQuerySet

AT_A_TIME = 500


def commons(asked: Asked) -> list[Feature]:
    """One feature for each presence of a published commons, in the order they were told."""
    told = list(_present(asked).select_related("territory").order_by("pk"))
    rows = (row for part in _published({one.obj_id for one in told}, asked.theme) for row in exports.lined(part))
    known = {str(row.pk): (row, exports.brief(row)) for row in rows}
    return [_feature(one, *known[one.obj_id]) for one in told if one.obj_id in known]


def commons_unplaced(asked: Asked) -> int:
    """How many of them have no position, without reading what is said of each."""
    told = list(_present(asked).filter(territory__lat=None).values_list("obj_id", flat=True))
    known = {str(pk) for part in _published(set(told), asked.theme) for pk in part.values_list("pk", flat=True)}
    return sum(one in known for one in told)


def _present(asked: Asked) -> PresenceQuerySet:
    rows = Presence.objects.live(asked.day).filter(obj_kind=Presence.Kind.COMMONS)
    return rows.filter(territory__above__ancestor=asked.territory) if asked.territory else rows


def _published(ids: Collection[str], theme: str) -> Iterator[QuerySet[Commons]]:
    """Those of these numbers that are published and of the theme, by slices."""
    wanted = sorted(filter(is_uuid, ids))
    for start in range(0, len(wanted), AT_A_TIME):
        yield exports.chosen(theme).filter(pk__in=wanted[start : start + AT_A_TIME])


def _feature(presence: Presence, kept: Commons, line: Exported) -> Feature:
    _lang, words = line.lead() or ("", None)
    quoted = words if words and words.by.licence else None  # without a licence it does not travel (decision 0010)
    place = presence.territory
    return Feature(
        number=f"communs-{presence.pk}",
        name=line.name,
        description=quoted.text if quoted else "",
        url=line.address,
        theme=",".join(topic.key for topic in line.themes),
        territory=place,
        state=presence.role,
        updated_at=kept.updated_at,
        licence=quoted.by.licence if quoted else "",
        position=position(place.lat, place.lon),
    )
