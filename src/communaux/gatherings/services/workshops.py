"""The board of a workshop: axes and groups, cards, the problem, the five stages in their order, the road map at the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext as _

from communaux.catalogue.models import Need
from communaux.catalogue.slugs import new_slug
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict, NotReady
from communaux.core.ids import uuid7
from communaux.core.models import Person
from communaux.gatherings.boards import LAST, STAGE_OF
from communaux.gatherings.models import Axis, Card, Edition, Group, Problem, Roadmap, Stage
from communaux.gatherings.queries.workshops import fingerprint, of_card
from communaux.gatherings.services.adapting import LICENCES, Used, Words, whole, write_phases

PROBLEM, ROADMAP = 3, 5
MOST_CARDS, MOST_AXES, MOST_GROUPS = 60, 12, 8


@action("gatherings.open_workshop")
def open_workshop(by: Person, edition: Edition, *, label: str, groups: int, at: datetime) -> Axis:
    """An axis with its groups, each at its first stage; the same label twice is one axis."""
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if known := edition.axes.filter(label=label).first():
        return known
    held = edition.axes.count()
    if held >= MOST_AXES or not 1 <= groups <= MOST_GROUPS:
        told = _("A workshop has at most %(axes)d axes, each with one to %(groups)d groups.")
        raise BadRequest("too_many_groups", told % {"axes": MOST_AXES, "groups": MOST_GROUPS})
    made = Axis.objects.create(edition=edition, label=label, position=held + 1)
    rows = Group.objects.bulk_create(Group(axis=made, number=n) for n in range(1, groups + 1))
    Stage.objects.bulk_create(Stage(group=one, kind=1, opened_at=at) for one in rows)
    return made


@action("gatherings.describe_group")
def describe_group(
    by: Person, group: Group, *, label: str, size: int | None, roles: Mapping[str, int], at: datetime
) -> Group:
    """What it is called, how many take part, and in which roles: numbers, never names."""
    held = _held(group)
    if size is not None and sum(roles.values()) > size:
        raise BadRequest("more_roles_than_people", _("The roles count more people than the group has."))
    held.label, held.size, held.roles_present = label, size, dict(roles)
    held.save(update_fields=["label", "size", "roles_present"])
    return held


@action("gatherings.add_card")
def add_card(by: Person, group: Group, *, key: UUID, kind: str, text: str, at: datetime) -> Card:
    """Lay a card; the same form sent twice (`key`) lays one."""
    held = _held(group)
    stage = _open(held, STAGE_OF[kind])
    if known := Card.objects.filter(pk=key, stage=stage, kind=kind).first():
        return known
    if Card.objects.filter(stage__group=held).count() >= MOST_CARDS:
        raise Conflict("board_full", _("This board is full: put cards that say the same together."))
    taken = Card.objects.filter(pk=key).exists()
    return Card.objects.create(pk=uuid7() if taken else key, stage=stage, kind=kind, text=text, created_at=at)


@action("gatherings.change_card")
def change_card(by: Person, card: Card, *, base: str, text: str, kept: bool, at: datetime) -> Card:
    """Say it better, set it aside or take it back. `base`: the fingerprint of what was shown."""
    _open(_held(card.stage.group), card.stage.kind)
    held = Card.objects.select_for_update(no_key=True).get(pk=card.pk)
    if (held.text, held.kept) == (text, kept):
        return held
    _unchanged(of_card(held), base)
    held.text, held.kept = text, kept
    held.save(update_fields=["text", "kept"])
    return held


@action("gatherings.link_need")
def link_need(by: Person, card: Card, *, need: Need, at: datetime) -> Card:
    """A friction that became a need of the desk; it becomes one, once."""
    held = Card.objects.select_for_update(no_key=True).get(pk=card.pk)
    if held.kind != Card.Kind.FRICTION:
        raise BadRequest("no_friction", _("Only a friction becomes a need."))
    if held.need_id and held.need_id != need.pk:
        raise Conflict("need_known", _("This card already leads to a need."))
    held.need = need
    held.save(update_fields=["need"])
    return held


@action("gatherings.write_problem")
def write_problem(
    by: Person, group: Group, *, base: str, statement: str, for_whom: str, evidence: str, at: datetime
) -> Problem:
    """The one problem, as it stands after stage 3. `base`: the fingerprint of what was shown."""
    held = _held(group)
    _open(held, PROBLEM)
    known = Problem.objects.filter(group=held).first()
    if known and (known.statement, known.for_whom, known.evidence) == (statement, for_whom, evidence):
        return known
    _unchanged(fingerprint(known), base)
    told = {"statement": statement, "for_whom": for_whom, "evidence": evidence}
    return Problem.objects.update_or_create(group=held, defaults=told)[0]


@action("gatherings.finish_stage")
def finish_stage(by: Person, group: Group, *, kind: int, facilitator: str, at: datetime) -> Stage:
    """End a stage and open the next; sent twice, it is done once."""
    held = _held(group)
    stage = _opened(held, kind)
    if stage.done_at:
        return stage
    if held.stages.filter(kind__lt=kind, done_at=None).exists():
        raise NotReady("earlier_stage_open", _("An earlier stage is open again: finish it first."))
    _ready(held, kind)
    stage.done_at, stage.facilitator = at, facilitator
    stage.save(update_fields=["done_at", "facilitator"])
    if kind < LAST:
        Stage.objects.get_or_create(group=held, kind=kind + 1, defaults={"opened_at": at})
    return stage


@action("gatherings.reopen_stage")
def reopen_stage(by: Person, group: Group, *, kind: int, reason: str, at: datetime) -> Stage:
    """Back to a stage that was done, and why; what came after stays."""
    stage = _opened(_held(group), kind)
    if not reason.strip():
        raise BadRequest("reason_needed", _("Say why this stage is opened again."))
    stage.done_at = None
    stage.save(update_fields=["done_at"])
    return stage


@action("gatherings.publish_roadmap")
def publish_roadmap(by: Person, group: Group, *, key: UUID, words: Words, lang: str, at: datetime) -> Roadmap:
    """The road map of a board, published at once; the same form sent twice (`key`) makes one, and a group has one."""
    held = _held(group)
    if known := Roadmap.objects.filter(group=held).first():
        if known.pk == key:
            return known
        raise Conflict(
            "roadmap_known", _("Somebody published the road map of this group meanwhile: change its words there.")
        )
    _open(held, ROADMAP)
    whole(words)
    if words.licence not in LICENCES or not words.theme:
        raise BadRequest("licence_needed", _("A road map has a theme and a licence."))
    made = _published(by, held, key, words, lang, at)
    write_phases(made, words.phases, at)
    return made


def _published(by: Person, held: Group, key: UUID, words: Words, lang: str, at: datetime) -> Roadmap:
    return Roadmap.objects.create(
        pk=uuid7() if Roadmap.objects.filter(pk=key).exists() else key,
        slug=new_slug((slugify(words.title) and words.title) or "feuille-de-route", held.edition.slug, Used()),
        title=words.title,
        summary=words.summary,
        theme_id=words.theme,
        licence=words.licence,
        lang=lang,
        group=held,
        edition=held.edition,
        axis=held.axis.label,
        number=held.number,
        author=by,
        contact=by,  # until a body carries it
        fictive=held.edition.fictive,
        published_at=at,
        created_at=at,
    )


def _held(group: Group) -> Group:
    """Locked, one writer at a time on a board."""
    return Group.objects.select_for_update(no_key=True, of=("self",)).select_related("axis__edition").get(pk=group.pk)


def _opened(group: Group, kind: int) -> Stage:
    stage = group.stages.filter(kind=kind).first()
    if stage is None:
        raise NotReady("stage_to_come", _("This stage is still to come: finish the one before."))
    return stage


def _open(group: Group, kind: int) -> Stage:
    stage = _opened(group, kind)
    if stage.done_at:
        raise Conflict("stage_done", _("This stage is done: open it again first."))
    return stage


def _unchanged(now: str, base: str) -> None:
    if now != base:
        told = _("Somebody changed these words meanwhile: theirs stand above the form. Compare, then send again.")
        raise Conflict("changed_meanwhile", told)


def _ready(group: Group, kind: int) -> None:
    if kind == PROBLEM:
        problem = Problem.objects.filter(group=group).first()
        if problem is None or not problem.for_whom:
            raise NotReady("problem_needed", _("Write the problem first, and for whom it is one."), missing=["problem"])
    if kind == ROADMAP and not Roadmap.objects.filter(group=group).exists():
        raise NotReady(
            "roadmap_needed", _("Publish the road map first: three phases, and what must be true between them.")
        )
