"""The shipped editions and the made-up one, on a desk with its themes and trial people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from uses import Cast

from communaux.catalogue import indexing
from communaux.core.models import Person
from communaux.gatherings import services, shipped
from communaux.gatherings.models import Roadmap


@pytest.fixture
def editions(desk: Person, cast: Cast, now: datetime) -> None:
    """The body of the made-up edition is the town of the cast."""
    indexing.keep_themes(desk)
    for given in (*shipped.real(), *shipped.made_up()):
        services.load_edition(desk, given, at=now)


@pytest.fixture
def real(editions: None) -> Roadmap:
    """A road map of a real workshop."""
    return Roadmap.objects.get(slug="reconditionne")


@pytest.fixture
def carried(real: Roadmap, cast: Cast, now: datetime) -> Roadmap:
    """The same, taken up by the town; a member is asked for news."""
    return services.adopt(cast["member"], real, organisation=cast.town, role="chargée du numérique", at=now)


@pytest.fixture
def mailbox(settings: Any) -> list[EmailMessage]:
    """Mails that left, oldest first."""
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    mail.outbox = []
    return mail.outbox
