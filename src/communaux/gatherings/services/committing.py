"""What bodies commit themselves to at a meeting: its organisers write it down, a member of the body says "ask me"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Person
from communaux.gatherings.models import Commitment, Edition
from communaux.gatherings.services.carrying import can_be_asked, still_open


@action("gatherings.add_commitment")
def add_commitment(by: Person, edition: Edition, *, key: UUID, told: Mapping[str, Any], at: datetime) -> Commitment:
    """Public at once; the same form sent twice makes one (`key`)."""
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if made := Commitment.objects.filter(pk=key, edition=edition).first():
        return made
    pk = uuid4() if Commitment.objects.filter(pk=key).exists() else key
    return Commitment.objects.create(pk=pk, edition=edition, created_at=at, **told)


@action("gatherings.change_commitment")
def change_commitment(
    by: Person, commitment: Commitment, *, base: int, told: Mapping[str, Any], at: datetime
) -> Commitment:
    """What was written down badly, said otherwise. `base`: how often it was written when it was shown."""
    kept = _only_told(commitment)
    if kept.written != base:
        said = _(
            "Somebody changed this commitment meanwhile: their words stand above the form. Compare, then send again."
        )
        raise Conflict("changed_meanwhile", said)
    for name, value in told.items():
        setattr(kept, name, value)
    kept.written += 1
    kept.save()
    return kept


@action("gatherings.drop_commitment")
def drop_commitment(by: Person, commitment: Commitment, *, at: datetime) -> Edition:
    """What nobody said, and was written down all the same."""
    kept = _only_told(commitment)
    edition = kept.edition
    kept.delete()
    return edition


@action("gatherings.stand_for")
def stand_for(by: Person, commitment: Commitment, *, role: str, at: datetime) -> Commitment:
    """A member of the body says that it is theirs; the desk asks this person for news, and shows the role only."""
    can_be_asked(by)
    kept = _held(commitment)
    if kept.fictive:
        raise Conflict("made_up", _("This commitment is made up for the demonstration: nobody can answer for it."))
    still_open(kept)
    if kept.contact_id and kept.contact_id != by.pk:
        raise Conflict("asked_already", _("A colleague of yours is asked about this commitment already."))
    kept.contact, kept.contact_role = by, role
    kept.save(update_fields=["contact", "contact_role"])
    return kept


def _held(commitment: Commitment) -> Commitment:
    rows = Commitment.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("edition", "carrier", "session").get(pk=commitment.pk)


def _only_told(commitment: Commitment) -> Commitment:
    """Held by this writer; Conflict once it is its body's, or has news: its words are no longer the organisers' alone."""
    kept = _held(commitment)
    if kept.contact_id or kept.source or kept.follow_ups.exists():
        raise Conflict(
            "has_a_life", _("Its body answers for it, or something was told of it: its words stay as they are.")
        )
    return kept
