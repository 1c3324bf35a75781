"""The commons that presences name by their number."""

from __future__ import annotations

from collections.abc import Collection

from communaux.catalogue.models import Commons
from communaux.core.ids import is_uuid


def named(ids: Collection[str]) -> dict[str, Commons]:
    """Number as text → commons; what is not published is not told."""
    rows = Commons.objects.filter(pk__in=filter(is_uuid, ids), state=Commons.State.PUBLISHED)
    return {str(one.pk): one for one in rows}


def known(ids: Collection[str]) -> set[str]:
    """Which of these are numbers of a commons, published or not."""
    return {str(pk) for pk in Commons.objects.filter(pk__in=filter(is_uuid, ids)).values_list("pk", flat=True)}
