"""Automatic checks of a draft: pages read by a real server, a visit, what a host declares; they suggest and answer nothing."""

from __future__ import annotations

import gzip
import json
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from assessment.test_service_audits import answer, draft, headed, line, read_page, seen, service
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_httpserver import HTTPServer
from slices import NOW
from uses import Cast
from werkzeug import Request, Response

from communaux.assessment import reading_pages, services_checks, tasks
from communaux.assessment import services_audit as writes
from communaux.assessment.models import CheckRun, ServiceAudit
from communaux.assessment.reading_pages import Reader
from communaux.core.errors import BadRequest, Conflict, NotAllowed, NotReady, Unavailable
from communaux.core.models import Progress
from communaux.engines.footprint.rgesn.audit import Finding
from communaux.engines.footprint.rgesn.checks import Found, of_hosting, of_page
from communaux.engines.footprint.rgesn.facts import Hosting

__all__ = ["draft", "service"]
pytestmark = pytest.mark.django_db
SHEET = "@font-face { font-family: A; src: url(/a.woff2) } p { width: 50% }" + " " * 2_000
PAGE = """<!DOCTYPE html><meta name=viewport content="width=device-width"><link rel=stylesheet href=/s.css>
<script src=/lost.js></script><img src=/i.webp><p>Bonjour</p>"""


@pytest.fixture
def site(settings: Any, httpserver: HTTPServer) -> HTTPServer:
    settings.PRIVATE_HOSTS_ALLOWED = (httpserver.host,)

    def sheet(_request: Request) -> Response:
        headers = {"content-encoding": "gzip", "cache-control": "max-age=60"}
        return Response(gzip.compress(SHEET.encode()), headers=headers, content_type="text/css")

    httpserver.expect_request("/").respond_with_data(PAGE, content_type="text/html; charset=utf-8")
    for path in ("/robots.txt", "/lost.js", "/gone"):
        httpserver.expect_request(path).respond_with_data("", status=404)
    httpserver.expect_request("/s.css").respond_with_handler(sheet)
    httpserver.expect_request("/a.woff2").respond_with_data(b"0" * 900, content_type="font/woff2")
    httpserver.expect_request("/i.webp").respond_with_data(b"RIFF0000WEBPVP8 ", content_type="image/webp")
    return httpserver


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def reader(slept: list[float]) -> Reader:
    return Reader(sleep=slept.append)


def asked(site: HTTPServer) -> list[str]:
    return [request.path for request, _response in site.log]


def test_a_page_is_read_as_robots_may_and_without_haste(site: HTTPServer, reader: Reader, slept: list[float]) -> None:
    steps: list[int] = []
    found = reader.page(site.url_for("/"), told=steps.append)
    assert asked(site) == ["/robots.txt", "/", "/s.css", "/lost.js", "/i.webp", "/a.woff2"]
    assert len(slept) == 5  # between two requests of one host
    assert all(0.5 < one <= 1 for one in slept)
    assert steps == [1, 2, 3, 1]
    assert not found.whole  # /lost.js did not come
    assert found.resources
    told = {one.url.rpartition("/")[2]: one for one in found.resources}
    assert (told["s.css"].encoding, told["s.css"].keeps, told["s.css"].size) == ("gzip", True, len(SHEET))
    assert (told[""].encoding, told[""].protocol) == ("", None)
    assert found.fonts
    assert [(one.family, one.size) for one in found.fonts] == [("A", 900)]
    assert found.bytes == len(PAGE) + len(gzip.compress(SHEET.encode())) + 16
    assert of_page(found)["fluid_layout"].limits == ("not_all_read",)


def test_what_robots_keep_closed_is_not_read(site: HTTPServer, reader: Reader) -> None:
    site.expect_oneshot_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /s.css\nDisallow: /prive")
    assert not reader.page(site.url_for("/")).whole
    assert "/s.css" not in asked(site)
    with pytest.raises(BadRequest, match="robots"):
        reader.page(site.url_for("/prive"))


