"""The programme of an edition: its rooms and sessions, a file of another system brought in, versions that are published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from communaux.catalogue.slugs import new_slug
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.canonical import digest
from communaux.core.errors import BadRequest, Conflict, NotReady
from communaux.core.models import Organisation, Person
from communaux.engines.programme import model, telling
from communaux.engines.programme.arrange import Move, accept
from communaux.engines.programme.conflicts import conflicts
from communaux.engines.programme.diff import diff
from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.formats import FORMATS
from communaux.engines.programme.model import known
from communaux.engines.programme.snapshot import restored, stored
from communaux.gatherings.models import (
    Edition,
    EditionOrganiser,
    ExportFile,
    Room,
    ScheduleVersion,
    Session,
    SessionProposal,
)
from communaux.gatherings.proposing import STEPS
from communaux.gatherings.queries import programmes
from communaux.gatherings.services.attending import promote, tell_of_changes
from communaux.gatherings.services.naming import keep_to_roles

BESIDE: Final = ("ouvrir", "themes", "carte")  # addresses that stand where those of editions do
MOST_SESSIONS: Final = 1_000  # of one file
COPIED: Final = (
    *("title", "minutes", "kind", "theme", "subtitle", "summary", "description", "capacity", "language", "state"),
    *("recording_optout", "licence", "url", "number", "slug"),
)


class Taken:
    """Every address of an edition, asked one by one, and those beside them."""

    def __contains__(self, slug: object) -> bool:
        return slug in BESIDE or Edition.objects.filter(slug=slug).exists()


@action("gatherings.open_edition")
def open_edition(
    by: Person, organisation: Organisation, *, key: UUID, told: Mapping[str, Any], at: datetime
) -> Edition:
    """A meeting that this body organises; the same form sent twice makes one (`key`)."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if made := Edition.objects.filter(pk=key, organisers__organisation=organisation).first():
        return made
    taken = Edition.objects.filter(pk=key).exists()
    given = {"pk": uuid4()} if taken else {"pk": key}
    slug = new_slug(told["name"], "rendez-vous", Taken())
    made = Edition.objects.create(**given, **told, slug=slug, created_at=at)
    EditionOrganiser.objects.create(edition=made, name=organisation.name, organisation=organisation)
    return made


@action("gatherings.change_edition")
def change_edition(by: Person, edition: Edition, *, base: str, told: Mapping[str, Any], at: datetime) -> Edition:
    """What its organisers said of it, put right; its address stays. `base`: its fingerprint when it was shown."""
    kept = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if kept.fingerprint != base:
        said = _(
            "Somebody changed this meeting meanwhile: what they wrote stands above the form. Compare, then send again."
        )
        raise Conflict("changed_meanwhile", said)
    if told["timezone"] != kept.timezone and kept.sessions.exclude(starts_at=None).exists():
        raise Conflict("zone_used", _("Sessions have their times in this time zone: it stays."))
    for name, value in told.items():
        setattr(kept, name, value)
    kept.precision = Edition.Precision.DAY
    kept.save()
    return kept


def _held(edition: Edition) -> None:
    """One writer at a time on a draft: what two send at once is refused with a sentence, not by the database."""
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)


@action("gatherings.add_room")
def add_room(by: Person, edition: Edition, *, told: Mapping[str, Any], at: datetime) -> Room:
    _held(edition)
    if edition.rooms.filter(name=told["name"]).exists():
        raise Conflict("room_known", _("This meeting has a room of this name already."))
    return Room.objects.create(edition=edition, **told)


@action("gatherings.change_room")
def change_room(by: Person, room: Room, *, base: str, told: Mapping[str, Any], at: datetime) -> Room:
    """What is said of it; sessions stay in it. `base`: its fingerprint when it was shown."""
    _held(room.edition)
    kept = Room.objects.select_for_update(no_key=True, of=("self",)).select_related("edition").get(pk=room.pk)
    if kept.fingerprint != base:
        said = _(
            "Somebody changed this room meanwhile: what they wrote stands above the form. Compare, then send again."
        )
        raise Conflict("changed_meanwhile", said)
    if kept.edition.rooms.exclude(pk=kept.pk).filter(name=told["name"]).exists():
        raise Conflict("room_known", _("This meeting has a room of this name already."))
    for name, value in told.items():
        setattr(kept, name, value)
    kept.save()
    for session in kept.sessions.select_related("room"):
        promote(session, at)
    return kept


