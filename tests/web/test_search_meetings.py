"""The search page leads to meetings, road maps and reports whose title or theme has the words: three at most, below the hits."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uses import Cast

from communaux.catalogue import indexing
from communaux.core.models import Person
from communaux.gatherings import services, shipped
from communaux.gatherings.models import Edition
from communaux.gatherings.queries import finding

pytestmark = pytest.mark.django_db
MEETING: dict[str, Any] = {
    "name": "Journée du zéphyr",
    "kind": "local",
    "starts_on": date(2037, 3, 4),
    "ends_on": None,
    "timezone": "Europe/Paris",
}
TOLD: dict[str, Any] = {
    "title": "Dompter la bourrasque",
    "theme": "Aérostats",
    "minutes": 60,
    "state": "confirmed",
    "starts_at": datetime(2037, 3, 4, 8, 0, tzinfo=UTC),
}


@pytest.fixture
def meeting(cast: Cast) -> Edition:
    by, now = cast["member"], timezone.now()
    made = services.open_edition(by, cast.town, key=uuid4(), told=MEETING, at=now)
    session = services.add_session(by, made, key=uuid4(), told=TOLD, at=now)
    services.publish_programme(by, made, note="", at=now)
    told = services.Account("Il a soufflé.", [], [], [], "CC-BY-4.0")
    services.write_report(by, session, account=told, base=0, lang="fr", at=now)
    services.change_session(by, session, base=1, told={"title": "Secret du brouillon", "theme": "Cachette"}, at=now)
    return made


def beside(text: str, page: str = "") -> list[str]:
    answer = Client().get("/chercher/", {"q": text} | ({"page": page} if page else {}))
    assert answer.status_code == 200
    found = re.search(r'<section[^>]*aria-labelledby="beside".*?</section>', answer.text, re.DOTALL)
    return [unescape(one) for one in re.findall(r"<a [^>]*>([^<]*)</a>", found[0])] if found else []


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("zephyr", ["Journée du zéphyr"]),
        ("les ZÉPHYRS", ["Journée du zéphyr"]),
        ("une bourrasque", ["Dompter la bourrasque"]),
        ("aérostat", ["Journée du zéphyr", "Dompter la bourrasque"]),
        ("secret brouillon", []),
        ("cachette", []),
        ("carte du zéphyr", []),
        ("logiciel de cantine", []),
    ],
)
def test_words_of_a_title_or_a_theme(meeting: Edition, text: str, titles: list[str]) -> None:
    assert beside(text) == titles


def test_three_at_most_and_real_ones_alone(desk: Person, cast: Cast) -> None:
    indexing.keep_themes(desk)
    for given in (*shipped.real(), *shipped.made_up()):
        services.load_edition(desk, given, at=timezone.now())
    assert len(beside("numérique")) == finding.MOST
    assert "Rendre plus désirable un produit reconditionné" in beside("produit reconditionné")
    assert beside("rencontre fictive") == []


def test_what_was_taken_off_the_desk_is_not_found(cast: Cast, meeting: Edition) -> None:
    services.withhold_edition(cast["editor"], meeting, reason="Hostile.", at=timezone.now())
    assert (beside("zéphyr"), beside("bourrasque")) == ([], [])


def test_one_question_more_and_none_for_each_meeting(cast: Cast, meeting: Edition) -> None:
    def questions() -> int:
        finding.found("zéphyr")
        with CaptureQueriesContext(connection) as seen:
            assert finding.found("zéphyr")
        return len(seen)

    before = questions()
    for n in range(3):
        told = MEETING | {"name": f"Zéphyr {n}"}
        services.open_edition(cast["member"], cast.town, key=uuid4(), told=told, at=timezone.now())
    assert (before, questions()) == (1, 1)
