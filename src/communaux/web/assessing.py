"""Paste the address of a repository: it leads to the profile of its commons, or to what can be done without one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from communaux.assessment.forms import PastedForm
from communaux.assessment.pasted import Pasted
from communaux.web.kept import form_page
from communaux.web.unchanged import while_unchanged


@require_safe
@while_unchanged
def assess(request: HttpRequest) -> HttpResponse:
    """Only what the desk knows is looked at: nothing is asked of the address."""
    form = PastedForm(request.GET if "adresse" in request.GET else None)
    found: Pasted | None = form.cleaned_data["adresse"] if form.is_valid() else None
    if found and found.assessed:
        return redirect("assessment", found.assessed.slug)
    return form_page(request, "assessment/assess.html", {"form": form, "found": found})
