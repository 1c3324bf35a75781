"""Signing up, signing in, the page of one's own account."""

from __future__ import annotations

from collections import Counter
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.views import LoginView, PasswordResetView, RequestLoginCodeView, SignupView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from communaux.core import accounts, proconnect, queries, sessions
from communaux.core.forms import Profile
from communaux.web.accounts import account_needed, signed_in
from communaux.web.accounts.adapters import must_send_mail, named_host
from communaux.web.accounts.purpose import Purpose
from communaux.web.accounts.twice import one_at_a_time


class SignIn(Purpose, LoginView):
    """Password, code or passkey; a demonstration desk shows its trial accounts, unless strangers can reach it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = settings.DEMO and not settings.DEMO_PASSWORD_DRAWN
        here = {"demo_logins": settings.DEMO_LOGINS if shown else (), "named_host": named_host(self.request)}
        here["proconnect"] = bool(settings.PROCONNECT_URL)
        return super().get_context_data(**kwargs) | here


class SignUp(Purpose, SignupView):
    """Open an account; where no mail can leave, that is said before anything is typed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        must_send_mail()
        if request.method != "POST":
            if request.session.session_key is None:
                request.session.create()  # two clicks are known by it
            return super().dispatch(request, *args, **kwargs)
        with one_at_a_time(request):
            return super().dispatch(request, *args, **kwargs)


class AskForCode(Purpose, RequestLoginCodeView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        must_send_mail()
        return super().dispatch(request, *args, **kwargs)


class ForgottenPassword(PasswordResetView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        must_send_mail()
        return super().dispatch(request, *args, **kwargs)


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who one is here: roles, organisations, ways in, open sessions."""
    person, today = signed_in(request), timezone.localdate()
    context = {
        "grants": queries.grants_of(person, today),
        "memberships": queries.memberships_of(person),
        "ways": Counter(Authenticator.objects.filter(user=person).values_list("type", flat=True)),
        "mails": EmailAddress.objects.filter(user=person).order_by("-primary", "email"),
        "sessions": sessions.of(person, timezone.now()).count(),
        "today": today,
        "proconnect": bool(settings.PROCONNECT_URL),
        "linked": proconnect.account_of(person),
        "claim": proconnect.claim_of(person),
    }
    return render(request, "core/account.html", context)


class ConfirmByPasskey(ReauthenticateWebAuthnView):
    def form_invalid(self, form: Any) -> HttpResponse:
        """Back to this page, where another way can be chosen."""
        for told in form.errors.get("credential", ()):
            messages.error(self.request, told)
        return redirect(self.passthrough_next_url(reverse("mfa_reauthenticate_webauthn")))


@account_needed
def profile(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = Profile(request.POST or None, initial={"display_name": person.display_name, "lang": person.lang})
    if request.method == "POST" and form.is_valid():
        accounts.change_profile(person, person, at=timezone.now(), **form.cleaned_data)
        return redirect("account")
    return render(request, "core/profile.html", {"form": form})
