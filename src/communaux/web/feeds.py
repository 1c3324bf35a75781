"""Feeds of the map, for uMap and for spreadsheets: one row of `FEEDS` makes a GeoJSON and a CSV.

They are compressed here, the same way each time: the tag of an answer then names its very bytes.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.catalogue.formats import feature_writer
from communaux.catalogue.models import Theme
from communaux.catalogue.queries import features, need_features
from communaux.core.errors import BadRequest, NotFound
from communaux.territory.features import Asked, Feature
from communaux.territory.models import Territory
from communaux.territory.queries import around, place_features


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed tells, and how many of its lines have no position."""

    features: Callable[[Asked], Iterable[Feature]]
    unplaced: Callable[[Asked], int]


FEEDS: Final = {
    "besoins": Feed(need_features.needs, need_features.unplaced),
    "communs": Feed(features.commons, features.commons_unplaced),
    "lieux": Feed(place_features.places, place_features.unplaced),
}
FORMS: Final = {
    "geojson": ("application/geo+json", feature_writer.geojson),
    "csv": ("text/csv; charset=utf-8; header=present", feature_writer.table),
}


@require_safe
def feed(request: HttpRequest, name: str, form: str) -> HttpResponse:
    media, write = FORMS[form]
    return sent(request, write(FEEDS[name].features(asked(request))).encode(), media)


def asked(request: HttpRequest) -> Asked:
    """`?territoire=<kind>:<code>&theme=`; what is unknown is refused, or the answer would be of something else."""
    theme = request.GET.get("theme", "")
    if theme and not Theme.objects.filter(key=theme[:40]).exists():
        raise NotFound("unknown_theme", _("No theme has this key."))
    return Asked(timezone.localdate(), _territory(request.GET.get("territoire", "")), theme)


def _territory(typed: str) -> Territory | None:
    if not typed:
        return None
    kind, colon, code = typed[:40].partition(":")
    if not colon:
        raise BadRequest("bad_territory", _("A territory is asked for as kind:code, for example commune:33063."))
    return around.get(kind, code)


def sent(request: HttpRequest, body: bytes, media: str, packed: bytes = b"") -> HttpResponse:
    """Open to every page of the web; compressed for who takes it (`packed`, if at hand), each form under a tag of its own."""
    tag = hashlib.sha256(body).hexdigest()[:32]
    headers = {"Access-Control-Allow-Origin": "*", "ETag": f'"{tag}"'}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        body = packed or gzip.compress(body, mtime=0)
        headers |= {"Content-Encoding": "gzip", "ETag": f'"{tag}-gzip"'}
    answer = HttpResponse(body, content_type=media, headers=headers)
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer


def unplaced(name: str, theme: str = "") -> int:
    """How many lines of a feed have no position, and stand in no map."""
    return FEEDS[name].unplaced(Asked(timezone.localdate(), None, theme))


def address(name: str, form: str, theme: str = "") -> str:
    """Of a feed, whole: other sites read it."""
    query = f"?{urlencode({'theme': theme})}" if theme else ""
    return f"{settings.DESK_URL}{reverse(f'feed_{name}_{form}')}{query}"


def in_umap(name: str, theme: str = "") -> str:
    """The address that opens a feed on the map of the uMap of this desk, in the language of the page."""
    data = quote(address(name, "geojson", theme), safe="")
    return f"{settings.UMAP}/{get_language()}/map/?dataUrl={data}&dataFormat=geojson"


urlpatterns = [
    path(f"carte/{name}.{form}", feed, {"name": name, "form": form}, name=f"feed_{name}_{form}")
    for name in FEEDS
    for form in FORMS
]
