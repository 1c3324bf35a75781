"""A third party reviews a closed audit: who may, what it changes, when it is public; audits that are too old."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from assessment.auditing_cast import MAIL, bears, closed, line, published, said, service
from assessment.test_services_measured import read_page
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from slices import NOW
from uses import LONG_AGO, Cast

from communaux.assessment import services_audit, tasks
from communaux.assessment import services_review as writes
from communaux.assessment.auditing import mark_of
from communaux.assessment.models import ServiceAudit
from communaux.core import letters, notify, outbox
from communaux.core import services as core
from communaux.core.errors import BadRequest, Conflict, NotAllowed, NotReady, TooMany
from communaux.core.models import Entry, Notification, OutboxItem
from communaux.engines.footprint.rgesn.score import score

pytestmark = pytest.mark.django_db
REMARK = "Deux images sont encore en PNG."


@pytest.fixture
def row(cast: Cast) -> ServiceAudit:
    return closed(cast, service(cast), c4_8="conforming", c6_3="conforming")


@pytest.fixture
def asked(cast: Cast, row: ServiceAudit) -> ServiceAudit:
    bears(cast["reader"])
    return writes.ask_review(cast["steward"], row, mail=MAIL, at=NOW)


@pytest.fixture
def mailbox(settings: Any) -> list[EmailMessage]:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    mail.outbox = []
    return mail.outbox


def test_from_the_question_to_the_public_review(
    client: Client, cast: Cast, row: ServiceAudit, mailbox: list[EmailMessage]
) -> None:
    there, root = row.get_absolute_url(), row.service.get_absolute_url()
    client.force_login(cast["steward"])
    assert client.get(f"{there}revue/demander/").status_code == 200
    assert client.post(f"{there}revue/demander/", {"mail": "x"}).status_code == 422
    page = client.post(f"{there}revue/demander/", {"mail": MAIL}, follow=True)
    assert "Quelqu’un d’extérieur est sollicité" in unescape(page.text)
    for _twice in range(2):
        outbox.drain(letters.compose, timezone.now)
    (sent,) = mailbox
    assert sent.to == [MAIL]
    assert f"{there}revue/" in sent.body
    assert "pas encore signée" in unescape(client.post(f"{there}publier/", follow=True).text)

    client.force_login(bears(cast["reader"]))
    assert client.get(there).status_code == 404
    assert "0 ligne sur 78" in read_page(client, f"{there}revue/")
    sent_back = {"review": "contested", "remark": "", "seen": mark_of(line(row, "4.8"))}
    page = client.post(f"{there}revue/4.8/", sent_back)
    assert page.status_code == 422
    assert "Dites en une phrase" in unescape(page.text)
    assert client.post(f"{there}revue/4.8/", sent_back | {"remark": "call ada@host.example"}).status_code == 422
    page = client.post(f"{there}revue/4.8/", sent_back | {"remark": REMARK, "next": "1"}, follow=True)
    assert page.redirect_chain[-1][0] == f"{there}revue/4.9/"
    assert client.get(f"{there}revue/9.99/").status_code == 404
    confirmed = {"review": "confirmed", "seen": mark_of(line(row, "6.3"))}
    assert client.post(f"{there}revue/6.3/", confirmed).url == f"{there}revue/"
    assert "par vous : contesté" in read_page(client, f"{there}revue/")
    client.force_login(cast["steward"])
    assert REMARK not in unescape(client.get(there).text + client.get(f"{there}4.8/").text)  # not before it is signed

    client.force_login(cast["reader"])
    assert client.post(f"{there}revue/", {"name": "Ana Ruiz"}).status_code == 422
    page = client.post(f"{there}revue/", {"name": "Ana Ruiz", "organisation": "Cabinet vert"}, follow=True)
    assert "Signé" in page.text
    assert client.get(f"{there}revue/").status_code == 403  # the address is forgotten, and nothing changes any more
    assert MAIL not in str(list(ServiceAudit.objects.values()))
    client.force_login(cast["steward"])
    assert "Publié" in client.post(f"{there}publier/", follow=True).text

    client.logout()
    day = timezone.localdate()
    for path in (f"{root}declaration/", there):
        text = read_page(client, path)
        assert f"evu par Ana Ruiz, Cabinet vert, le {day:%d/%m/%Y}" in text
        assert "2 lignes sur 78" in text
        assert REMARK in text
    assert REMARK in read_page(client, f"{there}4.8/")
    told = client.get(f"{root}declaration.json").json()
    assert (told["mode"], told["reviewer"], told["reviewed_on"]) == ("third_party", "Ana Ruiz", day.isoformat())
    found = {one["criterion"]: one for one in told["lines"]}
    assert [found["4.8"][name] for name in ("answer", "review", "remark", "reviewed_by")] == [
        *("conforming", "contested", REMARK, "Ana Ruiz")
    ]
    assert found["4.9"]["reviewed_by"] == ""
    assert f"reviewed by Ana Ruiz, Cabinet vert on {day.isoformat()}" in read_page(client, f"/en{root}declaration/")


def test_nothing_of_a_review_changes_answers_or_score(cast: Cast, asked: ServiceAudit) -> None:
    before = asked.audit
    said(cast["reader"], asked, "4.8")
    said(cast["reader"], asked, "1.1")
    after = writes.sign_review(cast["reader"], asked, name="Ana", organisation="Cabinet", at=NOW).audit
    assert after.answers == before.answers
    assert score(after, NOW.date()) == score(before, NOW.date())


def test_who_has_a_part_reviews_nothing(cast: Cast, asked: ServiceAudit) -> None:
    """The address alone is not enough: an editor, the steward's colleague, whoever wrote in it, the operator who is neither."""
    core.add_member(cast["desk"], cast.town, person=cast["steward"], starts_on=LONG_AGO, at=NOW)
    for who, allowed in (("editor", False), ("member", False), ("steward", False), ("outsider", True)):
        mail = f"{who}@cabinet.example"
        bears(cast[who], mail)
        ServiceAudit.objects.filter(pk=asked.pk).update(review_mail=mail)
        asked.refresh_from_db()
        if allowed:
            said(cast[who], asked, "4.8")
        else:
            with pytest.raises(NotAllowed):
                said(cast[who], asked, "4.8")
    ServiceAudit.objects.filter(pk=asked.pk).update(by=cast["outsider"])
    asked.refresh_from_db()
    with pytest.raises(NotAllowed):
        said(cast["outsider"], asked, "4.8")


