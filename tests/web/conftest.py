"""What pages of accounts stand on: a box for mails, the code that the last one holds."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage

MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


@pytest.fixture
def mailbox(settings: object) -> list[EmailMessage]:
    """Mails that left, oldest first."""
    settings.MAILERS = MAILERS
    mail.outbox = []
    return mail.outbox


@pytest.fixture
def code(mailbox: list[EmailMessage], db: None) -> Callable[[], str]:
    """`code()`: the code of the last mail. What other tests counted against this address is forgotten: those with real transactions
    leave it in the table of the cache."""
    cache.clear()

    def read() -> str:
        (found,) = re.findall(r"^[A-Z]{4}-[A-Z]{4}$", str(mailbox[-1].body), re.MULTILINE)
        return found

    return read
