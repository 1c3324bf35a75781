"""The publiccode.yml of a commons, taken over by who speaks for it: one record of the source `own-publiccode`, of priority 90.

What was read waits in the cache until a person has seen what it would change and says yes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.core.cache import cache
from django.utils.translation import gettext as _

from communaux.catalogue.addresses import normal_url
from communaux.catalogue.described_by import Described
from communaux.catalogue.formats.mapped import Mapped
from communaux.catalogue.models import Commons, Resource
from communaux.catalogue.own import OWN_FILE
from communaux.core.errors import Conflict, NotReady

PRIORITY: Final = 90
CARD: Final[dict[str, Any]] = {
    "title": "publiccode.yml du commun lui-même",
    "licence": "",  # each file says its own, or none
    "attribution": "Les personnes qui répondent de chaque commun",
    "format": "publiccode",
    "priority": PRIORITY,
}
KEPT: Final = 24 * 3600  # seconds


def first(commons: Commons) -> Resource | None:
    """The first resource that has a repository."""
    return commons.resources.exclude(repository="").order_by("pk").first()


def described(commons: Commons) -> Resource:
    """The resource whose repository holds the file; raise NotReady where none has one."""
    found = first(commons)
    if found is None:
        raise NotReady("no_repository", _("No repository is known of this commons: say its address first."))
    return found


def said_of(commons: Commons, read: Described) -> Mapped:
    """The record of this commons that the file makes. Raise Conflict for a file that describes another repository.

    Such a file is not taken even from who insists: a copy kept in a fork would give this commons the name, the words and
    the address of another, by which imports would then make the two one.
    """
    told, resource = read.record.repository, described(commons)
    if not _describes(resource, told):
        words = _(
            "This file describes %(told)s, and the repository of this sheet is %(known)s: nothing was taken over. "
            "Correct the address in the file (its line “url”) or on the sheet, then read again."
        )
        raise Conflict("other_repository", words % {"told": told, "known": resource.repository})
    return replace(read.record, external_id=str(commons.pk), kind=resource.kind)


def _describes(resource: Resource, told: str) -> bool:
    """Whether this is the repository of the resource, or one that the commons had before."""
    known = resource.commons.identifiers.filter(scheme="repository").values_list("value", flat=True)
    return normal_url(told) in {normal_url(resource.repository), *known}


def keep(commons: Commons, read: Described) -> None:
    """Let what was read wait for a yes: the last reading of a commons is the one that waits."""
    cache.set(_key(commons), read, KEPT)


def waiting(commons: Commons) -> Described | None:
    """What was read last; nothing, once the sheet names another repository."""
    found: Described | None = cache.get(_key(commons))
    resource = first(commons) if found else None
    return found if found and resource and _describes(resource, found.record.repository) else None


def forget(commons: Commons) -> None:
    cache.delete(_key(commons))


def _key(commons: Commons) -> str:
    return f"{OWN_FILE}:{commons.pk}"
