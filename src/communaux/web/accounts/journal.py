"""What allauth did to an account: told to the journal, and to the list of open sessions.

The only signals of the house: allauth offers no other hook here.
"""

from __future__ import annotations

from typing import Any, cast

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.utils import timezone

from communaux.core import accounts, sessions
from communaux.core.models import Person
from communaux.web.accounts import proconnect


def connect() -> None:
    """Called once, when the pages are loaded."""
    mfa.authenticator_added.connect(_added)
    mfa.authenticator_removed.connect(_removed)
    mfa.authenticator_reset.connect(_added)
    account.user_logged_in.connect(_opened)
    social.social_account_added.connect(_linked)
    account.email_confirmed.connect(_verified)
    account.email_changed.connect(_main_mail)
    account.email_removed.connect(_mail_removed)
    for signal in (account.password_changed, account.password_set, account.password_reset):
        signal.connect(_elsewhere)


def _added(request: HttpRequest, user: Any, authenticator: Authenticator, **told: Any) -> None:
    _tell(user, f"{authenticator.type}_added")


def _removed(request: HttpRequest, user: Any, authenticator: Authenticator, **told: Any) -> None:
    _tell(user, f"{authenticator.type}_removed")


def _verified(request: HttpRequest, email_address: EmailAddress, **told: Any) -> None:
    """Whoever opened an account with the address of another knows its password: the first proof by a code forgets it."""
    person = cast(Person, email_address.user)
    records = get_authentication_records(request, person)
    by_code = bool(records) and records[-1]["method"] == "code"
    others = EmailAddress.objects.filter(user=person, verified=True).exclude(pk=email_address.pk)
    foreign = by_code and not others.exists()
    accounts.verify_mail(person, person, forget_password=foreign, at=timezone.now())


def _main_mail(request: HttpRequest, user: Any, **told: Any) -> None:
    _tell(user, "main_mail_changed")


def _mail_removed(request: HttpRequest, user: Any, **told: Any) -> None:
    _tell(user, "mail_removed")


def _tell(user: Any, what: str) -> None:
    person = cast(Person, user)
    accounts.change_access(person, person, what=what, at=timezone.now())


def _linked(request: HttpRequest, sociallogin: Any, **told: Any) -> None:
    _tell(sociallogin.user, "proconnect_added")


def _opened(request: HttpRequest, **told: Any) -> None:
    """One more open session; `request.session` has just got its number."""
    UserSession.objects.create_from_request(request)
    if login := told.get("sociallogin"):
        proconnect.opened(request, cast(Person, told["user"]), login)


def _elsewhere(request: HttpRequest, user: Any, **told: Any) -> None:
    """A new password closes the sessions opened with the old one; this one, if it is open, has got a new number."""
    sessions.end(sessions.of(user, timezone.now()).exclude(session_key=request.session.session_key or ""))
    if request.user.is_authenticated:
        _opened(request)
