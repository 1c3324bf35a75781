"""One's own data: what the desk holds, as a file; and its erasure."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communaux.core import accounts, personal_data
from communaux.web.accounts import signed_in
from communaux.web.accounts.forms import ERASE, Erasure
from communaux.web.stepup import step_up


@login_required
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What may be taken away, what may be erased, what the journal tells of this account."""
    return render(request, "core/data.html", {"lines": personal_data.lines(signed_in(request))[:20]})


@require_safe
@step_up
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Everything tied to the account, written while it is read."""
    pieces = personal_data.written(signed_in(request), timezone.now())
    answer = StreamingHttpResponse(pieces, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="communaux-mes-donnees.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@step_up(even_after_sign_in=True)
def erase(request: HttpRequest) -> HttpResponse:
    """Erase the account: nothing brings it back."""
    person, form = signed_in(request), Erasure(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.erase_person(person, person, at=timezone.now())
        logout(request)
        messages.success(request, _("Your account is erased."))
        return redirect("home")
    return render(request, "core/erase.html", {"form": form, "word": ERASE})
