"""Whom the acts of the area concern; who looks after a commons hears of it from the act that says so."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communaux.core import letters as mails
from communaux.core.audiences import People, by_subject
from communaux.core.models import Person
from communaux.core.notify import NEWS, Shown, name, silent, tell
from communaux.territory import letters
from communaux.territory.models import AmbassadorRequest


def requests(ids: Collection[str]) -> dict[str, Shown]:
    """By whom it was written to; the words stay between the two."""
    rows = AmbassadorRequest.objects.filter(pk__in=list(ids)).select_related("ambassador__person")
    told = _("Your message to %(name)s")
    return {str(one.pk): Shown(told % {"name": one.ambassador.person}, reverse("ambassadors")) for one in rows}


def writers(ids: list[str], day: date) -> People:
    """Who has an account at the address that the message gave; nobody else is known."""
    sent = dict(AmbassadorRequest.objects.filter(pk__in=ids).values_list("pk", Lower("from_mail")))
    rows = Person.objects.annotate(at=Lower("mail")).filter(at__in=set(sent.values()))
    known = {mail: person for person, mail in rows.values_list("pk", "at")}
    return {str(pk): [known[mail]] for pk, mail in sent.items() if mail in known}


silent(
    "territory.load", "territory.recount", "territory.fill_coordinates", "territory.import_places"
)  # the operator's own, read on the terminal
silent("territory.write_to_ambassador")  # the message itself is the notice
silent("territory.open_presence", "territory.close_presence")

name("ambassadorrequest", requests)
tell("territory.answer_request", by_subject(writers), NEWS, gettext_lazy("answered, as this person says: look in your mail"))

mails.WRITERS[letters.REQUEST] = letters.written
