"""Programs that call the API with a token of somebody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from calling import Program
from django.utils import timezone

from communaux.core import tokens
from communaux.core.ids import uuid7
from communaux.core.models import Person


@pytest.fixture
def program(db: None) -> Callable[..., Program]:
    """`program(person)`: one that writes in the name of that person; `scope="read"`: one that reads."""

    def of(person: Person, scope: str = "write", days: int = 30) -> Program:
        made = tokens.make(person, person, key=uuid7(), name="essai", scope=scope, days=days, at=timezone.now())
        return Program(made.secret)

    return of
