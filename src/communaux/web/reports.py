"""What a session taught: read by everybody, written by who organises."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.core.actions import allow
from communaux.core.errors import NotFound
from communaux.core.models import Person
from communaux.engines.programme.times import day_of
from communaux.gatherings import report_text, services
from communaux.gatherings.forms import ReportForm, told_of
from communaux.gatherings.models import Report, Session
from communaux.gatherings.queries import contributions, editions, programmes
from communaux.web import feeds
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import reads_and_writes
from communaux.web.programmes import in_programme
from communaux.web.sending import refused, sent


@require_safe
def report(request: HttpRequest, gathering: str, code: str) -> HttpResponse:
    """The last writing, or an earlier one by its number."""
    row = in_programme(gathering, code)
    writings = list(row.reports.order_by("-number"))
    asked = request.GET.get("version", "")
    shown = next((one for one in writings if not asked or str(one.number) == asked), None)
    if shown is None:
        raise NotFound("no_report", _("Nobody has written a report of this session, or not this version of it."))
    context = {"edition": row.edition, "session": row, "report": shown, "writings": writings}
    context["credit"] = contributions.credit_of(row)
    whole = programmes.published(row.edition).programme
    context["day"] = day_of(whole.placed[row.pk].start, whole.edition.zone)
    return render(request, "gatherings/report.html", context)


@require_safe
def report_markdown(request: HttpRequest, gathering: str, code: str) -> HttpResponse:
    """The last writing, for a pad or an archive."""
    found = programmes.report(editions.get(gathering), code)
    text = report_text.markdown(found, f"{settings.DESK_URL}{found.get_absolute_url()}")
    answer = feeds.sent(request, text.encode(), "text/markdown; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{gathering}-{found.code.lower()}.md"'
    return answer


@account_needed
@reads_and_writes
def write_report(request: HttpRequest, gathering: str, code: str) -> HttpResponse:
    by, row = signed_in(request), in_programme(gathering, code)
    allow("gatherings.write_report", by, row)
    last = row.reports.order_by("-number").first()
    form = ReportForm(request.POST or None, initial=told_of(last) if last else {"base": 0})
    if made := sent(form, lambda: _write(by, row, form)):
        messages.success(request, _("The report is there, for everybody to read."))
        return redirect(made)
    theirs = None
    if refused(form, "changed_meanwhile") and (theirs := row.reports.order_by("-number").first()):
        form.data = request.POST.copy() | {"base": str(theirs.number)}
    to_come = row.starts_at is not None and row.starts_at > timezone.now()
    context = {"edition": row.edition, "session": row, "form": form, "theirs": theirs, "to_come": to_come}
    return render(request, "gatherings/report_form.html", context, status=422 if form.errors else 200)


def _write(by: Person, row: Session, form: ReportForm) -> Report:
    told = {"base": form.cleaned_data["base"], "lang": "fr" if get_language() == "fr" else "en"}
    return services.write_report(by, row, account=form.account(), **told, at=timezone.now())
