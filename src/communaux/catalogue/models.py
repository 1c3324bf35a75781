"""Tables of the catalogue: what sources say (SourceRecord, never edited) and what the desk shows (Commons and around it)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from communaux.catalogue.fields import LONGEST_KEY, ByteOrderedSlug, NameKey
from communaux.core.ids import uuid7


class Theme(models.Model):
    """One of the 34 domains of public service (01b § 3.1)."""

    key = models.CharField(max_length=40, primary_key=True)
    fr = models.CharField(max_length=100)
    en = models.CharField(max_length=100)

    JOURNAL: ClassVar[tuple[str, ...]] = ("key", "fr", "en")


class Source(models.Model):
    """A public catalogue that records come from; a higher priority wins when two sources disagree (01 § 3.2)."""

    key = models.CharField(max_length=40, primary_key=True)
    title = models.CharField(max_length=200)
    licence = models.CharField(max_length=60)
    licence_url = models.URLField(max_length=500, blank=True)
    attribution = models.CharField(max_length=300)
    share_alike = models.BooleanField(default=False)
    address = models.CharField(max_length=500, blank=True)
    format = models.CharField(max_length=40)
    priority = models.PositiveSmallIntegerField()
    read_on = models.DateField(null=True, blank=True)
    etag = models.CharField(max_length=64, blank=True)  # of the files last read: the same files are not read twice
    last_run_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("key", "title", "licence", "priority", "last_run_at")


class Commons(models.Model):
    """A resource, its community and its governance, described from what the sources say and what people corrected."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PROPOSED = "proposed"
        PUBLISHED = "published"
        WITHHELD = "withheld"
        MERGED = "merged"

    class Stage(models.TextChoices):
        UNKNOWN = ""
        IDEA = "idea"
        INVESTIGATION = "investigation"
        CONSTRUCTION = "construction"
        GROWTH = "growth"
        OPERATED = "operated"
        PAUSED = "paused"
        TRANSFERRED = "transferred"
        ENDED = "ended"

    class Openness(models.TextChoices):
        YES = "yes"
        PARTLY = "partly"
        NO = "no"
        UNKNOWN = "unknown"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = ByteOrderedSlug(max_length=120, unique=True)
    name = models.CharField(max_length=250)
    name_key = NameKey(max_length=LONGEST_KEY, editable=False)
    names = models.JSONField(default=list)
    lang = models.CharField(max_length=3, blank=True)
    short = models.TextField(blank=True)
    text_md = models.TextField(blank=True)
    text_html = models.TextField(blank=True)
    tags = models.JSONField(default=dict)  # vocabulary of the source -> its own words, untouched
    orgs = models.JSONField(default=list)
    themes = models.ManyToManyField(Theme, blank=True, related_name="commons")
    is_commons = models.CharField(max_length=8, choices=Openness, default=Openness.UNKNOWN)
    state = models.CharField(max_length=10, choices=State, default=State.PUBLISHED)
    stage = models.CharField(max_length=15, choices=Stage, default=Stage.UNKNOWN, blank=True)
    stage_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")
    published_at = models.DateTimeField(null=True, blank=True)
    health_met = models.PositiveSmallIntegerField(null=True, blank=True)
    health_known = models.PositiveSmallIntegerField(null=True, blank=True)
    last_sign_on = models.DateField(null=True, blank=True)
    unnamed_on = models.DateField(null=True, blank=True)  # the day its last live record was gone
    provenance = models.JSONField(default=dict)
    conflicts = models.JSONField(default=dict)
    pinned = models.JSONField(default=dict)  # field -> value that a person fixed
    updated_at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("slug", "name", "names", "short", "state", "stage", "stage_on", "merged_into_id"),
        *("is_commons", "last_sign_on", "unnamed_on"),
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
                name="merged_says_into_what",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "name_key", "slug"], name="commons_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("commons", args=[self.slug])


