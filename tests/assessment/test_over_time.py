"""Drawings and their figures, what changed from run to run: on pages, in files, in JSON; what they cost and refuse."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from assess.histories import ADA, BOB, EVE
from assessment.running import Fetch, asked, carried_out, failing
from calling import Program, refused
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import CommonsFactory
from uses import Cast

from communaux.assessment import over_time, queries
from communaux.assessment.models import Outcome, Run, Value
from communaux.catalogue.models import Commons
from communaux.core.errors import NotReady
from communaux.engines.assess import charts, report, telling
from communaux.engines.assess.kernel import assess
from communaux.engines.assess.model import METHOD_VERSION
from communaux.web.series import KEYS

pytestmark = pytest.mark.django_db

PAGE = "/communs/umap/evaluation/"


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def words(html: str) -> str:
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))


def again(cast: Cast, velos: Commons, fetch: Fetch) -> Run:
    return carried_out(asked(cast["reader"], velos), fetch)


def earlier(run: Run, days: int) -> Run:
    """As if the run had been made so many days before."""
    fields = ("created_at", "started_at", "ended_at", "as_of")
    Run.objects.filter(pk=run.pk).update(**{name: getattr(run, name) - timedelta(days=days) for name in fields})
    return Run.objects.get(pk=run.pk)


def test_series_are_the_same_everywhere(client: Client, assessed: Run, velos: Commons, git_dir: Path) -> None:
    run = over_time.last_run(velos)
    assert client.get("/api/v1/assessment/commons/umap").json()["series"] == run.series
    made = assess(git_dir, as_of=int(run.ended_at.timestamp()))
    assert report.as_dict(made)["series"] == run.series
    assert "series" not in run.told
    page = text(client, f"{PAGE}graphiques/")
    for name, key in KEYS.items():
        chart = charts.chart(key, run.series[key], "fr")
        assert (chart.svg in page, chart.shows in page) == (True, True)
        if not chart.rows:
            continue
        alone = text(client, f"{PAGE}graphiques/{name}/")
        shown = [tuple(re.findall(r">([^<]+)</t[hd]>", row)) for row in re.findall(r"<tr>(.*?)</tr>", alone)]
        assert shown == [chart.columns, *chart.rows]
        file = client.get(f"{PAGE}{name}.csv")
        assert file["content-type"].startswith("text/csv")
        lines = list(csv.reader(io.StringIO(file.content.decode()), delimiter=";"))
        assert lines == [list(run.series[key]["rows"][0])] + [
            [str(cell) for cell in row.values()] for row in run.series[key]["rows"]
        ]


def test_what_there_is_nothing_of_is_said(client: Client, assessed: Run) -> None:
    page = text(client, f"{PAGE}graphiques/")
    assert "Aucune étiquette de version." in page
    assert "Moins de six personnes sur l’année" in page
    assert page.count('<svg class="chart"') == 2
    assert client.get(f"{PAGE}versions.csv").content == b""
    assert "<table>" not in text(client, f"{PAGE}graphiques/versions/")


def test_no_person_is_on_a_page_of_figures(client: Client, assessed: Run) -> None:
    people = [part for who in (ADA, BOB, EVE) for part in who.rstrip(">").split(" <")]
    paths = ["graphiques/", *(f"graphiques/{name}/" for name in KEYS), *(f"{name}.csv" for name in KEYS)]
    for path in paths:
        shown = text(client, PAGE + path)
        assert [one for one in people if one in shown] == []


def test_without_a_run_and_before_there_were_series(client: Client, velos: Commons, cast: Cast, fetch: Fetch) -> None:
    assert "non évalué" in words(text(client, f"{PAGE}graphiques/"))
    assert "Rien de ce nom" in text(client, f"{PAGE}graphiques/activite/", 404)
    run = again(cast, velos, fetch)
    Run.objects.filter(pk=run.pk).update(series={})
    assert "d’avant que ce guichet compte au fil du temps" in words(text(client, f"{PAGE}graphiques/"))
    for path in ("graphiques/activite/", "activite.csv"):
        assert "Rien de ce nom" in text(client, PAGE + path, 404)
    assert "series" not in client.get("/api/v1/assessment/commons/umap").json()


@pytest.mark.parametrize("serie", ["inconnu", "activity", "x" * 300])
def test_a_series_that_there_is_not(client: Client, assessed: Run, serie: str) -> None:
    for path in (f"graphiques/{serie}/", f"{serie}.csv"):
        assert client.get(PAGE + path).status_code == 404


def test_a_merged_commons_leads_on(client: Client, assessed: Run) -> None:
    old = CommonsFactory(slug="ancien", state="merged", merged_into=Commons.objects.get(slug="umap"))
    for path in ("graphiques/", "graphiques/activite/", "activite.csv"):
        answer = client.get(f"/communs/{old.slug}/evaluation/{path}")
        assert (answer.status_code, answer["location"]) == (301, f"{PAGE}{path}")


def test_a_file_has_a_tag_and_is_not_sent_twice(client: Client, assessed: Run) -> None:
    first = client.get(f"{PAGE}activite.csv")
    again_ = client.get(f"{PAGE}activite.csv", headers={"if-none-match": first["etag"]})
    assert (first.status_code, again_.status_code) == (200, 304)


def test_the_first_run_has_nothing_before_it(client: Client, assessed: Run) -> None:
    told = words(text(client, f"{PAGE}historique/"))
    assert "Première évaluation de ce dépôt ici." in told
    assert "→" not in told


def test_what_changed_since_the_run_before(
    client: Client, assessed: Run, velos: Commons, cast: Cast, fetch: Fetch
) -> None:
    before = earlier(assessed, 30)
    Value.objects.filter(run=before, code="newcomers").update(value=40, low=30, high=50)
    Outcome.objects.filter(run=before, condition="C3").update(outcome="unmet")
    with pytest.raises(NotReady):
        carried_out(asked(cast["reader"], velos), failing("too_big"))
    Run.objects.filter(state="failed").update(created_at=before.created_at + timedelta(days=1))
    after = again(cast, velos, fetch)
    now = telling.value(queries.profile_of(velos).by_code["newcomers"], "fr")
    told = words(text(client, f"{PAGE}historique/"))
    assert f"40\u00a0personnes → {now}" in told
    assert "(au-delà de l’incertitude)" in told
    assert "non rempli → rempli" in told
    assert told.count("Première évaluation") == 1
    steps = over_time.steps(list(over_time.runs_of(velos)))
    assert [(step.run.pk, step.before and step.before.pk) for step in steps] == [
        (after.pk, before.pk),
        (Run.objects.get(state="failed").pk, None),
        (before.pk, None),
    ]
    measure = words(text(client, f"{PAGE}newcomers/"))
    assert f"40\u00a0personnes → {now}" in measure
    assert "Les deux intervalles ne se touchent pas." in measure


def test_nothing_changed_is_said(client: Client, assessed: Run, velos: Commons, cast: Cast, fetch: Fetch) -> None:
    Run.objects.filter(pk=assessed.pk).update(created_at=assessed.created_at - timedelta(days=1))
    Value.objects.filter(run=assessed, code="shannon").update(value=F("value") + 1e-9)  # reads the same
    again(cast, velos, fetch)
    assert "Rien n’a changé depuis le" in words(text(client, f"{PAGE}historique/"))
    assert "Inchangé depuis le" in words(text(client, f"{PAGE}caf_w/"))


def test_another_method_breaks_curve_and_comparison(
    client: Client, assessed: Run, velos: Commons, cast: Cast, fetch: Fetch
) -> None:
    before = earlier(assessed, 40)
    Run.objects.filter(pk=before.pk).update(method_version="0")
    for value in Value.objects.filter(run=before):
        value.detail["version"] = "0"
        value.save()
    again(cast, velos, fetch)
    told = words(text(client, f"{PAGE}historique/"))
    assert f"La méthode a changé (0 → {METHOD_VERSION})" in told
    page = text(client, f"{PAGE}caf_w/")
    assert "La méthode a changé depuis le" in words(page)
    assert "La ligne s’interrompt" in page


def test_a_measure_has_a_curve_from_its_second_day_on(
    client: Client, assessed: Run, velos: Commons, cast: Cast, fetch: Fetch
) -> None:
    assert '<svg class="chart"' not in text(client, f"{PAGE}caf_w/")
    earlier(assessed, 40)
    again(cast, velos, fetch)
    page = text(client, f"{PAGE}caf_w/")
    assert page.count('<svg class="chart"') == 1
    assert "Facteur d’absence, sur un an au fil des évaluations" in page


def test_a_result_before_the_page_is_found(velos: Commons, cast: Cast, fetch: Fetch) -> None:
    first = earlier(again(cast, velos, fetch), 9)
    last = again(cast, velos, fetch)
    (step,) = over_time.steps(list(over_time.runs_of(velos)[:1]))
    assert (step.run.pk, step.before and step.before.pk) == (last.pk, first.pk)


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_a_measure_for_programs_costs_the_same(assessed: Run, velos: Commons, cast: Cast, fetch: Fetch) -> None:
    path = "/api/v1/assessment/commons/umap/indicators/caf_w/history"
    one = cost(Client(), path)
    for days in (20, 10):
        earlier(again(cast, velos, fetch), days)
    assert (Run.objects.count(), cost(Client(), path)) == (3, one)


@pytest.mark.parametrize("path", ["historique/", "newcomers/", "graphiques/", "graphiques/activite/", "activite.csv"])
def test_one_run_or_three_cost_the_same(
    client: Client, assessed: Run, velos: Commons, cast: Cast, fetch: Fetch, path: str
) -> None:
    client.force_login(cast["reader"])
    one = cost(client, PAGE + path)
    earlier(assessed, 20)
    earlier(again(cast, velos, fetch), 10)
    again(cast, velos, fetch)
    assert Run.objects.count() == 3
    three = cost(client, PAGE + path)
    assert three <= one + (path == "historique/")  # the runs before this page are asked for where there are any
    assert three <= 14


def test_the_page_of_the_profile_leads_there(client: Client, assessed: Run) -> None:
    page = text(client, PAGE)
    for path in ("graphiques/", "historique/"):
        assert f'href="{PAGE}{path}"' in page
    assert 'href="/evaluations/comparer/?communs=umap"' in page
    assert queries.profile_of(Commons.objects.get(slug="umap")) is not None


def test_a_measure_over_time_for_programs(assessed: Run, velos: Commons, cast: Cast, fetch: Fetch) -> None:
    first = earlier(assessed, 40)
    last = again(cast, velos, fetch)
    told = Program().get("/assessment/commons/umap/indicators/caf_w/history").json()
    whole = Program().get("/assessment/commons/umap").json()
    now = next(one for one in whole["indicators"] if one["code"] == "caf_w")
    assert (told["code"], told["unit"]) == ("caf_w", "persons")
    assert [one["run"] for one in told["items"]] == [str(last.pk), str(first.pk)]
    newest = told["items"][0]
    assert {name: newest[name] for name in ("value", "low", "high", "n", "status")} == {
        name: now[name] for name in ("value", "low", "high", "n", "status")
    }
    assert (newest["as_of"], newest["head"], newest["method"]) == (whole["as_of"], last.head_oid, whole["method"])


def test_what_programs_are_refused(assessed: Run) -> None:
    at = "/assessment/commons/umap/indicators"
    refused(Program().get(f"{at}/rien/history"), 404, "unknown_measure")
    refused(Program().get(f"{at}/{'x' * 200}/history"), 422, "invalid")
    refused(Program().get(f"{at}/caf_w/history?limit=2"), 422, "unknown_parameter")
    CommonsFactory(slug="ancien", state="merged", merged_into=Commons.objects.get(slug="umap"))
    answer = Program().get("/assessment/commons/ancien/indicators/caf_w/history")
    assert (answer.status_code, answer["location"]) == (308, f"/api/v1{at}/caf_w/history")
