"""Which commons answers to which key, and addresses that nothing ever had."""

from __future__ import annotations

import pytest
from factories import CommonsFactory, MappedFactory, RecordFactory, SourceFactory

from communaux.catalogue.formats.stored import to_json
from communaux.catalogue.keyring import RESERVED, Keyring
from communaux.catalogue.models import Commons
from communaux.core.models import SlugHistory

pytestmark = pytest.mark.django_db

UMAP = {"name": "uMap", "repository": "https://github.com/umap-project/umap", "url": "https://umap-project.org"}


def held(state: str = "live", **said: object) -> Commons:
    """A commons with one stored record that says this."""
    mapped = MappedFactory(**said)
    commons = CommonsFactory()
    RecordFactory(
        source=SourceFactory(), mapped=to_json(mapped), external_id=mapped.external_id, commons=commons, state=state
    )
    return commons


def test_a_record_is_known_again_by_two_keys_and_its_name() -> None:
    commons = held(**UMAP)
    again = MappedFactory(**UMAP)
    assert Keyring().same(again, "betagouv") == commons.pk
    assert Keyring().same(MappedFactory(**UMAP | {"url": ""}), "betagouv") is None
    assert Keyring().same(MappedFactory(**UMAP | {"name": "Autre"}), "betagouv") is None


def test_a_doubt_between_two_is_no_answer() -> None:
    held(**UMAP)
    held(**UMAP)
    assert Keyring().same(MappedFactory(**UMAP), "betagouv") is None


def test_gone_records_answer_for_nothing() -> None:
    held(state="gone", **UMAP)
    assert Keyring().same(MappedFactory(**UMAP), "betagouv") is None


def test_keys_learnt_during_an_import_count_at_once() -> None:
    commons, ring = CommonsFactory(), Keyring()
    ring.add(commons.pk, MappedFactory(**UMAP), "sill")
    assert ring.same(MappedFactory(**UMAP), "betagouv") == commons.pk
    assert ring.one("names", "umap") == commons.pk
    assert ring.one("names", "autre") is None


def test_a_repository_alone_names_its_one_commons() -> None:
    commons = held(**UMAP)
    said = MappedFactory(name="umap", repository=UMAP["repository"])
    assert Keyring().by_repository(said, "code-gouv-fr") == commons.pk
    held(**UMAP)
    assert Keyring().by_repository(said, "code-gouv-fr") is None


def test_crowded_addresses_are_learnt_source_by_source() -> None:
    url = "https://portail.example"
    for _ in range(4):
        source = SourceFactory(key="sill")
        mapped = MappedFactory(url=url, repository="")
        RecordFactory(source=source, mapped=to_json(mapped), external_id=mapped.external_id, commons=CommonsFactory())
    assert Keyring().crowded == {"sill": frozenset({"portail.example"})}
    assert Keyring().one("home_pages", "portail.example") is None


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Démarches simplifiées", "demarches-simplifiees"),
        ("uMap", "umap"),
        ("日本", "commun-sill"),
        ("data.gouv.fr", "data-gouv-fr"),
    ],
)
def test_slugs_are_readable(name: str, slug: str) -> None:
    assert Keyring().new_slug(name, "sill") == slug


def test_slugs_never_come_back() -> None:
    CommonsFactory(slug="umap")
    SlugHistory.objects.create(kind="commons", old_slug="ancien", object_id="1")
    ring = Keyring()
    made = [ring.new_slug(name, "sill") for name in ("uMap", "uMap", "uMap", "Ancien", *sorted(RESERVED))]
    assert made[:4] == ["umap-sill", "umap-sill-2", "umap-sill-3", "ancien-sill"]
    assert not set(made) & ({"umap", "ancien"} | RESERVED)


def test_a_very_long_name_still_fits() -> None:
    ring = Keyring()
    made = [ring.new_slug("é" * 500, "communs-te") for _ in range(3)]
    assert len(set(made)) == 3
    assert max(map(len, made)) <= 120
