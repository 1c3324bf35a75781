"""What a draft note is made of: searches as they were answered, candidates and their verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from communaux.catalogue.formats.document import printable
from communaux.catalogue.models import Commons, NoteCandidate, NoteSearch, OpportunityNote, SearchIndex
from communaux.catalogue.models.notes import SHORTEST_REASON
from communaux.catalogue.queries import notes as queries
from communaux.catalogue.queries import search as search_queries
from communaux.core.actions import action
from communaux.core.canonical import digest
from communaux.core.errors import BadRequest, Conflict, NotFound, Unavailable
from communaux.core.models import Person
from communaux.core.queries import weights_since
from communaux.engines.search.model import Lang
from communaux.engines.search.text import fold

LONGEST_QUERY = 10_000


@action("catalogue.add_note_search")
def add_note_search(
    by: Person, note: OpportunityNote, *, text: str, facets: Mapping[str, Sequence[str]], reader: Lang, at: datetime
) -> OpportunityNote:
    """Search now and keep the answer: words, filters, versions, first hits with their reasons."""
    row, query = queries.held_draft(note), printable(text)[:LONGEST_QUERY]
    answer = search_queries.search(query, lang=None, facets=facets, reader=reader)
    if answer.degraded:
        raise Unavailable("no_index", _("The index is being rebuilt: try again in a moment, nothing was lost."))
    if answer.result.intent == "empty":
        raise BadRequest("empty_search", _("The words typed say nothing of the need: say what it is for."))
    made = _search(row, query, answer, at)
    if row.searches.filter(fingerprint=made.fingerprint).exists():
        raise Conflict("already_there", _("This search is in the note already."))
    made.save(force_insert=True)
    return row


def _search(note: OpportunityNote, text: str, answer: search_queries.Answer, at: datetime) -> NoteSearch:
    generation = answer.result.generation
    index = SearchIndex.objects.filter(pk=generation).defer("payload").first()
    if index is None:
        raise Unavailable("index_replaced", _("The index was replaced at this very moment: search again."))
    filters = {name: sorted(values) for name, values in answer.chosen.items()}
    return NoteSearch(
        note=note,
        query=text,
        filters=filters,
        fingerprint=digest([fold(" ".join(text.split())), filters]),
        at=at,
        index_generation=generation,
        weights_version=index.weights_version,
        thesaurus_version=index.thesaurus_sha256,
        made_with=_made_with(index),
        total=answer.result.total,
        hits=[_hit(place, found) for place, found in enumerate(answer.found, start=1)],
    )


def _made_with(index: SearchIndex) -> dict[str, Any]:
    """What its numbers stand for: the index goes, the note stays."""
    since = weights_since("search", index.weights_version)
    told = {"index_on": index.built_at.isoformat(), "commons": index.n_docs}
    return told | ({"weights_since": since.isoformat()} if since else {})


def _hit(place: int, found: search_queries.Found) -> dict[str, Any]:
    """What is kept of a hit: its place on the page, parts of its score in percent, for a hash knows no fractions."""
    reasons = [
        {"kind": one.kind, "params": dict(one.params), "percent": round(100 * one.share)} for one in found.hit.reasons
    ]
    commons = found.commons
    told = {"rank": place, "commons": str(commons.pk), "slug": commons.slug, "name": commons.name}
    return {**told, "reasons": reasons}


@action("catalogue.remove_note_search")
def remove_note_search(by: Person, note: OpportunityNote, *, search: int, at: datetime) -> OpportunityNote:
    row = queries.held_draft(note)
    if not row.searches.filter(pk=search).delete()[0]:
        raise NotFound("no_such_search", _("This search is not in the note any more."))
    return row


@action("catalogue.add_note_candidates")
def add_note_candidates(
    by: Person, note: OpportunityNote, *, found: Sequence[Commons], at: datetime
) -> OpportunityNote:
    """Put commons on the list, to be judged; those on it already stay as they are."""
    row = queries.held_draft(note)
    there = set(row.candidates.values_list("commons", flat=True))
    made = [NoteCandidate(note=row, commons=one) for one in found if one.pk not in there]
    if not made:
        raise Conflict("already_there", _("These candidates are in the note already."))
    NoteCandidate.objects.bulk_create(made)
    return row


@action("catalogue.judge_note_candidate")
def judge_note_candidate(
    by: Person, note: OpportunityNote, *, thing: Commons | str, version: int, verdict: Mapping[str, str], at: datetime
) -> OpportunityNote:
    """Say what becomes of a commons or an outside thing (its name), and why; `verdict`: verdict, reason_code, reason, address.

    `version` is that of the candidate as it was read, 0 for one that is new. What is written stays out of the journal.
    """
    row = queries.held_draft(note)
    what: dict[str, Any] = {"commons": thing} if isinstance(thing, Commons) else {"outside": thing.strip()}
    _check(verdict)
    known = row.candidates.filter(**what).first()
    if known is None:
        NoteCandidate.objects.create(note=row, **what, **verdict)
        return row
    if all(getattr(known, name) == value for name, value in verdict.items()):
        raise Conflict("already_there", _("This verdict is in the note already."))
    if known.version != version and known.verdict:
        raise Conflict("stale", _("Somebody judged this candidate since you opened it."), version=known.version)
    for name, value in verdict.items():
        setattr(known, name, value)
    known.version += 1
    known.save()
    return row


def _check(verdict: Mapping[str, str]) -> None:
    if verdict.get("verdict") not in [value for value in NoteCandidate.Verdict.values if value]:
        raise BadRequest("no_verdict", _("Say what becomes of this candidate."))
    if (verdict["verdict"] == "not_kept") != bool(verdict.get("reason_code")):
        raise BadRequest("reason_code", _("A reason of the list goes with “not kept”, and only with it."))
    if len(verdict.get("reason", "").strip()) < SHORTEST_REASON:
        message = _("Say why in %(n)d characters at least.")
        raise BadRequest("reason_short", message % {"n": SHORTEST_REASON})


@action("catalogue.remove_note_candidate")
def remove_note_candidate(by: Person, note: OpportunityNote, *, candidate: int, at: datetime) -> OpportunityNote:
    row = queries.held_draft(note)
    if not row.candidates.filter(pk=candidate).delete()[0]:
        raise NotFound("no_such_candidate", _("This candidate is not in the note any more."))
    return row