@action("gatherings.drop_room")
def drop_room(by: Person, room: Room, *, at: datetime) -> Edition:
    _held(room.edition)
    if room.sessions.exists():
        raise Conflict("room_used", _("Sessions stand in this room: move them first."))
    edition = room.edition
    room.delete()
    return edition


@action("gatherings.add_session")
def add_session(by: Person, edition: Edition, *, key: UUID, told: Mapping[str, Any], at: datetime) -> Session:
    """A session of the draft; the same form sent twice makes one (`key`)."""
    _held(edition)
    if made := Session.objects.filter(pk=key, edition=edition).first():
        return made
    pk = uuid4() if Session.objects.filter(pk=key).exists() else key
    return Session.objects.create(pk=pk, edition=edition, code=programmes.free_code(edition), created_at=at, **told)


@action("gatherings.change_session")
def change_session(by: Person, session: Session, *, base: int, told: Mapping[str, Any], at: datetime) -> Session:
    """What is said of it and where it stands. `base`: how often it was written when it was shown."""
    _held(session.edition)
    kept = (
        Session.objects.select_for_update(no_key=True, of=("self",))
        .select_related("edition", "room")
        .get(pk=session.pk)
    )
    if kept.written != base:
        said = _(
            "Somebody changed this session meanwhile: what they wrote stands above the form. Compare, then send again."
        )
        raise Conflict("changed_meanwhile", said)
    if told.get("state") == "cancelled" and not told.get("reason"):
        raise BadRequest("reason_needed", _("Say why it is cancelled: those who wanted to come read it."))
    for name, value in told.items():
        setattr(kept, name, value)
    kept.written += 1
    kept.save()
    promote(kept, at)
    keep_to_roles(by, [kept], at)
    _followed(kept)
    return kept


def _followed(session: Session) -> None:
    """The proposal that it was tells the same."""
    one = SessionProposal.objects.select_for_update(no_key=True).filter(session=session).first()
    event = {"held": "hold", "cancelled": "cancel"}.get(session.state, "")
    if one and (following := STEPS.get((one.state, event))):
        one.state, one.reason = following, session.reason or one.reason
        one.written += 1
        one.save(update_fields=["state", "reason", "written"])


@action("gatherings.import_programme", journaled=False)
def import_programme(by: Person, edition: Edition, *, programme: model.Programme, at: datetime) -> tuple[int, int]:
    """Bring the sessions of a file in: those known by their guid are rewritten, others stay. How many are new and rewritten."""
    _held(edition)
    if len(programme.sessions) > MOST_SESSIONS:
        raise BadRequest("too_many_sessions", _("A programme has at most %(most)d sessions.") % {"most": MOST_SESSIONS})
    rooms = _rooms(edition, programme.rooms)
    known = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("room")
    ours = {one.pk: one for one in known.filter(pk__in=programme.by_guid)}
    if foreign := [one for one in ours.values() if one.edition_id != edition.pk]:
        raise Conflict(
            "other_edition", _("“%(title)s” belongs to another meeting of this desk.") % {"title": foreign[0]}
        )
    placed, codes = programme.placed, set(edition.sessions.values_list("code", flat=True))
    rows, lines = list[Session](), []
    for one in programme.sessions:
        row = ours.get(one.guid) or Session(pk=one.guid, edition=edition, code="", created_at=at, state="accepted")
        before = journal.facts(row) if one.guid in ours else {}
        _fill(row, one, placed.get(one.guid), rooms)
        if not row.code:
            row.code = one.code if one.code not in codes else programmes.free_code(edition)
            codes.add(row.code)
        _check(row, one.title)
        row.save()
        rows.append(row)
        lines.append(_line("gatherings.import_programme", row, before))
    keep_to_roles(by, rows, at)
    new = len(programme.sessions) - len(ours)
    told = {"added": new, "rewritten": len(ours)}
    lines.append(journal.Line("gatherings.import_programme", journal.subject_of(edition), {}, told))
    journal.append_many(by, at, [line for line in lines if line.before or line.after])
    return new, len(ours)


def _line(act: str, row: Session, before: Mapping[str, Any]) -> journal.Line:
    old, new = journal.changes(before, journal.facts(row))
    return journal.Line(act, journal.subject_of(row), old, new)


def _rooms(edition: Edition, given: Iterable[model.Room]) -> dict[str, Room]:
    found = {one.name: one for one in edition.rooms.all()}
    for one in given:
        if one.name not in found:
            facts = {"guid": one.guid, "step_free": one.step_free, "hearing_loop": one.hearing_loop}
            found[one.name] = Room(edition=edition, name=one.name, capacity=one.capacity, **facts)
            _check(found[one.name], one.name)
            found[one.name].save()
    return found


