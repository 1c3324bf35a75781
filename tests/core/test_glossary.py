"""The glossary says the words of the code: every table has its row, every key that looks like code exists in it."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from communaux.catalogue.models import Commons, LifeEvent, Relation, Resource

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
HEADER = ["key in the code", "français", "English", "meaning"]
WORDS = (
    *("desk", "community", "governance", "triad", "hors communs", "sign of life", "declared", "confirmed"),
    *("to verify", "unknown", "contested", "open", "steward", "need", "function", "journal"),
)


@cache
def sections():
    """Title → rows of four cells, the two lines of the header left out."""
    parts = re.split(r"^## (.+)$", GLOSSARY.read_text("utf-8"), flags=re.MULTILINE)[1:]
    titles_and_texts = zip(parts[::2], parts[1::2], strict=True)
    return {title: [cells(one) for one in text.splitlines() if one.startswith("|")] for title, text in titles_and_texts}


def cells(row):
    return [cell.strip() for cell in row.strip("|").split("|")]


def keys(title):
    return [row[0].strip("`") for row in sections()[title][2:]]


def our_models():
    return {
        model.__name__: model
        for app in ("core", "territory", "catalogue", "assessment", "gatherings")
        for model in apps.get_app_config(app).get_models()
    }


def test_every_table_of_the_page_has_the_same_four_columns():
    assert {title: rows[0] for title, rows in sections().items() if rows[0] != HEADER} == {}
    assert [row for rows in sections().values() for row in rows if len(row) != 4] == []


def test_every_cell_says_something_and_every_meaning_is_one_french_sentence():
    rows = [row for table in sections().values() for row in table[2:]]
    assert [row for row in rows if not all(row)] == []
    assert [row[0] for row in rows if not re.fullmatch(r"[A-ZÀÉÊÎÔŒ][^.]*\.", row[3])] == []


def test_every_model_has_its_row_and_every_row_its_model():
    assert sorted(keys("Tables")) == sorted(our_models())


def test_every_key_is_written_once_in_its_table():
    assert {title: keys(title) for title in sections() if len(keys(title)) != len(set(keys(title)))} == {}


def test_every_key_that_names_a_field_exists():
    named = [key.split(".") for title in sections() for key in keys(title) if re.fullmatch(r"[A-Z]\w+\.\w+", key)]
    assert [found for found in named if not has_field(*found)] == []
    assert ["Commons", "stage"] in named


def has_field(model, field):
    try:
        return bool(our_models()[model]._meta.get_field(field))
    except (KeyError, FieldDoesNotExist):
        return False


def test_a_key_in_code_quotes_is_code_and_a_key_without_is_a_word():
    for title in sections():
        quoted = [row[0].startswith("`") for row in sections()[title][2:]]
        looks_like_code = [title != "Words" or bool(re.match(r"[A-Z]", key)) for key in keys(title)]
        assert (title, quoted) == (title, looks_like_code)


@pytest.mark.parametrize(
    ("title", "choices"),
    [
        ("Stages", Commons.Stage),
        ("Kinds of resource", Resource.Kind),
        ("Relations", Relation.Kind),
        ("Events of a life", LifeEvent.Kind),
    ],
)
def test_every_value_of_a_list_has_its_row_in_the_order_of_the_code(title, choices):
    assert keys(title) == [value for value in choices.values if value]


def test_the_words_of_the_field_are_there():
    assert set(WORDS) - set(keys("Words")) == set()
