"""Who may act in the area of assessments. Reading needs no account; what a run finds is written by the desk alone."""

from __future__ import annotations

import rules
from allauth.account.models import EmailAddress
from django.utils import timezone

from communaux.assessment.ai_noting import Signing, signing_of
from communaux.assessment.answers import Asked, Reviewing, asked_of, is_peer, parties
from communaux.assessment.auditing import inside
from communaux.assessment.models import (
    AiNote,
    Answer,
    Correction,
    DigitalService,
    FootprintResult,
    ForgeItems,
    Measurement,
    ServiceAudit,
)
from communaux.catalogue.rules import is_editor, is_steward
from communaux.core.models import Person
from communaux.core.rules import acts, is_desk, is_member, is_operator, is_signed_in

speaks_for = is_editor | is_steward


@rules.predicate
def decides_correction(person: Person | None, said: Correction | None = None) -> bool:
    """Stewards and editors of the commons."""
    return said is not None and (is_editor(person, said.commons) or is_steward(person, said.commons))


@rules.predicate
def looks_after_items(person: Person | None, items: ForgeItems | None = None) -> bool:
    """Stewards and editors of the commons."""
    return items is not None and bool(speaks_for(person, items.repository.commons))


@rules.predicate
def bears_address(person: Person | None, mail: str | None = None) -> bool:
    """Somebody who has shown that mail to this address reaches them."""
    return (
        acts(person)
        and bool(mail)
        and EmailAddress.objects.filter(user=person, email__iexact=mail, verified=True).exists()
    )


rules.add_perm("assessment.ask_run", is_signed_in)
rules.add_perm("assessment.advance_run", is_operator)
rules.add_perm("assessment.keep_run", is_operator)
rules.add_perm("assessment.fail_run", is_operator)
rules.add_perm("assessment.cancel_run", is_operator)
rules.add_perm("assessment.mark_checked", is_operator)
rules.add_perm("assessment.propose_correction", is_signed_in)
rules.add_perm("assessment.decide_correction", decides_correction)
rules.add_perm("assessment.record_forge_items", speaks_for)
rules.add_perm("assessment.withdraw_forge_items", looks_after_items)
rules.add_perm("assessment.object", bears_address | is_operator)
rules.add_perm("assessment.take_back_objection", bears_address | is_operator)
rules.add_perm("assessment.take_key", is_operator)


@rules.predicate
def answers_it(person: Person | None, asked: Asked | None = None) -> bool:
    """Who speaks for the commons; an editor, but for what only who speaks for it can say. In the name of one's own body alone."""
    if asked is None or not acts(person):
        return False
    speaks = is_steward(person, asked.commons)
    may = speaks or (not asked.question.steward and is_editor(person, asked.commons))
    return bool(may) and (asked.organisation is None or is_member(person, asked.organisation))


@rules.predicate
def answered_it(person: Person | None, answer: Answer | None = None) -> bool:
    return answer is not None and acts(person) and answer.by_id == person.pk


@rules.predicate
def looks_after_it(person: Person | None, answer: Answer | None = None) -> bool:
    """Who may answer the same question; a question that the bank has no more is the editors'."""
    if answer is None:
        return False
    asked = asked_of(answer)
    return answers_it(person, asked) if asked else bool(is_editor(person, answer.commons))


@rules.predicate
def reads_it_as_peer(person: Person | None, reviewing: Reviewing | None = None) -> bool:
    """A member of the body, with no foot in those that answered or that hold the commons."""
    if reviewing is None or not acts(person) or not is_member(person, reviewing.organisation):
        return False
    day = timezone.localdate()
    mine = person.memberships.on(day).values_list("organisation", flat=True)
    return is_peer(person, parties(reviewing.answer, day), mine)


rules.add_perm("assessment.answer", answers_it)
rules.add_perm("assessment.accept_proposal", answers_it)
rules.add_perm("assessment.withdraw_answer", answered_it | looks_after_it)
rules.add_perm("assessment.review_answer", reads_it_as_peer)
rules.add_perm("assessment.import_answers", is_operator)


@rules.predicate
def speaks_for_service(
    person: Person | None, about: DigitalService | Measurement | FootprintResult | ServiceAudit | None = None
) -> bool:
    """Stewards and editors of its commons."""
    service = about if about is None or isinstance(about, DigitalService) else about.service
    return service is not None and bool(speaks_for(person, service.commons))


rules.add_perm("assessment.register_service", speaks_for)
rules.add_perm("assessment.edit_service", speaks_for_service)
rules.add_perm("assessment.withdraw_service", speaks_for_service)
rules.add_perm("assessment.import_measurement", speaks_for_service | is_desk)
rules.add_perm("assessment.withdraw_measurement", speaks_for_service)
rules.add_perm("assessment.compute_footprint", speaks_for_service)
rules.add_perm("assessment.recompute_footprint", speaks_for_service)
rules.add_perm("assessment.start_audit", speaks_for_service)
rules.add_perm("assessment.record_finding", speaks_for_service)
rules.add_perm("assessment.ask_checks", speaks_for_service)
rules.add_perm("assessment.keep_checks", speaks_for_service)
rules.add_perm("assessment.tell_audit", speaks_for_service)
rules.add_perm("assessment.close_audit", speaks_for_service)
rules.add_perm("assessment.publish_audit", speaks_for_service)
rules.add_perm("assessment.drop_draft", speaks_for_service)


@rules.predicate
def signs_it(person: Person | None, signing: Signing | None = None) -> bool:
    """Anybody in their own name; in that of a body its members, for a service who speaks for its commons."""
    if signing is None or not acts(person):
        return False
    mine = signing.organisation is None or bool(is_member(person, signing.organisation))
    return mine and (signing.service is None or bool(speaks_for(person, signing.service.commons)))


@rules.predicate
def signed_it(person: Person | None, note: AiNote | None = None) -> bool:
    """Whoever signed it, as long as they may sign for the same."""
    return note is not None and acts(person) and note.by_id == person.pk and bool(signs_it(person, signing_of(note)))


rules.add_perm("assessment.sign_ai_note", signs_it)
rules.add_perm("assessment.revise_ai_note", signed_it)


@rules.predicate
def reviews_audit(person: Person | None, audit: ServiceAudit | None = None) -> bool:
    """Who bears the address that was asked, while the audit is closed; never somebody who writes audits of this commons, wrote
    in this one, or belongs to a body that speaks for the commons."""
    if audit is None or not acts(person) or audit.state != ServiceAudit.State.CLOSED:
        return False
    if not bears_address(person, audit.review_mail) or speaks_for_service(person, audit):
        return False
    day = timezone.localdate()
    return is_peer(person, inside(audit, day), person.memberships.on(day).values_list("organisation", flat=True))


rules.add_perm("assessment.ask_review", speaks_for_service)
rules.add_perm("assessment.withdraw_review", speaks_for_service)
rules.add_perm("assessment.review_line", reviews_audit)
rules.add_perm("assessment.sign_review", reviews_audit)
rules.add_perm("assessment.expire_audits", is_operator)
