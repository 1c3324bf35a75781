"""The same profile for programs; asking for a run with a token that writes."""

from __future__ import annotations

import json

import pytest
from assessment.running import Fetch, carried_out, failing
from calling import Program, acts, last, refused
from django.test import Client
from django.utils import timezone
from factories import CommonsFactory
from slices import NOW
from uses import Cast

from communaux.assessment.models import Run
from communaux.catalogue.models import Commons
from communaux.core import tokens
from communaux.core.errors import NotReady
from communaux.core.ids import uuid7
from communaux.core.models import Person
from communaux.engines.assess import report
from communaux.engines.assess.kernel import assess

pytestmark = pytest.mark.django_db

AT = "/assessment/commons/umap"


def program(person: Person, scope: str = "write") -> Program:
    made = tokens.make(person, person, key=uuid7(), name="essai", scope=scope, days=30, at=timezone.now())
    return Program(made.secret)


def test_the_document_is_that_of_the_engine(assessed: Run, fetch: Fetch) -> None:
    with fetch("") as git_dir:
        midnight = int(timezone.now().timestamp()) // 86_400 * 86_400
        found = assess(git_dir, as_of=midnight, url="https://github.com/demo/velos.git", cloned=True)
    assert Program().get(AT).json() == json.loads(report.as_json(found))


def test_what_was_not_assessed(velos: Commons) -> None:
    refused(Program().get(AT), 404, "not_assessed")
    refused(Program().get("/assessment/commons/nulle-part"), 404, "unknown_commons")
    assert Program().get(f"{AT}/runs").json() == {"items": [], "total": 0}


def test_a_run_from_asking_to_its_end(velos: Commons, cast: Cast, fetch: Fetch) -> None:
    reader, seq = program(cast["reader"]), last()
    made = reader.post(f"{AT}/runs")
    told = made.json()
    assert (made.status_code, told["state"], told["commons"], told["error"]) == (201, "queued", "umap", "")
    assert told["repository"] == "https://github.com/demo/velos.git"
    assert made["location"].endswith(f"/api/v1/assessment/runs/{told['id']}")
    assert acts(seq) == [("core.start_task", cast["reader"]), ("assessment.ask_run", cast["reader"])]
    assert refused(program(cast["member"]).post(f"{AT}/runs"), 409, "already_under_way")["run"] == told["id"]
    run = carried_out(Run.objects.get(), fetch)
    one = reader.get(f"/assessment/runs/{told['id']}")
    assert (one.json()["state"], one.json()["head"], "no-store" in one["cache-control"]) == ("done", run.head_oid, True)
    assert Client().get(f"/api/v1/tasks/{told['task']}").json()["state"] == "done"
    assert Program().get(f"{AT}/runs").json() == {"items": [one.json()], "total": 1}


def test_a_failure_is_told_in_words(velos: Commons, cast: Cast) -> None:
    told = program(cast["reader"]).post(f"{AT}/runs").json()
    with pytest.raises(NotReady):
        carried_out(Run.objects.get(), failing("unreachable"))
    one = Program().get(f"/assessment/runs/{told['id']}").json()
    assert (one["state"], one["error_code"]) == ("failed", "unreachable")
    assert one["error"].startswith("This repository does not answer")


def test_who_may_not(velos: Commons, cast: Cast) -> None:
    refused(Program().post(f"{AT}/runs"), 401, "token_needed")
    refused(program(cast["reader"], scope="read").post(f"{AT}/runs"), 403, "scope_read")
    velos.resources.update(repository="")
    assert refused(program(cast["reader"]).post(f"{AT}/runs"), 422, "no_repository")["missing"] == ["repository"]
    assert Run.objects.count() == 0


def test_a_merged_commons_leads_on(assessed: Run) -> None:
    CommonsFactory(slug="ancien", state="merged", merged_into=Commons.objects.get(slug="umap"), updated_at=NOW)
    for part in ("", "/runs"):
        answer = Program().get(f"/assessment/commons/ancien{part}")
        assert (answer.status_code, answer["location"]) == (308, f"/api/v1{AT}{part}")


def test_unknown_parameters_and_numbers(velos: Commons) -> None:
    refused(Program().get(f"{AT}/runs?page=2"), 422, "unknown_parameter")
    refused(Program().get(f"{AT}/runs?limit=0"), 422, "invalid")
    refused(Program().get(f"/assessment/runs/{uuid7()}"), 404, "unknown_run")
    refused(Program().get("/assessment/runs/1"), 422, "invalid")
