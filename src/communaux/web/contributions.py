"""Pages of what is given: totals of bodies for everybody, one's own lines for oneself, what waits for a colleague."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communaux.catalogue.queries.needs import own_bodies
from communaux.core.errors import NotFound
from communaux.core.models import Person
from communaux.gatherings import services
from communaux.gatherings.forms import ContributionForm, JudgeForm
from communaux.gatherings.forms.contributions import filled
from communaux.gatherings.models import Contribution
from communaux.gatherings.queries import contributions as queries
from communaux.web import feeds, pager
from communaux.web.accounts import account_needed, signed_in
from communaux.web.comparing import safe
from communaux.web.follow_ups import reads_and_writes
from communaux.web.gatherings import MEDIA, sheet
from communaux.web.labels import TABLES
from communaux.web.sending import again, refused, sent

PER_PAGE = 20
CHANGED = "changed_meanwhile"


@require_safe
def contributions(request: HttpRequest) -> HttpResponse:
    """What bodies gave and promised in a year: only what somebody else of the body confirmed."""
    known = queries.years(timezone.localdate())
    year = _year(request, known)
    paginator = Paginator(queries.totals(year) if year else [], PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    context = {
        "year": year,
        "years": known,
        "totals": page.object_list,
        "total": paginator.count,
        "mentorings": list(queries.mentorings()[: queries.SHOWN]),
        **pager.context(page.number, paginator.num_pages),
    }
    return render(request, "gatherings/contributions.html", context)


def _year(request: HttpRequest, known: list[int]) -> int | None:
    """The year that is asked for, else the last of which something is known; None: nothing is known."""
    asked = request.GET.get("annee", "")
    if not asked:
        return known[0] if known else None
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == len("2026") else 0
    if year not in known:
        raise NotFound("unknown_year", _("Nothing is known of this year."))
    return year


@require_safe
def contributions_csv(request: HttpRequest) -> HttpResponse:
    """All years, or the one that is asked for."""
    known = queries.years(timezone.localdate())
    asked = [_year(request, known)] if request.GET.get("annee") else known
    answer = feeds.sent(request, sheet(lines(one for year in asked if year for one in queries.totals(year))), MEDIA)
    answer["Content-Disposition"] = 'attachment; filename="contributions.csv"'
    return answer


def lines(totals: Iterable[queries.Total]) -> Iterator[list[str]]:
    """Column names as other files of the desk have them; what nobody told is empty."""
    yield [
        "what",
        "organisation",
        "year",
        "legal_frame",
        "kind",
        "unit",
        "quantity",
        "lines",
        "without_quantity",
        "rule",
    ]
    for one in totals:
        head = [one.organisation.name, str(one.year)]
        for cell in one.cells:
            told = ["used", *head, cell.legal_frame, cell.kind, cell.unit, _plain(cell.quantity)]
            yield [*told, str(cell.lines), str(cell.untold), ""]
        for pledge in one.pledges:
            unit = f"day_a_year_{pledge.scope}"
            yield ["promised", *head, "", "", unit, _plain(pledge.days_per_year), "", "", pledge.rule_url]


def _plain(quantity: Any) -> str:
    return "" if quantity is None else f"{quantity.normalize():f}"


@account_needed
@reads_and_writes
def declare(request: HttpRequest) -> HttpResponse:
    by = signed_in(request)
    begun = {"key": uuid4(), "target": request.GET.get("cible", "")[:500], "unit": "day", "visibility": "org_total"}
    form = _form(request, by, begun)
    if sent(form, lambda: _declare(by, form)):
        messages.success(request, _("Your contribution is declared. You can correct it or take it back here."))
        return redirect("own_contributions")
    return render(request, "gatherings/contribute.html", {"form": form}, status=422 if form.errors else 200)


def _declare(by: Person, form: ContributionForm) -> Contribution:
    return services.declare_contribution(by, key=form.cleaned_data["key"], given=form.given(), at=timezone.now())


def _form(request: HttpRequest, by: Person, begun: dict[str, Any], also: Any = None) -> ContributionForm:
    """`also`: the body that a line names already, even of who is no longer a member."""
    today = timezone.localdate()
    bodies = own_bodies(by, today)
    if also:
        bodies |= type(also).objects.filter(pk=also.pk)
    return ContributionForm(request.POST or None, bodies=bodies, words=TABLES, today=today, initial=begun)


@account_needed
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """One's own lines, for nobody else."""
    paginator = Paginator(queries.own(signed_in(request)), PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    context = {"lines": page, "total": paginator.count, **pager.context(page.number, paginator.num_pages)}
    return render(request, "gatherings/own_contributions.html", context)


@account_needed
@require_safe
def own_csv(request: HttpRequest) -> HttpResponse:
    """With how much, which no public page tells of a person."""
    by = signed_in(request)
    names = Contribution.TOLD_TO["person_id"]
    rows = ([_cell(getattr(one, name)) for name in (*names, "contribution_state")] for one in queries.own(by))
    held = io.StringIO()
    table = csv.writer(held, delimiter=";")
    table.writerow([*names, "state"])
    table.writerows(rows)
    answer = HttpResponse(f"\ufeff{held.getvalue()}".encode(), content_type=MEDIA)
    answer["Content-Disposition"] = 'attachment; filename="mes-contributions.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _cell(value: Any) -> str:
    told = value.isoformat() if hasattr(value, "isoformat") else "" if value is None else str(value)
    return safe(told)


@account_needed
@reads_and_writes
def correct(request: HttpRequest, contribution: UUID) -> HttpResponse:
    by = signed_in(request)
    found = queries.one_of(by, contribution)
    if found is None:
        raise NotFound("no_contribution", _("You have no such contribution, or you took it back."))
    form = _form(request, by, filled(found) | {"base": queries.fingerprint(found)}, found.organisation)
    if sent(form, lambda: _correct(by, found, form)):
        messages.success(request, _("Your contribution is corrected."))
        return redirect("own_contributions")
    if refused(form, CHANGED):
        form.data = again(request, queries.fingerprint(found))
    context = {"form": form, "line": found}
    return render(request, "gatherings/contribute.html", context, status=422 if form.errors else 200)


def _correct(by: Person, found: Contribution, form: ContributionForm) -> Contribution:
    told = {"base": form.cleaned_data["base"], "given": form.given()}
    return services.correct_contribution(by, found, **told, at=timezone.now())


@require_POST
@account_needed
def withdraw(request: HttpRequest, contribution: UUID) -> HttpResponse:
    """Pressed twice, it is taken back once."""
    by = signed_in(request)
    if found := queries.one_of(by, contribution):
        services.withdraw_contribution(by, found, at=timezone.now())
    messages.success(request, _("Your contribution is taken back: the desk does not hold it any more."))
    return redirect("own_contributions")


@account_needed
@reads_and_writes
def to_confirm(request: HttpRequest) -> HttpResponse:
    """What colleagues declared for a body, the oldest first."""
    by, tried = signed_in(request), None
    if request.method == "POST":
        tried = JudgeForm(request.POST)
        if _judged(request, by, tried):
            return redirect("contributions_to_confirm")
    rows = list(queries.waiting(by, timezone.localdate())[: PER_PAGE + 1])
    context = {"rows": [(one, _judging(one, tried)) for one in rows[:PER_PAGE]], "more": len(rows) > PER_PAGE}
    return render(request, "gatherings/to_confirm.html", context, status=422 if tried else 200)


def _judged(request: HttpRequest, by: Person, tried: Form) -> bool:
    """Whether there is nothing left to say in this form."""
    tried.is_valid()
    told, line = tried.cleaned_data, tried.cleaned_data.get("line")
    found = queries.waiting(by, timezone.localdate()).filter(pk=line).first() if line else None
    if found is None:
        messages.warning(request, _("This contribution was answered or taken back meanwhile."))
        return True
    yes = request.POST.get("do") == "confirm"
    done = sent(tried, lambda: _confirm(by, found, told["base"]) if yes else _refuse(by, found, told))
    if done:
        said = _("It counts for the body.") if yes else _("It does not count; who declared it reads why.")
        messages.success(request, said)
    elif refused(tried, CHANGED):
        tried.data = again(request, queries.fingerprint(found))
    return done is not None


def _confirm(by: Person, found: Contribution, base: str) -> Contribution:
    return services.validate_contribution(by, found, base=base, at=timezone.now())


def _refuse(by: Person, found: Contribution, told: dict[str, Any]) -> Contribution:
    return services.refuse_contribution(by, found, base=told["base"], why=told["why"], at=timezone.now())


def _judging(one: Contribution, tried: JudgeForm | None) -> JudgeForm:
    if tried and tried.cleaned_data.get("line") == one.pk:
        tried.auto_id = f"line_{one.pk}_%s"
        return tried
    begun = {"line": one.pk, "base": queries.fingerprint(one)}
    return JudgeForm(initial=begun, auto_id=f"line_{one.pk}_%s")
