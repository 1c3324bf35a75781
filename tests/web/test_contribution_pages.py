"""Pages of contributions: totals of bodies for all, one's own lines for oneself, what waits for a colleague."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from test_gathering_pages import HOSTILE, editions, read, words
from test_need_pages import typed as sent_as_it_is
from uses import LONG_AGO, Cast

from communaux.catalogue.models import Commons
from communaux.core import services as core
from communaux.gatherings import services
from communaux.gatherings.models import Contribution, Roadmap, TimePledge
from communaux.gatherings.queries import contributions as queries
from communaux.gatherings.services import Given, Promise

pytestmark = pytest.mark.django_db
__all__ = ["editions"]  # the fixture that each test here begins with
ROOT = "/contributions/"
DECLARE, OWN, CONFIRM = f"{ROOT}declarer/", f"{ROOT}mes-donnees/", f"{ROOT}a-confirmer/"
PLEDGE, MENTOR = f"{ROOT}promettre/", f"{ROOT}accompagner/"
ROADMAP = "/feuilles-de-route/reconditionne/"
TOTALS = "/api/v1/gatherings/contributions/totals"


@pytest.fixture
def member(client: Client, cast: Cast) -> Client:
    client.force_login(cast["member"])
    return client


def typed(page: str) -> dict[str, Any]:
    """What a person who changes nothing would send, the chosen button of each group."""
    chosen = re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)"[^>]* checked', page)
    return sent_as_it_is(page) | dict(chosen)


def other(cast: Cast, part: str = "second") -> Client:
    client = Client()
    client.force_login(cast[part])
    return client


def form(cast: Cast, **more: Any) -> dict[str, Any]:
    told = {
        "target": ROADMAP,
        "kind": "facilitation",
        "credit": "archiviste",
        "on_date": "2024-03-05",
        "quantity": "1,5",
        "unit": "day",
        "legal_frame": "agent_on_duty",
        "organisation": str(cast.town.pk),
        "visibility": "org_total",
        "evidence_url": "https://forge.example/1",
        "key": str(uuid4()),
    }
    return told | more


def confirmed(cast: Cast, **more: Any) -> Contribution:
    told = {
        "target": Roadmap.objects.get(slug="reconditionne"),
        "kind": "code",
        "legal_frame": "agent_on_duty",
        "visibility": "public",
        "on_date": date(2024, 3, 5),
        "organisation": cast.town,
        "quantity": Decimal(2),
        "unit": "day",
        "evidence_url": "https://forge.example/zq",
    }
    at = timezone.now()
    made = services.declare_contribution(cast["member"], key=uuid4(), given=Given(**told | more), at=at)
    return services.validate_contribution(cast["second"], made, base=queries.fingerprint(made), at=at)


def pledged(cast: Cast, **more: Any) -> TimePledge:
    of = {"object_type": "organisation", "object_id": str(cast.town.pk)}
    core.grant(cast["desk"], cast["member"], role="owner", starts_on=LONG_AGO, at=timezone.now(), **of)
    told = {"scope": "agent", "days_per_year": Decimal("2.5"), "year": 2024, "rule_url": "https://ville.example/note"}
    return services.pledge_time(
        cast["member"], cast.town, key=uuid4(), promise=Promise(**told | more), at=timezone.now()
    )


def test_nothing_known_is_told_as_nothing_known(client: Client) -> None:
    assert "ne veut pas dire que rien n’est donné" in read(client, ROOT)
    assert "csrftoken" not in client.cookies
    for wrong in ("2024", "rien", "20245", "٢٠٢٤", "0"):
        read(client, f"{ROOT}?annee={wrong}", 404)
    assert client.get(f"{ROOT}totaux.csv").content.decode("utf-8-sig").splitlines()[1:] == []


def test_pages_of_oneself_ask_to_sign_in(client: Client, cast: Cast) -> None:
    one = confirmed(cast)
    for path in (DECLARE, OWN, CONFIRM, PLEDGE, MENTOR, f"{OWN}{one.pk}/", f"{OWN}fichier.csv"):
        assert client.get(path)["location"].startswith("/connexion/")
    for path in (DECLARE, CONFIRM, PLEDGE, MENTOR, f"{OWN}{one.pk}/", f"{OWN}{one.pk}/retirer/"):
        assert client.post(path).status_code == 403
    for path in (f"{OWN}{one.pk}/retirer/", f"{PLEDGE}{one.pk}/finir/"):
        assert client.get(path).status_code == 405
    outsider = other(cast)  # of the same body, and yet not theirs
    assert outsider.get(f"{OWN}{one.pk}/").status_code == 404
    outsider.post(f"{OWN}{one.pk}/retirer/")
    assert Contribution.objects.count() == 1


def test_from_a_road_map_to_the_total_of_a_body(member: Client, cast: Cast) -> None:
    page = member.get(ROADMAP).text
    (link,) = re.findall(rf'href="({DECLARE}\?cible=[^"]+)"', page)
    begun = typed(member.get(html.unescape(link)).text)
    assert (begun["target"], begun["unit"], begun["visibility"]) == (ROADMAP, "day", "org_total")
    told = form(cast, key=begun["key"])
    for _time in range(2):  # two clicks
        answer = member.post(DECLARE, told, follow=True)
        assert "à confirmer" in words(answer.text)
    assert Contribution.objects.count() == 1
    assert "2024" not in read(Client(), ROOT), "nobody confirmed it yet"
    assert "Aucune ne vous attend" in read(member, CONFIRM)
    second = other(cast)
    assert CONFIRM in second.get("/mon-espace/").text
    assert CONFIRM not in member.get("/mon-espace/").text, "one's own waits for somebody else"
    page = second.get(CONFIRM).text
    assert "1,5 jour " in words(page)
    sent = typed(page) | {"do": "confirm"}
    assert "Cela compte pour l’organisme." in words(second.post(CONFIRM, sent, follow=True).text)
    assert "reçu une réponse ou a été retirée" in words(second.post(CONFIRM, sent, follow=True).text)
    assert CONFIRM not in second.get("/mon-espace/").text
    shown = read(Client(), ROOT)
    assert "Commune de démonstration 1,5 jour non dit agent·e public·que, en service (1,5 jour)" in shown
    public = " ".join(Client().get(path).text for path in (ROOT, ROADMAP, f"/organisations/{cast.town.pk}/"))
    assert [name for name in ("member@", "archiviste", "forge.example") if name in public] == []
    assert "Commune de démonstration 1,5 jour" in read(Client(), ROADMAP)
    assert "2024 1,5 jour animation (1,5 jour)" in read(Client(), f"/organisations/{cast.town.pk}/")


def test_in_english_too(client: Client, cast: Cast) -> None:
    confirmed(cast, quantity=Decimal("0.5"))
    pledged(cast)
    told = read(client, f"/en{ROOT}?annee=2024")
    assert "0.5 days 2.5 days a year, for each agent" in told
    assert "public agent, on duty (0.5 days)" in told
    assert "0,5 jour 2,5 jours par an, pour chaque agent·e" in read(client, f"{ROOT}?annee=2024")


def test_what_is_wrong_comes_back_as_it_was_typed(member: Client, cast: Cast) -> None:
    later = (timezone.localdate() + timedelta(2)).isoformat()
    wrong = {
        "target": ("/communs/rien/", "pas de commun publié de ce nom"),
        "kind": ("juggling", ""),
        "quantity": ("beaucoup", "Écrivez un nombre"),
        "on_date": (later, "encore à venir"),
        "unit": ("", "en quoi"),
        "legal_frame": ("", ""),
        "credit": ("lise@mairie.example", "Ces mots sont publics"),
        "organisation": ("", "pour quel organisme"),
        "evidence_url": ("javascript:alert(1)", ""),
        "visibility": ("all", ""),
    }
    for name, (value, why) in wrong.items():
        answer = member.post(DECLARE, form(cast, **{name: value}))
        page = html.unescape(answer.text)
        assert (answer.status_code, f'id="id_{name}_error"' in page) == (422, True), name
        assert (why in page, value in page or name in {"kind", "visibility"}) == (True, True), name
    assert member.post(DECLARE, form(cast, organisation=str(cast.other.pk))).status_code == 422
    for huge in ("0", "99999999", "-1", "1e5", "NaN"):
        assert member.post(DECLARE, form(cast, quantity=huge)).status_code == 422
    assert not Contribution.objects.exists()


def test_each_kind_of_target_and_no_draft(member: Client, cast: Cast) -> None:
    good = ("/communs/umap/", "https://guichet.example/en/communs/umap/", ROADMAP)
    session = "/rendez-vous/rencontre-fictive-a-venir/sessions/FIC002/"
    for path in (*good, session):
        assert member.post(DECLARE, form(cast, target=path)).status_code == 302, path
    body = f"/organisations/{cast.town.pk}/"
    for path in (body, "/", "", "rendez-vous/rien/sessions/X/", "/communs/umap\x00/", "https://[", "é" * 400):
        assert member.post(DECLARE, form(cast, target=path)).status_code == 422, path
    type(cast.commons).objects.filter(pk=cast.commons.pk).update(state="draft")
    assert member.post(DECLARE, form(cast, target=good[0])).status_code == 422
    assert "FIC002" in member.get(OWN).text


def test_hostile_words_stay_words(member: Client, cast: Cast) -> None:
    assert member.post(DECLARE, form(cast, credit=HOSTILE)).status_code == 302
    line = Contribution.objects.get()
    second = other(cast)
    sent = typed(second.get(CONFIRM).text) | {"do": "refuse", "why": HOSTILE}
    second.post(CONFIRM, sent)
    pledged(cast, causes=HOSTILE)
    body = f"/organisations/{cast.town.pk}/"
    pages = [member.get(path).text for path in (OWN, f"{OWN}{line.pk}/", PLEDGE, ROOT, body)]
    assert [page for page in pages if "<script>alert" in page or HOSTILE not in html.unescape(page)] == []
    assert "<script>alert" not in second.get(CONFIRM).text
    rows = list(csv.reader(io.StringIO(member.get(f"{OWN}fichier.csv").content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][rows[0].index("credit")] == HOSTILE


def test_own_lines_are_corrected_taken_away_and_taken_back(member: Client, cast: Cast) -> None:
    member.post(DECLARE, form(cast, quantity="", credit="=1+1"))
    line = Contribution.objects.get()
    assert "combien : pas dit" in read(member, OWN)
    answer = member.get(f"{OWN}fichier.csv")
    (names, row) = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    told = dict(zip(names, row, strict=True))
    assert (told["quantity"], told["credit"], told["target_name"], told["state"]) == (
        "",
        "'=1+1",
        line.target_name,
        "waiting",
    )
    assert (answer["cache-control"], answer.headers.get("access-control-allow-origin")) == ("private, no-store", None)
    path = f"{OWN}{line.pk}/"
    begun = typed(member.get(path).text)
    assert (begun["quantity"], begun["credit"], begun["on_date"]) == ("", "=1+1", "2024-03-05")
    assert member.post(path, begun | {"quantity": "3", "unit": "h"}).status_code == 302
    stale = member.post(path, begun | {"quantity": "4", "unit": "h"})
    assert (stale.status_code, "changé cette ligne ailleurs" in stale.text, 'value="4"' in stale.text) == (
        422,
        True,
        True,
    )
    corrected = member.post(path, typed(stale.text), follow=True)
    assert "Votre contribution est corrigée." in words(corrected.text)
    assert Contribution.objects.get().quantity == 4
    for _time in range(2):
        assert "Votre contribution est retirée" in words(member.post(f"{path}retirer/", follow=True).text)
    assert (Contribution.objects.count(), member.get(path).status_code) == (0, 404)


def test_who_left_the_body_still_corrects(member: Client, cast: Cast) -> None:
    member.post(DECLARE, form(cast))
    path = f"{OWN}{Contribution.objects.get().pk}/"
    cast["member"].memberships.update(ends_on=LONG_AGO + timedelta(9))
    assert member.post(path, typed(member.get(path).text) | {"quantity": "1"}).status_code == 302
    assert member.post(DECLARE, form(cast)).status_code == 422


def test_what_was_said_otherwise_is_read_again_before_it_counts(member: Client, cast: Cast) -> None:
    member.post(DECLARE, form(cast))
    second = other(cast)
    sent = typed(second.get(CONFIRM).text) | {"do": "confirm"}
    line = Contribution.objects.get()
    member.post(f"{OWN}{line.pk}/", typed(member.get(f"{OWN}{line.pk}/").text) | {"quantity": "40"})
    answer = second.post(CONFIRM, sent)
    assert (answer.status_code, "dite autrement entre-temps" in answer.text) == (422, True)
    assert "40 jours" in words(answer.text)
    refused = second.post(CONFIRM, typed(answer.text) | {"do": "refuse", "why": ""})
    assert (refused.status_code, "Dites pourquoi" in refused.text) == (422, True)
    long = second.post(CONFIRM, typed(answer.text) | {"do": "refuse", "why": "x" * 301})
    assert (long.status_code, "x" * 301 in long.text) == (422, True)
    assert "ne compte pas" in words(
        second.post(CONFIRM, typed(refused.text) | {"do": "refuse", "why": "Un jour."}, follow=True).text
    )
    assert "« Un jour. »" in read(member, OWN)
    assert second.post(CONFIRM, {"line": "rien"}).status_code == 302
    assert second.post(CONFIRM, {}).status_code == 302


def test_lines_that_are_public_stand_under_the_road_map(client: Client, cast: Cast) -> None:
    confirmed(cast)
    confirmed(cast, visibility="org_total", evidence_url="https://forge.example/hidden")
    alone = Given(
        target=Roadmap.objects.get(slug="reconditionne"),
        kind="data",
        legal_frame="volunteer",
        visibility="public",
        on_date=date(2024, 3, 6),
        evidence_url="https://spam.example/",
    )
    services.declare_contribution(cast["reader"], key=uuid4(), given=alone, at=timezone.now())
    page = client.get(ROADMAP).text
    assert "https://forge.example/zq" in page
    assert [one for one in ("forge.example/hidden", "spam.example", "reader") if one in page] == []
    assert "données, combien : pas dit, bénévolat déclarée, confirmée par personne" in words(page)
    assert "Commune de démonstration 4 jours code (4 jours)" in words(page)


def test_the_file_tells_what_is_told(client: Client, cast: Cast) -> None:
    confirmed(cast)
    confirmed(cast, quantity=None)
    pledged(cast)
    answer = client.get(f"{ROOT}totaux.csv?annee=2024")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    shown = [(one["what"], one["unit"], one["quantity"], one["lines"], one["without_quantity"]) for one in rows]
    assert shown == [
        ("used", "", "", "1", "1"),
        ("used", "day", "2", "1", "0"),
        ("promised", "day_a_year_agent", "2.5", "", ""),
    ]
    assert {one["organisation"] for one in rows} == {cast.town.name}
    whole = client.get(f"{ROOT}totaux.csv").content.decode()
    assert whole.count("promised") == timezone.localdate().year - 2023
    assert client.get(f"{ROOT}totaux.csv?annee=1900").status_code == 404


def test_as_many_questions_for_three_as_for_one(client: Client, cast: Cast) -> None:
    paths = (f"{ROOT}?annee=2024", f"{ROOT}totaux.csv?annee=2024", f"{TOTALS}?year=2024", ROADMAP)
    organisation = f"/organisations/{cast.town.pk}/"

    def questions() -> dict[str, int]:
        found = {}
        for path in (*paths, organisation, OWN, CONFIRM):
            reader = {OWN: member, CONFIRM: second}.get(path, client)
            reader.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert reader.get(path).status_code == 200
            found[path] = len(asked)
        return found

    member, second = other(cast, "member"), other(cast)
    confirmed(cast)
    pledged(cast)
    member.post(DECLARE, form(cast))
    few = questions()
    for name, kind, target in (("Une", "doc", "/communs/umap/"), ("Deux", "data", ROADMAP)):
        body = cast.body(name)
        confirmed(cast, organisation=body, kind=kind, legal_frame="volunteer")
        confirmed(cast, kind=kind, unit="h")
        member.post(DECLARE, form(cast, organisation=str(body.pk), target=target))
    assert questions() == few
    assert client.get(f"{TOTALS}?year=2024").json()["total"] == 3


def test_the_api_tells_the_same(client: Client, cast: Cast) -> None:
    assert client.get(TOTALS).json() == {"year": None, "years": [], "items": [], "total": 0, "page": 1, "pages": 1}
    confirmed(cast)
    confirmed(cast, quantity=None)
    promise = pledged(cast)
    services.end_pledge(cast["member"], promise, on=date(2025, 2, 1), at=timezone.now())
    told = client.get(f"{TOTALS}?year=2024").json()
    assert (told["year"], told["years"], told["total"]) == (2024, [2025, 2024], 1)
    (one,) = told["items"]
    assert one["url"].endswith(f"/organisations/{cast.town.pk}/")
    assert [(cell["unit"], cell["quantity"], cell["without_quantity"]) for cell in one["given"]] == [
        ("", None, 1),
        ("day", 2.0, 0),
    ]
    assert one["promised"] == [
        {
            "scope": "agent",
            "days_per_year": 2.5,
            "since": 2024,
            "ended_on": "2025-02-01",
            "rule_url": "https://ville.example/note",
        }
    ]
    assert client.get(TOTALS).json()["items"][0]["given"] == [], "nothing known of 2025: not zero"
    for wrong, status in (("year=1999", 404), ("page=2", 404), ("year=x", 422), ("limit=0", 422), ("annee=2024", 422)):
        assert client.get(f"{TOTALS}?{wrong}").status_code == status, wrong


def test_links_lead_there(member: Client) -> None:
    assert f'href="{OWN}"' in member.get("/mon-espace/").text
    for path in ("/rendez-vous/", "/plan-du-site/"):
        assert f'href="{ROOT}"' in Client().get(path).text
    assert "D’une contribution" in read(member, "/donnees-personnelles/")


def test_a_commons_is_found_by_its_name_when_it_has_it_alone(member: Client, cast: Cast) -> None:
    assert member.post(DECLARE, form(cast, target=f" {cast.commons.name.upper()} ")).status_code == 302
    assert Contribution.objects.get().commons == cast.commons
    twin = Commons.objects.create(slug="jumeau", name=cast.commons.name, state="published", updated_at=timezone.now())
    for target, said in (
        (cast.commons.name, "Plusieurs communs portent ce nom"),
        ("Rien de connu", "pas de commun publié de ce nom"),
    ):
        answer = member.post(DECLARE, form(cast, target=target))
        assert (answer.status_code, said in words(answer.text), f'value="{target}"' in answer.text) == (422, True, True)
    Commons.objects.filter(pk=twin.pk).update(state="withheld")
    assert member.post(DECLARE, form(cast, target=cast.commons.name)).status_code == 302


@pytest.mark.parametrize(
    ("quantity", "unit", "kept"),
    [("366", "day", True), ("367", "day", False), ("8785", "h", False), ("9000", "item", True)],
)
def test_a_line_holds_what_a_year_has(member: Client, cast: Cast, quantity: str, unit: str, kept: bool) -> None:
    answer = member.post(DECLARE, form(cast, quantity=quantity, unit=unit))
    assert (answer.status_code == 302, Contribution.objects.exists()) == (kept, kept)
    if not kept:
        assert "plus que n’en compte une année" in words(answer.text)
        assert f'value="{quantity}"' in answer.text
