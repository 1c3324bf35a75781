"""A need from its first words to its answer: expressed, supported, matched, answered, closed, opened again (03 § 3.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from communaux.catalogue import pooling, searches, standing
from communaux.catalogue.masking import mask
from communaux.catalogue.models import Commons, Need, NeedHit, NeedSupport
from communaux.catalogue.need_lists import NeedLine
from communaux.catalogue.slugs import UsedByNeeds, new_slug
from communaux.core import journal, markdown
from communaux.core.actions import action
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.ids import uuid7
from communaux.core.models import Organisation, Person
from communaux.core.rules import is_member

State = Need.State


@dataclass(frozen=True, slots=True)
class Looked:
    """A commons that was shown to the person, where, at which rank, and why it does not fit."""

    commons: Commons
    shown: str
    rank: int
    reason_code: str = ""
    reason: str = ""


@action("catalogue.express_need", journaled=False)
def express_need(
    by: Person, *, key: UUID, given: Mapping[str, Any], hits: Sequence[Looked], query: str, at: datetime
) -> Need:
    """Open a need with what the desk had found for it; the same form sent twice (`key`) leads to the same need."""
    _speaks_for(by, given.get("org"))
    if known := _again(by, key, given):
        return known
    taken = Need.objects.filter(pk=key).exists()
    try:
        with transaction.atomic():
            need = _made(by, uuid7() if taken else key, given, query, at)
    except IntegrityError as error:
        if known := _again(by, key, given):
            return known
        raise Conflict("need_at_once", _("Somebody wrote at the same moment: send the form again.")) from error
    NeedHit.objects.bulk_create(_hit(need, one) for one in hits)
    standing.weigh(need)
    standing.count(need, "", at)
    if need.query:
        searches.used(need.query, "need")
    journal.append(by, at, journal.Line("catalogue.express_need", journal.subject_of(need), {}, journal.facts(need)))
    return need


def _again(by: Person, key: UUID, given: Mapping[str, Any]) -> Need | None:
    same = {"title": given["title"], "text_md": given["text_md"]}
    return Need.objects.filter(pk=key, author=by, **same).first()


def _made(by: Person, key: UUID, given: Mapping[str, Any], query: str, at: datetime) -> Need:
    masked = mask(query)
    return Need.objects.create(
        pk=key,
        slug=new_slug((slugify(given["title"]) and given["title"]) or "besoin", "besoin", UsedByNeeds()),
        author=by,
        text_html=markdown.render(given["text_md"]),
        opened_at=at,
        query=masked,
        origin_kind=Need.Origin.SEARCH if masked else Need.Origin.PERSON,
        **given,
    )


def _hit(need: Need, one: Looked) -> NeedHit:
    return NeedHit(
        need=need,
        commons=one.commons,
        shown=one.shown,
        rank=one.rank,
        reason_code=one.reason_code,
        reason=one.reason.strip()[:300],
    )


@action("catalogue.import_needs", journaled=False)
def import_needs(
    by: Person, lines: Sequence[NeedLine], *, at: datetime, report: Callable[[int, int | None], None]
) -> int:
    """Open the needs of a list; one that stands already, by its words and its place, is not opened again."""
    brought = 0
    for done, line in enumerate(lines, 1):
        brought += _brought(by, line, at)
        report(done, len(lines))
    return brought


def _brought(by: Person, line: NeedLine, at: datetime) -> int:
    mark = hashlib.sha256(f"{line.title}\n{line.territory and line.territory.code}\n{line.who}".encode()).hexdigest()
    if Need.objects.filter(origin_kind=Need.Origin.IMPORT, origin_id=mark).exists():
        return 0
    given: dict[str, Any] = {"title": line.title, "text_md": line.text, "theme_id": line.theme, "kind": line.kind}
    given |= {"territory": line.territory, "for_whom": line.who, "lang": "fr", "org": None, "generation": None}
    need = _made(by, uuid7(), given, "", at)
    need.author, need.origin_kind, need.origin_id = None, Need.Origin.IMPORT, mark
    need.save(update_fields=["author", "origin_kind", "origin_id"])
    standing.weigh(need)
    standing.count(need, "", at)
    journal.append(by, at, journal.Line("catalogue.import_needs", journal.subject_of(need), {}, journal.facts(need)))
    return 1


@action("catalogue.correct_need", journaled=False)
def correct_need(by: Person, need: Need, *, title: str, text_md: str, at: datetime) -> Need:
    """Its author says it better, as long as it is open and nobody else joined: what others joined stays as they read it."""
    held = _held(need, State.OPEN)
    if held.supports.filter(withdrawn_at=None).exists():
        raise Conflict("others_joined", _("Others said that they need it too: the words they joined stay as they are."))
    if (held.title, held.text_md) == (title, text_md):
        return held
    before = journal.facts(held)
    held.title, held.text_md, held.text_html = title, text_md, markdown.render(text_md)
    held.save(update_fields=["title", "text_md", "text_html"])
    was, now = journal.changes(before, journal.facts(held))
    _told(by, held, "catalogue.correct_need", was, now, at)
    return held


@action("catalogue.support_need", journaled=False)
def support_need(by: Person, need: Need, *, org: Organisation | None = None, at: datetime) -> NeedSupport:
    """Say that one needs it too; twice is once."""
    _speaks_for(by, org)
    held = _held(need, State.OPEN, State.POOLED, State.MATCHED)
    whose = {"org": org} if org else {"org": None, "person": by}
    if known := NeedSupport.objects.filter(need=held, withdrawn_at=None, **whose).first():
        return known
    made = NeedSupport.objects.create(need=held, person=by, org=org, at=at)
    standing.weigh(held)
    _told(by, held, "catalogue.support_need", {}, {"org_name": org.name if org else ""}, at)
    return made


@action("catalogue.withdraw_support", journaled=False)
def withdraw_support(by: Person, need: Need, *, at: datetime) -> None:
    """Take back what one said; what a colleague said for the same body stays theirs to take back."""
    held = _held(need, *State.values)
    if NeedSupport.objects.filter(need=held, person=by, withdrawn_at=None).update(withdrawn_at=at):
        standing.weigh(held)
        _told(by, held, "catalogue.withdraw_support", {}, {}, at)


@action("catalogue.match_need", journaled=False)
def match_need(by: Person, need: Need, *, commons: Commons, why: str, at: datetime) -> Need:
    """Say which commons answers, and in one line why."""
    held = _held(need, State.OPEN, State.POOLED)
    _said(why)
    answer = commons.merged_into or commons
    if answer.state != Commons.State.PUBLISHED:
        raise NotReady("not_published", _("This commons is not published: it cannot answer a need."))
    held.answer_commons, held.answer_why = answer, why.strip()[:300]
    seen = held.hits.filter(commons__in={answer.pk, commons.pk}, shown=NeedHit.Shown.SEARCH).first()
    if seen and held.query:
        searches.used(held.query, "need", rank=seen.rank)
    return _moved(by, held, State.MATCHED, "catalogue.match_need", why, at)


@action("catalogue.answer_need", journaled=False)
def answer_need(by: Person, need: Need, *, at: datetime) -> Need:
    """The commons chosen is in use: the need is answered."""
    return _moved(by, _held(need, State.MATCHED), State.ANSWERED, "catalogue.answer_need", "", at)


@action("catalogue.close_need", journaled=False)
def close_need(by: Person, need: Need, *, reason: str, at: datetime) -> Need:
    """Close a need without answer; `reason` is one of `Need.CloseReason`."""
    held = _held(need, State.OPEN, State.POOLED)
    if reason not in Need.CloseReason.values or not reason:
        raise NotReady("reason_needed", _("Choose why it is closed."), missing=["reason"])
    held.close_reason, held.closed_at = reason, at
    return _moved(by, held, State.CLOSED, "catalogue.close_need", "", at)


@action("catalogue.reopen_need", journaled=False)
def reopen_need(by: Person, need: Need, *, reason: str, at: datetime) -> Need:
    """Open it again, saying why: the answer did not fit, or the need came back."""
    held = _held(need, State.MATCHED, State.ANSWERED, State.CLOSED)
    _said(reason)
    held.close_reason, held.closed_at, held.answer_commons, held.answer_why = "", None, None, ""
    return _moved(by, held, State.OPEN, "catalogue.reopen_need", reason, at)


def _held(need: Need, *states: str) -> Need:
    """The row, held until commit, in one of these states: of two persons who act at once the second is told."""
    held = pooling.hold(need)
    if held.state not in states:
        raise Conflict("moved_on", _("This need has moved on meanwhile: read it again first."), state=held.state)
    return held


def _speaks_for(by: Person, org: Organisation | None) -> None:
    if org is not None and not is_member(by, org):
        raise NotAllowed("not_of_this_body", _("You do not speak for this body."))


def _said(reason: str) -> None:
    if not reason.strip():
        raise NotReady("reason_needed", _("Say why: the reason is public."), missing=["reason"])


def _moved(by: Person, need: Need, state: str, act: str, reason: str, at: datetime) -> Need:
    """Into another state; what is answered, closed or open again stands in no pool."""
    before, stood, pool = journal.facts(Need.objects.get(pk=need.pk)), need.state, need.pool
    need.state, need.pool = state, pool if state in pooling.LIVE else None
    need.save(update_fields=["state", "close_reason", "closed_at", "answer_commons", "answer_why", "pool"])
    standing.count(need, stood, at)
    was, now = journal.changes(before, journal.facts(need))
    _told(by, need, act, was, now, at, reason)
    if pool and need.pool is None:
        pooling.left(by, need, pool, at)
    return need


def _told(
    by: Person,
    need: Need,
    act: str,
    was: Mapping[str, Any],
    now: Mapping[str, Any],
    at: datetime,
    reason: str = "",
) -> None:
    journal.append(by, at, journal.Line(act, journal.subject_of(need), was, now, reason.strip()))
