"""The page where an editor takes a meeting off the desk, or brings it back: the reason is shown to everybody."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core.actions import allow
from communaux.core.models import Person
from communaux.gatherings import services
from communaux.gatherings.forms import WithholdForm
from communaux.gatherings.models import Edition
from communaux.gatherings.queries import editions
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import reads_and_writes
from communaux.web.sending import sent


@account_needed
@reads_and_writes
def withhold_edition(request: HttpRequest, gathering: str) -> HttpResponse:
    by, found = signed_in(request), editions.known(gathering)
    allow("gatherings.withhold_edition", by, found)
    form = WithholdForm(request.POST or None, back=bool(found.withheld_reason))
    if made := sent(form, lambda: _done(by, found, form)):
        said = _("“%(name)s” is taken off the desk.") if made.withheld_reason else _("“%(name)s” is back on the desk.")
        messages.success(request, said % {"name": made.name})
        return redirect("gathering", made.slug)
    context = {"edition": found, "form": form}
    return render(request, "gatherings/withhold.html", context, status=422 if form.errors else 200)


def _done(by: Person, found: Edition, form: WithholdForm) -> Edition:
    """What the form was drawn for: of two editors at once, the second does not undo the first."""
    act = services.restore_edition if form.cleaned_data["back"] else services.withhold_edition
    return act(by, found, reason=form.cleaned_data["reason"], at=timezone.now())
