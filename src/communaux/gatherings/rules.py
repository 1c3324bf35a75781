"""Who may write in the area of meetings. Reading needs no account."""

from __future__ import annotations

import rules
from django.utils import timezone

from communaux.core.models import Organisation, Person
from communaux.core.rules import acts, has_role, holds, is_member, is_operator, is_signed_in, speaks_for
from communaux.gatherings.models import (
    CallQuestion,
    Card,
    Commitment,
    Contribution,
    Edition,
    Group,
    Mentoring,
    ReviewCriterion,
    ReviewPhase,
    Roadmap,
    Room,
    Session,
    SessionProposal,
    SpeakerName,
    TimePledge,
)
from communaux.gatherings.queries.proposals import REVIEWER

edits_everything: rules.Predicate = holds("editor")


@rules.predicate
def organises(person: Person | None, edition: Edition | None = None) -> bool:
    """A member of a body that organises this meeting."""
    bodies = edition.organisers.exclude(organisation=None).select_related("organisation") if edition else ()
    return any(one.organisation and is_member(person, one.organisation) for one in bodies)


@rules.predicate
def is_of_the_body(person: Person | None, organisation: Organisation | None = None) -> bool:
    return organisation is not None and bool(is_member(person, organisation))


@rules.predicate
def organises_its_meeting(
    person: Person | None,
    thing: (
        Room
        | Session
        | SpeakerName
        | Group
        | Card
        | CallQuestion
        | ReviewCriterion
        | ReviewPhase
        | SessionProposal
        | Commitment
        | None
    ) = None,
) -> bool:
    """A member of a body that organises the meeting that this belongs to."""
    return thing is not None and bool(organises(person, thing.edition))


@rules.predicate
def ends_a_board(person: Person | None, roadmap: Roadmap | None = None) -> bool:
    """Written on a board that this person may write on, and nobody carries it yet."""
    return roadmap is not None and roadmap.carrier is None and organises_its_meeting(person, roadmap.group)


@rules.predicate
def carries_it(person: Person | None, thing: Roadmap | Commitment | None = None) -> bool:
    """A member of the body that carries it, or made it."""
    return thing is not None and thing.carrier is not None and is_member(person, thing.carrier)


@rules.predicate
def is_adapted(person: Person | None, thing: Roadmap | Commitment | None = None) -> bool:
    """What a workshop wrote stays as it was told: who carries it adapts it. Nobody adapts a commitment."""
    return isinstance(thing, Roadmap) and thing.adapted_from_id is not None


@rules.predicate
def wrote_it(person: Person | None, roadmap: Roadmap | None = None) -> bool:
    """Who adapted it, while no body carries it."""
    return roadmap is not None and roadmap.carrier is None and acts(person) and roadmap.author_id == person.pk


@rules.predicate
def gave_it(person: Person | None, contribution: Contribution | None = None) -> bool:
    return contribution is not None and acts(person) and contribution.person_id == person.pk


@rules.predicate
def is_of_its_body(person: Person | None, contribution: Contribution | None = None) -> bool:
    body = contribution.organisation if contribution else None
    return body is not None and bool(is_member(person, body))


@rules.predicate
def decides_for(person: Person | None, organisation: Organisation | None = None) -> bool:
    """A member that is an owner or a co-owner of the body."""
    return (
        organisation is not None
        and acts(person)
        and is_member(person, organisation)
        and speaks_for(person, organisation, "owner", "co_owner")
    )


@rules.predicate
def decides_for_its_body(person: Person | None, pledge: TimePledge | None = None) -> bool:
    return pledge is not None and bool(decides_for(person, pledge.organisation))


@rules.predicate
def mentors(person: Person | None, mentoring: Mentoring | None = None) -> bool:
    return mentoring is not None and is_member(person, mentoring.mentor)


@rules.predicate
def proposed_it(person: Person | None, proposal: SessionProposal | None = None) -> bool:
    return proposal is not None and acts(person) and proposal.author_id == person.pk


@rules.predicate
def is_torn(person: Person | None, proposal: SessionProposal | None = None) -> bool:
    """Declared a conflict of interest with it."""
    return proposal is not None and acts(person) and proposal.reviews.filter(reviewer=person.pk, conflict=True).exists()


@rules.predicate
def reads_proposals(person: Person | None, edition: Edition | None = None) -> bool:
    """Named reviewer of this meeting, until a day."""
    role, kind = REVIEWER
    return edition is not None and acts(person) and has_role(person, role, kind, str(edition.pk), timezone.localdate())


@rules.predicate
def reads_it(person: Person | None, proposal: SessionProposal | None = None) -> bool:
    """Reviewer of its meeting, of what somebody else sent."""
    return proposal is not None and proposal.state != "draft" and bool(reads_proposals(person, proposal.edition))


