"""A name beside a role: asked for by mail or shown of a public office, given, refused, taken back from everywhere at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from communaux.core import journal, outbox
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict, NotFound, TooMany
from communaux.core.models import Entry, Person
from communaux.engines.programme import model
from communaux.engines.programme.names import nameable
from communaux.gatherings.letters import NAME
from communaux.gatherings.models import Session, SpeakerName

State, Basis = SpeakerName.State, SpeakerName.Basis
# State and answer → what follows; all else changes nothing, but for who says yes to what is over
ANSWERED: Final = {
    (State.PENDING, True): State.GIVEN,
    (State.PENDING, False): State.REFUSED,
    (State.GIVEN, False): State.WITHDRAWN,
}
DAY: Final = timedelta(days=1)
MOST_OF_SESSION, MOST_OF_MEETING = 12, 100  # mails that ask for a name within a day


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose name for which role: asked for at `mail`, or read at `source` of who holds a public office."""

    role: str
    name: str
    mail: str = ""
    source: str = ""


@action("gatherings.show_name", journaled=False)
def show_name(by: Person, session: Session, *, wish: Wish, at: datetime) -> SpeakerName:
    """Ask by mail, and show nothing before the answer; a public office with its source is shown at once."""
    kept = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    if wish.role not in _keys(kept) or len(wish.role) > SpeakerName.LONGEST:
        raise BadRequest(
            "no_such_role", _("No role of this session reads like that, or two do: tell them apart first.")
        )
    if bool(wish.mail) == bool(wish.source):
        raise BadRequest("one_basis", _("Give a mail address to ask for consent, or the source of a public office."))
    known = SpeakerName.objects.filter(session=kept, role=wish.role).first()
    if known and not (known.basis == Basis.PUBLIC_OFFICE and known.state == State.WITHDRAWN):
        return _twin(known, wish)
    if wish.mail:
        _sober(kept, at)
    if known:  # nobody said no: who organises took it back, and corrects it
        known.delete()
    basis, state = (Basis.CONSENT, State.PENDING) if wish.mail else (Basis.PUBLIC_OFFICE, State.GIVEN)
    told = {"name": wish.name, "mail": wish.mail, "basis_source": wish.source, "basis": basis, "state": state}
    made = SpeakerName.objects.create(session=kept, role=wish.role, asked_at=at, **told)
    if wish.mail:
        outbox.put([outbox.letter(None, NAME, made.pk, at)])
    _note("gatherings.show_name", by, made, at)
    return made


@action("gatherings.answer_name", journaled=False)
def answer_name(by: Person, name: SpeakerName, *, agrees: bool, written: str = "", at: datetime) -> SpeakerName:
    """Whoever holds the link, in the name of the desk. `written`: their name as they want to read it."""
    kept = _kept(name)
    if kept.state == State.PENDING and not kept.waits(at):
        raise Conflict("too_late", _("The desk waited sixty days for this answer, and forgets the question."))
    if agrees and kept.state in (State.REFUSED, State.WITHDRAWN):
        raise Conflict(
            "name_gone", _("The desk no longer has this name: who organises can ask for it in another role.")
        )
    if following := ANSWERED.get((State(kept.state), agrees)):
        kept.name = written or kept.name
        _step("gatherings.answer_name", by, kept, following, at)
    return kept


@action("gatherings.drop_name", journaled=False)
def drop_name(by: Person, name: SpeakerName, *, at: datetime) -> None:
    """Who organises takes a question back, or a name away, when the person asks them or the role changes hands."""
    _drop(by, _kept(name), at)


@action("gatherings.forget_names", journaled=False)
def forget_names(by: Person, *, at: datetime) -> int:
    """Questions that nobody answered go, with the name and the address. How many."""
    late = SpeakerName.objects.filter(state=State.PENDING, asked_at__lte=at - SpeakerName.LASTS)
    return late.delete()[0]


def keep_to_roles(by: Person, sessions: Iterable[Session], at: datetime) -> None:
    """A name stays only while the draft has its role, in the same words."""
    standing = {one.pk: _keys(one) for one in sessions}
    rows = SpeakerName.objects.select_for_update(no_key=True).filter(session__in=standing)
    for one in list(rows.order_by("pk")):
        if one.role not in standing[one.session_id]:
            _drop(by, one, at)


def _sober(session: Session, at: datetime) -> None:
    """Each question is a mail to somebody who asked for none. The journal counts them: one that was taken back left too."""
    lines = Entry.objects.filter(act="gatherings.show_name", subject_kind="session", after__speaker_name="pending")
    lines = lines.filter(at__gt=at - DAY)
    if lines.filter(subject_id=str(session.pk)).count() >= MOST_OF_SESSION:
        told = _("%(n)d questions for a name left for this session within a day: this one was not sent. Ask tomorrow.")
        raise TooMany("too_many_questions", told % {"n": MOST_OF_SESSION})
    beside = Session.objects.filter(edition=session.edition_id).values_list("pk", flat=True)
    if lines.filter(subject_id__in=[str(pk) for pk in beside]).count() >= MOST_OF_MEETING:
        told = _("%(n)d questions for a name left for this meeting within a day: this one was not sent. Ask tomorrow.")
        raise TooMany("too_many_questions", told % {"n": MOST_OF_MEETING})


def _keys(session: Session) -> set[str]:
    return nameable(tuple(model.Role(**one) for one in session.roles))


def _kept(name: SpeakerName) -> SpeakerName:
    found = SpeakerName.objects.select_for_update(no_key=True).filter(pk=name.pk).first()
    if found is None:
        raise NotFound("no_such_name", _("This question was taken back meanwhile."))
    return found


def _twin(known: SpeakerName, wish: Wish) -> SpeakerName:
    """Two clicks are one; anything else is refused with the reason."""
    if known.name and (known.name, known.mail, known.basis_source) == (wish.name, wish.mail, wish.source):
        return known
    said = {
        State.PENDING: _("Somebody is asked for this role already: take the question back first."),
        State.GIVEN: _("A name is shown for this role already: take it away first."),
        State.REFUSED: _("Who was asked said no: this role stays without a name."),
        State.WITHDRAWN: _("The name was taken back: this role stays without one."),
    }
    raise Conflict("name_known", said[State(known.state)])


def _drop(by: Person, kept: SpeakerName, at: datetime) -> None:
    if kept.state == State.PENDING:
        _note("gatherings.drop_name", by, kept, at, "none")
        kept.delete()
    elif kept.state == State.GIVEN:
        _step("gatherings.drop_name", by, kept, State.WITHDRAWN, at)


def _step(act: str, by: Person, kept: SpeakerName, state: SpeakerName.State, at: datetime) -> None:
    """The address goes with the answer; the name with a no."""
    kept.state, kept.mail, kept.answered_at = state, "", at
    if state != State.GIVEN:
        kept.name = kept.basis_source = ""
    kept.save(update_fields=["state", "name", "mail", "basis_source", "answered_at"])
    _note(act, by, kept, at)


def _note(act: str, by: Person, kept: SpeakerName, at: datetime, state: str = "") -> None:
    """One line about the session, which draws its kept pages again; it tells no name and no role."""
    told = {"speaker_name": state or kept.state}
    journal.append(by, at, journal.Line(act, ("session", str(kept.session_id)), {}, told))
