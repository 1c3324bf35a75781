"""What bodies learned from their use of a commons: all of a commons, and writing one's own."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communaux.catalogue import services
from communaux.catalogue.forms.experiences import Lesson, stored
from communaux.catalogue.models import Commons, Experience
from communaux.catalogue.queries import reuses as queries
from communaux.core.actions import allow
from communaux.core.errors import NotFound, Refusal
from communaux.web import pager
from communaux.web.accounts import account_needed, signed_in
from communaux.web.catalogue.reuses import asked_or_sent, told
from communaux.web.catalogue.sheet import of_commons
from communaux.web.kept import form_page, refused

PER_PAGE = 5  # each may be long


@of_commons
def experiences(request: HttpRequest, found: Commons) -> HttpResponse:
    paginator = Paginator(queries.experiences_of(found.pk), PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    context = {"commons": found, "page_of": page, "total": paginator.count}
    return render(request, "catalogue/experiences.html", context | pager.context(page.number, paginator.num_pages))


@asked_or_sent
@account_needed
def experience(request: HttpRequest, use: int) -> HttpResponse:
    """Write it, or correct what is there."""
    reuse, by = queries.reuse(use), signed_in(request)
    allow("catalogue.write_experience", by, reuse)
    there = queries.told_of(reuse)
    form = Lesson(request.POST or None, initial=stored(there) if there else {"lang": get_language()})
    if form.is_valid():
        try:
            _write(request, form, use)
            return told(request, reuse, _("Thank you: what you learned is published."))
        except Refusal as error:
            refused(form, error)
            there = queries.told_of(queries.reuse(use))
    context = {"reuse": reuse, "form": form, "there": there, "version": there.version if there else 0}
    return form_page(request, "catalogue/experience_form.html", context)


def _write(request: HttpRequest, form: Lesson, use: int) -> Experience:
    """The first version, or the one after that which the form showed. A second click wrote the same: once is enough."""
    reuse, by, at = queries.reuse(use), signed_in(request), timezone.now()
    there, said = queries.told_of(reuse), form.told()
    seen = request.POST.get("version", "")
    if there and form.unchanged(there):
        return there
    if there and seen != "0":
        number = int(seen[:9]) if seen.isascii() and seen.isdigit() else 0
        return services.edit_experience(by, there, told=said, seen=number, at=at)
    return services.write_experience(by, reuse, told=said, at=at)


@require_POST
@account_needed
def withdraw(request: HttpRequest, use: int) -> HttpResponse:
    reuse = queries.reuse(use)
    there = queries.told_of(reuse)
    if there is None:
        raise NotFound("unknown_experience", _("Nothing is told of this use."))
    services.withdraw_experience(signed_in(request), there, at=timezone.now())
    return told(request, reuse, _("The text is withdrawn: no page shows it any more."))
