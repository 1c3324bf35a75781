"""Names beside roles: who organises asks or takes away; the person says yes, no or no longer, by a link, without account."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from communaux.core.actions import allow
from communaux.core.errors import BadRequest
from communaux.core.models import Person
from communaux.engines.programme import telling
from communaux.gatherings import services
from communaux.gatherings.forms import OwnNameForm, WishForm
from communaux.gatherings.models import SpeakerName
from communaux.gatherings.queries import editions, names, programmes
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import at_a_secret_address, reads_and_writes
from communaux.web.sending import sent


@account_needed
@reads_and_writes
def session_names(request: HttpRequest, gathering: str, code: str) -> HttpResponse:
    """The roles of a session in the draft, and where the name of each stands."""
    by, row = signed_in(request), programmes.session(editions.get(gathering), code)
    allow("gatherings.show_name", by, row)
    roles = [(one, telling.role(one.role, "fr" if get_language() == "fr" else "en")) for one in names.roles(row)]
    form = WishForm(request.POST or None, roles=[(one.key, words) for one, words in roles if one.key])
    if made := sent(form, lambda: services.show_name(by, row, wish=form.wish(), at=timezone.now())):
        asked = made.state == SpeakerName.State.PENDING
        messages.success(
            request, _("A mail is on its way; the name is shown once they agree.") if asked else _("The name is shown.")
        )
        return redirect("session_names", row.edition.slug, row.code)
    context = {"edition": row.edition, "session": row, "roles": roles, "form": form}
    return render(request, "gatherings/session_names.html", context, status=422 if form.errors else 200)


@require_POST
@account_needed
def drop_name(request: HttpRequest, gathering: str, code: str, speaker: UUID) -> HttpResponse:
    """Take a question back, or a name away."""
    row = programmes.session(editions.get(gathering), code)
    one = get_object_or_404(row.names.select_related("session__edition"), pk=speaker)
    services.drop_name(signed_in(request), one, at=timezone.now())
    messages.success(request, _("No name is shown for this role any more."))
    return redirect("session_names", row.edition.slug, row.code)


@csrf_exempt  # nobody else knows the address, and no cookie says whose answer it is
@at_a_secret_address("GET", "HEAD", "POST")
def own_name(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link writes nothing: mail scanners open links too."""
    found = names.opened(token, timezone.now())
    answer = request.POST.get("answer", "")
    form = OwnNameForm(request.POST if answer == "yes" else None, initial={"name": found.name})
    if answer == "no":
        services.answer_name(Person.objects.desk(), found, agrees=False, at=timezone.now())
        return redirect("own_name", token)
    if sent(form, lambda: _agree(found, form)):
        messages.success(request, _("Thank you: your name is shown."))
        return redirect("own_name", token)
    if request.method == "POST" and answer != "yes":
        raise BadRequest("yes_or_no", _("Say yes or no."))
    bodies = found.edition.organisers.order_by("pk").values_list("name", flat=True)
    context = {"one": found, "edition": found.edition, "session": found.session, "form": form}
    context |= {"bodies": list(bodies), "role": names.words(found), "until": found.asked_at + SpeakerName.LASTS}
    context["licence"] = found.session.licence or found.edition.licence
    return render(request, "gatherings/own_name.html", context, status=422 if form.errors else 200)


def _agree(found: SpeakerName, form: OwnNameForm) -> SpeakerName:
    written = form.cleaned_data["name"]
    return services.answer_name(Person.objects.desk(), found, agrees=True, written=written, at=timezone.now())
