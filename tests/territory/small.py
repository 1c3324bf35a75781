"""A small millésime of real codes where everything that is hard happens: bodies over two départements and over two regions,
an EPT inside the Métropole, an island without EPCI, an overseas collectivity, a code that is both old and of today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from communaux.core.models import Person
from communaux.territory import cog, counters, services
from communaux.territory.cog import Row
from communaux.territory.models import Territory
from communaux.territory.services.loads import Loaded

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
OVER_REGIONS, OVER_DEPARTEMENTS, PARIS, PLAINE = "200030435", "200069250", "200054781", "200057867"
ROWS: tuple[Row, ...] = (
    ("R", "11", "Île-de-France", "metro"),
    ("R", "53", "Bretagne", "metro"),
    ("R", "75", "Nouvelle-Aquitaine", "metro"),
    ("R", "76", "Occitanie", "metro"),
    ("R", "04", "La Réunion", "drom"),
    ("D", "29", "Finistère", "metro", "53"),
    ("D", "32", "Gers", "metro", "76"),
    ("D", "33", "Gironde", "metro", "75"),
    ("D", "40", "Landes", "metro", "75"),
    ("D", "75", "Paris", "metro", "11"),
    ("D", "93", "Seine-Saint-Denis", "metro", "11"),
    ("D", "974", "La Réunion", "drom", "04"),
    ("D", "987", "Polynésie française", "com", ""),
    ("E", "243300316", "Bordeaux Métropole", "METRO", "830000"),
    ("E", OVER_REGIONS, "CC d'Aire-sur-l'Adour", "CC", "12800"),
    ("E", OVER_DEPARTEMENTS, "CC du Pays de Buch et d'Albret", "CC", "9000"),
    ("E", PARIS, "Métropole du Grand Paris", "METRO", "7000000"),
    ("E", "249740119", "CA Intercommunale du Nord de la Réunion (CINOR)", "CA", "216588"),
    ("T", PLAINE, "Plaine Commune"),
    ("C", "29155", "Ouessant", "830", "29", "", "", "212901557", "29242"),
    ("C", "32001", "Aignan", "700", "32", OVER_REGIONS, "", "213200017", "32290"),
    ("C", "33063", "Bordeaux", "261804", "33", "243300316", "", "213300635", "33000 33100 33200 33300 33800"),
    ("C", "33281", "Mérignac", "74000", "33", "243300316", "", "213302813", "33700"),
    ("C", "33498", "Le Teich", "8000", "33", OVER_DEPARTEMENTS, "", "213304983", "33470"),
    ("C", "40001", "Aire-sur-l'Adour", "6000", "40", OVER_REGIONS, "", "214000010", "40800"),
    ("C", "40002", "Sainte-Colombe", "650", "40", OVER_REGIONS, "", "214000028", "40700"),
    ("C", "40227", "Sanguinet", "4500", "40", OVER_DEPARTEMENTS, "", "214002875", "40460"),
    ("C", "75056", "Paris", "2103778", "75", PARIS, "", "217500016", "75001 75002"),
    ("C", "93001", "Aubervilliers", "88365", "93", PARIS, PLAINE, "219300019", "93300"),
    ("C", "93066", "Saint-Denis", "149077", "93", PARIS, PLAINE, "219300664", "93200 93210"),
    ("C", "97411", "Saint-Denis", "156149", "974", "249740119", "", "219740115", "97400 97417"),
    ("C", "98735", "Papeete", "26926", "987", "", "", "", "98714"),
    ("C", "98901", "Île de Clipperton", "", "987", "", "", "", "98799"),
    ("A", "33007", "ancien", "", "33281"),
    ("A", "40900", "ancien", "", "40001"),
    ("A", "40900", "associee", "Lamarche", "40002"),
    ("A", "40001", "deleguee", "Aire", "40001"),
    ("A", "40001", "ancien", "", "40002"),
    ("A", "75101", "arrondissement", "Paris 1er Arrondissement", "75056"),
    ("A", "75005", "ancien", "", "93001"),
)


def changed(rows: Iterable[Row] = ROWS, *, without: Iterable[str] = (), more: Iterable[Row] = ()) -> tuple[Row, ...]:
    """The rows without those of some kinds and codes ("C 40001"), and with others."""
    gone = set(without)
    return (*(row for row in rows if f"{row[0]} {row[1]}" not in gone), *more)


def bring(rows: Iterable[Row] = ROWS, millesime: int = 2026, at: datetime = NOW) -> Loaded:
    data = cog.table(rows).encode()
    steps: list[int] = []
    return services.load(
        Person.objects.desk(),
        cog.read(data, millesime),
        sha256=f"{millesime}",
        owners=[counters.of_presences],
        at=at,
        report=lambda done, _total: steps.append(done),
    )


def commune(code: str) -> Territory:
    return Territory.objects.get(kind="commune", code=code)
