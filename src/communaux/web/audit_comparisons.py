"""Two audits of one service: what was gained and lost. Two services of one kind: their criteria side by side, without a rank."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.assessment import audits_compared as compared
from communaux.assessment import queries_footprint as queries
from communaux.assessment.models import DigitalService, ServiceAudit
from communaux.core.errors import BadRequest, NotFound
from communaux.engines.footprint import telling as words
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn import telling
from communaux.engines.footprint.rgesn.compare import diff, side_by_side
from communaux.engines.footprint.rgesn.rules import held
from communaux.web.audits import lang, readable
from communaux.web.digital_services import of_service
from communaux.web.unchanged import while_unchanged


@of_service
def over_time(request: HttpRequest, found: DigitalService, pk: UUID, other: UUID) -> HttpResponse:
    """From the earlier of two audits of one service to the later, whichever is named first."""
    rows = sorted((queries.audit_at(found, one) for one in (pk, other)), key=lambda one: (one.started_at, one.pk))
    for row in rows:
        readable(request, row)
    day = timezone.localdate()
    changes = diff(held(rows[0].audit), held(rows[1].audit), day)
    headline, *_rest = telling.differences(changes, lang())
    kinds = [
        (words.word("rgesn_change", kind, lang()), [telling.changed(one, lang()) for one in changes.of(kind)])
        for kind in telling.KINDS
    ]
    context = {
        "commons": found.commons,
        "service": found,
        "past": compared.over_time(rows, day),
        "headline": headline,
        "only_na": telling.said("only_na", lang()) if changes.only_na else "",
        "kinds": [one for one in kinds if one[1]],
    }
    return render(request, "assessment/audits_over_time.html", context)


@require_safe
@while_unchanged
def side_by_side_page(request: HttpRequest) -> HttpResponse:
    """`a` and `b`: numbers of published audits; one alone, or none: those that can be chosen."""
    first = _published(request.GET.get("a", ""))
    second = _published(request.GET.get("b", ""))
    if first is None or second is None:
        return _choose(request, first or second)
    if first.service_id == second.service_id:
        return redirect("compare_audits", first.commons_slug, first.service_slug, first.pk, second.pk)
    try:
        lines = list(side_by_side(held(first.audit), held(second.audit)))
    except FootprintError as error:
        raise BadRequest(error.code, words.refused(error, lang())) from error
    themes = [(theme.names[lang()], list(rows)) for theme, rows in groupby(lines, key=lambda one: one[0].theme)]
    context = {"first": first, "second": second, "pair": (first, second), "themes": themes}
    return render(request, "assessment/audits_side_by_side.html", context)


def _choose(request: HttpRequest, first: ServiceAudit | None) -> HttpResponse:
    rows = compared.declarations()
    if first:
        rows = rows.filter(service__kind=first.service.kind).exclude(service=first.service_id)
    context = {"first": first, "rows": list(rows[: queries.SHOWN]), "total": rows.count()}
    return render(request, "assessment/audits_to_compare.html", context)


def _published(number: str) -> ServiceAudit | None:
    """None where nothing was given; raise NotFound for what is no published audit."""
    if not number:
        return None
    try:
        found = compared.published(str(UUID(number)))
    except ValueError:
        found = None
    if found is None:
        raise NotFound("unknown_audit", _("No audit has this number."))
    return found
