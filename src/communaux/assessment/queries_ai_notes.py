"""Reads: notes on whether AI is needed."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from communaux.assessment.models import AiNote, DigitalService
from communaux.core.errors import NotFound


def ai_notes_of(service: DigitalService) -> QuerySet[AiNote]:
    """Those that no other took the place of, newest first."""
    rows = AiNote.objects.filter(service=service, replaced_by=None)
    return rows.select_related("service__commons", "organisation", "factor_set").order_by("-signed_at", "-pk")


def ai_note_at(pk: UUID) -> AiNote:
    """For anybody who has its address; of a service only while its commons may be read."""
    of_kept = Q(service__commons__merged_into__state="published")
    shown = Q(service=None) | Q(service__commons__state="published") | of_kept
    rows = AiNote.objects.filter(shown, pk=pk)
    found = rows.select_related("service__commons", "organisation", "factor_set", "replaces", "replaced_by").first()
    if found is None:
        raise NotFound("unknown_ai_note", _("No note has this number."))
    return found
