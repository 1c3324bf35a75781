"""Meetings side by side: the themes that they share, and where they take place."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communaux.core.actions import allow
from communaux.gatherings import services
from communaux.gatherings.forms import ThemesForm
from communaux.gatherings.queries import editions, themes
from communaux.territory import tiles
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import reads_and_writes
from communaux.web.unchanged import while_unchanged


@while_unchanged
@require_safe
def shared_themes(request: HttpRequest) -> HttpResponse:
    return render(request, "gatherings/shared_themes.html", {"domains": themes.across()})


@while_unchanged
@require_safe
def meeting_map(request: HttpRequest) -> HttpResponse:
    """A square for each département, as on the map of the territories."""
    numbers, placed = editions.by_departement(), tiles.squares()
    shown, steps = tiles.laid(placed, [numbers.get(one.pk, 0) for one in placed])
    context = {"tiles": shown, "steps": steps, "total": sum(numbers.values())}
    return render(request, "gatherings/map.html", context)


@account_needed
@reads_and_writes
def relate_themes(request: HttpRequest, gathering: str) -> HttpResponse:
    by, found = signed_in(request), editions.get(gathering)
    allow("gatherings.relate_themes", by, found)
    form = ThemesForm(request.POST or None, themes=themes.of_draft(found))
    if form.is_valid():
        services.relate_themes(by, found, told=form.told(), at=timezone.now())
        messages.success(request, _("The themes are kept."))
        return redirect("organise", found.slug)
    context = {"edition": found, "form": form}
    return render(request, "gatherings/relate_themes.html", context, status=422 if form.errors else 200)
