"""The programme of a meeting for those who come: the list, a session, what changed, own stars and places, files for calendars."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communaux.core.errors import NotFound, Refusal
from communaux.core.models import Person
from communaux.engines.programme import telling
from communaux.engines.programme.diff import diff
from communaux.engines.programme.formats import FORMATS, calendar
from communaux.engines.programme.names import Names, named, of
from communaux.engines.programme.times import clock, day_of
from communaux.gatherings import services
from communaux.gatherings.forms import NoticeForm
from communaux.gatherings.models import Registration
from communaux.gatherings.queries import editions, names, programmes
from communaux.web import feeds, holders, structured
from communaux.web.typography import dated
from communaux.web.unchanged import while_all_unchanged, while_unchanged

WHOLE = 110  # sessions on one page; beyond, a day a page
PRIVATE = "private, no-store"  # what depends on the word of a browser
VERSIONS = 10  # told on the page of changes


@while_unchanged
@require_safe
def programme(request: HttpRequest, gathering: str, number: str = "") -> HttpResponse:
    found = editions.get(gathering)
    if not number and "text/plain" in request.headers.get("Accept", "").split(",")[0]:
        return file(request, gathering, "txt")
    told = programmes.published(found, number)
    asked = {name: request.GET.get(name, "")[:200] for name in programmes.FILTERS if request.GET.get(name)}
    filters = programmes.choices(told.programme)
    if not asked and len(told.programme.slots) > WHOLE:
        asked = {"jour": filters["jour"][0]}
    days = programmes.listed(told.programme, asked)
    total = sum(len(lines) for _day, hours in days for _hour, lines in hours)
    context = {
        "edition": found,
        "told": told,
        "days": days,
        "asked": asked,
        "filters": filters,
        "total": total,
        "number": number,
    }
    return render(request, "gatherings/programme.html", context | {"formats": list(FORMATS)})


@require_safe
def file(request: HttpRequest, gathering: str, form: str) -> HttpResponse:
    """As it was written when it was published; the names of now, if there are any, are laid over it."""
    found = editions.get(gathering)
    laid = names.of_edition(found)
    body, packed = _held(*programmes.file_of(found, form), form, tuple(laid.items()))
    return checked(feeds.sent(request, body, FORMATS[form].media_type, packed), laid)


@lru_cache(maxsize=12)
def _held(file: int, sha256: str, form: str, laid: tuple[tuple[tuple[UUID, str], str], ...]) -> tuple[bytes, bytes]:
    """A file never changes: it is read and compressed once a process. With names it is written again, as long as they stay."""
    whole = named(programmes.written_of(file), dict(laid)) if laid else None
    body = FORMATS[form].write(whole, instance=host(), lang="fr") if whole else programmes.content(file)
    return body, gzip.compress(body, mtime=0)


def checked(answer: HttpResponse, laid: Names) -> HttpResponse:
    """What has names is asked for anew each time: once one is taken back, no cache gives it any more."""
    if laid:
        answer["Cache-Control"] = "no-cache"
    return answer


@while_unchanged
@require_safe
def changes(request: HttpRequest, gathering: str) -> HttpResponse:
    """The last versions, and what differs from the one before."""
    found = editions.get(gathering)
    told, lang, steps = programmes.last(found, VERSIONS), _lang(), []
    for new, old in pairwise(told):
        those = diff(old.programme, new.programme).changes
        steps.append((new, [telling.change(old.programme, new.programme, one, lang) for one in those]))
    return render(request, "gatherings/changes.html", {"edition": found, "steps": steps, "first": told[-1]})


def _lang() -> str:
    return "fr" if get_language() == "fr" else "en"


def _shown(request: HttpRequest, gathering: str, code: str) -> tuple[int, ...] | None:
    """What the page of a session is drawn by; None: for a browser that stars and registers."""
    return None if holders.COOKIE in request.COOKIES else programmes.attendance(gathering, code)


@while_all_unchanged(_shown)
@require_safe
def session(request: HttpRequest, gathering: str, code: str) -> HttpResponse:
    return _session(request, gathering, code, NoticeForm())


def _session(request: HttpRequest, gathering: str, code: str, notice: NoticeForm) -> HttpResponse:
    """`notice`: where to be told, on a desk that can send mail; refused, with what was typed."""
    found = editions.get(gathering)
    whole = programmes.published(found).programme
    told = next((one for one in whole.sessions if one.code == code), None)
    if told is None or told.guid not in whole.placed:
        raise NotFound("no_session", _("The programme of this meeting has no such session."))
    row, holder = programmes.session(found, code), holders.hashed(holders.word(request))
    laid, sources = names.of_session(row)
    told = of(told, laid)
    slot, zone = whole.placed[told.guid], whole.edition.zone
    context = {
        "edition": found,
        "session": told,
        "row": row,
        "day": day_of(slot.start, zone),
        "start": clock(slot.start, zone),
        "end": clock(slot.end, zone),
        "room": whole.by_name.get(slot.room or ""),
        "roles": [(telling.role(one, _lang()), sources.get(one.key, "")) for one in told.roles],
        "needs": [telling.word("needs", one, _lang()) for one in sorted(told.needs)],
        "starred": bool(holder) and row.stars.filter(holder=holder).exists(),
        "stars": n if (n := row.stars.count()) >= programmes.FEWEST else None,
        "turn": programmes.turn(row, holder) if row.registration == "open" else None,
        "until": programmes.kept_until(found),
        "notice": notice if settings.MAILERS else None,
        "report": row.reports.exists(),
        "graph": structured.session(found, told, slot, zone),
    }
    answer = render(request, "gatherings/session.html", context, status=422 if notice.errors else 200)
    answer["Cache-Control"] = PRIVATE
    return answer


@holders.from_here
@require_POST
def star(request: HttpRequest, gathering: str, code: str) -> HttpResponse:
    """Add it to one's own programme, or take it out."""
    wanted = request.POST.get("wanted") == "1"
    row, word = in_programme(gathering, code, wanted), holders.given(request)
    services.star(Person.objects.desk(), row, holder=holders.hashed(word), wanted=wanted, at=timezone.now())
    said = _("“%(title)s” is in your programme.") if wanted else _("“%(title)s” is no longer in your programme.")
    messages.success(request, said % {"title": row.title})
    return holders.keep(redirect(row), word)


