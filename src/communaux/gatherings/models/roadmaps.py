"""Road maps in three phases, and the ledger of what became of them (07 §§ 2, 3.5)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from communaux.catalogue.models import Commons, Need, Theme
from communaux.core.ids import uuid7
from communaux.core.models import Organisation, Person, SignedLink
from communaux.gatherings import life
from communaux.gatherings.means import Mean, mean
from communaux.gatherings.models.commitments import Commitment
from communaux.gatherings.models.editions import Edition
from communaux.gatherings.models.workshops import Group
from communaux.gatherings.pads import Aim


class Roadmap(models.Model):
    """What a workshop wants to happen, in three phases; it is never deleted. Dates are there where somebody told them."""

    class State(models.TextChoices):
        PUBLISHED = "published"
        ADOPTED = "adopted"
        IN_PROGRESS = "in_progress"
        DELIVERED = "delivered"
        ABANDONED = "abandoned"
        DORMANT = "dormant"

    OVER: ClassVar[frozenset[str]] = life.OVER

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    lang = models.CharField(max_length=2, default="fr")
    summary = models.TextField(blank=True)
    note = models.JSONField(default=dict, blank=True)  # what the desk adds to the text, by language
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="roadmaps")
    axis = models.CharField(max_length=100, blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True)  # of the group within its axis
    group = models.OneToOneField(
        Group, models.PROTECT, null=True, blank=True, related_name="roadmap"
    )  # whose board it ends
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, blank=True, related_name="roadmaps")
    licence = models.CharField(max_length=60, blank=True)  # empty: the source names none
    state = models.CharField(max_length=11, choices=State, default=State.PUBLISHED)
    adapted_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="adaptations")
    author = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )  # who adapted it; not shown
    carrier = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="roadmaps")
    contact = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")  # whom the desk asks
    contact_role = models.CharField(max_length=120, blank=True)  # shown in place of a name
    published_at = models.DateTimeField(null=True, blank=True)  # none where only the year of its edition is known
    adopted_at = models.DateTimeField(null=True, blank=True)
    fictive = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    # Of `queries.roadmaps.with_news`: answers of persons, and whether somebody adapted it
    first_heard: datetime | None
    last_heard: datetime | None
    adapted: bool

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("slug", "title", "roadmap_state", "axis", "number", "theme_id", "licence", "published_at", "adopted_at"),
        *(
            "carrier_name",
            "contact_role",
            "adapted_from_id",
            "fictive",
            "summary",
            "phase_words",
            "milestones",
            "phase_means",
            "edition_name",
        ),
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["adopted", "in_progress"]) | Q(adopted_at__isnull=False, carrier__isnull=False),
                name="roadmap_adopted_has_a_carrier",
            ),
            models.CheckConstraint(condition=~Q(adapted_from=F("id")), name="roadmap_is_not_its_own_parent"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "theme"], name="roadmap_by_state"),
            models.Index(fields=["edition", "axis", "number"], name="roadmap_by_edition"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("roadmap", args=[self.slug])

    def after(self, status: str) -> str:
        """The state once a person answered so."""
        return life.after(self.state, status)

    @property
    def roadmap_state(self) -> str:
        """For the journal, whose reader has a word for it."""
        return self.state

    @property
    def phase_words(self) -> list[list[str]]:
        return [list(one) for one in self.phases.order_by("position").values_list("title", "text", "gate")]

    @property
    def milestones(self) -> list[str]:
        """A line each, phase by phase, as a pad writes them."""
        rows = Milestone.objects.filter(phase__roadmap=self).order_by("phase__position", "position")
        return [f"{one.phase.position} {one.aim}" for one in rows.select_related("phase")]

    @property
    def phase_means(self) -> list[str]:
        """A line each, phase by phase."""
        rows = self.phases.order_by("position").values_list("position", "means")
        return [f"{position} {line}" for position, lines in rows for line in lines]

    @property
    def edition_name(self) -> str:
        return self.edition.name if self.edition else ""

    @property
    def carrier_name(self) -> str:
        return self.carrier.name if self.carrier else ""


class RoadmapPhase(models.Model):
    """One of the three steps; `gate`: what must be true before the next one. Dates only where somebody set them."""

    roadmap = models.ForeignKey(Roadmap, models.CASCADE, related_name="phases")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    gate = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    means = models.JSONField(default=list, blank=True)  # lines as `means.mean` reads them: who does what, what it takes

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["roadmap", "position"], name="phase_once"),
            models.CheckConstraint(condition=Q(position__in=[1, 2, 3]), name="phase_is_one_of_three"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="phase_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def of_kind(self, kind: str) -> list[Mean]:
        return [one for one in map(mean, self.means) if one.kind == kind]

    @property
    def actors(self) -> list[Mean]:
        return self.of_kind("actor")

    @property
    def needs(self) -> list[Mean]:
        return self.of_kind("need")

    @property
    def others(self) -> list[Mean]:
        """Lines in other words."""
        return self.of_kind("")


class Milestone(models.Model):
    """Something that is to be there, by a day if somebody set one; who said that it is there is told as a role."""

    phase = models.ForeignKey(RoadmapPhase, models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_role = models.CharField(max_length=120, blank=True)
    evidence_url = models.URLField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phase", "text"], name="milestone_once"),
            models.CheckConstraint(condition=~Q(text=""), name="milestone_says_what"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def aim(self) -> Aim:
        """As a pad writes it."""
        return Aim(self.text, self.due_on, self.done_at is not None)


class RoadmapLink(models.Model):
    """A commons or a need of this desk, or a page elsewhere, and what it is to the road map."""

    class Rel(models.TextChoices):
        REUSES = "reuses"
        ANSWERS = "answers"
        FUNDED_BY = "funded_by"
        DECIDED_IN = "decided_in"
        INSPIRED_BY = "inspired_by"

    roadmap = models.ForeignKey(Roadmap, models.PROTECT, related_name="links")
    rel = models.CharField(max_length=11, choices=Rel)
    commons = models.ForeignKey(Commons, models.PROTECT, null=True, blank=True, related_name="+")
    need = models.ForeignKey(Need, models.PROTECT, null=True, blank=True, related_name="+")
    url = models.URLField(max_length=500, blank=True)
    added_at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("roadmap_id", "rel", "linked")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(commons__isnull=False, need=None, url="")
                | Q(commons=None, need__isnull=False, url="")
                | Q(commons=None, need=None) & ~Q(url=""),
                name="link_leads_to_one_thing",
            ),
            models.UniqueConstraint(fields=["roadmap", "commons"], name="link_commons_once"),
            models.UniqueConstraint(fields=["roadmap", "need"], name="link_need_once"),
            models.UniqueConstraint(fields=["roadmap", "url"], condition=~Q(url=""), name="link_page_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rel} {self.linked}"

    def get_absolute_url(self) -> str:
        thing = self.commons or self.need
        return thing.get_absolute_url() if thing else self.url

    @property
    def linked(self) -> str:
        """For the journal and for a list: a name of this desk, else the address."""
        return self.commons.name if self.commons else self.need.title if self.need else self.url


ONE_SUBJECT = Q(roadmap__isnull=False, commitment=None) | Q(roadmap=None, commitment__isnull=False)


class FollowUp(models.Model):
    """One answer about a road map or a commitment, or one sign of life the desk saw by itself; a line that is written stays."""

    class Kind(models.TextChoices):
        HUMAN = "human"
        AUTO = "auto"

    class Status(models.TextChoices):
        ADVANCES = "advances"
        BLOCKED = "blocked"
        STOPPED = "stopped"
        DELIVERED = "delivered"
        SIGN = "sign"

    roadmap = models.ForeignKey(Roadmap, models.PROTECT, null=True, blank=True, related_name="follow_ups")
    commitment = models.ForeignKey(Commitment, models.PROTECT, null=True, blank=True, related_name="follow_ups")
    at = models.DateTimeField()
    kind = models.CharField(max_length=5, choices=Kind)
    status = models.CharField(max_length=9, choices=Status)
    role = models.CharField(max_length=120, blank=True)  # of who answers, never a name
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="follow_ups")
    text = models.CharField(max_length=600)
    evidence_url = models.URLField(max_length=500, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("roadmap_id", "commitment_id", "at", "kind", "follow_up", "role", "text", "evidence_url"),
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=ONE_SUBJECT, name="follow_up_of_one_thing"),
            models.CheckConstraint(
                condition=~Q(status="delivered") | ~Q(evidence_url=""), name="delivered_shows_evidence"
            ),
            models.CheckConstraint(
                condition=Q(kind="auto", status="sign") | Q(kind="human") & ~Q(status="sign"),
                name="signs_are_seen_by_the_desk",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["roadmap", "at"], name="follow_up_by_roadmap")]

    def __str__(self) -> str:
        return f"{self.status} {self.at:%Y-%m-%d}"

    @property
    def about(self) -> Roadmap | Commitment:
        found = self.roadmap or self.commitment
        assert found
        return found

    @property
    def follow_up(self) -> str:
        """For the journal, whose reader has a word for it."""
        return self.status


class Reminder(models.Model):
    """One invitation to give news, sent once for its day; the mail leaves by the outbox."""

    class Kind(models.TextChoices):
        M3 = "m3"
        M6 = "m6"
        M12 = "m12"
        EDITION30 = "edition30"
        DUE = "due"  # the day that a body gave itself
        YEARLY = "yearly"
        AGAIN = "again"

    roadmap = models.ForeignKey(Roadmap, models.CASCADE, null=True, blank=True, related_name="reminders")
    commitment = models.ForeignKey(Commitment, models.CASCADE, null=True, blank=True, related_name="reminders")
    kind = models.CharField(max_length=9, choices=Kind)
    due_on = models.DateField()
    sent_at = models.DateTimeField()
    link = models.ForeignKey(SignedLink, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=ONE_SUBJECT, name="reminder_of_one_thing"),
            models.UniqueConstraint(fields=["roadmap", "kind", "due_on"], name="reminder_once_for_its_day"),
            models.UniqueConstraint(fields=["commitment", "kind", "due_on"], name="reminder_once_of_a_commitment"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"

    @property
    def about(self) -> Roadmap | Commitment:
        found = self.roadmap or self.commitment
        assert found
        return found
