"""The repository of a commons, held while somebody writes about it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from communaux.assessment import queries
from communaux.assessment.models import Repository
from communaux.catalogue.addresses import normal_url
from communaux.catalogue.models import Commons
from communaux.core.errors import NotReady


def main_repository(commons: Commons) -> Repository:
    """The repository at the address that the sheet tells, held until the end of the transaction: two clicks make one run."""
    url = queries.address(commons)
    if not url:
        told = _(
            "No repository is known for this commons: its sheet has to give the address where its sources are read."
        )
        raise NotReady("no_repository", told, missing=["repository"])
    made = Repository.objects.get_or_create(commons=commons, url_key=normal_url(url), defaults={"url": url})[0]
    held = Repository.objects.select_for_update(no_key=True).get(pk=made.pk)
    if (held.url, held.active) != (url, True):
        held.url, held.active = url, True
        held.save(update_fields=["url", "active"])
    return held
