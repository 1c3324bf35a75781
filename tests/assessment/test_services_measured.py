"""A steward declares a service, brings in what was measured, computes: who may, what is kept, what never changes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from assessment.hours import hours
from assessment.test_assessment_api import program
from calling import last, refused
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from factories import CommonsFactory
from slices import NOW
from uses import Cast

from communaux.assessment import factors_kept
from communaux.assessment import queries_footprint as queries
from communaux.assessment import services_footprint as services
from communaux.assessment.measured import Brought, Given, Hours, Told, computed, mark_of_service, told_of
from communaux.assessment.models import DigitalService, EnergyHour, FactorSet, FootprintResult, GridSeries, Measurement
from communaux.catalogue.services.merging import merge
from communaux.core import notify, subscriptions
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.models import Entry, Notification
from communaux.engines.footprint import importing, telling
from communaux.engines.footprint.factors import read
from communaux.engines.footprint.readings import Service

pytestmark = pytest.mark.django_db
HTML = '<script>alert("x")</script>'
BEGAN = 1_764_000_000
ROOT = "/communs/umap/services/"


def measures(hours: float = 2.0, step: int = 60, first: float = 40.0) -> bytes:
    """Written by hand as Scaphandre writes it: format 1.0, not yet confirmed on hardware."""

    def process(exe: str, watts: float) -> dict[str, Any]:
        told = {"exe": exe, "cmdline": f"{exe} --secret 42", "pid": 1, "resources_usage": None, "container": None}
        return {**told, "consumption": watts * 1e6, "timestamp": 0.0}

    reports = [
        {
            "host": {"consumption": first * 1e6, "timestamp": float(BEGAN + at), "components": {}},
            "consumers": [process("gunicorn", 10), process("postgres", 10)],
            "sockets": [],
        }
        for at in range(0, int(hours * 3600) + 1, step)
    ]
    return json.dumps(reports).encode()


def brought(content: bytes = b"", exe: str = "") -> Brought:
    import hashlib
    import io

    told, asked = content or measures(), Service(exe=exe)
    return Brought(hashlib.sha256(told).hexdigest(), asked, importing.read(io.BytesIO(told), service=asked))


@pytest.fixture
def service(cast: Cast) -> DigitalService:
    told = Told("Cartes en ligne", "web", url="https://umap.example/", pue=1.4, pue_source="https://host.example/pue")
    return services.register_service(cast["steward"], cast.commons, told=told, at=NOW)


@pytest.fixture
def measured(cast: Cast, service: DigitalService) -> Measurement:
    return services.import_measurement(cast["steward"], service, brought=brought(exe="gunicorn"), at=NOW)


@pytest.fixture
def result(cast: Cast, measured: Measurement) -> FootprintResult:
    return services.compute_footprint(cast["steward"], measured, given=Given(pue=1.4, wall=1.0), at=NOW)


def read_page(client: Client, path: str, status: int = 200) -> str:
    page = client.get(path, follow=True)
    assert page.status_code == status, page.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


# --- the journey on pages ---


def test_from_a_declaration_to_a_result(client: Client, cast: Cast) -> None:
    assert "son empreinte est inconnue" in read_page(client, "/communs/umap/empreinte/")
    client.force_login(cast["steward"])
    assert "Déclarer un service" in read_page(client, "/communs/umap/empreinte/")
    given = {"name": "Cartes en ligne", "kind": "web", "pue": "1,4", "pue_source": "https://host.example/pue"}
    page = client.post(f"{ROOT}nouveau/", given, follow=True)
    assert page.redirect_chain[-1][0] == f"{ROOT}cartes-en-ligne/"
    assert "1,4" in page.text
    file = SimpleUploadedFile("measures.json", measures())
    page = client.post(f"{ROOT}cartes-en-ligne/mesures/", {"file": file, "exe": "gunicorn"}, follow=True)
    assert "0,08 kWh (mesuré)" in unescape(page.text)
    assert 'value="1,4"' in page.text
    there = page.redirect_chain[-1][0]
    page = client.post(
        there, {"zone": "FR", "unit": "request", "pue": "1,4", "wall": "1", "count": "1200"}, follow=True
    )
    assert page.status_code == 200
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
    assert "Par requête :" in text
    assert "Ce résultat ne change jamais." in text
    made = FootprintResult.objects.get()
    assert made.given["pue_source"] == "https://host.example/pue"
    assert 'href="https://host.example/pue"' in page.text
    assert f"{telling.bounds(made.result.total, 'fr')['value']} g de CO2 équivalent" in text
    client.logout()
    for path in ("/communs/umap/empreinte/", f"{ROOT}cartes-en-ligne/"):
        assert telling.bounds(made.result.total, "fr")["value"] in read_page(client, path)
    assert "Novembre 2025" in read_page(client, f"{ROOT}cartes-en-ligne/").replace("novembre", "Novembre")
    assert "name=" not in client.get(there).text.split("<main")[1].split("</main>")[0]


def test_nothing_of_a_machine_is_kept_but_its_energy(measured: Measurement) -> None:
    told = json.dumps(
        [*Measurement.objects.values(), *EnergyHour.objects.values(), *Entry.objects.values()], default=str
    )
    assert "secret" not in told
    assert "postgres" not in told
    assert [one.host_kwh for one in measured.hours.order_by("hour")] == pytest.approx([0.04, 0.04])
    assert (measured.share_low, measured.share, measured.share_high) == pytest.approx((0.25, 0.5, 0.75))
    assert measured.energy() == brought(exe="gunicorn").energy


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": "", "kind": "web"}, "À remplir : ce champ est obligatoire."),
        ({"name": "x", "kind": "castle"}, "Sélectionnez un choix valide"),
        ({"name": "x", "kind": "web", "pue": "0,5"}, "Un PUE est compris entre 1 et 10."),
        ({"name": "x", "kind": "web", "pue": "1,5"}, "Un PUE a besoin de l’adresse où il est déclaré."),
        ({"name": "x", "kind": "web", "host": "call ada@host.example"}, "Retirez l’adresse ou le numéro"),
        ({"name": HTML, "kind": "web", "url": "javascript:alert(1)"}, "URL"),
    ],
)
def test_a_declaration_that_cannot_be(client: Client, cast: Cast, given: dict[str, str], sentence: str) -> None:
    client.force_login(cast["steward"])
    page = client.post(f"{ROOT}nouveau/", given)
    assert page.status_code == 422
    assert sentence in " ".join(unescape(page.text).split())
    assert HTML not in page.text
    assert not DigitalService.objects.exists()


@pytest.mark.parametrize(
    ("content", "exe", "sentence"),
    [
        (b"", "", "vide"),
        (b"hello", "", "Ce fichier n’est pas d’une forme connue"),
        (HTML.encode(), "", "Ce fichier n’est pas d’une forme connue"),
        (measures()[:-500], "(", "« ( » n’est pas une expression régulière."),
        (measures(), "apache", "Dans le fichier : gunicorn, postgres"),
        (measures(first=0.0), "", "Mesure impossible sur cette machine"),
        (b'[{"host": {"consumption": -4, "timestamp": 1764000000}}]', "", "Rien n’a été pris du fichier."),
    ],
)
def test_a_file_that_is_none(
    client: Client, cast: Cast, service: DigitalService, content: bytes, exe: str, sentence: str
) -> None:
    client.force_login(cast["steward"])
    file = SimpleUploadedFile("x.json", content)
    page = client.post(f"{ROOT}{service.slug}/mesures/", {"file": file, "exe": exe})
    assert page.status_code == 422
    assert sentence in " ".join(unescape(page.text).split())
    assert HTML not in page.text
    assert not Measurement.objects.exists()


def test_a_file_that_is_too_large(client: Client, cast: Cast, service: DigitalService) -> None:
    client.force_login(cast["steward"])
    file = SimpleUploadedFile("x.json", b" " * 10_000_001)
    page = client.post(f"{ROOT}{service.slug}/mesures/", {"file": file})
    assert page.status_code == 422
    assert "communaux footprint import" in page.text


def test_the_same_file_twice_is_nothing_new(client: Client, cast: Cast, measured: Measurement) -> None:
    client.force_login(cast["steward"])
    sent = {"file": SimpleUploadedFile("again.json", measures()), "exe": "gunicorn"}
    page = client.post(f"{ROOT}{measured.service.slug}/mesures/", sent)
    assert page.status_code == 422
    assert "a déjà été apporté" in page.text
    assert EnergyHour.objects.count() == 2
    other = services.import_measurement(cast["steward"], measured.service, brought=brought(exe="postgres"), at=NOW)
    assert other.pk != measured.pk


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"pue": "2"}, "Déclarez d’abord ce PUE avec le service : il y a sa source."),
        ({"grid": "20"}, "Un nombre donné à la main a besoin de sa source."),
        ({"share": "0,5"}, "La part du service est déjà donnée par ses processus."),
        ({"embodied": "900"}, "Un nombre donné à la main a besoin de sa source."),
        ({"count": "0"}, "Écrivez un nombre plus grand que 0"),
        ({"life": "3"}, "Remplissez aussi ceci, ou laissez les deux vides."),
        ({"grid_source": "RTE"}, "Remplissez aussi ceci, ou laissez les deux vides."),
        ({"wall": "beaucoup"}, "Saisissez un nombre"),
    ],
)
def test_a_result_that_cannot_be(
    client: Client, cast: Cast, measured: Measurement, given: dict[str, str], sentence: str
) -> None:
    client.force_login(cast["steward"])
    page = client.post(measured.get_absolute_url(), {"zone": "FR", "unit": "request", **given})
    assert page.status_code == 422
    assert sentence in " ".join(unescape(page.text).split())
    assert all(f'value="{typed}"' in page.text for typed in given.values())
    assert not FootprintResult.objects.exists()


# --- for ever ---


def test_a_result_is_computed_again_to_the_same_bits(result: FootprintResult) -> None:
    kept = FootprintResult.objects.select_related("factor_set", "measurement").get()
    factors = read(kept.factor_set.content.encode())
    again = computed(factors, kept.measurement.energy(), Given(**kept.given))
    assert telling.as_json(again, factors) == kept.document
    assert (again.total.low, again.total.value, again.total.high) == (kept.low, kept.value, kept.high)
    assert kept.result.total == again.total
    assert kept.result.tier == again.tier == kept.tier


@pytest.mark.parametrize("model", [FootprintResult, FactorSet, EnergyHour, GridSeries])
def test_results_factors_and_hours_never_change(cast: Cast, result: FootprintResult, model: type[Any]) -> None:
    told = Hours(hours(20, 60).decode(), "lca", "RTE")
    services.compute_footprint(cast["steward"], result.measurement, given=Given(), hours=told, at=NOW)
    one = model.objects.first()
    fields = {"FootprintResult": "value", "FactorSet": "version", "EnergyHour": "host_kwh", "GridSeries": "source"}
    field = fields[model.__name__]
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=one.pk).update(**{field: 1})
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=one.pk).delete()


def test_other_numbers_make_another_result_and_leave_the_first(
    client: Client, cast: Cast, result: FootprintResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast["steward"])
    again = f"{result.get_absolute_url()}recalculer/"
    page = client.post(again, follow=True)
    assert "ce serait le même résultat" in page.text
    assert page.redirect_chain[-1][0] == result.get_absolute_url()
    assert FootprintResult.objects.count() == 1
    other = factors_kept.footprint_factors().replace(
        b'"key": "grid.FR", "value": 51.9,', b'"key": "grid.FR", "value": 60.0,'
    )
    monkeypatch.setattr(factors_kept, "footprint_factors", lambda: other)
    page = client.post(again, follow=True)
    assert page.status_code == 200
    made = FootprintResult.objects.get(replaces=result)
    assert made.value > result.value
    before = dict(result.document)
    result.refresh_from_db()
    assert result.document == before
    assert "Recalculé le" in read_page(client, result.get_absolute_url())
    assert FactorSet.objects.count() == 2


def test_a_service_that_is_withdrawn_stays_readable(client: Client, cast: Cast, result: FootprintResult) -> None:
    client.force_login(cast["steward"])
    page = client.post(f"{ROOT}{result.service.slug}/retirer/", follow=True)
    assert "Retiré le" in page.text
    assert "Cartes en ligne" not in read_page(client, "/communs/umap/empreinte/")
    assert "Ce résultat ne change jamais" in read_page(client, result.get_absolute_url())
    told = Told("Autre", "web")
    with pytest.raises(Conflict):
        services.edit_service(cast["steward"], result.service, told=told, seen="", at=NOW)
    with pytest.raises(Conflict):
        services.import_measurement(cast["steward"], result.service, brought=brought(), at=NOW)
    with pytest.raises(Conflict):
        services.compute_footprint(cast["steward"], result.measurement, given=Given(), at=NOW)


def test_a_service_is_corrected_and_its_address_stays(client: Client, cast: Cast, result: FootprintResult) -> None:
    client.force_login(cast["steward"])
    there = f"{ROOT}{result.service.slug}/modifier/"
    assert 'value="Cartes en ligne"' in client.get(there).text
    now = mark_of_service(told_of(result.service))
    page = client.post(there, {"name": "Cartes", "kind": "api", "seen": now}, follow=True)
    assert page.redirect_chain[-1][0] == f"{ROOT}cartes-en-ligne/"
    line = Entry.objects.filter(act="assessment.edit_service").get()
    assert (line.before["name"], line.after["name"]) == ("Cartes en ligne", "Cartes")


def test_two_people_correct_one_service_and_nothing_is_lost(
    client: Client, cast: Cast, service: DigitalService
) -> None:
    before = mark_of_service(told_of(service))
    told = Told("Cartes en ligne", "web", perimeter="Le serveur.", pue=1.4, pue_source="https://host.example/pue")
    services.edit_service(cast["steward"], service, told=told, seen=before, at=NOW)
    client.force_login(cast["steward"])
    page = client.post(
        f"{ROOT}{service.slug}/modifier/", {"name": "Cartes", "kind": "web", "host": "Une commune", "seen": before}
    )
    assert page.status_code == 422
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
    assert "Quelqu’un a changé cela entre-temps" in text
    assert "Ce qui est compté Le serveur." in text
    assert "PUE que déclare le centre de données 1,4" in text
    assert 'value="Une commune"' in page.text
    service.refresh_from_db()
    assert service.perimeter == "Le serveur."
    assert f'value="{mark_of_service(told_of(service))}"' in page.text


def test_an_hour_that_two_files_tell_is_counted_once(cast: Cast, measured: Measurement) -> None:
    services.import_measurement(cast["steward"], measured.service, brought=brought(exe="postgres"), at=NOW)
    services.import_measurement(cast["steward"], measured.service, brought=brought(measures(hours=3)), at=NOW)
    (month,) = queries.by_month(measured.service)
    assert (month.kwh, month.seconds) == pytest.approx((0.12, 10_800))


def test_two_services_of_one_name_have_two_addresses(cast: Cast, service: DigitalService) -> None:
    told = Told("Cartes en ligne", "web")
    slugs = [services.register_service(cast["steward"], cast.commons, told=told, at=NOW).slug for _n in range(2)]
    assert slugs == ["cartes-en-ligne-2", "cartes-en-ligne-3"]
    assert (
        services.register_service(cast["steward"], cast.commons, told=Told("Nouveau", "web"), at=NOW).slug
        == "nouveau-2"
    )
    assert services.register_service(cast["steward"], cast.commons, told=Told("地图", "web"), at=NOW).slug == "service"


# --- who may, who is told ---


@pytest.mark.parametrize("who", ["reader", "member", "operator"])
def test_others_read_and_do_not_write(client: Client, cast: Cast, result: FootprintResult, who: str) -> None:
    client.force_login(cast[who])
    service = result.service
    forms = ("nouveau/", *(f"{service.slug}/{part}/" for part in ("modifier", "mesures", "retirer")))
    for path in forms:
        assert client.post(f"{ROOT}{path}", {}).status_code == 403, path
    assert client.post(result.measurement.get_absolute_url(), {}).status_code == 403
    assert client.post(f"{result.get_absolute_url()}recalculer/").status_code == 403
    for row in (service, result.measurement, result):
        page = client.get(row.get_absolute_url())
        assert page.status_code == 200
        assert "<form method" not in page.text
    with pytest.raises(NotAllowed):
        services.register_service(cast[who], cast.commons, told=Told("x", "web"), at=NOW)


def test_a_visitor_is_led_to_sign_in(client: Client, service: DigitalService) -> None:
    for path in ("nouveau/", f"{service.slug}/modifier/", f"{service.slug}/mesures/"):
        assert "/connexion/" in client.get(f"{ROOT}{path}", follow=True).redirect_chain[-1][0]


def test_followers_are_told_of_a_result(cast: Cast, result: FootprintResult) -> None:
    subscriptions.follow(cast["reader"], kind="commons", subject_id=str(cast.commons.pk), at=NOW)
    services.compute_footprint(cast["steward"], result.measurement, given=Given(), at=NOW)
    notify.follow(timezone.now())
    rows = Notification.objects.filter(entry__act="assessment.compute_footprint")
    assert cast["reader"].pk in set(rows.values_list("person", flat=True))


@pytest.mark.parametrize("path", ["rien/", "cartes-en-ligne/mesures/00000000-0000-7000-8000-000000000009/"])
def test_what_is_not_there_is_not_found(client: Client, service: DigitalService, path: str) -> None:
    assert client.get(f"{ROOT}{path}").status_code == 404


def test_lists_ask_as_often_for_three_as_for_one(
    client: Client, cast: Cast, result: FootprintResult, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(path).status_code == 200
        return len(found)

    pages = ("/communs/umap/empreinte/", result.service.get_absolute_url(), result.measurement.get_absolute_url())
    client.force_login(cast["reader"])
    before = [asked(path) for path in pages]
    for n in range(2):
        made = services.register_service(cast["steward"], cast.commons, told=Told(f"S{n}", "web"), at=NOW)
        one = services.import_measurement(cast["steward"], made, brought=brought(), at=NOW)
        services.compute_footprint(cast["steward"], one, given=Given(), at=NOW)
        services.compute_footprint(cast["steward"], result.measurement, given=Given(), at=NOW)
        more = brought(measures(hours=3 + n))
        services.import_measurement(cast["steward"], result.service, brought=more, at=NOW)
    assert [asked(path) for path in pages] == before
    assert max(before) <= 14


def test_services_of_a_merged_commons_move(cast: Cast, service: DigitalService, client: Client) -> None:
    kept = CommonsFactory(slug="cartes-libres", state="published")
    merge(cast["editor"], kept, cast.commons, reason="the same tool", at=NOW)
    service.refresh_from_db()
    assert service.commons_id == kept.pk
    page = client.get(f"{ROOT}{service.slug}/", follow=True)
    assert page.redirect_chain[-1][0] == f"/communs/cartes-libres/services/{service.slug}/"


def test_a_service_whose_address_is_taken_in_the_kept_commons_keeps_its_own(
    client: Client, cast: Cast, result: FootprintResult
) -> None:
    kept = CommonsFactory(slug="cartes-libres", state="published")
    services.register_service(cast["editor"], kept, told=Told("Cartes en ligne", "web"), at=NOW)
    merge(cast["editor"], kept, cast.commons, reason="the same tool", at=NOW)
    for one in (result, result.measurement, result.service):
        page = client.get(one.get_absolute_url())
        assert (page.status_code, "umap" in one.get_absolute_url()) == (200, True)
    assert "Ce résultat ne change jamais" in read_page(client, result.get_absolute_url())
    listed = client.get("/communs/cartes-libres/empreinte/").text
    assert "/communs/umap/services/cartes-en-ligne/" in listed
    assert "/communs/cartes-libres/services/cartes-en-ligne/" in listed
    assert client.get(f"/api/v1/assessment/services/{result.service_id}").status_code == 200


def test_a_sentence_of_the_engine_in_the_language_of_the_reader(cast: Cast, measured: Measurement) -> None:
    with pytest.raises(NotReady) as told:
        services.compute_footprint(cast["steward"], measured, given=Given(pue=0.5), at=NOW)
    assert told.value.message.startswith("Un PUE de 0,5 n’existe pas")
    assert queries.by_month(measured.service)[0].kwh == pytest.approx(0.08)


# --- the same by programs ---


def test_a_program_does_all_of_it(client: Client, cast: Cast) -> None:
    steward = program(cast["steward"])
    at = "/assessment/commons/umap/services"
    assert client.get(f"/api/v1{at}").json() == {"items": [], "total": 0}
    told = {"name": "Cartes", "kind": "web", "pue": 1.4, "pue_source": "https://host.example/pue"}
    answer = steward.post(at, told)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["commons"], made["pue"], made["perimeter"]) == ("umap", 1.4, "")
    assert client.get(answer["Location"]).json() | {"page": ""} == made | {"page": ""}  # in the language of who asks
    assert [one["id"] for one in client.get(f"/api/v1{at}").json()["items"]] == [made["id"]]
    there = f"/assessment/services/{made['id']}"
    content = measures().decode()
    answer = steward.post(f"{there}/measurements", {"content": content, "exe": "gunicorn"})
    assert answer.status_code == 201, answer.text
    measured = answer.json()
    assert (measured["kwh"], measured["share"], measured["warnings"]) == (0.08, 0.5, {"consumers_partial": 1})
    refused(steward.post(f"{there}/measurements", {"content": content, "exe": "gunicorn"}), 409, "said_already")
    given = {"pue": 1.4, "wall": 1.0, "count": 100.0}
    answer = steward.post(f"{there}/measurements/{measured['id']}/results", given)
    assert answer.status_code == 201, answer.text
    found = client.get(answer["Location"]).json()
    assert found == {"items": [answer.json()], "total": 1}
    assert found["items"][0]["footprint"]["inputs"]["pue"] == 1.4
    told = {"hourly": hours(20, 60).decode(), "hourly_method": "lca", "hourly_source": "RTE"}
    answer = steward.post(f"{there}/measurements/{measured['id']}/results", told)
    assert answer.json()["footprint"]["beside"]["intensity"]["value"] == pytest.approx(40)
    answer = steward.post(f"{there}/measurements/{measured['id']}/results", told | {"hourly": "hour\n"})
    refused(answer, 422, "unfit")
    assert list(answer.json()["errors"]) == ["hourly"]


def test_a_program_is_told_what_is_wrong(cast: Cast, service: DigitalService) -> None:
    steward, reader = program(cast["steward"]), program(cast["reader"])
    there = f"/assessment/services/{service.pk}"
    seq = last()
    answer = steward.post("/assessment/commons/umap/services", {"name": "x", "kind": "web", "pue": 0.5})
    refused(answer, 422, "unfit")
    assert set(answer.json()["errors"]) == {"pue", "pue_source"}
    answer = steward.post(f"{there}/measurements", {"content": "hello"})
    refused(answer, 422, "unfit")
    assert list(answer.json()["errors"]) == ["file"]
    refused(reader.post(f"{there}/measurements", {"content": "hello"}), 403, "not_allowed")
    refused(reader.post("/assessment/commons/umap/services", {"name": "x", "kind": "web"}), 403, "not_allowed")
    nowhere = "/assessment/services/00000000-0000-7000-8000-000000000009"
    refused(steward.post(f"{nowhere}/measurements", {"content": "x"}), 404, "unknown_service")
    number = "00000000-0000-7000-8000-000000000009"
    refused(steward.post(f"{there}/measurements/{number}/results", {}), 404, "unknown_measurement")
    assert last() == seq
