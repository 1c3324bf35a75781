"""Whom the acts of assessments concern. A new verb needs one line: `tell(…)`, or its name among the silent ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communaux.assessment import review_letter
from communaux.assessment.models import (
    AiNote,
    Answer,
    Correction,
    DigitalService,
    FootprintResult,
    ForgeItems,
    Measurement,
    PeerReview,
    Run,
    ServiceAudit,
)
from communaux.catalogue.queries.concerned import editors, followers, joined, keepers, stewards, through
from communaux.core import letters as mails
from communaux.core.audiences import People, by_subject, each
from communaux.core.models import Entry
from communaux.core.notify import ASKED, DECIDED, NEWS, Shown, name, silent, tell


def runs(ids: Collection[str]) -> dict[str, Shown]:
    """By the name of the commons; its page tells what was found, or why nothing was."""
    rows = Run.objects.filter(pk__in=list(ids)).select_related("repository__commons").only("repository__commons")
    return {str(row.pk): Shown(row.repository.commons.name, _page(row)) for row in rows}


def _page(run: Run) -> str:
    return reverse("assessment", args=[run.repository.commons.slug])


def askers(ids: list[str], day: date) -> People:
    return {str(pk): {by} for pk, by in Run.objects.filter(pk__in=ids).values_list("pk", "requested_by_id")}


def commons_of(ids: list[str]) -> dict[str, str]:
    rows = Run.objects.filter(pk__in=[UUID(pk) for pk in ids]).values_list("pk", "repository__commons_id")
    return {str(pk): str(commons) for pk, commons in rows}


def corrected(ids: Collection[str]) -> dict[str, Shown]:
    rows = Correction.objects.filter(pk__in=list(ids)).select_related("commons")
    return {str(row.pk): Shown(row.commons.name, reverse("corrections", args=[row.commons.slug])) for row in rows}


def sayers(ids: list[str], day: date) -> People:
    return {str(pk): {by} for pk, by in Correction.objects.filter(pk__in=ids).values_list("pk", "by_id")}


def commons_corrected(ids: list[str]) -> dict[str, str]:
    rows = Correction.objects.filter(pk__in=[UUID(pk) for pk in ids]).values_list("pk", "commons_id")
    return {str(pk): str(commons) for pk, commons in rows}


def forge_items(ids: Collection[str]) -> dict[str, Shown]:
    rows = ForgeItems.objects.filter(pk__in=list(ids)).select_related("repository__commons").defer("lines")
    return {str(row.pk): Shown(row.repository.commons.name, _forge_page(row)) for row in rows}


def _forge_page(row: ForgeItems) -> str:
    return reverse("forge_items", args=[row.repository.commons.slug])


def commons_of_items(ids: list[str]) -> dict[str, str]:
    rows = ForgeItems.objects.filter(pk__in=[UUID(pk) for pk in ids]).values_list("pk", "repository__commons_id")
    return {str(pk): str(commons) for pk, commons in rows}


name("run", runs)
name("forgeitems", forge_items)
name("correction", corrected)


def waiting(ids: list[str]) -> dict[str, str]:
    """Of those that wait for a decision."""
    return commons_corrected(
        [str(pk) for pk in Correction.objects.filter(pk__in=ids, state="proposed").values_list("pk", flat=True)]
    )


deciders = by_subject(through(waiting, lambda ids, day: joined(editors(ids, day), stewards(ids, day))))
around = by_subject(through(commons_of, lambda ids, day: joined(followers(ids, day), keepers(ids, day))))

tell("assessment.keep_run", by_subject(askers), DECIDED, _("assessed: its page tells what was found"))
tell("assessment.keep_run", around, NEWS, _("assessed: its page tells what was found"))
tell("assessment.fail_run", by_subject(askers), DECIDED, _("could not be assessed: its page says why"))
tell("assessment.cancel_run", by_subject(askers), DECIDED, _("its assessment was stopped by the desk"))
tell(
    "assessment.propose_correction",
    deciders,
    ASKED,
    _("somebody puts right who is who: decide on it"),
    until=("assessment.decide_correction",),
)
tell("assessment.decide_correction", by_subject(sayers), DECIDED, _("your correction of who is who was decided on"))
in_charge = by_subject(through(commons_of_items, stewards))
tell("assessment.record_forge_items", in_charge, NEWS, _("what its forge tells was given: it is read anew with it"))
tell("assessment.withdraw_forge_items", in_charge, NEWS, _("what its forge tells was taken back"))
silent("assessment.ask_run", "assessment.advance_run", "assessment.mark_checked")  # a page tells how far it is


# Services and their footprint


def services(ids: Collection[str]) -> dict[str, Shown]:
    rows = DigitalService.objects.filter(pk__in=list(ids)).select_related("commons")
    return {str(row.pk): Shown(f"{row.commons.name}, {row.name}", row.get_absolute_url()) for row in rows}


def measurements(ids: Collection[str]) -> dict[str, Shown]:
    rows = Measurement.objects.filter(pk__in=list(ids)).select_related("service__commons")
    return {
        str(row.pk): Shown(f"{row.service.commons.name}, {row.service.name}", row.get_absolute_url()) for row in rows
    }


def results(ids: Collection[str]) -> dict[str, Shown]:
    rows = FootprintResult.objects.filter(pk__in=list(ids)).select_related("service__commons")
    return {
        str(row.pk): Shown(f"{row.service.commons.name}, {row.service.name}", row.get_absolute_url()) for row in rows
    }


def commons_of_services(ids: list[str]) -> dict[str, str]:
    rows = DigitalService.objects.filter(pk__in=[UUID(pk) for pk in ids]).values_list("pk", "commons_id")
    return {str(pk): str(commons) for pk, commons in rows}


def commons_of_results(ids: list[str]) -> dict[str, str]:
    rows = FootprintResult.objects.filter(pk__in=[UUID(pk) for pk in ids]).values_list("pk", "service__commons_id")
    return {str(pk): str(commons) for pk, commons in rows}


def audits(ids: Collection[str]) -> dict[str, Shown]:
    rows = ServiceAudit.objects.filter(pk__in=list(ids)).select_related("service__commons")
    return {
        str(row.pk): Shown(f"{row.service.commons.name}, {row.service.name}", row.get_absolute_url()) for row in rows
    }


def commons_of_audits(ids: list[str]) -> dict[str, str]:
    rows = ServiceAudit.objects.filter(pk__in=[UUID(pk) for pk in ids]).values_list("pk", "service__commons_id")
    return {str(pk): str(commons) for pk, commons in rows}


def ai_notes(ids: Collection[str]) -> dict[str, Shown]:
    rows = AiNote.objects.filter(pk__in=list(ids)).select_related("service__commons")
    return {str(row.pk): Shown(_of_note(row), row.get_absolute_url()) for row in rows}


def _of_note(row: AiNote) -> str:
    return f"{row.service.commons.name}, {row.service.name}" if row.service else row.about


def commons_of_notes(ids: list[str]) -> dict[str, str]:
    rows = AiNote.objects.filter(pk__in=[UUID(pk) for pk in ids]).exclude(service=None)
    return {str(pk): str(commons) for pk, commons in rows.values_list("pk", "service__commons_id")}


name("ainote", ai_notes)
tell(
    "assessment.sign_ai_note",
    by_subject(through(commons_of_notes, stewards)),
    NEWS,
    _("a note tells whether AI is needed for a service of it"),
)
silent("assessment.revise_ai_note")  # the page of the first leads to it
name("serviceaudit", audits)
declared = by_subject(through(commons_of_audits, lambda ids, day: joined(followers(ids, day), stewards(ids, day))))
tell("assessment.publish_audit", declared, NEWS, _("the audit of a service was published"))
silent("assessment.start_audit", "assessment.record_finding", "assessment.tell_audit", "assessment.close_audit")
silent("assessment.withdraw_measurement", "assessment.drop_draft", "assessment.ask_checks", "assessment.keep_checks")
in_charge_of_audits = by_subject(through(commons_of_audits, stewards))
tell("assessment.sign_review", in_charge_of_audits, DECIDED, _("the review of an audit is signed: it can be published"))
tell("assessment.expire_audits", in_charge_of_audits, NEWS, _("an audit is too old by now: begin a new one"))
silent("assessment.ask_review", "assessment.withdraw_review", "assessment.review_line")  # who is asked has a mail
mails.WRITERS[review_letter.REVIEW] = review_letter.written
name("digitalservice", services)
name("measurement", measurements)
name("footprintresult", results)
of_services = by_subject(through(commons_of_services, stewards))
followed = by_subject(through(commons_of_results, lambda ids, day: joined(followers(ids, day), stewards(ids, day))))
tell("assessment.register_service", of_services, NEWS, _("a service of it was declared"))
tell("assessment.withdraw_service", of_services, NEWS, _("a service of it was withdrawn"))
tell("assessment.compute_footprint", followed, NEWS, _("the footprint of a service was computed"))
silent("assessment.edit_service", "assessment.import_measurement", "assessment.recompute_footprint")  # the result tells


# Declared answers


def answers(ids: Collection[str]) -> dict[str, Shown]:
    rows = Answer.objects.filter(pk__in=list(ids)).select_related("commons__merged_into")
    return {str(row.pk): _answer(row) for row in rows}


def reviews(ids: Collection[str]) -> dict[str, Shown]:
    rows = PeerReview.objects.filter(pk__in=list(ids)).select_related("answer__commons__merged_into")
    return {str(row.pk): _answer(row.answer) for row in rows}


def _answer(row: Answer) -> Shown:
    commons = row.commons.merged_into or row.commons
    return Shown(commons.name, reverse("assessment_question", args=[commons.slug, row.question]))


def answered(ids: list[str]) -> dict[str, str]:
    rows = Answer.objects.filter(pk__in=[UUID(pk) for pk in ids]).values_list("pk", "commons_id")
    return {str(pk): str(commons) for pk, commons in rows}


def reviewed(ids: list[str]) -> dict[str, str]:
    return {
        str(pk): str(one) for pk, one in PeerReview.objects.filter(pk__in=ids).values_list("pk", "answer__commons_id")
    }


def who_answered(entry: Entry) -> list[UUID]:
    """Whoever gave the answer that a reader contests; of one that is confirmed, nobody needs more than news."""
    rows = PeerReview.objects.filter(pk=entry.subject_id, level=0).exclude(answer__source=Answer.Source.IMPORT)
    return list(rows.values_list("answer__by_id", flat=True))


def who_contested(entry: Entry) -> list[UUID]:
    """Readers who contested what this answer takes the place of."""
    rows = PeerReview.objects.filter(answer__replaced_by=UUID(entry.subject_id), level=0)
    return list(rows.values_list("by_id", flat=True))


name("answer", answers)
name("peerreview", reviews)
tell(
    "assessment.answer",
    by_subject(through(answered, lambda ids, day: joined(followers(ids, day), stewards(ids, day)))),
    NEWS,
    _("a question of the desk was answered"),
)
tell("assessment.answer", each(who_contested), DECIDED, _("what you contested is answered anew: read it again"))
tell("assessment.review_answer", each(who_answered), DECIDED, _("your answer is contested: the fact is on its page"))
tell(
    "assessment.review_answer",
    by_subject(through(reviewed, lambda ids, day: joined(followers(ids, day), stewards(ids, day)))),
    NEWS,
    _("an answer was read by another organisation"),
)
tell("assessment.withdraw_answer", by_subject(through(answered, stewards)), NEWS, _("an answer was withdrawn"))
silent("assessment.accept_proposal", "assessment.import_answers")  # read on the page of answers
silent("assessment.object", "assessment.take_back_objection")  # between that person and the desk
silent("assessment.take_key")  # done by hand on a machine
