"""The badge: three words with signs of their own, small, escaped, and never a mark."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from xml.dom.minidom import parseString

import pytest

from communaux.engines.assess import badge as engine

DAY = date(2026, 11, 29)
READINGS = {"resource": "established", "community": "confirm", "governance": "attention"}
HOSTILE = '</title><script>alert("1")</script>&\u202e🚲' + "<" * 300


def shown(name: str = "Vélos", *, lang: str = "fr", axis: str = "", days: int = 0, known: bool = True) -> engine.Badge:
    as_of = DAY - timedelta(days=days) if known else None
    return engine.badge(name, READINGS, as_of, today=DAY, lang=lang, axis=axis)


def test_three_words_with_three_signs_and_the_day() -> None:
    drawn = engine.svg(shown())
    assert shown().spoken == (
        "Ressource ● établi · Communauté ○ à confirmer · Gouvernance ■ point d’attention · au 29/11/2026"
    )
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", drawn)
    assert texts == [
        *("Ressource", "établi", "Communauté", "à confirmer", "Gouvernance", "point d’attention", "au 29/11/2026")
    ]
    assert (drawn.count("<circle"), drawn.count("<path")) == (2, 1)
    assert "<title>Évaluation de Vélos – Ressource ● établi" in drawn


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("axis", ["", "resource", "community", "governance"])
@pytest.mark.parametrize("name", ["Vélos", HOSTILE, ""])
def test_it_is_small_sound_and_does_nothing(name: str, axis: str, lang: str) -> None:
    drawn = engine.svg(shown(name, lang=lang, axis=axis))
    assert len(drawn.encode()) <= 4096
    names = {one.tagName for one in parseString(drawn).getElementsByTagName("*")}
    assert names <= {"svg", "title", "rect", "text", "circle", "path"}
    assert not re.search(r"label|style|href|on\w+=|@font", drawn.replace("é", "e").lower())
    assert len(shown(name, lang=lang, axis=axis).parts) == (1 if axis else 3)


def test_old_and_unknown_are_said() -> None:
    assert shown(days=365).state == ""
    old, never = shown(days=366), shown(known=False)
    assert (old.spoken, never.spoken) == ("à réévaluer · au 28/11/2025", "non évalué")
    assert "établi" not in engine.svg(old)
    assert shown(known=False, lang="en").spoken == "not assessed"


def test_an_axis_that_was_not_read_is_unknown() -> None:
    told = engine.badge("x", {}, DAY, today=DAY, lang="en", axis="resource")
    assert told.spoken == "Resource – unknown · on 2026-11-29"


def test_the_shape_of_shields() -> None:
    told = json.loads(engine.as_json(shown(), "fr"))
    assert told == {
        "schemaVersion": 1,
        "label": "évaluation",
        "message": shown().spoken,
        "color": engine.PLAIN,
        "cacheSeconds": 3600,
    }
    alone = engine.endpoint(shown(axis="governance"), "en")
    assert (alone["color"], alone["label"]) == (engine.COLOURS["attention"], "assessment")
