"""Pages of who organises a meeting: open it, draft its programme, bring a file in, ask for a better arrangement, publish."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communaux.catalogue.queries.needs import own_bodies
from communaux.core.actions import allow
from communaux.core.errors import BadRequest, Refusal
from communaux.core.models import Person
from communaux.engines.programme import model, telling
from communaux.engines.programme.arrange import Move, Proposal, arrange
from communaux.engines.programme.conflicts import conflicts
from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.options import hours
from communaux.gatherings import services
from communaux.gatherings.forms import (
    ChangeEditionForm,
    EditionForm,
    ProgrammeFileForm,
    PublishForm,
    RoomForm,
    SessionForm,
    begun,
)
from communaux.gatherings.models import Edition, Room, ScheduleVersion, Session
from communaux.gatherings.queries import editions, names, programmes
from communaux.web.accounts import account_needed, signed_in
from communaux.web.follow_ups import reads_and_writes
from communaux.web.labels import TABLES
from communaux.web.sending import again, refused, sent

type Named = dict[UUID, tuple[str, str]]  # of `names.standing`
STEPS = 4_000  # of the search, on a page: about a second for a hundred sessions


def _lang() -> str:
    return "fr" if get_language() == "fr" else "en"


@account_needed
@reads_and_writes
def open_edition(request: HttpRequest) -> HttpResponse:
    by = signed_in(request)
    bodies = own_bodies(by, timezone.localdate())
    begin = {"key": uuid4(), "timezone": "Europe/Paris"}
    form = EditionForm(request.POST or None, bodies=bodies, words=TABLES["gathering"], initial=begin)
    if made := sent(form, lambda: _open(by, form)):
        messages.success(request, _("The meeting is there. Give it rooms and sessions."))
        return redirect("organise", made.slug)
    context = {"form": form, "bodies": bodies}
    return render(request, "gatherings/open_edition.html", context, status=422 if form.errors else 200)


@account_needed
@reads_and_writes
def change_edition(request: HttpRequest, gathering: str) -> HttpResponse:
    by, found, theirs = signed_in(request), editions.get(gathering), None
    allow("gatherings.change_edition", by, found)
    form = ChangeEditionForm(request.POST or None, words=TABLES["gathering"], edition=found)
    if sent(form, lambda: _change_edition(by, found, form)):
        messages.success(request, _("Saved."))
        return redirect("organise", found.slug)
    if refused(form, "changed_meanwhile"):
        theirs = editions.get(gathering)
        form.data = again(request, theirs.fingerprint)
    context = {"edition": found, "form": form, "theirs": theirs}
    return render(request, "gatherings/change_edition.html", context, status=422 if form.errors else 200)


@require_safe
@account_needed
def organise(request: HttpRequest, gathering: str) -> HttpResponse:
    found = editions.get(gathering)
    allow("gatherings.organise", signed_in(request), found)
    return _desk(request, found)


def _desk(request: HttpRequest, found: Edition, status: int = 200, **forms: Any) -> HttpResponse:
    """The draft, what stands in its way, and what may be done next; a form that was refused comes back with what was typed."""
    told, lang = programmes.checked(found), _lang()
    lines = [(one.level, telling.conflict(told.programme, one, lang)) for one in told.conflicts]
    context = {
        "edition": found,
        "told": told,
        "days": programmes.listed(told.programme, {}),
        "unplaced": [one for one in told.programme.sessions if one.guid not in told.programme.placed],
        "errors": [text for level, text in lines if level == "error"],
        "warnings": [text for level, text in lines if level == "warning"],
        "torn": list(telling.torn(told.programme, told.torn, lang)) if told.torn.possible else [],
        "rooms": found.rooms.order_by("name"),
        "versions": programmes.versions(found),
        "room_form": RoomForm(),
        "file_form": ProgrammeFileForm(),
        "publish_form": PublishForm(),
    }
    return render(request, "gatherings/organise.html", context | forms, status=status)


@require_POST
@account_needed
def add_room(request: HttpRequest, gathering: str) -> HttpResponse:
    by, found, form = signed_in(request), editions.get(gathering), RoomForm(request.POST)
    allow("gatherings.add_room", by, found)
    if sent(form, lambda: services.add_room(by, found, told=form.told(), at=timezone.now()), "name"):
        return redirect("organise", found.slug)
    return _desk(request, found, 422, room_form=form)


@account_needed
@reads_and_writes
def change_room(request: HttpRequest, gathering: str, room: int) -> HttpResponse:
    by, found = signed_in(request), editions.get(gathering)
    row, theirs = get_object_or_404(found.rooms.select_related("edition"), pk=room), None
    allow("gatherings.change_room", by, row)
    form = RoomForm(request.POST or None, initial=RoomForm.begun(row))
    if sent(form, lambda: _change_room(by, row, form), "name"):
        messages.success(request, _("Saved."))
        return redirect("organise", found.slug)
    if refused(form, "changed_meanwhile"):
        theirs = found.rooms.get(pk=room)
        form.data = again(request, theirs.fingerprint)
    context = {"edition": found, "row": row, "form": form, "theirs": theirs}
    return render(request, "gatherings/change_room.html", context, status=422 if form.errors else 200)


@require_POST
@account_needed
def drop_room(request: HttpRequest, gathering: str, room: int) -> HttpResponse:
    found = editions.get(gathering)
    try:
        services.drop_room(signed_in(request), get_object_or_404(found.rooms, pk=room), at=timezone.now())
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, refusal.message)
    return redirect("organise", found.slug)


@account_needed
@reads_and_writes
def add_session(request: HttpRequest, gathering: str) -> HttpResponse:
    by, found = signed_in(request), editions.get(gathering)
    allow("gatherings.add_session", by, found)
    begin = {"key": uuid4(), "minutes": 60, "state": "accepted"}
    form = SessionForm(request.POST or None, edition=found, row=None, words=TABLES["session_kind"], initial=begin)
    if made := sent(form, lambda: _add(by, found, form)):
        messages.success(request, _("“%(title)s” is in the draft.") % {"title": made.title})
        return redirect("organise", found.slug)
    context = {"edition": found, "form": form}
    return render(request, "gatherings/session_form.html", context, status=422 if form.errors else 200)


@account_needed
@reads_and_writes
def change_session(request: HttpRequest, gathering: str, code: str) -> HttpResponse:
    by, found = signed_in(request), editions.get(gathering)
    row, theirs = programmes.session(found, code), None
    allow("gatherings.change_session", by, row)
    words, named = TABLES["session_kind"], names.standing(row)
    form = SessionForm(request.POST or None, edition=found, row=row, words=words, initial=begun(row))
    if made := sent(form, lambda: _change(by, row, form)):
        said = _("“%(title)s” is changed in the draft; who comes sees it once you publish.")
        messages.success(request, said % {"title": made.title})
        _tell_lost(request, named, names.standing(made))
        return redirect("organise", found.slug)
    if refused(form, "changed_meanwhile"):
        row = programmes.session(found, code)
        form.data, theirs = again(request, str(row.written)), _theirs(row, form)
    context = {"edition": found, "row": row, "form": form, "theirs": theirs, "named": named.values()}
    return render(request, "gatherings/session_form.html", context, status=422 if form.errors else 200)


def _tell_lost(request: HttpRequest, before: Named, after: Named) -> None:
    """Each question and each name that went with a role that reads otherwise now."""
    asked = _("The role “%(role)s” reads otherwise now: its question for a name is taken back, its link opens nothing.")
    shown = _("The role “%(role)s” reads otherwise now: the name beside it is taken away, from every version and file.")
    for pk in before.keys() - after.keys():
        role, state = before[pk]
        messages.warning(request, (asked if state == "pending" else shown) % {"role": role})


def _theirs(row: Session, form: SessionForm) -> list[tuple[str, Any]]:
    """What stands there now, field by field."""
    shown = begun(row) | {"needs": ", ".join(telling.word("needs", one, _lang()) for one in row.needs)}
    kept = [name for name in form.fields if name not in ("key", "base") and shown.get(name) not in (None, "", False)]
    return [(str(form.fields[name].label), shown[name]) for name in kept]


@require_POST
@account_needed
def import_programme(request: HttpRequest, gathering: str) -> HttpResponse:
    """Into the draft: nothing is public before it is published."""
    by, found = signed_in(request), editions.get(gathering)
    allow("gatherings.import_programme", by, found)
    form, named = ProgrammeFileForm(request.POST, request.FILES, timezone=found.timezone), names.how_many_stand(found)
    if counts := sent(form, lambda: _import(by, found, form), "file"):
        new, known = counts
        told = ngettext("%(n)d new session", "%(n)d new sessions", new) % {"n": new}
        rewritten = ngettext("%(n)d rewritten", "%(n)d rewritten", known) % {"n": known}
        messages.success(request, f"{told}, {rewritten}.")
        if lost := named - names.how_many_stand(found):
            said = ngettext(
                "%(n)d name or question for a name is taken away: its role reads otherwise in the file.",
                "%(n)d names or questions for a name are taken away: their roles read otherwise in the file.",
                lost,
            )
            messages.warning(request, said % {"n": lost})
        return redirect("organise", found.slug)
    return _desk(request, found, 422, file_form=form)


@require_POST
@account_needed
def publish(request: HttpRequest, gathering: str) -> HttpResponse:
    by, found, form = signed_in(request), editions.get(gathering), PublishForm(request.POST)
    allow("gatherings.publish_programme", by, found)
    if made := sent(form, lambda: _publish(by, found, form)):
        messages.success(request, _("Version %(number)s is published.") % {"number": made.number})
        return redirect("programme", found.slug)
    return _desk(request, found, 422, publish_form=form)


@account_needed
@reads_and_writes
def arrangement(request: HttpRequest, gathering: str) -> HttpResponse:
    """A proposal, and the moves of it that a person takes."""
    by, found = signed_in(request), editions.get(gathering)
    allow("gatherings.accept_moves", by, found)
    if request.method == "POST":
        moves = [_move(one) for one in request.POST.getlist("move")[:1000]]
        services.accept_moves(by, found, moves=moves, at=timezone.now())
        messages.success(
            request, ngettext("%(n)d session moved.", "%(n)d sessions moved.", len(moves)) % {"n": len(moves)}
        )
        return redirect("organise", found.slug)
    whole, lang = programmes.draft(found), _lang()
    told = _proposal(whole, programmes.stars(found))
    rows = [(_sent(one), [line.strip() for line in telling.move(whole, one, lang)]) for one in told.moves]
    wrong = _("errors that keep the programme from being published")
    scores = [(wrong, _errors(whole), _errors(told.programme))] + [
        (telling.word("scores", name, lang), getattr(told.before, name), getattr(told.after, name)) for name in SCORES
    ]
    why = [(telling.title(whole, guid), telling.word("why", one, lang)) for guid, one in told.unplaced]
    context = {"edition": found, "moves": rows, "scores": scores, "unplaced": why}
    return render(request, "gatherings/arrangement.html", context)


def _proposal(whole: model.Programme, stars: list[set[UUID]]) -> Proposal:
    """A search, and what repairs the errors alone: where they are as good, that which moves fewer sessions."""
    found = [
        arrange(whole, hours(whole), stars, rng=np.random.default_rng(0), iterations=steps) for steps in (0, STEPS)
    ]
    return min(found, key=lambda one: (one.after.unplaced, one.after.soft, len(one.moves)))


def _errors(programme: model.Programme) -> int:
    return sum(one.level == "error" for one in conflicts(programme))


SCORES = ("unplaced", "clash", "themes", "places")


def _sent(one: Move) -> str:
    sides = [side and [side.room, side.start.isoformat(), side.end.isoformat()] for side in (one.before, one.after)]
    return json.dumps([str(one.session), *sides])


def _move(text: str) -> Move:
    """A move as the page sent it; what it says is checked against the draft."""
    try:
        guid, *sides = json.loads(text)
        session = UUID(guid)
        before, after = (_slot(session, side) for side in sides)
    except (ValueError, TypeError, AttributeError, ProgrammeError) as error:
        raise BadRequest("bad_move", _("This is no move of a proposal: ask for a new one.")) from error
    return Move(session, before, after, 0, 0)


def _slot(session: UUID, told: list[str] | None) -> model.Slot | None:
    if told is None:
        return None
    room, start, end = told
    return model.Slot(session, room, datetime.fromisoformat(start), datetime.fromisoformat(end))


def _open(by: Person, form: EditionForm) -> Edition:
    told = form.cleaned_data
    return services.open_edition(by, told["organisation"], key=told["key"], told=form.told(), at=timezone.now())


def _change_edition(by: Person, edition: Edition, form: ChangeEditionForm) -> Edition:
    told = {"base": form.cleaned_data["base"], "told": form.told()}
    return services.change_edition(by, edition, **told, at=timezone.now())


def _add(by: Person, edition: Edition, form: SessionForm) -> Session:
    return services.add_session(by, edition, key=form.cleaned_data["key"], told=form.told(), at=timezone.now())


def _change_room(by: Person, row: Room, form: RoomForm) -> Room:
    return services.change_room(by, row, base=form.cleaned_data["base"], told=form.told(), at=timezone.now())


def _change(by: Person, row: Session, form: SessionForm) -> Session:
    return services.change_session(by, row, base=form.cleaned_data["base"] or 0, told=form.told(), at=timezone.now())


def _import(by: Person, edition: Edition, form: ProgrammeFileForm) -> tuple[int, int]:
    return services.import_programme(by, edition, programme=form.cleaned_data["file"], at=timezone.now())


def _publish(by: Person, edition: Edition, form: PublishForm) -> ScheduleVersion:
    return services.publish_programme(by, edition, note=form.cleaned_data["note"], at=timezone.now())
