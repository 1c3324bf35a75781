"""Pages of meetings: the editions, what was told of them, their road maps and what became of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from communaux.catalogue.models import Theme
from communaux.core.queries import history
from communaux.engines.programme.formats import FORMATS, calendar
from communaux.gatherings import life, pads
from communaux.gatherings.forms import pad_of
from communaux.gatherings.models import Edition, Milestone, Roadmap
from communaux.gatherings.queries import commitments, contributions, editions, programmes, proposals, roadmaps
from communaux.territory import tiles
from communaux.web import feeds, pager, structured
from communaux.web import programmes as programme_pages
from communaux.web.comparing import safe
from communaux.web.unchanged import while_all_unchanged, while_unchanged

GONE = 410
PER_PAGE = 20
MEDIA = "text/csv; charset=utf-8; header=present"


def _day(request: HttpRequest, **_given: object) -> date:
    """What the list is drawn by, beside the journal: a meeting of yesterday is past."""
    return timezone.localdate()


@while_all_unchanged(_day)
@require_safe
def gatherings(request: HttpRequest) -> HttpResponse:
    departement = tiles.square(request.GET.get("departement", ""))
    rows, day = list(editions.listed(departement)), timezone.localdate()
    real = [one for one in rows if not one.fictive]
    context = {
        "departement": departement,
        "coming": [one for one in reversed(real) if one.last_day >= day],
        "past": [one for one in real if one.last_day < day],
        "made_up": [one for one in rows if one.fictive],
        "matters": [] if departement else editions.of_the_series(),
    }
    return render(request, "gatherings/editions.html", context)


@while_unchanged
@require_safe
def gathering(request: HttpRequest, gathering: str) -> HttpResponse:
    found = editions.known(gathering)
    if found.withheld_reason:
        told = {"edition": found, "entries": history("edition", str(found.pk))}
        return render(request, "gatherings/withheld.html", told, status=GONE)
    context = {
        "edition": found,
        "organisers": found.organisers.select_related("organisation").order_by("pk"),
        "matters": editions.matters(found),
        "programme": next(iter(programmes.versions(found)), None),
        "workshops": found.axes.exists(),
        "call": proposals.days(found, timezone.now()),
        "roadmaps": roadmaps.listed({"edition": found.slug}).order_by("axis", "number", "slug"),
        "commitments": standing(found),
        "reports": programmes.reported(found),
        "graph": structured.edition(found),
    }
    return render(request, "gatherings/edition.html", context)


def standing(found: Edition) -> list[commitments.Standing]:
    """Its commitments as they stand today."""
    return [commitments.standing(one, timezone.localdate()) for one in commitments.listed(found)]


@require_safe
def balance(request: HttpRequest, gathering: str) -> HttpResponse:
    """What became of road maps and commitments of an edition; it depends on the day, so it is drawn each time."""
    found, day = editions.get(gathering), timezone.localdate()
    rows = list(roadmaps.listed({"edition": found.slug}).order_by("axis", "number", "slug"))
    context = {"edition": found, "told": editions.balance(found, day), "rows": rows, "day": day}
    context |= {"promised": editions.promised(found, day), "commitments": standing(found)}
    return render(request, "gatherings/balance.html", context)


@require_safe
def balance_csv(request: HttpRequest, gathering: str) -> HttpResponse:
    found = editions.get(gathering)
    rows = roadmaps.listed({"edition": found.slug}).order_by("axis", "number", "slug")
    answer = feeds.sent(request, sheet(lines(rows)), MEDIA)
    answer["Content-Disposition"] = f'attachment; filename="bilan-{found.slug}.csv"'
    return answer


def lines(rows: Iterable[Roadmap]) -> Iterator[list[str]]:
    """Column names as other files of the desk have them; a day that nobody told is empty."""
    yield [
        "slug",
        "title",
        "axis",
        "number",
        "theme",
        "state",
        "carrier",
        "published_on",
        "adopted_on",
        "last_heard_on",
    ]
    for one in rows:
        days = (one.published_at, one.adopted_at, one.last_heard)
        told = [one.slug, one.title, one.axis, str(one.number or ""), one.theme_id or "", one.state, one.carrier_name]
        yield [*told, *(timezone.localdate(at).isoformat() if at else "" for at in days)]


def sheet(rows: Iterable[list[str]]) -> bytes:
    """UTF-8 with its mark, `;` between columns, as spreadsheets of French administrations open it."""
    held = io.StringIO()
    csv.writer(held, delimiter=";").writerows([safe(cell) for cell in row] for row in rows)
    return f"\ufeff{held.getvalue()}".encode()


@require_safe
def roadmaps_list(request: HttpRequest) -> HttpResponse:
    filters = roadmaps.known(request.GET.dict())
    themes, states = roadmaps.facets(filters)
    paginator, asked = Paginator(roadmaps.listed(filters), PER_PAGE), pager.asked(request)
    page = paginator.get_page(asked)
    context = {
        "page_of": page,
        "beyond": asked > paginator.num_pages,
        "total": paginator.count,
        "filters": filters,
        "theme": Theme.objects.filter(key=filters.get("theme", "")).first() if "theme" in filters else None,
        "edition": editions.name_of(filters.get("edition", "")),
        "themes": themes,
        "states": states,
        **pager.context(page.number, paginator.num_pages),
    }
    return render(request, "gatherings/roadmaps.html", context)


@require_safe
def roadmap(request: HttpRequest, roadmap: str) -> HttpResponse:
    found, day = roadmaps.get(roadmap), timezone.localdate()
    phases = roadmaps.phases(found)
    context = {
        "roadmap": found,
        "phases": phases,
        "links": roadmaps.links(found),
        "dated": any(aim.due_on for phase in phases for aim in phase.milestones.all()),
        "news": found.follow_ups.select_related("organisation").order_by("at", "pk"),
        "parents": roadmaps.parents(found),
        "children": roadmaps.children(found),
        "graph": structured.roadmap(found),
        "given": contributions.to_roadmap(found),
        **silence(found, day),
    }
    return render(request, "gatherings/roadmap.html", context)


@require_safe
def roadmap_markdown(request: HttpRequest, roadmap: str) -> HttpResponse:
    """Its words as a pad: read by a board, they give the same road map."""
    found = roadmaps.get(roadmap)
    answer = feeds.sent(request, pads.write(pad_of(found), found.lang).encode(), "text/markdown; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.slug}.md"'
    return answer


@require_safe
def roadmap_calendar(request: HttpRequest, roadmap: str) -> HttpResponse:
    """Its milestones as tasks, to which a calendar subscribes."""
    found = roadmaps.get(roadmap)
    rows = list(roadmaps.milestones(found))
    told = [_task(one, f"{settings.DESK_URL}{found.get_absolute_url()}") for one in rows]
    changed = max(filter(None, (found.created_at, found.published_at, *(one.done_at for one in rows))))
    named = {"name": found.title, "instance": programme_pages.host(), "lang": found.lang}
    return feeds.sent(request, calendar.write_milestones(told, at=changed, **named), FORMATS["ics"].media_type)


def _task(one: Milestone, url: str) -> calendar.Milestone:
    guid = uuid5(NAMESPACE_URL, f"{url}#{one.pk}")
    return calendar.Milestone(guid, one.text, one.due_on, "done" if one.done_at else "todo", one.evidence_url or url)


def silence(found: Roadmap, day: date) -> dict[str, Any]:
    """Whether nobody said anything for a year, and since when, if that is known."""
    heard = found.last_heard
    since, last = roadmaps.since(found), timezone.localdate(heard) if heard else None
    return {"silent": found.state not in life.OVER and life.is_silent(since, last, day), "last": last, "since": since}
