"""Many rows at once: only the fields that are named are written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from factories import NOW

from communaux.core.ids import uuid7
from communaux.core.models import Person, Subscription
from communaux.core.rows import insert_missing, rewrite

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


def test_rows_that_are_there_already_are_left_out(person: Callable[..., Person]) -> None:
    ada = person("ada@example.org")
    fields = ("person", "scope_kind", "scope_id", "frequency", "created_at", "id")

    def follow(frequency: str, *ids: str) -> None:
        rows = [(ada.pk, "commons", pk, frequency, NOW, uuid7()) for pk in ids]
        insert_missing(Subscription, fields, rows)

    follow("daily", "1", "2", "2")
    follow("weekly", "2", "3")
    stored = Subscription.objects.order_by("scope_id").values_list("person", "scope_id", "frequency", "created_at")
    assert list(stored) == [(ada.pk, "1", "daily", NOW), (ada.pk, "2", "daily", NOW), (ada.pk, "3", "weekly", NOW)]


def test_a_wrong_value_is_no_row_that_is_there(person: Callable[..., Person]) -> None:
    ada = person("ada@example.org")
    row = (ada.pk, "commons", "1", "hourly", NOW, uuid7())
    fields = ("person", "scope_kind", "scope_id", "frequency", "created_at", "id")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_missing(Subscription, fields, [row])
