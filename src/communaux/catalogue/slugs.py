"""Addresses of commons: readable, never given twice, never a word that is a step of a path."""

from __future__ import annotations

import re
from collections.abc import Container

from django.utils.text import slugify

from communaux.catalogue.models import Commons, Need, NeedPool
from communaux.core.models import SlugHistory

LONGEST_SLUG = 112  # of the 120 of the column, less what is added when another has it
# First steps of paths below /communs/ (10 § 4): never a slug.
RESERVED = frozenset({"proposer", "comparer", "nouveau", "flux", "export"})


def new_slug(name: str, other: str, taken: Container[str]) -> str:
    """A readable address that is not `taken`; `other` is what tells it from one of the same name.

    >>> new_slug("Écol'lieu", "sill", {"ecol-lieu"})
    'ecol-lieu-sill'
    """
    base = slugify(re.sub(r"[·.’'/_]", " ", name))[: LONGEST_SLUG - len(other)] or f"commun-{other}"
    slug, number = base, 1
    while slug in taken:
        slug = f"{base}-{other}" if number == 1 else f"{base}-{other}-{number}"
        number += 1
    return slug


class Used:
    """Every slug that is or was in use, asked one by one; `free` may be taken again."""

    def __init__(self, free: str = "") -> None:
        self.free = free

    def __contains__(self, slug: object) -> bool:
        return slug != self.free and (
            slug in RESERVED
            or Commons.objects.filter(slug=slug).exists()
            or SlugHistory.objects.filter(kind="commons", old_slug=slug).exists()
        )


class UsedByNeeds:
    """Every address of a need, asked one by one, and the steps of paths below /besoins/."""

    def __contains__(self, slug: object) -> bool:
        return slug in {"nouveau", "mutualises"} or Need.objects.filter(slug=slug).exists()


class UsedByPools:
    """Every address of needs put together."""

    def __contains__(self, slug: object) -> bool:
        return NeedPool.objects.filter(slug=slug).exists()
