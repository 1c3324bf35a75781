"""The shipped codes of 2026, loaded once, against what the specification counted in them; then read, checked, loaded again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import databases
import pytest
from django.db.models import Count
from pytest_django import DjangoDbBlocker
from territory.small import NOW

from communaux import cli
from communaux.cli import territory as commands
from communaux.core.errors import Conflict
from communaux.core.models import Entry, Person
from communaux.territory import cog, counters, edges, services, shipped
from communaux.territory.models import PostalCode, Territory, TerritoryAlias, TerritoryClosure, TerritoryEdge
from communaux.territory.queries import around, resolving
from communaux.territory.services.loads import Loaded

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Loaded]:
    with django_db_blocker.unblock():
        yield commands.bring()
        databases.empty()


def above(kind: str, code: str) -> list[tuple[str, str, int]]:
    return [(one.kind, one.code, depth) for one, depth in around.ancestors(around.get(kind, code))]


def held(kind: str, code: str) -> int:
    return TerritoryClosure.objects.filter(ancestor__kind=kind, ancestor__code=code).count()


def test_territories_by_kind() -> None:
    wanted = {"ue": 1, "pays": 1, "region": 18, "departement": 109, "epci": 1255, "ept": 11, "commune": 34_969}
    rows = Territory.objects.values_list("kind").annotate(n=Count("pk"))
    assert (dict(rows), Territory.objects.count()) == (wanted, 36_364)


def test_edges_and_closure_by_depth() -> None:
    by_depth = dict(TerritoryClosure.objects.values_list("depth").annotate(n=Count("ancestor")))
    assert by_depth == {0: 36_364, 1: 71_363, 2: 37_278, 3: 36_310, 4: 35_136}
    assert (TerritoryEdge.objects.count(), sum(by_depth.values())) == (71_363, 216_451)


def test_what_holds_an_epci() -> None:
    rows = TerritoryEdge.objects.filter(child__kind="epci").values_list("parent__kind").annotate(n=Count("child"))
    assert dict(rows) == {"departement": 1166, "region": 63, "pays": 26}


def test_communes_without_epci_and_memberships() -> None:
    members = set(
        TerritoryEdge.objects.filter(parent__kind="epci", child__kind="commune").values_list("child", flat=True)
    )
    communes = Territory.objects.filter(kind="commune").values_list("pk", "zone")
    zones = Counter(zone for pk, zone in communes if pk not in members)
    assert (len(members), zones) == (34_871, {"com": 94, "metro": 4})


def test_aliases_and_postal_codes() -> None:
    rows = TerritoryAlias.objects.values_list("kind").annotate(n=Count("pk"))
    assert dict(rows) == {"ancien": 4240, "deleguee": 2105, "associee": 471, "arrondissement": 45}
    codes = PostalCode.objects.values("code").distinct()
    assert (PostalCode.objects.count(), codes.count()) == (35_493, 6310)


def test_ancestors_of_bordeaux_and_aubervilliers() -> None:
    assert above("commune", "33063") == [
        ("departement", "33", 1),
        ("epci", "243300316", 1),
        ("region", "75", 2),
        ("pays", "FR", 3),
        ("ue", "EU", 4),
    ]
    assert above("commune", "93001") == [
        ("departement", "93", 1),
        ("epci", "200054781", 1),
        ("ept", "200057867", 1),
        ("region", "11", 2),
        ("pays", "FR", 3),
        ("ue", "EU", 4),
    ]


def test_an_epci_over_two_regions_is_inside_neither() -> None:
    body = around.get("epci", "200030435")
    inside = Counter(around.children(body, "commune").values_list("code", flat=True))
    assert Counter(code[:2] for code in inside) == {"40": 12, "32": 10}
    assert above("epci", "200030435") == [("pays", "FR", 1), ("ue", "EU", 2)]
    assert (held("epci", "200030435"), body in around.straddling(around.get("departement", "40"))) == (23, True)


@pytest.mark.parametrize(
    ("kind", "code", "n"),
    [("departement", "40", 345), ("departement", "32", 474), ("region", "75", 4458), ("epci", "200054781", 142)],
)
def test_descendants_with_itself(kind: str, code: str, n: int) -> None:
    assert held(kind, code) == n


def test_overseas_collectivities_are_départements_of_france() -> None:
    com = ["975", "977", "978", "984", "986", "987", "988", "989"]
    rows = Territory.objects.filter(zone="com", kind="departement").order_by("code")
    assert list(rows.values_list("code", flat=True)) == com
    assert not Territory.objects.filter(kind="region", code__in=com).exists()
    assert above("departement", "987") == [("pays", "FR", 1), ("ue", "EU", 2)]


def test_unknown_population_is_not_zero() -> None:
    unknown = Territory.objects.filter(kind="commune", population=None).order_by("code")
    assert list(unknown.values_list("code", flat=True)) == [*(f"9841{n}" for n in range(1, 6)), "98901"]
    none = Territory.objects.filter(kind="commune", population=0)
    assert (none.count(), set(none.values_list("code", flat=True)) < {f"55{n:03}" for n in range(1000)}) == (6, True)


def test_a_code_of_today_comes_before_one_of_yesterday() -> None:
    both = set(TerritoryAlias.objects.filter(kind="deleguee").values_list("code", flat=True))
    active = set(Territory.objects.filter(kind="commune", code__in=both).values_list("code", flat=True))
    assert (len(active), "01015" in active) == (584, True)
    found = resolving.by_code("01015")
    assert (found.how, found.territory and found.territory.name) == ("code", "Arboys en Bugey")


@pytest.mark.parametrize(("code", "targets"), [("55273", {"55245", "55386"}), ("60455", {"60054", "60694"})])
def test_a_split_code_has_two_answers(code: str, targets: set[str]) -> None:
    found = resolving.by_code(code)
    assert (found.how, found.territory, {one.code for one in found.candidates}) == ("alias", None, targets)
    chosen = resolving.by_code(code, alias="ancien").territory
    assert getattr(chosen, "code", "") == min(targets)


def test_insee_is_not_postal() -> None:
    assert [one.name for one in resolving.by_code("55073").candidates] == ["Bras-sur-Meuse"]
    assert "55073" in {one.code for one in resolving.by_postal("55100").candidates}
    assert resolving.by_code("55100").how != "postal"


def test_a_name_that_twelve_have_is_not_decided() -> None:
    found = resolving.resolve("Sainte-Colombe", kind="commune")
    assert (found.territory, len(found.candidates)) == (None, 12)
    one = resolving.resolve("sainte colombe (Landes)").territory
    assert getattr(one, "code", "")[:2] == "40"
    assert resolving.resolve("STE-COLOMBE (40)").territory == one


@pytest.mark.parametrize(
    ("typed", "code"),
    [("bras s", "55073"), ("Bordea", "33063"), ("55073", "55073"), ("saint denis de la r", None), ("5507", "55073")],
)
def test_what_is_typed_finds_its_place(typed: str, code: str | None) -> None:
    found = [one.code for one in resolving.suggest(typed, kind="commune")]
    assert (code in found) if code else found == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Quimper Bretagne Occidentale", "200068120"),
        ("Morlaix Communauté", "242900835"),
        ("Communauté d’agglomération Morlaix Communauté", "242900835"),
        ("Pays de Landerneau-Daoulas", "242900801"),
        ("Paris 12", "75056"),
        ("lyon 3e", "69123"),
        ("Marseille 1er arrondissement", "13055"),
    ],
)
def test_a_short_name_finds_its_place(typed: str, code: str) -> None:
    assert [one.code for one in resolving.resolve(typed).candidates] == [code]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("quimpr", "Quimper"),
        ("Landernaeu", "Landerneau"),
        ("Quimper Bretagne Ocidentale", "CA Quimper Bretagne Occidentale"),
        ("sainte colmbe", "Sainte-Colombe"),
    ],
)
def test_a_typing_error_is_told_what_comes_near_and_nothing_is_guessed(typed: str, name: str) -> None:
    assert resolving.resolve(typed).candidates == ()
    assert resolving.suggest(typed)[0].name == name
    assert resolving.suggest("zzz") == []


def test_everything_checks(capsys: pytest.CaptureFixture[str]) -> None:
    assert (cli.main(["territory", "check"]), capsys.readouterr().out) == (0, "everything holds\n")


def test_the_same_file_twice_changes_nothing(loaded: Loaded) -> None:
    assert loaded.changes.as_dict() == {
        "created": 36_364,
        "updated": 0,
        "ended": 0,
        "edges": 71_363,
        "aliases": 6861,
        "postal_codes": 35_493,
    }
    lines = Entry.objects.count()
    again = commands.bring()
    assert (bool(again.changes), again.moved, again.left, Entry.objects.count()) == (False, [], [], lines)


def test_the_shipped_table_is_small_sorted_and_as_described() -> None:
    given = shipped.newest()
    told = shipped.about("cog-2026")
    text = cog.unpack(given.content)
    assert (given.millesime, given.sha256, len(given.content) <= 600 * 1024) == (2026, told["sha256"], True)
    assert text.splitlines() == sorted(text.splitlines())
    assert {told["package"], told["version"], told["code_licence"], told["licence"]} == {
        "@etalab/decoupage-administratif",
        "6.0.0",
        "MIT",
        "etalab-2.0",
    }
    assert len(edges.edges(cog.read(given.content, 2026))) == 71_363


def test_an_older_millésime_is_refused_and_changes_nothing() -> None:
    with pytest.raises(Conflict, match="2026"):
        services.load(
            Person.objects.desk(),
            cog.read(shipped.newest().content, 2025),
            sha256="",
            owners=[counters.of_presences],
            at=NOW,
            report=lambda *_: None,
        )
    assert not Territory.objects.exclude(millesime=2026).exists()
