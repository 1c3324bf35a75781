"""Lists of places as they come: each format, each encoding, each way in which a line can be wrong."""

from __future__ import annotations

import csv
import json
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import validator_for
from territory.lists import REFURBISHER, ROW, SERVICE, STRUCTURE, document, rows, sheet, written
from territory.small import bring
from territory.test_places import mednum, take

from communaux import cli
from communaux.core.errors import BadRequest
from communaux.core.models import Entry
from communaux.territory.formats import FORMATS, documents, refurbishers
from communaux.territory.models import Place, Presence, Territory
from communaux.territory.records import records
from communaux.territory.storing import Outcome

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


def names() -> list[str]:
    return list(Place.objects.order_by("source_id").values_list("source_id", flat=True))


def whys(outcome: Outcome) -> list[str]:
    return [why for _line, why in outcome.refused]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_any_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    given = rows({"nom": "Médiathèque d’Été"}, {"presentation_resume": "Deux\r\nlignes; et “guillemets”"})
    outcome = take(written(tmp_path / "f.csv", given, delimiter, encoding))
    assert (outcome.created, outcome.refused) == (2, [])
    assert Place.objects.get(source_id="demo-1").name == "Médiathèque d’Été"


def test_data_inclusion(tmp_path: Path, shared: Path) -> None:
    schemas = json.loads((shared / "contracts" / "data-inclusion" / "openapi.json").read_text("utf-8"))
    one = {**STRUCTURE, "services": [SERVICE]}
    other = {**STRUCTURE, "id": "demo--2", "services": [{**SERVICE, "thematiques": ["mobilite--financer-ma-mobilite"]}]}
    alone = {**STRUCTURE, "id": "demo--3"}
    for given, name in ((one, "DetailedStructure"), (alone, "Structure")):
        schema = {"$ref": f"#/components/schemas/{name}", "components": schemas["components"]}
        assert [found.message for found in validator_for(schema).iter_errors(given)] == []
    outcome = take(document(tmp_path / "f.json", [one, other, alone]), "data-inclusion")
    assert (outcome.created, outcome.aside, outcome.refused) == (2, 1, [])
    place = Place.objects.get(source_id="demo--1")
    assert (place.services, place.labels, place.publics, place.fees) == (
        ["equipment"],
        ["France services"],
        ["seniors"],
        ["free"],
    )
    assert ("courriel" in place.raw, "contact_nom_prenom" in place.raw["services"][0]) == (False, False)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id": ""}, "La case id est vide"),
        ({"source": None}, "La case source est vide"),
        ({"nom": "ab"}, "moins de 3 caractères"),
        ({"nom": "Centre social."}, "point final"),
        ({"nom": "a" * 151}, "plus de 150"),
        ({"date_maj": "03/05/2026"}, "AAAA-MM-JJ"),
        ({"code_insee": "3306"}, "vouliez-vous 03306"),
        ({"code_insee": "33 63"}, "5 caractères"),
        ({"code_insee": "33999"}, "n’est pas une commune de ce guichet"),
        ({"code_postal": "33OOO"}, "5 chiffres"),
        ({"siret": "35600000000049"}, "clé de ce SIRET"),
        ({"siret": "123"}, "14 chiffres"),
        ({"services": "tous"}, "liste d’objets"),
        ({"nom": ["a"]}, "texte"),
    ],
)
def test_shapes_of_data_inclusion_that_are_refused(tmp_path: Path, change: Mapping[str, Any], why: str) -> None:
    outcome = take(
        document(tmp_path / "f.json", [{**STRUCTURE, **change}, {**STRUCTURE, "id": "good"}]), "data-inclusion"
    )
    assert (names(), len(outcome.refused)) == (["good"], 1)
    assert why in whys(outcome)[0]


