"""The live records of commons, as the merge hears them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from communaux.catalogue.formats.stored import from_json
from communaux.catalogue.merge import Voice
from communaux.catalogue.models import SourceRecord


def voices_of(ids: Collection[UUID]) -> dict[UUID, list[Voice]]:
    """Commons → its voices; one that no live record speaks for has none."""
    voices: dict[UUID, list[Voice]] = defaultdict(list)
    records = SourceRecord.objects.filter(commons__in=ids, state="live").select_related("source").order_by("id")
    for r in records:
        priority = 10 if r.raw.get("shipped_facts") else r.source.priority
        voice = Voice(r.pk, r.source_id, priority, r.fetched_at.isoformat(), from_json(r.mapped))
        if r.commons_id:
            voices[r.commons_id].append(voice)
    return voices
