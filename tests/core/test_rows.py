"""Many rows at once: only the fields that are named are written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communaux.core.models import Person
from communaux.core.rows import rewrite

pytestmark = pytest.mark.django_db


def test_only_the_named_fields_of_the_given_rows_are_written(person: Callable[..., Person]) -> None:
    ada, bob, eve = person("ada@example.org"), person("bob@example.org"), person("eve@example.org")
    for one in (ada, bob):
        one.display_name, one.lang = f"L’{one.mail}", "en"
    with CaptureQueriesContext(
        connection,
    ) as asked:
        rewrite([ada, bob], ["display_name"])
    assert len(asked) == 1
    stored = dict(Person.objects.values_list("mail", "display_name"))
    assert [stored[one.mail] for one in (ada, bob, eve)] == ["L’ada@example.org", "L’bob@example.org", "eve"]
    assert set(Person.objects.filter(pk__in=[ada.pk, bob.pk]).values_list("lang", flat=True)) == {"fr"}


def test_no_row_is_no_question(django_assert_num_queries: Callable[..., object]) -> None:
    with django_assert_num_queries(0):
        rewrite([], ["display_name"])
