"""What the search tests share: a small catalogue of our own, and the real entries where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from communaux.cli.search import read_cases, read_entries
from communaux.data import thesaurus_files, thesaurus_words
from communaux.engines.search import Case, Concept, Doc, Index, Parsed, Thesaurus, build, parse
from communaux.engines.search.model import Domain, WordPair

REPOSITORY = Path(__file__).parents[2]
CASES = REPOSITORY / "src" / "communaux" / "data" / "cases"


@pytest.fixture(scope="session")
def shared() -> Path:
    path = Path(os.environ.get("COMMUNAUX_SHARED", REPOSITORY.parent / "shared")) / "data"
    if not path.is_dir():
        pytest.skip(f"no shared data at {path} (set COMMUNAUX_SHARED)")
    return path


@pytest.fixture(scope="session")
def parsed() -> Parsed:
    return parse(thesaurus_files(), thesaurus_words())


@pytest.fixture(scope="session")
def entries(shared: Path) -> list[Doc]:
    return read_entries(shared / "search" / "entries.jsonl")


@pytest.fixture(scope="session")
def real(entries: list[Doc], parsed: Parsed) -> Index:
    return build(entries, parsed.thesaurus)


@pytest.fixture(scope="session")
def cases() -> dict[str, list[Case]]:
    """Development cases by domain."""
    return {path.stem: read_cases(path) for path in sorted(CASES.glob("*.json"))}


@pytest.fixture(scope="session")
def words() -> Thesaurus:
    """A thesaurus of four functions."""
    return Thesaurus(
        domains=(Domain("sport", "Sport", "Sport"), Domain("bureau", "Bureau", "Office")),
        concepts=(
            Concept(
                "sport.salle",
                "sport",
                fr=("réservation de salle", "gestion des équipements communaux"),
                en=("room booking", "facility booking"),
                everyday_fr=("louer la salle des fêtes", "prêter le gymnase à un club"),
                everyday_en=("hire the village hall",),
                broader=("sport.equipement",),
                related=("bureau.agenda",),
                weak=("salle",),
                maps={"awesome": ("Booking and Scheduling",)},
            ),
            Concept("sport.equipement", "sport", fr=("équipement sportif",), en=("sports facility",)),
            Concept(
                "bureau.agenda",
                "bureau",
                fr=("agenda", "salle"),
                en=("calendar",),
                brands=("Doodle", "LinkedIn"),
                weak=("salle",),
            ),
            Concept(
                "bureau.carte",
                "bureau",
                fr=("système d'information géographique",),
                en=("geographic information system",),
                acronyms=("SIG", "GIS", "INSPIRE"),
            ),
        ),
        words=(
            WordPair("vélo", ("bike", "bicycle")),
            WordPair("pain", ("bread",)),
            WordPair("transport scolaire", ("school bus",)),
        ),
        sha256="words",
    )


@pytest.fixture(scope="session")
def few() -> list[Doc]:
    """Nine entries that differ in one thing at a time."""
    return [
        Doc(
            "grr",
            ("GRR",),
            ("en",),
            "Assets management and booking for companies.",
            source_tags={"awesome": ("Booking and Scheduling",)},
        ),
        Doc("salle", ("Espace ouvert",), ("fr",), "Réservation de salle pour les associations", themes=("sport",)),
        Doc(
            "agenda",
            ("OpenAgenda", "OA"),
            ("fr",),
            "Un agenda partagé",
            "On y note aussi la réservation de salle. " * 3,
        ),
        Doc(
            "carte",
            ("QGIS",),
            ("fr", "en"),
            "SIG libre",
            tags=("carte", "GIS"),
            facets={"kind": ("software",), "stage": ("operated",)},
        ),
        Doc(
            "velo",
            ("Cyclo",),
            ("en",),
            "Bike rental",
            tags=("bike", "bicycle"),
            orgs=("Ville de Rennes",),
            licence="MIT",
        ),
        Doc("pain", ("Fournil",), ("fr",), "Le pain du village", facets={"kind": ("service",)}, themes=("bureau",)),
        Doc("mail", ("Courrier électronique",), ("fr",), "Messagerie", facets={"kind": ("software", "service")}),
        Doc("cloud", ("NextCloud",), (), "Fichiers, agenda et messagerie", platforms=("Docker",)),
        Doc("car", ("Ramassage",), ("en",), "Track the school bus"),
    ]


@pytest.fixture(scope="session")
def small(few: list[Doc], words: Thesaurus) -> Index:
    return build(few, words)