def test_the_list_of_the_coop(tmp_path: Path, shared: Path) -> None:
    contract = json.loads((shared / "contracts" / "coop-mediation-numerique" / "v1.openapi.json").read_text("utf-8"))
    schema = contract["components"]["schemas"]["LieuInclusionNumerique"]
    given = {**ROW, "latitude": 44.84, "longitude": -0.58, "autres_formations_labels": "Label de démonstration"}
    assert [found.message for found in validator_for(schema).iter_errors(given)] == []
    outcome = take(document(tmp_path / "f.json", [given]), "coop")
    place = Place.objects.get()
    assert (outcome.warnings, place.labels[1:]) == ([], ["ORDI 3.0", "Label de démonstration"])
    assert (place.services, place.publics, place.lat) == (["administrative", "equipment"], ["seniors"], 44.84)
    assert mednum(tmp_path, {"autres_formations_labels": "Label de démonstration"}).created == 0


def test_refurbishers(tmp_path: Path) -> None:
    take(written(tmp_path / "f.csv", [REFURBISHER], ";"), "refurbishers")
    place = Place.objects.get()
    assert (place.streams, place.steps, place.volumes_per_year, place.labels, place.updated_on) == (
        ["ordinateurs", "téléphones"],
        ["collection", "refurbishing"],
        1200,
        ["ORDI 3.0"],
        None,
    )
    assert refurbishers.TEMPLATE.strip() == ";".join(REFURBISHER)
    wrong = [{**REFURBISHER, "etapes": one} for one in ("", "collecte, peinture")]
    wrong += [{**REFURBISHER, "siret": one} for one in ("", "123", "35600000000049")]
    outcome = take(written(tmp_path / "f.csv", wrong, ";"), "refurbishers")
    assert (len(outcome.refused), Place.objects.shown().count()) == (5, 1)
    unknown = take(written(tmp_path / "f.csv", [{**REFURBISHER, "volumes_an": "beaucoup"}], ";"), "refurbishers")
    assert (len(unknown.warnings), Place.objects.get().volumes_per_year) == (1, None)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"latitude": "0", "longitude": "0"}, "0, 0"),
        ({"latitude": "-0.58", "longitude": "44.84"}, "échangées"),
        ({"latitude": "nord", "longitude": "-0.58"}, "deux nombres"),
        ({"latitude": "44.84", "longitude": ""}, "deux nombres"),
        ({"latitude": "144.84", "longitude": "-0.58"}, "sur Terre"),
        ({"latitude": "inf", "longitude": "nan"}, "deux nombres"),
    ],
)
def test_a_wrong_position_is_dropped_and_told_and_the_place_stays(
    tmp_path: Path, change: Mapping[str, str], word: str
) -> None:
    outcome = mednum(tmp_path, change)
    place = Place.objects.get()
    assert (outcome.created, place.lat, place.lon, len(outcome.warnings)) == (1, None, None, 1)
    assert word in outcome.warnings[0][1]


def test_a_position_far_from_the_others_of_its_commune_is_dropped_whatever_its_line(tmp_path: Path) -> None:
    far = {"latitude": "45.30", "longitude": "-0.58"}
    for n, given in enumerate(([far, {}, {}], [{}, far, {}], [{}, {}, far])):
        outcome = mednum(tmp_path, *given, source=f"demo-{n}")
        dropped = Place.objects.filter(source=f"demo-{n}", lat=None).values_list("source_id", flat=True)
        assert (list(dropped), len(outcome.warnings)) == ([f"demo-{given.index(far) + 1}"], 1)
    assert "51\xa0km" in outcome.warnings[0][1]


def test_two_positions_that_disagree_are_both_dropped_and_a_known_commune_decides(tmp_path: Path) -> None:
    far = {"latitude": "45.30", "longitude": "-0.58"}
    assert (len(mednum(tmp_path, {}, far).warnings), Place.objects.filter(lat=None).count()) == (2, 2)
    Territory.objects.filter(code="33063").update(lat=44.83, lon=-0.57)
    mednum(tmp_path, {}, far)
    assert list(Place.objects.order_by("source_id").values_list("lat", flat=True)) == [44.84, None]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"code_insee": "", "code_postal": "33700", "commune": "Mérignac"}, "33281"),
        ({"code_insee": "", "code_postal": "33700", "commune": ""}, "33281"),
        ({"code_insee": "33007"}, "33281"),
        ({"code_insee": "75101"}, "75056"),
        ({"code_insee": "40900"}, "40001"),
        ({"code_insee": "", "code_postal": "33700", "commune": "Bordeaux"}, ""),
        ({"code_insee": "", "code_postal": "", "commune": "Bordeaux"}, ""),
        ({"code_insee": "33000"}, ""),
    ],
)
def test_the_commune_of_a_line_is_told_or_the_line_is_refused(
    tmp_path: Path, change: Mapping[str, str], found: str
) -> None:
    outcome = mednum(tmp_path, change)
    assert [one.territory.code for one in Place.objects.all()] == ([found] if found else [])
    assert (len(outcome.refused), len(outcome.warnings)) == (0 if found else 1, 1 if found == "40001" else 0)


