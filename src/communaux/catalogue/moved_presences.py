"""Presences of two commons that become one, and exactly back. Part of a merge; its caller counts by theme around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from communaux.catalogue.models import Reuse
from communaux.core.canonical import plain
from communaux.core.errors import Conflict
from communaux.territory import presences
from communaux.territory.models import Presence

COMMONS = Presence.Kind.COMMONS
DAYS = frozenset({"since", "until"})


def move(absorbed: UUID, kept: UUID, at: datetime) -> list[dict[str, Any]]:
    """Bring them to the kept one. What would say the same twice is taken away; its image gives it back."""
    images = list[dict[str, Any]]()
    for one in Presence.objects.filter(obj_kind=COMMONS, obj_id=str(absorbed)).order_by("pk"):
        if twin := _twin(one, kept, timezone.localdate(at)):
            images.append(_join(one, twin, at))
        else:
            Presence.objects.filter(pk=one.pk).update(obj_id=str(kept))
            images.append({"id": one.pk})
    return images


def _twin(one: Presence, kept: UUID, day: date) -> Presence | None:
    """What says the same of the kept one: of the same day on, or both opened by uses that hold."""
    same = Presence.objects.filter(obj_kind=COMMONS, obj_id=str(kept), territory=one.territory_id, role=one.role)
    if exactly := same.filter(since=one.since).first():
        return exactly
    holds = one.uses.exists() and Presence.objects.live(day).filter(pk=one.pk).exists()
    return same.live(day).filter(uses__isnull=False).order_by("pk").first() if holds else None


def _join(one: Presence, twin: Presence, at: datetime) -> dict[str, Any]:
    """Its uses share the other one, which lasts as long as the longer of the two."""
    uses = list(one.uses.order_by("pk").values_list("pk", flat=True))
    row = plain(Presence.objects.filter(pk=one.pk).values().get())
    image = {"row": row, "twin": twin.pk, "until": plain(twin.until), "uses": uses, "used": twin.uses.exists()}
    Reuse.objects.filter(pk__in=uses).update(presence=twin)
    if twin.until is not None and (one.until is None or one.until > twin.until):
        presences.prolong(twin, until=one.until, at=at)
    presences.take_away(one, at=at)
    return image


def put_back(images: Iterable[Mapping[str, Any]], absorbed: UUID, kept: UUID, at: datetime) -> None:
    """Give the absorbed one back what `move` took; what was said again meanwhile stays as it is."""
    for image in reversed(list(images)):
        try:
            with transaction.atomic():
                if "row" in image:
                    _part(image, at)
                else:
                    Presence.objects.filter(pk=image["id"], obj_id=str(kept)).update(obj_id=str(absorbed))
        except (IntegrityError, Conflict):
            continue


def _part(image: Mapping[str, Any], at: datetime) -> None:
    """Two again, each with its uses; one of the two that all its uses have left meanwhile has ended."""
    row = {name: date.fromisoformat(value) if name in DAYS and value else value for name, value in image["row"].items()}
    yesterday = timezone.localdate(at) - timedelta(days=1)
    shared = Reuse.objects.filter(pk__in=image["uses"], presence=image["twin"])
    if image["uses"] and not shared.exists():
        last = max(row["since"], yesterday)
        row["until"] = min(row["until"] or last, last)
    presences.put_back(Presence(**row), at=at)
    shared.update(presence=row["id"])
    if twin := Presence.objects.filter(pk=image["twin"]).first():
        left = image["used"] and not twin.uses.exists()
        was = date.fromisoformat(image["until"]) if image["until"] else None
        days = [day for day in (was, max(twin.since, yesterday) if left else None) if day]
        if days and (twin.until is None or twin.until > min(days)):
            presences.end(twin, until=min(days), at=at)
