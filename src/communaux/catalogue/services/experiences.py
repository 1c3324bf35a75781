"""Write down what a body learned from its use of a commons; correct it, withdraw it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communaux.catalogue.models import Experience, Reuse
from communaux.catalogue.reusing import Told
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.markdown import render
from communaux.core.models import Person


@action("catalogue.write_experience")
def write_experience(by: Person, reuse: Reuse, *, told: Told, at: datetime) -> Experience:
    """One for each use, also of one that has ended; raise Conflict when there is one already."""
    written = Experience.objects.filter(reuse=reuse).first() or Experience(reuse=reuse, version=0)
    if written.pk and written.withdrawn_at is None:
        raise _already()
    fresh = {"written_by": by, "published_at": at, "edited_at": None, "withdrawn_at": None}
    if written.pk:
        return _rewrite(written, written.version, _columns(told) | fresh)
    try:
        with transaction.atomic():
            return Experience.objects.create(reuse=reuse, **_columns(told), **fresh)
    except IntegrityError:
        if Experience.objects.filter(reuse=reuse).exists():
            raise _already() from None
        raise


def _already() -> Conflict:
    return Conflict("already_written", _("This body has already written what it learned. Nothing was changed."))


@action("catalogue.edit_experience")
def edit_experience(by: Person, experience: Experience, *, told: Told, seen: int, at: datetime) -> Experience:
    """`seen`: the version that was corrected; raise Conflict when it is not the present one."""
    return _rewrite(experience, seen, _columns(told) | {"edited_at": at}, withdrawn_at=None)


@action("catalogue.withdraw_experience")
def withdraw_experience(by: Person, experience: Experience, *, at: datetime) -> Experience:
    """No page shows it any more; its number and its dates stay."""
    return _rewrite(experience, experience.version, {"withdrawn_at": at}, withdrawn_at=None)


def _columns(told: Told) -> dict[str, Any]:
    given = asdict(told)
    return given | {"html": {part: render(given[part]) for part in Experience.PARTS if given[part]}}


def _rewrite(experience: Experience, seen: int, values: dict[str, Any], **still: Any) -> Experience:
    values = values | {"version": seen + 1}
    if not Experience.objects.filter(pk=experience.pk, version=seen, **still).update(**values):
        said = _("Somebody changed this text meanwhile. Both are shown: keep what you want and send again.")
        raise Conflict("changed_meanwhile", said)
    for name, value in values.items():
        setattr(experience, name, value)
    return experience
