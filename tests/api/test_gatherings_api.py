"""Meetings and road maps by the API: the same as the pages, what is unknown as null."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from calling import Program, refused
from django.test import Client
from django.utils import timezone
from uses import Cast

from communaux.catalogue import indexing
from communaux.core.models import Person
from communaux.gatherings import services, shipped

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/gatherings"
MADE_UP = ["rencontre-fictive-a-venir", "rencontre-fictive"]


@pytest.fixture(autouse=True)
def editions(desk: Person, cast: Cast) -> None:
    indexing.keep_themes(desk)
    for given in (*shipped.real(), *shipped.made_up()):
        services.load_edition(desk, given, at=timezone.now())


def read(client: Client, path: str, status: int = 200) -> Any:
    answer = client.get(f"{ROOT}{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


def test_editions(client: Client) -> None:
    told = read(client, "/editions")
    assert [one["slug"] for one in told] == ["nec-2024", "nec-lille-2023", "nec-2023", "nec-2021", *MADE_UP]
    assert [one["roadmaps"] for one in told] == [0, 0, 0, 6, 0, 5]
    assert [one["fictive"] for one in told] == [False] * 4 + [True] * 2
    first = read(client, "/editions/nec-2021")
    assert (first["starts_on"], first["precision"], first["ends_on"], first["territory"]) == (
        "2021-01-01",
        "year",
        None,
        None,
    )
    assert first["roadmaps"] == 6


def test_claims_that_disagree(client: Client) -> None:
    told = {one["key"]: one["sayings"] for one in read(client, "/editions/nec-2023")["claims"]}
    assert [(one["value"]["en"], one["sources"]) for one in told["dates"]] == [
        ("18 to 20 October 2023", ["003"]),
        ("19 and 20 October 2023", ["004"]),
    ]


def test_the_scoreboard(client: Client) -> None:
    nothing = dict.fromkeys(("made", "kept", "dropped", "late", "silent", "heard"), 0) | {"months": None}
    assert read(client, "/editions/nec-2021/scoreboard") == {
        "published": 6,
        "adopted": 0,
        "delivered": 0,
        "adapted": 0,
        "silent": 6,
        "heard": 0,
        "months": None,
        "commitments": nothing,
    }
    made_up = read(client, "/editions/rencontre-fictive/scoreboard")
    assert (made_up["months"], made_up["commitments"]["made"], made_up["commitments"]["kept"]) == (5.0, 3, 1)


def test_road_maps(client: Client) -> None:
    page = read(client, "/roadmaps?limit=4&page=3")
    assert (page["total"], page["pages"], len(page["items"])) == (11, 3, 3)
    (one,) = read(client, "/roadmaps?state=delivered")["items"]
    assert (one["slug"], one["carrier"], one["fictive"]) == ("cartes-des-ecoles", "Commune de démonstration", True)
    assert read(client, "/roadmaps?edition=nec-2021&theme=environnement")["total"] == 3
    real = read(client, "/roadmaps/reconditionne")
    unknown = ("carrier", "published_at", "adopted_at", "last_heard_at", "adapted_from")
    assert {name: real[name] for name in unknown} == dict.fromkeys(unknown)
    assert [one["position"] for one in real["phases"]] == [1, 2, 3]
    assert read(client, "/roadmaps/pret-de-materiel")["adaptations"] == ["pret-de-materiel-ailleurs"]
    assert read(client, "/roadmaps/pret-de-materiel-ailleurs")["adapted_from"] == "pret-de-materiel"


def test_what_became_of_one(client: Client) -> None:
    told = read(client, "/roadmaps/pret-de-materiel/follow-ups")
    assert [one["status"] for one in told] == ["advances", "blocked", "advances"]
    assert {one["role"] for one in told} == {"chargée de vie associative"}
    assert read(client, "/roadmaps/reconditionne/follow-ups") == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/editions/rien", 404, "no_edition"),
        ("/roadmaps/rien", 404, "no_roadmap"),
        ("/roadmaps/rien/follow-ups", 404, "no_roadmap"),
        ("/roadmaps?state=rien", 404, "unknown_state"),
        ("/roadmaps?page=99", 404, "no_such_page"),
        ("/roadmaps?page=0", 422, "invalid"),
    ],
)
def test_refusals(client: Client, path: str, status: int, code: str) -> None:
    assert read(client, path, status)["code"] == code


def test_as_many_questions_for_many_as_for_one(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        read(client, "/roadmaps?state=delivered")
    with django_assert_num_queries(2):
        read(client, "/roadmaps")


def test_a_programme_as_it_was_published(client: Client) -> None:
    home = f"/editions/{MADE_UP[0]}"
    assert [one["number"] for one in read(client, f"{home}/versions")] == ["1.0"]
    sessions = read(client, f"{home}/sessions")
    assert (len(sessions), sessions[0]["title"]) == (12, "Ouverture : ce que les communs nous ont appris cette année")
    assert sessions[0]["starts_at"][10:] in {"T09:30:00+01:00", "T09:30:00+02:00"}
    assert (sessions[0]["needs"], sessions[0]["roles"]) == (
        ["captions", "sign_language"],
        ["trois agent·es de communes"],
    )
    assert sessions[0]["url"].endswith(f"/rendez-vous/{MADE_UP[0]}/sessions/FIC001/")
    whole = read(client, f"{home}/programme/1.0")
    assert (whole["timezone"], whole["sessions"]) == ("Europe/Paris", sessions)


def test_what_is_not_published_is_not_found(client: Client) -> None:
    assert read(client, "/editions/nec-2021/versions") == []
    for path in ("nec-2021/sessions", f"{MADE_UP[0]}/programme/9.9", "rien/versions"):
        assert "title" in read(client, f"/editions/{path}", 404)


PHASES = [
    {
        "title": "Compter",
        "text": "Compter les vélos.",
        "gate": "Cent.",
        "milestones": ["- [ ] cent vélos @2027-06-30"],
        "means": ["finance : la région"],
    },
    {"title": "Vendre", "text": "Un marché.", "gate": "Dix."},
    {"title": "Tenir", "text": "Chaque an."},
]
WORDS = {"title": "Des vélos remis en état", "theme": "dechets", "licence": "CC-BY-SA-4.0", "phases": PHASES}


def test_a_road_map_is_adapted_once(cast: Cast, program: Callable[..., Program]) -> None:
    reader, key = program(cast["reader"]), str(uuid4())
    path = "/gatherings/roadmaps/reconditionne/adapt"
    answers = [reader.post(path, WORDS, idempotency_key=key) for _time in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    told = answers[0].json()
    assert answers[1].json() == told
    assert (told["adapted_from"], told["licence"], told["state"]) == ("reconditionne", "CC-BY-SA-4.0", "published")
    assert [one["due_on"] for one in told["phases"][0]["milestones"]] == ["2027-06-30"]
    assert [one["text"] for one in told["phases"][0]["means"]] == ["la région"]
    assert answers[0]["location"].endswith(f"/feuilles-de-route/{told['slug']}/")
    assert told == read(Client(), f"/roadmaps/{told['slug']}")
    assert read(Client(), "/roadmaps/reconditionne")["adaptations"] == [told["slug"]]
    beside = WORDS | {"title": "Un vélo pour le rendez-vous", "edition": "nec-2021"}
    assert program(cast["reader"]).post(path, beside).json()["edition"] == "nec-2021"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "court"}, "title"),
        ({"theme": "rien"}, "theme"),
        ({"licence": ""}, "licence"),
        ({"phases": [PHASES[0] | {"milestones": ["- [ ] rien @2027-02-31"]}, *PHASES[1:]]}, "phases.0.milestones"),
        ({"phases": [PHASES[0] | {"gate": ""}, *PHASES[1:]]}, "phases.0.gate"),
        ({"phases": PHASES[:2]}, "phases"),
        ({"author": "moi"}, "author"),
    ],
)
def test_what_is_no_road_map_is_refused(
    cast: Cast, program: Callable[..., Program], wrong: dict[str, Any], field: str
) -> None:
    answer = program(cast["reader"]).post("/gatherings/roadmaps/reconditionne/adapt", WORDS | wrong)
    assert answer.status_code == 422
    assert field in answer.json()["errors"]
    assert read(Client(), "/roadmaps/reconditionne")["adaptations"] == []


def test_what_does_not_exist_is_not_adapted(cast: Cast, program: Callable[..., Program]) -> None:
    refused(program(cast["reader"]).post("/gatherings/roadmaps/rien/adapt", WORDS), 404, "no_roadmap")
