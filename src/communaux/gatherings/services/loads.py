"""Bring the shipped facts of an edition in: whole or not at all; the same facts twice change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from communaux.catalogue.models import Theme
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.models import Organisation, Person
from communaux.engines.programme import times
from communaux.gatherings import boards, life, shipped
from communaux.gatherings.models import (
    CallQuestion,
    Commitment,
    Edition,
    EditionClaim,
    EditionOrganiser,
    EditionTheme,
    FollowUp,
    ReviewCriterion,
    ReviewPhase,
    Roadmap,
    Room,
    Session,
    SessionCall,
)
from communaux.gatherings.pads import aim
from communaux.gatherings.services.adapting import Step, write_phases
from communaux.gatherings.services.programmes import publish_programme
from communaux.territory.models import Territory


@action("gatherings.load", journaled=False)
def load_edition(by: Person, given: shipped.Given, *, at: datetime) -> bool:
    """Whether anything changed. A road map that somebody took up since keeps its life; only its words follow the facts."""
    known = Edition.objects.select_for_update(no_key=True).filter(slug=given.slug).first()
    if known and known.facts_sha256 == given.sha256:
        return False
    edition, before = _edition(known, given, at), journal.facts(known)
    _claims(edition, given.claims)
    lines = [
        _line(edition, before),
        *_commitments(edition, given, at),
        *(_roadmap(edition, slug, one, at) for slug, one in given.roadmaps.items()),
    ]
    _parents(given)
    if given.axes and not edition.axes.exists():
        boards.lay(edition, given.axes, at)
    if given.programme and not edition.sessions.exists():
        _programme(by, edition, given.programme, at)
    if "call" in given.programme and not SessionCall.objects.filter(edition=edition).exists():
        _call(edition, given.programme["call"], at)
    journal.append_many(by, at, [line for line in lines if line.after])
    return True


def _edition(known: Edition | None, given: shipped.Given, at: datetime) -> Edition:
    facts = given.facts
    told = {
        "name": facts["name"],
        "kind": facts["kind"],
        "ordinal": facts.get("ordinal"),
        "starts_on": _days_ago(facts, at) or facts["starts_on"],
        "ends_on": _days_ago(facts, at, facts.get("lasts", 1) - 1) or facts.get("ends_on"),
        "precision": facts.get("precision", "day"),
        "place_name": facts.get("place", ""),
        "territory": _territory(facts.get("territory", "")),
        "organisers_note": facts.get("organisers_note", {}),
        "source": facts.get("source", ""),
        "fictive": given.fictive,
        "facts_sha256": given.sha256,
    }
    new = {"slug": given.slug, "created_at": at}
    edition, _made = Edition.objects.update_or_create(slug=given.slug, defaults=told, create_defaults=told | new)
    edition.organisers.all().delete()
    EditionOrganiser.objects.bulk_create(
        EditionOrganiser(edition=edition, name=name, organisation=_body(name, given))
        for name in facts.get("organisers", ())
    )
    return edition


def _days_ago(facts: Mapping[str, Any], at: datetime, later: int = 0) -> date | None:
    return timezone.localdate(at) - timedelta(days=facts["days_ago"] - later) if "days_ago" in facts else None


def _territory(told: str) -> Territory | None:
    """None on a desk without codes, or with those of a year that does not hold it."""
    kind, _colon, code = told.partition(":")
    return Territory.objects.filter(kind=kind, code=code, valid_to=None).first() if told else None


def _body(name: str, given: shipped.Given) -> Organisation | None:
    """Only the made-up body of a demonstration: a name in a text is not the account of a real one."""
    return Organisation.objects.filter(name=name).first() if given.fictive else None


def _claims(edition: Edition, told: Sequence[Mapping[str, Any]]) -> None:
    edition.claims.all().delete()
    EditionClaim.objects.bulk_create(
        EditionClaim(
            edition=edition,
            key=one["key"],
            label=one["label"],
            value=one["value"],
            note=one.get("note", {}),
            source=one["source"],
            position=position,
        )
        for position, one in enumerate(told)
    )


def _commitments(edition: Edition, given: shipped.Given, at: datetime) -> Iterator[journal.Line]:
    """Their words follow the facts; a made-up one is given its life once."""
    for one in given.facts.get("commitments", ()):
        pk = uuid5(NAMESPACE_URL, f"https://communaux.example/engagement/{edition.slug}/{one['key']}")
        known = Commitment.objects.filter(pk=pk).first()
        before = journal.facts(known)
        told = {"text": one["text"], "body": one.get("body", ""), "source": one.get("source", "")}
        told["due_on"] = one.get("due_on") or _due(one, at)
        new = {"pk": pk, "edition": edition, "carrier": _body(told["body"], given), "created_at": at}
        row, made = Commitment.objects.update_or_create(pk=pk, defaults=told, create_defaults=told | new)
        for news in one.get("news", ()) if made and edition.fictive else ():
            _news(row, news, at - timedelta(days=news["days_ago"]))
        row.save()
        yield _line(row, before)


def _due(one: Mapping[str, Any], at: datetime) -> date | None:
    return timezone.localdate(at) - timedelta(days=one["due_days_ago"]) if "due_days_ago" in one else None


def _line(row: Edition | Roadmap | Commitment, before: Mapping[str, Any]) -> journal.Line:
    old, new = journal.changes(before, journal.facts(row))
    return journal.Line("gatherings.load", journal.subject_of(row), old, new)


def _roadmap(edition: Edition, slug: str, one: Mapping[str, Any], at: datetime) -> journal.Line:
    """Its words follow the facts; its life is written once, and for a made-up one only."""
    known = Roadmap.objects.filter(slug=slug).first()
    before = journal.facts(known)
    told = {
        "title": one["title"],
        "summary": one.get("summary", ""),
        "note": one.get("note", {}),
        "edition": edition,
        "axis": one.get("axis", ""),
        "number": one.get("number"),
        "theme": Theme.objects.filter(key=one["theme"]).first(),
        "licence": one.get("licence", ""),
    }
    new = {"slug": slug, "created_at": at, "fictive": edition.fictive}
    roadmap, made = Roadmap.objects.update_or_create(slug=slug, defaults=told, create_defaults=told | new)
    write_phases(roadmap, [_step(told) for _n, told in shipped.phases(slug, one)], _told(one, at))
    if made and edition.fictive:
        _made_up_life(roadmap, one, at)
    return _line(roadmap, before)


def _told(one: Mapping[str, Any], at: datetime) -> datetime:
    """When its first news was told: milestones of a made-up one were reached then."""
    return at - timedelta(days=max((told["days_ago"] for told in one.get("news", ())), default=0))


def _step(told: Mapping[str, Any]) -> Step:
    aims = [aim(line) for line in told.get("milestones", ())]
    return Step(told["title"], told["text"], told.get("gate", ""), aims, told.get("means", ()))


def _made_up_life(roadmap: Roadmap, one: Mapping[str, Any], at: datetime) -> None:
    """Carrier, news and state, as if they had been told on those days."""
    assert roadmap.edition
    since = timezone.localdate(at) - roadmap.edition.starts_on
    roadmap.published_at = at - timedelta(days=one.get("published_days_ago", since.days))
    if "carrier" in one:
        roadmap.carrier = Organisation.objects.get(name=one["carrier"])
        roadmap.adopted_at = at - timedelta(days=one["adopted_days_ago"])
        roadmap.state = Roadmap.State.ADOPTED
    last = roadmap.adopted_at or roadmap.published_at
    for told in one.get("news", ()):
        last = at - timedelta(days=told["days_ago"])
        _news(roadmap, told, last)
    if roadmap.state in life.CARRIED and life.is_silent(None, timezone.localdate(last), timezone.localdate(at)):
        roadmap.state = Roadmap.State.DORMANT
    roadmap.save()


def _news(about: Roadmap | Commitment, told: Mapping[str, Any], at: datetime) -> None:
    FollowUp.objects.create(
        at=at,
        kind=FollowUp.Kind.HUMAN,
        status=told["status"],
        role=told["role"],
        organisation=about.carrier,
        text=told["text"],
        evidence_url=told.get("evidence", ""),
        **{journal.subject_of(about)[0]: about},
    )
    about.state = about.after(told["status"])


def _parents(given: shipped.Given) -> None:
    for slug, one in given.roadmaps.items():
        if parent := one.get("adapted_from"):
            Roadmap.objects.filter(slug=slug).update(adapted_from=Roadmap.objects.get(slug=parent))


def _programme(by: Person, edition: Edition, told: Mapping[str, Any], at: datetime) -> None:
    """Rooms and sessions of a made-up meeting to come, published."""
    rooms = {one["name"]: Room.objects.create(edition=edition, **one) for one in told["rooms"]}
    zone = times.zone(edition.timezone)
    for n, one in enumerate(told["sessions"], 1):
        day, clock = edition.starts_on + timedelta(days=one["day"] - 1), time.fromisoformat(one["time"])
        Session.objects.create(
            edition=edition,
            code=f"FIC{n:03}",
            room=rooms[one["room"]],
            starts_at=times.local(day, clock, zone),
            roles=[{"id": "", "kind": "speaker", "shown": role} for role in one["roles"]],
            needs=one.get("needs", []),
            registration="open" if one.get("registration") else "none",
            state="confirmed",
            language="fr",
            created_at=at,
            **{name: one[name] for name in ("title", "kind", "theme", "minutes", "summary")},
        )
    domains = Theme.objects.in_bulk(told.get("themes", {}).values())
    EditionTheme.objects.bulk_create(
        EditionTheme(edition=edition, label=label, theme=domains[key])
        for label, key in told.get("themes", {}).items()
        if key in domains
    )
    publish_programme(by, edition, note="", at=at)


def _call(edition: Edition, told: Mapping[str, Any], at: datetime) -> None:
    """A call for sessions that is open, with its questions, criteria and one phase of review."""
    day = timezone.localdate(at)
    days = {
        "opens_on": day - timedelta(days=told["opened_days_ago"]),
        "closes_on": day + timedelta(days=told["closes_in_days"]),
    }
    SessionCall.objects.create(edition=edition, text=told["text"], created_at=at, **days)
    for n, one in enumerate(told["questions"], 1):
        CallQuestion.objects.create(edition=edition, position=n, **one)
    for n, one in enumerate(told["criteria"], 1):
        ReviewCriterion.objects.create(edition=edition, position=n, **one)
    review = told["review"]
    first = day + timedelta(days=review["in_days"])
    last = first + timedelta(days=review["lasts"] - 1)
    ReviewPhase.objects.create(
        edition=edition, position=1, starts_on=first, ends_on=last, anonymised=review["anonymised"]
    )
