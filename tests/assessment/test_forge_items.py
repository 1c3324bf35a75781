"""What a forge tells, given on the desk: who may, what is kept and what is not, what a run makes of it, what is taken back."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from assess.forges import NAMES, story, stream
from assess.forges import github as github_pages
from assessment.forging import END, READ, items, lines
from assessment.running import Fetch, asked, carried_out
from assessment.test_assessment_api import program
from calling import Program, acts, last, refused
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from factories import CommonsFactory
from slices import NOW
from uses import Cast

from communaux.assessment import nightly, over_time, queries, queries_forge, services_forge
from communaux.assessment.models import ForgeItems, Run, Value
from communaux.catalogue.models import Commons
from communaux.core import notify
from communaux.core.errors import BadRequest, Conflict, NotAllowed, NotReady
from communaux.core.models import Entry, Notification
from communaux.engines.assess.forge_lines import digest
from communaux.engines.assess.forge_measures import MEASURES

pytestmark = pytest.mark.django_db

PAGE = "/communs/umap/evaluation/forge/"
API_AT = "/assessment/commons/umap/forge-items"


def sent(client: Client, content: bytes, read_on: str = "", name: str = "forge.jsonl") -> tuple[int, str]:
    given = {"file": SimpleUploadedFile(name, content), "read_on": read_on}
    answer = client.post(PAGE, given, follow=True)
    return answer.status_code, answer.content.decode()


def newest(commons: Commons) -> Run:
    found = queries.runs_of(commons).first()
    assert found is not None
    return found


def outcome(commons: Commons, code: str) -> str:
    told = queries.profile_of(commons)
    assert told is not None
    return next(one.outcome for one in told.conditions if one.code == code)


def give(cast: Cast, velos: Commons, **told: int) -> ForgeItems:
    return services_forge.record_forge_items(cast["steward"], velos, found=items(**told), at=NOW)


def test_a_steward_gives_it_and_two_conditions_are_known(
    client: Client, velos: Commons, cast: Cast, assessed: Run, fetch: Fetch
) -> None:
    assert (outcome(velos, "C5"), outcome(velos, "G6")) == ("unknown", "unknown")
    assert "n’ont pas été lus" in client.get("/communs/umap/evaluation/").content.decode()
    client.force_login(cast["steward"])
    status, page = sent(client, lines())
    assert (status, "Signalements\u00a0: 24, propositions de modification\u00a0: 0" in page) == (200, True)
    assert "GitLab" in page
    run = newest(velos)
    assert (run.reason, run.state) == ("items", "queued")
    carried_out(run, fetch)
    assert (outcome(velos, "C5"), outcome(velos, "G6")) == ("met", "met")
    profile = client.get("/communs/umap/evaluation/").content.decode()
    assert "Forge lue le 21 décembre 2025." in profile
    pages = {code: client.get(f"/communs/umap/evaluation/{code}/") for code in MEASURES}
    assert {code: page.status_code for code, page in pages.items()} == dict.fromkeys(MEASURES, 200)
    assert "sans réponse" in pages["first_response"].content.decode()
    assert "2\u00a0comptes" in pages["merge_rights"].content.decode()
    assert "non" in pages["archived"].content.decode()
    assert "Forge lue le 21 décembre 2025." in client.get("/communs/umap/evaluation/mesures/").content.decode()
    told = Program().get("/assessment/commons/umap").json()
    assert told["items"]["sha256"] == digest(items())
    changed = client.get("/communs/umap/evaluation/historique/").content.decode()
    assert "Répond" in changed
    held = ForgeItems.objects.get()
    client.post(f"/releves-de-forge/{held.pk}/retirer/")
    carried_out(newest(velos), fetch)
    assert (outcome(velos, "C5"), outcome(velos, "G6")) == ("unknown", "unknown")
    held.refresh_from_db()
    assert (held.lines, held.withdrawn_at is not None) == ("", True)
    assert "items" not in Program().get("/assessment/commons/umap").json()


def test_taking_it_back_gives_the_profile_of_before(velos: Commons, cast: Cast, assessed: Run, fetch: Fetch) -> None:
    before = queries.profile_of(velos)
    held = give(cast, velos)
    carried_out(newest(velos), fetch)
    services_forge.withdraw_forge_items(cast["editor"], held, at=timezone.now())
    carried_out(newest(velos), fetch)
    after = queries.profile_of(velos)
    assert before
    assert after
    assert json.dumps(after.document(), sort_keys=True) == json.dumps(before.document(), sort_keys=True)


def test_no_name_of_an_account_is_kept_anywhere(
    client: Client, velos: Commons, cast: Cast, assessed: Run, fetch: Fetch
) -> None:
    client.force_login(cast["editor"])
    pages = stream(github_pages(story(), members=True))
    _status, page = sent(client, pages, "2026-10-01", name="mona-zoe.json")
    carried_out(newest(velos), fetch)
    out = io.StringIO()
    call_command("dumpdata", "--all", stdout=out)
    everything = out.getvalue() + page + str(Program().get("/assessment/commons/umap").json())
    assert ForgeItems.objects.get().counts["issue"] == 20
    assert [name for name in ("mona", "otto", "zoe", "hugo", "renovate") if name in everything] == []
    assert set(NAMES) >= {"mona", "otto", "zoe", "hugo"}


def test_who_may(client: Client, velos: Commons, cast: Cast) -> None:
    assert "Connectez-vous" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"file": SimpleUploadedFile("f", lines())}).status_code == 403
    client.force_login(cast["reader"])
    page = client.get(PAGE).content.decode()
    assert ("Les personnes garantes et les éditrices" in page, 'type="file"' in page) == (True, False)
    assert sent(client, lines())[0] == 403
    assert sent(client, b"no file of ours")[0] == 403  # nothing is read of it
    held = give(cast, velos)
    assert client.post(f"/releves-de-forge/{held.pk}/retirer/").status_code == 403
    for part in ("reader", "member", "outsider", "operator"):
        with pytest.raises(NotAllowed):
            services_forge.record_forge_items(cast[part], velos, found=items(wait=2), at=NOW)
        with pytest.raises(NotAllowed):
            services_forge.withdraw_forge_items(cast[part], held, at=NOW)
    assert ForgeItems.objects.get().withdrawn_at is None


@pytest.mark.parametrize(
    ("content", "read_on", "sentence"),
    [
        (b"", "", "Le fichier soumis est vide"),
        (b"\xff\xfe\x00", "", "pas du texte en UTF-8"),
        (b"<html><script>alert(1)</script>", "", "Ligne 1"),
        (lines()[:-300], "", "Ligne"),
        (lines().rstrip(b"\n").rpartition(b"\n")[0], "", "pas autant de lignes"),
        (lines().replace(b'"number": 7', b'"number": 6'), "", "déjà plus haut"),
        (b"[" * 100_000, "2026-10-01", "Ligne 1"),
        (b'{"data": {"repository": null}}', "2026-10-01", "erreur"),
        (stream(github_pages(story())), "", "donnez-en le jour"),
        (stream(github_pages(story())), "hier", "date valide"),
        (lines(read_at=4_000_000_000), "", "un jour à venir"),
        (b" " * 10_000_001, "", "10\u00a0Mo"),
    ],
)
def test_what_cannot_be_taken(
    client: Client, velos: Commons, cast: Cast, content: bytes, read_on: str, sentence: str
) -> None:
    client.force_login(cast["steward"])
    status, page = sent(client, content, read_on)
    assert (status, ForgeItems.objects.count()) == (422, 0)
    assert sentence in page
    assert "<script>alert" not in page


def test_without_a_file_or_a_repository(client: Client, cast: Cast) -> None:
    client.force_login(cast["steward"])
    assert client.post(PAGE, {}).status_code == 422
    status, page = sent(client, lines())
    assert (status, "Aucun dépôt" in page) == (422, True)
    with pytest.raises(NotReady):
        services_forge.record_forge_items(cast["steward"], cast.commons, found=items(), at=NOW)


def test_a_newer_one_takes_the_place(velos: Commons, cast: Cast) -> None:
    first = give(cast, velos)
    with pytest.raises(Conflict, match=r".*"):
        give(cast, velos)  # two clicks
    second = give(cast, velos, requests=30, read_at=READ + 9)
    first.refresh_from_db()
    assert (first.lines, first.withdrawn_at, first.items_state) == ("", NOW, "withdrawn")
    assert queries_forge.items_of(velos) == second
    with pytest.raises(Conflict):
        give(cast, velos, requests=31)  # read before
    with pytest.raises(Conflict):
        services_forge.withdraw_forge_items(cast["steward"], first, at=NOW)
    with pytest.raises(BadRequest):
        give(cast, velos, read_at=int(NOW.timestamp()) + 90_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        ForgeItems.objects.filter(pk=first.pk).update(withdrawn_at=None)


def test_of_another_address_nothing_is_shown(velos: Commons, cast: Cast) -> None:
    give(cast, velos)
    velos.resources.update(repository="https://github.com/demo/elsewhere")
    assert queries_forge.items_of(velos) is None


def test_two_clicks_at_the_back(velos: Commons, cast: Cast) -> None:
    held = give(cast, velos)
    services_forge.withdraw_forge_items(cast["steward"], held, at=NOW)
    with pytest.raises(Conflict):
        services_forge.withdraw_forge_items(cast["editor"], held, at=NOW)
    assert ForgeItems.objects.count() == 1


def test_the_journal_says_that_it_was_given_and_stewards_are_told(velos: Commons, cast: Cast) -> None:
    held = give(cast, velos)
    services_forge.withdraw_forge_items(cast["editor"], held, at=NOW)
    lines_ = [(one.act, one.after) for one in Entry.objects.filter(act__contains="forge_items").order_by("seq")]
    assert [act for act, _after in lines_] == ["assessment.record_forge_items", "assessment.withdraw_forge_items"]
    assert lines_[0][1]["sha256"] == digest(items())
    assert lines_[1][1] == {"items_state": "withdrawn"}
    notify.follow(timezone.now())
    told = Notification.objects.filter(person=cast["steward"], entry__act="assessment.withdraw_forge_items")
    assert told.count() == 1


def test_the_nightly_reading_takes_it(velos: Commons, cast: Cast, assessed: Run) -> None:
    Run.objects.exclude(pk=assessed.pk).delete()
    repository = assessed.repository
    at = timezone.now()
    assert not nightly._changed(repository, assessed.head_oid, at)
    ForgeItems.objects.create(
        repository=repository,
        lines="x",
        sha256="",
        forge="gitlab",
        read_at=at,
        counts={},
        by=cast["steward"],
        created_at=at,
    )
    assert nightly._changed(repository, assessed.head_oid, at)


def test_a_run_from_before_there_were_such_measures(
    client: Client, velos: Commons, cast: Cast, assessed: Run, fetch: Fetch
) -> None:
    """Made by an earlier program: every page that shows it stands, and what changed since is told where both tell it."""
    new = (
        "first_response",
        "closure_ratio",
        "acceptance",
        "time_to_close",
        "open_age",
        "releases",
        "archived",
        "merge_rights",
    )
    Value.objects.filter(run=assessed, code__in=new).delete()
    other = CommonsFactory(slug="trains", name="Trains", updated_at=NOW)
    other.resources.create(kind="software", repository="https://github.com/demo/trains")
    carried_out(asked(cast["reader"], other), fetch)
    paths = (
        *("", "mesures/", "historique/", "graphiques/", "ce-qui-manque/", "badge.svg", "badge.json"),
        *("caf_w/", "silence/", "forge/"),
    )
    assert {path: client.get(f"/communs/umap/evaluation/{path}").status_code for path in paths} == dict.fromkeys(
        paths, 200
    )
    assert client.get("/communs/umap/evaluation/first_response/").status_code == 404
    assert client.get("/evaluations/comparer/?communs=umap,trains").status_code == 200
    assert Program().get("/assessment/commons/umap").status_code == 200
    assert Program().get("/assessment/commons/umap/indicators/silence/history").status_code == 200
    assert Program().get("/assessment/compare?commons=umap,trains").status_code == 200
    give(cast, velos)
    carried_out(newest(velos), fetch)
    steps = over_time.steps(list(over_time.runs_of(velos)))
    assert steps[0].changes is not None
    assert {one.after.code for one in steps[0].changes.conditions} == {"C5", "G6"}
    assert steps[0].changes.measures == ()
    assert client.get("/communs/umap/evaluation/historique/").status_code == 200
    assert client.get("/communs/umap/evaluation/first_response/").status_code == 200


def test_an_archived_repository_is_not_alive(velos: Commons, cast: Cast, assessed: Run, fetch: Fetch) -> None:
    services_forge.record_forge_items(cast["steward"], velos, found=replace(items(), archived=True), at=NOW)
    carried_out(newest(velos), fetch)
    told = queries.profile_of(velos)
    assert told
    assert next((one.outcome, one.because) for one in told.conditions if one.code == "C1") == ("unmet", ("archived",))


def test_lists_ask_as_often_whatever_was_given(client: Client, velos: Commons, cast: Cast, assessed: Run) -> None:
    def asked_for() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(PAGE)
        return len(seen)

    none = asked_for()
    give(cast, velos)
    give(cast, velos, requests=30, read_at=READ + 9)
    assert asked_for() == none <= 12
    assert END < READ


# For programs


def test_a_program_gives_it_and_takes_it_back(velos: Commons, cast: Cast) -> None:
    refused(Program().get(API_AT), 404, "no_items")
    steward, seq = program(cast["steward"]), last()
    made = steward.post(API_AT, {"content": lines().decode()})
    told = made.json()
    assert (made.status_code, told["state"], told["forge"], told["read_at"]) == (
        201,
        "in_force",
        "gitlab",
        "2025-12-21T22:13:20Z",
    )
    assert told["counts"] == {"issue": 24, "change": 0, "member": 2, "release": 0, "left_out": 2}
    assert Program().get(API_AT).json() == told
    refused(steward.post(API_AT, {"content": lines().decode()}), 409, "said_already")
    refused(program(cast["reader"]).post(API_AT, {"content": "x"}), 403, "not_allowed")
    back = f"/assessment/forge-items/{told['id']}/withdrawal"
    refused(program(cast["reader"]).post(back), 403, "not_allowed")
    assert steward.post(back).json()["state"] == "withdrawn"
    refused(steward.post(back), 409, "withdrawn_already")
    refused(
        steward.post("/assessment/forge-items/00000000-0000-7000-8000-000000000000/withdrawal"), 404, "unknown_items"
    )
    assert [act for act, _by in acts(seq)] == ["assessment.record_forge_items", "assessment.withdraw_forge_items"]


def test_a_program_is_told_what_is_wrong(velos: Commons, cast: Cast) -> None:
    steward = program(cast["steward"])
    answer = steward.post(API_AT, {"content": lines().decode()[:-300]})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["file"])
    answer = steward.post(API_AT, {"content": stream(github_pages(story())).decode()})
    assert list(answer.json()["errors"]) == ["read_on"]
    answer = steward.post(API_AT, {"content": stream(github_pages(story())).decode(), "read_on": "2026-10-01"})
    assert (answer.status_code, answer.json()["counts"]["change"]) == (201, 10)


def test_a_commons_that_was_merged_leads_on(velos: Commons, client: Client) -> None:
    CommonsFactory(slug="ancien", state="merged", merged_into=velos, updated_at=NOW)
    moved = Program().get("/assessment/commons/ancien/forge-items")
    assert (moved.status_code, moved["location"]) == (308, f"/api/v1{API_AT}")
    assert client.get("/communs/ancien/evaluation/forge/").status_code == 301
