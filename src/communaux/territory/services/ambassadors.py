"""Write to an ambassador through the desk, which shows neither side's address to anybody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from communaux.core import journal, outbox
from communaux.core.actions import action
from communaux.core.errors import Conflict, TooMany
from communaux.core.ids import uuid7
from communaux.core.models import Person
from communaux.territory.letters import REQUEST
from communaux.territory.models import Ambassador, AmbassadorRequest

PER_HOUR = 3
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Message:
    """`key` is that of the form: sent twice, it leaves once."""

    key: UUID
    from_mail: str
    text: str
    from_org: str = ""


@action("territory.write_to_ambassador", journaled=False)
def write_to_ambassador(by: Person, ambassador: Ambassador, *, message: Message, at: datetime) -> AmbassadorRequest:
    """Put the mail in the outbox. `by` is the desk for a visitor; the journal says that somebody wrote, never who."""
    desk = Person.objects.desk()
    Person.objects.select_for_update(no_key=True).get(pk=desk.pk)  # one at a time, else two count the same
    same = {"text": message.text, "from_mail": message.from_mail, "ambassador": ambassador}
    if known := AmbassadorRequest.objects.filter(pk=message.key, **same).first():
        return known
    _reachable(ambassador)
    _not_too_many(message.from_mail, at)
    taken = AmbassadorRequest.objects.filter(pk=message.key).exists()
    made = AmbassadorRequest.objects.create(
        pk=uuid7() if taken else message.key,
        ambassador=ambassador,
        from_org=message.from_org,
        from_mail=message.from_mail,
        text=message.text,
        sent_at=at,
    )
    outbox.put([outbox.letter(ambassador.person_id, REQUEST, made.pk, at)])
    journal.append(desk, at, journal.Line("territory.write_to_ambassador", journal.subject_of(ambassador)))
    return made


@action("territory.answer_request", journaled=False)
def answer_request(by: Person, request: AmbassadorRequest, *, at: datetime) -> AmbassadorRequest:
    """The ambassador says that they answered, from their own mail; said twice, it is noted once. Who wrote is not told."""
    kept = AmbassadorRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if kept.answered_at is None:
        kept.answered_at = at
        kept.save(update_fields=["answered_at"])
        journal.append(by, at, journal.Line("territory.answer_request", journal.subject_of(kept)))
    return kept


def _reachable(ambassador: Ambassador) -> None:
    held = Ambassador.objects.live().filter(pk=ambassador.pk).select_related("person__mail_channel").first()
    if held is None:
        raise Conflict("ambassador_stopped", _("This person is no longer an ambassador: nothing was sent."))
    if not outbox.reaches(held.person):
        raise Conflict("ambassador_unreached", _("Mail does not reach this person just now: nothing was sent."))


def _not_too_many(mail: str, at: datetime) -> None:
    sent = AmbassadorRequest.objects.filter(from_mail__iexact=mail, sent_at__gt=at - HOUR).count()
    if sent >= PER_HOUR:
        told = _("You have sent %(n)d messages within an hour: this one was not sent. Try again in an hour.")
        raise TooMany("too_many_messages", told % {"n": sent})
