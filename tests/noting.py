"""Notes d'opportunité of the tests: a draft, searches as if the desk had answered, verdicts, a note that is ready to freeze."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from factories import NOW, CommonsFactory

from communaux.catalogue.models import Commons, NoteSearch, OpportunityNote
from communaux.catalogue.services import conclude_note, create_note
from communaux.catalogue.services.note_pieces import judge_note_candidate
from communaux.core.canonical import digest
from communaux.core.ids import uuid7
from communaux.core.models import Person

WHY = "Essayé une semaine avec la cuisine centrale, qui en est contente."
KEPT = {"verdict": "reuse", "reason_code": "", "reason": WHY}
REFUSED = {"verdict": "not_kept", "reason_code": "licence", "reason": WHY}
THESAURUS = "a" * 64


def draft(by: Person, *, key: UUID | None = None, **texts: Any) -> OpportunityNote:
    given = {"title": "Gérer la cantine", "need_text": "Commander les repas de l’école.", "lang": "fr"} | texts
    return create_note(by, key=key or uuid7(), at=NOW, **given)


def searched(note: OpportunityNote, query: str, hits: list[Commons], *, later: int = 0, **more: Any) -> NoteSearch:
    """A search with these hits, in this order; `later`: minutes after noon."""
    reasons = [{"kind": "word", "params": {"word": query, "matched": query}, "percent": 100}]
    told = [
        {"rank": i, "commons": str(c.pk), "slug": c.slug, "name": c.name, "reasons": reasons}
        for i, c in enumerate(hits, 1)
    ]
    given = {"at": NOW + timedelta(minutes=later), "index_generation": 7, "weights_version": 0, "filters": {}} | more
    return NoteSearch.objects.create(
        note=note,
        query=query,
        fingerprint=digest([query, given["filters"]]),
        thesaurus_version=THESAURUS,
        total=len(told),
        hits=told,
        **given,
    )


def judged(by: Person, note: OpportunityNote, thing: Commons | str, version: int = 0, **verdict: str) -> None:
    judge_note_candidate(by, note, thing=thing, version=version, verdict=REFUSED | verdict, at=NOW)


def ready(by: Person, *, candidates: int = 3, key: UUID | None = None, **texts: Any) -> OpportunityNote:
    """Two searches, every hit judged, a conclusion: nothing is missing."""
    note = draft(by, key=key, **texts)
    found = [CommonsFactory(name=f"Outil {i:03}") for i in range(candidates)]
    searched(note, "cantine", found[:5])
    searched(note, "repas", found[:2], later=1)
    judged(by, note, found[0], **KEPT)
    for one in found[1:]:
        judged(by, note, one)
    return conclude_note(by, note, version=note.version, at=NOW, conclusion="reuse", conclusion_text="Il suffit.")
