"""Writes on notes about a need for AI: sign one, and another in its place."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communaux.assessment.ai_noting import Signed, Signing, signing_of
from communaux.assessment.factors_kept import today
from communaux.assessment.measured import in_words
from communaux.assessment.models import AiNote, DigitalService
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Person
from communaux.engines.footprint import reports
from communaux.engines.footprint.decide import decide

ENGINE: Final = "1"  # of the rules that decide; others make other notes


@action("assessment.sign_ai_note")
def sign_ai_note(by: Person, signing: Signing, *, told: Signed, at: datetime) -> AiNote:
    """Decided with the numbers of today. Raise NotReady, in words, for what is no answer; Conflict of a withdrawn service."""
    return _kept(by, signing, told, at)


@action("assessment.revise_ai_note")
def revise_ai_note(by: Person, old: AiNote, *, told: Signed, at: datetime) -> AiNote:
    """For the same service, in the same name. Raise Conflict where another took its place meanwhile."""
    try:
        with transaction.atomic():
            return _kept(by, signing_of(old), told, at, replaces=old)
    except IntegrityError as error:
        raise Conflict("replaced_already", _("This note was revised already: read the newer one.")) from error


def _kept(by: Person, signing: Signing, told: Signed, at: datetime, *, replaces: AiNote | None = None) -> AiNote:
    service = signing.service
    if service and DigitalService.objects.filter(pk=service.pk).exclude(withdrawn_at=None).exists():
        raise Conflict("withdrawn_already", _("This service was withdrawn. Nothing was changed."))
    factors, kept = today(at)
    found = in_words(lambda: decide(factors, told.answers))
    return AiNote.objects.create(
        service=service,
        organisation=signing.organisation,
        about=told.about,
        document=json.loads(json.dumps(reports.need_json(found, factors))),
        factor_set=kept,
        engine_version=ENGINE,
        signed_by=told.signed_by,
        signed_at=at,
        review_on=told.review_on,
        replaces=replaces,
        by=by,
    )
