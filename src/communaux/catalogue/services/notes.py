"""The life of a *note d'opportunité*: begin, write, conclude, freeze, publish, revise."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communaux.catalogue.models import NoteCandidate, NoteSearch, OpportunityNote
from communaux.catalogue.queries import notes as queries
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.canonical import digest
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.models import Organisation, Person
from communaux.core.rules import is_member

NEED = ("title", "need_text", "org")
END = ("conclusion", "conclusion_text", "giveback", "giveback_licence")
COPIED = ("org", "title", "need_text", "lang", *END)


@action("catalogue.create_note")
def create_note(by: Person, *, key: UUID, title: str, at: datetime, **texts: Any) -> OpportunityNote:
    """Begin a draft. `key` is drawn with the form and becomes its id: the same form sent twice makes one note."""
    _speaks_for(by, texts.get("org"))
    if OpportunityNote.objects.filter(pk=key).exists():
        raise Conflict("note_exists", _("This note was begun already."))
    return OpportunityNote.objects.create(id=key, author=by, title=title, created_at=at, **texts)


@action("catalogue.write_note")
def write_note(by: Person, note: OpportunityNote, *, version: int, at: datetime, **texts: Any) -> OpportunityNote:
    """Save title, need and organisation of a draft, if nobody else saved a text since `version`."""
    if "org" in texts and texts["org"] != note.org:
        _speaks_for(by, texts["org"])
    return _saved(note, version, {name: texts[name] for name in NEED if name in texts})


@action("catalogue.conclude_note")
def conclude_note(by: Person, note: OpportunityNote, *, version: int, at: datetime, **texts: Any) -> OpportunityNote:
    """Save what is concluded and what will be given back, if nobody else saved a text since `version`."""
    return _saved(note, version, {name: texts[name] for name in END if name in texts})


def _speaks_for(by: Person, org: Organisation | None) -> None:
    if org is not None and not is_member(by, org):
        raise NotAllowed("not_a_member", _("You may write in the name of an organisation you are a member of."))


def _saved(note: OpportunityNote, version: int, texts: dict[str, Any]) -> OpportunityNote:
    row = queries.held_draft(note)
    if row.version != version:
        raise Conflict("stale", _("Somebody saved this text since you opened it."), version=row.version)
    for name, value in texts.items():
        setattr(row, name, value)
    row.version = version + 1
    row.save(update_fields=[*texts, "version"])
    return row


@action("catalogue.freeze_note")
def freeze_note(by: Person, note: OpportunityNote, *, at: datetime) -> OpportunityNote:
    """Close the note for ever, with the hash of all it says; raise NotReady with what is missing, by name."""
    row = queries.held_draft(note)
    document = queries.content(row, frozen_at=at)
    if missing := queries.missing(row, document):
        raise NotReady("note_not_ready", _("This note cannot be frozen yet."), missing=missing)
    row.content, row.sha256, row.frozen_at = document, digest(document), at
    row.state = OpportunityNote.State.FROZEN
    row.save(update_fields=["content", "sha256", "frozen_at", "state"])
    return row


@action("catalogue.publish_note")
def publish_note(by: Person, note: OpportunityNote, *, at: datetime) -> OpportunityNote:
    """Let everybody read a frozen note; the one it revises gives way to it."""
    row = OpportunityNote.objects.select_for_update().get(pk=note.pk)
    if row.state != OpportunityNote.State.FROZEN:
        raise Conflict("note_not_frozen", _("Only a frozen note that is not published yet can be published."))
    row.state, row.published_at = OpportunityNote.State.PUBLISHED, at
    row.save(update_fields=["state", "published_at"])
    if row.revises is not None:
        _supersede(by, row.revises, at)
    return row


def _supersede(by: Person, old: OpportunityNote, at: datetime) -> None:
    """The former note keeps its address and its content; it only stops being the one in force."""
    before, old.state = {"state": old.state}, OpportunityNote.State.SUPERSEDED
    old.save(update_fields=["state"])
    journal.append(
        by, at, journal.Line("catalogue.supersede_note", journal.subject_of(old), before, {"state": old.state})
    )


@action("catalogue.revise_note")
def revise_note(by: Person, note: OpportunityNote, *, at: datetime) -> OpportunityNote:
    """Begin a new draft with the texts, searches and candidates of a closed note, which stands until the new one is out."""
    row = OpportunityNote.objects.select_for_update().get(pk=note.pk)
    if row.state == OpportunityNote.State.DRAFT:
        raise Conflict("note_is_draft", _("A draft needs no revision: change it."))
    if OpportunityNote.objects.filter(revises=row).exists():
        raise Conflict("note_revised", _("A revision of this note was begun already."))
    texts = {name: getattr(row, name) for name in COPIED}
    new = OpportunityNote.objects.create(author=by, revises=row, created_at=at, **texts)
    for model, rows in ((NoteSearch, row.searches.all()), (NoteCandidate, row.candidates.all())):
        _copy(model, rows, new)
    return new


def _copy(model: type[NoteSearch] | type[NoteCandidate], rows: QuerySet, note: OpportunityNote) -> None:
    """The same rows under another note; a candidate that was merged since is left as it was told."""
    made = []
    for row in rows.order_by("pk"):
        row.pk, row.note = None, note
        row._state.adding = True
        made.append(row)
    model._default_manager.bulk_create(made)
