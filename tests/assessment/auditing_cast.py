"""Audits as tests need them: closed, and reviewed by somebody who has no part in the commons."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from slices import NOW
from uses import Cast

from communaux.assessment import services_audit, services_footprint, services_review
from communaux.assessment.auditing import Head, mark_of, mark_of_head
from communaux.assessment.measured import Told
from communaux.assessment.models import DigitalService, ServiceAudit
from communaux.core.models import Person
from communaux.engines.footprint.rgesn.audit import BLOCKS, Finding

MAIL = "tierce@cabinet.example"
WHY = "Le site est compressé, et le budget est vérifié à chaque version."


def service(cast: Cast, name: str = "Cartes", kind: str = "web") -> DigitalService:
    told = Told(name, kind, url="https://umap.example/")
    return services_footprint.register_service(cast["steward"], cast.commons, told=told, at=NOW)


def line(row: ServiceAudit, number: str) -> Finding:
    row.refresh_from_db()
    return next(one for one in row.audit.findings if one.criterion == number)


def closed(cast: Cast, of: DigitalService, at: Any = NOW, **answers: str) -> ServiceAudit:
    """`answers`: by criterion, its dot written `_`."""
    row = services_audit.start_audit(cast["steward"], of, at=at)
    for name, answer in answers.items():
        number = name.lstrip("c").replace("_", ".")
        said = Finding(number, answer, justification=WHY, na_reason="Rien de tel.")  # type: ignore[arg-type]  # drawn from the answers
        seen = mark_of(line(row, number))
        services_audit.record_finding(cast["steward"], row, finding=said, seen=seen, at=at)
    row.refresh_from_db()
    blocks = dict.fromkeys(BLOCKS, "Dit ici.")
    head = Head("équipe du site", "", ("https://umap.example/",), {}, blocks)
    services_audit.tell_audit(cast["steward"], row, head=head, seen=mark_of_head(row.audit), at=at)
    return services_audit.close_audit(cast["steward"], row, at=at)


def published(cast: Cast, of: DigitalService, at: Any = NOW, **answers: str) -> ServiceAudit:
    return services_audit.publish_audit(cast["steward"], closed(cast, of, at, **answers), at=at)


def bears(person: Person, mail: str = MAIL) -> Person:
    EmailAddress.objects.create(user=person, email=mail, verified=True)
    return person


def said(by: Person, row: ServiceAudit, number: str, review: str = "contested", remark: str = "Deux PNG.") -> None:
    seen = mark_of(line(row, number))
    services_review.review_line(by, row, number=number, review=review, remark=remark, seen=seen, at=NOW)
