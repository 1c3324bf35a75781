"""What points to a commons and where it goes when the commons is merged into another, and exactly back. Part of a merge.

`POLICIES` names every foreign key to `Commons`; a test fails when a table is added without saying what becomes of its rows.
What goes by is listed in `Merge.moved`, and going back reads nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from communaux.catalogue.circles import closes_circle
from communaux.catalogue.likeness import told_of
from communaux.catalogue.models import Commons, MatchProposal, Merge, Relation
from communaux.catalogue.own import OWN as DESK
from communaux.core.canonical import plain
from communaux.core.models import Person


class Policy(StrEnum):
    """What becomes of the rows of one foreign key to the absorbed commons."""

    MOVES = "moves"  # to the kept one, unless that would say the same twice
    SPOKEN = "spoken"  # moves, but for what only a record that is gone has told: no later view would tell it again
    BY_HAND = "by hand"  # what people wrote moves; what records told is told again by the records, which move
    UNFIXED = (
        "by hand, unless fixed"  # what is fixed over the records goes with the pins, and is written again from them
    )
    PAIR = "pair"  # one end of a row about two commons
    STAYS = "stays"  # rebuilt from the records, or says what was: its address leads to the kept one for ever


POLICIES: Final[Mapping[str, Policy]] = {
    "sourcerecord.commons": Policy.MOVES,
    "commons.merged_into": Policy.MOVES,  # chains are flattened
    "claim.commons": Policy.MOVES,
    "reuse.commons": Policy.MOVES,
    "provider.commons": Policy.MOVES,
    "need.answer_commons": Policy.MOVES,
    "commonsambassador.commons": Policy.MOVES,
    "roadmaplink.commons": Policy.MOVES,
    "digitalservice.commons": Policy.MOVES,
    "contribution.commons": Policy.MOVES,
    "mentoring.commons": Policy.MOVES,
    "identifier.commons": Policy.SPOKEN,
    "lifeevent.commons": Policy.SPOKEN,
    "fact.commons": Policy.UNFIXED,
    "recommendation.commons": Policy.BY_HAND,
    "relation.a": Policy.PAIR,
    "relation.b": Policy.PAIR,
    "matchproposal.a": Policy.PAIR,
    "matchproposal.b": Policy.PAIR,
    "proposal.commons": Policy.STAYS,  # what was said of it when it was new
    "notecandidate.commons": Policy.STAYS,  # a note says what was looked at, and may be frozen
    "needhit.commons": Policy.STAYS,  # what was seen when the need was expressed
    "answer.commons": Policy.STAYS,  # never changed: read with those of the kept one
    "repository.commons": Policy.STAYS,  # its runs say what was; the kept one is assessed anew
    "correction.commons": Policy.STAYS,  # of the people of that history
    "text.commons": Policy.STAYS,
    "resource.commons": Policy.STAYS,
    "replacedproduct.commons": Policy.STAYS,
    "commons_themes.commons": Policy.STAYS,
    "lifeevent.other": Policy.STAYS,
    "merge.kept": Policy.STAYS,
    "merge.absorbed": Policy.STAYS,
}
FILTERS: Final = {
    Policy.MOVES: Q(),
    Policy.SPOKEN: Q(record=None) | Q(record__state="live"),
    Policy.BY_HAND: Q(record=None),
    Policy.UNFIXED: Q(record=None) & ~Q(declared_by=DESK),
}
JUDGED: Final = ("state", "by_id", "reason", "decided_at")
OWN: Final = frozenset(
    {"name", "stage", "stage_on", "is_commons"}
)  # pins that say which one it is: those of the kept one stand


def pointers() -> dict[str, tuple[type[models.Model], str]]:
    """Every foreign key to a commons, hidden ones included: "table.field" → its model and its name."""
    found = [one for one in Commons._meta.get_fields(include_hidden=True) if one.auto_created and not one.concrete]
    keys = [one.field for one in found if one.one_to_many or one.one_to_one]  # type: ignore[union-attr]
    return {f"{key.model._meta.model_name}.{key.name}": (key.model, key.name) for key in keys}


def _moving() -> Iterator[tuple[str, type[models.Model], str, Q]]:
    for name, (model, field) in sorted(pointers().items()):
        if (policy := POLICIES[name]) in FILTERS:
            yield name, model, field, FILTERS[policy]


def move(merge: Merge) -> None:
    """Bring what points to the absorbed one to the kept one, and list it in `merge.moved` (not saved)."""
    kept, absorbed = merge.kept, merge.absorbed
    rows: dict[str, list[Any]] = {}
    last = merge.moved["last"] if merge.moved else _last()  # made again: what came since the first time still did
    for name, model, field, wanted in _moving():
        keys = list(
            model._default_manager.filter(wanted, **{field: absorbed}).order_by("pk").values_list("pk", flat=True)
        )
        rows[name] = plain(_pointed(model, field, keys, kept.pk))
    merge.moved = {
        "rows": rows,
        "relations": _move_relations(absorbed.pk, kept.pk),
        "pairs": _move_pairs(absorbed.pk, kept.pk),
        "pair": _judge_same(merge),
        "themes": {str(one.pk): sorted(one.themes.values_list("pk", flat=True)) for one in (kept, absorbed)},
        "pinned": {name: value for name, value in absorbed.pinned.items() if name not in kept.pinned.keys() | OWN},
        "state": absorbed.state,
        "last": last,
    }
    kept.pinned |= merge.moved["pinned"]
    absorbed.state, absorbed.merged_into = Commons.State.MERGED, kept
    kept.save(update_fields=["pinned"])
    absorbed.save(update_fields=["state", "merged_into"])


def _last() -> dict[str, Any]:
    """The greatest number in each table: whatever comes later bears a greater one."""
    tables = {name: model for name, model, _field, _wanted in _moving()} | {"relation": Relation}
    newest = {
        name: model._default_manager.order_by("-pk").values_list("pk", flat=True) for name, model in tables.items()
    }
    return {name: plain(keys.first()) for name, keys in newest.items()}


def put_back(merge: Merge) -> None:
    """Give the absorbed one back what `move` took, whatever has come since."""
    kept, absorbed, moved = merge.kept, merge.absorbed, merge.moved
    for name, model, field, _wanted in _moving():
        if name in moved["rows"]:
            here = model._default_manager.filter(pk__in=moved["rows"][name], **{field: kept})
            _pointed(model, field, list(here.values_list("pk", flat=True)), absorbed.pk)
    for model, told in ((MatchProposal, moved["pairs"]), (Relation, moved["relations"])):
        for image in reversed(told):
            _restore(model, image)
    _judge_back(merge, moved["pair"])
    link = Commons.themes.through
    for pk, keys in moved["themes"].items():
        link.objects.filter(commons=pk).exclude(theme__in=keys).delete()
        link.objects.bulk_create([link(commons_id=UUID(pk), theme_id=key) for key in keys], ignore_conflicts=True)
    kept.pinned = {k: v for k, v in kept.pinned.items() if moved["pinned"].get(k) != v}
    absorbed.state, absorbed.merged_into = moved["state"], None
    kept.save(update_fields=["pinned"])
    absorbed.save(update_fields=["state", "merged_into"])


def _pointed(model: type[models.Model], field: str, keys: list[Any], to: UUID) -> list[Any]:
    """Point these rows to another commons; return those that went: one that would say the same twice stays."""
    try:
        with transaction.atomic():
            model._default_manager.filter(pk__in=keys).update(**{field: to})
            return keys
    except IntegrityError:
        return [] if len(keys) == 1 else [key for one in keys for key in _pointed(model, field, [one], to)]


def _move_relations(absorbed: UUID, kept: UUID) -> list[dict[str, Any]]:
    """Relations to oneself, told twice or closing a circle are taken away; their image gives them back."""
    images = []
    for row in Relation.objects.filter(Q(a=absorbed) | Q(b=absorbed)).order_by("pk"):
        image = plain(Relation.objects.filter(pk=row.pk).values().get())
        a, b = _ends(row, absorbed, kept, row.kind in Relation.SYMMETRIC)
        dropped = a == b or _is_told(row, a, b)
        images.append(image | {"dropped": dropped})
        Relation.objects.filter(pk=row.pk).delete() if dropped else Relation.objects.filter(pk=row.pk).update(a=a, b=b)
    return images


def _is_told(row: Relation, a: UUID, b: UUID) -> bool:
    """Whether the relation between these two is there already, or would close a circle."""
    others = Relation.objects.filter(kind=row.kind).exclude(pk=row.pk)
    if others.filter(a=a, b=b, since=row.since).exists():
        return True
    return row.kind in Relation.ACYCLIC and closes_circle((a, b, row.kind), others.values_list("a", "b", "kind"))


def _move_pairs(absorbed: UUID, kept: UUID) -> list[dict[str, Any]]:
    """What was judged of the absorbed one and a third is true of the kept one; pairs that were made one tell of their merge."""
    images = []
    about = MatchProposal.objects.filter(Q(a=absorbed) | Q(b=absorbed)).exclude(state=MatchProposal.State.SAME)
    for row in about.order_by("pk"):
        a, b = _ends(row, absorbed, kept, True)
        if a != b and not MatchProposal.objects.filter(a=a, b=b).exists():
            images.append(plain({"id": row.pk, "a_id": row.a_id, "b_id": row.b_id}))
            MatchProposal.objects.filter(pk=row.pk).update(a=a, b=b)
    return images


def pair_of(merge: Merge) -> MatchProposal | None:
    two = (merge.kept_id, merge.absorbed_id)
    return MatchProposal.objects.filter(a__in=two, b__in=two).first()


def _judge_same(merge: Merge) -> dict[str, Any] | None:
    """Say of the pair that it is one; return what it said before, None when nobody had compared the two."""
    pair = pair_of(merge)
    before = plain({name: getattr(pair, name) for name in JUDGED}) if pair else None
    judge(merge, MatchProposal.State.SAME, merge.by, merge.reason, merge.at)
    return before


def _judge_back(merge: Merge, before: Mapping[str, Any] | None) -> None:
    """As it was judged before; a pair that the merge made stays, so that its page does."""
    if pair := pair_of(merge):
        MatchProposal.objects.filter(pk=pair.pk).update(**before or {"state": MatchProposal.State.UNDONE})


def judge(merge: Merge, state: str, by: Person, reason: str, at: datetime) -> None:
    """The pair tells what became of it; a merge of two that nobody had compared makes the pair."""
    said = {"state": state, "by": by, "reason": reason, "decided_at": at}
    if pair := pair_of(merge):
        MatchProposal.objects.filter(pk=pair.pk).update(**said)
        return
    a, b = sorted((merge.kept, merge.absorbed), key=lambda one: one.pk)
    score, points, version = told_of(a, b)
    MatchProposal.objects.create(a=a, b=b, score=score, signals=points, weights_version=version, **said)


def _ends(row: Relation | MatchProposal, absorbed: UUID, kept: UUID, symmetric: bool) -> tuple[UUID, UUID]:
    a, b = (kept if end == absorbed else end for end in (row.a_id, row.b_id))
    return (min(a, b), max(a, b)) if symmetric else (a, b)


def _restore(model: type[MatchProposal] | type[Relation], image: Mapping[str, Any]) -> None:
    """The row as it was: its two ends where it still is, the whole row where the merge took it away."""
    ends = {"a_id": image["a_id"], "b_id": image["b_id"]}
    try:
        with transaction.atomic():
            model._default_manager.filter(pk=image["id"]).update(**ends)
            if image.get("dropped"):
                Relation(**{name: value for name, value in image.items() if name != "dropped"}).save(force_insert=True)
    except IntegrityError:
        return  # told again meanwhile


def touched(merge: Merge) -> set[UUID]:
    """Every commons whose rows this merge has to do with."""
    images = [*merge.moved["relations"], *merge.moved["pairs"]]
    ends = {UUID(image[end]) for image in images for end in ("a_id", "b_id")}
    flattened = {UUID(pk) for pk in merge.moved["rows"].get("commons.merged_into", ())}
    return ends | flattened | {merge.kept_id, merge.absorbed_id}


def bound(merge: Merge, later: Iterable[Merge]) -> list[Merge]:
    """Of the later merges, those that stand on this one, directly or through another: they share a commons with it."""
    reached, found = touched(merge), list[Merge]()
    waiting = list(later)
    while more := [one for one in waiting if touched(one) & reached]:
        found += more
        waiting = [one for one in waiting if one not in more]
        reached.update(*map(touched, more))
    return sorted(found, key=lambda one: one.pk)


def arrived(merge: Merge) -> list[dict[str, str]]:
    """What has come to the kept one since the merge and no record tells again: for a person to sort by hand."""
    kept, last = merge.kept, merge.moved["last"]
    by_hand = Relation.objects.filter(Q(a=kept) | Q(b=kept), source=None)
    tables = {"relation": by_hand} | {
        name: model._default_manager.filter(
            FILTERS[Policy.BY_HAND if POLICIES[name] is Policy.SPOKEN else POLICIES[name]]
        ).filter(**{field: kept})
        for name, model, field, _wanted in _moving()
        if name != "commons.merged_into"
    }
    found = []
    for name, rows in tables.items():
        since = rows.filter(pk__gt=last[name]) if last.get(name) is not None else rows
        found += [
            {"what": name.partition(".")[0], "id": str(pk)} for pk in since.order_by("pk").values_list("pk", flat=True)
        ]
    return found
