"""Whom the acts of the area concern; who looks after a commons hears of it from the act that says so."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communaux.core import letters as mails
from communaux.core.audiences import People, by_subject, holders, members
from communaux.core.models import Person
from communaux.core.notify import DECIDED, NEWS, Shown, name, silent, tell
from communaux.territory import letters
from communaux.territory.models import AmbassadorRequest, Place


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


def places(ids: Collection[str]) -> dict[str, Shown]:
    rows = Place.objects.filter(pk__in=list(ids))
    return {str(one.pk): Shown(one.name, one.get_absolute_url()) for one in rows}


def declarers(ids: list[str], day: date) -> People:
    """Members of the body that says it of itself; nobody for a line of a list."""
    rows = Place.objects.filter(pk__in=ids).exclude(organisation=None).values_list("pk", "organisation_id")
    return members({str(pk): body for pk, body in rows if body}, day)


def desk_editors(ids: list[str], day: date) -> People:
    found = holders(("editor",), "instance", [""], day).get("", set())
    return dict.fromkeys(ids, found)


silent(
    "territory.load", "territory.recount", "territory.fill_coordinates", "territory.import_places"
)  # the operator's own, read on the terminal
silent("territory.write_to_ambassador")  # the message itself is the notice
silent("territory.open_presence", "territory.close_presence")

name("ambassadorrequest", requests)
tell(
    "territory.answer_request",
    by_subject(writers),
    NEWS,
    gettext_lazy("answered, as this person says: look in your mail"),
)

name("place", places)
tell(
    "territory.declare_place",
    by_subject(desk_editors),
    NEWS,
    gettext_lazy("a body says that it gives equipment a second life"),
)
silent("territory.edit_place", "territory.withdraw_place")
tell("territory.withhold_place", by_subject(declarers), DECIDED, gettext_lazy("taken off the desk: its page says why"))
tell("territory.restore_place", by_subject(declarers), DECIDED, gettext_lazy("back on the desk"))

mails.WRITERS[letters.REQUEST] = letters.written
