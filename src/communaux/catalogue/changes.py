"""What the search index does not know yet, and asking for the next one: written with the change, asked once it has committed.

The rows are written in the transaction of the change itself: whatever commits later than an index was read is still
there for the next one, in whatever order times were taken.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from communaux.catalogue.models import Unindexed

ANSWERED_WITHIN = timedelta(minutes=2)  # an older request is taken for lost: without a worker they must not pile up


def changed() -> None:
    """Something that can be searched has changed: to be called in the transaction of the change."""
    Unindexed.objects.create()
    transaction.on_commit(ask)


def ask() -> None:
    """Queue the next index, unless a build that has not begun is waiting already."""
    from communaux.catalogue.tasks import reindex

    now = timezone.now()
    if Unindexed.objects.filter(asked_at__gt=now - ANSWERED_WITHIN).exists():
        return
    Unindexed.objects.create(asked_at=now)
    reindex.enqueue()


def waiting() -> bool:
    return Unindexed.objects.exists()


def begin() -> list[int]:
    """The changes that an index read from now on will hold; from now on the next change asks for a build of its own."""
    Unindexed.objects.filter(asked_at__isnull=False).update(asked_at=None)
    return list(Unindexed.objects.values_list("pk", flat=True))
