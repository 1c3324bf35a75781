"""Pages: every address answers in both languages, without a cookie, with its headers, whatever is typed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import html5lib
import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from slices import NOW

from communaux.catalogue.models import Commons
from communaux.core import heartbeat
from communaux.core.models import Entry, SlugHistory
from communaux.web import core as web_core

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

PAGES = [
    *(
        "",
        "chercher/",
        "chercher/?q=cartographie",
        "chercher/?q=le+la&activity=active",
        "communs/",
        "communs/?source=sill",
        "sources/",
    ),
    *(
        "communs/umap/",
        "communs/umap/histoire/",
        "communs/umap/sources/",
        "communs/panoramax/",
        "journal/",
        "connexion/",
        "organisations/",
    ),
    *("aide/", "glossaire/", "plan-du-site/", "accessibilite/", "donnees-personnelles/", "mentions-legales/", "etat/"),
    *("chercher/?q=cartes&pourquoi=umap", "chercher/?q=cartes&pourquoi=personne", "communs/?page=2"),
]
ONCE = ["robots.txt", "sitemap.xml", "opensearch.xml", "healthz", "readyz", "communs/umap.json", "static/desk.css"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("prefix", "lang"), [("/", "fr"), ("/en/", "en")])
def test_every_page_answers_in_both_languages(client: Client, path: str, prefix: str, lang: str) -> None:
    answer = client.get(prefix + path)
    assert (answer.status_code, answer["content-type"]) == (200, "text/html; charset=utf-8")
    assert f'<html lang="{lang}"' in answer.text
    assert len(re.findall(r"<h1[ >]", answer.text)) == 1
    html5lib.HTMLParser(strict=False).parse(answer.text)


@pytest.mark.parametrize("path", ONCE)
def test_every_other_address_answers(client: Client, path: str) -> None:
    answer = client.get(f"/{path}")
    answer.close()  # files are sent open
    assert answer.status_code == 200


@pytest.mark.parametrize("path", [f"/{page}" for page in (*PAGES, *ONCE) if not page.startswith("connexion")])
def test_a_visitor_gets_no_cookie(client: Client, path: str) -> None:
    answer = client.get(path)
    answer.close()
    assert dict(answer.cookies) == {}
    assert "set-cookie" not in {name.lower() for name in answer.headers}


@pytest.mark.parametrize("path", ["/", "/communs/umap/", "/api/v1/themes", "/connexion/", "/nulle-part/"])
def test_security_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", [f"/{page}" for page in PAGES])
def test_the_policy_is_kept_nothing_inline_nothing_from_elsewhere(client: Client, path: str) -> None:
    text = client.get(path).text
    assert not re.search(r'<script(?![^>]*\bsrc=)(?! type="application/ld\+json">)', text)  # data, never run
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", text)
    assert "<style" not in text
    assert not re.search(r"<(?:script|img|iframe|link rel=.stylesheet.)[^>]+(?:src|href)=.https?://", text)


def test_pages_travel_compressed(client: Client) -> None:
    answer = client.get("/communs/", headers={"accept-encoding": "gzip"})
    assert answer["content-encoding"] == "gzip"
    assert "Accept-Encoding" in answer["vary"]


@pytest.mark.parametrize("path", ["/", "/communs/umap/", "/communs/umap.json", "/api/v1/themes", "/sitemap.xml"])
def test_an_unchanged_page_is_not_sent_again(client: Client, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_who_may_keep_a_page(client: Client) -> None:
    assert "public" in client.get("/communs/umap/")["cache-control"]
    assert "no-store" in client.get("/connexion/")["cache-control"]
    assert "no-store" in client.get("/nulle-part/")["cache-control"]


@pytest.mark.parametrize("prefix", ["/", "/en/"])
@pytest.mark.parametrize(
    "path", ["nulle-part/", "communs/nulle-part/", "communs/nulle-part/histoire/", "communs/nulle-part.json"]
)
def test_what_is_not_there_is_said(client: Client, prefix: str, path: str) -> None:
    answer = client.get(prefix + path)
    assert answer.status_code == 404
    assert "404" in answer.text
    assert "<h1>" in answer.text


@pytest.mark.parametrize("path", ["/", "/chercher/", "/communs/", "/communs/umap/", "/journal/", "/sources/", "/aide/"])
def test_reading_addresses_take_no_writing(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200


def test_a_bug_is_a_500_with_a_number_and_nothing_of_the_inside(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from communaux.web import pages

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setattr(pages.commons_queries, "figures", broken)
    client.raise_request_exception = False
    answer = client.get("/etat/")
    assert answer.status_code == 500
    assert re.search(r"<strong>[0-9a-f]{8}</strong>", answer.text)
    assert "secret" not in answer.text
    assert "ZeroDivision" not in answer.text


def test_a_bad_host_is_a_400(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


ODD = [
    *(
        "a\x00b",
        "\x01\x1f\x7f",
        "\u202eabc",
        "\ufffd",
        "%",
        "%%",
        '"',
        '"sans fin',
        "'; DROP TABLE core_entry; --",
        "😀👨‍👩‍👧🏳️‍🌈",
        "e\u0301" * 50,
    ),
    *(
        "x" * 10_000,
        "cantine école " * 700,
        "../../etc/passwd",
        "{{ 7*7 }}",
        "{% csrf_token %}",
        "\\",
        "-",
        "a AND (b OR",
    ),
]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("name", ["q", "pourquoi"])
def test_odd_texts_are_answered(client: Client, text: str, name: str) -> None:
    answer = client.get("/chercher/", {"q": "cartes", name: text})
    assert answer.status_code == 200
    assert "\x00" not in answer.text
    assert "49" not in re.findall(r"<input[^>]*value=\"(\d+)\"", answer.text)


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "path", ["/chercher/?q={}", "/chercher/?q=x&pourquoi={}", "/communs/?theme={}", "/chercher/?q=x&theme={}", "/{}/"]
)
def test_what_is_typed_comes_back_escaped(client: Client, path: str) -> None:
    from urllib.parse import quote

    text = client.get(path.format(quote(HOSTILE, safe=""))).text
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_hostile_names_of_a_catalogue_come_out_escaped(client: Client) -> None:
    Commons.objects.filter(slug="umap").update(name=HOSTILE, names=[HOSTILE], short=HOSTILE, orgs=[HOSTILE])
    for path in (
        "/communs/umap/",
        "/communs/umap/sources/",
        "/communs/umap/histoire/",
        "/communs/",
        "/chercher/?q=umap",
        "/en/",
    ):
        text = client.get(path).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
    assert "&lt;script&gt;" in client.get("/communs/umap/").text


@pytest.mark.parametrize("page", ["999", "0", "-1", "x", "", "1e9", "9" * 40, "²"])
@pytest.mark.parametrize("path", ["/communs/?page={}", "/chercher/?q=logiciel&page={}"])
def test_odd_page_numbers_show_a_page(client: Client, path: str, page: str) -> None:
    answer = client.get(path.format(page))
    assert answer.status_code == 200
    assert 'class="hits"' in answer.text


@pytest.mark.parametrize("name", ["theme", "kind", "licence", "stage", "source", "language", "activity", "recommended"])
def test_unknown_values_of_filters_are_answered(client: Client, name: str) -> None:
    for path in ("/chercher/", "/communs/"):
        assert client.get(path, {"q": "logiciel", name: "nulle-part"}).status_code == 200


def test_nothing_found_is_a_page_with_a_next_step(client: Client) -> None:
    text = client.get("/chercher/?q=xyzzyqwertz").text
    assert "/communs/" in text
    assert "pourquoi" in text


def test_a_merged_commons_answers_at_its_new_address(client: Client) -> None:
    kept, absorbed = Commons.objects.get(slug="umap"), Commons.objects.get(slug="panoramax")
    Commons.objects.filter(pk=absorbed.pk).update(state="merged", merged_into=kept)
    for prefix in ("", "/en"):
        answer = client.get(f"{prefix}/communs/panoramax/")
        assert (answer.status_code, answer["location"]) == (301, f"{prefix}/communs/umap/")
    moved = client.get("/api/v1/commons/panoramax")
    assert (moved.status_code, moved["location"]) == (308, "/api/v1/commons/umap")


def test_a_renamed_commons_answers_at_its_new_address(client: Client) -> None:
    SlugHistory.objects.create(
        kind="commons", old_slug="umap-ancien", object_id=str(Commons.objects.get(slug="umap").pk)
    )
    answer = client.get("/communs/umap-ancien/")
    assert (answer.status_code, answer["location"]) == (301, "/communs/umap/")
    assert client.get("/api/v1/commons/umap-ancien")["location"] == "/api/v1/commons/umap"


@pytest.mark.parametrize("state", ["draft", "proposed"])
def test_what_is_not_published_is_not_there(client: Client, state: str) -> None:
    Commons.objects.filter(slug="umap").update(state=state)
    for path in (
        "/communs/umap/",
        "/communs/umap/histoire/",
        "/communs/umap/sources/",
        "/communs/umap.json",
        "/api/v1/commons/umap",
    ):
        assert client.get(path).status_code == 404, path


def test_a_withheld_commons_says_so_and_is_not_listed(client: Client) -> None:
    Commons.objects.filter(slug="umap").update(state="withheld")
    assert 'class="note warn"' in client.get("/communs/umap/").text
    assert "/communs/umap/" not in client.get("/sitemap.xml").text


def test_a_program_gets_json_at_the_same_address(client: Client) -> None:
    answer = client.get("/communs/umap/", headers={"accept": "application/json"})
    assert answer["content-type"] == "application/json"
    assert answer.json() == client.get("/communs/umap.json").json()
    assert answer.json()["slug"] == "umap"
    assert "Accept" in answer["vary"]
    browser = client.get("/communs/umap/", headers={"accept": "text/html,application/json"})
    assert browser["content-type"] == "text/html; charset=utf-8"


def test_the_site_map_holds_every_published_sheet(client: Client) -> None:
    listed = set(re.findall(r"/communs/([a-z0-9-]+)/</loc>", client.get("/sitemap.xml").text))
    assert listed == set(Commons.objects.filter(state="published").values_list("slug", flat=True))


def test_each_language_points_to_the_other(client: Client) -> None:
    text = client.get("/communs/umap/").text
    assert 'hreflang="en"' in text
    assert "/en/communs/umap/" in text


def test_the_home_page_counts_its_own_tables(client: Client) -> None:
    text = client.get("/en/").text
    assert f"<dd>{Commons.objects.filter(state='published').count()}</dd>" in text
    assert NOW.strftime("%Y") in text


def test_the_journal_page_shows_the_last_lines(client: Client) -> None:
    assert Entry.objects.count() > 100
    told = client.get("/journal/").text.partition('<ol class="hits entries">')[2].partition("</ol>")[0]
    assert told.count("<li>") == 45


def test_ready_says_when_migrations_are_due(client: Client) -> None:
    told = client.get("/readyz").json()
    assert (told["status"], told["migrations_due"]) == ("ok", 0)
    assert told["index"].keys() == {"generation", "built_at"}


def test_ready_tells_of_the_worker_without_refusing(client: Client) -> None:
    assert client.get("/readyz").json()["worker"] == {"last_seen": None, "alive": False}
    now = timezone.now()
    heartbeat.beat(now - timedelta(minutes=2))
    assert client.get("/readyz").json()["worker"]["alive"] is False
    heartbeat.beat(now)
    told = client.get("/readyz").json()["worker"]
    assert (datetime.fromisoformat(told["last_seen"]), told["alive"]) == (
        now.replace(microsecond=now.microsecond // 1000 * 1000),
        True,
    )


def test_not_ready_without_its_database_or_its_migrations(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_core.MigrationExecutor, "migration_plan", lambda *_: [object()])
    due = client.get("/readyz")
    assert (due.status_code, due.json()) == (503, {"status": "migrations due", "migrations_due": 1})

    def unreachable(*_: object) -> None:
        raise OperationalError("no such host")

    monkeypatch.setattr(web_core, "MigrationExecutor", unreachable)
    gone = client.get("/readyz")
    assert (gone.status_code, gone.json()) == (503, {"status": "no database"})


@pytest.mark.parametrize("path", ["healthz", "readyz"])
def test_probes_are_never_kept(client: Client, path: str) -> None:
    assert client.get(f"/{path}")["cache-control"] == "no-store"


OWN_FORM = {"/", "/chercher/", "/chercher/?q=cartographie", "/nulle-part/"}


@pytest.mark.parametrize("path", [f"/{page}" for page in (*PAGES, "nulle-part/")])
def test_every_page_has_one_search_form_and_skip_links_that_lead_somewhere(client: Client, path: str) -> None:
    text = client.get(path).text
    header = text[text.index("<header") : text.index("</header>")]
    assert (text.count('role="search"'), 'role="search"' in header) == (
        1,
        path not in OWN_FORM and "chercher" not in path,
    )
    skips = re.findall(r'href="#([^"]+)"', text[text.index('<div class="skip">') : text.index("<header")])
    assert skips == ["content", "menu", "q"]
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(skips) <= set(ids)
