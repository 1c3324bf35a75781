"""The publiccode.yml of a commons, taken over by who speaks for it: what it changes, what stays, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from factories import NOW, MappedFactory
from pytest_httpserver import HTTPServer
from slices import bring_in

from communaux.catalogue import described_by, own_file
from communaux.catalogue.described_by import Described
from communaux.catalogue.models import Commons, Fact, Identifier, Source, SourceRecord, Theme
from communaux.catalogue.own import OWN_FILE, fingerprint
from communaux.catalogue.queries import adopting, editable
from communaux.catalogue.queries.as_json import commons_document
from communaux.catalogue.queries.commons import sheet
from communaux.catalogue.services import adopt_publiccode, describe, merge, undo_merge
from communaux.catalogue.services.pins import pin
from communaux.core import notify
from communaux.core.errors import BadRequest, Conflict, NotAllowed, NotFound, NotReady, Refusal, Unavailable
from communaux.core.models import Entry, Evidence, Notification, Person
from communaux.core.services import grant

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
REPOSITORY = "https://github.com/demo/velos"
FILE = """{head}publiccodeYmlVersion: "0.4"
name: {name}
url: "{url}"
softwareVersion: "{version}"
developmentStatus: stable
maintenance:
  type: community
description:
  fr:
    shortDescription: "Prêter des vélos"
    features: ["Prêt", "Retour"]
legal:
  license: "MIT"
