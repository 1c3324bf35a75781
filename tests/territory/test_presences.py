"""Presences and counters: who may write them, what is refused, and many writers at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import rules
from django.db import IntegrityError, transaction
from django.utils import timezone
from territory.small import NOW, OVER_REGIONS, bring, commune

from communaux import cli
from communaux.core import services as core
from communaux.core.errors import BadRequest, Conflict, NotAllowed
from communaux.core.models import Entry, Person
from communaux.territory import counters, services
from communaux.territory.models import Presence, Territory, TerritoryStat
from communaux.territory.queries import around

pytestmark = pytest.mark.django_db
DAY = NOW.date()
TERMS = {"role": "deployed", "since": DAY, "source": "Demo", "at": NOW}


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


OPERATOR = ("territory.load", "territory.recount", "territory.fill_coordinates", "territory.import_places")
ON_A_PLACE = ("territory.open_presence", "territory.close_presence")
# Of one message, of one place: tests/web/test_ambassador_messages.py, tests/territory/test_declared_places.py
ELSEWHERE = (
    *("territory.answer_request", "territory.declare_place", "territory.edit_place", "territory.withdraw_place"),
    *("territory.withhold_place", "territory.restore_place"),
)
MATRIX = {  # who → (what operators do, presences in Bordeaux, presences in Ouessant)
    "desk": (True, True, True),
    "operator": (True, True, True),
    "editor": (False, True, True),
    "animator_commune": (False, True, False),
    "animator_departement": (False, True, False),
    "animator_country": (False, True, True),
    "animator_elsewhere": (False, False, True),
    "past_animator": (False, False, False),
    "closed_animator": (False, False, False),
    "plain": (False, False, False),
    "nobody": (False, False, False),
}
HELD = {
    "operator": ("operator", "instance", ""),
    "editor": ("editor", "instance", ""),
    "animator_commune": ("animator", "territory", "commune:33063"),
    "animator_departement": ("animator", "territory", "departement:33"),
    "animator_country": ("animator", "territory", "pays:FR"),
    "animator_elsewhere": ("animator", "territory", "commune:29155"),
    "past_animator": ("animator", "territory", "commune:33063"),
    "closed_animator": ("animator", "territory", "commune:33063"),
}


def test_role_by_action(desk: Person, person: Callable[..., Person]) -> None:
    people: dict[str, Person | None] = {"desk": desk, "nobody": None}
    people |= {name: person(f"{name}@demo.example") for name in MATRIX if name not in people}
    today, month = timezone.localdate(), timedelta(days=30)
    for name, (role, kind, number) in HELD.items():
        days = 1 if name == "past_animator" else -30
        core.grant(
            desk,
            people[name],
            role=role,
            object_type=kind,
            object_id=number,
            at=NOW,
            starts_on=today - month,
            ends_on=today - timedelta(days=days),
        )
    Person.objects.filter(mail="closed_animator@demo.example").update(is_active=False)
    people["closed_animator"] = Person.objects.get(mail="closed_animator@demo.example")
    places = [commune("33063"), commune("29155")]
    there = [services.open_presence(desk, one, obj=("commons", "a"), **TERMS) for one in places]
    found = {
        who: (
            {rules.has_perm(name, one) for name in OPERATOR},
            *(
                {rules.has_perm(ON_A_PLACE[0], one, places[n]), rules.has_perm(ON_A_PLACE[1], one, there[n])}
                for n in (0, 1)
            ),
        )
        for who, one in people.items()
    }
    assert found == {who: tuple({cell} for cell in row) for who, row in MATRIX.items()}
    known = {name for name in rules.permissions.permissions if name.startswith("territory.")}
    anybody = "territory.write_to_ambassador"  # a visitor too; its limits: tests/web/test_ambassador_pages.py
    assert known == {*OPERATOR, *ON_A_PLACE, anybody, *ELSEWHERE}
    assert {rules.has_perm(anybody, one) for one in people.values()} == {True}
    with pytest.raises(NotAllowed):
        services.open_presence(people["plain"], places[0], obj=("commons", "b"), **TERMS)


def test_a_presence_counts_in_all_that_holds_its_territory(desk: Person) -> None:
    services.open_presence(desk, commune("40001"), obj=("commons", "a"), **TERMS)
    rows = TerritoryStat.objects.filter(measure="commons_deployed", n=1).values_list("territory__code", flat=True)
    assert sorted(rows) == sorted(["40001", "40", "75", OVER_REGIONS, "FR", "EU"])
    last = Entry.objects.order_by("-seq").first()
    assert last
    assert (last.act, last.after["obj_id"], last.after["source"]) == ("territory.open_presence", "a", "Demo")


def test_what_is_attached_to_a_body_across_is_in_none_of_its_départements(desk: Person) -> None:
    services.open_presence(desk, around.get("epci", OVER_REGIONS), obj=("commons", "a"), **TERMS)
    counts = {code: around.counts(around.get(kind, code)) for kind, code in (("departement", "40"), ("pays", "FR"))}
    assert counts == {"40": {}, "FR": {"commons_deployed": 1}}


def test_said_twice_ended_twice_or_backwards_is_refused(desk: Person) -> None:
    place = commune("33063")
    one = services.open_presence(desk, place, obj=("commons", "a"), **TERMS)
    lines = Entry.objects.count()
    with pytest.raises(Conflict):
        services.open_presence(desk, place, obj=("commons", "a"), **TERMS)
    with pytest.raises(BadRequest):
        services.open_presence(desk, place, obj=("commons", "b"), **TERMS, until=DAY - timedelta(days=1))
    with pytest.raises(BadRequest):
        services.close_presence(desk, one, until=DAY - timedelta(days=1), at=NOW)
    services.close_presence(desk, one, until=DAY, at=NOW, reason="fin")
    with pytest.raises(Conflict):
        services.close_presence(desk, one, until=DAY + timedelta(days=5), at=NOW)
    assert (Entry.objects.count(), Presence.objects.count()) == (lines + 1, 1)
    assert around.counts(place) == {"commons_deployed": 1}  # its last day is included


@pytest.mark.parametrize(
    "wrong",
    [{"until": date(2000, 1, 1)}, {"source": ""}, {"obj_id": ""}],
)
def test_the_database_refuses_what_makes_no_sense(wrong: dict[str, object]) -> None:
    good = {"obj_kind": "commons", "obj_id": "a", "territory": commune("33063"), "role": "deployed", "since": DAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        Presence.objects.create(**{**good, "source": "Demo", **wrong})


@pytest.mark.parametrize("wrong", [{"lat": 3.0}, {"lon": 3.0}, {"lat": 91.0, "lon": 0.0}, {"name": ""}])
def test_the_database_refuses_half_a_position(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Territory.objects.filter(code="33063").update(**wrong)


def test_neighbours_of_a_theme_only(desk: Person) -> None:
    for obj in "ab":
        services.open_presence(desk, commune("33281"), obj=("commons", obj), **TERMS)
    assert [one.obj_id for one in around.by_neighbours(commune("33063"), DAY, among=["b", "c"])] == ["b"]
    assert around.by_neighbours(around.get("pays", "FR"), DAY) == []


def test_recount_finds_and_mends(desk: Person, capsys: pytest.CaptureFixture[str]) -> None:
    services.open_presence(desk, commune("33063"), obj=("commons", "a"), **TERMS)
    assert cli.main(["territory", "recount", "--check"]) == 0
    TerritoryStat.objects.filter(territory__code="FR").update(n=7)
    TerritoryStat.objects.filter(territory__code="EU").delete()
    assert cli.main(["territory", "recount", "--check"]) == 1
    assert "2 counters differ" in capsys.readouterr().out
    assert cli.main(["territory", "recount"]) == 0
    assert counters.differences([counters.of_presences], DAY) == {}


def test_check_tells_orphans_and_what_waits_in_an_ended_place(desk: Person, capsys: pytest.CaptureFixture[str]) -> None:
    services.open_presence(desk, commune("29155"), obj=("commons", "personne"), **TERMS)
    Territory.objects.filter(code="29155").update(valid_to=date(2030, 1, 1))
    assert cli.main(["territory", "check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "commons personne is present somewhere and nobody knows it",
        "commons personne is still in 29155 (Ouessant), which has ended",
    ]


WRITER = """
import sys
from communaux.cli.desk import setup
setup()
from django.utils import timezone
from communaux.core.models import Person
from communaux.territory import services
from communaux.territory.models import Territory
desk, places = Person.objects.desk(), list(Territory.objects.filter(kind="commune").order_by("code"))
places = places if sys.argv[1] in "02" else places[::-1]
for n, place in enumerate(places * 4):
    services.open_presence(desk, place, obj=("commons", f"{sys.argv[1]}-{n}"), role="deployed",
                           since=timezone.localdate(), source="Demo", at=timezone.now())
