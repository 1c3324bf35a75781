"""Names in one order and found by one key on every database, whatever its collation."""

from __future__ import annotations

import pytest
from django.db import connection
from factories import CommonsFactory

from communaux.catalogue.fields import name_key
from communaux.catalogue.models import Commons
from communaux.catalogue.queries.commons import published
from communaux.catalogue.queries.search import search, why_not
from communaux.core.errors import NotFound

pytestmark = pytest.mark.django_db

# The order that readers see.
ORDER = [
    "1001 recettes",
    "Blender",
    "écol'lieu",
    "école-lieu",
    "Écolieu",
    "Évaluation",
    "Œuvre",
    "umap",
    "üWave",
    "Zim",
]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("École", "ecole"),
        ("  Œuvre\u00a0 Été ", "oeuvre ete"),
        ("E\u0301cole\x00", "ecole"),
        ("ü" * 300, "u" * 250),
        ("Ελλάς", "ελλας"),
        ("", ""),
    ],
)
def test_the_key_of_a_name(name: str, key: str) -> None:
    assert name_key(name) == key


def test_lists_are_in_one_order() -> None:
    for number, name in enumerate(reversed(ORDER)):
        CommonsFactory(slug=f"c{number}", name=name)
    assert [one.name for one in published({})] == ORDER


def test_equal_names_are_in_the_order_of_their_slugs() -> None:
    for slug in ("dia2", "dia-sill", "dia"):
        CommonsFactory(slug=slug, name="Dia")
    assert [one.slug for one in published({})] == ["dia", "dia-sill", "dia2"]


def test_the_key_follows_the_name() -> None:
    one = CommonsFactory(name="Écolieu")
    one.name = "Été"
    one.save(update_fields=["name", "name_key"])
    assert Commons.objects.get().name_key == "ete"


@pytest.mark.parametrize("asked", ["école", "ÉCOLE", "Ecole", " école "])
def test_a_name_is_found_however_it_is_written(asked: str) -> None:
    CommonsFactory(slug="e1", name="École")
    assert why_not("x", asked, lang="fr", facets={}).commons.slug == "e1"
    assert [one.commons.slug for one in search(asked, lang="fr", facets={}).found] == ["e1"]


def test_of_several_of_one_name_the_published_one_is_meant() -> None:
    kept = CommonsFactory(slug="a-kept", name="Autre")
    CommonsFactory(slug="a-withheld", name="Dia", state="withheld")
    CommonsFactory(slug="b-merged", name="Dia", state="merged", merged_into=kept)
    CommonsFactory(slug="c-published", name="Dia")
    for slug, state in (("c-published", "not_indexed"), ("b-merged", "merged"), ("a-withheld", "withheld")):
        found = why_not("x", "dia", lang="fr", facets={})
        assert (found.commons.slug, found.state) == (slug, state)
        Commons.objects.filter(slug=slug).delete()


@pytest.mark.parametrize("state", ["draft", "proposed"])
@pytest.mark.parametrize("asked", ["secret", "Bientôt"])
def test_what_readers_may_not_see_is_not_named(state: str, asked: str) -> None:
    CommonsFactory(slug="secret", name="Bientôt", state=state)
    with pytest.raises(NotFound) as refused:
        why_not("x", asked, lang="fr", facets={})
    assert refused.value.details == {"name": asked}


@pytest.mark.parametrize("column", ["slug", "name_key"])
def test_postgresql_is_told_to_compare_bytes(column: str) -> None:
    """The server of the tests compares bytes anyway: those of operators do not."""
    told = Commons._meta.get_field(column).db_parameters(connection).get("collation")
    assert told == ("C" if connection.vendor == "postgresql" else None)
