"""Whom the acts on needs, notes and words concern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.models import Need, NeedSupport, ThesaurusChange
from communaux.core.audiences import People, by_subject
from communaux.core.notify import DECIDED, NEWS, Shown, name, silent, tell


def needs(ids: Collection[str]) -> dict[str, Shown]:
    rows = Need.objects.filter(pk__in=list(ids)).values_list("pk", "title", "slug")
    return {str(pk): Shown(title, reverse("need", args=[slug])) for pk, title, slug in rows}


def author(ids: list[str], day: date) -> People:
    rows = Need.objects.filter(pk__in=ids).values_list("pk", "author_id")
    return {str(pk): [person] for pk, person in rows if person}


def supporters(ids: list[str], day: date) -> People:
    """Those who said that they need it too."""
    found: dict[str, set[UUID]] = defaultdict(set)
    rows = NeedSupport.objects.filter(need__in=[UUID(pk) for pk in ids], withdrawn_at=None).values_list(
        "need_id", "person_id"
    )
    for need, person in rows:
        if person:
            found[str(need)].add(person)
    return found


def changes(ids: Collection[str]) -> dict[str, Shown]:
    rows = ThesaurusChange.objects.filter(pk__in=list(ids))
    return {str(row.pk): Shown(row.concept, reverse("thesaurus_change", args=[row.pk])) for row in rows}


def proposer(ids: list[str], day: date) -> People:
    rows = ThesaurusChange.objects.filter(pk__in=ids).values_list("pk", "by_id")
    return {str(pk): [person] for pk, person in rows}


name("need", needs)
name("thesauruschange", changes)
for verb, says in (
    ("catalogue.match_need", _("a commons answers this need")),
    ("catalogue.answer_need", _("this need is answered")),
    ("catalogue.close_need", _("this need was closed")),
    ("catalogue.reopen_need", _("this need is open again")),
):
    tell(verb, by_subject(author), DECIDED, says)
    tell(verb, by_subject(supporters), NEWS, says)
tell("catalogue.support_need", by_subject(author), NEWS, _("somebody needs it too"))
silent("catalogue.express_need", "catalogue.withdraw_support", "catalogue.review_search")

tell("catalogue.accept_word", by_subject(proposer), DECIDED, _("the change of words you proposed was accepted"))
tell("catalogue.refuse_word", by_subject(proposer), DECIDED, _("the change of words you proposed was refused"))
silent("catalogue.propose_word", "catalogue.measure_word")  # they wait at the desk of editors

silent("catalogue.create_note", "catalogue.write_note", "catalogue.conclude_note", "catalogue.freeze_note")
silent("catalogue.publish_note", "catalogue.revise_note", "catalogue.add_note_search", "catalogue.remove_note_search")
silent("catalogue.add_note_candidates", "catalogue.judge_note_candidate", "catalogue.remove_note_candidate")