def test_an_address_that_nobody_verified_opens_nothing(cast: Cast, asked: ServiceAudit) -> None:
    said(cast["reader"], asked, "4.8")
    cast["reader"].emailaddress_set.update(verified=False)
    with pytest.raises(NotAllowed):
        writes.sign_review(cast["reader"], asked, name="A", organisation="B", at=NOW)


def test_what_cannot_be_asked(cast: Cast, row: ServiceAudit, mailbox: list[EmailMessage]) -> None:
    bears(cast["steward"], "moi@umap.example")
    with pytest.raises(BadRequest):
        writes.ask_review(cast["steward"], row, mail="Moi@umap.example", at=NOW)
    with pytest.raises(Conflict):  # nobody is asked
        writes.withdraw_review(cast["steward"], row, at=NOW)
    for n in range(writes.MOST):
        at = NOW + timedelta(minutes=n)
        writes.ask_review(cast["steward"], row, mail=MAIL, at=at)
        with pytest.raises(Conflict):
            writes.ask_review(cast["steward"], row, mail=MAIL, at=at)
        writes.withdraw_review(cast["steward"], row, at=at)
    with pytest.raises(TooMany):
        writes.ask_review(cast["steward"], row, mail=MAIL, at=NOW + timedelta(hours=1))
    outbox.drain(letters.compose, lambda: NOW + timedelta(hours=1))
    assert (mailbox, OutboxItem.objects.count()) == ([], writes.MOST)  # taken back before they left
    services_audit.publish_audit(cast["steward"], row, at=NOW)
    with pytest.raises(Conflict):
        writes.ask_review(cast["steward"], row, mail=MAIL, at=NOW + timedelta(days=2))


def test_a_question_taken_back_leaves_a_self_assessment(client: Client, cast: Cast, asked: ServiceAudit) -> None:
    said(cast["reader"], asked, "4.8")
    client.force_login(cast["steward"])
    page = client.post(f"{asked.get_absolute_url()}revue/reprendre/", follow=True)
    assert "auto-évaluation" in page.text
    one = line(asked, "4.8")
    assert (asked.audit.mode, asked.review_mail, one.review, one.remark) == ("assisted", "", "", "")
    client.force_login(cast["reader"])
    assert client.get(f"{asked.get_absolute_url()}revue/").status_code == 403
    assert services_audit.publish_audit(cast["steward"], asked, at=NOW).state == "published"


