"""A millésime after another: merges, splits, moves, what is present there; the same file twice; a file that does not hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from territory.small import NOW, OVER_DEPARTEMENTS, OVER_REGIONS, PARIS, PLAINE, ROWS, bring, changed, commune

from communaux import cli
from communaux.core.errors import Conflict
from communaux.core.models import Entry, Person
from communaux.territory import cog, counters, services
from communaux.territory.models import (
    Presence,
    Territory,
    TerritoryAlias,
    TerritoryClosure,
    TerritoryEdge,
    TerritoryStat,
)
from communaux.territory.queries import around, resolving

pytestmark = pytest.mark.django_db
SINCE = date(2024, 1, 1)


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


def present(code: str, obj_id: str = "panoramax", kind: str = "commons", role: str = "deployed") -> Presence:
    return services.open_presence(
        Person.objects.desk(), commune(code), obj=(kind, obj_id), role=role, since=SINCE, source="Demo", at=NOW
    )


def above(kind: str, code: str) -> list[str]:
    return [f"{one.kind}:{one.code} {depth}" for one, depth in around.ancestors(around.get(kind, code))]


def where(presence: Presence) -> str:
    presence.refresh_from_db()
    return presence.territory.code


def n(kind: str, code: str) -> int:
    row = TerritoryStat.objects.filter(territory__kind=kind, territory__code=code, measure="commons_deployed", theme="")
    return sum(row.values_list("n", flat=True))


@pytest.mark.parametrize(
    ("kind", "code", "wanted"),
    [
        ("commune", "33063", ["departement:33 1", "epci:243300316 1", "region:75 2", "pays:FR 3", "ue:EU 4"]),
        ("commune", "29155", ["departement:29 1", "region:53 2", "pays:FR 3", "ue:EU 4"]),
        ("commune", "98735", ["departement:987 1", "pays:FR 2", "ue:EU 3"]),
        ("commune", "40001", ["departement:40 1", f"epci:{OVER_REGIONS} 1", "pays:FR 2", "region:75 2", "ue:EU 3"]),
        ("epci", OVER_DEPARTEMENTS, ["region:75 1", "pays:FR 2", "ue:EU 3"]),
        ("ept", PLAINE, [f"epci:{PARIS} 1", "region:11 2", "pays:FR 3", "ue:EU 4"]),
        ("departement", "987", ["pays:FR 1", "ue:EU 2"]),
        ("pays", "FR", ["ue:EU 1"]),
    ],
)
def test_what_stands_above(kind: str, code: str, wanted: list[str]) -> None:
    assert above(kind, code) == wanted


def test_bodies_over_two_départements_are_told_beside_not_inside() -> None:
    landes = around.get("departement", "40")
    assert [one.code for one in around.straddling(landes)] == [OVER_REGIONS, OVER_DEPARTEMENTS]
    assert list(around.children(landes, "epci")) == []
    assert [one.code for one in around.children(around.get("departement", "33"), "epci")] == ["243300316"]


def test_the_same_file_twice_changes_nothing() -> None:
    lines, numbers = Entry.objects.count(), list(Territory.objects.order_by("pk").values_list("pk", "code"))
    again = bring()
    assert (bool(again.changes), again.moved, again.left) == (False, [], [])
    assert (Entry.objects.count(), list(Territory.objects.order_by("pk").values_list("pk", "code"))) == (lines, numbers)


MERGED = changed(
    without=["C 33281", "C 33063", "A 33007"],
    more=[
        ("C", "33063", "Bordeaux", "335804", "33", "243300316", "", "213300635", "33000 33700"),
        ("A", "33281", "ancien", "", "33063"),
        ("A", "33281", "deleguee", "Mérignac", "33063"),
    ],
)


def test_a_merged_commune_keeps_its_row_and_its_presences_move() -> None:
    moved, stays = present("33281"), present("33063", "umap")
    out = bring(MERGED, 2027)
    old = Territory.objects.get(kind="commune", code="33281")
    assert (old.valid_from, old.valid_to, old.millesime) == (date(2026, 1, 1), date(2026, 12, 31), 2026)
    assert [(one.obj, one.old, one.new) for one in out.moved] == [(("commons", "panoramax"), "33281", "33063")]
    assert (where(moved), where(stays), out.left) == ("33063", "33063", [])
    found = resolving.by_code("33281")
    assert (found.how, found.territory) == ("alias", commune("33063"))
    # an alias of the commune that is gone follows it
    assert resolving.by_code("33007").territory == commune("33063")
    assert (n("commune", "33063"), n("departement", "33"), n("pays", "FR"), n("commune", "33281")) == (2, 2, 2, 0)
    assert counters.differences([counters.of_presences], NOW.date()) == {}
    assert not bring(MERGED, 2027).changes


def test_a_presence_said_of_both_parts_is_counted_once_and_holds_as_long_as_the_longer() -> None:
    moved, twin = present("33281"), present("33063")
    services.close_presence(Person.objects.desk(), twin, until=date(2025, 1, 1), at=NOW)
    bring(MERGED, 2027)
    twin.refresh_from_db()
    assert (twin.until, where(moved), n("departement", "33")) == (None, "33281", 1)


def test_a_split_commune_leaves_its_presences_to_a_person() -> None:
    stays = present("33281")
    split = changed(
        MERGED,
        without=["A 33281"],
        more=[("A", "33281", "ancien", "", "33063"), ("A", "33281", "ancien", "", "33498")],
    )
    out = bring(split, 2027)
    assert (out.moved, [one.pk for one in out.left], where(stays)) == ([], [stays.pk], "33281")
    assert len(resolving.by_code("33281").candidates) == 2


def test_a_commune_that_comes_back_is_the_same_row() -> None:
    bring(MERGED, 2027)
    number = Territory.objects.get(kind="commune", code="33281").pk
    out = bring(ROWS, 2028)
    back = commune("33281")
    assert (back.pk, back.valid_to, back.millesime, out.changes.ended) == (number, None, 2028, 0)
    assert above("commune", "33281")[:2] == ["departement:33 1", "epci:243300316 1"]


def test_a_commune_that_changes_epci_takes_its_count_along() -> None:
    present("33498")
    assert (n("epci", OVER_DEPARTEMENTS), n("epci", "243300316")) == (1, 0)
    moved = changed(
        without=["C 33498"], more=[("C", "33498", "Le Teich", "8000", "33", "243300316", "", "213304983", "33470")]
    )
    out = bring(moved, 2027)
    assert (out.changes.edges, out.changes.created, out.changes.ended) == (4, 0, 0)
    assert (n("epci", OVER_DEPARTEMENTS), n("epci", "243300316"), n("departement", "33")) == (0, 1, 1)
    # alone in Landes now: the body is inside it
    assert above("epci", OVER_DEPARTEMENTS) == ["departement:40 1", "region:75 2", "pays:FR 3", "ue:EU 4"]


def test_a_quarter_made_by_hand_stays_under_what_took_the_place_of_its_commune() -> None:
    quarter = Territory.objects.create(
        kind="quartier", code="33281-1", name="Capeyron", name_key="capeyron", millesime=2026, valid_from=SINCE
    )
    TerritoryEdge.objects.create(parent=commune("33281"), child=quarter)
    bring(MERGED, 2027)
    quarter.refresh_from_db()
    assert (quarter.valid_to, above("quartier", "33281-1")[0]) == (None, "commune:33063 1")
    assert TerritoryClosure.objects.get(ancestor__code="FR", descendant=quarter).depth == 4


def test_a_load_is_one_line_of_the_journal() -> None:
    last = Entry.objects.order_by("-seq").first()
    assert last
    assert (last.act, last.after["millesime"], last.after["created"]) == ("territory.load", 2026, 35)


def test_an_older_one_is_refused() -> None:
    with pytest.raises(Conflict, match="2026"):
        bring(ROWS, 2025)
    assert not Territory.objects.exclude(millesime=2026).exists()


def test_a_load_that_breaks_leaves_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(Territory.objects.order_by("pk").values())
    monkeypatch.setattr("communaux.territory.services.loads.closure.rebuild", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bring(MERGED, 2027)
    assert list(Territory.objects.order_by("pk").values()) == before
    assert TerritoryAlias.objects.count() == 7


TEXT = cog.table(ROWS)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (cog.table(row for row in ROWS if row[0] != "T").encode(), "rows are missing: T (EPT)"),
        (cog.table(row for row in ROWS if row[0] not in "RC").encode(), "rows are missing: R (régions), C (communes)"),
        (b"", "rows are missing"),
        (cog.pack(ROWS)[:-40], "cut short"),
        (TEXT[: TEXT.rindex("\t")].encode(), "no row of such a table"),
        (b"code;nom\n01001;L'Abergement\n", "line 1 is no row"),
        (b"\xff\xfe\x00", "no table of codes"),
        (TEXT.replace("C\t33063\tBordeaux\t261804\t33\t", "C\t33063\tBordeaux\tbeaucoup\t33\t").encode(), "no number"),
        (TEXT.replace("\t33\t243300316", "\t33\t999999999").encode(), "EPCI 999999999, which has no row"),
        ((TEXT + "R\t11\tEncore\tmetro\n").encode(), "région 11 has two rows"),
        ((TEXT + "A\t33999\tancien\t\t99999\n").encode(), "leads to 99999"),
    ],
)
def test_a_file_that_does_not_hold_changes_nothing(
    content: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cog-2027.tsv.xz").write_bytes(content)
    before = list(Territory.objects.order_by("pk").values())
    assert cli.main(["territory", "load", "--file", str(tmp_path / "cog-2027.tsv.xz")]) == 2
    told = capsys.readouterr().err
    assert "nothing was changed" in told
    assert said in told
    assert list(Territory.objects.order_by("pk").values()) == before


def test_a_file_of_an_unknown_year_or_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "codes.tsv").write_text(TEXT, "utf-8")
    assert cli.main(["territory", "load", "--file", str(tmp_path / "codes.tsv")]) == 2
    assert cli.main(["territory", "load", "--file", str(tmp_path / "cog-2030.tsv")]) == 2
    assert cli.main(["territory", "load", "--millesime", "1999"]) == 2
    told = capsys.readouterr().err
    assert ["--millesime" in told, "cannot be read" in told, "no codes of 1999 are shipped" in told] == [True] * 3
    assert cli.main(["territory", "load", "--file", str(tmp_path / "codes.tsv"), "--millesime", "2026"]) == 0