rules.add_perm("gatherings.open_edition", is_of_the_body)
rules.add_perm("gatherings.organise", organises)
rules.add_perm("gatherings.withhold_edition", is_operator | edits_everything)
rules.add_perm("gatherings.restore_edition", is_operator | edits_everything)
rules.add_perm("gatherings.change_edition", organises)
rules.add_perm("gatherings.add_room", organises)
rules.add_perm("gatherings.change_room", organises_its_meeting)
rules.add_perm("gatherings.drop_room", organises_its_meeting)
rules.add_perm("gatherings.add_session", organises)
rules.add_perm("gatherings.change_session", organises_its_meeting)
rules.add_perm("gatherings.relate_themes", organises)
rules.add_perm("gatherings.show_name", organises_its_meeting)
rules.add_perm("gatherings.drop_name", organises_its_meeting)
rules.add_perm("gatherings.forget_names", is_operator)
rules.add_perm("gatherings.import_programme", organises | is_operator)
rules.add_perm("gatherings.accept_moves", organises)
rules.add_perm("gatherings.publish_programme", organises | is_operator)
rules.add_perm("gatherings.star", rules.always_allow)  # whoever reads, in the name of the desk
rules.add_perm("gatherings.register", rules.always_allow)
rules.add_perm("gatherings.unregister", rules.always_allow)
rules.add_perm("gatherings.forget_stars", is_operator)
rules.add_perm("gatherings.load", is_operator)
rules.add_perm("gatherings.remind", is_operator)
rules.add_perm("gatherings.adopt", is_signed_in)  # the service looks at the body in whose name
rules.add_perm("gatherings.tell_news", carries_it | (is_adapted & wrote_it))
rules.add_perm("gatherings.add_commitment", organises)
rules.add_perm("gatherings.change_commitment", organises_its_meeting)
rules.add_perm("gatherings.drop_commitment", organises_its_meeting)
rules.add_perm("gatherings.stand_for", carries_it)
rules.add_perm("gatherings.adapt", is_signed_in)
rules.add_perm("gatherings.edit", (is_adapted & (wrote_it | carries_it)) | ends_a_board)
rules.add_perm("gatherings.link_roadmap", carries_it | (is_adapted & wrote_it) | ends_a_board)
rules.add_perm("gatherings.unlink_roadmap", carries_it | (is_adapted & wrote_it) | ends_a_board)
rules.add_perm("gatherings.collect_signs", is_operator)
rules.add_perm("gatherings.write_report", organises_its_meeting)
rules.add_perm("gatherings.open_workshop", organises)
rules.add_perm("gatherings.describe_group", organises_its_meeting)
rules.add_perm("gatherings.add_card", organises_its_meeting)
rules.add_perm("gatherings.change_card", organises_its_meeting)
rules.add_perm("gatherings.link_need", organises_its_meeting)
rules.add_perm("gatherings.write_problem", organises_its_meeting)
rules.add_perm("gatherings.finish_stage", organises_its_meeting)
rules.add_perm("gatherings.reopen_stage", organises_its_meeting)
rules.add_perm("gatherings.publish_roadmap", organises_its_meeting)
for organised in ("set_call", "add_question", "add_criterion", "set_phase", "name_reviewer", "drop_reviewer"):
    rules.add_perm(f"gatherings.{organised}", organises)
for organised in ("change_question", "drop_question", "change_criterion", "drop_criterion", "drop_phase"):
    rules.add_perm(f"gatherings.{organised}", organises_its_meeting)
rules.add_perm("gatherings.propose", is_signed_in)
for authored in ("change_proposal", "withdraw_proposal", "discard_proposal", "confirm_proposal", "hold_beside"):
    rules.add_perm(f"gatherings.{authored}", proposed_it)
rules.add_perm("gatherings.decide_proposal", organises_its_meeting & ~proposed_it & ~is_torn)
rules.add_perm("gatherings.read_proposals", reads_proposals)
rules.add_perm("gatherings.declare_conflict", reads_it & ~proposed_it)
rules.add_perm("gatherings.write_review", reads_it & ~proposed_it & ~is_torn)
rules.add_perm("gatherings.forget_answers", is_operator)
# Whoever holds the link, in the name of the desk: the link was looked up by its secret
rules.add_perm("gatherings.answer_link", rules.always_allow)
rules.add_perm("gatherings.answer_name", rules.always_allow)
rules.add_perm("gatherings.stop_asking", rules.always_allow)
rules.add_perm("gatherings.ask_again", rules.always_allow)
rules.add_perm("gatherings.declare_contribution", is_signed_in)  # the service looks at the body it counts for
rules.add_perm("gatherings.correct_contribution", gave_it)
rules.add_perm("gatherings.withdraw_contribution", gave_it)
rules.add_perm("gatherings.validate_contribution", is_of_its_body & ~gave_it)
rules.add_perm("gatherings.refuse_contribution", is_of_its_body & ~gave_it)
rules.add_perm("gatherings.pledge_time", decides_for)
rules.add_perm("gatherings.end_pledge", decides_for_its_body)
rules.add_perm("gatherings.open_mentoring", is_of_the_body)
rules.add_perm("gatherings.log_mentoring", mentors)
rules.add_perm("gatherings.close_mentoring", mentors)
