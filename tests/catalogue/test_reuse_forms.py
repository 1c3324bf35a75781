"""What the form of a use takes: boundaries by code points, dates as precisely as they are known, hostile input."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from slices import NOW
from uses import TEXT, Cast

from communaux.catalogue.forms.inputs import PartialDate
from communaux.catalogue.forms.reuses import End, OwnUse, UseFromSource
from communaux.catalogue.queries.reuses import bodies_of

pytestmark = pytest.mark.django_db


def form(cast: Cast, **more: str) -> OwnUse:
    given = {"organisation": str(cast.town.pk), "kind": "uses", "since": "", "use_case": TEXT}
    return OwnUse(given | more, bodies=bodies_of(cast["member"], NOW.date()))


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("é" * 20, True),
        ("é" * 19, False),
        ("é" * 19 + "   ", False),
        ("é" * 1000, True),
        ("é" * 1001, False),
        ("😀" * 1000, True),
        ("😀" * 1001, False),
        ("e\u0301" * 500, True),
        ("a\r\n" * 499 + "bc", True),  # a line break of a browser is one character
        ("", False),
    ],
)
def test_the_length_is_counted_in_code_points(cast: Cast, text: str, taken: bool) -> None:
    assert form(cast, use_case=text).is_valid() == taken


def test_the_excess_is_told_and_the_text_kept_by_browser_and_desk(cast: Cast) -> None:
    sent = form(cast, use_case="x" * 1234)
    assert "1234" in sent.errors["use_case"][0].replace("\u202f", "").replace("\xa0", "")
    page = str(sent)
    assert "x" * 1234 in page
    assert "maxlength" not in page


def test_marks_that_turn_a_line_around_are_taken_out(cast: Cast) -> None:
    sent = form(cast, use_case="\x00Cartes\u202e des travaux\x07 de voirie.")
    assert sent.is_valid(), sent.errors
    assert sent.cleaned_data["use_case"] == "Cartes des travaux de voirie."


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2024", (date(2024, 1, 1), "year")),
        ("03/2024", (date(2024, 3, 1), "month")),
        ("2024-03", (date(2024, 3, 1), "month")),
        ("5/3/2024", (date(2024, 3, 5), "day")),
        (" 2024-03-05 ", (date(2024, 3, 5), "day")),
        ("", None),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(typed: str, read: object) -> None:
    assert PartialDate(required=False).clean(typed) == read


@pytest.mark.parametrize("typed", ["hier", "31/02/2024", "13/2024", "24", "0000", "2024-3-5-1", "٢٠٢٤", "9" * 5000])
def test_what_is_no_date_is_said(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        PartialDate(required=False).clean(typed)


def test_only_bodies_of_the_person_can_be_named(cast: Cast) -> None:
    assert list(bodies_of(cast["member"], NOW.date())) == [cast.town]
    assert list(bodies_of(cast["former"], NOW.date())) == []
    assert form(cast).is_valid()
    for other in (str(cast.other.pk), "x", "", "0" * 500):
        assert set(form(cast, organisation=other).errors) == {"organisation"}


def test_an_editor_names_a_body_by_its_number_and_a_source(cast: Cast) -> None:
    body = cast.body("Association d’exemple", siret="12345678901234", rna="W123456789")
    given = {"kind": "uses", "since": "2020", "use_case": TEXT, "source": "demo.example/article"}
    for number in ("123 456 789 01234", "w123456789"):
        sent = UseFromSource(given | {"organisation": number})
        assert sent.is_valid(), sent.errors
        said = sent.declared(cast.commons)
        assert (said.organisation, said.source) == (body, "https://demo.example/article")
    for wrong in ({"organisation": "99999999999999"}, {"organisation": "W123456789", "source": "javascript:alert(1)"}):
        assert not UseFromSource(given | wrong).is_valid()


def test_an_end_needs_a_day_and_a_cause() -> None:
    assert set(End({}).errors) == {"until", "cause"}
    assert set(End({"until": "2026-13-01", "cause": "ennui", "note": "x" * 301}).errors) == {"until", "cause", "note"}
    assert End({"until": "01/08/2026", "cause": "cost"}).is_valid()
