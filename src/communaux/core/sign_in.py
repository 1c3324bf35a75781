"""Who may open a session with a mail address and a password."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from communaux.core.models import Person


class LocalAccounts(AuthenticationBackend):
    """Open accounts; those of the demonstration only while the desk is one: their password may be known to everybody."""

    def user_can_authenticate(self, user: Person | AnonymousUser | None) -> bool:
        return super().user_can_authenticate(user) and may_open(user)

    @classmethod
    def _stash_user(cls, user: Person | None) -> None:
        """A closed account is refused in the same words as a wrong password: allauth would tell that it is there."""


def may_open(person: Person | AnonymousUser | None) -> bool:
    """Whether an account may be open on this desk, whatever the way in."""
    return settings.DEMO or not is_trial(person)


def is_trial(person: Person | AnonymousUser | None) -> bool:
    """Whether this is an account of the demonstration, which strangers share."""
    return getattr(person, "mail", None) in {mail for mail, _role, _password in settings.DEMO_LOGINS}