def test_codes_without_their_zero(tmp_path: Path) -> None:
    short = {"code_insee": "9001", "code_postal": "1000"}
    outcome = mednum(tmp_path, short)
    assert "vouliez-vous 09001" in whys(outcome)[0]
    Territory.objects.filter(code="33498").update(code="09001")
    assert mednum(tmp_path, short, fix_codes=True).created == 1


@pytest.mark.parametrize(
    ("change", "notes"),
    [
        ({"pivot": "00000000000000"}, 0),
        ({"pivot": "W332000000"}, 0),
        ({"pivot": "35600000000049"}, 1),
        ({"services": "Coiffure"}, 1),
        ({"services": ""}, 0),
        ({"site_web": "javascript:alert(1)"}, 1),
        ({"site_web": "https://"}, 1),
        ({"site_web": "www.demo.example"}, 0),
        ({"telephone": "<b>05</b>"}, 1),
        ({"horaires": "x" * 600}, 1),
        ({"nom": "Lieu\x00 \ud83e\udd86 ".encode("utf-8", "surrogatepass").decode("utf-8", "ignore")}, 0),
    ],
)
def test_what_a_line_can_do_without_is_left_out_and_told(tmp_path: Path, change: Mapping[str, str], notes: int) -> None:
    outcome = mednum(tmp_path, change)
    assert (outcome.created, len(outcome.warnings)) == (1, notes)


def test_one_bad_line_loses_no_other(tmp_path: Path) -> None:
    lines = sheet(rows(*[{}] * 200)).splitlines(keepends=True)
    lines[50] = 'demo-50,"Lieu que personne ne ferme,Bordeaux\r\n'
    lines[120] = "demo-120" + ",trop" * 40 + "\r\n"
    lines[150] = "\x00\x01\x02,,,\r\n"
    lines[160] = "demo-160,🦆" + "a" * 200_000 + "\r\n"
    (tmp_path / "f.csv").write_text("".join(lines), "utf-8", newline="")
    outcome = take(tmp_path / "f.csv")
    assert (outcome.created, len(outcome.refused)) == (196, 4)
    missing = sorted({f"demo-{n}" for n in range(1, 201)} - set(names()))
    assert missing == ["demo-120", "demo-150", "demo-160", "demo-50"]


def test_the_same_number_twice_in_a_list(tmp_path: Path) -> None:
    outcome = mednum(tmp_path, {}, {"id": "demo-1", "nom": "Autre"})
    assert ([one.name for one in Place.objects.all()], len(outcome.refused)) == (["Espace de démonstration"], 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "{}",
        "[1, 2",
        '[{"id": "a"} {"id": "b"}]',
        '[{"id": }]',
        "nothing",
        '{"items": 3}',
        "\x00",
        "[" * 99_999,
    ],
)
def test_a_list_in_json_that_is_cut_takes_nothing(tmp_path: Path, text: str) -> None:
    take(document(tmp_path / "g.json", [STRUCTURE]), "data-inclusion")
    (tmp_path / "f.json").write_text(text, "utf-8")
    with pytest.raises(BadRequest):
        take(tmp_path / "f.json", "data-inclusion")
    assert (Place.objects.shown().count(), Presence.objects.count()) == (1, 1)


def test_a_long_list_in_json_is_read_in_slices(tmp_path: Path) -> None:
    many = [{**STRUCTURE, "id": f"n{n}", "description": 'é\\"[{' * 50} for n in range(3000)]
    path = document(tmp_path / "f.json", many)
    tracemalloc.start()
    assert sum(1 for _one in documents.items(path)) == 3000
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_500_000 < path.stat().st_size
    assert list(documents.items(document(tmp_path / "g.json", {"total": 2, "items": many[:2]}))) == many[:2]
    assert list(documents.items(document(tmp_path / "g.json", []))) == []


