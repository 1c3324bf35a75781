"""Notes d'opportunité: lists, one to read or to write, and its content as one plain document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import rules
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.catalogue import opportunity
from communaux.catalogue.models import Commons, NoteCandidate, NoteSearch, OpportunityNote
from communaux.catalogue.queries import comparison
from communaux.core.canonical import plain
from communaux.core.errors import Conflict, NotAllowed, NotFound
from communaux.core.models import Organisation, Person

VERDICTS = ("reuse", "adapt", "contribute", "pool", "not_kept", "")  # in the order they are told


def published() -> QuerySet[OpportunityNote]:
    """What anybody may list, newest first; replaced ones keep their address only."""
    found = OpportunityNote.objects.filter(state=OpportunityNote.State.PUBLISHED)
    return found.select_related("org").defer("content").order_by("-published_at", "-pk")


def of(person: Person) -> QuerySet[OpportunityNote]:
    """Their own notes and those of their organisations, whatever the state, newest first."""
    mine = Q(author=person) | Q(org__in=organisations(person))
    return OpportunityNote.objects.filter(mine).select_related("org").defer("content").order_by("-created_at", "-pk")


def drafts(person: Person) -> QuerySet[OpportunityNote]:
    return of(person).filter(state=OpportunityNote.State.DRAFT)


def organisations(person: Person) -> QuerySet[Organisation]:
    """In whose name this person may write today."""
    held = person.memberships.on(timezone.localdate()).values("organisation")
    return Organisation.objects.filter(pk__in=held).order_by("name", "pk")


def readable(person: object, pk: UUID) -> OpportunityNote:
    """The note, if this person may read it; raise NotFound or NotAllowed."""
    found = OpportunityNote.objects.select_related("org", "revises").filter(pk=pk).first()
    if found is None:
        raise NotFound("unknown_note", _("No note has this address."))
    if not rules.has_perm("catalogue.read_note", person, found):
        message = _("This note is not published: its author and the members of its organisation may read it.")
        raise NotAllowed("note_not_published", message)
    return found


def held_draft(note: OpportunityNote) -> OpportunityNote:
    """The row, held until commit; raise Conflict when it is no draft any more."""
    row = OpportunityNote.objects.select_for_update(of=("self",)).select_related("org").get(pk=note.pk)
    if row.state != OpportunityNote.State.DRAFT:
        raise Conflict("note_frozen", _("This note is frozen: nothing in it can change. Write a revision instead."))
    return row


def content(note: OpportunityNote, *, frozen_at: datetime | None = None) -> dict[str, Any]:
    """What the note says: as it was frozen, else as it stands now. Same note, same document, on any database."""
    if note.content is not None:
        return dict(note.content)
    candidates = _candidates(note)
    compared = [one.commons for one in candidates if one.commons][: comparison.COLUMNS]
    table = comparison.compare(compared) if len(compared) > 1 else comparison.Comparison((), ())
    document: dict[str, Any] = plain(
        {
            "format": opportunity.FORMAT,
            "id": note.pk,
            "address": f"{settings.DESK_URL}/notes/{note.pk}/",
            "lang": note.lang,
            "title": note.title,
            "need": note.need_text,
            "asked_by": {"name": note.org.name, "siret": note.org.siret or ""} if note.org else None,
            "created_at": note.created_at,
            "frozen_at": frozen_at,
            "revises": {"id": note.revises.pk, "sha256": note.revises.sha256} if note.revises else None,
            "searches": [_search(one) for one in sorted(note.searches.all(), key=lambda s: (s.at, s.fingerprint))],
            "candidates": [_candidate(one) for one in candidates],
            "comparison": table.told(),
            "conclusion": _conclusion(note),
            "sources": _sources(table),
        }
    )
    return document


def _candidates(note: OpportunityNote) -> list[NoteCandidate]:
    """Kept ones first, then by name: not by the order they were added in."""
    rows = note.candidates.select_related("commons")
    return sorted(rows, key=lambda one: (VERDICTS.index(one.verdict), str(one), one.outside, str(one.commons_id)))


def _search(one: NoteSearch) -> dict[str, Any]:
    names = ("query", "filters", "at", "index_generation", "weights_version", "thesaurus_version", "total", "hits")
    made_with = {"made_with": one.made_with} if one.made_with else {}  # a search kept before this was noted has none
    return {name: getattr(one, name) for name in names} | made_with


def _candidate(one: NoteCandidate) -> dict[str, Any]:
    address = f"{settings.DESK_URL}/communs/{one.commons.slug}/" if one.commons else one.address
    return {
        "commons": str(one.commons_id) if one.commons_id else "",
        "name": str(one),
        "address": address,
        "verdict": one.verdict,
        "reason_code": one.reason_code,
        "reason": one.reason,
    }


def _conclusion(note: OpportunityNote) -> dict[str, str]:
    return {
        "choice": note.conclusion,
        "text": note.conclusion_text,
        "giveback": note.giveback,
        "licence": note.giveback_licence,
    }


def _sources(table: comparison.Comparison) -> list[dict[str, str]]:
    rows = [cell for row in table.rows if row.key == "sources" for cell in row.cells]
    told = {(said.value, said.source, said.on) for cell in rows for said in cell}
    return [{"title": title, "licence": licence, "read_on": on} for title, licence, on in sorted(told)]


def moved(document: opportunity.Content) -> Mapping[str, str]:
    """Commons among the hits that were merged since → the kept one."""
    ids = {hit["commons"] for search in document["searches"] for hit in opportunity.first_hits(search)}
    rows = Commons.objects.filter(pk__in=ids, merged_into__isnull=False).values_list("pk", "merged_into")
    return {str(pk): str(kept) for pk, kept in rows}


def missing(note: OpportunityNote, document: opportunity.Content) -> list[str]:
    """What is missing before this draft can be frozen; nothing for a note that is."""
    if note.state != OpportunityNote.State.DRAFT:
        return []
    return opportunity.missing(document, moved(document))


def revision_of(note: OpportunityNote) -> OpportunityNote | None:
    """The newer note that takes this one's place, or will."""
    return OpportunityNote.objects.filter(revises=note).defer("content").first()
