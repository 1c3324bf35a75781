"""Role × action: anybody signed in asks, the desk and its operators write what was found."""

from __future__ import annotations

import pytest
import rules
from allauth.account.models import EmailAddress
from assessment.running import asked
from django.contrib.auth.models import AnonymousUser
from slices import NOW
from uses import Cast

import communaux.assessment.rules  # noqa: F401 - the rules under test
from communaux.assessment import services
from communaux.assessment.ai_noting import Signing
from communaux.assessment.models import (
    AiNote,
    Correction,
    DigitalService,
    FootprintResult,
    ForgeItems,
    Measurement,
    Repository,
    ServiceAudit,
)
from communaux.catalogue.models import Commons
from communaux.core.errors import NotAllowed

pytestmark = pytest.mark.django_db

EVERYBODY = {"reader", "member", "second", "former", "outsider", "editor", "steward", "operator", "desk"}
DESK = {"operator", "desk"}
MATRIX = {
    "assessment.ask_run": EVERYBODY,
    "assessment.advance_run": DESK,
    "assessment.keep_run": DESK,
    "assessment.fail_run": DESK,
    "assessment.cancel_run": DESK,
    "assessment.mark_checked": DESK,
    "assessment.propose_correction": EVERYBODY,
    "assessment.decide_correction": {"editor", "steward"},
    "assessment.record_forge_items": {"editor", "steward"},
    "assessment.withdraw_forge_items": {"editor", "steward"},
    "assessment.register_service": {"editor", "steward"},
    "assessment.edit_service": {"editor", "steward"},
    "assessment.withdraw_service": {"editor", "steward"},
    "assessment.import_measurement": {"editor", "steward", "desk"},  # a command
    "assessment.compute_footprint": {"editor", "steward"},
    "assessment.withdraw_measurement": {"editor", "steward"},
    "assessment.recompute_footprint": {"editor", "steward"},
    **{f"assessment.{one}_audit": {"editor", "steward"} for one in ("start", "tell", "close", "publish")},
    "assessment.ask_checks": {"editor", "steward"},
    "assessment.keep_checks": {"editor", "steward"},
    "assessment.record_finding": {"editor", "steward"},
    "assessment.drop_draft": {"editor", "steward"},
    "assessment.sign_ai_note": {
        "editor",
        "steward",
    },  # for a service; in one's own name: tests/assessment/test_ai_notes.py
    "assessment.revise_ai_note": {"steward"},  # who signed it
    "assessment.ask_review": {"editor", "steward"},
    "assessment.withdraw_review": {"editor", "steward"},
    "assessment.review_line": {"reader"},  # who bears the address, and has no part in the commons
    "assessment.sign_review": {"reader"},
    "assessment.expire_audits": DESK,
    "assessment.object": DESK | {"reader"},  # who bears the address
    "assessment.take_back_objection": DESK | {"reader"},
    "assessment.take_key": DESK,
}
# About one answer: tests/assessment/test_answers.py
OF_AN_ANSWER = {
    *("assessment.answer", "assessment.accept_proposal", "assessment.withdraw_answer"),
    *("assessment.review_answer", "assessment.import_answers"),
}


def test_role_by_action(velos: Commons, cast: Cast) -> None:
    run, mail = asked(cast["reader"], velos), "reader@x.org"
    EmailAddress.objects.create(user=cast["reader"], email=mail, verified=True)
    EmailAddress.objects.create(user=cast["outsider"], email=mail.upper(), verified=False)
    people = {**cast.people, "visitor": AnonymousUser(), "nobody": None}
    said = Correction(commons=velos)
    items = ForgeItems(repository=Repository(commons=velos))
    targets = {"decide_correction": said, "object": mail, "take_back_objection": mail}
    targets |= {"record_forge_items": velos, "withdraw_forge_items": items}
    service = DigitalService(commons=velos)
    targets |= {"register_service": velos, "edit_service": service, "withdraw_service": service}
    targets |= {"import_measurement": service, "compute_footprint": Measurement(service=service)}
    targets |= {"withdraw_measurement": Measurement(service=service)}
    targets |= {"recompute_footprint": FootprintResult(service=service)}
    audit = ServiceAudit(service=service)
    targets |= dict.fromkeys(("ask_checks", "keep_checks"), audit)
    targets |= dict.fromkeys(("record_finding", "tell_audit", "close_audit", "publish_audit", "drop_draft"), audit)
    targets |= {"start_audit": service, "sign_ai_note": Signing(service)}
    targets |= {"revise_ai_note": AiNote(service=service, by=cast["steward"])}
    targets |= dict.fromkeys(("ask_review", "withdraw_review"), audit)
    targets |= dict.fromkeys(
        ("review_line", "sign_review"), ServiceAudit(service=service, state="closed", review_mail=mail)
    )
    may = {
        rule: {who for who, one in people.items() if rules.has_perm(rule, one, targets.get(rule.split(".")[1], run))}
        for rule in MATRIX
    }
    assert may == MATRIX
    assert {name for name in rules.permissions.permissions if name.startswith("assessment.")} == {
        *MATRIX,
        *OF_AN_ANSWER,
    }


def test_nobody_else_ends_a_run(velos: Commons, cast: Cast) -> None:
    run = asked(cast["reader"], velos)
    with pytest.raises(NotAllowed):
        services.fail_run(cast["reader"], run, code="empty", at=NOW)
    run.refresh_from_db()
    assert run.state == "queued"