class SourceRecord(models.Model):
    """One row of one source, as found (`raw`) and in our words (`mapped`)."""

    class State(models.TextChoices):
        LIVE = "live"
        GONE = "gone"
        HIDDEN = "hidden"

    source = models.ForeignKey(Source, models.PROTECT, related_name="records")
    external_id = models.CharField(max_length=300)
    raw = models.JSONField()
    raw_sha256 = models.CharField(max_length=64)
    mapped = models.JSONField()
    warnings = models.JSONField(default=list)
    lang = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.LIVE)
    hidden_reason = models.CharField(max_length=20, blank=True)
    commons = models.ForeignKey(Commons, models.SET_NULL, null=True, blank=True, related_name="records")
    fetched_at = models.DateTimeField()
    source_updated_at = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_id"], name="one_record_per_external_id")
        ]


class Text(models.Model):
    """What a commons says of itself in one language (`und`: nobody says which); never machine-translated."""

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="texts")
    lang = models.CharField(max_length=3)
    short = models.TextField(blank=True)
    text_md = models.TextField(blank=True)
    text_html = models.TextField(blank=True)
    features = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["commons", "lang"], name="one_text_per_language")]


class Identifier(models.Model):
    """A name that other systems know the commons by. A renamed repository keeps its old value with `until`."""

    scheme = models.CharField(max_length=20)
    value = models.CharField(max_length=500)
    commons = models.ForeignKey(Commons, models.CASCADE, related_name="identifiers")
    record = models.ForeignKey(SourceRecord, models.SET_NULL, null=True, blank=True, related_name="identifiers")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scheme", "value"], condition=Q(until=None), name="identifier_names_one_commons"
            )
        ]


class Resource(models.Model):
    """What is shared: a commons has at least one, sometimes several (software and its data)."""

    class Kind(models.TextChoices):
        SOFTWARE = "software"
        DATA = "data"
        CONTENT = "content"
        STANDARD = "standard"
        METHOD = "method"
        HARDWARE = "hardware"
        SERVICE = "service"
        PLACE = "place"

    class Open(models.TextChoices):
        YES = "yes"
        NO = "no"
        UNKNOWN = "unknown"

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="resources")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=250, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    repository = models.CharField(max_length=1000, blank=True)
    licence_raw = models.CharField(max_length=300, blank=True)
    licence_spdx = models.CharField(max_length=200, blank=True)
    licence_family = models.CharField(max_length=20, blank=True)
    open = models.CharField(max_length=7, choices=Open, default=Open.UNKNOWN)
    languages = models.JSONField(default=list)
    platforms = models.JSONField(default=list)
    version = models.CharField(max_length=60, blank=True)
    released_on = models.DateField(null=True, blank=True)
    provenance = models.JSONField(default=dict)


class Fact(models.Model):
    """A fact of the community or of the governance, dated; without evidence it is shown as declared."""

    class Pillar(models.TextChoices):
        COMMUNITY = "community"
        GOVERNANCE = "governance"

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="facts")
    pillar = models.CharField(max_length=10, choices=Pillar)
    key = models.CharField(max_length=40)
    value = models.JSONField()
    declared_by = models.CharField(max_length=120)
    record = models.ForeignKey(SourceRecord, models.CASCADE, null=True, blank=True, related_name="facts")
    as_of = models.DateField()
    evidence = models.ForeignKey("core.Evidence", models.SET_NULL, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["commons", "pillar", "key", "as_of", "declared_by"], name="one_fact_per_day_and_speaker"
            )
        ]


