"""What of a commons can be contested, who answers and judges, and what an upheld contest changes (01 § 3.4, 11 § 3.11).

A code names what is contested: a field ("licence_raw"), a list ("orgs"), a fact of the community or of the governance
("governance.charter_url"), an event of its life ("event:12"), a merge ("merge:3").
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communaux.catalogue import stages
from communaux.catalogue.fixed_facts import as_fixed, is_fact
from communaux.catalogue.models import Commons, LifeEvent, Merge, Text
from communaux.catalogue.rules import is_editor
from communaux.catalogue.services.merging import undo_merge
from communaux.catalogue.services.pins import pin
from communaux.core.contest import evidence_of, standing
from communaux.core.contestable import Contestable, Parties, declare
from communaux.core.errors import BadRequest, NotFound
from communaux.core.models import Contest, Grant, Person

KIND: Final = "commons"
ACT: Final = "core.decide_contest"
FIELDS: Final = ("name", "licence_raw", "repository", "url", "version", "stage", "is_commons")
LISTS: Final = ("platforms", "replaces", "orgs")  # united from all that is told: a contest says the whole list
LONGEST: Final = {"name": 250, "licence_raw": 300, "repository": 1000, "url": 1000, "version": 60}
CODES: Final = {"stage": stages.STAGES, "is_commons": ("yes", "partly", "no")}
LONGEST_LINE: Final = 600
LONGEST_LIST: Final = 4000


def find(subject_id: str) -> Commons | None:
    """The commons, or the one it was merged into: a contest follows."""
    try:
        found = Commons.objects.select_related("merged_into").filter(pk=UUID(subject_id)).first()
    except ValueError:
        return None
    return found and (found.merged_into or found)


def stewards(commons: Commons, day: date) -> Parties:
    held = Grant.objects.on(day).filter(role="steward", object_type="commons", object_id=str(commons.pk))
    rows = list(held.values_list("person", "organisation"))
    return Parties(frozenset(p for p, _o in rows if p), frozenset(o for _p, o in rows if o))


def proposed(commons: Commons, code: str, value: str) -> str:
    """The value in canonical form; refuse a code of nothing, and a value that the field cannot hold."""
    if code.startswith(("event:", "merge:")):
        if thing(commons, code) is None:
            raise NotFound("no_subject", _("What you contest is not on this desk."))
        return ""
    if code in lists_of(commons) or code in facts_of(commons):
        return _listed(code, value, is_many(commons, code))
    if code not in FIELDS and code not in lines_of(commons):
        raise NotFound("no_subject", _("What you contest is not on this desk."))
    if not value:
        raise BadRequest("no_value", _("Say what is true instead."))
    if code in CODES and value not in CODES[code]:
        raise BadRequest("no_such_value", _("This is none of the values that this field can have."))
    if code in {"url", "repository"} and urlsplit(value).scheme not in {"http", "https"}:
        raise BadRequest("no_address", _("An address begins with http:// or https://."))
    if len(value) > LONGEST.get(code, LONGEST_LINE):
        raise BadRequest("too_long", _("This is longer than the field can hold."))
    return value


def _listed(code: str, value: str, many: bool) -> str:
    """One line, or one name a line; nothing: it should not be said at all."""
    text = "\n".join(filter(None, map(str.strip, value.splitlines()))) if many else value
    if code.endswith("_url") and text and urlsplit(text).scheme not in {"http", "https"}:
        raise BadRequest("no_address", _("An address begins with http:// or https://."))
    if len(text) > (LONGEST_LIST if many else LONGEST_LINE):
        raise BadRequest("too_long", _("This is longer than the field can hold."))
    return text


def facts_of(commons: Commons) -> dict[str, list[Any]]:
    """Codes of the facts it tells, with what is told under each; one that a person withdrew can be told again."""
    found: dict[str, list[Any]] = {code: [] for code in commons.pinned if is_fact(code)}
    for fact in commons.facts.select_related("record__source").order_by("pillar", "key", "pk"):
        found.setdefault(fact.code, []).append(fact)
    return found


def lists_of(commons: Commons) -> dict[str, list[str]]:
    """Codes of the lists that name something, with what they name."""
    main = commons.resources.order_by("pk").first()
    found = {
        "platforms": list(main.platforms) if main else [],
        "replaces": list(commons.replaces.order_by("pk").values_list("product", flat=True)),
        "orgs": list(commons.orgs),
    }
    return {code: names for code, names in found.items() if names or code in commons.pinned}


def is_many(commons: Commons, code: str) -> bool:
    """Whether what is contested is a list."""
    return code in LISTS or any(isinstance(fact.value, list) for fact in facts_of(commons).get(code, ()))


def may_be_empty(code: str) -> bool:
    """Whether a contest may ask that nothing be said in its place."""
    return ":" in code or code in LISTS or is_fact(code)


def lines_of(commons: Commons) -> list[str]:
    """Codes of what the commons says of itself in one line, by language."""
    texts = Text.objects.filter(commons=commons).exclude(short="")
    return [f"short.{lang}" for lang in texts.order_by("lang").values_list("lang", flat=True)]


def thing(commons: Commons, code: str) -> LifeEvent | Merge | None:
    """The event or the merge that a code names, if it is of this commons."""
    kind, _colon, number = code.partition(":")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    if kind == "event":
        return LifeEvent.objects.filter(pk=int(number), commons=commons).first()
    rows = Merge.objects.select_related("kept", "absorbed").filter(pk=int(number), undone_at=None)
    return next((one for one in rows if commons.pk in {one.kept_id, one.kept.merged_into_id}), None)


def uphold(by: Person, contest: Contest, commons: Commons, reason: str, at: datetime) -> None:
    """The value becomes the one that is fixed; a fact is corrected or withdrawn, an event withdrawn, a merge undone."""
    found = thing(commons, contest.field) if ":" in contest.field else None
    if isinstance(found, Merge):
        undo_merge(by, found, reason=reason, at=at)
    elif isinstance(found, LifeEvent):
        _withdraw(by, found, reason, at)
    elif ":" not in contest.field:
        pin(by, commons, {contest.field: _fixed(contest, commons, at)}, act=ACT, reason=reason, at=at)


def _fixed(contest: Contest, commons: Commons, at: datetime) -> Any:
    """What is pinned: of a fact also the day, and the first evidence of the contest, which the sheet names."""
    many = is_many(commons, contest.field)
    value = contest.proposed.splitlines() if many else contest.proposed
    if not is_fact(contest.field):
        return value
    shown = evidence_of(contest).values_list("pk", flat=True).first()
    return as_fixed(value, localdate(at), str(shown) if shown else None)


def _withdraw(by: Person, event: LifeEvent, reason: str, at: datetime) -> None:
    """An end that was no end says nothing of the stage any more: another record may, else it is unknown."""
    LifeEvent.objects.filter(pk=event.pk).update(state=LifeEvent.State.WITHDRAWN)
    if event.kind != LifeEvent.Kind.END:
        pin(by, event.commons, {}, act=ACT, reason=reason, at=at)
        return
    free = ("stage", "stage_on") if event.commons.pinned.get("stage") == "ended" else ()
    shown = pin(by, event.commons, {}, free=free, act=ACT, reason=reason, at=at)
    if shown.stage == "ended":
        pin(by, shown, {"stage": ""}, act=ACT, reason=reason, at=at)


def contested(commons: Commons, absorbed: Iterable[UUID] = ()) -> dict[str, Contest]:
    """Code → the oldest contest that stands against it, of those it was merged from too."""
    found: dict[str, Contest] = {}
    for contest in standing(KIND, [str(pk) for pk in (commons.pk, *absorbed)]):
        found.setdefault(contest.field, contest)
    return found


declare(KIND, Contestable(find, stewards, is_editor, is_editor, proposed, uphold))
