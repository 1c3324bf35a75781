"""The programme of an edition: its draft as the engine reads it, what was published, what changed, who would like to be where."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from communaux.core.errors import NotFound
from communaux.engines.programme import model
from communaux.engines.programme.clash import Clash, clash
from communaux.engines.programme.conflicts import Conflict, conflicts, overlapping
from communaux.engines.programme.snapshot import restored
from communaux.engines.programme.times import day_of, hour
from communaux.gatherings.models import Edition, ExportFile, Registration, Report, ScheduleVersion, Session, Star
from communaux.gatherings.queries import names

FILTERS = ("jour", "theme", "type", "salle", "q")
KEPT = timedelta(days=90)  # after the last day of a meeting: stars, places, and the address beside one
FEWEST = 5  # below, a number of stars could tell who
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another


def draft(edition: Edition) -> model.Programme:
    """What the organisers have in hand. Three questions."""
    rows = list(edition.sessions.select_related("room").order_by("pk"))
    rooms = edition.rooms.order_by("name")
    return model.Programme(
        edition=_edition(edition),
        rooms=tuple(model.Room(r.name, r.capacity, r.guid, r.step_free, r.hearing_loop) for r in rooms),
        sessions=tuple(_session(one) for one in rows),
        slots=tuple(_slot(one, one.starts_at) for one in rows if one.starts_at),
        themes=tuple(sorted({one.theme for one in rows if one.theme})),
    )


def _edition(one: Edition) -> model.Edition:
    url = f"{settings.DESK_URL}{one.get_absolute_url()}"
    return model.Edition(
        one.name, one.slug, one.starts_on, one.ends_on or one.starts_on, one.timezone, url, one.licence
    )


def _session(one: Session) -> model.Session:
    return model.Session(
        guid=one.pk,
        code=one.code,
        title=one.title,
        minutes=one.minutes,
        kind=one.kind,
        theme=one.theme,
        subtitle=one.subtitle,
        summary=one.summary,
        description=one.description,
        capacity=one.capacity,
        language=one.language,
        state=one.state,  # type: ignore[arg-type]  # the engine refuses what is no state
        roles=tuple(model.Role(**role) for role in one.roles),
        needs=frozenset(one.needs),
        recording_optout=one.recording_optout,
        licence=one.licence,
        links=tuple(model.Link(**link) for link in one.links),
        url=one.url,
        number=one.number,
        slug=one.slug,
    )


def _slot(one: Session, start: datetime) -> model.Slot:
    return model.Slot(one.pk, one.room_name or None, start, start + timedelta(minutes=one.minutes))


@dataclass(frozen=True, slots=True)
class Checked:
    """The draft, what stands in its way, and how many are torn between two sessions."""

    programme: model.Programme
    conflicts: list[Conflict]
    torn: Clash

    @property
    def errors(self) -> list[Conflict]:
        return [one for one in self.conflicts if one.level == "error"]


def checked(edition: Edition) -> Checked:
    programme = draft(edition)
    return Checked(programme, conflicts(programme), clash(stars(edition), programme.slots))


def stars(edition: Edition) -> list[set[UUID]]:
    """Of each holder, the sessions that are starred; who they are is not told."""
    found = defaultdict[str, set[UUID]](set)
    for holder, session in Star.objects.filter(session__edition=edition).values_list("holder", "session_id"):
        found[holder].add(session)
    return list(found.values())


def session(edition: Edition, code: str) -> Session:
    found = edition.sessions.select_related("room", "edition").filter(code=code.upper()[:6]).first()
    if found is None:
        raise NotFound("no_session", _("This meeting has no such session."))
    return found


def report(edition: Edition, code: str) -> Report:
    """The last writing about a session of the programme. Raise NotFound."""
    row = session(edition, code)
    shown = row.pk in published(edition).programme.placed
    found = row.reports.select_related("session__edition").order_by("-number").first() if shown else None
    if found is None:
        raise NotFound("no_report", _("Nobody has written a report of this session."))
    return found


def published_all() -> dict[UUID, model.Programme]:
    """The last version of each edition that has one."""
    rows = ScheduleVersion.objects.order_by("ordinal").values_list("edition_id", "pk", "sha256")
    return {edition: whole(pk, sha256) for edition, (pk, sha256) in {row[0]: row[1:] for row in rows}.items()}


def reported(edition: Edition) -> list[model.Session]:
    """Sessions of the programme that somebody wrote a report of, in their order and as they are published."""
    rows = list(edition.sessions.filter(reports__number=1).values_list("pk", flat=True))
    if not rows:
        return []
    programme = published(edition).programme
    placed, known = programme.placed, programme.by_guid
    return [known[pk] for pk in sorted((pk for pk in rows if pk in placed), key=lambda pk: (placed[pk].start, pk))]


def free_code(edition: Edition) -> str:
    """Six letters and digits that no session of this edition has."""
    taken = set(edition.sessions.values_list("code", flat=True))
    while (code := "".join(secrets.choice(LETTERS) for _n in range(6))) in taken:
        pass
    return code


@dataclass(frozen=True, slots=True)
class Published:
    """A version and its programme."""

    number: str
    note: str
    published_at: datetime
    programme: model.Programme
    is_last: bool


def published(edition: Edition, number: str = "") -> Published:
    """The last version, or the one with this number. Raise NotFound."""
    found = versions(edition)
    for one in found:
        if not number or one.number == number:
            return _told(one, found[0])
    if number:
        raise NotFound("no_version", _("The programme of this meeting has no such version."))
    raise NotFound("no_programme", _("The programme of this meeting is not published yet."))


def last(edition: Edition, most: int) -> list[Published]:
    """The last versions, newest first. Raise NotFound where there is none."""
    found = versions(edition)
    if not found:
        raise NotFound("no_programme", _("The programme of this meeting is not published yet."))
    return [_told(one, found[0]) for one in found[:most]]


def _told(one: ScheduleVersion, newest: ScheduleVersion) -> Published:
    return Published(one.number, one.note, one.published_at, whole(one.pk, one.sha256), one == newest)


def versions(edition: Edition) -> list[ScheduleVersion]:
    """The newest first, without what they hold."""
    return list(edition.versions.defer("programme").order_by("-ordinal"))


@lru_cache(maxsize=16)
def whole(version: int, sha256: str) -> model.Programme:
    """A version never changes: its programme is read once a process."""
    return restored(ScheduleVersion.objects.values_list("programme", flat=True).get(pk=version))


def file_of(edition: Edition, form: str) -> tuple[int, str]:
    """Number and hash of the last version in this format. Raise NotFound."""
    files = ExportFile.objects.filter(version__edition=edition, format=form).order_by("-version__ordinal")
    if found := files.values_list("pk", "sha256").first():
        return found
    raise NotFound("no_programme", _("The programme of this meeting is not published yet."))


def content(file: int) -> bytes:
    """As it was written when it was published."""
    return bytes(ExportFile.objects.values_list("content", flat=True).get(pk=file))


def written_of(file: int) -> model.Programme:
    """The programme that this file was written of."""
    return whole(*ExportFile.objects.values_list("version_id", "version__sha256").get(pk=file))


@dataclass(frozen=True, slots=True)
class Line:
    """One session where it stands."""

    session: model.Session
    slot: model.Slot


type Hours = list[tuple[str, list[Line]]]


def listed(programme: model.Programme, asked: Mapping[str, str]) -> list[tuple[date, Hours]]:
    """Day by day and hour by hour, as the clock of the meeting shows; `asked`: what a visitor filters by (FILTERS)."""
    sessions, zone = programme.by_guid, programme.edition.zone
    days = defaultdict[date, dict[str, list[Line]]](dict)
    for slot in programme.slots:
        line = Line(sessions[slot.session], slot)
        if wanted(line, asked, day_of(slot.start, zone)):
            days[day_of(slot.start, zone)].setdefault(hour(slot.start, zone), []).append(line)
    return [(day, list(hours.items())) for day, hours in sorted(days.items())]


def wanted(line: Line, asked: Mapping[str, str], day: date) -> bool:
    one = line.session
    told = {"jour": day.isoformat(), "theme": one.theme, "type": one.kind, "salle": line.slot.room or ""}
    if any(asked.get(name) and asked[name] != value for name, value in told.items()):
        return False
    words = asked.get("q", "").casefold().split()
    text = " ".join((one.title, one.subtitle, one.summary, one.theme, one.code)).casefold()
    return all(word in text for word in words)


def choices(programme: model.Programme) -> dict[str, list[str]]:
    """What one may filter by: days, themes and types that have sessions."""
    placed, sessions = programme.placed, programme.by_guid
    shown = [sessions[guid] for guid in placed]
    return {
        "jour": [day.isoformat() for day, slots in programme.by_day() if slots],
        "theme": sorted({one.theme for one in shown if one.theme}),
        "type": sorted({one.kind for one in shown if one.kind}),
    }


@dataclass(frozen=True, slots=True)
class Way:
    """How a session came to be in somebody's programme. `state`: of their place, "" for none; `told`: an address is kept."""

    state: str = ""
    told: bool = False
    asks: bool = False  # who comes has to register


