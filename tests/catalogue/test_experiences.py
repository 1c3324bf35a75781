"""What a body learned: written once for a use, corrected, withdrawn; rendered clean when it is written."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from slices import NOW
from uses import Cast, told

from communaux.catalogue import services
from communaux.catalogue.forms.experiences import Lesson, stored
from communaux.catalogue.models import Experience
from communaux.catalogue.queries.reuses import experiences, usage_of
from communaux.core.errors import Conflict
from communaux.core.models import Entry

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
SENT = {"context": "Une commune.", "went_well": "Tout.", "again": "yes", "lang": "fr", "licence": "CC-BY-SA-4.0"}


def written(cast: Cast, **more: Any) -> Experience:
    return services.write_experience(cast["member"], cast.declared(), told=told(**more), at=NOW)


def test_it_is_written_once_for_a_use(cast: Cast) -> None:
    lesson = written(cast, effort_days=4, cost_cents=120050, cost_scope="yearly")
    with pytest.raises(Conflict) as refused:
        services.write_experience(cast["second"], lesson.reuse, told=told(), at=LATER)
    assert refused.value.code == "already_written"
    (kept,) = experiences("umap")
    assert (kept.effort_days, kept.cost_cents, kept.written_by, kept.published_at) == (4, 120050, cast["member"], NOW)


def test_it_can_be_written_after_the_end(cast: Cast) -> None:
    use = cast.declared()
    services.end_reuse(cast["member"], use, until=NOW.date(), cause="cost", at=NOW)
    services.write_experience(cast["second"], use, told=told(again="no"), at=NOW)
    assert usage_of(cast.commons.pk).counts["told"] == 1


def test_the_journal_says_what_was_learned_without_the_text(cast: Cast) -> None:
    written(cast, context="Un contexte secret", effort_days=4)
    line = Entry.objects.latest("seq")
    facts = {"effort_days": 4, "cost_scope": "", "again": "yes", "lang": "fr", "licence": "CC-BY-SA-4.0", "version": 1}
    assert (line.act, line.subject_kind, line.before, line.after) == (
        *("catalogue.write_experience", "experience"),
        *({}, facts),
    )


def test_of_two_who_correct_at_once_the_second_is_told(cast: Cast) -> None:
    lesson = written(cast)
    mine = Experience.objects.get(pk=lesson.pk)
    services.edit_experience(cast["second"], lesson, told=told(advice="Commencer petit."), seen=1, at=LATER)
    with pytest.raises(Conflict) as refused:
        services.edit_experience(cast["member"], mine, told=told(advice="Autre."), seen=1, at=LATER)
    assert refused.value.code == "changed_meanwhile"
    kept = Experience.objects.get(pk=lesson.pk)
    assert (kept.advice, kept.version, kept.edited_at, kept.published_at) == ("Commencer petit.", 2, LATER, NOW)
    assert Entry.objects.filter(act="catalogue.edit_experience").count() == 1


def test_withdrawn_it_is_shown_no_more_and_may_be_written_again(cast: Cast) -> None:
    lesson = written(cast)
    services.withdraw_experience(cast["editor"], lesson, at=LATER)
    assert (list(experiences()), usage_of(cast.commons.pk).counts["told"]) == ([], 0)
    with pytest.raises(Conflict):
        services.withdraw_experience(cast["editor"], lesson, at=LATER)
    with pytest.raises(Conflict):
        services.edit_experience(cast["member"], lesson, told=told(), seen=2, at=LATER)
    again = services.write_experience(cast["second"], lesson.reuse, told=told(again="no"), at=LATER)
    assert (again.pk, again.version, again.again, again.withdrawn_at) == (lesson.pk, 3, "no", None)
    assert [one.pk for one in experiences()] == [lesson.pk]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://demo.example/pixel.png)",
        '<a href="https://demo.example" onclick="x()">x</a>',
        "<style>*{display:none}</style>",
        "# " * 500,
        "> " * 300 + "x",
    ],
)
def test_no_text_makes_a_page_do_anything(cast: Cast, hostile: str) -> None:
    lesson = written(cast, went_well=hostile, advice=hostile)
    for html in lesson.html.values():
        assert not re.search(r"<(script|img|style|iframe)|\son\w+=|href=\"javascript", re.sub(r"&lt;.*?&gt;", "", html))
    assert Experience.objects.get(pk=lesson.pk).went_well == hostile


def test_an_amount_has_a_scope_and_a_scope_an_amount(cast: Cast) -> None:
    lesson = written(cast)
    for values in ({"cost_cents": 1}, {"cost_scope": "once"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Experience.objects.filter(pk=lesson.pk).update(**values)


def errors(**more: Any) -> set[str]:
    return set(Lesson({**SENT, **more}).errors)


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({}, set()),
        ({"context": "é" * 3000}, set()),
        ({"context": "😀" * 3000}, set()),
        ({"context": "é" * 3001}, {"context"}),
        ({"context": "  \r\n "}, {"context"}),
        ({"went_well": ""}, {"went_well"}),
        ({"went_well": "", "advice": "Oui."}, set()),
        ({"again": "maybe"}, {"again"}),
        ({"effort_days": "0"}, set()),
        ({"effort_days": "-1"}, {"effort_days"}),
        ({"effort_days": "9" * 30}, {"effort_days"}),
        ({"cost_cents": "0", "cost_scope": "total"}, set()),
        ({"cost_cents": "12"}, {"cost_scope"}),
        ({"cost_scope": "once"}, {"cost_cents"}),
        ({"cost_cents": "-5", "cost_scope": "once"}, {"cost_cents"}),
        ({"cost_cents": "1e9", "cost_scope": "once"}, {"cost_cents"}),
        ({"licence": "Tous droits réservés"}, {"licence"}),
        ({"lang": "xx"}, {"lang"}),
    ],
)
def test_what_the_form_takes(more: dict[str, str], wrong: set[str]) -> None:
    assert errors(**more) == wrong


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1200", 120000),
        ("1 200,50 €", 120050),
        ("1\u202f200,5", 120050),
        ("0", 0),
        ("0.07", 7),
        ("999999999999", 99999999999900),
    ],
)
def test_euros_as_people_write_them_are_cents(typed: str, cents: int) -> None:
    form = Lesson({**SENT, "cost_cents": typed, "cost_scope": "once"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["cost_cents"] == cents


def test_unknown_is_not_zero(cast: Cast) -> None:
    form = Lesson(SENT)
    assert form.is_valid()
    said = form.told()
    assert (said.effort_days, said.cost_cents, said.cost_scope) == (None, None, "")


def test_the_form_shows_what_is_stored_and_sees_that_nothing_changed(cast: Cast) -> None:
    lesson = written(cast, effort_days=4, cost_cents=120050, cost_scope="yearly", advice="Un.\n\nDeux.")
    shown = {name: str(value).replace("\n", "\r\n") for name, value in stored(lesson).items()}
    form = Lesson(shown)
    assert form.is_valid(), form.errors
    assert form.unchanged(lesson)
    other = Lesson({**shown, "effort_days": "5"})
    assert other.is_valid()
    assert not other.unchanged(lesson)
