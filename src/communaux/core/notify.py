"""Notices: who is told of which line of the journal. The mechanism only; each area declares its rows in its `notices.py`.

A row is `verb → audience → kind → text`: `tell("catalogue.publish", authors, DECIDED, _("published"))`. A verb nobody needs to
hear of is `silent("…")`; a test fails when a verb is neither. `follow` reads the journal from where it last stopped, a slice
in one transaction: killed, it takes that slice up again, and the unique constraints keep anything from being told twice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any
from uuid import UUID

from django.core.mail import mailers
from django.db import transaction
from django.utils.functional import Promise

from communaux.core import outbox
from communaux.core.frequencies import Chosen, Frequencies, of_subjects
from communaux.core.models import (
    DESK,
    Digest,
    Entry,
    Frequency,
    JournalCursor,
    MailChannel,
    NoticeKind,
    Notification,
    Person,
    Subscription,
)
from communaux.core.rows import insert_missing

ASKED, DECIDED, NEWS = NoticeKind.ASKED, NoticeKind.DECIDED, NoticeKind.NEWS
CURSOR = "notices"
SLICE = 500
COLUMNS = ("person", "entry", "at", "kind", "channel", "frequency", "state")
UNUSED = ("reason", "private", "private_sha256", "prev_hash", "hash")
State, Channel = Notification.State, Notification.Channel

# What an audience gives: (seq of the line, person), for a slice of lines of its verb at once
type Told = Iterable[tuple[int, UUID]]
type Audience = Callable[[Sequence[Entry], datetime], Told]
type Key = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class Row:
    """`says`: what happened to the subject, as it follows its name. `until`: verbs that settle what is asked of it.

    Of a subject that may be asked several things at once, `same` names the field of the line that tells them apart; `done`
    says whether a line of `until` settles anything.
    """

    verb: str
    audience: Audience
    kind: NoticeKind
    says: str | Promise
    until: tuple[str, ...] = ()
    same: str = ""
    done: Callable[[Entry], bool] = lambda entry: True


@dataclass(frozen=True, slots=True)
class Shown:
    """A subject as a notice names it: its public name, and where to go (a path of this desk)."""

    name: str
    path: str


ROWS: dict[str, list[Row]] = defaultdict(list)
SILENT: set[str] = set()
SUBJECTS: dict[str, Callable[[Collection[str]], Mapping[str, Shown]]] = {}


def tell(verb: str, audience: Audience, kind: NoticeKind, says: str | Promise, **until: Any) -> None:
    """Declare a row (`until`: see Row); of two rows that reach one person by the same line, the more pressing kind counts."""
    ROWS[verb] = sorted([*ROWS[verb], Row(verb, audience, kind, says, **until)], key=lambda row: _rank(row.kind))


def silent(*verbs: str) -> None:
    """Declare verbs that nobody needs to be told of."""
    SILENT.update(verbs)


def name(kind: str, shown: Callable[[Collection[str]], Mapping[str, Shown]]) -> None:
    """Declare how subjects of this kind are named; ids that are gone are left out of the answer."""
    SUBJECTS[kind] = shown


def row_of(verb: str, kind: str) -> Row | None:
    return next((row for row in ROWS.get(verb, ()) if row.kind == kind), None)


def shown(entries: Iterable[Entry]) -> dict[tuple[str, str], Shown]:
    """Names and addresses of the subjects of these lines, in the language of now."""
    ids: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        ids[entry.subject_kind].add(entry.subject_id)
    return {
        (kind, pk): one
        for kind, wanted in ids.items()
        if kind in SUBJECTS
        for pk, one in SUBJECTS[kind](wanted).items()
    }


def _rank(kind: NoticeKind) -> int:
    return NoticeKind.values.index(kind)


def follow(at: datetime) -> tuple[int, int]:
    """Read the journal on; return how many lines were read and how many notices were made."""
    lines = made = 0
    while Entry.objects.filter(seq__gt=_read_until()).exists():
        read, told = _follow_slice(at)
        lines, made = lines + read, made + told
    return lines, made


def _read_until() -> int:
    return JournalCursor.objects.filter(name=CURSOR).values_list("seq", flat=True).first() or 0


@transaction.atomic
def _follow_slice(at: datetime) -> tuple[int, int]:
    """One slice, and the cursor with it; whoever follows at the same time waits here, then finds the next one."""
    JournalCursor.objects.get_or_create(name=CURSOR)
    cursor = JournalCursor.objects.select_for_update(no_key=True).get(name=CURSOR)
    entries = list(Entry.objects.filter(seq__gt=cursor.seq).order_by("seq").defer(*UNUSED)[:SLICE])
    told, by_seq = _told(_said_once(entries), at), {entry.seq: entry for entry in entries}
    followed = of_subjects((entry.subject_kind, entry.subject_id) for entry in entries)
    made = sum(_write(some, by_seq, followed, at) for some in _by_person(told))
    for entry in entries:
        _settle(entry)
        _forget(entry)
    if entries:
        JournalCursor.objects.filter(name=CURSOR).update(seq=entries[-1].seq)
    return len(entries), made


def _said_once(entries: Iterable[Entry]) -> list[Entry]:
    """An act that wrote two lines about one subject is told once."""
    first: dict[object, Entry] = {}
    for entry in entries:
        first.setdefault((entry.act, entry.subject_kind, entry.subject_id, entry.actor_id, entry.at), entry)
    return list(first.values())


def _told(entries: Iterable[Entry], at: datetime) -> dict[Key, NoticeKind]:
    """Whom each line concerns, and why; nobody is told of their own acts."""
    by_verb: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_verb[entry.act].append(entry)
    found: dict[Key, NoticeKind] = {}
    for verb, lines in by_verb.items():
        actors = {entry.seq: entry.actor_id for entry in lines}
        if verb not in ROWS and verb not in SILENT:
            logging.getLogger(__name__).warning("no notice is declared for the verb %s", verb)
        for row in ROWS.get(verb, ()):
            for seq, person in row.audience(lines, at):
                if person != actors[seq]:
                    found.setdefault((person, seq), row.kind)
    return found


def _by_person(told: Mapping[Key, NoticeKind]) -> Iterable[dict[UUID, list[tuple[int, NoticeKind]]]]:
    """The same by person, some people at a time."""
    whole: dict[UUID, list[tuple[int, NoticeKind]]] = defaultdict(list)
    for (person, seq), kind in sorted(told.items()):
        whole[person].append((seq, kind))
    return ({person: whole[person] for person in some} for some in batched(whole, 1000, strict=False))


def _write(
    told: dict[UUID, list[tuple[int, NoticeKind]]], entries: dict[int, Entry], followed: Chosen, at: datetime
) -> int:
    """Rows for the page of each, for the mail of those who want one, and what must leave at once."""
    open_ones = Person.objects.filter(pk__in=told, is_active=True, erased_at=None).exclude(pk=DESK)
    people = dict(open_ones.values_list("pk", "mail"))
    mailed = _mailed(people)
    often, rows, leaving = Frequencies.of(people, followed), [], []
    for person in people:
        for seq, kind in told[person]:
            line = (person, seq, entries[seq].at, kind)
            rows.append((*line, Channel.INAPP, "", State.NEW))
            every = often.for_notice(person, kind, entries[seq]) if person in mailed else Frequency.NONE
            if every == Frequency.IMMEDIATE:
                rows.append((*line, Channel.MAIL, every, State.QUEUED))
                leaving.append(outbox.letter(person, "entry", seq, at))
            elif every != Frequency.NONE:
                rows.append((*line, Channel.MAIL, every, State.NEW))
    insert_missing(Notification, COLUMNS, rows)
    outbox.put(leaving)
    return sum(row[4] == Channel.INAPP for row in rows)


def _mailed(people: Mapping[UUID, str | None]) -> set[UUID]:
    """Those whom mail reaches: they have an address, it is not left alone, and this desk sends mail."""
    if "default" not in mailers:
        return set()
    paused = MailChannel.objects.filter(person__in=list(people)).exclude(paused_at=None)
    left_alone = {row.person_id for row in paused if row.address == people[row.person_id]}
    return {person for person, mail in people.items() if mail and person not in left_alone}


def _settle(entry: Entry) -> None:
    """What was asked on this subject is done: it waits for nobody any more, neither on a page nor as a mail."""
    for row in (row for rows in ROWS.values() for row in rows if entry.act in row.until):
        if row.done(entry):
            same = {f"entry__after__{row.same}": entry.after.get(row.same)} if row.same else {}
            asked = Notification.objects.filter(entry__act=row.verb, kind=row.kind, entry__lt=entry.seq, **same)
            asked = asked.filter(entry__subject_kind=entry.subject_kind, entry__subject_id=entry.subject_id)
            asked.exclude(state=State.SETTLED).update(state=State.SETTLED)


def _forget(entry: Entry) -> None:
    """An erased person leaves no notice, no subscription, no address and no mail to be sent."""
    if entry.subject_kind == "person" and entry.after.get("erased_at"):
        forget(UUID(entry.subject_id))


def forget(person: UUID) -> None:
    """Remove all that this file knows of somebody."""
    for model in (Notification, Digest, Subscription, MailChannel):
        model._default_manager.filter(person=person).delete()
    outbox.cancel(person)