@dataclass(frozen=True, slots=True)
class Mine:
    """One session of an own programme, where it stands."""

    session: model.Session
    slot: model.Slot
    way: Way


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody starred of one meeting: sessions by time, those that overlap, those that left the programme."""

    edition: Edition
    programme: model.Programme
    lines: list[Mine]
    torn: set[UUID]
    left: list[Session]

    @property
    def until(self) -> date:
        return kept_until(self.edition)


def kept_until(edition: Edition) -> date:
    """The last day of places, and of an address whose mail did not leave before."""
    return (edition.ends_on or edition.starts_on) + KEPT


def starred(holder: str) -> list[Chosen]:
    """What somebody starred or has a place in, as it is published; meetings by their first day."""
    wanted = Q(stars__holder=holder) | Q(registrations__holder=holder)
    rows = (
        Session.objects.filter(wanted, edition__withheld_reason="")
        .distinct()
        .select_related("edition")
        .order_by("edition__starts_on", "pk")
    )
    places = Registration.objects.filter(holder=holder).values_list("session_id", "state", "mail")
    held = {pk: Way(state, bool(mail)) for pk, state, mail in places}
    by_edition = defaultdict[Edition, list[Session]](list)
    for one in rows:
        by_edition[one.edition].append(one)
    return [_chosen(edition, mine, held) for edition, mine in by_edition.items()]


def _chosen(edition: Edition, mine: Iterable[Session], held: Mapping[UUID, Way]) -> Chosen:
    programme, wanted = names.over(published(edition).programme, edition), {one.pk: one for one in mine}
    sessions = programme.by_guid
    ways = {pk: replace(held.get(pk, Way()), asks=row.registration == "open") for pk, row in wanted.items()}
    lines = [
        Mine(sessions[slot.session], slot, ways[slot.session]) for slot in programme.slots if slot.session in wanted
    ]
    standing = [one.slot for one in lines if one.session.state != "cancelled"]
    torn = {slot.session for pair in overlapping(standing) for slot in pair}
    left = [one for guid, one in wanted.items() if guid not in programme.placed]
    return Chosen(edition, programme, lines, torn, left)


ATTENDANCE = """SELECT (SELECT COUNT(*) FROM gatherings_star t WHERE t.session_id = s.id),
(SELECT COUNT(*) FROM gatherings_registration r WHERE r.session_id = s.id AND r.state = 'confirmed'),
(SELECT COUNT(*) FROM gatherings_registration r WHERE r.session_id = s.id AND r.state = 'waiting')
FROM gatherings_session s JOIN gatherings_edition e ON e.id = s.edition_id WHERE e.slug = %s AND s.code = %s"""


def attendance(gathering: str, code: str) -> tuple[int, ...]:
    """How many star a session, have a place and wait: what its page is drawn by and the journal does not tell."""
    with connection.cursor() as cursor:
        cursor.execute(ATTENDANCE, [gathering, code])
        return tuple(cursor.fetchone() or ())


def places(session: Session) -> int | None:
    """How many may register: those its organisers said, else those of its room; None: nobody said."""
    return session.capacity if session.capacity is not None else (session.room.capacity if session.room else None)


@dataclass(frozen=True, slots=True)
class Turn:
    """Where somebody stands for a session: their state ("" for none), their turn in the waiting list, places that are left.
    `told`: the desk keeps an address of theirs, for one mail."""

    state: str
    position: int
    left: int | None
    waiting: int
    told: bool


def turn(session: Session, holder: str) -> Turn:
    rows = list(session.registrations.order_by("pk").values_list("holder", "state"))
    confirmed = sum(state == Registration.State.CONFIRMED for _holder, state in rows)
    waiting = [who for who, state in rows if state == Registration.State.WAITING]
    mine = dict(rows).get(holder, "") if holder else ""
    position = waiting.index(holder) + 1 if mine == Registration.State.WAITING else 0
    total = places(session)
    told = bool(mine) and session.registrations.filter(holder=holder).exclude(mail="").exists()
    return Turn(mine, position, None if total is None else max(0, total - confirmed), len(waiting), told)
