"""Writes: keep what a forge tells of a repository, take it back."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from communaux.assessment.holding import main_repository
from communaux.assessment.models import ForgeItems, Repository, Run
from communaux.assessment.services import ask_run
from communaux.catalogue.models import Commons
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict, NotReady
from communaux.core.models import Person
from communaux.engines.assess.forge import Forge
from communaux.engines.assess.forge_lines import as_lines, counts, digest

CLOCKS: Final = timedelta(days=1)  # by which a forge may be ahead of this desk


@action("assessment.record_forge_items")
def record_forge_items(by: Person, commons: Commons, *, found: Forge, at: datetime) -> ForgeItems:
    """Keep a reading in place of the one before, whose lines are erased; the repository is read anew with it.

    Raise NotReady without a repository, Conflict for what is there already or older than that, BadRequest for a day to come.
    """
    repository, read_at = main_repository(commons), datetime.fromtimestamp(found.read_at, UTC)
    if read_at > at + CLOCKS:
        raise BadRequest("not_yet_read", _("These exchanges say that they were read on a day to come."))
    before = _in_force(repository)
    if before and before.sha256 == digest(found):
        raise Conflict("said_already", _("This very file is in force already: nothing was changed."))
    if before and before.read_at > read_at:
        raise Conflict("older_items", _("What is in force was read later than this: take it back first."))
    if before:
        _erase(before, at)
    made = ForgeItems.objects.create(
        repository=repository,
        lines=as_lines(found),
        sha256=digest(found),
        forge=found.forge,
        read_at=read_at,
        counts=counts(found) | {"left_out": found.left_out},
        by=by,
        created_at=at,
    )
    _again(commons, at)
    return made


@action("assessment.withdraw_forge_items")
def withdraw_forge_items(by: Person, items: ForgeItems, *, at: datetime) -> ForgeItems:
    """Erase them; the repository is read anew without."""
    rows = ForgeItems.objects.select_related("repository__commons").select_for_update(of=("self",), no_key=True)
    held = rows.get(pk=items.pk)
    if held.withdrawn_at:
        raise Conflict("withdrawn_already", _("This has been taken back already."))
    _erase(held, at)
    _again(held.repository.commons, at)
    return held


def _in_force(repository: Repository) -> ForgeItems | None:
    return ForgeItems.objects.filter(repository=repository, withdrawn_at=None).first()


def _erase(items: ForgeItems, at: datetime) -> None:
    items.lines, items.withdrawn_at = "", at
    items.save(update_fields=["lines", "withdrawn_at"])


def _again(commons: Commons, at: datetime) -> None:
    """Have a commons that was assessed read anew. One under way takes it along, or the next one does."""
    if Run.objects.filter(repository__commons=commons, state=Run.State.DONE).exists():
        with suppress(Conflict, NotReady):
            ask_run(Person.objects.desk(), commons, at=at, because=Run.Reason.ITEMS)
