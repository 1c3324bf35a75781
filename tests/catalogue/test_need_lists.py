"""Lists of needs: each line accepted, corrected or refused with its reason; twice is once; what may answer one, told."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from slices import NOW
from territory.small import OVER_REGIONS, bring, commune

from communaux import cli
from communaux.catalogue import need_lists, services, standing
from communaux.catalogue.models import Need, Theme
from communaux.core.errors import BadRequest
from communaux.core.models import Entry, Person
from communaux.territory import cog, counters, shipped

pytestmark = pytest.mark.django_db
HEAD = "titre;texte;code_insee;siren_epci;theme;type;organisation\n"
GOOD = "Suivre les nids de poule;Rien n’est suivi.;33063;;Urbanisme et voirie;service;Commune de démonstration\n"


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()
    Theme.objects.create(key="urbanisme", fr="Urbanisme et voirie", en="Planning and roads")


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "besoins.csv"
    path.write_bytes(text.encode(encoding))
    return path


def ran(*arguments: str) -> int:
    return cli.main(["needs", *arguments])


def test_one_bad_line_never_loses_the_others(tmp_path: Path) -> None:
    lines = [
        GOOD,
        f"Partager un véhicule entre communes;;;{OVER_REGIONS};urbanisme;materiel;\n",
        "court;;33063;;urbanisme;service;\n",
        "Suivre les arbres de la ville;;33063;;nulle part;service;\n",
        "Suivre les bancs de la ville;;33063;;urbanisme;or;\n",
        "Suivre les fontaines;;1001;;urbanisme;service;\n",
        "Suivre les marchés;;99999;;urbanisme;service;\n",
        "Suivre les lampadaires;;;200039311;urbanisme;service;\n",
        f"Suivre tout;{'x' * 5001};33063;;urbanisme;service;\n",
        ";;;;;;\n",
    ]
    found = need_lists.read(written(tmp_path, HEAD + "".join(lines)))
    assert [one.title for one in found.lines] == [
        *("Suivre les nids de poule", "Partager un véhicule entre communes"),
        *("Suivre les marchés", "Suivre les lampadaires"),
    ]
    assert (found.lines[0].territory, found.lines[1].kind) == (commune("33063"), "equipment")
    assert [number for number, _why in found.warnings] == [8, 9]
    assert len(found.refused) == 5
    assert any("01001" in why for _line, why in found.refused)


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ";"), ("cp1252", ";"), ("utf-8", ",")])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = (HEAD + GOOD).replace(";", delimiter).replace("n’est", "n'est")
    found = need_lists.read(written(tmp_path, text, encoding))
    assert (found.delimiter, [one.who for one in found.lines]) == (delimiter, ["Commune de démonstration"])


def test_a_file_that_is_no_list_is_refused_whole(tmp_path: Path) -> None:
    for text in ("", "a;b;c\n1;2;3\n", "\x00\x01"):
        with pytest.raises(BadRequest):
            need_lists.read(written(tmp_path, text))


def test_the_same_list_twice_brings_nothing_new_and_counts_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, HEAD + GOOD + "court;;33063;;urbanisme;service;\n")
    assert ran("import", str(path), "--dry-run") == 2
    assert Need.objects.count() == 0
    assert ran("import", str(path)) == 2
    assert "1 needs read, 1 new" in capsys.readouterr().out
    assert "motif" in path.with_name("besoins.csv.refus.csv").read_text("utf-8-sig")
    assert ran("import", str(written(tmp_path, HEAD + GOOD))) == 0
    assert "1 needs read, 0 new" in capsys.readouterr().out
    need = Need.objects.get()
    assert (need.author, need.origin_kind, need.territory, need.weight) == (None, "import", commune("33063"), 0)
    assert Entry.objects.filter(act="catalogue.import_needs").count() == 1
    assert counters.differences([standing.counted], NOW.date()) == {}


def test_what_may_answer_a_need_is_told_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    services.import_needs(
        Person.objects.desk(), need_lists.read(written(tmp_path, HEAD + GOOD)).lines, at=NOW, report=lambda _d, _t: None
    )
    assert ran("suggest", Need.objects.get().slug) == 0
    assert "Suivre les nids de poule (Bordeaux)" in capsys.readouterr().out
    assert ran("suggest", "nulle-part") == 2


def test_of_the_real_list_of_projects_fifteen_of_sixteen_bodies_are_known(shared: Path) -> None:
    """`200039311` is a mixed syndicate, no EPCI."""
    given = shipped.newest()
    known = {row[0] for row in cog.read(given.content, given.millesime).epci}
    path = shared / "catalogues" / "communs-te-collectivites" / "projets-territoires.csv"
    with path.open(encoding="utf-8", newline="") as file:
        bodies = [row["siren_epci"] for row in csv.DictReader(file)]
    assert (len(bodies), len(list(filter(None, bodies)))) == (17, 16)
    assert [siren for siren in bodies if siren and siren not in known] == ["200039311"]
