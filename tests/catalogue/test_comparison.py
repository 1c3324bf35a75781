"""Up to four commons side by side: whom an address names, what each row says with source and day, what differs."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import NOW, CommonsFactory, RecordFactory, SourceFactory
from uses import Cast, told

from communaux.catalogue import services
from communaux.catalogue.models import (
    Commons,
    Experience,
    Fact,
    Identifier,
    Recommendation,
    Relation,
    Resource,
    Text,
    Theme,
)
from communaux.catalogue.queries.comparison import PAGE_ROWS, ROWS, Comparison, Row, Said, chosen, compare
from communaux.core.canonical import canonical
from communaux.core.models import SlugHistory
from communaux.web import comparing

pytestmark = pytest.mark.django_db


@pytest.fixture
def four() -> list[Commons]:
    return [CommonsFactory(slug=name.lower(), name=name) for name in ("Alpha", "Beta", "Gamma", "Delta")]


def full(name: str, **more: Any) -> Commons:
    """A commons of which every row says something."""
    source = SourceFactory(key="demo", title="Catalogue de démonstration")
    made = CommonsFactory(slug=name.lower(), name=name, stage="operated", stage_on=date(2024, 5, 1), **more)
    record = RecordFactory(source=source, external_id=name, commons=made)
    made.provenance = {"stage": record.pk, "short.fr": record.pk, "orgs": record.pk, "last_sign_on": record.pk}
    made.orgs, made.last_sign_on = ["Commune de démonstration"], date(2026, 8, 2)
    made.save()
    made.themes.add(Theme.objects.get_or_create(key="cantine", fr="Cantine", en="Canteen")[0])
    Text.objects.create(commons=made, lang="fr", short=f"{name} aide les cantines.")
    Resource.objects.create(
        commons=made,
        kind="software",
        licence_spdx="MIT",
        open="yes",
        languages=["fr"],
        platforms=["web"],
        provenance={"licence_raw": record.pk, "url": record.pk},
    )
    for pillar, key, value in (("community", "steward", "Le collectif"), ("governance", "decision_body", "Assemblée")):
        told = {"declared_by": "demo", "as_of": date(2026, 1, 2), "record": record}
        Fact.objects.create(commons=made, pillar=pillar, key=key, value=value, **told)
    Recommendation.objects.create(commons=made, record=record, by_org="demo", label="R")
    Identifier.objects.create(commons=made, scheme="wikidata", value=f"Q{made.pk.int % 10**9}", record=record)
    return made


def row(table: Comparison, key: str) -> Row:
    return next(one for one in table.rows if one.key == key)


# Whom an address names


def test_nobody_is_named(four: list[Commons]) -> None:
    assert chosen([]) == chosen(["", " ", "\x00"])
    assert chosen([]).columns == ()


def test_slugs_and_names_in_the_order_asked(four: list[Commons]) -> None:
    assert [one.slug for one in chosen(["gamma", " ALPHA ", "gamma"]).columns] == ["gamma", "alpha"]


def test_of_five_the_first_four_are_shown_and_the_fifth_is_told(four: list[Commons]) -> None:
    found = chosen(["delta", "alpha", CommonsFactory(name="Epsilon").slug, "beta", "gamma"])
    assert [one.name for one in found.columns] == ["Delta", "Alpha", "Epsilon", "Beta"]
    assert [one.name for one in found.beyond] == ["Gamma"]


def test_what_nobody_knows_is_told_and_the_others_stay(four: list[Commons]) -> None:
    found = chosen(["alpha", "nulle-part", "beta"])
    assert ([one.slug for one in found.columns], found.unknown) == (["alpha", "beta"], ("nulle-part",))


def test_merged_and_renamed_lead_to_the_kept_one_once(four: list[Commons]) -> None:
    alpha, beta = four[:2]
    CommonsFactory(slug="vieux", name="Vieux", state="merged", merged_into=alpha)
    SlugHistory.objects.create(kind="commons", old_slug="ancien-beta", object_id=str(beta.pk))
    found = chosen(["vieux", "alpha", "ancien-beta"])
    assert [one.slug for one in found.columns] == ["alpha", "beta"]
    assert found.moved == (("vieux", alpha), ("ancien-beta", beta))


@pytest.mark.parametrize("state", ["draft", "proposed"])
def test_what_is_not_public_is_unknown(four: list[Commons], state: str) -> None:
    CommonsFactory(slug="secret", name="Secret", state=state)
    assert chosen(["secret", "alpha"]).unknown == ("secret",)


def test_thousands_of_names_cost_three_questions_at_most(four: list[Commons]) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = chosen([f"inconnu-{i}" for i in range(3000)])
    assert (len(found.columns), len(asked) <= 3) == (0, True)


# What a row says


def test_every_row_has_source_and_day() -> None:
    told = compare([full("Alpha"), full("Beta")])
    demo = {"source": "Catalogue de démonstration", "on": "2026-09-01"}
    first = {one.key: one.cells[0] for one in told.rows}
    assert first["purpose"] == (Said("Alpha aide les cantines.", lang="fr", **demo),)
    assert first["audience"] == (Said("cantine", "theme"),)
    assert first["licence"] == (Said("MIT", **demo), Said("yes", "open", **demo))
    assert first["stage"] == (Said("operated", "stage", **demo), Said("2024-05-01", "day", "stage_on"))
    assert first["last_sign"] == (Said("2026-08-02", "day", **demo),)
    steward = Said(
        "Le collectif", "fact", "steward", source="Catalogue de démonstration", on="2026-01-02", declared=True
    )
    assert first["maintained_by"] == (Said("Commune de démonstration", **demo), steward)
    assert [one.about for one in first["decided_by"]] == ["decision_body"]
    assert first["recommended"] == (Said("R", "recommendation", **demo),)
    assert [one.value for one in first["unknown"]] == [
        *("talk", "contribute", "maintainers", "charter_url", "who_may_join", "at_the_end")
    ]


def test_rows_differ_by_what_is_said_not_by_who_says_it() -> None:
    alpha, beta = full("Alpha"), full("Beta")
    other = RecordFactory(source=SourceFactory(title="Autre"), commons=beta)
    Resource.objects.filter(commons=beta).update(provenance={"licence_raw": other.pk, "url": other.pk})
    table = compare([alpha, beta])
    differs = {one.key for one in table.rows if one.differs}
    assert differs == {"purpose", "identifiers", "sources"}
    Resource.objects.filter(commons=beta).update(licence_spdx="GPL-3.0-only")
    assert row(compare(list(Commons.objects.filter(pk__in=[alpha.pk, beta.pk]))), "licence").differs is True


def test_relations_between_the_columns_stand_apart(four: list[Commons]) -> None:
    alpha, beta, gamma, _delta = four
    source = SourceFactory(title="Graines")
    Relation.objects.create(a=alpha, b=beta, kind="depends_on", source=source)
    Relation.objects.create(a=gamma, b=alpha, kind="extends", source=source)
    Relation.objects.create(a=alpha, b=CommonsFactory(name="Secret", state="draft"), kind="extends")
    table = compare([alpha, beta])
    assert row(table, "between").cells == (
        (Said("Beta", "relation_from", "depends_on", source="Graines"),),
        (Said("Alpha", "relation_to", "depends_on", source="Graines"),),
    )
    assert row(table, "works_with").cells == ((Said("Gamma", "relation_to", "extends", source="Graines"),), ())


def test_nothing_known_is_empty_and_named_as_a_gap(four: list[Commons]) -> None:
    table = compare(four[:2])
    assert [one.key for one in table.rows if any(one.cells)] == ["unknown"]
    gaps = [one.value for one in row(table, "unknown").cells[0]]
    assert [key for key, _function in ROWS if key not in gaps] == ["used_by", "recommended", "works_with", "between"]


def test_experiences_of_all_its_uses_are_counted_on_the_page_and_not_in_a_note(cast: Cast, client: Client) -> None:
    full("Alpha")
    for kind, again in (("uses", "yes"), ("hosts", "yes"), ("deploys", "on_condition"), ("contributes", "no")):
        services.write_experience(cast["member"], cast.declared(kind=kind), told=told(again=again), at=NOW)
    services.withdraw_experience(cast["member"], Experience.objects.get(again="no"), at=NOW)
    columns = chosen(["umap", "alpha"]).columns
    assert "experiences" not in [one.key for one in compare(columns).rows]
    both = row(compare(columns, PAGE_ROWS), "experiences")
    counted = (Said(3, "told", of="umap"), Said(2, "again", "yes"), Said(1, "again", "on_condition"))
    assert (both.cells, both.differs) == ((counted, ()), True)
    (cells,) = re.findall(r'<tr><th scope="row">Retour d’expérience.*?</tr>', page(client, "umap", "alpha"))
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", cells)).split())
    said = "3 retours d’expérience ; le referait : 2 ; le referait sous condition : 1"
    assert text == f"Retour d’expérience diffère {said} inconnu"
    assert re.findall(r'<a href="([^"]+)">', cells) == ["/communs/umap/retours/"]


def test_no_fraction_enters_a_table_that_may_be_hashed() -> None:
    alpha, beta = full("Alpha"), full("Beta")
    Fact.objects.filter(commons=alpha, key="steward").update(value={"part": [0.5, {"x": 1.25}]})
    told = compare([alpha, beta]).told()
    assert b'"0.5"' in canonical(told)


def test_two_and_four_columns_cost_the_same(four: list[Commons]) -> None:
    counts = []
    for number in (2, 4):
        columns = list(Commons.objects.filter(pk__in=[one.pk for one in four[:number]]))
        with CaptureQueriesContext(connection) as asked:
            compare(columns, PAGE_ROWS)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9


# The page


def page(client: Client, *names: str, **more: str) -> str:
    answer = client.get("/communs/comparer/", {"c": names, **more})
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("names", [(), ("alpha",), ("alpha", "alpha"), ("alpha", "nulle-part")])
def test_fewer_than_two_are_asked_for_more_and_kept(
    client: Client, four: list[Commons], names: tuple[str, ...]
) -> None:
    html = page(client, *names)
    assert "Choisissez au moins deux communs" in html
    assert ("<table" in html, html.count('name="c" value="alpha"')) == (False, 1 if names else 0)


def test_four_columns_with_scope_caption_and_a_region_that_scrolls(client: Client, four: list[Commons]) -> None:
    html = page(client, "alpha", "beta", "gamma", "delta")
    assert re.search(r'<div class="scroll wide" tabindex="0" role="region" aria-label="Côte à côte"><table>', html)
    assert re.findall(r'<th scope="col"><a href="/communs/(\w+)/">', html) == ["alpha", "beta", "gamma", "delta"]
    assert html.count('<th scope="row">') == 1  # what nobody knows, by name
    assert html.count("<caption>") == 1
    assert 'id="c"' not in html  # no fifth may be added
    assert html.partition("Inconnu pour tous :")[2].partition("</p>")[0].count("·") == len(PAGE_ROWS) - 1


def test_five_are_told(client: Client, four: list[Commons]) -> None:
    CommonsFactory(slug="epsilon", name="Epsilon")
    html = page(client, "alpha", "beta", "gamma", "delta", "epsilon")
    assert "Seuls les 4 premiers sont montrés. Laissés de côté : Epsilon ." in words(html)


def test_unknown_and_merged_are_told(client: Client, four: list[Commons]) -> None:
    CommonsFactory(slug="vieux", name="Vieux", state="merged", merged_into=four[0])
    html = page(client, "vieux", "beta", "<script>alert(1)</script>")
    assert "« vieux » est maintenant « Alpha »" in html
    assert "<script>alert" not in client.get("/communs/comparer/", {"c": ["<script>alert(1)</script>"]}).text


def test_only_the_differences(client: Client) -> None:
    full("Alpha")
    full("Beta")
    every, some = page(client, "alpha", "beta"), page(client, "alpha", "beta", differences="1")
    assert re.findall(r'<th scope="row">([^<]+)<br><span class="src">diffère', some) == [
        *("Ce que c’est", "Connu ailleurs sous")
    ]
    assert some.count('<th scope="row">') == 2 < every.count('<th scope="row">') == 14
    assert "Inconnu pour tous" in every
    assert "Inconnu pour tous" not in some
    assert "Montrer toutes les lignes" in some


def test_what_is_said_in_another_language_says_so(client: Client) -> None:
    alpha, _beta = full("Alpha"), full("Beta")
    Text.objects.filter(commons=alpha).update(lang="en", short="Helps <b>canteens</b>")
    answer = client.get("/communs/comparer/", {"c": ["alpha", "beta"]})
    assert '<span lang="en">Helps &lt;b&gt;canteens&lt;/b&gt;</span>' in answer.text


def test_the_page_and_its_queries_are_bounded(client: Client, person: Any) -> None:
    for name in ("Alpha", "Beta", "Gamma", "Delta"):
        full(name)
    counts = []
    for signed_in in (False, True):
        if signed_in:
            client.force_login(person("lise@demo.example"))
        page(client, "alpha", "beta")
        for names in (["alpha", "beta"], ["alpha", "beta", "gamma", "delta"]):
            with CaptureQueriesContext(connection) as asked:
                html = page(client, *names)
            counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[2] == counts[3]
    assert max(counts) <= 12
    assert len(re.findall(r"<[a-z]", html)) <= 380


def test_a_signed_in_person_may_put_them_in_a_note(client: Client, four: list[Commons], person: Any) -> None:
    assert "Se connecter pour les ajouter" in page(client, "alpha", "beta")
    client.force_login(person("lise@demo.example"))
    assert re.search(
        r'<form class="seek noprint" method="post" action="/notes/ajouter/">', page(client, "alpha", "beta")
    )


# CSV


def table(client: Client, *names: str) -> list[list[str]]:
    import csv
    import io

    answer = client.get("/communs/comparer.csv", {"c": names})
    assert answer["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_the_file_holds_the_same_rows(client: Client) -> None:
    full("Alpha")
    full("Beta")
    rows = table(client, "alpha", "beta")
    assert rows[0] == ["Ligne", "Alpha", "Beta", "diffère"]
    assert {len(one) for one in rows} == {4}
    assert [one[0] for one in rows[1:]] == [
        str(comparing.COMPARED[key]) for key in (*(k for k, _f in PAGE_ROWS), "unknown")
    ]
    licence = next(one for one in rows if one[0] == "Licence")
    assert licence[1] == "MIT; ouverte (Catalogue de démonstration, septembre 2026)"
    assert licence[3] == "non"


def test_no_cell_is_a_formula(client: Client) -> None:
    alpha, _beta = full("Alpha"), full("Beta")
    for value in ("=1+1", "+1", "-1", "@x", "\t=1"):
        Text.objects.filter(commons=alpha).update(short=value)
        cells = next(one for one in table(client, "alpha", "beta") if one[0] == "Ce que c’est")
        assert cells[1].startswith(f"'{value}")
    assert comparing.safe("a=b") == "a=b"


def test_an_empty_file_is_a_file(client: Client) -> None:
    assert table(client)[0] == ["Ligne", "diffère"]


def test_confirmed_uses_stand_beside_each_other_and_declared_ones_do_not(client: Client, cast: Any) -> None:
    """A use counts once a colleague has confirmed it."""
    CommonsFactory(slug="alpha", name="Alpha")
    use = cast.declared()
    asked = f"/communs/comparer/?c=alpha&c={use.commons.slug}"
    assert "Usages confirmés" in client.get(asked).text
    assert use.organisation.name not in client.get(asked).text
    services.confirm_reuse(cast["second"], use, at=NOW)
    assert re.search(rf"utilise\s*:\s*{use.organisation.name}", client.get(asked).text)
