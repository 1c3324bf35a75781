"""Fix values of a commons over what its sources say. Part of another act: a confirmed end, an upheld contest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from communaux.catalogue.models import Commons, SourceRecord
from communaux.catalogue.services.settle import settle
from communaux.core.models import Person

OF_THE_SHEET = ("stage", "stage_on", "is_commons", "name", "orgs")  # written even where no source speaks any more


def pin(
    by: Person,
    commons: Commons,
    values: Mapping[str, Any],
    *,
    act: str,
    reason: str,
    at: datetime,
    free: Collection[str] = (),
) -> Commons:
    """Fix these values, let go of those named in `free`, and show what that makes of the commons."""
    found = Commons.objects.select_for_update(of=("self",), no_key=True).get(pk=commons.pk)
    gone = {*free, *({"stage_on"} if "stage" in values else ())}
    found.pinned = {k: v for k, v in found.pinned.items() if k not in gone} | dict(values)
    found.save(update_fields=["pinned"])
    settle(by, [found.pk], reason, at, act=act)
    if not SourceRecord.objects.filter(commons=found, state="live").exists():
        kept = {name: values[name] for name in OF_THE_SHEET if name in values}
        Commons.objects.filter(pk=found.pk).update(**kept, updated_at=at)
    found.refresh_from_db()
    return found
