"""Proposing, describing and publishing as people meet it: look-alikes first, nothing typed is ever lost."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from factories import NOW, MappedFactory
from pytest_httpserver import HTTPServer
from slices import bring_in

from communaux.catalogue import described_by
from communaux.catalogue.models import Commons, Theme
from communaux.catalogue.queries import editable
from communaux.catalogue.tasks import read_repository
from communaux.core import services as core_services
from communaux.core.errors import NotFound
from communaux.core.models import Entry, Evidence, Person, Progress

pytestmark = pytest.mark.django_db
REPOSITORY = "https://github.com/demo/pret-de-velos"
START = {"name": "Prêt de vélos", "address": REPOSITORY}
PUBLICCODE = """publiccodeYmlVersion: "0.4"
name: Vélos
url: "https://github.com/demo/pret-de-velos"
description:
  fr:
    shortDescription: "Prêter des vélos"
    longDescription: "%s"
legal:
  license: "AGPL-3.0-or-later"
""" % ("Un registre partagé. " * 10)


@pytest.fixture(autouse=True)
def _themes(db: None) -> None:
    Theme.objects.create(key="education", fr="Éducation", en="Education")


@pytest.fixture
def author(client: Client, person: Callable[..., Person]) -> Person:
    made = person("autrice@demo.example")
    client.force_login(made)
    return made


@pytest.fixture
def editor(person: Callable[..., Person], desk: Person) -> Person:
    made = person("edith@demo.example")
    core_services.grant(desk, made, role="editor", object_type="instance", at=NOW)
    return made


def begun(client: Client) -> Commons:
    assert client.post("/communs/proposer/", START).status_code == 302
    return Commons.objects.get()


def typed(client: Client, path: str) -> dict[str, Any]:
    """What a person who changes nothing would send."""
    page = client.get(path).content.decode()
    form = page[page.rindex('<form method="post">') :]
    fields: dict[str, Any] = dict(re.findall(r'<input type="(?:text|url|hidden)" name="(\w+)" value="([^"]*)"', form))
    fields |= dict(re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL))
    for name, inside in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        fields[name] = chosen[1] if chosen else ""
    fields["themes"] = re.findall(r'name="themes" value="(\w+)"[^>]*checked', form)
    return {name: html.unescape(value) if isinstance(value, str) else value for name, value in fields.items()}


def test_a_visitor_signs_in_first_and_comes_back(client: Client) -> None:
    answer = client.get("/communs/proposer/")
    assert (answer.status_code, answer["location"]) == (302, "/connexion/?next=/communs/proposer/")


def test_a_form_sent_after_the_session_ended_is_kept(client: Client, person: Callable[..., Person]) -> None:
    answer = client.post("/communs/proposer/", {**START, "name": "<b>Vélos"})
    assert answer.status_code == 403
    assert Commons.objects.count() == 0
    client.force_login(person("autrice@demo.example"))
    page = client.get("/connexion/reprendre/").text
    assert 'name="name" value="&lt;b&gt;Vélos"' in page
    assert 'action="/communs/proposer/"' in page


@pytest.mark.parametrize(
    "address", ["", "velos", "ftp://x.example", "javascript:alert(1)", "https://", "https://a b.example", "http://[::1"]
)
def test_what_is_no_address_is_refused_and_kept(client: Client, author: Person, address: str) -> None:
    page = client.post("/communs/proposer/", {"name": "Vélos", "address": address}).content.decode()
    assert 'id="errors"' in page
    assert 'value="Vélos"' in page
    assert Commons.objects.count() == 0


def test_look_alikes_are_shown_before_anything_is_saved(client: Client, author: Person, desk: Person) -> None:
    bring_in(desk, "sill", MappedFactory(external_id="7", name="Vélo-Prêt", repository=REPOSITORY))
    page = client.post("/communs/proposer/", START).content.decode()
    assert "/communs/velo-pret/" in page
    assert "même dépôt" in page
    assert Commons.objects.count() == 1
    assert client.post("/communs/proposer/", {**START, "seen": "1"}).status_code == 302
    assert Commons.objects.get(state="draft").name == "Prêt de vélos"


def test_two_clicks_begin_one_draft(client: Client, author: Person) -> None:
    first, second = (client.post("/communs/proposer/", START)["location"] for _ in range(2))
    assert first == second == "/communs/pret-de-velos/modifier/"
    assert Commons.objects.count() == 1


def test_from_nothing_to_a_sheet(client: Client, author: Person, editor: Person) -> None:
    """The journey: begin, describe, show evidence, propose; an editor publishes."""
    draft = begun(client)
    given = typed(client, f"/communs/{draft.slug}/modifier/")
    assert given["repository"] == REPOSITORY
    given |= {"licence": "AGPL-3.0-only", "long_fr": "Un registre partagé. " * 10, "themes": ["education"]}
    given |= {"short_fr": "Prêter des vélos", "decision_body": "Assemblée des écoles d’exemple"}
    saved = client.post(f"/communs/{draft.slug}/modifier/", given)
    assert saved["location"] == f"/communs/{draft.slug}/publier/"
    page = client.get(saved["location"]).content.decode()
    assert "au moins une preuve" in page
    assert 'value="ask"' not in page
    evidence = {"do": "show_evidence", "kind": "licence", "locator": f"{REPOSITORY}/LICENSE"}
    assert client.post(saved["location"], evidence).status_code == 302
    assert 'value="ask"' in client.get(saved["location"]).content.decode()
    assert client.post(saved["location"], {"do": "ask"}).status_code == 302
    assert client.get(f"/communs/{draft.slug}/").status_code == 404
    client.force_login(editor)
    assert client.post(saved["location"], {"do": "publish"})["location"] == f"/communs/{draft.slug}/"
    sheet = client.get(f"/communs/{draft.slug}/").content.decode()
    assert "Assemblée des écoles d’exemple" in sheet
    assert "Écrit sur ce guichet" in sheet


def test_what_is_sent_without_a_change_changes_nothing(client: Client, author: Person) -> None:
    draft = begun(client)
    given, lines = typed(client, f"/communs/{draft.slug}/modifier/"), Entry.objects.count()
    answer = client.post(f"/communs/{draft.slug}/modifier/", given, follow=True)
    assert "Rien n’avait changé." in answer.content.decode()
    assert Entry.objects.count() == lines


def test_two_people_on_one_sheet_lose_nothing(client: Client, author: Person, editor: Person) -> None:
    draft = begun(client)
    path = f"/communs/{draft.slug}/modifier/"
    mine = typed(client, path) | {"steward": "Ma version", "talk": "https://forum.example"}
    other = Client()
    other.force_login(editor)
    assert other.post(path, typed(other, path) | {"steward": "Sa version"}).status_code == 302
    answer = client.post(path, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Sa version" in page
    assert 'value="Ma version"' in page
    assert 'value="https://forum.example"' in page
    assert editable.current(draft)["steward"] == "Sa version"
    marks = html.unescape(re.findall(r'name="seen" value="([^"]*)"', page)[0])
    assert client.post(path, mine | {"seen": marks}).status_code == 302
    now = editable.current(draft)
    assert (now["steward"], now["talk"]) == ("Ma version", "https://forum.example")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": ""}, "id_name"),
        ({"url": "pas une adresse"}, "id_url"),
        ({"short_fr": "x" * 151}, "Trop long de 1"),
        ({"long_fr": "é" * 10_001}, "Trop long de 1"),
        ({"kind": "spaceship"}, "id_kind"),
        ({"themes": ["nowhere"]}, "id_themes"),
        ({"names": "x" * 3000}, "id_names"),
    ],
)
def test_what_is_wrong_is_told_and_kept(client: Client, author: Person, given: dict[str, Any], told: str) -> None:
    draft = begun(client)
    path = f"/communs/{draft.slug}/modifier/"
    sent = typed(client, path) | {"steward": "gardé <i>tel quel</i>"} | given
    page = client.post(path, sent).content.decode()
    assert told in page
    assert "gardé &lt;i&gt;tel quel&lt;/i&gt;" in page
    assert editable.current(draft)["steward"] == ""


def test_hostile_markdown_is_harmless(client: Client, author: Person, editor: Person) -> None:
    draft = begun(client)
    path = f"/communs/{draft.slug}/modifier/"
    hostile = "<script>alert(1)</script>[x](javascript:alert(2)) <img src=x onerror=alert(3)> " + "mots " * 40
    assert client.post(path, typed(client, path) | {"long_fr": hostile}).status_code == 302
    text = draft.texts.get().text_html
    assert [bad for bad in ("<script", "<img", 'href="javascript') if bad in text] == []


def test_a_file_of_the_project_fills_what_is_empty(client: Client, author: Person) -> None:
    draft = begun(client)
    path = f"/communs/{draft.slug}/modifier/"
    client.post(path, typed(client, path) | {"short_fr": "Déjà dit"})
    sent = SimpleUploadedFile("publiccode.yml", PUBLICCODE.encode())
    assert client.post(f"/communs/{draft.slug}/remplir/", {"file": sent})["location"] == path
    now = editable.current(draft)
    assert (now["short_fr"], now["licence"], now["name"]) == ("Déjà dit", "AGPL-3.0-or-later", "Prêt de vélos")
    evidence = Evidence.objects.get()
    assert (evidence.kind, len(evidence.sha256)) == ("publiccode", 64)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("publiccode.yml", b"a: [unclosed"),
        ("publiccode.yml", b"\xff\xfe\x00"),
        ("codemeta.json", b"{"),
        ("codemeta.json", b"[]"),
        ("x.exe", b"MZ\x90"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    client: Client, author: Person, name: str, data: bytes
) -> None:
    draft = begun(client)
    lines = Entry.objects.count()
    answer = client.post(f"/communs/{draft.slug}/remplir/", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert "Ce fichier n’a pas pu être lu" in answer.content.decode()
    assert Entry.objects.count() == lines


def test_a_file_of_a_megabyte_and_more_is_refused(client: Client, author: Person) -> None:
    draft = begun(client)
    answer = client.post(
        f"/communs/{draft.slug}/remplir/", {"file": SimpleUploadedFile("publiccode.yml", b"a" * 1_000_001)}
    )
    assert answer.status_code == 422
    assert "plus de 1" in answer.content.decode()


def asked_to_read(client: Client, address: str) -> tuple[Commons, Progress]:
    client.post("/communs/proposer/", {"name": "Vélos", "address": address})
    draft = Commons.objects.get()
    asked = client.post(f"/communs/{draft.slug}/lire-le-depot/")
    work = Progress.objects.get()
    assert asked["location"] == f"/taches/{work.pk}/"
    return draft, work


def test_the_desk_reads_the_file_of_a_project(
    client: Client, author: Person, httpserver: HTTPServer, settings: Any
) -> None:
    """The work is queued, fills the draft, keeps the file as evidence; its page leads back to the form."""
    httpserver.expect_request("/publiccode.yml").respond_with_data(PUBLICCODE)
    settings.PRIVATE_HOSTS_ALLOWED = ("127.0.0.1",)
    address = f"http://127.0.0.1:{httpserver.port}/publiccode.yml"
    draft, work = asked_to_read(client, address)
    read_repository.call(str(work.pk), commons=str(draft.pk))
    work.refresh_from_db()
    assert (work.state, work.result_url) == ("done", f"/communs/{draft.slug}/modifier/")
    assert editable.current(draft)["licence"] == "AGPL-3.0-or-later"
    assert Evidence.objects.get().locator == address


def test_a_private_address_is_never_asked(client: Client, author: Person, httpserver: HTTPServer) -> None:
    draft, work = asked_to_read(client, f"http://127.0.0.1:{httpserver.port}/publiccode.yml")
    with pytest.raises(NotFound):
        read_repository.call(str(work.pk), commons=str(draft.pk))
    work.refresh_from_db()
    assert (work.state, httpserver.log, Evidence.objects.count()) == ("failed", [], 0)


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("https://github.com/demo/velos.git", "https://raw.githubusercontent.com/demo/velos/HEAD/publiccode.yml"),
        ("https://gitlab.com/a/b/c/", "https://gitlab.com/a/b/c/-/raw/HEAD/publiccode.yml"),
        ("https://velos.example/codemeta.json", "https://velos.example/codemeta.json"),
        ("https://velos.example/", None),
        ("https://github.com/demo", None),
    ],
)
def test_where_a_file_is_looked_for(address: str, first: str | None) -> None:
    assert next((url for url, _name in described_by.places(address)), None) == first


def test_nobody_else_touches_a_draft(client: Client, author: Person, person: Callable[..., Person]) -> None:
    draft = begun(client)
    client.force_login(person("autre@demo.example"))
    for step in ("modifier", "publier"):
        assert client.get(f"/communs/{draft.slug}/{step}/").status_code == 404
    assert client.post(f"/communs/{draft.slug}/publier/", {"do": "publish"}).status_code == 404
    assert client.post(f"/communs/{draft.slug}/remplir/").status_code == 404


def test_a_sheet_that_a_person_withheld_says_why(client: Client, author: Person, editor: Person, desk: Person) -> None:
    bring_in(desk, "sill", MappedFactory(external_id="7", name="Vélo-Prêt"))
    client.force_login(editor)
    assert client.post("/communs/velo-pret/publier/", {"do": "withhold", "reason": " "}).status_code == 422
    client.post("/communs/velo-pret/publier/", {"do": "withhold", "reason": "Ce n’est pas <un> commun"})
    for path in ("/communs/velo-pret/", "/api/v1/commons/velo-pret"):
        answer = client.get(path)
        assert answer.status_code == 410
        assert "pas" in answer.content.decode()
    assert "<un>" not in client.get("/communs/velo-pret/").content.decode()
    assert client.post("/communs/velo-pret/publier/", {"do": "restore"}).status_code == 302
    assert client.get("/communs/velo-pret/").status_code == 200


def test_a_form_that_says_nothing_does_nothing(client: Client, author: Person) -> None:
    draft = begun(client)
    assert client.post(f"/communs/{draft.slug}/publier/", {"do": "explode"}).status_code == 422
    assert client.post(f"/communs/{draft.slug}/publier/", {"do": "publish"}).status_code == 403
    assert client.post(f"/communs/{draft.slug}/publier/", {"do": "ask"}).status_code == 422


def test_the_editors_desk_lists_what_waits(client: Client, author: Person, editor: Person) -> None:
    draft = begun(client)
    Commons.objects.filter(pk=draft.pk).update(state="proposed")
    assert client.get("/edition/propositions/").status_code == 403
    client.force_login(editor)
    assert "/edition/propositions/" in client.get("/edition/").text
    assert f"/communs/{draft.slug}/publier/" in client.get("/edition/propositions/").text
    assert "Rien n’attend." in client.get("/edition/demandes/").text