def test_a_host_whose_robots_cannot_be_had_is_left_alone(site: HTTPServer, reader: Reader) -> None:
    site.expect_oneshot_request("/robots.txt").respond_with_data("", status=500)
    with pytest.raises(Unavailable):
        reader.page(site.url_for("/"))
    assert asked(site) == ["/robots.txt"]


def test_no_more_than_sixty_files(site: HTTPServer, reader: Reader) -> None:
    site.expect_request("/many").respond_with_data(
        "".join(f"<img src={n}.png>" for n in range(99)), content_type="text/html"
    )
    reader.page(site.url_for("/many"))
    assert len(asked(site)) == 2 + reading_pages.MOST


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://10.0.0.1/", "ftp://site.example/", "http://localhost/"])
def test_no_private_address_is_read(reader: Reader, url: str) -> None:
    with pytest.raises((BadRequest, Unavailable)):
        reader.page(url)


def test_what_is_no_page(site: HTTPServer, reader: Reader) -> None:
    with pytest.raises(BadRequest):
        reader.page(site.url_for("/i.webp"))


# --- the task ---


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "Reader", lambda: Reader(apart=0.0))


def read_all(cast: Cast, row: ServiceAudit) -> Progress:
    work = Progress.objects.create(kind="t", title="t", started_by=cast["steward"])
    tasks.check_pages.call(str(work.pk), audit=str(row.pk), asker=str(cast["steward"].pk), size=60_000, requests=6)
    work.refresh_from_db()
    return work


def test_pages_of_a_draft_are_read_and_read_again(
    cast: Cast, draft: ServiceAudit, site: HTTPServer, quick: None
) -> None:
    pages = (site.url_for("/"), site.url_for("/gone"))
    headed(cast, draft, pages=pages)
    before = [one.answer for one in draft.audit.findings]
    for _again in range(2):
        work = read_all(cast, draft)
        assert (work.state, work.done, work.total) == ("done", 120, 120)
        assert work.messages[-1]["values"] == {"read": 1, "failed": 1}
        assert work.result_url.endswith(f"{draft.pk}/verifications/")
        runs = {(one.check_id, one.target): one for one in CheckRun.objects.all()}
        assert len(runs) == CheckRun.objects.count() == 15
    assert runs["compression", pages[0]].outcome == "undecidable"
    assert runs["budget", pages[0]].values["budget_bytes"] == 60_000
    failed = runs["fetch", pages[1]]
    assert failed.outcome == "error"
    assert failed.limits[0]
    draft.refresh_from_db()
    assert [one.answer for one in draft.audit.findings] == before  # never an answer


def test_a_page_that_answers_again_has_no_error_any_more(cast: Cast, draft: ServiceAudit, site: HTTPServer) -> None:
    services_checks.keep_checks(cast["steward"], draft, target="https://a.example/", found={}, error="Muet.", at=NOW)
    found = of_page(Reader(apart=0.0).page(site.url_for("/")))
    services_checks.keep_checks(cast["steward"], draft, target="https://a.example/", found=found, at=NOW)
    assert not CheckRun.objects.filter(check_id="fetch").exists()


def test_reading_is_asked_once(cast: Cast, draft: ServiceAudit) -> None:
    with pytest.raises(NotReady):
        services_checks.ask_checks(cast["steward"], draft, budget=(None, None), at=NOW)
    headed(cast, draft)
    services_checks.ask_checks(cast["steward"], draft, budget=(None, None), at=NOW)
    with pytest.raises(Conflict):
        services_checks.ask_checks(cast["steward"], draft, budget=(None, None), at=NOW)


