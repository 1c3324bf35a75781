"""Pages where a body promises days and tells whom it mentors."""

from __future__ import annotations

import html
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from test_contribution_pages import MENTOR, PLEDGE, ROADMAP, ROOT, member, other, pledged
from test_gathering_pages import HOSTILE, editions, read, words
from uses import Cast

from communaux.gatherings.models import Mentoring, TimePledge

pytestmark = pytest.mark.django_db
__all__ = ["editions", "member"]  # the fixtures that tests here begin with


def test_a_body_promises_and_ends(member: Client, cast: Cast) -> None:
    assert "personne responsable ou coresponsable" in read(member, PLEDGE)
    told = {
        "organisation": str(cast.town.pk),
        "days_per_year": "5",
        "scope": "team",
        "year": "2024",
        "key": str(uuid4()),
    }
    assert member.post(PLEDGE, told | {"rule_url": "https://ville.example/"}).status_code == 422
    pledged(cast)
    for wrong in (
        {"rule_url": ""},
        {"year": "1900"},
        {"days_per_year": "0"},
        {"days_per_year": "1,25"},
        {"scope": "x"},
    ):
        assert member.post(PLEDGE, told | {"rule_url": "https://ville.example/"} | wrong).status_code == 422, wrong
    for _time in range(2):
        assert member.post(PLEDGE, told | {"rule_url": "https://ville.example/"}).status_code == 302
    assert TimePledge.objects.count() == 2
    again = member.post(PLEDGE, told | {"rule_url": "https://ville.example/", "key": str(uuid4())})
    assert (again.status_code, "déjà une promesse" in again.text) == (422, True)
    assert "2,5 jours par an, pour chaque agent·e" in read(Client(), f"{ROOT}?annee=2024")
    assert "Promis 5 jours par an, pour l’équipe entière" in read(Client(), f"/organisations/{cast.town.pk}/")
    one = TimePledge.objects.get(scope="team")
    assert other(cast).post(f"{PLEDGE}{one.pk}/finir/").status_code == 403
    for _time in range(2):
        assert member.post(f"{PLEDGE}{one.pk}/finir/").status_code == 302
    assert TimePledge.objects.get(pk=one.pk).ended_on == timezone.localdate()


def test_a_body_mentors_another(member: Client, cast: Cast) -> None:
    told = {"organisation": str(cast.town.pk), "subject": "law", "starts_on": "2024-01-10", "key": str(uuid4())}
    for wrong in (ROADMAP, f"/organisations/{cast.town.pk}/", "/organisations/rien/"):
        assert member.post(MENTOR, told | {"target": wrong}).status_code == 422, wrong
    for _time in range(2):
        answer = member.post(MENTOR, told | {"target": f"/organisations/{cast.other.pk}/"}, follow=True)
    assert "Commune de démonstration accompagne Commune d’exemple" in words(answer.text)
    path = Mentoring.objects.get().get_absolute_url()
    assert "<form" not in re.search(r"<main.*?</main>", Client().get(path).text, re.DOTALL)[0]  # type: ignore[index]  # there is a main
    assert Client().post(path, {"do": "entry"}).status_code == 403
    assert other(cast, "outsider").post(path, {"do": "entry"}).status_code == 403
    for text in ("", "x" * 601, "lise@mairie.example"):
        refused = member.post(path, {"do": "entry", "on_date": "2024-02-01", "text": text})
        assert (refused.status_code, text in refused.text) == (422, True)
    for _time in range(2):
        member.post(path, {"do": "entry", "on_date": "2024-02-01", "text": HOSTILE})
    page = member.get(path).text
    assert (html.unescape(page).count(HOSTILE), "<script>alert" in page) == (1, False)
    early = member.post(path, {"do": "end", "ends_on": "2024-01-09", "outcome": "Rien."})
    assert (early.status_code, "avant le début" in early.text) == (422, True)
    assert "Des statuts." in words(
        member.post(path, {"do": "end", "ends_on": "2024-06-01", "outcome": "Des statuts."}, follow=True).text
    )
    assert "Commune de démonstration → Commune d’exemple droit" in read(Client(), f"/organisations/{cast.town.pk}/")
    assert "→ Commune d’exemple" in read(Client(), ROOT)
    assert Client().get(f"{MENTOR}{uuid4()}/").status_code == 404
