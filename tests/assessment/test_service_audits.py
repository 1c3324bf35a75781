"""An audit on the desk: begun by a steward, answered line by line, closed, published; what each state refuses."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from assessment.test_services_measured import read_page
from django.db import IntegrityError, transaction
from django.test import Client
from slices import NOW
from uses import Cast

from communaux.assessment import services_audit as writes
from communaux.assessment import services_footprint
from communaux.assessment.auditing import Head, mark_of, mark_of_head
from communaux.assessment.measured import Told
from communaux.assessment.models import DigitalService, ServiceAudit
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.models import Entry
from communaux.engines.footprint.rgesn.audit import BLOCKS, Finding

pytestmark = pytest.mark.django_db
HTML = '<script>alert("x")</script>'
WHY = "Le site est compressé, et le budget est vérifié à chaque version."
FULL = dict.fromkeys(BLOCKS, "Dit ici.")


@pytest.fixture
def service(cast: Cast) -> DigitalService:
    told = Told("Cartes", "web", url="https://umap.example/")
    return services_footprint.register_service(cast["steward"], cast.commons, told=told, at=NOW)


@pytest.fixture
def draft(cast: Cast, service: DigitalService) -> ServiceAudit:
    return writes.start_audit(cast["steward"], service, at=NOW)


def seen(row: ServiceAudit, number: str) -> str:
    return mark_of(line(row, number))


def line(row: ServiceAudit, number: str) -> Finding:
    row.refresh_from_db()
    return next(one for one in row.audit.findings if one.criterion == number)


def answer(cast: Cast, row: ServiceAudit, finding: Finding) -> ServiceAudit:
    return writes.record_finding(cast["steward"], row, finding=finding, seen=seen(row, finding.criterion), at=NOW)


def headed(cast: Cast, row: ServiceAudit, **told: Any) -> ServiceAudit:
    given = {
        "auditor": "équipe du site",
        "organisation": "",
        "pages": ("https://umap.example/",),
        "facts": {},
        "blocks": FULL,
    }
    row.refresh_from_db()
    now = mark_of_head(row.audit)
    return writes.tell_audit(cast["steward"], row, head=Head(**{**given, **told}), seen=now, at=NOW)


def test_from_the_first_line_to_the_declaration(client: Client, cast: Cast, service: DigitalService) -> None:
    client.force_login(cast["steward"])
    root = service.get_absolute_url()
    assert "Personne n’a encore audité ce service." in read_page(client, root)
    page = client.post(f"{root}rgesn/", follow=True)
    there = page.redirect_chain[-1][0]
    assert "0 sur 100" in page.text
    assert page.text.count("/rgesn/") >= 78
    row = ServiceAudit.objects.get()
    sent = {"answer": "conforming", "justification": WHY, "seen": seen(row, "4.8"), "next": "1"}
    page = client.post(f"{there}4.8/", sent, follow=True)
    assert page.redirect_chain[-1][0] == f"{there}4.9/"
    assert "1 sur 100" in read_page(client, there)
    page = client.post(f"{there}clore/", follow=True)
    assert page.status_code == 200
    assert "Il manque : qui l’a fait" in " ".join(unescape(page.text).split())
    row.refresh_from_db()
    told = {"auditor": "équipe du site", "pages": "https://umap.example/", "has_ai": "no", **FULL}
    sent = told | {"seen": mark_of_head(row.audit)}
    assert client.post(f"{there}dire/", sent, follow=True).redirect_chain[-1][0] == there
    assert "Clos" in client.post(f"{there}clore/", follow=True).text
    assert "Publié" in client.post(f"{there}publier/", follow=True).text
    client.logout()
    text = read_page(client, f"{root}declaration/")
    assert "Cartes" in text
    assert "1 sur 100" in text
    assert "label" not in text.lower()
    found = client.get(f"{root}declaration.json").json()
    assert (found["state"], found["score"]["shown"], len(found["lines"])) == ("published", 1, 78)
    assert "Le site est compressé" in read_page(client, f"{there}4.8/")


@pytest.mark.parametrize(
    ("number", "sent", "sentence"),
    [
        ("4.8", {"answer": "conforming"}, "au moins 40 signes"),
        ("4.8", {"answer": "not_applicable"}, "dites pourquoi il ne s’applique pas"),
        ("4.1", {"answer": "not_applicable", "na_reason": "x"}, "Sélectionnez un choix valide"),
        ("4.8", {"answer": "perhaps"}, "Sélectionnez un choix valide"),
        ("4.8", {}, "obligatoire"),
        ("4.8", {"answer": "not_conforming", "justification": "call ada@host.example"}, "Retirez l’adresse"),
        ("4.8", {"answer": "not_conforming", "link": "javascript:alert(1)"}, "URL"),
    ],
)
def test_a_line_that_cannot_be(
    client: Client, cast: Cast, draft: ServiceAudit, number: str, sent: dict[str, str], sentence: str
) -> None:
    client.force_login(cast["steward"])
    page = client.post(f"{draft.get_absolute_url()}{number}/", {**sent, "seen": seen(draft, number)})
    assert page.status_code == 422
    assert sentence in " ".join(unescape(page.text).split())
    assert line(draft, number).answer == "not_assessed"


def test_a_line_that_was_answered_meanwhile_is_not_written_over(
    client: Client, cast: Cast, draft: ServiceAudit
) -> None:
    before = seen(draft, "4.8")
    answer(cast, draft, Finding("4.8", "not_conforming"))
    client.force_login(cast["steward"])
    sent = {"answer": "conforming", "justification": WHY + HTML, "seen": before}
    page = client.post(f"{draft.get_absolute_url()}4.8/", sent)
    assert page.status_code == 422
    assert "entre-temps" in page.text
    assert HTML not in page.text
    assert f">\n{WHY}&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;</textarea>" in page.text
    assert line(draft, "4.8").answer == "not_conforming"
    told = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
    assert "là où le vôtre dit autre chose : Réponse non conforme" in told
    assert f'value="{seen(draft, "4.8")}"' in page.text  # what comes back can be sent
    again = {"answer": "conforming", "justification": WHY, "seen": seen(draft, "4.8")}
    assert client.post(f"{draft.get_absolute_url()}4.8/", again).status_code == 302
    assert line(draft, "4.8").answer == "conforming"


def test_a_withdrawn_service_is_not_audited(cast: Cast, service: DigitalService) -> None:
    services_footprint.withdraw_service(cast["steward"], service, at=NOW)
    service.refresh_from_db()
    with pytest.raises(Conflict):
        writes.start_audit(cast["steward"], service, at=NOW)


def test_each_line_is_one_entry_of_the_journal(cast: Cast, draft: ServiceAudit) -> None:
    answer(cast, draft, Finding("4.8", "conforming", justification=WHY))
    entry = Entry.objects.filter(act="assessment.record_finding").get()
    assert entry.after["criterion"] == "4.8"
    assert entry.private["after"]["answer"] == "conforming"
    assert entry.subject_id == str(draft.pk)


def test_the_journal_tells_nobody_what_a_draft_says(client: Client, cast: Cast, draft: ServiceAudit) -> None:
    answer(cast, draft, Finding("4.8", "conforming", justification=WHY))
    for path in ("/journal/", "/api/v1/journal", "/communs/umap/histoire/"):
        answered = client.get(path)
        assert answered.status_code == 200
        told = unescape(answered.content.decode())
        assert "est compressé" not in told
        assert "est compress\\u00e9" not in told


def test_a_link_and_what_is_planned_come_back_in_the_form(client: Client, cast: Cast, draft: ServiceAudit) -> None:
    client.force_login(cast["steward"])
    there = f"{draft.get_absolute_url()}6.3/"
    sent = {
        "answer": "conforming",
        "link": "https://umap.example/entetes",
        "valid_until": "2027-01-31",
        "action": "Brotli",
    }
    assert client.post(there, {**sent, "seen": seen(draft, "6.3")}).status_code == 302
    page = client.get(there).text
    for typed in ("https://umap.example/entetes", "2027-01-31", "Brotli"):
        assert f'value="{typed}"' in page
    assert line(draft, "6.3").evidence[0].kind == "url"


# --- states ---


def test_one_draft_of_a_service(cast: Cast, draft: ServiceAudit) -> None:
    with pytest.raises(Conflict):
        writes.start_audit(cast["steward"], draft.service, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceAudit.objects.create(service=draft.service, document=draft.document, by=cast["steward"], started_at=NOW)


def test_what_is_lacking_to_close_and_to_publish(cast: Cast, draft: ServiceAudit) -> None:
    with pytest.raises(NotReady) as told:
        writes.close_audit(cast["steward"], draft, at=NOW)
    assert told.value.details["missing"] == ["auditor", "perimeter", "pages"]
    headed(cast, draft, blocks={"perimeter": "Le site."})
    closed = writes.close_audit(cast["steward"], draft, at=NOW)
    assert closed.expires_on is not None
    assert (closed.expires_on - NOW.date()).days in range(540, 552)
    with pytest.raises(NotReady) as told:
        writes.publish_audit(cast["steward"], draft, at=NOW)
    assert "perimeter" not in told.value.details["missing"]
    assert "contact" in told.value.details["missing"]


def test_what_is_closed_never_changes(cast: Cast, draft: ServiceAudit) -> None:
    headed(cast, draft)
    writes.close_audit(cast["steward"], draft, at=NOW)
    for write in (writes.close_audit, writes.drop_draft):
        with pytest.raises(Conflict):
            write(cast["steward"], draft, at=NOW)
    with pytest.raises(Conflict):
        answer(cast, draft, Finding("4.8", "not_conforming"))
    headed(cast, draft, auditor="quelqu’un d’autre", blocks={**FULL, "contact": "Par la page du site."})
    draft.refresh_from_db()
    assert draft.audit.auditor == "équipe du site"  # of a closed one, the parts of the declaration alone
    assert draft.audit.blocks["contact"] == "Par la page du site."
    writes.publish_audit(cast["steward"], draft, at=NOW)
    with pytest.raises(Conflict):
        writes.publish_audit(cast["steward"], draft, at=NOW)
    with pytest.raises(Conflict):
        headed(cast, draft)


def test_two_people_tell_of_one_audit_and_nothing_is_lost(client: Client, cast: Cast, draft: ServiceAudit) -> None:
    before = mark_of_head(draft.audit)
    headed(cast, draft)
    client.force_login(cast["steward"])
    there = f"{draft.get_absolute_url()}dire/"
    page = client.post(there, {"auditor": "une autre équipe", "seen": before})
    assert page.status_code == 422
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
    assert "Ce qui est dit maintenant, là où le vôtre dit autre chose : Qui le fait équipe du site" in text
    assert 'value="une autre équipe"' in page.text
    draft.refresh_from_db()
    assert draft.audit.auditor == "équipe du site"
    assert f'value="{mark_of_head(draft.audit)}"' in page.text  # what comes back can be sent


def test_a_link_that_is_over_shows_nothing(client: Client, cast: Cast, draft: ServiceAudit) -> None:
    client.force_login(cast["steward"])
    sent = {
        "answer": "conforming",
        "link": "https://umap.example/x",
        "valid_until": "2020-01-01",
        "seen": seen(draft, "4.8"),
    }
    page = client.post(f"{draft.get_absolute_url()}4.8/", sent)
    assert page.status_code == 422
    assert "Ce jour est passé" in unescape(page.text)


def test_a_closed_audit_can_still_tell_what_its_declaration_lacks(
    client: Client, cast: Cast, draft: ServiceAudit
) -> None:
    headed(cast, draft, blocks={"perimeter": "Le site."})
    writes.close_audit(cast["steward"], draft, at=NOW)
    client.force_login(cast["steward"])
    there = draft.get_absolute_url()
    page = client.post(f"{there}publier/", follow=True)
    assert "Il manque" in page.text
    assert "Débit minimal" in page.text
    draft.refresh_from_db()
    assert client.post(f"{there}dire/", {**FULL, "seen": mark_of_head(draft.audit)}).status_code == 302
    assert "Publié" in client.post(f"{there}publier/", follow=True).text


def test_the_next_audit_remembers_and_counts_nothing(cast: Cast, draft: ServiceAudit) -> None:
    answer(cast, draft, Finding("4.8", "conforming", justification=WHY))
    headed(cast, draft)
    writes.close_audit(cast["steward"], draft, at=NOW)
    after = writes.start_audit(cast["steward"], draft.service, at=NOW)
    assert after.previous_id == draft.pk
    assert (line(after, "4.8").answer, line(after, "4.8").justification) == ("not_assessed", WHY)
    assert (after.audit.state, after.audit.closed_on, after.audit.expires_on) == ("draft", None, None)


def test_a_draft_is_dropped(client: Client, cast: Cast, draft: ServiceAudit) -> None:
    client.force_login(cast["steward"])
    there = draft.get_absolute_url()
    assert client.post(f"{there}jeter/", follow=True).redirect_chain[-1][0] == draft.service.get_absolute_url()
    assert client.get(there).status_code == 404
    assert Entry.objects.filter(act="assessment.drop_draft").exists()


def test_facts_of_the_service_decide_what_applies(client: Client, cast: Cast, draft: ServiceAudit) -> None:
    headed(cast, draft, facts={"has_ai": False, "has_video": True})
    client.force_login(cast["steward"])
    text = read_page(client, draft.get_absolute_url())
    assert "non applicable" in text
    with pytest.raises(NotReady):
        answer(cast, draft, Finding("5.4", "not_applicable", na_reason="Nous n’en avons pas."))


# --- who may ---


@pytest.mark.parametrize("who", ["reader", "member", "operator"])
def test_others_read_and_do_not_write(client: Client, cast: Cast, draft: ServiceAudit, who: str) -> None:
    client.force_login(cast[who])
    there, root = draft.get_absolute_url(), draft.service.get_absolute_url()
    for path in (
        f"{there}dire/",
        f"{there}clore/",
        f"{there}publier/",
        f"{there}jeter/",
        f"{root}rgesn/",
    ):
        assert client.post(path, {}).status_code == 403, path
    assert client.get(there).status_code == client.get(f"{there}4.8/").status_code == 404  # nothing is published yet
    assert "/rgesn/" not in client.get(root).text
    headed(cast, draft)
    writes.close_audit(cast["steward"], draft, at=NOW)
    assert client.get(there).status_code == 404
    writes.publish_audit(cast["steward"], draft, at=NOW)
    for path in (root, there, f"{there}4.8/"):
        page = client.get(path)
        assert page.status_code == 200
        assert "<form method" not in page.text
        assert "/rgesn/" in page.text
    with pytest.raises(NotAllowed):
        writes.start_audit(cast[who], draft.service, at=NOW)


@pytest.mark.parametrize("path", ["9.99/", "x/", "../declaration/", "../declaration.json"])
def test_what_is_not_there_is_not_found(client: Client, draft: ServiceAudit, path: str) -> None:
    root = draft.service.get_absolute_url()
    there = root + path.removeprefix("../") if path.startswith("../") else draft.get_absolute_url() + path
    assert client.get(there).status_code == 404


def test_no_letter_and_no_seal(client: Client, cast: Cast, draft: ServiceAudit) -> None:
    headed(cast, draft)
    writes.close_audit(cast["steward"], draft, at=NOW)
    writes.publish_audit(cast["steward"], draft, at=NOW)
    root = draft.service.get_absolute_url()
    page = read_page(client, f"{root}declaration/")
    assert re.search(r"\b(note|grade|classe) [A-G]\b", page) is None
    assert "il ne certifie rien et ne se compare à aucun autre" in page
    assert "grade" not in json.dumps(client.get(f"{root}declaration.json").json())
