"""The badge of an assessment, for the README and the site of a commons: a drawing, and the same for shields.io."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.assessment.queries import Profile, profile_of
from communaux.catalogue.models import Commons
from communaux.core.errors import BadRequest
from communaux.engines.assess import badge as engine
from communaux.engines.assess.profile import AXES
from communaux.web import feeds
from communaux.web.catalogue.reuses import kept_commons

# Part of an address → axis of the engine, whose own names are taken too
AXIS: Final = {"ressource": "resource", "communaute": "community", "gouvernance": "governance"} | {
    axis: axis for axis in AXES
}
KEPT: Final = "public, max-age=3600"
FORMS: Final = {"svg": "image/svg+xml; charset=utf-8", "json": "application/json"}


@require_safe
def badge(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """`?axe=` one axis alone, `?lang=` fr or en; kept an hour by whoever shows it."""
    found = kept_commons(slug)
    if found.slug != slug:
        return redirect(f"{reverse(f'badge_{form}', args=[found.slug])}?{request.GET.urlencode()}", permanent=True)
    axis, lang = asked(request)
    shown = of(found, axis, lang, timezone.localdate())
    body = engine.svg(shown) if form == "svg" else engine.as_json(shown, lang)
    answer = feeds.sent(request, body.encode(), FORMS[form])
    answer["Cache-Control"] = KEPT
    return answer


def asked(request: HttpRequest) -> tuple[str, str]:
    """Axis (empty: all three) and language; a badge of something else than was asked for would be believed."""
    axis = request.GET.get("axe", "")
    lang = request.GET.get("lang", "") or get_language() or "fr"
    if (axis and axis not in AXIS) or lang not in ("fr", "en"):
        raise BadRequest("bad_badge", _("Ask for axe=ressource, communaute or gouvernance, and for lang=fr or en."))
    return AXIS.get(axis, ""), lang


def of(found: Commons, axis: str, lang: str, today: date) -> engine.Badge:
    told = profile_of(found)
    readings, on = (told.readings, told.run.as_of) if told else ({}, None)
    return engine.badge(found.name, readings, on, today=today, lang=lang, axis=axis)


def beside(found: Commons, told: Profile) -> dict[str, str]:
    """For the page: what the badge says, and whole addresses of the drawing, of its JSON and of the page it leads to."""
    lang = "en" if get_language() == "en" else "fr"
    shown = engine.badge(found.name, told.readings, told.run.as_of, today=timezone.localdate(), lang=lang)
    names = {"badge": "badge_svg", "endpoint": "badge_json", "page": "assessment"}
    paths = {key: reverse(name, args=[found.slug]) for key, name in names.items()}
    whole = {key: f"{settings.DESK_URL}{path}" for key, path in paths.items()}
    return whole | {"path": paths["badge"], "spoken": shown.spoken, "name": plain(shown.title)}


def plain(title: str) -> str:
    """Without the signs that would end a text of Markdown or of HTML before its time."""
    return "".join(letter for letter in title if letter not in '[]()<>"&`\\')