def test_a_closed_audit_is_not_looked_at_again(cast: Cast, draft: ServiceAudit) -> None:
    headed(cast, draft)
    writes.close_audit(cast["steward"], draft, at=NOW)
    with pytest.raises(Conflict):
        services_checks.ask_checks(cast["steward"], draft, budget=(None, None), at=NOW)
    found = of_hosting(Hosting(wue=0.1), NOW.date())
    with pytest.raises(Conflict):
        services_checks.keep_checks(cast["steward"], draft, target="", found=found, at=NOW)


def test_a_stranger_has_nothing_looked_at(cast: Cast, draft: ServiceAudit) -> None:
    with pytest.raises(NotAllowed):
        services_checks.keep_checks(cast["reader"], draft, target="", found={}, at=NOW)


def test_a_dropped_draft_takes_its_checks_with_it(cast: Cast, draft: ServiceAudit) -> None:
    found = of_hosting(Hosting(wue=0.1), NOW.date())
    services_checks.keep_checks(cast["steward"], draft, target="", found=found, at=NOW)
    writes.drop_draft(cast["steward"], draft, at=NOW)
    assert not CheckRun.objects.exists()


# --- pages ---


def visit(url: str, secret: str) -> SimpleUploadedFile:
    entry = {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": {"url": f"{url}?{secret}"},
        "response": {
            "status": 200,
            "_transferSize": 900,
            "httpVersion": "h2",
            "headers": [{"name": "content-encoding", "value": "br"}],
            "content": {"size": 5_000, "mimeType": "text/html"},
        },
    }
    return SimpleUploadedFile("v.har", json.dumps({"log": {"entries": [entry]}}).encode())


def test_a_visit_a_host_then_the_evidence_of_a_line(client: Client, cast: Cast, draft: ServiceAudit) -> None:
    client.force_login(cast["steward"])
    there, secret = f"{draft.get_absolute_url()}verifications/", uuid4().hex
    assert "Aucun contrôle n’a encore regardé." in read_page(client, there)
    page = client.post(there, {"what": "visit", "visit-file": visit("https://umap.example/", secret)}, follow=True)
    assert page.redirect_chain
    text = read_page(client, there)
    assert "6.3 Textes de plus de 1 000 octets compressés : favorable" in text.replace("\u202f", " ")
    assert "6.1 Poids et requêtes dans le budget déclaré : indéterminé" in text
    sent = {"what": "hosting", "hosting-pue": "1,5", "hosting-pue_kind": "real", "hosting-wue": "0,2"}
    client.post(there, sent)
    text = read_page(client, there)
    assert "8.3 PUE sous 1,5, ou 1,3 au plus à la conception : défavorable" in text
    assert "8.4 WUE de 0,4 l/kWh au plus : favorable" in text
    assert line(draft, "6.3").answer == "not_assessed"
    at = f"{draft.get_absolute_url()}6.3/"
    assert "Favorable , Textes de plus" in read_page(client, at).replace("Favorable,", "Favorable ,")
    told = {"answer": "conforming", "automatic": "on", "seen": seen(draft, "6.3")}
    assert client.post(at, told).status_code == 302
    (proof,) = line(draft, "6.3").evidence
    assert (proof.kind, proof.outcome) == ("automatic", "favourable")
    assert proof.locator == "https://umap.example/ (compression 1)"
    assert "checked" in client.get(at).text
    # a check that says the contrary proves nothing
    told = {"answer": "conforming", "automatic": "on", "seen": seen(draft, "8.3")}
    page = client.post(f"{draft.get_absolute_url()}8.3/", told)
    assert page.status_code == 422
    assert secret not in json.dumps(list(CheckRun.objects.values("target", "values")))


def test_evidence_of_checks_can_be_taken_back(client: Client, cast: Cast, draft: ServiceAudit) -> None:
    found = of_hosting(Hosting(wue=0.1), NOW.date())
    services_checks.keep_checks(cast["steward"], draft, target="", found=found, at=NOW)
    client.force_login(cast["steward"])
    at = f"{draft.get_absolute_url()}8.4/"
    client.post(at, {"answer": "conforming", "automatic": "on", "seen": seen(draft, "8.4")})
    assert line(draft, "8.4").evidence[0].locator == "ce que l’hébergeur déclare (wue 1)"
    client.post(at, {"answer": "not_conforming", "automatic": "on", "seen": seen(draft, "8.4")})
    assert line(draft, "8.4").evidence == ()


