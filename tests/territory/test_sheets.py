"""Lists from spreadsheets: whatever their encoding and delimiter, codes without their zero, lines that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from territory.small import bring, commune

from communaux import cli
from communaux.core.errors import BadRequest
from communaux.territory import sheets
from communaux.territory.models import Territory
from communaux.territory.names import name_key

GOOD = "code_insee{d}lat{d}lon{d}nom\n33063{d}44.84{d}-0.58{d}Bordeaux\n33281{d}44.83{d}-0.65{d}Mérignac\n"


@pytest.mark.parametrize("delimiter", list(sheets.DELIMITERS))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encoding_and_delimiter_are_found_and_told(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(GOOD.format(d=delimiter).replace("\n", "\r\n").encode(encoding))
    sheet = sheets.opened(path, ("code_insee", "lat", "lon"))
    assert (sheet.encoding, sheet.delimiter) == ("cp1252" if encoding == "cp1252" else "utf-8-sig", delimiter)
    assert [(line["code_insee"], line["nom"]) for line in sheet.lines()] == [
        ("33063", "Bordeaux"),
        ("33281", "Mérignac"),
    ]


@pytest.mark.parametrize(
    ("code", "fix", "found"), [("33063", False, "33063"), ("2a004", False, "2A004"), ("1001", True, "01001")]
)
def test_codes(code: str, fix: bool, found: str) -> None:
    assert sheets.insee(code, fix=fix) == found


@pytest.mark.parametrize("code", ["1001", "", "330630", "33-63", "🦆", "=1+1"])
def test_codes_that_are_none(code: str) -> None:
    with pytest.raises(BadRequest, match="vouliez-vous 01001" if code == "1001" else "code à 5 caractères"):
        sheets.insee(code)


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"\xff\xfe\x81\x8d", b"code_insee;lat\n"])
def test_a_file_without_the_columns_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f.csv").write_bytes(content)
    with pytest.raises(BadRequest):
        sheets.opened(tmp_path / "f.csv", ("code_insee", "lat", "lon"))
    with pytest.raises(BadRequest):
        sheets.opened(tmp_path / "absent.csv", ())


@pytest.mark.django_db
def test_coordinates_of_communes_and_their_weighted_mean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bring()
    path = tmp_path / "places.csv"
    lines = ["code_insee;lat;lon", "33063;44,84;-0,58", "33281;44.83;-0.65", "1001;46;5", "33999;44;0", "98735;0;0"]
    path.write_text("\n".join([*lines, "40001;nord;=cmd()", "29155;48.4;-500"]), "utf-8")
    assert cli.main(["territory", "coordinates", str(path)]) == 2
    assert "2 communes, 2 wider territories have a position" in capsys.readouterr().out
    body = Territory.objects.get(code="243300316")
    people = (261_804, 74_000)
    wanted = round((44.84 * people[0] + 44.83 * people[1]) / sum(people), 6)
    assert (commune("33281").lat, body.lat) == (44.83, wanted)
    refused = (tmp_path / "places.csv.refus.csv").read_text("utf-8-sig").splitlines()
    assert (refused[0], len(refused)) == ("ligne;motif", 6)
    assert "vouliez-vous 01001" in refused[1]
    path.write_text("code_insee,lat,lon\n33063,44.8,-0.5\n", "utf-8")
    assert cli.main(["territory", "coordinates", str(path)]) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("SAINTE-COLOMBE", "ste colombe"),
        ("Saint-Étienne", "St etienne"),
        ("Œuilly", "oeuilly"),
        ("Île-d'Aix", "ILE D’AIX"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
