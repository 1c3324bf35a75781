"""What a form shows of a commons before somebody changes it, and what is still missing before it is published."""

from __future__ import annotations

from typing import Any

from communaux.catalogue import minimum
from communaux.catalogue.formats.values import characters
from communaux.catalogue.models import Commons, Fact, Proposal, Text
from communaux.catalogue.own import COMMUNITY, FIELDS, GOVERNANCE, LISTS
from communaux.catalogue.queries import duplicates
from communaux.core.queries import evidence_for


def current(commons: Commons) -> dict[str, Any]:
    """Values of the fields of the form, as the sheet tells them today."""
    main = commons.resources.order_by("pk").first()
    found: dict[str, Any] = {name: [] if name in LISTS else "" for name in FIELDS}
    found |= {"name": commons.name, "names": commons.names, "stage": commons.stage}
    found["themes"] = sorted(theme.key for theme in commons.themes.all())
    if main:
        found |= {"kind": main.kind, "url": main.url, "repository": main.repository, "licence": main.licence_raw}
    for text in Text.objects.filter(commons=commons, lang__in=("fr", "en")):
        found |= {f"short_{text.lang}": text.short, f"long_{text.lang}": text.text_md}
    return found | _facts(commons)


def _facts(commons: Commons) -> dict[str, str]:
    """The value of each fact of the triad that the source of the highest priority told last."""
    keys = (*COMMUNITY, *GOVERNANCE)
    rows = Fact.objects.filter(commons=commons, key__in=keys).select_related("record__source")
    ordered = sorted(rows, key=lambda f: (f.record.source.priority if f.record else 0, f.as_of, f.pk))
    return {fact.key: fact.value for fact in ordered if isinstance(fact.value, str)}


def missing(commons: Commons) -> list[str]:
    """Codes of what is missing to publish."""
    resources, told = list(commons.resources.all()), current(commons)
    return minimum.missing(
        minimum.Known(
            name=commons.name,
            addresses=[r.url or r.repository for r in resources],
            open=[r.open for r in resources],
            texts=[characters(text.text_md) for text in commons.texts.all()],
            themes=commons.themes.count(),
            repositories=sum(bool(r.repository) for r in resources),
            contacts=sum(bool(told.get(key)) for key in ("talk", "contribute", "steward")),
            evidence=evidence_for("commons", str(commons.pk)).count(),
            unanswered=len(unanswered(commons)),
        )
    )


def unanswered(commons: Commons) -> list[duplicates.LookAlike]:
    """Look-alikes of a proposed commons of which nobody said yet why they are not the same."""
    proposal = Proposal.objects.filter(commons=commons).first()
    answers = proposal.answers if proposal else {}
    return [one for one in duplicates.of(commons) if str(one.commons.pk) not in answers]


def answer(commons: Commons, one: duplicates.LookAlike) -> str:
    """What was said of a look-alike; empty: nothing yet."""
    proposal = getattr(commons, "proposal", None)
    return str(proposal.answers.get(str(one.commons.pk), "")) if proposal else ""


def shown(value: Any) -> str:
    """A value of a field as its form shows it."""
    return "\n".join(value) if isinstance(value, list) else str(value)