def test_other_evidence_stays(cast: Cast, draft: ServiceAudit, client: Client) -> None:
    why = "Le site est compressé, et le budget est vérifié à chaque version."
    answer(cast, draft, Finding("6.3", "conforming", justification=why))
    client.force_login(cast["steward"])
    page = client.get(f"{draft.get_absolute_url()}6.3/").text
    assert "automatic" not in page
    assert "Un contrôle automatique peut regarder cela" in page
    assert "contrôle automatique" not in client.get(f"{draft.get_absolute_url()}1.1/").text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"what": "pages"}, "Dites d’abord quelles pages"),
        ({}, "Dites d’abord quelles pages"),
        ({"what": "pages", "pages-kilobytes": "-3"}, "Écrivez un nombre de 0 à un milliard."),
        ({"what": "visit"}, "obligatoire"),
        ({"what": "visit", "visit-file": SimpleUploadedFile("a", b"<p>")}, "<p>"),
        ({"what": "visit", "visit-file": SimpleUploadedFile("a", b" " * 10_000_001)}, "10 Mo"),
        ({"what": "hosting"}, "remplissez au moins un champ"),
        ({"what": "hosting", "hosting-pue": "0,5"}, "Écrivez un nombre de 1 à 10."),
        ({"what": "hosting", "hosting-wue": "abc"}, "nombre"),
        ({"what": "hosting", "hosting-document": "2090-01-01"}, "Ce jour n’est pas encore venu."),
    ],
)
def test_what_cannot_be_looked_at(
    client: Client, cast: Cast, draft: ServiceAudit, sent: dict[str, Any], sentence: str
) -> None:
    client.force_login(cast["steward"])
    page = client.post(f"{draft.get_absolute_url()}verifications/", sent)
    assert page.status_code == 422
    assert sentence in read_text(page)
    for name, typed in sent.items():
        assert not isinstance(typed, str) or name == "what" or f'value="{typed}"' in page.text
    assert not CheckRun.objects.exists()


def read_text(page: Any) -> str:
    return " ".join(unescape(page.text).split())


def test_reading_leads_to_its_progress(client: Client, cast: Cast, draft: ServiceAudit) -> None:
    headed(cast, draft)
    client.force_login(cast["steward"])
    there = f"{draft.get_absolute_url()}verifications/"
    page = client.post(there, {"what": "pages", "pages-kilobytes": "60"})
    work = Progress.objects.get(kind=f"checks:{draft.pk}")
    assert page["location"].endswith(f"{work.pk}/")
    assert "Ses pages sont en cours de lecture" in read_page(client, there)


def test_who_may_read_checks(client: Client, cast: Cast, draft: ServiceAudit) -> None:
    there = f"{draft.get_absolute_url()}verifications/"
    assert client.get(there).status_code == 404
    assert client.post(there, {"what": "pages"}).status_code == 404
    client.force_login(cast["reader"])
    assert client.get(there).status_code == 404
    assert client.post(there, {"what": "pages"}).status_code == 404
    headed(cast, draft)
    writes.close_audit(cast["steward"], draft, at=NOW)
    client.force_login(cast["steward"])
    assert '<form method="post" enctype' not in client.get(there).text


def test_a_check_that_saw_ten_thousand_hosts_names_the_first(cast: Cast, draft: ServiceAudit) -> None:
    found = {"third_parties": Found("adverse", {"hosts": [f"{n}.example" for n in range(10_000)]})}
    services_checks.keep_checks(cast["steward"], draft, target="https://a.example/", found=found, at=NOW)
    assert CheckRun.objects.get().values["hosts"][18:] == ["18.example", "19.example", "…"]
