"""Reads: what a forge tells of the repository of a commons, as it is in force."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from communaux.assessment import queries
from communaux.assessment.models import ForgeItems, Repository
from communaux.catalogue.addresses import normal_url
from communaux.catalogue.models import Commons
from communaux.core.errors import NotFound
from communaux.engines.assess.forge import Forge
from communaux.engines.assess.forge_lines import read_lines


def reading_of(repository: Repository) -> Forge | None:
    """As the engine takes it; None: nobody gave any."""
    row = ForgeItems.objects.filter(repository=repository, withdrawn_at=None).first()
    return read_lines(row.lines, str) if row else None


def items_of(commons: Commons) -> ForgeItems | None:
    """In force for the repository that is read today, without its lines."""
    key = normal_url(queries.address(commons))
    rows = ForgeItems.objects.filter(repository__commons=commons, repository__url_key=key, withdrawn_at=None)
    return rows.select_related("repository__commons").defer("lines").first()


def items_at(pk: UUID) -> ForgeItems:
    rows = ForgeItems.objects.select_related("repository__commons").defer("lines")
    if one := rows.filter(pk=pk).first():
        return one
    raise NotFound("unknown_items", _("Nothing that a forge tells has this number."))
