"""Accounts opened before there were verified addresses: nobody is locked out by the upgrade."""

from __future__ import annotations

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps

from communaux.core.models import Person


@pytest.mark.django_db
def test_an_account_of_before_keeps_its_address_as_verified(desk: Person) -> None:
    old = Person.objects.create(display_name="A", mail="Ana@demo.example")
    Person.objects.create(display_name="Sans adresse")
    kept = Person.objects.create(display_name="B", mail="bob@demo.example")
    EmailAddress.objects.create(user=kept, email="bob@demo.example", verified=False, primary=True)
    verify = import_module("communaux.core.migrations.0004_verified_mails").verify
    for _twice in range(2):
        verify(apps, None)
    found = set(EmailAddress.objects.values_list("user", "email", "verified", "primary"))
    assert found == {(old.pk, "ana@demo.example", True, True), (kept.pk, "bob@demo.example", False, True)}
