"""Whom it concerns that something is claimed, contested, merged or ended."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.models import Claim
from communaux.catalogue.notices.commons import its_editors, its_keepers
from communaux.catalogue.queries.editors import editors
from communaux.core.audiences import People, by_subject, each, followers, together
from communaux.core.models import Contest, Entry
from communaux.core.notify import ASKED, DECIDED, NEWS, Shown, name, silent, tell


def claims(ids: Collection[str]) -> dict[str, Shown]:
    rows = Claim.objects.filter(pk__in=list(ids)).select_related("commons")
    return {str(row.pk): Shown(row.commons.name, reverse("claim", args=[row.pk])) for row in rows}


def editors_of_claims(ids: list[str], day: date) -> People:
    of = dict(Claim.objects.filter(pk__in=ids).values_list("pk", "commons_id"))
    found = editors({str(commons) for commons in of.values()}, day)
    return {str(pk): found.get(str(commons), set()) for pk, commons in of.items()}


def claimant(ids: list[str], day: date) -> People:
    return {str(pk): [person] for pk, person in Claim.objects.filter(pk__in=ids).values_list("pk", "person_id")}


def parties(entry: Entry) -> Iterable[UUID]:
    """Whoever opened the contest of this line, and whoever answered it."""
    contest = Contest.objects.filter(pk=entry.after.get("contest")).values_list("by_id", "answered_by_id").first()
    return [person for person in contest or () if person]


name("claim", claims)
DECISIONS = ("catalogue.confirm_claim", "catalogue.refuse_claim")
tell("catalogue.claim", by_subject(editors_of_claims), ASKED, _("somebody asks to speak for it"), until=DECISIONS)
tell("catalogue.confirm_claim", by_subject(claimant), DECIDED, _("you speak for it, for a year"))
tell("catalogue.refuse_claim", by_subject(claimant), DECIDED, _("your claim was refused: the reason is on its page"))

CLOSED = ("core.answer_contest", "core.decide_contest", "core.withdraw_contest")
tell("core.open_contest", together(its_keepers, its_editors), ASKED, _("a value is contested"), until=CLOSED)
tell("core.open_contest", followers, NEWS, _("a value is contested"))
tell("core.answer_contest", each(parties), DECIDED, _("your contest was answered"))
tell("core.answer_contest", its_editors, NEWS, _("a contest was answered: it can be judged"))
tell("core.decide_contest", each(parties), DECIDED, _("a contest was judged"))
silent("core.withdraw_contest")

for verb, says in (
    ("catalogue.merge", _("two sheets were made one")),
    ("catalogue.undo_merge", _("two sheets were taken apart again")),
    ("catalogue.end", _("its end was said")),
    ("catalogue.confirm_end", _("its end was confirmed")),
    ("catalogue.take_back_end", _("its end was taken back")),
    ("catalogue.reopen", _("it starts again")),
):
    tell(verb, its_keepers, DECIDED, says)
    tell(verb, followers, NEWS, says)
silent("catalogue.propose_pair", "catalogue.judge_pair", "catalogue.reopen_pair")  # they wait at the desk of editors
