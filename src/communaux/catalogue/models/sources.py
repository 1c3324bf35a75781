"""What sources say: the domains they are sorted by, the catalogues read, their records, never edited."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


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
    commons = models.ForeignKey("catalogue.Commons", models.SET_NULL, null=True, blank=True, related_name="records")
    address = models.CharField(max_length=1000, blank=True)  # of the file itself, where a record is one file
    licence = models.CharField(max_length=60, blank=True)  # of that file, where it says one
    fetched_at = models.DateTimeField()
    source_updated_at = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_id"], name="one_record_per_external_id")
        ]