def _check(row: Session | Room, title: str) -> None:
    """What a file says may be longer than the desk holds: all of it is refused, and which."""
    try:
        row.clean_fields(exclude=["edition", "room"])
    except ValidationError as error:
        told = {"title": title[:80], "why": next(iter(error.messages))}
        raise BadRequest("bad_file", _("“%(title)s” of this file cannot be kept: %(why)s") % told) from error


def _fill(row: Session, one: model.Session, slot: model.Slot | None, rooms: Mapping[str, Room]) -> None:
    """What a file cannot tell stays as the draft has it: needs of access, and roles where it only has persons."""
    for name in COPIED:
        setattr(row, name, getattr(one, name))
    row.needs = sorted(one.needs) or row.needs
    if any(role.shown for role in one.roles) or not any(role["shown"] for role in row.roles):
        row.roles = [{"id": role.id, "kind": role.kind, "shown": role.shown} for role in one.roles]
    row.links = [{"url": link.url, "title": link.title} for link in one.links]
    row.room = rooms[slot.room] if slot and slot.room else None
    row.starts_at = slot.start if slot else None
    row.written += 1
    if row.state == "cancelled" and not row.reason:
        row.reason = _("Cancelled in the file that was brought in.")


@action("gatherings.accept_moves", journaled=False)
def accept_moves(by: Person, edition: Edition, *, moves: Sequence[Move], at: datetime) -> None:
    """Make those moves of a proposal that a person took. What moved meanwhile is refused, all of it."""
    _held(edition)
    rows = {one.pk: one for one in edition.sessions.select_related("room")}
    try:
        known("session", rows, (one.session for one in moves))
        placed = accept(programmes.draft(edition), moves).placed
    except ProgrammeError as error:
        raise Conflict("changed_meanwhile", _("A session was moved meanwhile: ask for a new proposal.")) from error
    rooms, lines = {one.name: one for one in edition.rooms.all()}, []
    for one in moves:
        row, slot = rows[one.session], placed.get(one.session)
        before = journal.facts(row)
        row.room = rooms[slot.room] if slot and slot.room else None
        row.starts_at = slot.start if slot else None
        row.written += 1
        row.save(update_fields=["room", "starts_at", "written"])
        promote(row, at)
        lines.append(_line("gatherings.accept_moves", row, before))
    journal.append_many(by, at, lines)


@action("gatherings.publish_programme")
def publish_programme(by: Person, edition: Edition, *, note: str, at: datetime) -> ScheduleVersion:
    """The draft as it stands becomes a version that never changes, with its files. Refused while an error stands in its way."""
    _held(edition)
    programme = programmes.draft(edition)
    _publishable(programme)
    last = edition.versions.order_by("-ordinal").first()
    changes = diff(replace(restored(last.programme), version=None), programme) if last else None
    if last and not changes:
        raise Conflict("nothing_new", _("Nothing changed since version %(number)s.") % {"number": last.number})
    ordinal = last.ordinal + 1 if last else 1
    number = f"1.{ordinal - 1}"
    programme = replace(programme, version=model.Version(number, at, ordinal))
    kept = stored(programme)
    made = ScheduleVersion.objects.create(
        edition=edition,
        ordinal=ordinal,
        number=number,
        published_at=at,
        note=note,
        programme=kept,
        sha256=digest(kept),
    )
    ExportFile.objects.bulk_create(_files(made, programme))
    if changes:
        tell_of_changes(changes, at)
    return made


def _publishable(programme: model.Programme) -> None:
    if not programme.slots:
        raise NotReady("nothing_placed", _("No session has a time yet."))
    wrong = [one for one in conflicts(programme) if one.level == "error"]
    if wrong:
        first = telling.conflict(programme, wrong[0], "fr" if get_language() == "fr" else "en")
        one = "%(n)d error stands in the way of publishing: %(first)s"
        said = ngettext(one, "%(n)d errors stand in the way of publishing; the first: %(first)s", len(wrong))
        raise NotReady("conflicts", said % {"n": len(wrong), "first": first})


def _files(version: ScheduleVersion, programme: model.Programme) -> list[ExportFile]:
    host = urlsplit(settings.DESK_URL).hostname or "localhost"
    made = {form: one.write(programme, instance=host, lang="fr") for form, one in FORMATS.items()}
    return [
        ExportFile(version=version, format=form, content=content, sha256=hashlib.sha256(content).hexdigest())
        for form, content in made.items()
    ]