"""
SEEN = """
from communaux.cli.desk import setup
setup()
from communaux.territory.models import Presence, TerritoryStat
print(Presence.objects.count(), TerritoryStat.objects.get(territory__kind="pays", measure="commons_deployed").n)
"""
LOAD = """
from communaux.cli.desk import setup
setup()
from territory.small import bring
bring()
"""


def test_four_writers_from_both_ends_lose_no_count(own_desk: dict[str, str]) -> None:
    """Those that meet in the middle lock the same rows in the same order; two also count again meanwhile."""
    tests = __file__.rpartition("/territory/")[0]
    env = own_desk | {"PYTHONPATH": tests}

    def run(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments], env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def done(*processes: subprocess.Popen[str]) -> list[str]:
        told = [process.communicate(timeout=120) for process in processes]
        assert [(one.returncode, err) for one, (_out, err) in zip(processes, told, strict=True)] == [
            (0, "") for _one in processes
        ]
        return [out for out, _err in told]

    done(run("-c", LOAD))
    writers = [run("-c", WRITER, str(n)) for n in range(4)]
    recounts = [run("-m", "communaux", "territory", "recount") for _n in range(2)]
    done(*writers, *recounts)
    [seen] = done(run("-c", SEEN))
    n = 4 * 4 * 14
    assert seen.split() == [str(n), str(n)]
    assert done(run("-m", "communaux", "territory", "recount", "--check")) == ["0 counters differ\n"]
