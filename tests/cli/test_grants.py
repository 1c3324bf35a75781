"""`communaux grants list`: roles by number, no name and no address; a bad object is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from communaux.cli import main
from communaux.core import services
from communaux.core.models import DualAct, Person

pytestmark = pytest.mark.django_db


def test_it_lists_roles_on_an_object_and_above(
    desk: Person, person: Callable[..., Person], capsys: pytest.CaptureFixture[str]
) -> None:
    odile, ana = person("odile@demo.example", operator=True), person("ana@demo.example")
    from django.utils import timezone

    terms = {"starts_on": date(2026, 1, 2), "ends_on": date(2999, 1, 1)}
    services.grant(desk, ana, role="steward", object_type="commons", object_id="7", at=timezone.now(), **terms)
    assert main(["grants", "list", "commons:7"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"commons:7  steward  person {ana.pk}  2026-01-02 – 2999-01-01"
    assert second.startswith(f"instance  operator  person {odile.pk}  ")
    assert second.endswith("without end")


@pytest.mark.parametrize("typed", ["commons", "", "instance:7", ":7"])
def test_what_is_no_object_is_refused(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grants", "list", typed]) == 2
    assert "is no object" in capsys.readouterr().err


def test_the_first_operator_is_made_here_and_the_next_one_takes_two(
    desk: Person, person: Callable[..., Person], capsys: pytest.CaptureFixture[str]
) -> None:
    odile, ana = person("odile@demo.example"), person("ana@demo.example")
    assert main(["grants", "give", "operator", "Odile@demo.example"]) == 0
    assert main(["grants", "give", "operator", "ana@demo.example"]) == 0
    assert main(["grants", "give", "operator", "ana@demo.example"]) == 2
    assert main(["grants", "give", "operator", "odile@demo.example"]) == 2
    assert main(["grants", "give", "editor", "ana@demo.example"]) == 0
    assert main(["grants", "give", "editor", "nobody@demo.example"]) == 2
    act = DualAct.objects.get()
    first, second, _third = capsys.readouterr().out.splitlines()
    assert first.startswith(f"operator  person {odile.pk}  from ")
    assert second == f"Prepared: an operator releases it at /mon-espace/actes/{act.pk}/"
    assert (act.prepared_by, act.payload["person"]) == (desk, str(ana.pk))
