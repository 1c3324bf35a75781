"""`communaux footprint import …`: a file of any size for a service of the desk, once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from assessment.test_services_measured import brought, measures
from slices import NOW
from uses import Cast

from communaux import cli
from communaux.assessment import services_footprint
from communaux.assessment.measured import Told
from communaux.assessment.models import DigitalService, EnergyHour, Measurement
from communaux.cli import servers

pytestmark = pytest.mark.django_db
WHERE = "umap/cartes-en-ligne"


@pytest.fixture
def service(cast: Cast) -> DigitalService:
    told = Told("Cartes en ligne", "web")
    return services_footprint.register_service(cast["steward"], cast.commons, told=told, at=NOW)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "measures.json"
    path.write_bytes(measures())
    return path


def told(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> str:
    assert cli.main(["footprint", "import", *map(str, words)]) == code
    out, err = capsys.readouterr()
    return err if code else out


def test_a_file_comes_in_once(
    cast: Cast, service: DigitalService, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = told(capsys, WHERE, file, "--service-exe", "gunicorn")
    row = Measurement.objects.get()
    assert first == f"121 readings, 0.08 kWh; compute the result on its page\n{row.get_absolute_url()}\n"
    assert (row.by, row.energy()) == (cast["desk"], brought(exe="gunicorn").energy)
    monkeypatch.setattr(servers, "energy", lambda _arguments: pytest.fail("read again"))
    assert "brought in already: nothing was changed" in told(capsys, WHERE, file, "--service-exe", "gunicorn")
    assert EnergyHour.objects.count() == 2
    monkeypatch.undo()
    other = json.loads(told(capsys, WHERE, file, "--json"))
    assert (other["new"], other["share"], other["points"]) == (True, None, 121)
    assert json.loads(told(capsys, WHERE, file, "--json")) == other | {"new": False}
    assert Measurement.objects.count() == 2


def test_the_page_would_find_the_same_file(
    cast: Cast, service: DigitalService, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    services_footprint.import_measurement(cast["steward"], service, brought=brought(exe="gunicorn"), at=NOW)
    assert "brought in already" in told(capsys, WHERE, file, "--service-exe", "gunicorn")


def test_a_large_file_shows_how_far_it_is(
    service: DigitalService, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "LARGE", 1)
    assert cli.main(["footprint", "import", WHERE, str(file)]) == 0
    assert "bytes read: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("umap",), "write COMMONS/SERVICE"),
        (("umap/rien",), "no service of this name"),
        (("nulle-part/rien",), "No commons has this address"),
        ((WHERE, "--service-exe", "apache"), "gunicorn, postgres"),
        ((WHERE, "--kind", "codecarbon"), "measures.json: "),
        ((WHERE, "--at", "demain"), "is no moment"),
    ],
)
def test_what_cannot_be_is_told(
    service: DigitalService,
    file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert sentence in told(capsys, words[0], file, *words[1:], code=2)
    assert not Measurement.objects.exists()


def test_a_file_that_is_not_there_and_a_service_that_was_withdrawn(
    cast: Cast, service: DigitalService, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "gone.json: No such file" in told(capsys, WHERE, "gone.json", code=2)
    services_footprint.withdraw_service(cast["steward"], service, at=NOW)
    told(capsys, WHERE, file, code=2)
    assert not Measurement.objects.exists()
