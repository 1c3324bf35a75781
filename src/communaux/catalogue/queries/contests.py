"""What of a commons can be contested, with what the sheet now says; lists of contests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from communaux.catalogue.contests import FIELDS, KIND, facts_of, find, lists_of
from communaux.catalogue.models import Commons, Fact, LifeEvent, Merge, Text
from communaux.core.models import Contest

OF_A_RESOURCE = ("licence_raw", "repository", "url", "version")


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that can be contested: a field with its value, a list, a fact as each source tells it, an event, a merge."""

    code: str
    value: str = ""
    facts: Sequence[Fact] = ()
    event: LifeEvent | None = None
    merge: Merge | None = None


def things(commons: Commons) -> list[Thing]:
    """Fields first, in the order of the sheet, then facts, its life, and what it was merged from."""
    facts = [Thing(code, facts=told) for code, told in facts_of(commons).items()]
    lists = [Thing(code, "\n".join(names)) for code, names in lists_of(commons).items()]
    return [*_fields(commons), *lists, *facts, *_events(commons), *_merges(commons)]


def _fields(commons: Commons) -> list[Thing]:
    main = commons.resources.order_by("pk").first()
    lines = {
        f"short.{text.lang}": text.short
        for text in Text.objects.filter(commons=commons).exclude(short="").order_by("lang")
    }
    values = {name: str(getattr(main if name in OF_A_RESOURCE else commons, name, "") or "") for name in FIELDS}
    return [
        Thing("name", values.pop("name")),
        *(Thing(*one) for one in lines.items()),
        *(Thing(*v) for v in values.items()),
    ]


def _events(commons: Commons) -> list[Thing]:
    rows = (
        commons.events.exclude(state=LifeEvent.State.WITHDRAWN).select_related("source", "other").order_by("on", "pk")
    )
    return [Thing(f"event:{event.pk}", event=event) for event in rows]


def _merges(commons: Commons) -> list[Thing]:
    rows = Merge.objects.filter(Q(kept=commons) | Q(kept__merged_into=commons), undone_at=None)
    return [Thing(f"merge:{merge.pk}", merge=merge) for merge in rows.select_related("absorbed").order_by("pk")]


def thing_of(contest: Contest) -> tuple[Commons | None, Thing]:
    """The commons a contest is about now, and the thing itself, as far as it is still told."""
    commons = find(contest.subject_id) if contest.subject_kind == KIND else None
    told = things(commons) if commons else []
    return commons, next((one for one in told if one.code == contest.field), Thing(contest.field))


def contests() -> QuerySet[Contest]:
    """Every contest, those that stand first, newest first."""
    return Contest.objects.select_related("by").order_by("-opened_at", "-pk")


def subjects(of: Iterable[Contest]) -> dict[str, Commons]:
    """Id → the commons that each is about now."""
    ids = {contest.subject_id for contest in of if contest.subject_kind == KIND}
    rows = Commons.objects.filter(pk__in=ids).select_related("merged_into")
    return {str(one.pk): one.merged_into or one for one in rows}
