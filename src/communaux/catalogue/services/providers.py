"""Say that a body offers services around a commons; confirm it, end it."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.catalogue.models import Provider
from communaux.catalogue.reusing import Offer, check_open, check_since, check_until
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Person


@action("catalogue.declare_provider")
def declare_provider(by: Person, offer: Offer, *, at: datetime) -> Provider:
    """Raise Conflict with its number when the body is already on the list."""
    check_since(offer.since, timezone.localdate(at))
    check_open(offer)
    given = {field.name: getattr(offer, field.name) for field in fields(offer)} | {"services": sorted(offer.services)}
    try:
        with transaction.atomic():
            return Provider.objects.create(**given, declared_by=by, declared_at=at)
    except IntegrityError:
        open_one = Provider.objects.filter(commons=offer.commons, organisation=offer.organisation, until=None)
        if known := open_one.values_list("pk", flat=True).first():
            said = _("This body has already said so of this commons.")
            raise Conflict("already_declared", said, provider=known) from None
        raise


@action("catalogue.confirm_provider")
def confirm_provider(by: Person, provider: Provider, *, at: datetime) -> Provider:
    return _move(provider, {"confirmed_by": by, "confirmed_at": at}, confirmed_by=None)


@action("catalogue.end_provider")
def end_provider(by: Person, provider: Provider, *, until: date, at: datetime) -> Provider:
    check_until(until, provider.since, timezone.localdate(at))
    return _move(provider, {"until": until})


def _move(provider: Provider, values: dict[str, Any], **still: Any) -> Provider:
    """Of two persons who act at once, one writes, the other is told."""
    if not Provider.objects.filter(pk=provider.pk, until=None, **still).update(**values):
        said = _("This does not wait for that any more: somebody was faster, or it has ended. Nothing was changed.")
        raise Conflict("provider_moved", said)
    for name, value in values.items():
        setattr(provider, name, value)
    return provider