@holders.from_here
@require_POST
def register(request: HttpRequest, gathering: str, code: str) -> HttpResponse:
    """Take a place, or give it back."""
    row, word = in_programme(gathering, code, request.POST.get("wanted") == "1"), holders.given(request)
    holder, desk, now = holders.hashed(word), Person.objects.desk(), timezone.now()
    if request.POST.get("wanted") != "1":
        services.unregister(desk, row, holder=holder, at=now)
        messages.success(request, _("Your place is free for somebody else."))
        return holders.keep(redirect(row), word)
    notice = NoticeForm(request.POST if settings.MAILERS else {})
    if not notice.is_valid():
        return _session(request, gathering, row.code, notice)
    try:
        made = services.register(desk, row, holder=holder, mail=notice.cleaned_data["mail"], lang=_lang(), at=now)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, " ".join(_registered(made)))
    return holders.keep(redirect(row), word)


def _registered(made: Registration) -> Iterator[str]:
    """What came of it, and whether an address stands beside it; the address itself is printed nowhere."""
    yield _("You are in the waiting list.") if made.state == "waiting" else _("You have a place.")
    if made.mail:
        day = dated(programmes.kept_until(made.session.edition))
        yield _("A mail address is kept for one mail, until %(day)s at the latest.") % {"day": day}
    elif settings.MAILERS:
        yield _("No mail address is kept: look here for what changes.")


def in_programme(gathering: str, code: str, wanted: bool = True) -> programmes.Session:
    """A session that is in the programme; what left it can still be given back (not `wanted`)."""
    found = editions.get(gathering)
    row = programmes.session(found, code)
    if wanted and row.pk not in programmes.published(found).programme.placed:
        raise NotFound("no_session", _("The programme of this meeting has no such session."))
    return row


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The programme of this browser, at an address that can be shared."""
    word = holders.word(request)
    answer = (
        redirect("own_programme", word) if word else render(request, "gatherings/own.html", {"chosen": [], "word": ""})
    )
    answer["Cache-Control"] = PRIVATE
    return answer


@require_safe
def own_programme(request: HttpRequest, word: str) -> HttpResponse:
    """Whoever has the address reads it; only the browser that made it can change it."""
    context = {"chosen": programmes.starred(holders.hashed(word)), "word": word, "mine": holders.word(request) == word}
    answer = render(request, "gatherings/own.html", context)
    answer["Cache-Control"] = PRIVATE
    return answer


@require_safe
def own_calendar(request: HttpRequest, word: str) -> HttpResponse:
    chosen = programmes.starred(holders.hashed(word))
    whole = [one.programme for one in chosen]
    only = {line.session.guid for one in chosen for line in one.lines}
    body = calendar.write_all(whole, instance=host(), lang=_lang(), name=_("My programme"), only=only)
    answer = feeds.sent(request, body, FORMATS["ics"].media_type)
    answer["Cache-Control"] = PRIVATE
    return answer


@require_safe
def session_calendar(request: HttpRequest, gathering: str, code: str) -> HttpResponse:
    found = editions.get(gathering)
    whole, row = programmes.published(found).programme, programmes.session(found, code)
    laid, _sources = names.of_session(row)
    body = calendar.write(named(whole, laid), instance=host(), lang=_lang(), name=row.title, only={row.pk})
    return checked(feeds.sent(request, body, FORMATS["ics"].media_type), laid)


def host() -> str:
    return urlsplit(settings.DESK_URL).hostname or "localhost"
