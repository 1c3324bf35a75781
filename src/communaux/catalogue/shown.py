"""Subjects of the catalogue as notices name them: a public name, and the page where one goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from communaux.catalogue.models import (
    Claim,
    Commons,
    Experience,
    Need,
    NeedPool,
    OpportunityNote,
    Provider,
    Reuse,
    ThesaurusChange,
)
from communaux.core.notify import Shown
from communaux.territory.models import Ambassador

type Found = dict[str, Shown]
NEEDED = ("slug", "name", "state", "merged_into__slug", "merged_into__name", "merged_into__state")
UNSEEN = {Commons.State.DRAFT, Commons.State.PROPOSED}


def commons(ids: Collection[str]) -> Found:
    """Its sheet; of what is not published yet, the page where it is decided; of a merged one, what it has become."""
    rows = Commons.objects.filter(pk__in=list(ids)).select_related("merged_into").only(*NEEDED)
    now = {str(row.pk): row.merged_into or row for row in rows}
    return {pk: Shown(row.name, _place(row)) for pk, row in now.items()}


def _place(row: Commons) -> str:
    return reverse("publish_commons", args=[row.slug]) if row.state in UNSEEN else row.get_absolute_url()


def claims(ids: Collection[str]) -> Found:
    rows = Claim.objects.filter(pk__in=list(ids)).select_related("commons")
    return {str(row.pk): Shown(row.commons.name, reverse("claim", args=[row.pk])) for row in rows}


def reuses(ids: Collection[str]) -> Found:
    rows = Reuse.objects.filter(pk__in=list(ids)).select_related("commons", "organisation")
    return {str(row.pk): Shown(_used(row), row.get_absolute_url()) for row in rows}


def _used(row: Reuse) -> str:
    return _("%(name)s at %(body)s") % {"name": row.commons.name, "body": row.organisation.name}


def experiences(ids: Collection[str]) -> Found:
    rows = Experience.objects.filter(pk__in=list(ids)).select_related("reuse__commons", "reuse__organisation")
    path = "commons_experiences"
    return {str(row.pk): Shown(_used(row.reuse), reverse(path, args=[row.reuse.commons.slug])) for row in rows}


def providers(ids: Collection[str]) -> Found:
    rows = Provider.objects.filter(pk__in=list(ids)).select_related("commons", "organisation")
    return {str(row.pk): Shown(f"{row.organisation.name} ({row.commons.name})", row.get_absolute_url()) for row in rows}


def needs(ids: Collection[str]) -> Found:
    rows = Need.objects.filter(pk__in=list(ids))
    return {str(row.pk): Shown(row.title, row.get_absolute_url()) for row in rows}


def pools(ids: Collection[str]) -> Found:
    rows = NeedPool.objects.filter(pk__in=list(ids))
    return {str(row.pk): Shown(row.title, row.get_absolute_url()) for row in rows}


def notes(ids: Collection[str]) -> Found:
    """Its title once it is public: a mail is no place for one that is not."""
    rows = OpportunityNote.objects.filter(pk__in=list(ids))
    unseen = _("A note of yours")
    return {str(row.pk): Shown(row.title if row.published_at else unseen, row.get_absolute_url()) for row in rows}


def words(ids: Collection[str]) -> Found:
    rows = ThesaurusChange.objects.filter(pk__in=list(ids))
    return {str(row.pk): Shown(row.concept or _("Pair of words"), row.get_absolute_url()) for row in rows}


def ambassadors(ids: Collection[str]) -> Found:
    """The page of their own words: the list no longer names who stopped."""
    rows = Ambassador.objects.filter(pk__in=list(ids)).select_related("person")
    return {str(row.pk): Shown(str(row), reverse("become_ambassador")) for row in rows}


BY_KIND: Mapping[str, Callable[[Collection[str]], Found]] = {
    "commons": commons,
    "claim": claims,
    "reuse": reuses,
    "experience": experiences,
    "provider": providers,
    "need": needs,
    "needpool": pools,
    "opportunitynote": notes,
    "thesauruschange": words,
    "ambassador": ambassadors,
}
