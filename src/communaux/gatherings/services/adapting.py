"""Take a road map over for somewhere else: a copy of its own words, with the line it comes from; put its words right later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext as _

from communaux.catalogue.slugs import new_slug
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict
from communaux.core.ids import uuid7
from communaux.core.models import Person
from communaux.gatherings import life
from communaux.gatherings.models import Edition, Milestone, Roadmap, RoadmapPhase
from communaux.gatherings.pads import Aim
from communaux.gatherings.queries.roadmaps import fingerprint
from communaux.gatherings.shipped import PHASES

LICENCES: Final = ("CC-BY-SA-4.0", "CC-BY-4.0", "CC0-1.0", "etalab-2.0")  # for what comes from a text that names none


@dataclass(frozen=True, slots=True)
class Step:
    """One phase in the words of its author, with its milestones and its means (lines)."""

    title: str
    text: str
    gate: str = ""
    aims: Sequence[Aim] = ()
    means: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """What a road map says. `licence` counts when its parent names none; else it is that of the parent, as the language is.
    `edition`: the meeting it was made for or at; that of a board is the one of its group, whatever is told here."""

    title: str
    summary: str
    theme: str
    phases: Sequence[Step]
    licence: str = ""
    edition: Edition | None = None


class Used:
    """Every address of a road map, asked one by one."""

    def __contains__(self, slug: object) -> bool:
        return Roadmap.objects.filter(slug=slug).exists()


@action("gatherings.adapt")
def adapt(by: Person, roadmap: Roadmap, *, key: UUID, words: Words, at: datetime) -> Roadmap:
    """A road map of its own, published at once; the same form sent twice makes one (`key`)."""
    if known := Roadmap.objects.filter(pk=key, adapted_from=roadmap, author=by).first():
        return known
    whole(words)
    taken = Roadmap.objects.filter(
        pk=key
    ).exists()  # numbers stand in the journal: somebody could send one that is taken
    made = Roadmap.objects.create(
        pk=uuid7() if taken else key,
        slug=new_slug((slugify(words.title) and words.title) or "feuille-de-route", "adaptation", Used()),
        title=words.title,
        summary=words.summary,
        theme_id=words.theme,
        licence=roadmap.licence or words.licence,
        lang=roadmap.lang,
        adapted_from=roadmap,
        edition=words.edition,
        author=by,
        contact=by,  # until a body carries it
        fictive=roadmap.fictive,
        published_at=at,
        created_at=at,
    )
    write_phases(made, words.phases, at)
    return made


@action("gatherings.edit")
def edit(by: Person, roadmap: Roadmap, *, base: str, words: Words, at: datetime) -> Roadmap:
    """Of an adaptation: its author while nobody carries it, then the body that does. `base`: the fingerprint of what was shown."""
    whole(words)
    kept = Roadmap.objects.select_for_update(no_key=True).get(pk=roadmap.pk)
    if kept.state in life.OVER:
        raise Conflict("roadmap_over", _("This road map is delivered or stopped: its story is closed."))
    if fingerprint(kept) != base:
        told = _("Somebody changed these words meanwhile: theirs stand above the form. Compare, then send again.")
        raise Conflict("changed_meanwhile", told)
    kept.title, kept.summary, kept.theme_id = words.title, words.summary, words.theme
    if kept.group_id is None:
        kept.edition = words.edition
    kept.save(update_fields=["title", "summary", "theme_id", "edition"])
    write_phases(kept, words.phases, at)
    return kept


def whole(words: Words) -> None:
    if len(words.phases) != PHASES or not all(one.title and one.text for one in words.phases):
        raise BadRequest("three_phases", _("A road map has three phases, each with a title and a text."))
    if not all(one.gate for one in words.phases[:-1]):
        raise BadRequest("gates_needed", _("Say what must be true before the next phase."))


def write_phases(roadmap: Roadmap, phases: Sequence[Step], at: datetime) -> None:
    """A milestone whose words stay keeps when it was reached, and where that can be seen."""
    for n, one in enumerate(phases, 1):
        told = {"title": one.title, "text": one.text, "gate": one.gate, "means": list(one.means)}
        phase, _made = RoadmapPhase.objects.update_or_create(roadmap=roadmap, position=n, defaults=told)
        _write_aims(phase, roadmap.contact_role, {aim.text: aim for aim in one.aims}, at)


def _write_aims(phase: RoadmapPhase, role: str, aims: dict[str, Aim], at: datetime) -> None:
    phase.milestones.exclude(text__in=aims).delete()
    known = {one.text: one for one in phase.milestones.all()}
    for n, (text, aim) in enumerate(aims.items(), 1):
        kept = known.get(text) or Milestone(phase=phase, text=text)
        kept.position, kept.due_on = n, aim.due_on
        if aim.done != (kept.done_at is not None):
            kept.done_at, kept.done_role, kept.evidence_url = (at, role, "") if aim.done else (None, "", "")
        kept.save()