def test_once_signed_nothing_moves_and_the_next_audit_starts_alone(cast: Cast, asked: ServiceAudit) -> None:
    with pytest.raises(NotReady):
        writes.sign_review(cast["reader"], asked, name="Ana", organisation="Cabinet", at=NOW)
    said(cast["reader"], asked, "4.8")
    with pytest.raises(Conflict):  # read before it changed
        writes.review_line(cast["reader"], asked, number="4.8", review="confirmed", remark="", seen="0" * 16, at=NOW)
    writes.sign_review(cast["reader"], asked, name="Ana", organisation="Cabinet", at=NOW)
    with pytest.raises(Conflict):
        writes.withdraw_review(cast["steward"], asked, at=NOW)
    asked.refresh_from_db()
    with pytest.raises(NotAllowed):
        said(cast["reader"], asked, "4.8", "confirmed")
    after = services_audit.start_audit(cast["steward"], asked.service, at=NOW).audit
    assert (after.mode, after.reviewer, after.reviewed_on) == ("assisted", "", None)
    assert {(one.review, one.reviewed_by, one.remark) for one in after.findings} == {("", "", "")}


def test_the_journal_has_each_review_and_none_of_its_words(client: Client, cast: Cast, asked: ServiceAudit) -> None:
    said(cast["reader"], asked, "4.8", remark=REMARK)
    entry = Entry.objects.get(act="assessment.review_line")
    assert (entry.after["criterion"], entry.private["after"]["remark"]) == ("4.8", REMARK)
    writes.sign_review(cast["reader"], asked, name="Ana Ruiz", organisation="Cabinet", at=NOW)
    told = client.get("/journal/").text + client.get("/api/v1/journal").text
    assert "encore en PNG" not in unescape(told)
    assert "Ana Ruiz" not in told


# --- too old ---


def test_an_audit_too_old_says_so_at_the_same_address(client: Client, cast: Cast, asked: ServiceAudit) -> None:
    other = published(cast, service(cast, "Fonds"))
    assert other.expires_on == date(2028, 3, 1)
    last_day = datetime(2028, 3, 1, 22, 0, tzinfo=NOW.tzinfo)
    assert writes.expire_audits(cast["desk"], at=last_day) == 0
    over = last_day + timedelta(days=1)
    assert [writes.expire_audits(cast["desk"], at=over), writes.expire_audits(cast["desk"], at=over)] == [2, 0]
    lines = Entry.objects.filter(act="assessment.expire_audits")
    assert {(one.before["audit_state"], one.after["audit_state"]) for one in lines} == {
        *(("closed", "expired"), ("published", "expired"))
    }
    assert lines.count() == 2
    asked.refresh_from_db()
    other.refresh_from_db()
    assert (asked.audit.state, asked.review_mail, other.state) == ("expired", "", "expired")
    root = other.service.get_absolute_url()
    for path in (f"{root}declaration/", f"{other.get_absolute_url()}declaration/"):
        assert "Cette déclaration est trop ancienne" in read_page(client, path)
    assert "Périmé" in read_page(client, other.get_absolute_url())
    assert client.get(f"{root}declaration.json").json()["state"] == "expired"
    assert client.get(asked.get_absolute_url()).status_code == 404  # was never public
    client.force_login(cast["steward"])
    assert client.get(asked.get_absolute_url()).status_code == 200
    with pytest.raises(Conflict):
        services_audit.publish_audit(cast["steward"], asked, at=over)
    assert services_audit.start_audit(cast["steward"], other.service, at=over).previous_id == other.pk


def test_the_task_of_the_night_does_it(cast: Cast) -> None:
    row = published(cast, service(cast))
    ServiceAudit.objects.update(expires_on=date(2020, 1, 1))
    tasks.expire_audits.func()
    row.refresh_from_db()
    assert row.state == "expired"


def test_a_declaration_stays_after_the_next_one(client: Client, cast: Cast) -> None:
    of = service(cast)
    old = published(cast, of, c4_8="conforming")
    assert "a pris sa place" not in read_page(client, f"{old.get_absolute_url()}declaration/")
    published(cast, of, NOW + timedelta(days=400))
    text = read_page(client, f"{old.get_absolute_url()}declaration/")
    assert "Une autre déclaration a pris sa place le" in text
    assert "1 sur 100" in text
    assert "0 sur 100" in read_page(client, f"{of.get_absolute_url()}declaration/")
    assert client.get(f"{old.get_absolute_url()}declaration.json").json()["score"]["shown"] == 1
    hidden = closed(cast, of, NOW + timedelta(days=500))
    for name in ("declaration/", "declaration.json"):
        assert client.get(f"{hidden.get_absolute_url()}{name}").status_code == 404


def test_who_looks_after_the_commons_is_told(cast: Cast, asked: ServiceAudit) -> None:
    said(cast["reader"], asked, "4.8")
    writes.sign_review(cast["reader"], asked, name="Ana", organisation="Cabinet", at=NOW)
    notify.follow(NOW)
    mine = Notification.objects.filter(person=cast["steward"], entry__act="assessment.sign_review")
    assert mine.count() == 1
