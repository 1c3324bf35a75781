"""Atom feeds: what happens in a meeting, and what becomes of road maps. Written by Django's feed generator (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.gatherings.queries import editions, news
from communaux.gatherings.queries.news import Happening
from communaux.web import feeds
from communaux.web.labels import TABLES
from communaux.web.typography import pair

MEDIA: Final = "application/atom+xml; charset=utf-8"
BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)  # of a feed in which nothing happened: the same bytes each time
KINDS: Final = {
    "programme": gettext_lazy("Programme"),
    "report": gettext_lazy("Report"),
    "roadmap": gettext_lazy("Road map"),
}


@require_safe
def of_edition(request: HttpRequest, gathering: str) -> HttpResponse:
    found = editions.get(gathering)
    title = _("News of %(name)s") % {"name": found.name}
    return _feed(request, title, found.get_absolute_url(), news.of_edition(found))


@require_safe
def of_roadmaps(request: HttpRequest) -> HttpResponse:
    return _feed(request, _("What becomes of road maps"), reverse("roadmaps"), news.of_roadmaps())


def _feed(request: HttpRequest, title: str, path: str, told: Sequence[Happening]) -> HttpResponse:
    address = f"{settings.DESK_URL}{request.path}"
    made = _Feed(title, f"{settings.DESK_URL}{path}", title, language=get_language(), feed_url=address)
    for one in told:
        made.add_item(
            pair(str(KINDS.get(one.kind) or TABLES["follow_up"][one.kind]).capitalize(), one.title),
            f"{settings.DESK_URL}{one.path}",
            one.text,
            unique_id=f"{settings.DESK_URL}/#{one.id}",
            updateddate=one.at,
        )
    return feeds.sent(request, made.writeString("utf-8").encode(), MEDIA)


class _Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """Without an entry nothing is new: a clock would change the bytes at each reading."""
        return super().latest_post_date() if self.items else BEGINNING
