"""`@action`: what makes a function a write of the desk — rule, transaction, journal — once, for pages, API and commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

import rules
from django.core.exceptions import ImproperlyConfigured
from django.db import models, transaction
from django.utils.translation import gettext as _

from communaux.core import journal
from communaux.core.errors import NotAllowed
from communaux.core.models import Person

ACTIONS: dict[str, Callable[..., Any]] = {}


def allow(name: str, by: Person | None, target: object = None) -> None:
    """Raise NotAllowed unless the rule `name` lets `by` act on `target`."""
    if not rules.perm_exists(name):
        raise ImproperlyConfigured(f"no rule is named {name}")
    if not rules.has_perm(name, by, target):
        raise NotAllowed("not_allowed", _("You are not allowed to do this."), rule=name)


def action[**P, R](
    name: str, *, journaled: bool = True
) -> Callable[[Callable[Concatenate[Person, P], R]], Callable[Concatenate[Person, P], R]]:
    """Wrap a service `f(by, target?, …, *, at)`: check the rule `name`, open the transaction, write the journal entry.

    The subject of the entry is what the service returns, if that is a row, else its first argument. `reason=` is taken from the
    arguments when the service has one. `journaled=False` is for a service that writes its own lines.
    """

    def decorate(service: Callable[Concatenate[Person, P], R]) -> Callable[Concatenate[Person, P], R]:
        @wraps(service)
        def act(by: Person, *args: P.args, **kwargs: P.kwargs) -> R:
            target = args[0] if args else None
            allow(name, by, target)
            with transaction.atomic():
                before = journal.facts(target) if isinstance(target, models.Model) else {}
                result = service(by, *args, **kwargs)
                if journaled:
                    _write(name, by, target, before, result, kwargs)
            return result

        act.action_name = name  # type: ignore[attr-defined]
        ACTIONS[name] = act
        return act

    return decorate


def _write(name: str, by: Person, target: object, before: dict[str, Any], result: object, kwargs: Any) -> None:
    subject = result if isinstance(result, models.Model) else target
    if not isinstance(subject, models.Model):
        raise ImproperlyConfigured(f"{name}: neither the result nor the first argument is a row of the database")
    was = before if isinstance(target, type(subject)) and subject.pk == target.pk else {}
    old, new = journal.changes(was, journal.facts(subject))
    line = journal.Line(name, journal.subject_of(subject), old, new, reason=str(kwargs.get("reason") or ""))
    journal.append(by, kwargs["at"], line)
