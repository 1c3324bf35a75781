"""Who is who, put right on the desk or left out on request: what is kept, who decides, what is read anew, what comes back."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from assess.histories import ADA, BOB
from assessment.running import Fetch, asked, carried_out
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from slices import NOW
from uses import Cast

from communaux.assessment import correcting, desk_key, identities, queries
from communaux.assessment.models import Correction, IdentityKey, Objection, Run
from communaux.catalogue.models import Commons
from communaux.cli import main
from communaux.core import notify
from communaux.core.errors import BadRequest, Conflict, NotAllowed
from communaux.core.models import Entry, Notification, Person

pytestmark = pytest.mark.django_db

PAGE = "/communs/umap/evaluation/corrections/"
WHY = "Les deux adresses sont dans la liste des auteurs."
ADDRESSES = ("ada@x.org", "bob@y.org")
SAID = {"kind": "same_person", "mail": "ADA+git@x.org", "other": "bob@y.org", "why": WHY}


def propose(by: Person, commons: Commons, kind: str = "same_person", mails: tuple[str, ...] = ADDRESSES) -> Correction:
    return correcting.propose_correction(by, commons, kind=kind, mails=mails, why=WHY, at=NOW)


def newest(commons: Commons) -> Run:
    found = queries.runs_of(commons).first()
    assert found is not None
    return found


def people(commons: Commons) -> int:
    told = queries.profile_of(commons)
    assert told is not None
    return int(told.run.told["facts"]["authors"]["default"]["without_bots"])


def everything() -> str:
    """The whole database, as text."""
    out = io.StringIO()
    call_command("dumpdata", "--all", stdout=out)
    return out.getvalue()


def test_a_reader_says_it_a_steward_takes_it_in_and_back(
    client: Client, velos: Commons, cast: Cast, assessed: Run, fetch: Fetch
) -> None:
    before = queries.profile_of(velos)
    assert before is not None
    client.force_login(cast["reader"])
    answer = client.post(PAGE, SAID, follow=True)
    assert "Une personne garante du commun ou une éditrice en décide" in answer.content.decode()
    said = Correction.objects.get()
    assert (said.state, said.kind, newest(velos).pk) == ("proposed", "same_person", assessed.pk)
    assert said.keys == " ".join(sorted(identities.key(one) for one in ADDRESSES))
    client.force_login(cast["steward"])
    assert "Prendre en compte" in client.get(PAGE).content.decode()
    client.post(f"/corrections/{said.pk}/decider/", {"to": "active"})
    run = newest(velos)
    assert (run.reason, run.state) == ("identity", "queued")
    assert (people(velos), carried_out(run, fetch).state) == (3, "done")
    assert people(velos) == 2
    client.post(f"/corrections/{said.pk}/decider/", {"to": "withdrawn"})
    carried_out(newest(velos), fetch)
    after = queries.profile_of(velos)
    assert after is not None
    assert json.dumps(after.document(), sort_keys=True) == json.dumps(before.document(), sort_keys=True)


def test_what_a_steward_says_is_active_at_once(velos: Commons, cast: Cast) -> None:
    said = propose(cast["steward"], velos)
    assert (said.state, said.decided_at) == ("active", NOW)
    assert Run.objects.count() == 0  # never assessed: nothing to read anew


def test_two_clicks_are_one_correction(client: Client, velos: Commons, cast: Cast) -> None:
    client.force_login(cast["reader"])
    client.post(PAGE, SAID)
    answer = client.post(PAGE, SAID)
    assert (answer.status_code, Correction.objects.count()) == (422, 1)
    assert "Cela a déjà été dit" in answer.content.decode()
    assert "ADA+git@x.org" in answer.content.decode()  # what was typed comes back
    with pytest.raises(Conflict):
        propose(cast["second"], velos, mails=ADDRESSES[::-1])


def test_two_people_who_decide_at_once(velos: Commons, cast: Cast) -> None:
    said = propose(cast["reader"], velos)
    correcting.decide_correction(cast["steward"], said, to="withdrawn", at=NOW)
    for to in ("active", "withdrawn"):
        with pytest.raises(Conflict):
            correcting.decide_correction(cast["editor"], said, to=to, at=NOW)
    again = propose(cast["reader"], velos)
    assert again.pk != said.pk  # taken back, it may be said anew


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"mail": "ada"}, "Ce n’est pas une adresse"),
        ({"other": ""}, "Donnez les deux adresses"),
        ({"other": "x y@z"}, "Ce n’est pas une adresse"),
        ({"other": "ada@X.org"}, "deux façons d’écrire une même adresse"),
        ({"why": "Écrivez à ada@x.org pour savoir."}, "Retirez l’adresse"),
        ({"why": "court"}, "10"),
        ({"why": "Appelez le 06 12 34 56 78 pour savoir."}, "Retirez l’adresse"),
        ({"kind": "owner"}, "owner"),
        ({"mail": "a" * 300 + "@x.org"}, "254"),
    ],
)
def test_what_cannot_be_taken(client: Client, velos: Commons, cast: Cast, given: dict[str, str], sentence: str) -> None:
    client.force_login(cast["reader"])
    answer = client.post(PAGE, SAID | given)
    assert (answer.status_code, Correction.objects.count()) == (422, 0)
    assert sentence in answer.content.decode()


def test_a_decision_says_what_it_is(client: Client, velos: Commons, cast: Cast) -> None:
    said = propose(cast["steward"], velos)
    client.force_login(cast["steward"])
    for to in ("", "actif"):
        assert client.post(f"/corrections/{said.pk}/decider/", {"to": to}).status_code == 400
    said.refresh_from_db()
    assert said.state == "active"


def test_hostile_words_are_shown_as_words(client: Client, velos: Commons, cast: Cast) -> None:
    client.force_login(cast["reader"])
    client.post(PAGE, SAID | {"why": "<script>alert(1)</script> '; drop table --"})
    page = client.get(PAGE).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_no_address_is_kept_anywhere(velos: Commons, cast: Cast, assessed: Run, fetch: Fetch) -> None:
    said = propose(cast["steward"], velos, mails=("ada@x.org", "ada@home.example"))
    carried_out(newest(velos), fetch)
    correcting.object_to_count(cast["operator"], "eve@gmail.com", at=NOW)
    whole = everything()
    for word in ("ada@x.org", "ada@home.example", "eve@gmail.com", *(name.split(" <")[0] for name in (ADA, BOB))):
        assert word not in whole
    line = Entry.objects.filter(act="assessment.propose_correction").get()
    assert line.after == {"commons_slug": "umap", "correction_kind": "same_person", "correction_state": "active"}
    assert len(said.keys) == 129


def test_a_key_is_of_this_desk(settings: pytest.FixtureRequest) -> None:
    mine = identities.key("Ada+x@X.org")
    assert mine == identities.key("ada@x.org")
    settings.IDENTITY_KEY = "another"  # type: ignore[attr-defined]  # pytest-django's own
    assert identities.key("ada@x.org") != mine


def test_each_kind_reaches_the_engine(velos: Commons, cast: Cast) -> None:
    for kind, mail in (("bot", "ci@x.org"), ("not_bot", "abbot@x.org"), ("other_person", "eve@y.org")):
        propose(cast["steward"], velos, kind, (mail,))
    propose(cast["steward"], velos)
    waiting = propose(cast["reader"], velos, "bot", ("wait@x.org",))
    found = identities.corrections_of(velos)
    keys = {
        name: frozenset({identities.key(mail).encode()})
        for name, mail in (("bots", "ci@x.org"), ("people", "abbot@x.org"), ("apart", "eve@y.org"))
    }
    assert {name: getattr(found, name) for name in keys} == keys
    assert found.same == (tuple(sorted(identities.key(one).encode() for one in ADDRESSES)),)
    assert found.key(b"ci@x.org") in found.bots
    assert waiting.keys.encode() not in found.bots


def test_stewards_are_told_and_who_said_it_hears_what_was_decided(velos: Commons, cast: Cast) -> None:
    said = propose(cast["reader"], velos)
    propose(cast["steward"], velos, "bot", ("ci@x.org",))  # in force at once: nobody has to decide
    notify.follow(timezone.now())
    rows = Notification.objects.filter(entry__act__startswith="assessment.")
    told = [(kind, who) for kind, who in rows.values_list("kind", "person__display_name")]
    assert sorted(told) == [("asked", "editor"), ("asked", "steward")]
    correcting.decide_correction(cast["steward"], said, to="active", at=NOW)
    notify.follow(timezone.now())
    assert [(one.kind, one.person.display_name) for one in rows.filter(kind="decided")] == [("decided", "reader")]


def test_one_asks_not_to_be_counted_and_comes_back(
    client: Client, velos: Commons, cast: Cast, assessed: Run, fetch: Fetch
) -> None:
    me = cast["reader"]
    EmailAddress.objects.create(user=me, email="bob@y.org", verified=True)
    EmailAddress.objects.create(user=me, email="eve@gmail.com", verified=False)
    client.force_login(me)
    page = client.get("/mon-espace/depots/").content.decode()
    assert ("bob@y.org" in page, "eve@gmail.com" in page) == (True, False)
    seq = Entry.objects.count()
    for _click in range(2):
        client.post("/mon-espace/depots/compter/", {"mail": "bob@y.org"})
    assert (Objection.objects.count(), Entry.objects.count()) == (1, seq)
    assert "comptée nulle part" in client.get("/mon-espace/depots/").content.decode()
    carried_out(asked(me, velos), fetch)
    assert people(velos) == 2
    told = queries.profile_of(velos)
    assert told is not None
    assert [one.code for one in told.warnings if one.code == "unnamed"] == ["unnamed"]
    client.post("/mon-espace/depots/compter/", {"mail": "bob@y.org", "counted": "yes"})
    carried_out(asked(me, velos), fetch)
    assert (people(velos), Objection.objects.filter(withdrawn_at=None).count()) == (3, 0)


@pytest.mark.parametrize("mail", ["eve@gmail.com", "ada@x.org", "", "x" * 10_000])
def test_nobody_leaves_out_somebody_else(client: Client, cast: Cast, mail: str) -> None:
    EmailAddress.objects.create(user=cast["reader"], email="eve@gmail.com", verified=False)
    client.force_login(cast["reader"])
    assert client.post("/mon-espace/depots/compter/", {"mail": mail}).status_code == 403
    with pytest.raises(NotAllowed):
        correcting.take_back_objection(cast["reader"], mail, at=NOW)
    assert Objection.objects.count() == 0


def test_by_letter_an_operator_does_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assessments", "forget", "Ada@x.org"]) == 0
    assert main(["assessments", "forget", "ada@x.org"]) == 0
    assert Objection.objects.filter(withdrawn_at=None).count() == 1
    assert (main(["assessments", "recall", "ada@x.org"]), main(["assessments", "recall", "ada@x.org"])) == (0, 1)
    assert main(["assessments", "forget", "ada"]) == 2
    assert capsys.readouterr().err == "communaux: ada is no address: write it as name@domain\n"


def test_the_page_asks_the_database_no_more_for_three(client: Client, velos: Commons, cast: Cast) -> None:
    counts = []
    for number in (1, 2, 3):
        propose(cast["reader"], velos, "bot", (f"ci{number}@x.org",))
        client.get(PAGE)
        with CaptureQueriesContext(connection) as found:
            assert client.get(PAGE).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[2]
    assert counts[2] <= 12


def test_a_visitor_reads_and_cannot_say(client: Client, velos: Commons) -> None:
    page = client.get(PAGE)
    assert (page.status_code, "<button>" in page.content.decode().partition("<main")[2]) == (200, False)
    assert client.post(PAGE, SAID).status_code == 403
    assert client.post(f"/corrections/{'0' * 8}-0000-7000-8000-{'0' * 12}/decider/").status_code == 403
    assert client.get("/mon-espace/depots/").status_code == 302
    assert Correction.objects.count() == 0


def test_the_same_address_twice_is_no_pair(velos: Commons, cast: Cast) -> None:
    with pytest.raises(BadRequest):
        propose(cast["reader"], velos, mails=("ada@x.org", "ADA@x.org"))


def checked(client: Client, said: Correction, typed: str, status: int = 200) -> str:
    answer = client.post(PAGE, {"check": said.pk, "mail": typed})
    assert answer.status_code == status
    return answer.content.decode()


def test_who_decides_may_ask_whether_it_is_about_an_address(client: Client, velos: Commons, cast: Cast) -> None:
    pair, program = propose(cast["reader"], velos), propose(cast["reader"], velos, "bot", ("robot@z.org",))
    client.force_login(cast["steward"])
    assert client.get(PAGE).content.decode().count("De quelle adresse il s’agit") == 2
    before, lines = everything(), Entry.objects.count()
    for said, typed, told in (
        (pair, "ADA+git@x.org", "l’adresse que vous avez tapée est l’une des deux"),
        (pair, "bob@y.org", "l’adresse que vous avez tapée est l’une des deux"),
        (pair, "robot@z.org", "il ne s’agit pas de l’adresse que vous avez tapée"),
        (program, " robot@Z.org ", "il s’agit de l’adresse que vous avez tapée"),
    ):
        page = checked(client, said, typed)
        assert (page.count('role="status"'), told in page, typed.strip() in page) == (1, True, True)
    assert 'role="alert"' in checked(client, pair, "<b>ada", 422)
    assert "<b>ada" not in checked(client, pair, "<b>ada", 422)
    assert (everything(), Entry.objects.count()) == (before, lines)  # nothing is kept
    client.cookies["django_language"] = "en"
    english = client.post(f"/en{PAGE}", {"check": pair.pk, "mail": "bob@y.org"}).content.decode()
    assert "Yes: the address that you typed is one of its two." in english


def test_nobody_else_learns_what_a_correction_is_about(client: Client, velos: Commons, cast: Cast) -> None:
    said = propose(cast["reader"], velos)
    assert client.post(PAGE, {"check": said.pk, "mail": ADDRESSES[0]}).status_code == 403
    for name in ("reader", "member"):
        client.force_login(cast[name])
        assert "De quelle adresse" not in client.get(PAGE).content.decode()
        page = checked(client, said, ADDRESSES[0], 403)
        assert "une des deux" not in page
    client.force_login(cast["steward"])
    for number in ("", "x", "01900000-0000-7000-8000-000000000001"):
        assert client.post(PAGE, {"check": number, "mail": ADDRESSES[0]}).status_code == 404


def start(capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str]:
    code = main([*command])
    return code, capsys.readouterr().err


def test_a_machine_with_another_key_is_refused(
    settings: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And who was left out stays left out; the first to start says which key it is."""
    told = []
    monkeypatch.setattr("django.core.management.call_command", lambda name, *_, **__: told.append(name))
    monkeypatch.setattr("communaux.core.heartbeat.start", lambda: None)
    monkeypatch.setattr("communaux.cli.desk.answer", lambda *_: told.append("served"))
    serve, work = ("serve", "--port", "0"), ("work", "--batch")
    assert [start(capsys, *one)[0] for one in (serve, work, ("assessments", "forget", "ada@x.org"))] == [0, 0, 0]
    assert told == ["collectstatic", "served", "ox_worker"]
    kept, mine = IdentityKey.objects.get(), settings.IDENTITY_KEY
    assert kept.proof == desk_key.proof()
    assert mine not in everything()
    settings.IDENTITY_KEY = "another"
    jobs = (("refresh",), ("forget", "bob@y.org"), ("recall", "ada@x.org"))
    for command in (serve, work, *(("assessments", *job) for job in jobs)):
        code, said = start(capsys, *command)
        assert (code, "COMMUNAUX_IDENTITY_KEY" in said, said.count("\n")) == (2, True, 1)
    assert (len(told), Objection.objects.filter(withdrawn_at=None).count()) == (3, 1)
    settings.IDENTITY_KEY = mine
    assert start(capsys, "assessments", "recall", "ada@x.org")[0] == 0
    assert IdentityKey.objects.get().since == kept.since


def test_a_lost_key_is_given_up_by_hand(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert start(capsys, "assessments", "forget", "ada@x.org")[0] == 0
    settings.IDENTITY_KEY = "another"
    assert start(capsys, "assessments", "take-key")[0] == 0
    assert Entry.objects.filter(act="assessment.take_key").get().actor == Person.objects.desk()
    assert start(capsys, "assessments", "recall", "ada@x.org")[0] == 1  # not recognised any more
    assert start(capsys, "assessments", "forget", "ada@x.org")[0] == 0


def test_before_there_are_tables_nothing_is_compared(tmp_path: Path) -> None:
    """`serve` opens a desk whose migrations are due: its probe says so."""
    code = "from communaux.cli.desk import prepare, same_key; prepare(); same_key()"
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["COMMUNAUX_VAR"] = str(tmp_path)
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "was not compared" in done.stderr) == (0, True)
