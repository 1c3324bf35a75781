"""Words of the thesaurus: proposed, measured, accepted or refused. An undo is a change of its own (01b § 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from communaux.catalogue import words
from communaux.catalogue.changes import changed
from communaux.catalogue.models import ThesaurusChange
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import Conflict, NotReady
from communaux.core.models import Person
from communaux.engines.search.overlay import Fault, WordChange

LONGEST = 80
State = ThesaurusChange.State


@action("catalogue.propose_word", journaled=False)
def propose_word(
    by: Person,
    change: WordChange,
    *,
    why: str = "",
    fault: Fault = "",
    undoes: ThesaurusChange | None = None,
    at: datetime,
) -> ThesaurusChange:
    """Propose a change of words; the same one that still waits is the same. `fault`: what it lacks on the words of today."""
    if fault or len(change.label) > LONGEST or len(change.fr) > LONGEST or len(change.en) > LONGEST:
        raise NotReady("meaningless", words.sentence(fault) if fault else _("A word has 80 letters at most."))
    same = {"concept": change.concept, "op": change.op, "payload": words.payload_of(change)}
    waiting = ThesaurusChange.objects.filter(state=State.PROPOSED, **same)
    if known := waiting.first():
        return known
    try:
        with transaction.atomic():
            made = ThesaurusChange.objects.create(by=by, why=why.strip()[:300], undoes=undoes, proposed_at=at, **same)
    except IntegrityError:
        return waiting.get()  # two clicks at once
    journal.append(by, at, journal.Line("catalogue.propose_word", journal.subject_of(made), {}, journal.facts(made)))
    return made


@action("catalogue.measure_word", journaled=False)
def keep_effect(by: Person, change: ThesaurusChange, *, effect: Mapping[str, Any], at: datetime) -> ThesaurusChange:
    """Keep what was measured, until it is decided. The journal does not hold it: it can be measured again."""
    held = _held(change)
    held.effect, held.measured_at = dict(effect), at
    held.save(update_fields=["effect", "measured_at"])
    return held


@action("catalogue.accept_word")
def accept_word(by: Person, change: ThesaurusChange, *, wanted: str, at: datetime) -> ThesaurusChange:
    """Accept a change whose effect was seen on the very words of today (`wanted`: their fingerprint), and that is sound."""
    held = _held(change)
    if not held.effect or held.effect["base"] != wanted:
        raise NotReady("not_measured", _("Measure its effect on the words of today before you accept it."))
    if held.effect["fault"]:
        raise NotReady("meaningless", words.sentence(held.effect["fault"]))
    if held.effect["problems"]:
        raise NotReady("unsound", _("The checker of the thesaurus refuses it: its page says why."))
    last = ThesaurusChange.objects.aggregate(last=Max("number"))["last"] or 0
    held.state, held.number, held.decided_by, held.decided_at = State.ACCEPTED, last + 1, by, at
    try:
        with transaction.atomic():
            held.save(update_fields=["state", "number", "decided_by", "decided_at"])
    except IntegrityError as error:
        raise Conflict(
            "words_moved", _("Another change was accepted at this moment: measure this one again.")
        ) from error
    changed()
    return held


@action("catalogue.refuse_word")
def refuse_word(by: Person, change: ThesaurusChange, *, reason: str, at: datetime) -> ThesaurusChange:
    """Refuse a change, saying why."""
    held = _held(change)
    if not reason.strip():
        raise NotReady("reason_needed", _("Say why: the reason is public."), missing=["reason"])
    held.state, held.reason, held.decided_by, held.decided_at = State.REFUSED, reason.strip()[:1000], by, at
    held.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    return held


def _held(change: ThesaurusChange) -> ThesaurusChange:
    """The row, held until commit: of two editors who decide at once the second is told."""
    held = ThesaurusChange.objects.select_for_update(no_key=True).get(pk=change.pk)
    if held.state != State.PROPOSED:
        raise Conflict("moved_on", _("This change was decided meanwhile."), state=held.state)
    return held