class Relation(models.Model):
    """How two commons stand to each other; a symmetric relation is stored once, lower id first."""

    class Kind(models.TextChoices):
        BASED_ON = "based_on"
        INSTANCE_OF = "instance_of"
        COMPOSED_OF = "composed_of"
        DEPENDS_ON = "depends_on"
        FORK_OF = "fork_of"
        SUCCESSOR_OF = "successor_of"
        EXTENDS = "extends"
        FEEDS_DATA_TO = "feeds_data_to"
        ALTERNATIVE_TO = "alternative_to"
        INTEROPERATES_WITH = "interoperates_with"

    SYMMETRIC: ClassVar[frozenset[str]] = frozenset({"alternative_to", "interoperates_with"})
    ACYCLIC: ClassVar[frozenset[str]] = frozenset({"composed_of", "depends_on", "based_on"})

    a = models.ForeignKey(Commons, models.CASCADE, related_name="relations_from")
    b = models.ForeignKey(Commons, models.CASCADE, related_name="relations_to")
    kind = models.CharField(max_length=20, choices=Kind)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["a", "b", "kind"], condition=Q(since=None), name="undated_relation_once"),
            models.UniqueConstraint(
                fields=["a", "b", "kind", "since"], condition=Q(since__isnull=False), name="dated_relation_once"
            ),
            models.CheckConstraint(condition=~Q(a=F("b")), name="relation_to_another"),
        ]


class LifeEvent(models.Model):
    """A dated moment of a life, honest ends included; imported ones are declared until a person confirms."""

    class Kind(models.TextChoices):
        CREATED = "created"
        PUBLISHED = "published"
        RENAMED = "renamed"
        STAGE = "stage"
        LICENCE_CHANGED = "licence_changed"
        GIFT = "gift"
        FORK = "fork"
        CAPTURE = "capture"
        LICENCE_BREACH = "licence_breach"
        TRANSFER = "transfer"
        END = "end"
        ARCHIVED = "archived"
        REOPENED = "reopened"

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind)
    on = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=5, default="day")
    from_party = models.CharField(max_length=200, blank=True)
    to_party = models.CharField(max_length=200, blank=True)
    other_name = models.CharField(max_length=250, blank=True)  # as the record tells it
    other = models.ForeignKey(Commons, models.SET_NULL, null=True, blank=True, related_name="+")
    cause = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    state = models.CharField(max_length=9, default="declared")
    record = models.ForeignKey(SourceRecord, models.CASCADE, null=True, blank=True, related_name="events")
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True)


class Recommendation(models.Model):
    """A body that keeps a list says that it recommends or recognises the commons: never a stage, never a score."""

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="recommendations")
    record = models.ForeignKey(SourceRecord, models.CASCADE, null=True, blank=True, related_name="recommendations")
    by_org = models.CharField(max_length=200)
    label = models.CharField(max_length=60)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["commons", "by_org", "label"], name="recommended_once")
        ]


class ReplacedProduct(models.Model):
    """A proprietary product that a source says this commons may stand in for."""

    commons = models.ForeignKey(Commons, models.CASCADE, related_name="replaces")
    product = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["commons", "product"], name="replaces_once")]


class MatchProposal(models.Model):
    """Two commons that may be one: the signals say why, a person decides. A pair judged different stays so."""

    class State(models.TextChoices):
        OPEN = "open"
        SAME = "same"
        DIFFERENT = "different"
        UNDONE = "undone"

    a = models.ForeignKey(Commons, models.CASCADE, related_name="+")
    b = models.ForeignKey(Commons, models.CASCADE, related_name="+")
    score = models.DecimalField(max_digits=5, decimal_places=2)
    signals = models.JSONField()
    weights_version = models.PositiveIntegerField(default=0)  # of the points it was made with; 0: those of the code
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["a", "b"], name="one_proposal_per_pair"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="proposal_lower_first"),
        ]


class SearchIndex(models.Model):
    """One immutable search index, the same bytes on every database; the last two generations are kept (01b § 3.4)."""

    generation = models.BigIntegerField(primary_key=True)
    n_docs = models.PositiveIntegerField()
    payload = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    analysis_version = models.CharField(max_length=40)
    thesaurus_sha256 = models.CharField(max_length=64)
    weights_version = models.PositiveIntegerField()
    made_for = models.DateField()  # the day its documents were made for: what is active today may be quiet tomorrow
    built_at = models.DateTimeField()


class Unindexed(models.Model):
    """A change that no search index holds yet; `asked_at` while a build asked for has not begun."""

    asked_at = models.DateTimeField(null=True, blank=True)
