"""Whom the acts of the area concern: the members of the body that carries a road map, and those who follow it or its meeting."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from itertools import chain
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy

from communaux.catalogue.queries.concerned import joined, through
from communaux.core import letters as mails
from communaux.core import outbox
from communaux.core.audiences import People, by_subject, following, members, persons_of
from communaux.core.models import Entry
from communaux.core.notify import DECIDED, NEWS, Shown, Told, name, silent, tell
from communaux.gatherings import letters, place_letters
from communaux.gatherings.models import (
    Commitment,
    Edition,
    EditionOrganiser,
    Report,
    Roadmap,
    ScheduleVersion,
    SessionProposal,
)


def shown(ids: Collection[str]) -> dict[str, Shown]:
    rows = Roadmap.objects.filter(pk__in=list(ids))
    return {str(one.pk): Shown(one.title, one.get_absolute_url()) for one in rows}


def shown_editions(ids: Collection[str]) -> dict[str, Shown]:
    rows = Edition.objects.filter(pk__in=list(ids))
    return {str(one.pk): Shown(one.name, one.get_absolute_url()) for one in rows}


def shown_versions(ids: Collection[str]) -> dict[str, Shown]:
    rows = ScheduleVersion.objects.filter(pk__in=list(ids)).select_related("edition").defer("programme")
    return {str(one.pk): Shown(str(one), f"{one.edition.get_absolute_url()}programme/changements/") for one in rows}


def shown_reports(ids: Collection[str]) -> dict[str, Shown]:
    rows = Report.objects.filter(pk__in=list(ids)).select_related("session__edition")
    return {str(one.pk): Shown(one.session.title, one.get_absolute_url()) for one in rows}


def shown_commitments(ids: Collection[str]) -> dict[str, Shown]:
    rows = Commitment.objects.filter(pk__in=list(ids)).select_related("edition")
    return {str(one.pk): Shown(one.title, one.get_absolute_url()) for one in rows}


def followers(ids: list[str], day: date) -> dict[str, set[UUID]]:
    return following("roadmap", ids)


def followers_of_meetings(ids: list[str], day: date) -> dict[str, set[UUID]]:
    return following("edition", ids)


def meetings_of(
    model: type[Roadmap | ScheduleVersion | Report | Commitment], path: str
) -> Callable[[list[str]], dict[str, str]]:
    """Id of each subject → that of its meeting."""

    def parents(ids: list[str]) -> dict[str, str]:
        rows = model._default_manager.filter(pk__in=ids).exclude(**{path: None}).values_list("pk", path)
        return {str(pk): str(edition) for pk, edition in rows}

    return parents


def organisers(ids: list[str], day: date) -> People:
    """Members of the bodies that organise a meeting."""
    rows = EditionOrganiser.objects.filter(edition__in=[UUID(one) for one in ids]).exclude(organisation=None)
    return persons_of(((str(pk), None, body) for pk, body in rows.values_list("edition", "organisation")), day)


def carriers(ids: list[str], day: date, model: type[Roadmap | Commitment] = Roadmap) -> People:
    rows = model._default_manager.filter(pk__in=ids).exclude(carrier=None).values_list("pk", "carrier_id")
    return members({str(pk): body for pk, body in rows if body}, day)


def carriers_of_parents(ids: list[str], day: date) -> People:
    """Of a copy: who carries what it was adapted from."""
    parents = dict(Roadmap.objects.filter(pk__in=ids).exclude(adapted_from=None).values_list("pk", "adapted_from_id"))
    found = carriers([str(parent) for parent in parents.values()], day)
    return {str(pk): found.get(str(parent), ()) for pk, parent in parents.items()}


def around_commitments(ids: list[str], day: date) -> People:
    """Members of the body, and those who follow the meeting."""
    followers = through(meetings_of(Commitment, "edition_id"), followers_of_meetings)
    return joined(carriers(ids, day, Commitment), followers(ids, day))


def proposed(ids: Collection[str]) -> dict[str, Shown]:
    """A proposal, to its author: no page but theirs leads there."""
    rows = SessionProposal.objects.filter(pk__in=list(ids)).select_related("edition")
    return {str(one.pk): Shown(one.title, reverse("own_proposal", args=[one.edition.slug, one.pk])) for one in rows}


def proposers(ids: list[str], day: date) -> People:
    rows = SessionProposal.objects.filter(pk__in=ids).values_list("pk", "author_id")
    return {str(pk): [author] for pk, author in rows}


def cancelled(ids: list[str], day: date) -> People:
    """Who proposed a session that its organisers cancelled in the draft."""
    rows = SessionProposal.objects.filter(session__pk__in=ids, state=SessionProposal.State.CANCELLED)
    return {str(session): [author] for session, author in rows.values_list("session_id", "author_id")}


def sessions(ids: Collection[str]) -> dict[str, Shown]:
    """Those that somebody proposed, by the page of the proposal."""
    rows = SessionProposal.objects.filter(session__pk__in=list(ids)).select_related("edition")
    return {
        str(one.session_id): Shown(one.title, reverse("own_proposal", args=[one.edition.slug, one.pk])) for one in rows
    }


silent("gatherings.load")  # the operator's own: facts of the package
silent(
    "gatherings.remind", "gatherings.ask_again", "gatherings.answer_link"
)  # the mail is the notice; news have a line of their own
silent("gatherings.stop_asking", "gatherings.stand_for")  # their own wish
silent("gatherings.change_commitment", "gatherings.drop_commitment")  # what was written down badly
silent(
    "gatherings.open_edition",
    "gatherings.change_edition",
    "gatherings.add_room",
    "gatherings.change_room",
    "gatherings.drop_room",
    "gatherings.add_session",
)  # their own work
tell(
    "gatherings.withhold_edition",
    by_subject(organisers),
    DECIDED,
    gettext_lazy("taken off the desk: its page says why"),
)
tell("gatherings.restore_edition", by_subject(organisers), DECIDED, gettext_lazy("back on the desk"))
silent("gatherings.import_programme", "gatherings.accept_moves", "gatherings.relate_themes")
silent("gatherings.star", "gatherings.register", "gatherings.unregister", "gatherings.forget_stars")
silent("gatherings.show_name", "gatherings.drop_name", "gatherings.forget_names")  # the mail is the question
silent("gatherings.answer_name")  # who organises reads it beside the role
silent("gatherings.edit", "gatherings.link_roadmap", "gatherings.unlink_roadmap")
silent("gatherings.collect_signs")  # a sign is no news
silent(  # those around the board see it
    *("gatherings.open_workshop", "gatherings.describe_group", "gatherings.add_card", "gatherings.change_card"),
    *("gatherings.link_need", "gatherings.write_problem", "gatherings.finish_stage", "gatherings.reopen_stage"),
)
silent(  # between somebody and their body: their own pages tell
    *("gatherings.declare_contribution", "gatherings.correct_contribution", "gatherings.withdraw_contribution"),
    *("gatherings.validate_contribution", "gatherings.refuse_contribution"),
)
silent("gatherings.pledge_time", "gatherings.end_pledge")
silent("gatherings.open_mentoring", "gatherings.log_mentoring", "gatherings.close_mentoring")

silent(  # their own work, or in the space of who decides
    *("gatherings.set_call", "gatherings.add_question", "gatherings.drop_question", "gatherings.add_criterion"),
    *("gatherings.change_question", "gatherings.change_criterion"),
    *("gatherings.drop_criterion", "gatherings.set_phase", "gatherings.drop_phase"),
    *("gatherings.name_reviewer", "gatherings.drop_reviewer"),  # told as any role is
    *("gatherings.propose", "gatherings.change_proposal", "gatherings.withdraw_proposal"),
    "gatherings.discard_proposal",
    *("gatherings.confirm_proposal", "gatherings.hold_beside", "gatherings.declare_conflict"),
    *("gatherings.write_review", "gatherings.forget_answers"),
)

name("roadmap", shown)
name("sessionproposal", proposed)
name("session", sessions)
tell(  # any other change of a draft is its organisers' own work
    "gatherings.change_session",
    by_subject(cancelled),
    DECIDED,
    gettext_lazy("the organisers cancelled the session that you proposed"),
)
tell(
    "gatherings.decide_proposal",
    by_subject(proposers),
    DECIDED,
    gettext_lazy("the organisers decided on your proposal"),
)
tell(
    "gatherings.adapt",
    by_subject(carriers_of_parents),
    NEWS,
    gettext_lazy("adapted from a road map that your body carries"),
)
around = by_subject(lambda ids, day: joined(carriers(ids, day), followers(ids, day)), kind="roadmap")
committed = by_subject(around_commitments, kind="commitment")


def both(entries: Sequence[Entry], at: datetime) -> Told:
    """News of a road map and of a commitment have one verb."""
    return chain(around(entries, at), committed(entries, at))


tell("gatherings.adopt", around, NEWS, gettext_lazy("your body takes it up"))
tell("gatherings.tell_news", both, NEWS, gettext_lazy("there is news of it"))
tell("gatherings.fell_silent", around, NEWS, gettext_lazy("nobody has told anything for a year"))

name("commitment", shown_commitments)
tell("gatherings.add_commitment", committed, NEWS, gettext_lazy("a body commits itself at the meeting"))
name("edition", shown_editions)
name("scheduleversion", shown_versions)
name("report", shown_reports)
tell(
    "gatherings.publish_programme",
    by_subject(through(meetings_of(ScheduleVersion, "edition_id"), followers_of_meetings)),
    NEWS,
    gettext_lazy("a version of the programme is published"),
)
tell(
    "gatherings.publish_roadmap",
    by_subject(through(meetings_of(Roadmap, "edition_id"), followers_of_meetings)),
    NEWS,
    gettext_lazy("a workshop publishes its road map"),
)
tell(
    "gatherings.write_report",
    by_subject(through(meetings_of(Report, "session__edition_id"), followers_of_meetings)),
    NEWS,
    gettext_lazy("the report of the session is there"),
)

mails.WRITERS |= {letters.INVITATION: letters.written, letters.NAME: letters.asked_for_a_name}
for kind in (place_letters.PLACE, place_letters.CHANGE):
    mails.WRITERS[kind], outbox.AFTER[kind] = place_letters.written, place_letters.forget
