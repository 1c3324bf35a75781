"""Signing in with a local account, and the page of one's own account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from communaux.core.models import Grant


class SignIn(LoginView):
    """One form, two fields; on a demonstration desk the trial accounts are shown."""

    template_name = "core/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"demo_logins": DEMO_LOGINS if settings.DEMO else ()}


# Trial accounts of `communaux demo`: (mail, role in words, password). They exist only on a demonstration desk.
DEMO_LOGINS = (
    ("operatrice@demo.example", "operator", "communs-demo-2026"),
    ("lectrice@demo.example", "reader", "communs-demo-2026"),
)


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    held = Grant.objects.on(timezone.localdate()).filter(person=request.user)
    return render(request, "core/account.html", {"grants": held})
