"""What is asked of somebody. Each area adds a function `queue(person) -> Queue` to `QUEUES`; an empty one is not shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from communaux.catalogue.queries.editors import to_read
from communaux.core.models import Person
from communaux.web.templatetags.desk import theme_name

SHOWN = 20  # of each queue, the oldest first


@dataclass(frozen=True, slots=True)
class Item:
    """`since`: when it began to wait; `about`: a few words beside the name."""

    name: str
    url: str
    since: datetime | None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """`items`: at most SHOWN + 1, so that the page can say that there are more."""

    title: str
    items: list[Item]

    @property
    def shown(self) -> list[Item]:
        return self.items[:SHOWN]

    @property
    def more(self) -> bool:
        return len(self.items) > SHOWN


def proposals(person: Person) -> Queue:
    """Commons that somebody proposes, for the editors of their themes."""
    found = to_read(person)[: SHOWN + 1]
    items = [
        Item(
            one.commons.name,
            reverse("publish_commons", args=[one.commons.slug]),
            one.asked_at,
            ", ".join(theme_name(theme) for theme in one.commons.themes.all()),
        )
        for one in found
    ]
    return Queue(_("Proposals to read"), items)


QUEUES: list[Callable[[Person], Queue]] = [proposals]


def waiting(person: Person) -> list[Queue]:
    return [queue for queue in (ask(person) for ask in QUEUES) if queue.items]