"""


def read(name: str = "Vélos !", url: str = REPOSITORY, version: str = "2.0", head: str = "", **more: Any) -> Described:
    text = FILE.format(head=head, name=name, url=url, version=version)
    found = described_by.read_file("publiccode.yml", text.encode())
    return replace(found, address=f"{REPOSITORY}/raw/publiccode.yml", **more)


@pytest.fixture
def velos(desk: Person) -> Commons:
    bring_in(desk, "sill", MappedFactory(external_id="1", name="Vélos", repository=REPOSITORY, platforms=("web",)))
    return Commons.objects.get(slug="velos")


@pytest.fixture
def steward(person: Callable[..., Person], desk: Person, velos: Commons) -> Person:
    made = person("steward@demo.example")
    term = {"starts_on": date(2020, 1, 1), "ends_on": date(2999, 1, 1)}
    grant(desk, made, role="steward", object_type="commons", object_id=str(velos.pk), at=NOW, **term)
    return made


def test_role_by_action(desk: Person, person: Callable[..., Person], velos: Commons, steward: Person) -> None:
    people: dict[str, Any] = {who: person(f"{who}@demo.example") for who in ("editor", "theme", "elsewhere", "reader")}
    people |= {"steward": steward, "operator": person("op@demo.example", operator=True)}
    people |= {"visitor": AnonymousUser(), "nobody": None}
    velos.themes.add(Theme.objects.get_or_create(key="mobilite", defaults={"fr": "Mobilité", "en": "Mobility"})[0])
    since = {"at": NOW, "starts_on": date(2020, 1, 1)}
    grant(desk, people["editor"], role="editor", object_type="instance", **since)
    for who, key in (("theme", "mobilite"), ("elsewhere", "sante")):
        grant(desk, people[who], role="editor", object_type="theme", object_id=key, **since)
    may = {who for who, one in people.items() if rules.has_perm("catalogue.adopt_publiccode", one, velos)}
    assert may == {"editor", "theme", "steward"}
    with pytest.raises(NotAllowed):
        adopt_publiccode(people["reader"], velos, read=read(), at=LATER)


def test_the_file_speaks_first_and_is_the_source(steward: Person, velos: Commons) -> None:
    assert adopt_publiccode(steward, velos, read=read(head="# SPDX-License-Identifier: CC0-1.0\n"), at=LATER)
    record, main = SourceRecord.objects.get(source=OWN_FILE), velos.resources.get()
    assert (velos.name, velos.stage, velos.short) == ("Vélos !", "operated", "Prêter des vélos")
    assert (main.licence_spdx, main.version, main.kind, main.platforms) == ("MIT", "2.0", "software", ["web"])
    assert {velos.provenance[name] for name in ("name", "stage", "short.fr", "licence_raw")} == {record.pk}
    assert (record.commons, record.address, record.licence) == (velos, f"{REPOSITORY}/raw/publiccode.yml", "CC0-1.0")
    assert (record.source.priority, record.external_id, record.fetched_at) == (90, str(velos.pk), LATER)
    told = next(one for one in commons_document(sheet(velos))["records"] if one["source"] == OWN_FILE)
    assert (told["address"], told["licence"]) == (record.address, "CC0-1.0")
    entry = Entry.objects.get(act="catalogue.adopt_publiccode")
    assert (entry.actor, entry.subject_id, entry.reason) == (steward, str(velos.pk), record.address)
    assert entry.after["name"] == "Vélos !"
    assert Evidence.objects.get().sha256 == read(head="# SPDX-License-Identifier: CC0-1.0\n").sha256


def test_the_number_of_the_record_identifies_nothing_outside(steward: Person, velos: Commons) -> None:
    adopt_publiccode(steward, velos, read=read(), at=LATER)
    assert set(Identifier.objects.values_list("scheme", flat=True)) == {"sill", "repository"}


def test_what_says_nothing_new_writes_nothing(steward: Person, velos: Commons) -> None:
    adopt_publiccode(steward, velos, read=read(), at=LATER)
    before = Entry.objects.count(), Evidence.objects.count(), SourceRecord.objects.get(source=OWN_FILE).fetched_at
    said = own_file.said_of(velos, read())
    assert not adopting.is_new(velos, said)
    assert not adopt_publiccode(steward, velos, read=read(), at=LATER + timedelta(days=1))
    after = Entry.objects.count(), Evidence.objects.count(), SourceRecord.objects.get(source=OWN_FILE).fetched_at
    assert after == before


def test_read_again_it_is_the_same_record(steward: Person, velos: Commons) -> None:
    adopt_publiccode(steward, velos, read=read(), at=LATER)
    first = SourceRecord.objects.get(source=OWN_FILE).pk
    assert adopt_publiccode(steward, velos, read=read(version="3.0"), at=LATER + timedelta(days=1))
    assert (SourceRecord.objects.get(source=OWN_FILE).pk, velos.resources.get().version) == (first, "3.0")


def test_own_edits_are_below_and_pins_above(steward: Person, desk: Person, velos: Commons) -> None:
    seen = {"name": fingerprint(editable.current(velos)["name"])}
    describe(steward, velos, given={"name": "Écrit ici"}, seen=seen, reason="", at=NOW)
    pin(desk, velos, {"licence_raw": "AGPL-3.0-only"}, act="catalogue.describe", reason="", at=NOW)
    fixed = {"community.maintenance": {"value": "Une ville", "as_of": "2026-01-01", "evidence": None}}
    velos = pin(desk, velos, fixed, act="catalogue.describe", reason="", at=NOW)
    told = adopting.effect(velos, own_file.said_of(velos, read()), LATER)
    assert set(told.fixed) == {"licence_raw", "community.maintenance"}
    adopt_publiccode(steward, velos, read=read(), at=LATER)
    assert (velos.name, velos.resources.get().licence_spdx) == ("Vélos !", "AGPL-3.0-only")
    assert Fact.objects.get(key="maintenance").value == "Une ville"


def test_what_would_change_is_told_before_and_is_what_changes(steward: Person, velos: Commons) -> None:
    def told(version: str) -> dict[str, tuple[Any, str, Any]]:
        found = adopting.effect(velos, own_file.said_of(velos, read(version=version)), LATER)
        return {one.code: (one.was, one.told_by, one.now) for one in found.changes}

    sill, own = Source.objects.get(key="sill").title, own_file.CARD["title"]
    first = told("2.0")
    assert {code: first[code] for code in ("name", "licence_raw", "version", "stage", "short.fr")} == {
        "name": ("Vélos", sill, "Vélos !"),
        "licence_raw": ("AGPL-3.0-only", sill, "MIT"),
        "version": ("", "", "2.0"),
        "stage": ("", "", "operated"),
        "short.fr": ("Un outil commun.", sill, "Prêter des vélos"),
    }
    assert first["features.fr"] == ("", "", ["Prêt", "Retour"])
    assert first["community.maintenance"] == ("", "", "community")
    assert SourceRecord.objects.filter(source=OWN_FILE).count() == 0
    adopt_publiccode(steward, velos, read=read(), at=LATER)
    assert told("2.0") == {}
    assert told("3.0") == {"version": ("2.0", own, "3.0")}


@pytest.mark.parametrize("url", ["https://github.com/demo/autre", "https://github.com/demo", "https://velos.example"])
def test_a_file_of_another_repository_is_refused(steward: Person, velos: Commons, url: str) -> None:
    before = Entry.objects.count()
    with pytest.raises(Conflict) as refused:
        adopt_publiccode(steward, velos, read=read(url=url), at=LATER)
    assert (refused.value.code, Entry.objects.count()) == ("other_repository", before)
    assert "https://github.com/demo" in refused.value.message or url in refused.value.message


def test_a_repository_that_it_had_before_is_its_own(steward: Person, desk: Person, velos: Commons) -> None:
    moved = MappedFactory(external_id="1", name="Vélos", repository="https://github.com/demo/velos-2", raw={"n": 2})
    bring_in(desk, "sill", moved)
    assert adopt_publiccode(steward, velos, read=read(url=f"{REPOSITORY}.git"), at=LATER)


def test_the_file_speaks_for_the_kind_whose_repository_it_stands_in(
    desk: Person, steward: Person, velos: Commons
) -> None:
    again = MappedFactory(external_id="1", name="Vélos", repository=REPOSITORY, kind="data", raw={"n": 2})
    bring_in(desk, "sill", again)
    adopt_publiccode(steward, velos, read=read(), at=LATER)
    assert list(velos.resources.values_list("kind", flat=True)) == ["data"]


def test_without_a_repository_nothing_can_be_read(desk: Person) -> None:
    bring_in(desk, "sill", MappedFactory(external_id="2", name="Sans", repository="", url="https://sans.example"))
    with pytest.raises(NotReady):
        own_file.described(Commons.objects.get(slug="sans"))


def test_merged_and_undone_each_has_its_file_again(desk: Person, person: Callable[..., Person], velos: Commons) -> None:
    editor = person("edith@demo.example")
    grant(desk, editor, role="editor", object_type="instance", at=NOW)
    bring_in(desk, "dpga", MappedFactory(external_id="9", name="Bicis", repository="https://github.com/demo/bicis"))
    bicis = Commons.objects.get(slug="bicis")
    adopt_publiccode(editor, bicis, read=read(name="Bicis !", url="https://github.com/demo/bicis"), at=LATER)
    adopt_publiccode(editor, velos, read=read(), at=LATER + timedelta(hours=1))
    before = list(SourceRecord.objects.order_by("pk").values()), [velos.name, bicis.name]
    made = merge(editor, velos, bicis, reason="Le même.", at=LATER)
    assert set(SourceRecord.objects.values_list("commons__slug", flat=True)) == {"velos"}
    undo_merge(editor, made, reason="Deux.", at=LATER)
    for one in (velos, bicis):
        one.refresh_from_db()
    assert (list(SourceRecord.objects.order_by("pk").values()), [velos.name, bicis.name]) == before


def test_who_is_told(desk: Person, person: Callable[..., Person], velos: Commons, steward: Person) -> None:
    editor = person("edith@demo.example")
    grant(desk, editor, role="editor", object_type="instance", at=NOW)
    adopt_publiccode(editor, velos, read=read(), at=LATER)
    notify.follow(LATER)
    told = Notification.objects.filter(entry__act="catalogue.adopt_publiccode")
    assert set(told.values_list("person", flat=True)) == {steward.pk}


# Reading it ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(httpserver: HTTPServer, settings: Any) -> str:
    settings.PRIVATE_HOSTS_ALLOWED = ("127.0.0.1",)
    return f"http://127.0.0.1:{httpserver.port}/publiccode.yml"


def test_the_file_is_read_where_the_repository_is(httpserver: HTTPServer, place: str) -> None:
    head = "# SPDX-License-Identifier: cc0-1.0\n"
    httpserver.expect_request("/publiccode.yml").respond_with_data(
        FILE.format(head=head, name="Vélos", url=place, version="1")
    )
    found = described_by.read_publiccode(place)
    assert (found.address, found.record.name, found.licence, found.format) == (place, "Vélos", "CC0-1.0", "publiccode")


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        ({"status": 404}, NotFound, "no_file"),
        ({"status": 410}, NotFound, "no_file"),
        ({"status": 500}, Unavailable, "no_answer"),
        ({"status": 403}, Unavailable, "no_answer"),
        ({"response_data": b"a: [unclosed"}, NotReady, "unreadable"),
        ({"response_data": b"\xff\xfe\x00"}, NotReady, "unreadable"),
        ({"response_data": b"<!doctype html><title>Sign in</title>"}, NotReady, "unreadable"),
        ({"response_data": b"name: Sans adresse\n"}, NotReady, "unreadable"),
        ({"response_data": b"# " + b"a" * 1_000_000}, BadRequest, "too_large"),
    ],
)
def test_what_stands_in_the_way_is_told(
    httpserver: HTTPServer, place: str, answer: dict[str, Any], error: type[Refusal], code: str
) -> None:
    httpserver.expect_request("/publiccode.yml").respond_with_data(**answer)
    with pytest.raises(error) as refused:
        described_by.read_publiccode(place)
    assert refused.value.code == code


def test_a_private_address_is_never_asked(httpserver: HTTPServer) -> None:
    with pytest.raises(BadRequest) as refused:
        described_by.read_publiccode(f"http://127.0.0.1:{httpserver.port}/publiccode.yml")
    assert (refused.value.code, httpserver.log) == ("private_address", [])


def test_a_service_that_is_down_is_told(settings: Any) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = ("127.0.0.1",)
    with pytest.raises(Unavailable):
        described_by.read_publiccode("http://127.0.0.1:1/publiccode.yml")


@pytest.mark.parametrize("address", ["https://velos.example/", "https://velos.example/codemeta.json"])
def test_an_address_where_no_such_file_stands(address: str) -> None:
    with pytest.raises(NotFound):
        described_by.read_publiccode(address)


@pytest.mark.parametrize(
    ("head", "licence"),
    [
        ("", ""),
        ("# SPDX-License-Identifier: CC-BY-4.0\n", "CC-BY-4.0"),
        ("# SPDX-License-Identifier: n'importe quoi\n", ""),
        ("#" + "x" * 2000 + "\n# SPDX-License-Identifier: MIT\n", ""),
    ],
)
def test_the_licence_of_the_file_is_what_its_head_says(head: str, licence: str) -> None:
    assert read(head=head).licence == licence
