"""Say where a body has its seat."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communaux.catalogue.forms.seats import SeatForm
from communaux.catalogue.services import seat_body
from communaux.core.actions import allow
from communaux.core.models import Organisation
from communaux.web.accounts import account_needed, signed_in
from communaux.web.kept import form_page, written


@require_http_methods(["GET", "HEAD", "POST"])
@account_needed
def seat(request: HttpRequest, organisation: UUID) -> HttpResponse:
    by, found = signed_in(request), get_object_or_404(Organisation, pk=organisation)
    allow("catalogue.seat_body", by, found)
    form = SeatForm(request.POST or None, initial={"place": found.territory_code})
    made = written(form, lambda: seat_body(by, found, territory=form.cleaned_data["place"], at=timezone.now()))
    if made is None:
        return form_page(request, "territory/seat.html", {"organisation": found, "form": form})
    messages.success(request, _("Its place is known: it now stands on the page of its territory."))
    return redirect("organisation", found.pk)