def test_hostile_objects_of_a_list_in_json(tmp_path: Path) -> None:
    bad: list[Any] = [None, 3, "a", [], {}, {**STRUCTURE, "id": {"a": 1}}]
    odd = {**STRUCTURE, "id": "odd", "x": float("nan"), "y": "\ud800\x00", "z": {"a": {"b": {"c": {"d": {}}}}}}
    (tmp_path / "f.json").write_text(json.dumps([*bad, odd]), "utf-8")
    outcome = take(tmp_path / "f.json", "data-inclusion")
    assert (names(), len(outcome.refused)) == (["odd"], len(bad))
    assert take(tmp_path / "f.json", "data-inclusion").unchanged == 1


def test_the_command_tells_all_and_keeps_the_refused_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "lieux.csv", rows({}, {"code_insee": "1001"}, {"latitude": "0", "longitude": "0"}), ";")
    command = ["territory", "places", "import", str(path), "--format", "mednum", "--source", "demo"]
    assert cli.main([*command, "--dry-run"]) == 2
    assert (
        Place.objects.count(),
        Presence.objects.count(),
        Entry.objects.filter(act="territory.import_places").count(),
    ) == (
        0,
        0,
        0,
    )
    assert cli.main(command) == 2
    told = capsys.readouterr()
    assert "created 2, updated 0, unchanged 0, gone 0, aside 0, refused 1, corrected 1" in told.out
    assert "places demo: 3/3" in told.err
    with (tmp_path / "lieux.csv.refus.csv").open(encoding="utf-8-sig", newline="") as file:
        refused = list(csv.reader(file, delimiter=";"))
    assert (refused[0], len(refused), "vouliez-vous 01001" in refused[1][1]) == (["ligne", "motif"], 2, True)
    assert (tmp_path / "lieux.csv.remarques.csv").exists()
    good = written(tmp_path / "bon.csv", rows({}))
    assert cli.main([*command[:3], str(good), *command[4:]]) == 0
    assert cli.main(["territory", "check"]) == 0
    assert cli.main(["territory", "recount", "--check"]) == 0


@pytest.mark.parametrize(
    ("kind", "content"), [("mednum", "a;b\n1;2\n"), ("mednum", ""), ("refurbishers", "nom;siret\n"), ("coop", "a;b")]
)
def test_a_file_of_another_format_is_refused_whole(tmp_path: Path, kind: str, content: str) -> None:
    (tmp_path / "f").write_text(content, "utf-8")
    command = ["territory", "places", "import", str(tmp_path / "f"), "--format", kind, "--source", "demo"]
    assert cli.main(command) == 2
    assert (Place.objects.count(), (tmp_path / "f.refus.csv").exists()) == (0, False)


def test_help_gives_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["territory", "places", "import", "--help"])
    told = capsys.readouterr().out
    assert "example: communaux territory places import" in " ".join(told.split())
    assert {*FORMATS} == {"mednum", "data-inclusion", "coop", "refurbishers"}


def test_records_part_a_file_as_the_csv_module_does(tmp_path: Path) -> None:
    text = 'a;b\r\n"x;1";2\n"deux\nlignes";"dit ""oui"""\n;\n\n5" écran;3\nseul\n'
    (tmp_path / "f.csv").write_text(text, "utf-8", newline="")
    with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as file:
        found = [one.cells for one in records(file, ";", 2)]
    assert found == [("a", "b"), ("x;1", "2"), ("deux\nlignes", 'dit "oui"'), ('5" écran', "3"), ("seul", "")]


def test_five_thousand_places(tmp_path: Path) -> None:
    codes = list(Territory.objects.filter(kind="commune").values_list("code", flat=True))
    given = rows(*({"code_insee": codes[n % len(codes)], "latitude": "", "longitude": ""} for n in range(5000)))
    path = written(tmp_path / "f.csv", given)
    assert (take(path).created, take(path).created) == (5000, 0)
