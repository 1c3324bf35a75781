"""Each kind of reason and each cause of absence has its sentence."""

from __future__ import annotations

import pytest
from django.utils import translation

from communaux.catalogue.models import Commons
from communaux.catalogue.queries.search import Absence
from communaux.engines.search.model import Excerpt, Hit, Reason, WhyNot
from communaux.web import reasons

KINDS = {
    "phrase": "your words side by side",
    "near": "used near you",
    "health": "in good health",
    "stage": "placed lower: it has ended",
}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(("kind", "sentence"), KINDS.items())
def test_a_reason_without_words(kind, sentence):
    hit = Hit("x", 1, 1.0, 1.0, (Reason(kind, {}, 1.0),), 1.0, Excerpt(""))
    assert reasons.told(hit) == reasons.Told(sentence, ((sentence, 100),))


@pytest.mark.parametrize(("n", "said"), [("1", "used by 1 body (confirmed)"), ("12", "used by 12 bodies (confirmed)")])
def test_adoption_says_by_how_many_bodies(n, said):
    hit = Hit("x", 1, 1.0, 1.0, (Reason("adoption", {"value": n}, 1.0),), 1.0, Excerpt(""))
    assert reasons.told(hit).line == said


def test_reasons_with_words_say_them():
    given = (
        Reason("name", {"name": "uMap"}, 0.4),
        Reason("name", {"word": "carte"}, 0.2),
        Reason("spelling", {"word": "crate", "matched": "carte"}, 0.2),
        Reason("translation", {"word": "carte", "matched": "map"}, 0.1),
        Reason("concept", {"theme": "eau"}, 0.05),
        Reason("concept", {"concept": "unknown.one", "label": "a label"}, 0.03),
        Reason("word", {"word": "carte", "matched": "cartes"}, 0.02),
    )
    told = reasons.told(Hit("x", 1, 1.0, 1.0, given, 1.0, Excerpt("")))
    assert [words for words, _share in told.parts] == [
        "its name: uMap",
        "“carte” in its name",
        "“crate” read as “carte”",
        "“carte”, said “map” there",
        "same theme",
        "function: a label",
        "“cartes”",
    ]


def absent(state, told=None):
    return reasons.absence(Absence(Commons(name="X"), state, told))


def test_absences_are_told():
    assert "not published" in absent("withheld")[0]
    assert "index" in absent("not_indexed")[0]
    assert absent("merged") == ["It was merged into ."]
    assert absent("no_match") == []
    why = WhyNot("x", "below", 31, 2.04, ("one",), ("two", "three"), ("unknown.one",), stage_factor=0.6)
    assert absent("below", why) == [
        "It holds “two”, “three”.",
        "It lacks the word “one”.",
        "It does not tell this function: “unknown.one”.",
        "It stands at rank 31: its score is 2.0 below that of the tenth.",
        "It is placed lower because it has ended.",
    ]
    assert absent("hit", WhyNot("x", "hit", 3)) == ["It is there, at rank 3."]
    assert absent("no_match", WhyNot("x", "no_match")) == ["None of your words speaks of it."]


def test_a_filter_is_named_as_the_page_names_it():
    removed = ("kind", "recommended", "phrase", "without")
    told = absent("filtered", WhyNot("x", "filtered", removed_by=removed))
    assert told == [
        "A filter removed it: What it is, Recommended by, the words in quotation marks, the words after a minus."
    ]


def test_a_merged_commons_names_the_one_that_stays():
    kept = Commons(name="Le gardé", slug="le-garde")
    merged = Commons(name="X", merged_into=kept)
    assert reasons.absence(Absence(merged, "merged")) == ["It was merged into Le gardé."]
