"""Facts of community and governance, and lists, contested: corrected or withdrawn for ever, the contest told as their source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import MappedFactory

from communaux.catalogue.contests import contested, facts_of
from communaux.catalogue.formats.mapped import Mapped, Reading
from communaux.catalogue.importing import run_import
from communaux.catalogue.models import Commons, Fact
from communaux.catalogue.own import fingerprint
from communaux.catalogue.queries import editable
from communaux.catalogue.services import describe, merge, undo_merge
from communaux.core import contest as contests
from communaux.core.errors import BadRequest, NotFound, Refusal
from communaux.core.models import Contest, Evidence, Person
from communaux.core.services import grant

pytestmark = pytest.mark.django_db
CHARTER, STEWARD, PARTNERS = "governance.charter_url", "community.steward", "community.partners"
TOLD: dict[str, Any] = {
    "community": {"steward": "Une association", "partners": ["Ville A", "Ville B"]},
    "governance": {"charter_url": "https://velos.example/charte"},
    "orgs": ("Association des vélos",),
    "platforms": ("web", "android"),
    "replaces": ("Produit X",),
}


@pytest.fixture
def people(desk: Person, person: Callable[..., Person], now: datetime) -> dict[str, Person]:
    found = {who: person(f"{who}@demo.example") for who in ("editor", "other", "reader")}
    for who in ("editor", "other"):
        grant(desk, found[who], role="editor", object_type="instance", at=now, starts_on=date(2020, 1, 1))
    return found


def bring(desk: Person, now: datetime, key: str, *records: Mapped, **more: Any) -> None:
    run_import(desk, key, Reading(records), etag="", at=now, **more)


@pytest.fixture
def velos(desk: Person, now: datetime) -> Commons:
    bring(desk, now, "sill", MappedFactory(external_id="1", name="Vélos", **TOLD))
    return Commons.objects.get(slug="velos")


def opened(by: Person, commons: Commons, code: str, value: str, now: datetime) -> Contest:
    subject, links = ("commons", str(commons.pk)), ["https://a.example/1", "https://a.example/2"]
    return contests.open_contest(by, subject=subject, field=code, proposed=value, fact="Un fait.", links=links, at=now)


def settled(people: dict[str, Person], commons: Commons, code: str, value: str, now: datetime) -> Contest:
    made = opened(people["reader"], commons, code, value, now)
    for who in ("editor", "other"):
        late = now + timedelta(days=31)
        made = contests.decide_contest(people[who], made, verdict="upheld", reason="Vu.", at=late)
    return made


def told(commons: Commons) -> dict[str, list[Any]]:
    return {code: [one.value for one in facts] for code, facts in facts_of(commons).items() if facts}


def again(desk: Person, now: datetime) -> None:
    """The source tells the same once more, in a record that changed."""
    bring(desk, now, "sill", MappedFactory(external_id="1", name="Vélos", raw={"n": 2}, version="9", **TOLD))


EVERY = {STEWARD: ["Une association"], PARTNERS: [["Ville A", "Ville B"]], CHARTER: ["https://velos.example/charte"]}


@pytest.mark.parametrize(
    ("code", "value", "kept"),
    [
        (STEWARD, "La ville", "La ville"),
        (PARTNERS, "Ville A\n\n  Ville C ", ["Ville A", "Ville C"]),
        (CHARTER, "https://velos.example/regles", "https://velos.example/regles"),
    ],
)
def test_an_upheld_contest_corrects_the_fact_and_is_its_source(
    desk: Person, velos: Commons, people: dict[str, Person], now: datetime, code: str, value: str, kept: Any
) -> None:
    made = settled(people, velos, code, value, now)
    again(desk, now)
    assert told(velos) == EVERY | {code: [kept]}
    fact = Fact.objects.get(commons=velos, record=None)
    first = Evidence.objects.filter(subject_kind="contest", subject_id=str(made.pk)).earliest("pk")
    assert (fact.code, fact.declared_by, fact.evidence, fact.as_of) == (
        *(code, "desk", first),
        (now + timedelta(days=31)).date(),
    )


@pytest.mark.parametrize("code", EVERY)
def test_an_upheld_contest_withdraws_the_fact_which_can_be_told_again(
    desk: Person, velos: Commons, people: dict[str, Person], now: datetime, code: str
) -> None:
    settled(people, velos, code, "", now)
    again(desk, now)
    assert told(velos) == {name: value for name, value in EVERY.items() if name != code}
    settled(people, velos, code, "https://velos.example", now)
    assert told(Commons.objects.get())[code] == ["https://velos.example"]


@pytest.mark.parametrize(
    ("code", "value", "kept"),
    [
        ("orgs", "Ville A\nVille B", ["Ville A", "Ville B"]),
        ("platforms", "web", ["web"]),
        ("replaces", "", []),
        ("orgs", "", []),
    ],
)
def test_an_upheld_contest_of_a_list_says_the_whole_list(
    desk: Person, velos: Commons, people: dict[str, Person], now: datetime, code: str, value: str, kept: list[str]
) -> None:
    settled(people, velos, code, value, now)
    again(desk, now)
    found = Commons.objects.get()
    shown = {"orgs": found.orgs, "platforms": found.resources.get().platforms}
    shown["replaces"] = list(found.replaces.values_list("product", flat=True))
    assert shown == {"orgs": ["Association des vélos"], "platforms": ["web", "android"], "replaces": ["Produit X"]} | {
        code: kept
    }


@pytest.mark.parametrize(
    ("code", "value", "error"),
    [
        ("governance.meetings", "x", NotFound),
        ("community.charter_url", "x", NotFound),
        ("community.", "x", NotFound),
        ("governance.charter_url.x", "x", NotFound),
        (CHARTER, "javascript:alert(1)", BadRequest),
        (STEWARD, "x" * 601, BadRequest),
        (PARTNERS, "x" * 4001, BadRequest),
        ("orgs", "x" * 4001, BadRequest),
    ],
)
def test_what_cannot_be_is_not_opened(
    velos: Commons, people: dict[str, Person], now: datetime, code: str, value: str, error: type[Refusal]
) -> None:
    with pytest.raises(error):
        opened(people["reader"], velos, code, value, now)
    assert Contest.objects.count() == 0


def test_a_list_that_names_nothing_cannot_be_contested(desk: Person, people: dict[str, Person], now: datetime) -> None:
    bring(desk, now, "sill", MappedFactory(external_id="1", name="Nu"))
    for code in ("orgs", "platforms", "replaces"):
        with pytest.raises(NotFound):
            opened(people["reader"], Commons.objects.get(), code, "x", now)


def test_whoever_describes_it_later_speaks_over_the_contest(
    velos: Commons, people: dict[str, Person], now: datetime
) -> None:
    """A fact that is fixed takes the value that is typed after; it is declared again, without the evidence."""
    settled(people, velos, STEWARD, "La ville", now)
    seen = {"steward": fingerprint(editable.current(velos)["steward"])}
    describe(people["editor"], velos, given={"steward": "La région"}, seen=seen, reason="", at=now)
    fact = Fact.objects.get(commons=velos, key="steward")
    assert (fact.value, fact.record, fact.evidence) == ("La région", None, None)


def test_one_that_no_source_names_any_more_is_corrected_too(
    desk: Person, velos: Commons, people: dict[str, Person], now: datetime
) -> None:
    bring(desk, now, "sill", MappedFactory(external_id="9", name="Autre"), accept_loss=True)
    settled(people, velos, STEWARD, "La ville", now)
    settled(people, velos, "orgs", "Ville A", now)
    velos.refresh_from_db()
    assert (told(velos), velos.orgs, velos.unnamed_on) == (EVERY | {STEWARD: ["La ville"]}, ["Ville A"], now.date())


def test_merged_and_undone_each_has_its_facts_again(
    desk: Person, velos: Commons, people: dict[str, Person], now: datetime
) -> None:
    bring(desk, now, "dpga", MappedFactory(external_id="2", name="Bicis", community={"steward": "Una asociación"}))
    bicis = Commons.objects.get(slug="bicis")
    settled(people, bicis, STEWARD, "La ville", now)
    bicis.refresh_from_db()
    before = [told(velos), told(bicis), bicis.pinned]
    made = merge(people["editor"], velos, bicis, reason="Le même.", at=now)
    assert told(velos)[STEWARD] == ["La ville"]
    back = undo_merge(people["editor"], made, reason="Deux.", at=now)
    bicis.refresh_from_db()
    assert ([told(velos), told(bicis), bicis.pinned], back.left) == (before, [])


def test_a_contest_of_a_fact_stands_beside_it(
    client: Client, velos: Commons, people: dict[str, Person], now: datetime
) -> None:
    """Each fact has its link; a standing contest is marked; the one that corrected it is named as its source."""
    page = client.get("/communs/velos/").text
    for code in (*EVERY, "orgs"):
        assert f'href="/communs/velos/contester/?quoi={code}"' in page
    made = opened(people["reader"], velos, STEWARD, "", now)
    assert contested(velos) == {STEWARD: made}
    page = client.get("/communs/velos/").text
    assert f'<a class="state unknown" href="/contestations/{made.pk}/">' in page
    shown = client.get(f"/contestations/{made.pk}/").text
    assert "Rien ne devrait être dit ici." in shown
    assert "Une association" in shown


def test_the_sheet_names_the_contest_that_corrected_a_fact(
    client: Client, velos: Commons, people: dict[str, Person], now: datetime
) -> None:
    made = settled(people, velos, STEWARD, "La ville", now)
    page = client.get("/communs/velos/").text
    community = page.partition('id="community"')[2].partition("</section>")[0]
    assert "La ville" in community
    assert f'<a href="/contestations/{made.pk}/">corrigé par la contestation {made.pk}</a>' in community
    assert "Une association" not in community


def test_facts_cost_the_sheet_no_question(
    client: Client, velos: Commons, people: dict[str, Person], now: datetime
) -> None:
    client.get("/communs/velos/")
    asked = []
    for code in (STEWARD, CHARTER):
        settled(people, velos, code, "https://velos.example/x", now)
        with CaptureQueriesContext(connection) as seen:
            client.get("/communs/velos/")
        asked.append(len(seen))
    assert (asked[0], asked[0] <= 12) == (asked[1], True)


@pytest.mark.parametrize(
    ("code", "proposed", "status"),
    [
        (STEWARD, "", 302),
        (STEWARD, "x" * 601, 422),
        (PARTNERS, "Ville A\nVille C", 302),
        (CHARTER, "mailto:x", 422),
        ("orgs", "", 302),
    ],
)
def test_a_fact_is_contested_on_its_page(
    client: Client, velos: Commons, people: dict[str, Person], code: str, proposed: str, status: int
) -> None:
    client.force_login(people["reader"])
    path = f"/communs/velos/contester/?quoi={code}"
    assert client.get(path).status_code == 200
    said = {"proposed": proposed, "fact": "Un fait.", "links": "https://a.example"}
    assert client.post(path, said).status_code == status
    assert Contest.objects.count() == (status == 302)
