"""What an editor makes of a search without answer: a function gets its words, a commons or a need is named, or nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from communaux.catalogue.models import Need, QueryReview, SearchLog
from communaux.core.actions import action
from communaux.core.errors import Conflict, NotFound, NotReady
from communaux.core.models import Person


@action("catalogue.review_search")
def review_search(
    by: Person,
    query: str,
    lang: str,
    *,
    outcome: str,
    concept: str = "",
    need: Need | None = None,
    at: datetime,
) -> QueryReview:
    """Say what became of a masked query; of two editors who say it at once the second is told."""
    last = SearchLog.objects.filter(query_masked=query, lang=lang).aggregate(last=Max("day"))["last"]
    if last is None:
        raise NotFound("unknown_search", _("Nobody searched for this, or it was erased since."))
    if outcome not in QueryReview.Outcome.values:
        raise NotReady("unknown_act", _("This form does not say what to do."))
    if outcome == QueryReview.Outcome.NEED and need is None:
        raise NotReady("need_missing", _("Choose the need."))
    try:
        with transaction.atomic():
            return QueryReview.objects.create(
                query_masked=query,
                lang=lang,
                last_day=last,
                outcome=outcome,
                concept=concept,
                need=need,
                by=by,
                at=at,
            )
    except IntegrityError as error:
        raise Conflict("reviewed", _("An editor has dealt with this search meanwhile.")) from error
