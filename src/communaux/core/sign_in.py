"""Who may open a session with a mail address and a password."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser

from communaux.core.models import Person


class LocalAccounts(ModelBackend):
    """Open accounts; those of the demonstration only while the desk is one: their password may be known to everybody."""

    def user_can_authenticate(self, user: Person | AnonymousUser | None) -> bool:
        return super().user_can_authenticate(user) and (settings.DEMO or not _is_trial(user))


def _is_trial(user: Person | AnonymousUser | None) -> bool:
    return getattr(user, "mail", None) in {mail for mail, _role, _password in settings.DEMO_LOGINS}
